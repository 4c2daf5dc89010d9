//! Tables and logs read by a mapping file.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use crate::domain::incident::{State, Visibility};
use crate::domain::role::Tier;
use crate::domain::time::Instant;

use super::draft::{Draft, label, person, resolution, unknown};
use super::incoming::{Incoming, Standing};
use super::mapping::{Event, Field, Mapping, Meaning};
use super::rejection::Rejection;
use super::row::{Group, Row};
use super::snapshot::{Mark, Snapshot};
use super::words;

/// A ticket from its row, or from the rows of its log.
pub(super) fn ticket(group: &Group, mapping: &Mapping, zone: Tz) -> Result<Incoming, Rejection> {
    let Some(first) = group.rows.first() else { return Err(Rejection::new(group.line, "key", "has no rows")) };
    let it = Mapped { mapping, row: first, zone: mapping.zone.unwrap_or(zone) };
    let key = it.text(Field::Key);
    let mut draft = Draft::new(mapping.source.as_str(), it.column(Field::Key), &key, first.line)?;
    it.head(&mut draft);
    let begin = it.standing(&mut draft, unknown());
    draft.begin(begin);
    match &mapping.event {
        None => it.snapshot(&mut draft),
        Some(event) => {
            let mut before = None;
            for row in &group.rows {
                Mapped { row, ..it }.event(&mut draft, event, before);
                before = Some(row);
            }
        }
    }
    draft.finish(it.column(Field::OpenedAt))
}

/// A row seen through a mapping.
#[derive(Clone, Copy)]
struct Mapped<'a> {
    mapping: &'a Mapping,
    row: &'a Row,
    zone: Tz,
}

