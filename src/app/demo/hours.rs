//! Open time as one line: positions count the open seconds of a calendar, so that a story can say "two hours later"
//! and mean working hours.

use chrono::{Days, NaiveDate, NaiveDateTime, TimeZone};

use crate::domain::policy::Calendar;
use crate::domain::time::{Instant, Secs};

/// The open stretches around an instant, first to last.
#[derive(Debug, Clone)]
pub struct Hours {
    stretches: Vec<Stretch>,
}

#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: Instant,
    to: Instant,
    /// Open seconds before it.
    before: i64,
}

impl Hours {
    /// From some days before `now` until the end of its day.
    pub fn around(calendar: &Calendar, now: Instant, days_back: u32) -> Self {
        let today = now.utc().with_timezone(&calendar.zone).date_naive();
        let first = today.checked_sub_days(Days::new(u64::from(days_back))).unwrap_or(today);
        let mut stretches = Vec::new();
        let mut before = 0;
        for date in first.iter_days().take_while(|date| *date <= today) {
            for window in calendar.windows_of(date) {
                let (from, to) = (at(calendar, date, window.start), at(calendar, date, window.end));
                stretches.push(Stretch { from, to, before });
                before += (to - from).0;
            }
        }
        Self { stretches }
    }

    /// How many open seconds have gone by at an instant.
    pub fn position(&self, at: Instant) -> i64 {
        let next = self.stretches.partition_point(|stretch| stretch.from <= at);
        let Some(last) = self.stretches[..next].last() else { return 0 };
        last.before + (at.min(last.to) - last.from).0
    }

    /// The instant so much open time after another; after the last hours there is none.
    pub fn after(&self, at: Instant, open: i64) -> Instant {
        let position = self.position(at) + open;
        match self.stretches.last() {
            Some(last) if position > last.before + (last.to - last.from).0 => Instant(i64::MAX),
            _ => self.instant(position),
        }
    }

    /// Where the day of a position began.
    pub fn opening(&self, position: i64) -> i64 {
        let next = self.stretches.partition_point(|stretch| stretch.before <= position);
        self.stretches[..next].last().map_or(0, |stretch| stretch.before)
    }

    /// The instant at which so many open seconds have gone by; the first or the last there is if it lies beyond.
    pub fn instant(&self, position: i64) -> Instant {
        let next = self.stretches.partition_point(|stretch| stretch.before <= position);
        match self.stretches[..next].last().or(self.stretches.first()) {
            Some(stretch) => (stretch.from + Secs((position - stretch.before).max(0))).min(stretch.to),
            None => Instant::default(),
        }
    }
}

/// A wall-clock minute of a civil date; the later one where the clock was turned forward over it.
fn at(calendar: &Calendar, date: NaiveDate, minute: u16) -> Instant {
    let naive = NaiveDateTime::from(date) + chrono::Duration::minutes(i64::from(minute));
    let zoned = calendar.zone.from_local_datetime(&naive).earliest();
    Instant(zoned.map_or_else(|| naive.and_utc().timestamp(), |zoned| zoned.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Policy;

    #[test]
    fn open_time_stands_still_at_night_and_over_the_weekend() {
        let policy = Policy::default();
        // A Monday, 09:00 in Berlin.
        let monday: Instant = "2026-11-23T08:00:00Z".parse().unwrap();
        let hours = Hours::around(&policy.calendars["business"], monday, 10);
        let now = hours.position(monday);
        assert_eq!(hours.instant(now), monday);
        assert_eq!(hours.instant(now - 3_600 * 2), "2026-11-20T16:00:00Z".parse().unwrap(), "Friday, 17:00 in Berlin");
        assert_eq!(hours.position("2026-11-22T12:00:00Z".parse().unwrap()), now - 3_600, "Sunday counts as closed");
    }
}
