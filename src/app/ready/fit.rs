//! What a text, a checklist or a template is for, and how well that meets a record.

use crate::domain::incident::{Category, Subcategory};
use crate::domain::ticket::Ticket;

/// A shorter word must stand alone in a title; a longer one may be the beginning of one: `print` meets *printer*.
const WHOLE_BELOW: usize = 4;

/// What something is for; without anything it is for all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fits {
    pub categories: Vec<Category>,
    pub subcategories: Vec<Subcategory>,
    /// Programs and services, on the record or named in its title.
    pub software: Vec<String>,
    /// Words of the title.
    pub words: Vec<String>,
}

/// A record, as far as suggestions look at it.
#[derive(Debug, Clone)]
pub struct Situation {
    category: Category,
    /// None while nobody knows.
    subcategory: Option<Subcategory>,
    /// Single words between blanks, with one at both ends.
    software: String,
    title: String,
}

impl Situation {
    pub fn of(ticket: &Ticket) -> Self {
        let known = Some(ticket.subcategory).filter(|it| *it != Subcategory::Unknown);
        Self::guessed(ticket, known)
    }

    /// As if it were of that kind.
    pub fn guessed(ticket: &Ticket, subcategory: Option<Subcategory>) -> Self {
        let software: Vec<_> = ticket.software_items.iter().map(|it| it.as_str()).collect();
        Self {
            category: ticket.category,
            subcategory,
            software: plain(&software.join(" ")),
            title: plain(ticket.title.as_str()),
        }
    }
}

impl Fits {
    /// For every record.
    pub fn is_general(&self) -> bool {
        *self == Self::default()
    }

    /// Points of how well it meets a record, the program before the kind of fault before words; `None` where it is
    /// for something else. What is for all has one point, and none is left for what names words that the title lacks.
    pub fn points(&self, it: &Situation) -> Option<usize> {
        if self.is_general() {
            return Some(1);
        }
        let named = |name: &String| has(&it.software, name) || has(&it.title, name);
        let software = 8 * usize::from(self.software.iter().any(named));
        let said = self.words.iter().filter(|word| has(&it.title, word)).count().min(3);
        let category = self.categories.contains(&it.category);
        let kind = it.subcategory.map(|kind| self.subcategories.contains(&kind));
        let meets = software + 2 * said + usize::from(category) + 3 * usize::from(kind == Some(true));
        let elsewhere = (!self.software.is_empty() && software == 0)
            || (!self.categories.is_empty() && !category)
            // Words are what the requester says; the kind may have been chosen in a hurry.
            || (!self.subcategories.is_empty() && kind == Some(false) && software + said == 0);
        let unsaid = !self.words.is_empty() && software + said == 0;
        (!elsewhere).then_some(if unsaid { 0 } else { meets })
    }
}

/// Letters and digits of any script in lower case, single blanks between them and at both ends.
fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(" ".to_owned(), |all, word| all + &word.to_lowercase() + " ")
}

fn has(text: &str, words: &str) -> bool {
    let words = plain(words);
    let long = words.trim().chars().count() >= WHOLE_BELOW;
    words.len() > 1 && text.contains(if long { words.trim_end() } else { &words[..] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::{Label, Title};

    fn record(title: &str, kind: Subcategory, software: &[&str]) -> Situation {
        let software_items = software.iter().map(|name| Label::new(name).unwrap()).collect();
        let title = Title::new(title).unwrap();
        Situation::of(&Ticket { title, subcategory: kind, software_items, ..Ticket::default() })
    }

    #[test]
    fn the_program_counts_before_the_kind_of_fault_before_words() {
        let fits = |kinds: &[Subcategory], software: &[&str], words: &[&str]| Fits {
            subcategories: kinds.to_vec(),
            software: software.iter().map(|it| (*it).to_owned()).collect(),
            words: words.iter().map(|it| (*it).to_owned()).collect(),
            ..Fits::default()
        };
        let outlook = record("Outlook will not open the printer's mails", Subcategory::Crash, &[]);
        for (fits, points) in [
            (fits(&[], &[], &[]), Some(1)),
            (fits(&[Subcategory::Crash], &[], &[]), Some(3)),
            (fits(&[Subcategory::Error], &[], &[]), None),
            (fits(&[Subcategory::Error], &[], &["print"]), Some(2)),
            (fits(&[Subcategory::Crash], &["outlook"], &[]), Some(11)),
            (fits(&[Subcategory::Crash], &["Excel"], &["print"]), None),
            (fits(&[Subcategory::Crash], &[], &["pri"]), Some(0)),
            (fits(&[], &[], &["not open", "outlook"]), Some(4)),
        ] {
            assert_eq!(fits.points(&outlook), points, "{fits:?}");
        }
        let unknown = record("It is gone", Subcategory::Unknown, &["Microsoft Excel"]);
        assert_eq!(fits(&[Subcategory::Crash], &["excel"], &[]).points(&unknown), Some(8));
        assert_eq!(fits(&[Subcategory::Crash], &[], &[]).points(&unknown), Some(0));
    }
}
