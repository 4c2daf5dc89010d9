//! Clocks in sentences: one for the answer, one for each step of the working, one for everything that could be done.
//! Command line and console say the same.
//!
//! Lengths are open time, but for waits, which are real time. Instants are told in one zone, that of [`Why`].

use chrono::NaiveDate;

use super::cause::Cause;
use super::stay::Stay;
use super::{Line, Maybe, Shift, Standing, Told, What, Why};
use crate::app::receipt;
use crate::domain::clock::explain::Step;
use crate::domain::clock::kept::StepKind;
use crate::domain::clock::read::Reading;
use crate::domain::clock::whatif::If;
use crate::domain::clock::{Band, ClockKind, Status};
use crate::domain::policy::Window;
use crate::domain::time::{Instant, Secs};
use crate::domain::when;

impl Why {
    /// An instant as it is told.
    pub fn at(&self, at: Instant) -> String {
        when::shown(at, self.now, self.zone)
    }

    /// What holds for every time that is told.
    pub fn times(&self) -> String {
        format!("Times in {}; it is {}.", self.zone, self.at(self.now))
    }

    /// The answer: how much is used, when it is due, and what held it up.
    pub fn answer(&self, told: &Told) -> String {
        let Reading { elapsed, target, .. } = told.reading;
        let used = format!("{} of {} used", elapsed.hours_text(), target.hours_text());
        format!("{}: {}", told.name(), self.stands(told, &used))
    }

    fn stands(&self, told: &Told, used: &str) -> String {
        let last = told.lines.iter().rev().find_map(|line| match &line.what {
            What::Step(Step::Stop { .. } | Step::Cancel { .. } | Step::Pause { .. }, cause) => {
                Some((line.at, cause.as_ref()))
            }
            _ => None,
        });
        let (at, cause) = last.map_or_else(|| (self.now, None), |(at, cause)| (at, cause));
        match told.reading.status {
            Status::Running => format!("{used}, {}{}{}", self.rest(told), self.earlier(told), self.waits(told)),
            Status::Paused => {
                let wait = cause.map_or_else(|| "on hold".to_owned(), |it| self.wait(it));
                let missed = if told.reading.band == Band::Breached { "missed, " } else { "" };
                format!("{missed}{used}, stands still since {}: {wait}", self.at(at))
            }
            Status::Stopped => {
                let verdict = if told.missed { "missed" } else { "kept" };
                format!("{verdict}, {used}, stopped {}{}{}", self.at(at), deed(cause), self.waits(told))
            }
            Status::Cancelled => format!("does not count, cancelled {}{}", self.at(at), deed(cause)),
        }
    }

    fn rest(&self, told: &Told) -> String {
        let Reading { remaining, due_at, band, .. } = told.reading;
        let due = due_at.map_or_else(|| "no due time within ten years".to_owned(), |due| self.at(due));
        match band {
            Band::Breached => format!("missed, was due {due}, {} over", Secs(-remaining.0).hours_text()),
            _ if due_at.is_none() => due,
            Band::Warn => format!("at risk, {} left, due {due}", remaining.hours_text()),
            Band::Ok => format!("{} left, due {due}", remaining.hours_text()),
        }
    }

    /// A breach that another target covers up.
    fn earlier(&self, told: &Told) -> String {
        match told.reading.ever_breached_at.or(told.clock.breached_at) {
            Some(at) if told.missed && told.reading.band != Band::Breached => {
                format!(" (missed under an earlier target, {})", self.at(at))
            }
            _ => String::new(),
        }
    }

    /// How long it stood still so far, and why.
    fn waits(&self, told: &Told) -> String {
        let length = real(told.paused(self.now));
        match &told.pauses[..] {
            [] => String::new(),
            [one] => match &one.cause {
                Some(cause) => format!(", paused {length}{}", self.by_and_why(cause)),
                None => format!(", paused {length}"),
            },
            more => format!(", paused {} times, {length} in all", more.len()),
        }
    }

    fn by_and_why(&self, cause: &Cause) -> String {
        let why = cause.pending.map(|reason| format!(": {}", spoken(reason.word()))).unwrap_or_default();
        format!(" by {}{why}", who(cause))
    }

