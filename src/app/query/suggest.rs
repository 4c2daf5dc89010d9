//! What may help while the caller is on the phone: known errors, and resolved tickets like the one at hand.

use crate::app::{Desk, Error};
use crate::domain::id::AggId;
use crate::domain::refusal::Code;
use crate::domain::similar::Tie;
use crate::store::Store;
use crate::store::known::KnownError;
use crate::store::similar::{Similar, Wanted};

/// Known errors, and tickets, that are shown.
const PROBLEMS: usize = 3;
const TICKETS: usize = 5;

/// What may help, the best first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Suggestions {
    pub problems: Vec<KnownError>,
    pub tickets: Vec<Similar>,
}

impl Suggestions {
    pub const fn is_empty(&self) -> bool {
        self.problems.is_empty() && self.tickets.is_empty()
    }
}

impl Desk {
    /// What may help with a record.
    pub fn suggest(&self, agg: AggId) -> Result<Suggestions, Error> {
        let case = self.store().case(agg)?;
        let case = case.ok_or_else(|| Code::NotFound.because("the record does not exist"))?;
        Ok(suggest(self.store(), &Wanted::of(agg, case.ticket()))?)
    }

    /// What may help with what someone says.
    pub fn suggest_for(&self, text: &str) -> Result<Suggestions, Error> {
        Ok(suggest(self.store(), &Wanted::text(text))?)
    }
}

/// What may help, read from a store.
pub fn suggest(store: &Store, wanted: &Wanted) -> anyhow::Result<Suggestions> {
    Ok(Suggestions { problems: store.known_errors(wanted, PROBLEMS)?, tickets: store.similar(wanted, TICKETS)? })
}

/// Why something is suggested, as a person reads it.
pub fn why(tie: Tie, words: &[String]) -> String {
    let tie = match tie {
        Tie::Strong => Some("same program, symptom and code".to_owned()),
        Tie::Weak => Some("same program and symptom".to_owned()),
        Tie::Words => None,
    };
    let words = (!words.is_empty()).then(|| format!("has {}", words.join(", ")));
    tie.into_iter().chain(words).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_in_words() {
        let words = ["vpn".to_owned(), "wifi".to_owned()];
        for (tie, words, told) in [
            (Tie::Strong, &words[..1], "same program, symptom and code; has vpn"),
            (Tie::Weak, &[], "same program and symptom"),
            (Tie::Words, &words[..], "has vpn, wifi"),
        ] {
            assert_eq!(why(tie, words), told);
        }
    }
}
