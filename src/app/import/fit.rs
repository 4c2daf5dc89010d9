//! What an event can hold: a ticket of another system is cut to it, and what was cut is written down.

use crate::domain::text::{Description, Note};
use crate::exchange::incoming::{Incoming, What};
use crate::exchange::rejection::Rejection;

/// Longest text that stands in one event, in bytes of JSON. A body has room for 64 KiB.
pub(super) const TEXT_MAX: usize = 40 * 1024;
/// Most tags of a ticket (domain 1.2).
const TAGS_MAX: usize = 20;
/// Most machines, programs and services of a ticket that is created in one event.
const NAMES_MAX: usize = 20;

/// Cuts what is too much. `file` is the name in the report.
pub(super) fn fit(ticket: &mut Incoming, file: &str) {
    let mut cut = Vec::new();
    let mut tell = |field: &str, reason: String| {
        cut.push(Rejection { file: file.to_owned(), ..Rejection::new(ticket.line, field, reason) });
    };
    while ticket.tags.len() > TAGS_MAX {
        let tag = ticket.tags.pop_last().expect("more than the most");
        tell("tags", format!("`{}` is left out; a ticket has at most {TAGS_MAX} tags", tag.as_str()));
    }
    while ticket.affected.len() + ticket.machines.len() > NAMES_MAX {
        let Some(name) = ticket.affected.pop_last().or_else(|| ticket.machines.pop_last()) else { break };
        tell("affected", format!("`{name}` is left out; at most {NAMES_MAX} names are taken over"));
    }
    if let Some(short) = ticket.description.as_ref().and_then(|text| shortened(text.as_str())) {
        tell("description", format!("its end, after {} bytes", short.len()));
        ticket.description = Description::new(&short).ok();
    }
    for step in &mut ticket.history {
        if let What::Note { text, .. } = &mut step.what
            && let Some(short) = shortened(text.as_str())
        {
            tell("note", format!("its end, after {} bytes", short.len()));
            *text = Note::new(&short).expect("not empty, and shorter than before");
        }
    }
    ticket.left_out.extend(cut);
}

/// Bytes of all the texts of a ticket.
pub(super) fn bytes(ticket: &Incoming) -> usize {
    let notes = ticket.history.iter().map(|step| match &step.what {
        What::Note { text, .. } => text.as_str().len(),
        _ => 0,
    });
    ticket.description.as_ref().map_or(0, |text| text.as_str().len()) + notes.sum::<usize>()
}

/// Bytes of a text in JSON, where quotes and line ends take two.
pub(super) fn weight(text: &str) -> usize {
    text.bytes().map(|byte| if matches!(byte, b'"' | b'\\' | b'\n') { 2 } else { 1 }).sum()
}

/// The start of a text that is too long for one event.
fn shortened(text: &str) -> Option<String> {
    // Nothing takes more than two bytes for one.
    if text.len() * 2 <= TEXT_MAX || weight(text) <= TEXT_MAX {
        return None;
    }
    let mut room = TEXT_MAX - '…'.len_utf8();
    let mut short = String::with_capacity(TEXT_MAX);
    for c in text.chars() {
        let bytes = weight(c.encode_utf8(&mut [0; 4]));
        if bytes > room {
            break;
        }
        room -= bytes;
        short.push(c);
    }
    short.push('…');
    Some(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_by_bytes_and_at_a_character() {
        assert_eq!(shortened("short"), None);
        assert_eq!(shortened(&"x".repeat(TEXT_MAX)), None);
        for long in ["é".repeat(TEXT_MAX), "\n".repeat(TEXT_MAX), "😀".repeat(16_384)] {
            let short = shortened(&long).unwrap();
            assert!(weight(&short) <= TEXT_MAX && weight(&short) > TEXT_MAX - 8 && short.ends_with('…'));
        }
    }
}
