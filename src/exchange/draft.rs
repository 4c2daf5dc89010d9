//! A ticket while it is put together: what was told is cleaned and fitted, and what does not fit is written down.

use std::collections::BTreeSet;

use crate::domain::incident::{Category, Source, State, Subcategory, Visibility, WorkMode};
use crate::domain::role::Tier;
use crate::domain::text::{Description, Label, Name, Note, Resolution, Tag, Title, clean, clean_line};
use crate::domain::time::Instant;

use super::incoming::{Incoming, Requester, Standing, Step, What};
use super::rejection::{RECORD, Rejection};

/// More steps than any desk's ticket has; beyond it a record is refused whole.
pub(super) const STEPS: usize = 20_000;

pub(super) struct Draft {
    source: Tag,
    key: Label,
    line: u64,
    title: String,
    description: String,
    pub requester: Person,
    pub channel: Option<Source>,
    pub opened_at: Option<Instant>,
    pub logged_at: Option<Instant>,
    /// As it stands after the newest step told; before the first step, as it was logged.
    now: Standing,
    first: Standing,
    affected: BTreeSet<Label>,
    tags: BTreeSet<Tag>,
    history: Vec<Step>,
    words: Vec<String>,
    left_out: Vec<Rejection>,
}

/// A requester as told; empty texts are not told.
#[derive(Default)]
pub(super) struct Person {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub organisation: String,
    pub site: String,
}

/// Queued in the first tier, nothing else known.
pub(super) fn unknown() -> Standing {
    Standing {
        state: State::Queued,
        pending: None,
        tier: Tier::One,
        team: None,
        assignee: None,
        impact: None,
        urgency: None,
        priority: None,
        category: Category::Fix,
        subcategory: Subcategory::Unknown,
        category_told: None,
        resolution: None,
        resolved_at: None,
        closed_at: None,
    }
}

/// A person in their words; nobody where the place is empty or holds a dash or question mark only.
pub(super) fn person(told: &str) -> Option<Name> {
    let told = clean_line(told);
    if matches!(told.as_str(), "" | "-" | "?") { None } else { Name::fitted(&told).ok() }
}

pub(super) fn label(told: &str) -> Option<Label> {
    Label::fitted(told).ok()
}

/// A resolution note of the length that ours must have, whatever was told.
pub(super) fn resolution(told: &str, system: &str) -> Resolution {
    let told = clean(told);
    let note = match told.trim() {
        "" => format!("Resolved in {system}, without a note"),
        short if short.chars().count() < Resolution::MIN => format!("Resolved in {system}, in its words: {short}"),
        long => long.to_owned(),
    };
    Resolution::fitted(&note).expect("never shorter than its own frame, which is long enough")
}

impl Draft {
    /// `field` is the name of the key in the file.
    pub(super) fn new(source: &str, field: &str, key: &str, line: u64) -> Result<Self, Rejection> {
        let refused = |refusal: crate::domain::refusal::Refusal| Rejection::new(line, field, refusal.message);
        Ok(Self {
            source: Tag::new(source).map_err(refused)?,
            key: Label::new(key)
                .map_err(|_| Rejection::new(line, field, "is empty or too long; a ticket needs its number"))?,
            line,
            title: String::new(),
            description: String::new(),
            requester: Person::default(),
            channel: None,
            opened_at: None,
            logged_at: None,
            now: unknown(),
            first: unknown(),
            affected: BTreeSet::new(),
            tags: BTreeSet::new(),
            history: Vec::new(),
            words: Vec::new(),
            left_out: Vec::new(),
        })
    }

    pub(super) fn title(&mut self, told: &str) {
        self.title = clean_line(told);
    }

    pub(super) fn description(&mut self, told: &str) {
        self.description = clean(told).trim().to_owned();
    }

    pub(super) fn affects(&mut self, told: &str) {
        self.affected.extend(label(told));
    }

    /// A tag by any words: what a tag may not have becomes `-`.
    pub(super) fn tag(&mut self, told: &str) {
        let plain =
            clean_line(told).to_ascii_lowercase().replace(|c: char| !(c.is_ascii_alphanumeric() || c == '_'), "-");
        let plain = plain.trim_matches('-');
        self.tags.extend(Tag::new(&plain[..plain.len().min(32)]).ok());
    }

