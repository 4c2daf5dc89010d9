//! Tickets on their way out. JSON reads back without loss; CSV is for spreadsheets, Markdown for people.

use std::borrow::Borrow;
use std::fmt::{self, Display};
use std::io::{self, Write};

use crate::domain::incident::{State, Visibility};
use crate::domain::text::clean_line;
use crate::domain::word::words;

use super::incoming::{Incoming, Step, What};
use super::tierdesk::Record;

words! {
    /// The shapes of an export.
    pub enum Shape {
        JsonLines = "jsonl",
        Json = "json",
        Csv = "csv",
        Markdown = "md",
    }
}

/// Writes every ticket and says how many there were.
pub fn write<T: Borrow<Incoming>>(
    shape: Shape,
    tickets: impl IntoIterator<Item = T>,
    out: &mut impl Write,
) -> io::Result<u64> {
    let mut n = 0;
    let tickets = tickets.into_iter().inspect(|_| n += 1);
    match shape {
        Shape::JsonLines => json_lines(tickets, out)?,
        Shape::Json => json(tickets, out)?,
        Shape::Csv => csv(tickets, out)?,
        Shape::Markdown => markdown(tickets, out)?,
    }
    out.flush()?;
    Ok(n)
}

fn json_lines<T: Borrow<Incoming>>(tickets: impl Iterator<Item = T>, out: &mut impl Write) -> io::Result<()> {
    for ticket in tickets {
        serde_json::to_writer(&mut *out, &Record::of(ticket.borrow()))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn json<T: Borrow<Incoming>>(tickets: impl Iterator<Item = T>, out: &mut impl Write) -> io::Result<()> {
    let mut before = "[\n";
    for ticket in tickets {
        out.write_all(before.as_bytes())?;
        serde_json::to_writer(&mut *out, &Record::of(ticket.borrow()))?;
        before = ",\n";
    }
    out.write_all(if before == "[\n" { b"[]\n" } else { b"\n]\n" })
}

const COLUMNS: [&str; 26] = [
    "source",
    "number",
    "title",
    "state",
    "pending",
    "tier",
    "team",
    "assignee",
    "priority",
    "impact",
    "urgency",
    "category",
    "subcategory",
    "work_mode",
    "channel",
    "requester",
    "email",
    "phone",
    "organisation",
    "affected",
    "tags",
    "opened_at",
    "logged_at",
    "resolved_at",
    "closed_at",
    "resolution",
];

fn csv<T: Borrow<Incoming>>(tickets: impl Iterator<Item = T>, out: &mut impl Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(COLUMNS).map_err(cause)?;
    for ticket in tickets {
        table.write_record(cells(ticket.borrow()).map(|cell| harmless(&cell))).map_err(cause)?;
    }
    table.flush()
}

/// What the writer below said, so that a reader that has gone can be told from a disk that is full.
fn cause(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(cause) => cause,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// One row, in the order of [`COLUMNS`].
fn cells(ticket: &Incoming) -> [String; 26] {
    let now = ticket.standing();
    let asked = ticket.requester.as_ref();
    [
        ticket.source.as_str().to_owned(),
        ticket.key.to_string(),
        ticket.title.to_string(),
        now.state.to_string(),
        shown(now.pending),
        now.tier.to_string(),
        shown(now.team),
        shown(now.assignee),
        now.priority.map_or_else(String::new, |priority| priority.n().to_string()),
        shown(now.impact),
        shown(now.urgency),
        now.category.to_string(),
        now.subcategory.to_string(),
        ticket.work_mode.to_string(),
        shown(ticket.channel),
        shown(asked.map(|it| &it.name)),
        shown(asked.and_then(|it| it.email.as_ref())),
        shown(asked.and_then(|it| it.phone.as_ref())),
        shown(asked.and_then(|it| it.organisation.as_ref())),
        joined(ticket.machines.iter().chain(&ticket.affected)),
        ticket.tags.iter().map(|tag| tag.as_str()).collect::<Vec<_>>().join(" "),
        ticket.opened_at.to_string(),
        ticket.logged_at.to_string(),
        shown(now.resolved_at),
        shown(now.closed_at),
        shown(now.resolution.map(|(_, note)| note)),
    ]
}

fn shown(value: Option<impl Display>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn joined(values: impl IntoIterator<Item = impl Display>) -> String {
    values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(", ")
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

fn markdown<T: Borrow<Incoming>>(tickets: impl Iterator<Item = T>, out: &mut impl Write) -> io::Result<()> {
    for ticket in tickets {
        section(ticket.borrow(), out)?;
    }
    Ok(())
}

fn section(ticket: &Incoming, out: &mut impl Write) -> io::Result<()> {
    let now = ticket.standing();
    writeln!(out, "## {} {}\n", plain(ticket.key.as_str()), plain(ticket.title.as_str()))?;
    let level = now.priority.map_or_else(String::new, |priority| format!(", {priority}"));
    let reason = now.pending.map_or_else(String::new, |reason| format!(" ({reason})"));
    writeln!(out, "- {}{reason}{level}, tier {}, {}", now.state, now.tier, ticket.work_mode)?;
    writeln!(out, "- {} / {}", now.category, now.subcategory)?;
    for (name, told) in [
        ("assignee", shown(now.assignee)),
        ("requester", shown(ticket.requester.as_ref().map(|it| &it.name))),
        ("affected", joined(ticket.machines.iter().chain(&ticket.affected))),
    ] {
        if !told.is_empty() {
            writeln!(out, "- {name}: {}", plain(&told))?;
        }
    }
    writeln!(out, "- opened {}, logged {}\n", ticket.opened_at, ticket.logged_at)?;
    for line in ticket.description.iter().flat_map(|it| it.as_str().lines()) {
        writeln!(out, "> {}", plain(line))?;
    }
    if ticket.description.is_some() {
        writeln!(out)?;
    }
    for step in &ticket.history {
        let actor = step.actor.as_ref().map_or_else(String::new, |actor| format!(" {}:", plain(actor.as_str())));
        writeln!(out, "- {}{actor} {}", step.at, plain(&Sentence(step).to_string()))?;
    }
    writeln!(out)
}

/// A step in one line.
struct Sentence<'a>(&'a Step);

impl Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.what {
            What::State { state: State::Pending, pending: Some(reason), .. } => write!(f, "pending, {reason}"),
            What::State { state, .. } => write!(f, "{state}"),
            What::Assign(Some(person)) => write!(f, "assigned to {person}"),
            What::Assign(None) => f.write_str("back to the queue"),
            What::Tier(tier) => write!(f, "to tier {tier}"),
            What::Team(team) => write!(f, "to team {team}"),
            What::Note { visibility: Visibility::Internal, text } => write!(f, "note: {}", clean_line(text.as_str())),
            What::Note { visibility: Visibility::Requester, text } => write!(f, "told: {}", clean_line(text.as_str())),
            What::Impact(impact) => write!(f, "impact {impact}"),
            What::Urgency(urgency) => write!(f, "urgency {urgency}"),
            What::Priority(priority) => write!(f, "priority {priority}"),
            What::Category { category, subcategory, .. } => write!(f, "category {category} / {subcategory}"),
            What::Resolution { code, note } => write!(f, "{code}: {}", clean_line(note.as_str())),
        }
    }
}

/// Text that Markdown shows as it is.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tierdesk;
    use super::*;

    fn ticket(title: &str) -> Incoming {
        tierdesk::ticket(
            1,
            json!({"tierdesk": 1, "source": "tierdesk", "key": "INC-OSL-7", "title": title, "description": "a\n# b",
                "category": "fix", "subcategory": "crash", "opened_at": "2026-01-02T03:04:05Z",
                "logged_at": "2026-01-02T03:05:05Z", "tags": ["vpn"], "affected": ["srv_1"],
                "requester": {"name": "Åsa", "email": "+a@example.com"},
                "history": [
                    {"at": "2026-01-02T04:00:00Z", "actor": "ann", "what": {"assign": "ann"}},
                    {"at": "2026-01-02T05:00:00Z", "what": {"state": {"state": "pending", "pending": "awaiting_vendor"}}},
                    {"at": "2026-01-02T06:00:00Z", "what": {"assign": null}}]}),
        )
        .unwrap()
    }

    fn written(shape: Shape, tickets: &[Incoming]) -> String {
        let mut out = Vec::new();
        assert_eq!(write(shape, tickets, &mut out).unwrap(), tickets.len() as u64);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_that_a_spreadsheet_would_run_are_quoted() {
        for title in ["=cmd|x", "+1", "-1", "@sum"] {
            let text = written(Shape::Csv, &[ticket(title)]);
            assert!(
                text.lines().nth(1).unwrap().starts_with(&format!("tierdesk,INC-OSL-7,'{title},pending,")),
                "{text}"
            );
            assert!(text.contains(",'+a@example.com,"));
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_told_from_other_faults() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for shape in Shape::ALL {
            let tickets: Vec<_> = (0..500).map(|_| ticket("a title that fills the buffers")).collect();
            let refused = write(*shape, &tickets, &mut Gone).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::BrokenPipe, "{shape}");
        }
    }

    #[test]
    fn json_of_no_ticket_is_still_json() {
        assert_eq!(written(Shape::Json, &[]), "[]\n");
        let read: Vec<serde_json::Value> =
            serde_json::from_str(&written(Shape::Json, &[ticket("a"), ticket("b")])).unwrap();
        assert_eq!(read.len(), 2);
    }

    #[test]
    fn markdown_shows_text_as_it_is() {
        let text = written(Shape::Markdown, &[ticket("a *b* <c>")]);
        for line in [
            "## INC-OSL-7 a \\*b\\* \\<c\\>",
            "- pending (awaiting_vendor), tier 1, reactive",
            "> \\# b",
            "- affected: srv\\_1",
            "- 2026-01-02T04:00:00Z ann: assigned to ann",
            "- 2026-01-02T06:00:00Z back to the queue",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} in {text}");
        }
    }
}
