//! Public holidays from calendar files into a calendar of the policy: which entries count, and why the others do not.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate, Weekday};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::people::MadeFrom;
use super::{Desk, Error, Receipt};
use crate::domain::policy::{Calendar, On, Policy, Window, refusal};
use crate::domain::refusal::Refusal;
use crate::exchange::ical::{Asked, Holiday, read};
use crate::exchange::rejection::Rejection;

/// What is to be taken from the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Name of the calendar that is to close.
    pub calendar: String,
    pub years: RangeInclusive<i32>,
    /// Only entries with one of these texts, in any case; all if there is none.
    pub include: Vec<String>,
    /// No entry with one of these texts.
    pub exclude: Vec<String>,
    /// No entry that leaves its time free.
    pub opaque_only: bool,
    /// Windows that stay open on entries with such a text.
    pub half_days: Vec<(String, Vec<Window>)>,
}

/// A file as it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File<'a> {
    pub name: &'a str,
    pub raw: &'a [u8],
}

/// What becomes of an entry on one of its days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Becomes an exception.
    Taken,
    /// Becomes one, though the week closes the desk on that day already.
    TakenThoughClosed,
    /// Stands in the calendar already.
    There,
    /// Not taken, and why.
    Left(String),
}

/// One entry on one day, or on one day of every year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub on: On,
    pub summary: String,
    pub windows: Vec<Window>,
    pub verdict: Verdict,
    /// Where it stands: file and line.
    pub file: String,
    pub line: u64,
}

impl Row {
    /// The weekday of a single date.
    pub fn weekday(&self) -> Option<Weekday> {
        match self.on {
            On::Date(date) => Some(date.weekday()),
            On::Every(..) => None,
        }
    }

    pub fn taken(&self) -> bool {
        matches!(self.verdict, Verdict::Taken | Verdict::TakenThoughClosed)
    }
}

/// Everything the files say, decided upon.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// By day.
    pub rows: Vec<Row>,
    pub rejected: Vec<Rejection>,
    /// Events in the files.
    pub events: usize,
    /// Text of the policy that was in force.
    pub policy: String,
}

impl Sheet {
    /// The exceptions that it asks for.
    pub fn days(&self) -> BTreeMap<On, Vec<Window>> {
        self.rows.iter().filter(|row| row.taken()).map(|row| (row.on, row.windows.clone())).collect()
    }
}