    /// A wait: who, why, until when.
    fn wait(&self, cause: &Cause) -> String {
        let why = cause.pending.map(|reason| format!(", {}", spoken(reason.word()))).unwrap_or_default();
        let until = cause.until.map(|until| format!(" until {}", self.at(until))).unwrap_or_default();
        format!("on hold by {}{why}{until}{}", who(cause), note(cause))
    }

    /// A step of the working.
    pub fn line(&self, line: &Line) -> String {
        match &line.what {
            What::Step(step, cause) => self.step(step, line.at, cause.as_ref()),
            What::Undone { step, cause, by, when } => {
                let what = match step.ev {
                    StepKind::Pause => self.wait(cause),
                    StepKind::Retarget => self.retarget(cause),
                    ev => format!("{}{}", spoken(ev.word()), deed(Some(cause))),
                };
                format!("(undone) {what}; taken back by {by}, {}", self.at(*when))
            }
        }
    }

    fn step(&self, step: &Step, at: Instant, cause: Option<&Cause>) -> String {
        match step {
            Step::Start { target, warn_pct, calendar } => {
                let (name, zone) = self.calendar(*calendar);
                let hours = if zone == self.zone { name } else { format!("{name} ({zone})") };
                let begins = format!("starts{}", deed(cause));
                format!("{begins}: {} promised, at risk from {warn_pct} %, hours `{hours}`", target.hours_text())
            }
            Step::Counted { until, days: 1, each, total } => {
                format!("counts {} to {}{}", exact(*each), self.at(*until), sum(*total, *each))
            }
            Step::Counted { until, days, each, total } => {
                let (each, all) = (exact(*each), exact(*total));
                format!("counts {days} days of {each} to {}; {all} so far", self.at(*until))
            }
            Step::Closed { until, exceptions } => {
                let days: Vec<String> = exceptions.iter().map(|(date, windows)| closed(*date, windows)).collect();
                let days = if days.is_empty() { String::new() } else { format!(" ({})", days.join(", ")) };
                format!("closed to {}{days}", self.at(*until))
            }
            Step::Pause { .. } => cause.map_or_else(|| "on hold".to_owned(), |it| self.wait(it)),
            Step::Resume { .. } => match cause {
                Some(Cause { who: None, .. }) => "goes on by itself: the follow-up has come".to_owned(),
                _ => format!("goes on{}", deed(cause)),
            },
            Step::Stop { elapsed } => format!("stops{}: {} used", deed(cause), elapsed.hours_text()),
            Step::Reopen { elapsed } => format!("goes on{} with {} used", deed(cause), elapsed.hours_text()),
            Step::Cancel { .. } => match cause {
                Some(cause) if cause.pending.is_some() => format!("cancelled: {}", self.wait(cause)),
                _ => format!("cancelled{}", deed(cause)),
            },
            Step::Retarget { old, new, band, .. } => {
                let why = cause.map_or_else(|| "another target".to_owned(), |it| self.retarget(it));
                let band = match band {
                    Band::Breached => ", used up at once: missed",
                    Band::Warn => ", at risk at once",
                    Band::Ok => "",
                };
                let warn = if old.1 == new.1 { String::new() } else { format!(", at risk from {} %", new.1) };
                format!("{why}: {} promised instead of {}{warn}{band}", new.0.hours_text(), old.0.hours_text())
            }
            Step::Recalendar { old, new, .. } => {
                let (old, new) = (self.calendar(*old).0, self.calendar(*new).0);
                let hours = if old == new { "other opening hours".to_owned() } else { format!("instead of `{old}`") };
                format!("from here on hours `{new}`, {hours}{}", deed(cause))
            }
            Step::Forgive { .. } => {
                let by = cause.map(|it| format!(" by {}{}", who(it), note(it))).unwrap_or_default();
                format!("the miss is taken back{by}")
            }
            Step::Warn { elapsed } => format!("at risk: {} used", exact(*elapsed)),
            Step::Breach { elapsed } => format!("missed: more than {} used", elapsed.hours_text()),
            Step::Now(reading) => self.now_line(reading, at),
        }
    }

