//! `tierdesk calendar`: when the desk is open, and a day of the past on which it was not.

use chrono::{Datelike, Days, NaiveDate};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::print::cell;
use super::shell::Shell;
use super::shifts;
use crate::app::calendars::Known;
use crate::app::holidays::told;
use crate::app::recount::Correction;
use crate::domain::policy::{Calendar as Hours, Window};
use crate::domain::refusal::Code;
use crate::domain::text::Reason;

/// Days ahead in which closures are shown.
const AHEAD: u64 = 400;
/// Closures that are shown.
const SHOWN: usize = 12;
const WEEK: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// List or show the calendars that promises are counted in, or correct one for a day of the past
#[derive(Debug, Args)]
pub struct Calendar {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every calendar of the policy (the default)
    List,
    /// Opening hours, the next days that differ, and the versions there were
    Show { name: String },
    /// Count the time since a day of the past over the present version of a calendar; an admin's
    ///
    /// For a day on which the desk was closed and nobody had said so: first put the exception into the policy, then
    /// correct. Only clocks of open tickets change, and whether they missed their target is found anew.
    Correct {
        name: String,
        /// The first day that is counted so, in the calendar's zone
        #[arg(long, value_name = "DATE")]
        from: NaiveDate,
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Tell what would change and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

impl Calendar {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match &self.what {
            None | Some(What::List) => list(shell),
            Some(What::Show { name }) => show(name, shell),
            Some(What::Correct { name, from, reason, dry_run }) => {
                let asked = Correction { calendar: name.clone(), from: *from, reason: Reason::new(reason)? };
                correct(&asked, *dry_run, shell)
            }
        }
    }
}

fn list(shell: &Shell<'_>) -> Result<Status, Failure> {
    let desk = shell.desk()?;
    let known = desk.calendars()?;
    let calendars = &desk.policy().calendars;
    if shell.out.is_json() {
        let each = calendars.iter().map(|(name, hours)| {
            let versions = known.get(name).map_or(0, Vec::len);
            json!({ "name": name, "zone": hours.zone.name(), "always": hours.always, "versions": versions })
        });
        shell.out.list(each.collect())?;
        return Ok(Status::Done);
    }
    for (name, hours) in calendars {
        let (name, zone) = (cell(name, 20), cell(hours.zone.name(), 20));
        shell.out.text(format!("{name} {zone} {}", week(hours).join(", ")).trim_end())?;
    }
    Ok(Status::Done)
}

/// Days of equal hours together: `Mon-Fri 08:00-18:00`.
fn week(hours: &Hours) -> Vec<String> {
    if hours.always {
        return vec!["always open".to_owned()];
    }
    let mut lines: Vec<(usize, usize)> = Vec::new();
    for day in 0..7 {
        match lines.last_mut() {
            Some((_, last)) if hours.weekly[*last] == hours.weekly[day] => *last = day,
            _ => lines.push((day, day)),
        }
    }
    let open = lines.iter().filter(|(first, _)| !hours.weekly[*first].is_empty());
    open.map(|(first, last)| {
        let days = if first == last { WEEK[*first].to_owned() } else { format!("{}-{}", WEEK[*first], WEEK[*last]) };
        format!("{days} {}", told(&hours.weekly[*first]))
    })
    .collect()
}

/// The next days on which an exception holds.
fn next(hours: &Hours, from: NaiveDate) -> Vec<(NaiveDate, &[Window])> {
    let weekly = |date: NaiveDate| &hours.weekly[date.weekday().num_days_from_monday() as usize];
    let dates = from.iter_days().take_while(|date| *date <= from + Days::new(AHEAD));
    let differs = dates.map(|date| (date, hours.windows_of(date))).filter(|(date, held)| *held != &weekly(*date)[..]);
    differs.take(SHOWN).collect()
}

fn show(name: &str, shell: &Shell<'_>) -> Result<Status, Failure> {
    let desk = shell.desk()?;
    let mut known = desk.calendars()?;
    let versions = known.remove(name).unwrap_or_default();
    let Some((id, hours)) = desk.policy().calendar_named(name) else {
        let all: Vec<_> = desk.policy().calendars.keys().map(String::as_str).collect();
        let message = format!("there is no calendar `{name}`; use one of {}", all.join(", "));
        return Err(Code::NotFound.because(message).into());
    };
    let next = if hours.always { Vec::new() } else { next(hours, desk.now().date()) };
    if shell.out.is_json() {
        let texts = |windows: &[Window]| windows.iter().map(Window::to_string).collect::<Vec<_>>();
        let version = |it: &Known| json!({ "id": it.id.to_string(), "since": it.since.to_string() });
        shell.out.json(&json!({
            "name": name,
            "id": id.to_string(),
            "zone": hours.zone.name(),
            "always": hours.always,
            "weekly": hours.weekly.iter().map(|day| texts(day)).collect::<Vec<_>>(),
            "next": next.iter().map(|(on, held)| json!({ "date": on.to_string(), "windows": texts(held) })).collect::<Vec<_>>(),
            "versions": versions.iter().map(version).collect::<Vec<Value>>(),
        }))?;
        return Ok(Status::Done);
    }
    shell.out.text(&format!("{name}, {}", hours.zone.name()))?;
    for line in week(hours) {
        shell.out.text(&format!("  {line}"))?;
    }
    for (date, held) in next {
        shell.out.text(&format!("  {date} {} {}", date.weekday(), told(held)))?;
    }
    shell.out.text("versions")?;
    for it in &versions {
        let now = if it.id == id { ", in force" } else { "" };
        shell.out.text(&format!("  {} since {}{now}", it.id, it.since))?;
    }
    Ok(Status::Done)
}

fn correct(asked: &Correction, dry_run: bool, shell: &Shell<'_>) -> Result<Status, Failure> {
    let mut desk = shell.desk()?;
    let changes = if dry_run {
        desk.shifts_of_correction(asked)?
    } else {
        desk.correct_calendar(asked)?;
        shifts::apply(&mut desk)?
    };
    if shell.out.is_json() {
        let mut told = shifts::json(&changes);
        told["dry_run"] = dry_run.into();
        shell.out.json(&told)?;
    } else {
        shifts::tell(&changes, dry_run, shell.out)?;
    }
    Ok(Status::Done)
}
