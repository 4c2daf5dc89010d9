//! Exceptions added to a calendar: the same policy with one list longer, and what stood against it.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::calendar::{Calendar, Window};
use super::tree::{self, At, Node, Tree, Value};
use super::{Policy, contracts::IN_FORCE};
use crate::domain::refusal::{Code, Refusal};

/// The day of an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum On {
    Date(NaiveDate),
    /// Month and day, every year.
    Every(u32, u32),
}

impl fmt::Display for On {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => write!(f, "{date}"),
            Self::Every(month, day) => write!(f, "every {month:02}-{day:02}"),
        }
    }
}

/// A policy with more exceptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// As a policy file.
    pub text: String,
    /// The days that are new in it.
    pub days: Vec<On>,
    /// Days that keep other windows, as an exception for them stood there before.
    pub kept: Vec<(On, Vec<Window>)>,
}

impl Calendar {
    /// The windows of an exception that holds on a day already; of an exact date also by a yearly one.
    pub fn exception(&self, on: On) -> Option<&[Window]> {
        let yearly = |month, day| self.yearly.get(&(month, day)).map(Vec::as_slice);
        match on {
            On::Date(date) => self.exact.get(&date).map(Vec::as_slice).or_else(|| yearly(date.month(), date.day())),
            On::Every(month, day) => yearly(month, day),
        }
    }
}

impl Policy {
    /// The text of this policy with more exceptions in one of its calendars. An exception that is there stays as it
    /// is. Refuses `not_found`, and `policy_invalid` for a calendar that is always open.
    pub fn with_exceptions(&self, calendar: &str, more: &BTreeMap<On, Vec<Window>>) -> Result<Added, Refusal> {
        let held = self.calendars.get(calendar).ok_or_else(|| {
            let known: Vec<_> = self.calendars.keys().map(String::as_str).collect();
            Code::NotFound.because(format!("there is no calendar `{calendar}`; use one of {}", known.join(", ")))
        })?;
        if held.always {
            let message = format!("the calendar `{calendar}` is always open; exceptions do not count in it");
            return Err(Code::PolicyInvalid.because(message));
        }
        let mut tree = tree::parse(&self.text, IN_FORCE, &mut Vec::new());
        let exceptions = exceptions_of(&mut tree, calendar);
        let (mut days, mut kept) = (Vec::new(), Vec::new());
        for (on, windows) in more {
            match held.exception(*on) {
                Some(there) if there == windows => {}
                Some(there) => kept.push((*on, there.to_vec())),
                None => {
                    exceptions.push(written(*on, windows));
                    days.push(*on);
                }
            }
        }
        Ok(Added { text: tree::canonical(&tree), days, kept })
    }
}

fn node(value: Value<'static>) -> Node<'static> {
    Node { value, at: At { file: IN_FORCE, line: 1, key: String::new() } }
}

/// The list of a calendar's exceptions; an empty one where there is none.
fn exceptions_of<'t, 'a>(tree: &'t mut Tree<'a>, calendar: &str) -> &'t mut Vec<Node<'a>> {
    let mut tree = tree;
    for name in ["calendar", calendar] {
        let Value::Table(inner) = &mut inside(tree, name, || Value::Table(Tree::new())).value else {
            unreachable!("a policy that was read has tables here")
        };
        tree = inner;
    }
    let Value::List(list) = &mut inside(tree, "exceptions", || Value::List(Vec::new())).value else {
        unreachable!("a policy that was read has a list here")
    };
    list
}

fn inside<'t, 'a>(tree: &'t mut Tree<'a>, name: &str, empty: fn() -> Value<'static>) -> &'t mut Node<'a> {
    tree.entry(name.to_owned()).or_insert_with(|| node(empty()))
}

fn written(on: On, windows: &[Window]) -> Node<'static> {
    let text = |text: String| node(Value::Text(text));
    let (key, day) = match on {
        On::Date(date) => ("date", date.to_string()),
        On::Every(month, day) => ("month_day", format!("{month:02}-{day:02}")),
    };
    let windows = windows.iter().map(|window| text(window.to_string())).collect();
    let fields = [(key, text(day)), ("windows", node(Value::List(windows)))];
    node(Value::Table(fields.map(|(name, value)| (name.to_owned(), value)).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> On {
        On::Date(text.parse().unwrap())
    }

    fn windows(text: &str) -> Vec<Window> {
        text.split_whitespace().map(|one| one.parse().unwrap()).collect()
    }

    #[test]
    fn exceptions_are_added_and_those_that_were_there_stay() {
        let policy = Policy::default();
        let more = BTreeMap::from([
            (date("2026-12-26"), Vec::new()),
            (date("2027-12-24"), windows("08:00-12:00")),
            (On::Every(5, 1), Vec::new()),
            // There already, closed every year.
            (date("2026-12-25"), Vec::new()),
            // Stands otherwise in the policy.
            (date("2026-12-24"), Vec::new()),
            (On::Every(1, 1), windows("10:00-11:00")),
        ]);
        let added = policy.with_exceptions("business", &more).unwrap();
        assert_eq!(added.days, [date("2026-12-26"), date("2027-12-24"), On::Every(5, 1)]);
        assert_eq!(added.kept, [(date("2026-12-24"), windows("08:00-12:00")), (On::Every(1, 1), Vec::new())]);
        let after = Policy::parse(&added.text, "test").unwrap();
        assert_eq!(after.text(), added.text, "it is canonical");
        let (before, calendar) = (&policy.calendars["business"], &after.calendars["business"]);
        assert_eq!(calendar.exact.len(), before.exact.len() + 2);
        assert_eq!(calendar.yearly.len(), before.yearly.len() + 1);
        assert_eq!(calendar.windows_of("2027-12-24".parse().unwrap()), windows("08:00-12:00"));
        assert_eq!(calendar.windows_of("2031-05-01".parse().unwrap()), []);
        assert_eq!(after.sla, policy.sla);
    }

    #[test]
    fn adding_what_is_there_changes_nothing() {
        let policy = Policy::default();
        let more = BTreeMap::from([(date("2026-12-24"), windows("08:00-12:00"))]);
        let added = policy.with_exceptions("business", &more).unwrap();
        assert_eq!((added.text.as_str(), added.days.len()), (policy.text(), 0));
    }

    #[test]
    fn a_calendar_without_exceptions_gets_its_first() {
        let text = "[calendar.\"night shift\"]\nweekly = { mon = [\"00:00-06:00\"] }";
        let policy = Policy::parse(text, "test").unwrap();
        let more = BTreeMap::from([(On::Every(12, 25), Vec::new())]);
        let after = Policy::parse(&policy.with_exceptions("night shift", &more).unwrap().text, "test").unwrap();
        assert_eq!(after.calendars["night shift"].yearly.len(), 1);
        for (name, code) in [("nights", Code::NotFound), ("always", Code::PolicyInvalid)] {
            assert_eq!(policy.with_exceptions(name, &more).unwrap_err().code, code, "{name}");
        }
    }
}
