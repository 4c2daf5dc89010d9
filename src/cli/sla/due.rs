//! `tierdesk sla due`: when would something be due that starts then and may take so long?

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeZone;
use clap::Args;
use serde_json::json;

use crate::cli::exit::{Failure, Status};
use crate::cli::shell::{AsOf, Shell};
use crate::domain::clock::read::Reading;
use crate::domain::clock::timetable::Timetable;
use crate::domain::clock::version::CalendarVersion;
use crate::domain::clock::{Clock, ClockEvent, ClockKind};
use crate::domain::policy::Policy;
use crate::domain::refusal::Code;
use crate::domain::time::{Instant, Secs, TimeError};

/// When something would be due, by a calendar of the policy in force
#[derive(Debug, Args)]
pub struct Due {
    #[arg(long, value_name = "NAME")]
    calendar: String,
    #[arg(long, value_name = "INSTANT")]
    start: Instant,
    /// Time it may take while the calendar is open, like 4h
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    target: Secs,
    /// A time that does not count: two instants with a slash between; several in the order of time
    #[arg(long, value_name = "FROM/TO", value_parser = pause)]
    pause: Vec<(Instant, Instant)>,
    #[command(flatten)]
    at: AsOf,
}

impl Due {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let desk = shell.desk_at(self.at.now)?;
        let version = self.version(desk.policy())?;
        let tables = BTreeMap::from([(version.id(), Arc::new(Timetable::new(version.calendar.clone())))]);
        let clock = self.clock(&version, desk.policy().sla.warn_pct);
        let reading = clock.read(desk.now(), &tables).map_err(|error| Code::TextInvalid.because(error.to_string()))?;
        if shell.out.is_json() {
            shell.out.json(&self.as_json(&version, &reading))?;
        } else {
            self.tell(&version, &reading, shell)?;
        }
        Ok(if reading.due_at.is_some() { Status::Done } else { Status::Nothing })
    }

    fn version(&self, policy: &Policy) -> Result<CalendarVersion, Failure> {
        let known = &policy.calendars;
        let calendar = known.get(&self.calendar).cloned().ok_or_else(|| {
            let names: Vec<_> = known.keys().map(String::as_str).collect();
            let refusal = Code::NotFound.because(format!("there is no calendar `{}`", self.calendar));
            refusal.hint(format!("use one of {}", names.join(", ")))
        })?;
        Ok(CalendarVersion { name: self.calendar.clone(), calendar })
    }

    fn clock(&self, version: &CalendarVersion, warn_pct: i64) -> Clock {
        let pauses = self.pause.iter();
        Clock {
            kind: ClockKind::Resolution,
            nth: 1,
            start: self.start,
            target: self.target,
            warn_pct,
            calendar: version.id(),
            events: pauses.flat_map(|(from, to)| [(*from, ClockEvent::Pause), (*to, ClockEvent::Resume)]).collect(),
            warned_at: None,
            breached_at: None,
        }
    }

    fn as_json(&self, version: &CalendarVersion, reading: &Reading) -> serde_json::Value {
        let at = |at: Option<Instant>| at.map(|at| at.to_string());
        json!({
            "calendar": self.calendar, "version": version.id().to_string(),
            "start": self.start.to_string(), "target_s": self.target.0,
            "due_at": at(reading.due_at), "warn_at": at(reading.warn_at), "over_at": at(reading.over_at),
            "elapsed_s": reading.elapsed.0, "remaining_s": reading.remaining.0, "band": reading.band.word(),
        })
    }

    fn tell(&self, version: &CalendarVersion, reading: &Reading, shell: &Shell<'_>) -> Result<(), Failure> {
        let Some(due) = reading.due_at else {
            return shell.out.text(&format!("no due time: `{}` is not open so long within ten years", self.calendar));
        };
        let zone = version.calendar.zone;
        let line = |what: &str, at: Instant| {
            let wall = zone.from_utc_datetime(&at.utc().naive_utc()).format("%a %Y-%m-%d %H:%M:%S");
            shell.out.text(&format!("{what:<6} {wall} {zone} ({at})"))
        };
        if let Some(warn) = reading.warn_at {
            line("warns", warn)?;
        }
        line("due", due)?;
        match reading.over_at {
            Some(over) if over > due => line("missed", over),
            _ => Ok(()),
        }
    }
}

fn length(text: &str) -> Result<Secs, String> {
    let length: Secs = text.parse().map_err(|error: TimeError| error.to_string())?;
    if length >= Secs(0) { Ok(length) } else { Err(format!("`{text}` is less than nothing")) }
}

fn pause(text: &str) -> Result<(Instant, Instant), String> {
    let (from, to) = text.split_once('/').ok_or_else(|| format!("`{text}` has no slash between two instants"))?;
    let instant = |text: &str| text.parse::<Instant>().map_err(|error| error.to_string());
    let (from, to) = (instant(from)?, instant(to)?);
    if from <= to { Ok((from, to)) } else { Err(format!("`{text}` ends before it begins")) }
}