    /// Words that have no field here; they stand in a first internal note.
    pub(super) fn keep(&mut self, field: &str, told: &str) {
        let told = clean_line(told);
        if !told.is_empty() {
            self.words.push(format!("{}: {told}", clean_line(field)));
        }
    }

    pub(super) fn left_out(&mut self, line: u64, field: &str, reason: impl AsRef<str>) {
        self.left_out.push(Rejection::new(line, field, reason));
    }

    /// How it stood when it was logged.
    pub(super) fn begin(&mut self, standing: Standing) {
        self.first = standing;
        self.now = self.first_standing();
    }

    /// As it stands after the newest step told.
    pub(super) fn now(&self) -> &Standing {
        &self.now
    }

    /// What changed from the newest standing to the next; false if nothing did.
    pub(super) fn becomes(&mut self, next: Standing, at: Instant, actor: &str) -> bool {
        let changes = next.since(&self.now);
        let any = !changes.is_empty();
        for what in changes {
            self.step(at, actor, what);
        }
        any
    }

    pub(super) fn step(&mut self, at: Instant, actor: &str, what: What) {
        let step = Step { at, actor: person(actor), what };
        self.now.apply(&step);
        self.history.push(step);
    }

    pub(super) fn note(&mut self, at: Instant, actor: &str, visibility: Visibility, told: &str) {
        let text = clean(told);
        if text.trim().chars().count() > Note::MAX {
            self.left_out(self.line, "note", format!("the end of a note of more than {} characters", Note::MAX));
        }
        if let Ok(text) = Note::fitted(&text) {
            self.step(at, actor, What::Note { visibility, text });
        }
    }

    /// Refuses a ticket without any time.
    pub(super) fn finish(mut self, time_field: &str) -> Result<Incoming, Rejection> {
        if self.history.len() > STEPS {
            return Err(Rejection::new(self.line, RECORD, format!("has more than {STEPS} steps")));
        }
        let times = [self.opened_at, self.logged_at, self.history.iter().map(|step| step.at).min()];
        let Some(opened) = times.into_iter().flatten().next() else {
            return Err(Rejection::new(self.line, time_field, "is empty; a ticket needs a time"));
        };
        let title = self.fitted_title();
        let mut ticket = Incoming {
            description: self.fitted_description(),
            requester: self.requester.fitted(),
            source: self.source,
            key: self.key,
            title,
            channel: self.channel,
            work_mode: WorkMode::Reactive,
            category: self.first.category,
            subcategory: self.first.subcategory,
            category_told: self.first.category_told,
            impact: self.first.impact,
            urgency: self.first.urgency,
            priority: self.first.priority,
            tier: self.first.tier,
            team: self.first.team,
            assignee: self.first.assignee,
            affected: self.affected,
            machines: BTreeSet::new(),
            tags: self.tags,
            opened_at: opened,
            logged_at: self.logged_at.unwrap_or(opened),
            logged_by: None,
            history: self.history,
            line: self.line,
            left_out: self.left_out,
        };
        ticket.put_in_order(self.line);
        if let Ok(text) = Note::fitted(&self.words.join("\n")) {
            let what = What::Note { visibility: Visibility::Internal, text };
            ticket.history.insert(0, Step { at: ticket.logged_at, actor: None, what });
        }
        Ok(ticket)
    }

    fn first_standing(&self) -> Standing {
        let state = if self.first.assignee.is_some() { State::Assigned } else { State::Queued };
        Standing { state, pending: None, resolution: None, resolved_at: None, closed_at: None, ..self.first.clone() }
    }

    /// A title that is too long is cut, and stands whole at the head of the description.
    fn fitted_title(&mut self) -> Title {
        if self.title.is_empty() {
            self.title = format!("{} {}", self.source.as_str(), self.key);
        }
        if self.title.chars().count() > Title::MAX {
            self.description = format!("{}\n\n{}", self.title, self.description).trim().to_owned();
        }
        Title::fitted(&self.title).expect("not empty, and cut to its length")
    }

    fn fitted_description(&mut self) -> Option<Description> {
        if self.description.chars().count() > Description::MAX {
            self.left_out(self.line, "description", format!("its end, after {} characters", Description::MAX - 1));
        }
        Description::fitted(&self.description).ok()
    }
}

