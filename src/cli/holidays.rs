//! `tierdesk import holidays`: public holidays from calendar files into a calendar of the policy.

use std::io::{self, IsTerminal, Read, Write};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::file;
use super::print::cell;
use super::shell::Shell;
use super::shifts;
use crate::app::holidays::{File, Row, Sheet, Verdict, Wish, sheet, told, usual_years};
use crate::domain::policy::{On, Window, ascending};
use crate::domain::refusal::Code;
use crate::exchange::ical::FILE_MAX;

/// Close a calendar of the policy on the holidays of iCalendar files
///
/// Shows first which entries count and why the others do not, and asks before it saves. A day that comes back every
/// year without an end becomes an exception of every year, any other an exact date. Exceptions that the policy has
/// stay as they are. Clocks of open tickets follow at once.
#[derive(Debug, Args)]
pub struct Holidays {
    /// iCalendar files; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The calendar of the policy that is to close
    #[arg(long, value_name = "NAME")]
    calendar: String,
    /// Years to take, like 2026..2030 [default: last year and the ten after this]
    #[arg(long, value_parser = years, value_name = "FROM..TO")]
    years: Option<RangeInclusive<i32>>,
    /// Only entries with this text; may be repeated
    #[arg(long, value_name = "TEXT")]
    include: Vec<String>,
    /// No entry with this text; may be repeated
    #[arg(long, value_name = "TEXT")]
    exclude: Vec<String>,
    /// No entry that leaves its time free
    #[arg(long)]
    opaque_only: bool,
    /// Stay open for some hours on entries with this text, like `Eve=08:00-12:00`; may be repeated
    #[arg(long, value_parser = half_day, value_name = "TEXT=HOURS")]
    half_day: Vec<(String, Vec<Window>)>,
    /// Show the entries and save nothing
    #[arg(long)]
    list: bool,
    /// Show also what would change on open tickets, and save nothing
    #[arg(long, conflicts_with = "list")]
    dry_run: bool,
    /// Save without asking
    #[arg(long)]
    yes: bool,
}

/// `2026..2030`, or one year.
fn years(text: &str) -> Result<RangeInclusive<i32>, String> {
    let wrong = || format!("`{text}` is not a range of years like 2026..2030");
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let (from, to): (i32, i32) = (from.parse().map_err(|_| wrong())?, to.parse().map_err(|_| wrong())?);
    if !(1_900 <= from && from <= to && to <= 2_200) {
        return Err(format!("{wrong}, from 1900 to 2200", wrong = wrong()));
    }
    Ok(from..=to)
}

/// `Christmas Eve=08:00-12:00,13:00-14:00`
fn half_day(text: &str) -> Result<(String, Vec<Window>), String> {
    let (name, hours) = text.rsplit_once('=').ok_or_else(|| format!("`{text}` is not like Eve=08:00-12:00"))?;
    let windows: Vec<Window> = hours.split(',').map(str::parse).collect::<Result<_, _>>()?;
    ascending(&windows)?;
    Ok((name.to_owned(), windows))
}