/// Reads the files and decides on each entry. Refuses `not_found` for a calendar that the policy does not have, and
/// `policy_invalid` for one that is always open.
pub fn sheet(files: &[File<'_>], wish: &Wish, policy: &Policy) -> Result<Sheet, Refusal> {
    // Asked before anything is read.
    policy.with_exceptions(&wish.calendar, &BTreeMap::new())?;
    let calendar = &policy.calendars[&wish.calendar];
    let asked = Asked { years: wish.years.clone(), zone: calendar.zone };
    let mut sheet = Sheet { policy: policy.text().to_owned(), ..Sheet::default() };
    let mut held: BTreeMap<On, (Vec<Window>, String)> = BTreeMap::new();
    let mut found = Vec::new();
    for file in files {
        let read = read(file.raw, file.name, &asked);
        sheet.events += read.events;
        sheet.rejected.extend(read.rejected);
        found.extend(read.holidays.into_iter().map(|holiday| (file.name, holiday)));
    }
    // What closes a day comes before what only shortens it, and every year before a single one.
    found.sort_by_key(|(_, one)| (!windows(one, wish).is_empty(), one.yearly.is_empty()));
    for (file, holiday) in &found {
        let windows = windows(holiday, wish);
        for on in days(holiday) {
            let verdict = match unwanted(holiday, wish) {
                Some(why) => Verdict::Left(why),
                None => verdict(on, &windows, calendar, &held),
            };
            if matches!(verdict, Verdict::Taken | Verdict::TakenThoughClosed) {
                held.insert(on, (windows.clone(), holiday.summary.clone()));
            }
            let (summary, windows, file) = (holiday.summary.clone(), windows.clone(), (*file).to_owned());
            sheet.rows.push(Row { on, summary, windows, verdict, file, line: holiday.line });
        }
    }
    sheet.rows.sort_by(|one, other| (order(one.on), &one.summary).cmp(&(order(other.on), &other.summary)));
    Ok(sheet)
}

/// Single dates in their order, then those of every year.
fn order(on: On) -> (bool, On) {
    (matches!(on, On::Every(..)), on)
}

/// The days of an entry: month and day where it comes back on them for ever, else its dates.
fn days(holiday: &Holiday) -> Vec<On> {
    if holiday.yearly.is_empty() {
        return holiday.dates.iter().map(|date| On::Date(*date)).collect();
    }
    holiday.yearly.iter().map(|(month, day)| On::Every(*month, *day)).collect()
}

fn says(holiday: &Holiday, text: &str) -> bool {
    holiday.summary.to_lowercase().contains(&text.to_lowercase())
}

fn windows(holiday: &Holiday, wish: &Wish) -> Vec<Window> {
    let half = wish.half_days.iter().find(|(text, _)| says(holiday, text));
    half.map_or_else(Vec::new, |(_, windows)| windows.clone())
}

/// Why an entry is not asked for, if it is not.
fn unwanted(holiday: &Holiday, wish: &Wish) -> Option<String> {
    let by = |texts: &[String]| texts.iter().find(|text| says(holiday, text)).cloned();
    let named = by(&wish.include).is_some() || wish.half_days.iter().any(|(text, _)| says(holiday, text));
    if holiday.cancelled {
        Some("cancelled".to_owned())
    } else if let Some(text) = by(&wish.exclude) {
        Some(format!("excluded by `{text}`"))
    } else if !wish.include.is_empty() && !named {
        Some("not among those included".to_owned())
    } else if wish.opaque_only && !holiday.opaque {
        Some("leaves its time free".to_owned())
    } else if !holiday.whole_days && !named {
        Some("covers only part of the day".to_owned())
    } else {
        None
    }
}

fn verdict(on: On, windows: &[Window], calendar: &Calendar, held: &BTreeMap<On, (Vec<Window>, String)>) -> Verdict {
    if let Some(there) = calendar.exception(on) {
        return if there == windows {
            Verdict::There
        } else {
            Verdict::Left(format!("the policy has {}", told(there)))
        };
    }
    let every = if let On::Date(date) = on { Some(On::Every(date.month(), date.day())) } else { None };
    if let Some((_, summary)) = held.get(&on).or_else(|| held.get(&every?)) {
        return Verdict::Left(format!("same day as {summary}"));
    }
    let On::Date(date) = on else { return Verdict::Taken };
    match calendar.windows_of(date).is_empty() {
        true if windows.is_empty() => Verdict::TakenThoughClosed,
        true => Verdict::Left("the day is closed anyway".to_owned()),
        false => Verdict::Taken,
    }
}

/// Windows as people read them.
pub fn told(windows: &[Window]) -> String {
    if windows.is_empty() {
        return "closed".to_owned();
    }
    windows.iter().map(Window::to_string).collect::<Vec<_>>().join(" ")
}

impl Desk {
    /// The policy in force with the exceptions of a sheet; `None` if there are none that are new.
    pub fn policy_with(&self, sheet: &Sheet, wish: &Wish) -> Result<Option<Policy>, Refusal> {
        let added = self.policy().with_exceptions(&wish.calendar, &sheet.days())?;
        if added.days.is_empty() {
            return Ok(None);
        }
        let policy = Policy::parse(&added.text, "the policy with these holidays");
        policy.map(Some).map_err(|errors| refusal(&errors))
    }

    /// Puts the exceptions of a sheet into the calendar, and journals which files they are from. The clocks are left
    /// to [`recount`](Self::recount). Refuses `stale_revision` if the policy was changed since the sheet was made.
    pub fn save_holidays(
        &mut self,
        policy: Policy,
        (sheet, wish): (&Sheet, &Wish),
        files: &[File<'_>],
    ) -> Result<Receipt, Error> {
        let mut digest = Sha256::new();
        files.iter().for_each(|file| digest.update(file.raw));
        let sha256: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let names: Vec<_> = files.iter().map(|file| file.name).collect();
        let facts = [
            ("file", Value::from(names.join(", "))),
            ("format", Value::from("holidays")),
            ("sha256", Value::from(sha256)),
            ("calendar", Value::from(wish.calendar.as_str())),
            ("read", Value::from(sheet.events)),
            ("imported", Value::from(sheet.days().len())),
            ("rejected", Value::from(sheet.rejected.len())),
        ];
        self.put_policy(policy, Some(&MadeFrom { policy: &sheet.policy, facts: &facts }))
    }
}

/// This year's neighbours: from the year before a date to ten years after it.
pub fn usual_years(today: NaiveDate) -> RangeInclusive<i32> {
    today.year() - 1..=today.year() + 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Identity;
    use crate::domain::command::bench::login;
    use crate::domain::number::SiteCode;
    use crate::domain::refusal::Code;
    use crate::store::New;

    const FILE: &str = "BEGIN:VCALENDAR\n\
        BEGIN:VEVENT\nSUMMARY:Christmas Day\nDTSTART;VALUE=DATE:20141225\nRRULE:FREQ=YEARLY\nEND:VEVENT\n\
        BEGIN:VEVENT\nSUMMARY:Labour Day\nDTSTART;VALUE=DATE:20140501\nRRULE:FREQ=YEARLY\nEND:VEVENT\n\
        BEGIN:VEVENT\nSUMMARY:Labour Day again\nDTSTART;VALUE=DATE:20270501\nEND:VEVENT\n\
        BEGIN:VEVENT\nSUMMARY:Christmas Eve\nDTSTART;VALUE=DATE:20261224\nEND:VEVENT\n\
        BEGIN:VEVENT\nSUMMARY:New Year's Eve\nDTSTART;VALUE=DATE:20261231\nEND:VEVENT\n\
        BEGIN:VEVENT\nSUMMARY:Groundhog Day\nDTSTART;VALUE=DATE:20270202\nTRANSP:TRANSPARENT\nEND:VEVENT\n\
        BEGIN:VEVENT\nSUMMARY:A Saturday\nDTSTART;VALUE=DATE:20261205\nEND:VEVENT\n\
        BEGIN:VEVENT\nSUMMARY:Party\nDTSTART:20261203T160000\nDTEND:20261203T180000\nEND:VEVENT\n\
        BEGIN:VEVENT\nSUMMARY:Regional Day (BY)\nDTSTART;VALUE=DATE:20270106\nEND:VEVENT\n\
        BEGIN:VEVENT\nSUMMARY:Off\nDTSTART;VALUE=DATE:20270107\nSTATUS:CANCELLED\nEND:VEVENT\nEND:VCALENDAR\n";

    fn wish() -> Wish {
        Wish {
            calendar: "business".to_owned(),
            years: 2026..=2027,
            include: Vec::new(),
            exclude: Vec::new(),
            opaque_only: false,
            half_days: Vec::new(),
        }
    }

    fn rows(wish: &Wish) -> Vec<String> {
        let files = [File { name: "a.ics", raw: FILE.as_bytes() }];
        let sheet = sheet(&files, wish, &Policy::default()).unwrap();
        assert_eq!((sheet.events, sheet.rejected.len()), (10, 0));
        let row = |row: &Row| {
            let verdict = match &row.verdict {
                Verdict::Taken => "taken".to_owned(),
                Verdict::TakenThoughClosed => "taken, closed anyway".to_owned(),
                Verdict::There => "there".to_owned(),
                Verdict::Left(why) => why.clone(),
            };
            format!("{} {}: {verdict}", row.on, row.summary)
        };
        sheet.rows.iter().map(row).collect()
    }

    #[test]
    fn every_entry_says_whether_it_counts_and_why() {
        assert_eq!(
            rows(&wish()),
            [
                "2026-12-03 Party: covers only part of the day",
                "2026-12-05 A Saturday: taken, closed anyway",
                "2026-12-24 Christmas Eve: the policy has 08:00-12:00",
                "2026-12-31 New Year's Eve: taken",
                "2027-01-06 Regional Day (BY): taken",
                "2027-01-07 Off: cancelled",
                "2027-02-02 Groundhog Day: taken",
                "2027-05-01 Labour Day again: same day as Labour Day",
                "every 05-01 Labour Day: taken",
                "every 12-25 Christmas Day: there",
            ]
        );
    }

    #[test]
    fn entries_are_chosen_by_their_text() {
        let half = vec![("eve".to_owned(), vec!["08:00-12:00".parse().unwrap()])];
        for (name, wish, taken) in [
            ("exclude", Wish { exclude: vec!["(by)".into(), "SATURDAY".into()], ..wish() }, 3),
            ("include", Wish { include: vec!["labour".into(), "party".into()], ..wish() }, 2),
            ("opaque only", Wish { opaque_only: true, ..wish() }, 4),
            ("half days", Wish { half_days: half.clone(), ..wish() }, 5),
            ("half days alone", Wish { half_days: half, include: vec!["no such".into()], ..wish() }, 1),
        ] {
            let rows = rows(&wish);
            let n = rows.iter().filter(|row| row.contains(": taken")).count();
            assert_eq!(n, taken, "{name}: {rows:#?}");
        }
    }

    #[test]
    fn a_half_day_is_no_reason_to_open_on_a_closed_one() {
        let wish = Wish { half_days: vec![("saturday".into(), vec!["08:00-12:00".parse().unwrap()])], ..wish() };
        assert!(rows(&wish).contains(&"2026-12-05 A Saturday: the day is closed anyway".to_owned()));
    }

    #[test]
    fn a_policy_that_changed_since_the_holidays_were_shown_is_not_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("desk.db");
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let identity = Identity { account: login("dana"), acting_as: None };
        let clock = || Box::new(|| 1_790_000_000_000);
        let mut desk = Desk::create(&path, &new, None, &identity, clock()).unwrap();
        let files = [File { name: "a.ics", raw: FILE.as_bytes() }];
        let look = |desk: &Desk| {
            let sheet = sheet(&files, &wish(), desk.policy()).unwrap();
            let policy = desk.policy_with(&sheet, &wish()).unwrap().unwrap();
            (sheet, policy)
        };
        let (sheet, policy) = look(&desk);
        let text = format!("{}\nrecords.autoclose_days = 9\n", without(desk.policy().text(), "records.autoclose_days"));
        let theirs = Policy::parse(&text, "theirs").unwrap();
        Desk::open(&path, &identity, clock()).unwrap().set_policy(theirs.clone()).unwrap();
        // However the session comes to know of it.
        desk.changed().unwrap();
        let refused = desk.save_holidays(policy, (&sheet, &wish()), &files).unwrap_err();
        assert_eq!(refused.code(), Code::StaleRevision.as_str());
        assert_eq!(desk.policy().text(), theirs.text());
        let (sheet, policy) = look(&desk);
        desk.save_holidays(policy.clone(), (&sheet, &wish()), &files).unwrap();
        assert_eq!(desk.policy().text(), policy.text());
    }

    fn without(text: &str, key: &str) -> String {
        let kept: Vec<_> = text.lines().filter(|line| !line.starts_with(&format!("{key} ="))).collect();
        kept.join("\n")
    }

    #[test]
    fn a_calendar_that_cannot_close_is_refused_before_anything_is_read() {
        for (calendar, code) in [("always", Code::PolicyInvalid), ("office", Code::NotFound)] {
            let wish = Wish { calendar: calendar.to_owned(), ..wish() };
            assert_eq!(sheet(&[], &wish, &Policy::default()).unwrap_err().code, code);
        }
    }
}
