//! Placeholders of a text: `{asset}` is filled in from a record, and what nobody knows stays in sight as `[asset?]`.
//! A text with such a gap never reaches a requester.

use super::refusal::{Code, Refusal};
use super::word::words;

words! {
    /// What a text can name of the record that it is for.
    pub enum Placeholder {
        Number = "number",
        Title = "title",
        /// Full name of the requester.
        Requester = "requester",
        Organisation = "organisation",
        Site = "site",
        /// The first machine.
        Asset = "asset",
        /// The first program or service.
        Software = "software",
        /// Error code or module that was seen.
        Signature = "signature",
        /// Kind of the fault, in words.
        Category = "category",
        Priority = "priority",
        Contract = "contract",
        /// Name of the one who has the record.
        Owner = "owner",
        /// Name of the one who writes.
        Me = "me",
        /// When the solution is promised.
        Due = "due",
        Opened = "opened",
    }
}

impl Placeholder {
    /// How it stands in a text that nobody could fill in.
    pub fn gap(self) -> String {
        format!("[{self}?]")
    }
}

/// The text with every known placeholder replaced; one without a value becomes its gap. Values are put in as they
/// are: what a requester wrote between braces stays what it is.
pub fn fill(text: &str, value: impl Fn(Placeholder) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text.trim();
    while let Some((before, name, after)) = next(rest) {
        filled.push_str(before);
        match Placeholder::from_word(name) {
            Some(placeholder) => filled.push_str(&value(placeholder).unwrap_or_else(|| placeholder.gap())),
            None => filled.push_str(&format!("{{{name}}}")),
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Names between braces that are no placeholder: a slip in a file.
pub fn unknown(text: &str) -> Vec<String> {
    let mut rest = text;
    let mut unknown = Vec::new();
    while let Some((_, name, after)) = next(rest) {
        if Placeholder::from_word(name).is_none() {
            unknown.push(name.to_owned());
        }
        rest = after;
    }
    unknown
}

/// The gaps that a text still has, each once.
pub fn gaps(text: &str) -> Vec<String> {
    Placeholder::ALL.iter().map(|it| it.gap()).filter(|gap| text.contains(gap)).collect()
}

/// Refuses `text_invalid` while a text has gaps.
pub fn filled(text: &str) -> Result<(), Refusal> {
    let gaps = gaps(text);
    if gaps.is_empty() {
        return Ok(());
    }
    let (is, it) = if gaps.len() == 1 { ("is", "it") } else { ("are", "them") };
    let why = format!("{} {is} still to be filled in; write what belongs there, or take {it} out", gaps.join(" and "));
    Err(Code::TextInvalid.because(why))
}

/// What stands before the next `{name}`, the name, and what stands behind it. Braces around anything else are text.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|at| from + at) {
        let inside = &text[open + 1..];
        let end = inside.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(inside.len());
        if end > 0 && inside[end..].starts_with('}') {
            return Some((&text[..open], &inside[..end], &inside[end + 1..]));
        }
        from = open + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_filled_in_and_the_rest_stays_in_sight() {
        let value = |it| match it {
            Placeholder::Number => Some("INC-12".to_owned()),
            Placeholder::Title => Some("says {me} and {asset?}".to_owned()),
            _ => None,
        };
        for (text, filled) in [
            ("Hello {requester}, about {number}.\n", "Hello [requester?], about INC-12."),
            ("{title}: {number}{number}", "says {me} and {asset?}: INC-12INC-12"),
            ("{ number } {Number} {} {0x80070005} {a{number}", "{ number } {Number} {} {0x80070005} {aINC-12"),
            ("{wobble}", "{wobble}"),
        ] {
            assert_eq!(fill(text, value), filled, "{text}");
        }
    }

    #[test]
    fn a_text_with_a_gap_is_refused_and_says_which() {
        for (text, refused) in [
            ("Hello Marta {asset} [x?] [asset]", None),
            (
                "Hello [requester?]",
                Some("[requester?] is still to be filled in; write what belongs there, or take it out"),
            ),
            (
                "[asset?] [me?] [asset?]",
                Some("[asset?] and [me?] are still to be filled in; write what belongs there, or take them out"),
            ),
        ] {
            assert_eq!(filled(text).err().map(|it| it.message).as_deref(), refused, "{text}");
        }
    }

    #[test]
    fn names_that_are_no_placeholder_are_told() {
        assert_eq!(unknown("{number} {nmber} {GUID} {x_y}"), ["nmber", "x_y"]);
    }
}