impl Holidays {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let read: Vec<(String, Vec<u8>)> = self.files.iter().map(contents).collect::<Result<_, _>>()?;
        let files: Vec<_> = read.iter().map(|(name, raw)| File { name, raw }).collect();
        let mut desk = shell.desk()?;
        let wish = Wish {
            calendar: self.calendar.clone(),
            years: self.years.clone().unwrap_or_else(|| usual_years(desk.now().date())),
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            opaque_only: self.opaque_only,
            half_days: self.half_day.clone(),
        };
        let sheet = sheet(&files, &wish, desk.policy())?;
        let policy = desk.policy_with(&sheet, &wish)?;
        let json = shell.out.is_json();
        if !json {
            show(&sheet, shell)?;
        }
        let (mut saved, mut changes) = (false, None);
        match policy {
            Some(policy) if self.dry_run => changes = Some(desk.shifts_under(policy)?),
            Some(policy) if !self.list && self.agreed(&sheet, shell)? => {
                desk.save_holidays(policy, (&sheet, &wish), &files)?;
                changes = Some(shifts::apply(&mut desk)?);
                saved = true;
            }
            _ => {}
        }
        if json {
            shell.out.json(&json!({
                "calendar": wish.calendar,
                "saved": saved,
                "rows": sheet.rows.iter().map(as_json).collect::<Vec<_>>(),
                "rejected": sheet.rejected.iter().map(|row| json!(row)).collect::<Vec<_>>(),
                "clocks": changes.as_ref().map_or(Value::Null, shifts::json),
            }))?;
        } else {
            shell.out.text(&match (saved, sheet.days().len()) {
                (_, 0) => "nothing is new".to_owned(),
                (true, n) => format!("saved {n} exceptions in the calendar {}", wish.calendar),
                (false, n) => format!("nothing was saved; {n} exceptions are new"),
            })?;
            if let Some(changes) = &changes {
                shifts::tell(changes, !saved, shell.out)?;
            }
        }
        Ok(if sheet.rejected.is_empty() { Status::Done } else { Status::Input })
    }

    /// Refuses `field_missing` where nobody can be asked.
    fn agreed(&self, sheet: &Sheet, shell: &Shell<'_>) -> Result<bool, Failure> {
        if self.yes {
            return Ok(true);
        }
        if shell.out.is_json() || !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
            let refusal = Code::FieldMissing.because("nobody can be asked here, so nothing was saved");
            return Err(refusal.hint("--yes saves without asking; --list only shows").into());
        }
        eprint!("Save {} exceptions in the calendar {}? [y/N] ", sheet.days().len(), self.calendar);
        io::stderr().flush().context("asking")?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).context("reading the answer")?;
        Ok(["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str()))
    }
}

/// A file's name for people and its bytes, no more than can be read of it.
fn contents(path: &PathBuf) -> Result<(String, Vec<u8>), Failure> {
    let most = FILE_MAX as u64 + 1;
    let mut raw = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().take(most).read_to_end(&mut raw).context("reading standard input")?;
        return Ok(("standard input".to_owned(), raw));
    }
    let name = path.display().to_string();
    let read = std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut raw));
    read.map_err(|cause| file::unreadable(path, &cause))?;
    Ok((name, raw))
}

fn show(sheet: &Sheet, shell: &Shell<'_>) -> Result<(), Failure> {
    for row in &sheet.rows {
        let weekday = row.weekday().map_or_else(String::new, |day| day.to_string());
        let on = match row.on {
            On::Date(date) => date.to_string(),
            every @ On::Every(..) => every.to_string(),
        };
        let (mark, why) = verdict(row);
        shell.out.text(format!("{mark} {on:<12}{weekday:<4}{} {why}", cell(&row.summary, 30)).trim_end())?;
    }
    for rejection in &sheet.rejected {
        eprintln!("not read: {rejection}");
    }
    Ok(())
}

/// A sign for the eye, and words.
fn verdict(row: &Row) -> (&'static str, String) {
    match &row.verdict {
        Verdict::Taken => ("+", told(&row.windows)),
        Verdict::TakenThoughClosed => ("+", "closed anyway by the week".to_owned()),
        Verdict::There => ("=", "there already".to_owned()),
        Verdict::Left(why) => ("-", why.clone()),
    }
}

fn as_json(row: &Row) -> Value {
    let (date, month_day) = match row.on {
        On::Date(date) => (Some(date.to_string()), None),
        On::Every(month, day) => (None, Some(format!("{month:02}-{day:02}"))),
    };
    json!({
        "date": date,
        "month_day": month_day,
        "weekday": row.weekday().map(|day| day.to_string()),
        "summary": row.summary,
        "windows": row.windows.iter().map(Window::to_string).collect::<Vec<_>>(),
        "taken": row.taken(),
        "why": verdict(row).1,
        "file": row.file,
        "line": row.line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_a_range_or_one_year() {
        for (text, range) in [("2026..2030", Some(2026..=2030)), ("2026", Some(2026..=2026))] {
            assert_eq!(years(text).ok(), range, "{text}");
        }
        for text in ["", "2030..2026", "1800..2030", "2026..2300", "soon", "2026...2030"] {
            assert!(years(text).is_err(), "{text}");
        }
    }

    #[test]
    fn half_days_name_their_hours() {
        let (text, windows) = half_day("Eve=08:00-10:00,11:00-12:00").unwrap();
        assert_eq!((text.as_str(), told(&windows).as_str()), ("Eve", "08:00-10:00 11:00-12:00"));
        for text in ["Eve", "Eve=8-12", "Eve=10:00-12:00,08:00-10:00"] {
            assert!(half_day(text).is_err(), "{text}");
        }
    }
}
