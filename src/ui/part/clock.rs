//! Times as people read them, in the zone of the desk.

use chrono::{DateTime, Datelike, TimeZone};
use chrono_tz::Tz;

use crate::app::query::clock::LineClock;
use crate::domain::clock::ClockKind;
use crate::domain::clock::standing::Sla;
use crate::domain::time::{Instant, Secs};

fn local(at: Instant, zone: Tz) -> DateTime<Tz> {
    zone.from_utc_datetime(&at.utc().naive_utc())
}

/// `14:32` today, `Mon 14:32` within six days, `03 Nov 14:32` this year, `2025-11-03` before.
pub fn stamp(at: Instant, now: Instant, zone: Tz) -> String {
    let (it, today) = (local(at, zone), local(now, zone));
    let days = (today.date_naive() - it.date_naive()).num_days();
    let form = match days {
        0 => "%H:%M",
        1..=6 => "%a %H:%M",
        _ if it.year() == today.year() => "%d %b %H:%M",
        _ => "%Y-%m-%d",
    };
    it.format(form).to_string()
}

/// Hours and minutes.
pub fn time(at: Instant, zone: Tz) -> String {
    local(at, zone).format("%H:%M").to_string()
}

/// How long ago, in one unit: `40m`, `3h`, `2d`.
pub fn age(at: Instant, now: Instant) -> String {
    (now - at).max(Secs(0)).short()
}

/// When a ticket is due and what is left of its time: `Due 13:00  Breach +01:32`, `Due 15:00  00:12 to respond`.
pub fn due(clock: &LineClock, now: Instant, zone: Tz) -> Option<String> {
    let at = |due: Instant| format!("Due {}", stamp(due, now, zone));
    Some(match (clock.sla?, clock.due_at) {
        (Sla::Paused, _) => "Clock paused".to_owned(),
        (Sla::Breached, Some(due)) => format!("{}  Breach +{}", at(due), clock.amount()),
        (Sla::Breached, None) => "Promise missed".to_owned(),
        (_, Some(due)) => format!("{}  {} {}", at(due), clock.amount(), what_for(clock.kind?)),
        (_, None) => return None,
    })
}

/// What there is time for.
pub const fn what_for(kind: ClockKind) -> &'static str {
    match kind {
        ClockKind::Response => "to respond",
        ClockKind::Resolution => "to resolve",
        ClockKind::Update => "to the next update",
        ClockKind::Ola => "in this tier",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_says_as_much_as_is_needed() {
        let now: Instant = "2026-11-24T13:30:00Z".parse().unwrap();
        for (at, text) in [
            ("2026-11-24T08:05:00Z", "09:05"),
            ("2026-11-23T08:05:00Z", "Mon 09:05"),
            ("2026-11-03T08:05:00Z", "03 Nov 09:05"),
            ("2025-11-03T08:05:00Z", "2025-11-03"),
        ] {
            assert_eq!(stamp(at.parse().unwrap(), now, chrono_tz::Europe::Berlin), text);
        }
        assert_eq!(age(now - Secs::hours(3), now), "3h");
    }
}