    fn now_line(&self, reading: &Reading, at: Instant) -> String {
        let used = format!("{} of {} used", reading.elapsed.hours_text(), reading.target.hours_text());
        let over = reading.remaining < Secs(0);
        let left = Secs(reading.remaining.0.abs()).hours_text();
        let left = if over { format!("{left} over") } else { format!("{left} left") };
        match (reading.status, reading.due_at) {
            (Status::Running, Some(due)) if at < due => format!("now: {used}, {left}, due {}", self.at(due)),
            (Status::Running, Some(due)) => format!("now: {used}, {left}, was due {}", self.at(due)),
            (Status::Running, None) => format!("now: {used}, {left}, no due time within ten years"),
            (Status::Paused, _) => format!("now: {used}, {left}, no due time while it stands still"),
            (Status::Stopped | Status::Cancelled, _) => format!("in the end: {used}, {left}"),
        }
    }

    /// Who changed the priority, and through what.
    fn retarget(&self, cause: &Cause) -> String {
        let grounds = cause.grounds.iter().map(|(name, from, to)| format!("{} {from} -> {to}", spoken(name)));
        let grounds: Vec<String> = grounds.collect();
        let what = if grounds.is_empty() { deed_of(cause) } else { grounds.join(", ") };
        let so = cause.priority.map(|(from, to)| format!(", so {from} becomes {to}")).unwrap_or_default();
        format!("{what} by {}{so}{}", who(cause), note(cause))
    }

    /// Everything that could be done, with what would come of it. Waits that come to the same are one.
    pub fn what_if(&self) -> Vec<(String, String)> {
        let mut told: Vec<(Vec<&Maybe>, String)> = Vec::new();
        for maybe in &self.ifs {
            let outcome = self.outcome(maybe);
            let alike = |of: &[&Maybe]| {
                matches!((of[0].outcome.deed, maybe.outcome.deed),
                (If::Hold { until: one, .. }, If::Hold { until: other, .. }) if one == other)
            };
            match told.iter_mut().find(|(of, same)| *same == outcome && alike(of)) {
                Some((of, _)) => of.push(maybe),
                None => told.push((vec![maybe], outcome)),
            }
        }
        told.into_iter().map(|(of, outcome)| (self.deed(&of), outcome)).collect()
    }

    fn deed(&self, alike: &[&Maybe]) -> String {
        let maybe = alike[0];
        match maybe.outcome.deed {
            If::Hold { until, tells, .. } => {
                let tells = if tells { ", told to the requester" } else { "" };
                let reasons = alike.iter().filter_map(|it| match it.outcome.deed {
                    If::Hold { reason, .. } => Some(spoken(reason.word())),
                    _ => None,
                });
                let reasons: Vec<String> = reasons.collect();
                format!("hold, {}, to {}{tells}", reasons.join(" or "), self.at(until))
            }
            If::Resume => "go on now".to_owned(),
            If::Urgency(urgency) => {
                let priority = match maybe.outcome.priority {
                    same if same == self.priority && self.overridden => format!("{same} stays, set by hand"),
                    same if same == self.priority => format!("{same} stays"),
                    other => format!("{other} instead of {}", self.priority),
                };
                format!("urgency {urgency}, {priority}")
            }
            If::Tier(tier) => format!("escalated, and tier {tier} accepts"),
            If::Reply => "reply to the requester".to_owned(),
        }
    }

    /// What would come of it, one clock after the other.
    fn outcome(&self, maybe: &Maybe) -> String {
        let shifts: Vec<String> = maybe.shifts.iter().map(|shift| self.shift(shift)).collect();
        if shifts.is_empty() { "no clock changes".to_owned() } else { shifts.join("; ") }
    }