impl<'a> Mapped<'a> {
    /// The first column of a field, for a rejection; our word where it has none.
    fn column(&self, field: Field) -> &'a str {
        self.mapping.columns(field).first().map_or(field.word(), String::as_str)
    }

    /// What the row tells for a field, in our words where the mapping has them.
    fn told(&self, field: Field) -> impl Iterator<Item = &'a str> {
        let (mapping, row) = (self.mapping, self.row);
        let cells = mapping.columns(field).iter().map(move |column| row.get(column));
        cells.filter(|told| !told.is_empty()).map(move |told| mapping.value(field, told))
    }

    fn text(&self, field: Field) -> String {
        self.told(field).collect::<Vec<_>>().join(", ")
    }

    fn head(&self, draft: &mut Draft) {
        draft.title(&self.text(Field::Title));
        draft.description(&self.told(Field::Description).collect::<Vec<_>>().join("\n\n"));
        draft.requester.name = self.text(Field::Requester);
        draft.requester.email = self.text(Field::Email);
        draft.requester.phone = self.text(Field::Phone);
        draft.requester.organisation = self.text(Field::Organisation);
        draft.requester.site = self.text(Field::Site);
        draft.channel = self.known(draft, Field::Channel, words::channel);
        draft.opened_at = self.time(draft, Field::OpenedAt);
        draft.logged_at = self.time(draft, Field::LoggedAt);
        self.told(Field::Tags).for_each(|tag| draft.tag(tag));
        for column in self.mapping.columns(Field::Keep) {
            draft.keep(column, self.row.get(column));
        }
    }

    /// Everything but the state.
    fn standing(&self, draft: &mut Draft, base: Standing) -> Standing {
        self.told(Field::Affected).for_each(|name| draft.affects(name));
        let team = self.text(Field::Team);
        let tier = self.known(draft, Field::Tier, |told| told.parse().ok().and_then(Tier::new));
        let told = self.mapping.columns(Field::Category).iter().map(|column| self.row.get(column));
        let told = told.filter(|told| !told.is_empty()).collect::<Vec<_>>().join(" / ");
        let (category, subcategory) = words::category(&self.told(Field::Category).collect::<Vec<_>>().join(" / "));
        let assignee = if self.mapping.columns(Field::Assignee).is_empty() {
            base.assignee.clone()
        } else {
            person(&self.text(Field::Assignee))
        };
        Standing {
            tier: tier.unwrap_or_else(|| words::tier(&team)),
            team: label(&team),
            assignee,
            impact: self.known(draft, Field::Impact, words::impact),
            urgency: self.known(draft, Field::Urgency, words::urgency),
            priority: self.known(draft, Field::Priority, words::priority),
            category,
            subcategory,
            category_told: label(&told),
            ..base
        }
    }

    fn snapshot(&self, draft: &mut Draft) {
        let moves = self.told_state(draft).and_then(|(told, meaning)| match meaning {
            Meaning::Moves(state, pending) => Some((state, pending)),
            Meaning::Note => {
                draft.keep(self.column(Field::State), told);
                None
            }
        });
        let mark =
            |draft: &mut Draft, field| Mark { field: self.column(field), at: self.time(draft, field), actor: "" };
        let told = self.text(Field::Resolution);
        let changed = mark(draft, Field::ChangedAt);
        if let Some(at) = changed.at.or(draft.opened_at) {
            draft.note(at, "", Visibility::Internal, &self.text(Field::Note));
        }
        Snapshot {
            line: self.row.line,
            state: moves,
            resolution: (words::resolution_code(&told), resolution(&told, self.mapping.source.as_str())),
            responded: mark(draft, Field::RespondedAt),
            resolved: mark(draft, Field::ResolvedAt),
            closed: mark(draft, Field::ClosedAt),
            changed,
        }
        .settle(draft);
    }

    fn event(&self, draft: &mut Draft, event: &Event, before: Option<&Row>) {
        let told_at = self.row.get(&event.at);
        let Some(at) = self.instant(told_at) else {
            draft.left_out(self.row.line, &event.at, format!("`{told_at}` is not a time; the event is left out"));
            return;
        };
        draft.opened_at.get_or_insert(at);
        let actor = self.row.get(&event.actor);
        let now = draft.now().clone();
        let mut next = self.standing(draft, now);
        let word = self.row.get(self.column(Field::State));
        if event.takes.iter().any(|takes| takes.eq_ignore_ascii_case(word)) {
            next.assignee = person(actor);
        }
        let told = self.told_state(draft);
        if let Some((_, Meaning::Moves(state, pending))) = told {
            (next.state, next.pending) = (state, pending);
            let ends = matches!(state, State::Resolved | State::Closed);
            if ends && next.resolution.is_none() {
                let told = self.text(Field::Resolution);
                next.resolution =
                    Some((words::resolution_code(&told), resolution(&told, self.mapping.source.as_str())));
            }
        }
        let moved = draft.becomes(next, at, actor);
        let mut notes = vec![self.text(Field::Note)];
        if !moved || matches!(told, None | Some((_, Meaning::Note))) {
            notes.push(word.to_owned());
        }
        let kept: Vec<&str> = self.mapping.columns(Field::Keep).iter().map(String::as_str).collect();
        notes.extend(before.map(|before| self.row.changed(before, &kept)));
        draft.note(at, actor, Visibility::Internal, notes.join("\n").trim());
    }

    /// The state's word and its meaning; an unknown word is written down.
    fn told_state(&self, draft: &mut Draft) -> Option<(&'a str, Meaning)> {
        let column = self.mapping.columns(Field::State).first()?;
        let told = self.row.get(column);
        let found = self.mapping.state(told);
        if found.is_none() && !told.is_empty() {
            draft.left_out(self.row.line, column, format!("`{told}` is no state, and the mapping does not say which"));
        }
        found.map(|meaning| (told, meaning))
    }

    fn known<T>(&self, draft: &mut Draft, field: Field, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let told = self.told(field).next()?;
        let found = read(told);
        if found.is_none() {
            draft.left_out(self.row.line, self.column(field), format!("`{told}` is not known as {field}"));
        }
        found
    }

    /// Of several columns the first that tells a time.
    fn time(&self, draft: &mut Draft, field: Field) -> Option<Instant> {
        for column in self.mapping.columns(field) {
            let told = self.row.get(column);
            match self.instant(told) {
                Some(at) => return Some(at),
                None if told.is_empty() => {}
                None => {
                    draft.left_out(self.row.line, column, format!("`{told}` is not a time of the mapping's formats"))
                }
            }
        }
        None
    }

    fn instant(&self, told: &str) -> Option<Instant> {
        let read = |format: &String| {
            let with_offset = DateTime::parse_from_str(told, format).ok().map(|at| Instant(at.timestamp()));
            let civil = || NaiveDateTime::parse_from_str(told, format).ok();
            let day = || NaiveDate::parse_from_str(told, format).ok().map(|day| day.and_time(chrono::NaiveTime::MIN));
            with_offset.or_else(|| civil().or_else(day).map(|at| words::local(at, self.zone)))
        };
        self.mapping.dates.iter().find_map(read).or_else(|| told.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::input::{Input, Tally};
    use super::super::table::Table;
    use super::*;

    fn read(map: &str, table: &str) -> Vec<Result<Incoming, Rejection>> {
        let mapping = Mapping::parse("map", map).unwrap();
        let tally = Tally::default();
        let input = Input::open(Box::new(Cursor::new(table.to_owned())), mapping.encoding, &tally).unwrap();
        let key = mapping.event.as_ref().map(|_| mapping.columns(Field::Key)[0].as_str());
        let table = Table::open(input, mapping.delimiter, key, tally).unwrap();
        table.map(|group| ticket(&group?, &mapping, Tz::UTC)).collect()
    }

    #[test]
    fn columns_values_dates_and_zone_come_from_the_mapping() {
        let map = r#"
            source = "old-desk"
            zone = "Europe/Rome"
            dates = ["%d.%m.%Y %H:%M", "%d.%m.%Y"]
            [fields]
            key = "Nr"
            title = ["Betreff", "Gerät"]
            state = "Status"
            priority = "Prio"
            opened_at = "Auf"
            closed_at = "Zu"
            keep = "Garantie"
            [values.state]
            "Wartet" = "pending awaiting_requester"
            "fertig" = "closed"
            [values.priority]
            "hoch" = "2"
        "#;
        let found = read(
            map,
            "Nr;Betreff;Gerät;Status;Prio;Auf;Zu;Garantie\n\
             1;Kein Bild;TV;FERTIG;Hoch;1.7.2024 9:05;02.07.2024;bis 2026\n\
             2;Ton;;wartet;egal;1.7.2024 9:05;;\n",
        );
        let (first, second) = (found[0].as_ref().unwrap(), found[1].as_ref().unwrap());
        assert_eq!((first.title.as_str(), first.priority.unwrap().n()), ("Kein Bild, TV", 2));
        assert_eq!(first.opened_at.to_string(), "2024-07-01T07:05:00Z");
        assert_eq!(first.standing().closed_at.unwrap().to_string(), "2024-07-01T22:00:00Z");
        assert_eq!(second.standing().state, State::Pending);
        let left_out: Vec<_> = second.left_out.iter().map(|one| (one.line, one.field.as_str())).collect();
        assert_eq!(left_out, [(3, "Prio")]);
    }

    #[test]
    fn a_log_is_one_ticket_a_key_with_owners_by_what_they_did() {
        let map = r#"
            source = "old-desk"
            [fields]
            key = "case"
            state = "activity"
            keep = "level"
            [values.state]
            "Assign" = "note"
            "Take" = "in_progress"
            "Done" = "resolved"
            [event]
            at = "when"
            actor = "who"
            takes = ["Take"]
        "#;
        let found = read(
            map,
            "case,activity,who,when,level\n\
             7,Assign,ann,2024-01-01T08:00:00Z,1\n\
             7,Take,bob,2024-01-01T09:00:00Z,1\n\
             7,Dance,bob,2024-01-01T10:00:00Z,2\n\
             7,Done,bob,2024-01-01T11:00:00Z,2\n\
             8,Take,cid,never,1\n",
        );
        let first = found[0].as_ref().unwrap();
        let end = first.standing();
        assert_eq!((end.state, end.assignee), (State::Resolved, person("bob")));
        let notes = serde_json::to_string(&first.history).unwrap();
        for kept in ["\"level: 1\"", "\"Assign\"", "Dance\\nlevel: 2"] {
            assert!(notes.contains(kept), "{kept} in {notes}");
        }
        assert_eq!((first.left_out.len(), first.left_out[0].line), (1, 4));
        assert!(found[1].is_err());
    }
}
