//! Text that is safe to store and to draw: cleaned once where it enters, length-checked, never wrong afterwards.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::refusal::{Code, Refusal};

/// Does this character reorder, hide or control what a terminal shows?
fn hides(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Text from outside made harmless: line ends become `\n`, tabs four spaces, and control, bidi-override and
/// zero-width characters go. What was visible stays.
pub fn clean(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\t' => out.push_str("    "),
            '\n' => out.push('\n'),
            c if c.is_control() || hides(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// [`clean`] for one line: line ends and runs of white space become one space, both ends are trimmed.
pub fn clean_line(raw: &str) -> String {
    clean(raw).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `max` characters, cut with an ellipsis.
pub fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(max.saturating_sub(1)).collect();
    out.push('…');
    out
}

macro_rules! text {
    ($($(#[$doc:meta])* $name:ident($what:literal, $min:literal..=$max:literal, $lines:literal);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub const MIN: usize = $min;
            pub const MAX: usize = $max;

            /// Cleaned and checked; refuses `text_invalid` when too short or too long, in characters.
            pub fn new(raw: &str) -> Result<Self, Refusal> {
                let text = if $lines { clean(raw).trim().to_owned() } else { clean_line(raw) };
                let n = text.chars().count();
                if n < $min {
                    return Err(Code::TextInvalid.because(if $min == 1 {
                        concat!($what, " is empty").to_owned()
                    } else {
                        format!("{} has {n} characters and needs at least {}", $what, $min)
                    }));
                }
                if n > $max {
                    return Err(Code::TextInvalid.because(format!("{} has {n} characters; {} is the most", $what, $max)));
                }
                Ok(Self(text))
            }

            /// As [`new`](Self::new), but what is too long is cut: for text of other systems.
            pub fn fitted(raw: &str) -> Result<Self, Refusal> {
                let text = if $lines { clean(raw).trim().to_owned() } else { clean_line(raw) };
                Self::new(&cut(&text, $max))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Refusal;
            fn try_from(text: String) -> Result<Self, Refusal> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )*};
}

text! {
    /// Title of a record: one line.
    Title("the title", 1..=120, false);
    /// What was reported, in full.
    Description("the description", 1..=16_384, true);
    /// One entry of the worklog.
    Note("the note", 1..=16_384, true);
    /// Why something was done: at least ten characters.
    Reason("the reason", 10..=2_000, true);
    /// What was wrong, as far as known.
    CauseNote("the cause", 1..=2_000, true);
    /// Why a problem is there: at least twenty characters.
    RootCause("the root cause", 20..=4_000, true);
    /// What restores service while the cause is still there.
    Workaround("the workaround", 1..=4_000, true);
    /// What a change does, step by step.
    Plan("the plan", 10..=8_000, true);
    /// The way back from a change.
    RollbackPlan("the rollback plan", 10..=4_000, true);
    /// How service was restored.
    Resolution("the resolution note", 20..=4_000, true);
    /// Error code or module that an incident shows; compared without case.
    Signature("the signature", 1..=200, false);
    /// A filter in its canonical text.
    FilterText("the filter", 1..=4_096, true);
    /// A person's or organisation's name.
    Name("the name", 1..=120, false);
    /// Operating-system account of a user.
    Login("the account", 1..=64, false);
    /// An answer in the hand-off checklist.
    Finding("the answer", 1..=4_000, true);
    /// What a task asks.
    Question("the question", 1..=2_000, true);
    /// What a task found out.
    TaskAnswer("the answer", 10..=4_000, true);
    /// What a major incident taught: how it went, what helped.
    Lesson("the text", 10..=4_000, true);
    /// A shift hand-over, as it was proposed or edited.
    HandoverText("the hand-over", 1..=10_000, true);
    /// A policy file, whole.
    PolicyText("the policy", 1..=40_000, true);
    /// A contract's file, whole.
    ContractText("the contract", 1..=20_000, true);
    /// One version of a calendar, as canonical text.
    CalendarText("the calendar", 1..=40_000, false);
    /// A name that another record is known by elsewhere: a machine, a program, a number of another system.
    Label("the name", 1..=200, false);
}

impl Default for Title {
    fn default() -> Self {
        Self("untitled".to_owned())
    }
}

impl Default for Name {
    fn default() -> Self {
        Self("unnamed".to_owned())
    }
}

impl Default for Login {
    fn default() -> Self {
        Self("unknown".to_owned())
    }
}

macro_rules! stored {
    ($($name:ident),*) => {$(
        impl $name {
            /// A text that this program stored: it was checked on its way in.
            pub(crate) fn stored(text: String) -> Self {
                Self(text)
            }
        }
    )*};
}

stored!(Login, Name);

impl Login {
    /// The actor of timers and automatic rules.
    pub fn system() -> Self {
        Self("system".to_owned())
    }
}

/// A tag: `[a-z0-9_-]`, at most 32 characters; case is folded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

impl Tag {
    pub fn new(raw: &str) -> Result<Self, Refusal> {
        let tag = raw.trim().to_ascii_lowercase();
        let fits = (1..=32).contains(&tag.len())
            && tag.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        if fits {
            Ok(Self(tag))
        } else {
            Err(Code::TextInvalid.because(format!("`{}` is not a tag; use up to 32 of a-z 0-9 _ -", clean_line(raw))))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Tag {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::new(&text)
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_do_not_enter() {
        let raw = "a\u{1b}[31mb\u{202e}c\u{200b}d\r\ne\rf\tg\u{9b}\u{7}";
        assert_eq!(clean(raw), "a[31mbcd\ne\nf    g");
        assert_eq!(clean_line(" two\n lines\u{2028} "), "two lines");
    }

    #[test]
    fn texts_know_their_limits() {
        assert!(Title::new(&"x".repeat(120)).is_ok());
        assert_eq!(Title::new(&"x".repeat(121)).unwrap_err().code, Code::TextInvalid);
        assert_eq!(Title::fitted(&"x".repeat(500)).unwrap().as_str().chars().count(), 120);
        assert!(Title::new(" \n ").is_err());
        assert!(Reason::new("too short").is_err());
        assert!(Reason::new("long enough").is_ok());
    }

    #[test]
    fn tags_are_plain() {
        assert_eq!(Tag::new(" VPN-2 ").unwrap().as_str(), "vpn-2");
        for raw in ["", "two words", "ü", "x\u{1b}"] {
            assert!(Tag::new(raw).is_err(), "{raw}");
        }
    }
}
