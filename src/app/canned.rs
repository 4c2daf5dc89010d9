//! Texts that a technician inserts by name, and the checklists by kind of fault: both ship inside the program.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::escalation::{Item, ReturnCode};
use crate::domain::incident::{Pending, ResolutionCode, Subcategory};
use crate::domain::word::words;

words! {
    /// Where a text fits.
    pub enum Use {
        Reply = "reply",
        Resolve = "resolve",
        Hold = "hold",
        Return = "return",
    }
}

/// A text by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Canned {
    pub name: String,
    #[serde(rename = "use")]
    pub usage: Use,
    /// Where it is suggested first; empty: everywhere.
    #[serde(default, rename = "subcategory")]
    pub subcategories: Vec<Subcategory>,
    /// Word of the resolution code, the reason of a wait, or the return code.
    #[serde(default)]
    code: String,
    pub text: String,
}

impl Canned {
    pub fn resolution_code(&self) -> Option<ResolutionCode> {
        ResolutionCode::from_word(&self.code).filter(|_| self.usage == Use::Resolve)
    }

    pub fn pending(&self) -> Option<Pending> {
        Pending::from_word(&self.code).filter(|_| self.usage == Use::Hold)
    }

    pub fn return_code(&self) -> Option<ReturnCode> {
        ReturnCode::from_word(&self.code).filter(|_| self.usage == Use::Return)
    }

    pub fn fits(&self, subcategory: Subcategory) -> bool {
        self.subcategories.contains(&subcategory)
    }

    /// Suggested for every kind of fault.
    pub fn is_general(&self) -> bool {
        self.subcategories.is_empty()
    }
}

/// Every text, in the order of suggestions.
pub fn texts() -> &'static [Canned] {
    #[derive(Deserialize)]
    struct File {
        canned: Vec<Canned>,
    }
    static TEXTS: LazyLock<Vec<Canned>> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("../../assets/canned.toml")).expect("a test reads this file");
        file.canned
    });
    &TEXTS
}

/// The texts for a use, those for a kind of fault first, then those for every one, then the others.
pub fn suggested(usage: Use, subcategory: Subcategory) -> Vec<&'static Canned> {
    let mut found: Vec<_> = texts().iter().filter(|it| it.usage == usage).collect();
    found.sort_by_key(|it| (!it.fits(subcategory), !it.is_general()));
    found
}

/// A step of a checklist.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub text: String,
    /// The item of the hand-off that a tick answers.
    pub item: Option<Item>,
}

/// The steps for a kind of fault; empty where there are none.
pub fn checklist(subcategory: Subcategory) -> &'static [Step] {
    #[derive(Deserialize)]
    struct Checklist {
        subcategory: Subcategory,
        step: Vec<Step>,
    }
    #[derive(Deserialize)]
    struct File {
        checklist: Vec<Checklist>,
    }
    static LISTS: LazyLock<Vec<Checklist>> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("../../assets/checklists.toml")).expect("a test reads this file");
        file.checklist
    });
    LISTS.iter().find(|list| list.subcategory == subcategory).map_or(&[], |list| &list.step[..])
}

/// What the placeholders of a text stand for, as far as known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    pub requester: Option<String>,
    pub number: Option<String>,
    pub machine: Option<String>,
    /// Name of the one who writes.
    pub me: Option<String>,
}

impl Known {
    /// Placeholder and value.
    pub fn all(&self) -> [(&'static str, Option<&str>); 4] {
        [
            ("number", self.number.as_deref()),
            ("requester", self.requester.as_deref()),
            ("machine", self.machine.as_deref()),
            ("me", self.me.as_deref()),
        ]
    }

    /// The text with its placeholders filled in; what is not known stays visible as `{requester?}`.
    pub fn fill(&self, text: &str) -> String {
        self.all().into_iter().fold(text.trim().to_owned(), |text, (name, value)| {
            let unknown = format!("{{{name}?}}");
            text.replace(&format!("{{{name}}}"), value.unwrap_or(&unknown))
        })
    }
}

/// Placeholders that nobody filled in.
pub fn unfilled(text: &str) -> Vec<String> {
    let names = Known::default().all().map(|(name, _)| name);
    names.iter().map(|name| format!("{{{name}?}}")).filter(|gap| text.contains(gap)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_that_ships_is_usable() {
        let mut names: Vec<_> = texts().iter().map(|it| &it.name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), texts().len(), "names are unique");
        for it in texts() {
            assert!(it.text.trim().chars().count() >= 20, "{} is too short", it.name);
            let coded = match it.usage {
                Use::Reply => it.code.is_empty(),
                Use::Resolve => it.resolution_code().is_some(),
                Use::Hold => it.pending().is_some(),
                Use::Return => it.return_code().is_some(),
            };
            assert!(coded, "{} has no code of its use", it.name);
            let known = Known {
                requester: Some("x".into()),
                number: Some("x".into()),
                machine: Some("x".into()),
                me: Some("x".into()),
            };
            let filled = known.fill(&it.text);
            assert!(!filled.contains(['{', '}']), "{} has a placeholder that nothing fills", it.name);
        }
    }

    #[test]
    fn texts_for_the_fault_come_first_then_those_for_every_one() {
        let names: Vec<_> = suggested(Use::Resolve, Subcategory::AccessFault).iter().map(|it| &it.name[..]).collect();
        assert_eq!(names[..3], ["account unlocked", "second factor renewed", "shown how"]);
        assert_eq!(names.last(), Some(&"disk freed"), "what is for other faults comes last");
    }

    #[test]
    fn what_is_not_known_stays_visible() {
        let known = Known { number: Some("INC-12".into()), ..Known::default() };
        let text = known.fill("Hello {requester}, about {number}. {me}\n");
        assert_eq!(text, "Hello {requester?}, about INC-12. {me?}");
        assert_eq!(unfilled(&text), ["{requester?}", "{me?}"]);
        assert_eq!(unfilled("Hello Marta {x?}"), Vec::<String>::new());
    }

    #[test]
    fn checklists_fit_beside_a_ticket() {
        for subcategory in Subcategory::ALL {
            for step in checklist(*subcategory) {
                assert!(step.text.chars().count() <= 40, "{}", step.text);
                assert!(step.item.is_none_or(Item::diagnostic), "{}", step.text);
            }
        }
        assert!(checklist(Subcategory::Crash).len() >= 3);
        assert!(checklist(Subcategory::Removal).is_empty(), "no incident");
    }
}