impl Person {
    /// Nobody without a name; where only an address is told, it is the name.
    fn fitted(&self) -> Option<Requester> {
        let name =
            [&self.name, &self.email, &self.phone, &self.organisation].into_iter().find_map(|told| person(told))?;
        Some(Requester {
            name,
            handle: None,
            email: label(&self.email),
            phone: label(&self.phone),
            organisation: person(&self.organisation),
            site: label(&self.site),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::incident::ResolutionCode;

    use super::*;

    fn draft() -> Draft {
        Draft::new("vinst", "key", "1-2", 7).unwrap()
    }

    #[test]
    fn times_are_put_in_order_and_what_gave_way_is_told() {
        let mut it = draft();
        (it.opened_at, it.logged_at) = (Some(Instant(50)), Some(Instant(40)));
        it.note(Instant(30), "ann", Visibility::Internal, "late");
        it.note(Instant(20), "bob", Visibility::Internal, "early");
        let ticket = it.finish("time").unwrap();
        assert_eq!((ticket.opened_at, ticket.logged_at), (Instant(20), Instant(20)));
        assert_eq!(ticket.history.iter().map(|step| step.at.0).collect::<Vec<_>>(), [20, 30]);
        let fields: Vec<_> = ticket.left_out.iter().map(|one| (one.line, one.field.as_str())).collect();
        assert_eq!(fields, [(7, "logged_at"), (7, "opened_at")]);
    }

    #[test]
    fn nothing_told_is_lost_when_it_does_not_fit() {
        let mut it = draft();
        it.opened_at = Some(Instant(5));
        it.title(&"x".repeat(300));
        it.description(&"y".repeat(20_000));
        it.keep("u_symptom", "Symptom 72");
        it.keep("vendor", "  ");
        let ticket = it.finish("time").unwrap();
        assert!(ticket.description.unwrap().as_str().starts_with(&"x".repeat(300)));
        assert_eq!(ticket.left_out[0].field, "description");
        assert!(
            matches!(&ticket.history[..], [Step { what: What::Note { text, .. }, .. }] if text.as_str() == "u_symptom: Symptom 72")
        );
    }

    #[test]
    fn a_ticket_without_key_or_time_is_refused_with_the_field() {
        let refused = Draft::new("vinst", "number", " \u{200b} ", 3).err().unwrap();
        assert_eq!((refused.line, refused.field.as_str()), (3, "number"));
        assert_eq!(draft().finish("opened_at").unwrap_err().field, "opened_at");
    }

    #[test]
    fn short_resolutions_get_a_frame_long_ones_stay() {
        assert_eq!(resolution("ok", "x").as_str(), "Resolved in x, in its words: ok");
        assert_eq!(resolution("", "x").as_str(), "Resolved in x, without a note");
        let long = "Cleared the cache and started it again.";
        assert_eq!(resolution(long, "x").as_str(), long);
    }

    #[test]
    fn a_reopened_ticket_can_be_resolved_again() {
        let mut it = draft();
        let stands = |state, told: Option<&str>| Standing {
            state,
            resolution: told.map(|told| (ResolutionCode::Fixed, resolution(told, "x"))),
            ..unknown()
        };
        it.becomes(stands(State::Resolved, Some("first")), Instant(1), "");
        it.becomes(stands(State::InProgress, Some("first")), Instant(2), "");
        assert_eq!(it.now().resolution, None);
        it.becomes(stands(State::Resolved, Some("first")), Instant(3), "");
        let steps = it.finish("time").unwrap().history;
        assert_eq!(steps.iter().filter(|step| matches!(step.what, What::Resolution { .. })).count(), 2);
    }

    #[test]
    fn what_steps_lead_to_is_where_they_were_taken_from() {
        let mut it = draft();
        it.begin(Standing { team: label("G97"), ..unknown() });
        let next = Standing {
            state: State::Pending,
            pending: Some(crate::domain::incident::Pending::AwaitingVendor),
            tier: Tier::Two,
            team: label("S33 2nd"),
            assignee: person("Åsa"),
            ..unknown()
        };
        assert!(it.becomes(next.clone(), Instant(9), "Åsa"));
        assert!(!it.becomes(next.clone(), Instant(10), "Åsa"));
        assert_eq!(it.finish("time").unwrap().standing(), next);
    }
}