    fn shift(&self, shift: &Shift) -> String {
        let name = shift.tier.map_or_else(|| shift.kind.name().to_owned(), |tier| format!("tier {tier}"));
        let due = |at: Option<Instant>| at.map_or_else(|| "not due within ten years".to_owned(), |at| self.at(at));
        match (shift.before, shift.after) {
            (_, Standing::Due(at)) if shift.begins && shift.kind == ClockKind::Ola => {
                format!("{name} gets {}, due {}", shift.targets.1.hours_text(), due(at))
            }
            (Standing::Due(was), Standing::Due(at)) => format!("{name} due {} -> {}", due(was), due(at)),
            (Standing::Paused, Standing::Due(at)) => format!("{name} goes on, due {}", due(at)),
            (_, Standing::Due(at)) => format!("{name} due {}", due(at)),
            (Standing::Paused, Standing::Paused) => {
                let (was, is) = shift.targets;
                format!("{name} stands still with {} instead of {}", is.hours_text(), was.hours_text())
            }
            (_, Standing::Paused) => format!("{name} stands still"),
            (_, Standing::Stopped) => format!("{name} stops"),
            (_, Standing::Cancelled) => format!("{name} is cancelled"),
            (_, Standing::Absent) => format!("no {name}"),
        }
    }
}

impl Told {
    /// As people call it: `Resolution`, `Tier 2`.
    pub fn name(&self) -> String {
        match (self.clock.kind, self.tier) {
            (ClockKind::Response, _) => "Response".to_owned(),
            (ClockKind::Resolution, _) => "Resolution".to_owned(),
            (ClockKind::Update, _) => format!("Update {}", self.clock.nth),
            (ClockKind::Ola, Some(tier)) if self.again => format!("Tier {tier} again"),
            (ClockKind::Ola, Some(tier)) => format!("Tier {tier}"),
            (ClockKind::Ola, None) => "Tier".to_owned(),
        }
    }
}

impl Stay {
    /// `used 2h, waiting 10m of 4h`.
    pub fn sentence(&self) -> String {
        let waited =
            if self.waited > Secs(0) { format!(", waiting {}", self.waited.hours_text()) } else { String::new() };
        let missed = if self.missed { " X" } else { "" };
        format!("used {} of {}{missed}{waited}", self.used.hours_text(), self.target.hours_text())
    }
}

/// To the second, so that what counted adds up: `1h 05m 30s`, `30m`.
fn exact(length: Secs) -> String {
    let n = length.0.max(0);
    let parts = [(n / 3_600, "h"), (n % 3_600 / 60, "m"), (n % 60, "s")];
    let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

/// Real time, without a part that is nothing: `2d`, `1h 05m`.
fn real(length: Secs) -> String {
    let text = length.brief();
    [" 0h", " 00m"].iter().find_map(|none| text.strip_suffix(none)).map_or(text.clone(), str::to_owned)
}

fn who(cause: &Cause) -> &str {
    cause.who.as_ref().map_or("itself", |login| login.as_str())
}

/// `, replied by ann`; nothing where nobody knows.
fn deed(cause: Option<&Cause>) -> String {
    let Some(cause) = cause else { return String::new() };
    match cause.who {
        Some(_) => format!(", {} by {}", deed_of(cause), who(cause)),
        None => format!(", {} by itself", deed_of(cause)),
    }
}

/// The verb as it was done, without its object.
fn deed_of(cause: &Cause) -> String {
    match cause.act {
        Some(act) => receipt::done(act).trim_end_matches(':').trim_end_matches(" on").to_owned(),
        None => "changed".to_owned(),
    }
}

fn note(cause: &Cause) -> String {
    cause.note.as_ref().map(|text| format!(" \"{text}\"")).unwrap_or_default()
}

/// Only where something had been counted before.
fn sum(total: Secs, each: Secs) -> String {
    if total == each { String::new() } else { format!("; {} so far", exact(total)) }
}

fn closed(date: NaiveDate, windows: &[Window]) -> String {
    let day = date.format("%a %-d %b");
    let open: Vec<String> = windows.iter().map(ToString::to_string).collect();
    if open.is_empty() { format!("{day} is a closed day") } else { format!("{day} only {}", open.join(", ")) }
}

fn spoken(word: &str) -> String {
    word.replace('_', " ")
}
