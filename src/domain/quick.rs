//! A call in one line: `VPN drops @j.smith %LAP-0442 #wifi !2`.

use super::priority::{Impact, Urgency};
use super::refusal::{Code, Refusal};
use super::text::{Label, Tag, Title};

/// What one line says of a new ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quick {
    pub title: Title,
    /// Name, handle or address behind `@`; several words in quotes.
    pub requester: Option<String>,
    /// Machines, each behind `%`.
    pub machines: Vec<Label>,
    /// Behind `#`.
    pub tags: Vec<Tag>,
    /// What `!1` to `!5` says: the impact and urgency that make this priority.
    pub weight: Option<(Impact, Urgency)>,
}

impl Quick {
    /// Refuses `text_invalid` when no subject is left, and when two requesters are named.
    pub fn parse(line: &str) -> Result<Self, Refusal> {
        let mut subject: Vec<&str> = Vec::new();
        let (mut requester, mut machines, mut tags, mut weight) = (None, Vec::new(), Vec::new(), None);
        for word in words(line) {
            let (sigil, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
            let rest = rest.trim_matches('"');
            match sigil {
                "@" if !rest.is_empty() => {
                    if requester.replace(rest.to_owned()).is_some() {
                        return Err(Code::TextInvalid.because("two requesters are named; a ticket has one"));
                    }
                }
                "%" if rest.starts_with(char::is_alphanumeric) => machines.push(Label::new(rest)?),
                "#" if is_tag(rest) => tags.push(Tag::new(rest)?),
                "!" if weight_of(rest).is_some() => weight = weight_of(rest),
                _ => subject.push(word),
            }
        }
        let title = Title::new(&subject.join(" "))
            .map_err(|refusal| refusal.hint("write: subject @requester %machine #tag !1"))?;
        Ok(Self { title, requester, machines, tags, weight })
    }
}

/// Words between spaces; quotes behind a sign hold several together.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let quoted = matches!(first, '@' | '%') && rest[1..].starts_with('"');
        let end = match rest.get(2..).filter(|_| quoted).and_then(|inside| inside.find('"')) {
            Some(close) => close + 3,
            None => rest.find(char::is_whitespace).unwrap_or(rest.len()),
        };
        words.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    words
}

/// A number behind `#` is part of the subject: `error #5`.
fn is_tag(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_alphabetic()) && Tag::new(word).is_ok()
}

/// Impact and urgency for `1` to `5`, also as `p1`.
fn weight_of(word: &str) -> Option<(Impact, Urgency)> {
    match word.trim_start_matches(['p', 'P']) {
        "1" => Some((Impact::High, Urgency::High)),
        "2" => Some((Impact::Medium, Urgency::High)),
        "3" => Some((Impact::Medium, Urgency::Medium)),
        "4" => Some((Impact::Low, Urgency::Medium)),
        "5" => Some((Impact::Low, Urgency::Low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::priority::matrix;

    #[test]
    fn a_line_says_subject_person_machine_tags_and_weight() {
        let quick = Quick::parse("VPN drops @j.smith  %LAP-0442 every hour #wifi #home !p2").unwrap();
        assert_eq!(quick.title.as_str(), "VPN drops every hour");
        assert_eq!(quick.requester.as_deref(), Some("j.smith"));
        assert_eq!(quick.machines, [Label::new("LAP-0442").unwrap()]);
        assert_eq!(quick.tags, [Tag::new("wifi").unwrap(), Tag::new("home").unwrap()]);
        assert_eq!(quick.weight, Some((Impact::Medium, Urgency::High)));
    }

    #[test]
    fn a_name_of_several_words_stands_in_quotes() {
        let quick = Quick::parse("No sound @\"Marta Ricci\" in calls").unwrap();
        assert_eq!((quick.title.as_str(), quick.requester.as_deref()), ("No sound in calls", Some("Marta Ricci")));
        assert_eq!(Quick::parse("No sound @\"Marta").unwrap().requester.as_deref(), Some("Marta"));
    }

    #[test]
    fn signs_that_mean_something_else_stay_in_the_subject() {
        for subject in ["mail to a@b.example bounces", "disk 100 % full", "error #5 in print !", "50% slower", "C# !x"]
        {
            let quick = Quick::parse(subject).unwrap();
            assert_eq!(quick.title.as_str(), subject);
            assert!(quick.requester.is_none() && quick.machines.is_empty() && quick.tags.is_empty(), "{subject}");
        }
    }

    #[test]
    fn the_weight_makes_that_priority() {
        for n in 1..=5 {
            let (impact, urgency) = weight_of(&n.to_string()).unwrap();
            assert_eq!(matrix(impact, urgency).n(), n);
        }
    }

    #[test]
    fn a_line_without_subject_or_with_two_people_is_refused() {
        for line in ["", "@j.smith #wifi", "x @a @b"] {
            assert_eq!(Quick::parse(line).unwrap_err().code, Code::TextInvalid, "{line}");
        }
    }
}
