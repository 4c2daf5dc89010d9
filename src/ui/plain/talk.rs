//! Choices and questions: told once, answered by a number or by words.

use std::io;

use super::{NOT_UNDERSTOOD, REFUSED, Session, leaving};
use crate::ui::action::Action;
use crate::ui::spoken::{Choice, Question, Spoken, Text};

/// Entries of a choice that are told at once.
const ENTRIES: usize = 12;

/// What was answered to a prompt.
pub(super) enum Answer {
    Said(String),
    /// Enter alone.
    Nothing,
    /// Leave, and keep what was typed.
    Cancel,
}

impl Session {
    /// Goes on as long as a dialog wants something. `answer` is for its first question.
    pub(super) fn talk(&mut self, mut answer: Option<String>) -> io::Result<()> {
        loop {
            self.heard()?;
            if self.is_over() {
                return self.leave();
            }
            match self.console.speak() {
                Spoken::Choice(choice) => self.choice(&choice, &mut answer)?,
                Spoken::Form(form) => self.form(form, &mut answer)?,
                Spoken::Question(question) => self.question(&question, &mut answer)?,
                Spoken::Text(text) if self.console.in_overlay() => return self.read_out(text, answer),
                _ => return Ok(()),
            }
        }
    }

    /// A text over the screen is told and left: letters act on the record below it.
    fn read_out(&mut self, mut text: Text, answer: Option<String>) -> io::Result<()> {
        if let Some(digit) = answer {
            self.console.put_char(&digit);
            self.heard()?;
            if let Spoken::Text(other) = self.console.speak() {
                text = other;
            }
        }
        self.show_text(text)?;
        self.console.command(leaving(self.console.context()));
        self.console.take_said();
        Ok(())
    }

    /// Leaves every dialog; what was typed is kept.
    pub(super) fn leave(&mut self) -> io::Result<()> {
        for _ in 0..8 {
            let dialog = matches!(self.console.speak(), Spoken::Choice(_) | Spoken::Form(_) | Spoken::Question(_));
            if !dialog && !self.console.in_overlay() {
                break;
            }
            self.console.command(leaving(self.console.context()));
        }
        self.console.take_said();
        Ok(())
    }

    pub(super) fn ask(&mut self, prompt: &str) -> io::Result<Answer> {
        Ok(match self.paper.ask(prompt)?.as_deref().map(str::trim) {
            None | Some("cancel" | ".cancel") => Answer::Cancel,
            Some("") => Answer::Nothing,
            Some(text) => Answer::Said(text.to_owned()),
        })
    }

    /// Tells why something was not taken, unless that was just said.
    pub(super) fn object(&mut self, why: Option<&str>) -> io::Result<()> {
        match why {
            Some(why) => self.complain(REFUSED, why),
            None => Ok(()),
        }
    }

    fn question(&mut self, told: &Question, answer: &mut Option<String>) -> io::Result<()> {
        self.object(told.complaint.as_deref())?;
        if self.is_over() {
            return Ok(());
        }
        let said = match answer.take() {
            Some(text) => text,
            None => {
                told.told.iter().try_for_each(|line| self.paper.say(line))?;
                match self.ask(&format!("{}: ", told.title))? {
                    Answer::Said(text) => text,
                    Answer::Nothing | Answer::Cancel => return self.close(told.close),
                }
            }
        };
        self.complaint.clear();
        let text = if said == "-" { "" } else { &said };
        self.console.command(Action::LineEnd);
        self.console.command(Action::DeleteToStart);
        self.console.put_in(text);
        let effects = self.console.command(told.send);
        self.perform(effects)?;
        // A line that was refused by a word in the status line stays open.
        let open = matches!(self.console.speak(), Spoken::Question(now) if now.title == told.title);
        if let Some((why, _)) = open.then(|| self.console.take_said()).flatten() {
            self.complain(REFUSED, &why)?;
            if !self.paper.is_answered() {
                self.close(told.close)?;
            }
        }
        Ok(())
    }

    pub(super) fn close(&mut self, by: Action) -> io::Result<()> {
        let effects = self.console.command(by);
        self.perform(effects)
    }

    pub(super) fn choice(&mut self, told: &Choice, answer: &mut Option<String>) -> io::Result<()> {
        self.object(told.complaint.as_deref())?;
        if self.is_over() {
            return Ok(());
        }
        let given = answer.take();
        let was_given = given.is_some();
        let said = match given {
            Some(text) => text,
            None => match self.ask_choice(told)? {
                Some(text) => text,
                None => return self.close(told.keys.close),
            },
        };
        self.complaint.clear();
        if said == "tab" && told.other.is_some() {
            return self.close(Action::PickOther);
        }
        match said.parse::<usize>() {
            Ok(n) if (1..=told.entries.len()).contains(&n) => self.pick(told, n - 1)?,
            Ok(n) => {
                let why = format!("there is no {n}: choose 1 to {}", told.entries.len());
                self.complain(NOT_UNDERSTOOD, &why)?;
            }
            Err(_) if told.narrows => self.narrow(&said)?,
            Err(_) => self.complain(NOT_UNDERSTOOD, &format!("`{said}` is no number of these"))?,
        }
        // What was answered along with its letter was one answer; a list that goes on would take the next letter.
        if was_given && !told.narrows && matches!(self.console.speak(), Spoken::Choice(_)) {
            self.heard()?;
            return self.close(told.keys.close);
        }
        Ok(())
    }

    /// Tells the entries page by page until something is answered; nothing is an answer too.
    fn ask_choice(&mut self, told: &Choice) -> io::Result<Option<String>> {
        let mut from = 0;
        self.paper.say(&told.title)?;
        if told.entries.is_empty() {
            self.paper.say(if told.narrows { "nothing to choose from" } else { "nothing" })?;
            if told.other.is_none() {
                return Ok(None);
            }
        }
        loop {
            let to = (from + ENTRIES).min(told.entries.len());
            for (n, (label, detail)) in told.entries[from..to].iter().enumerate() {
                let detail = detail.split_whitespace().collect::<Vec<_>>().join(" ");
                let detail = if detail.is_empty() { detail } else { format!("  ({detail})") };
                self.paper.say(&format!("{} {label}{detail}", from + n + 1))?;
            }
            let left = told.entries.len() - to;
            let more = if left > 0 { format!(", n: {left} more") } else { String::new() };
            let other = told.other.as_ref().map(|other| format!(", tab: {other}")).unwrap_or_default();
            let words = if told.narrows { ", words narrow" } else { "" };
            match self.ask(&format!("number{words}{more}{other}, Enter leaves: "))? {
                Answer::Said(text) if text == "n" && left > 0 => from = to,
                Answer::Said(text) => return Ok(Some(text)),
                Answer::Nothing | Answer::Cancel => return Ok(None),
            }
        }
    }

    /// Words that one entry alone fits choose it; of several that fit they leave those.
    fn narrow(&mut self, words: &str) -> io::Result<()> {
        self.console.command(Action::LineEnd);
        self.console.command(Action::DeleteToStart);
        self.console.put_in(words);
        let Spoken::Choice(left) = self.console.speak() else { return Ok(()) };
        let labels = || left.entries.iter().map(|(label, _)| label.as_str());
        match the_one(labels(), words) {
            Some(n) => self.pick(&left, n),
            None if left.entries.is_empty() => {
                self.console.command(Action::DeleteToStart);
                self.complain(NOT_UNDERSTOOD, &format!("nothing fits `{words}`"))
            }
            None if !self.paper.is_answered() => {
                let names: Vec<_> = labels().take(3).collect();
                self.complain(NOT_UNDERSTOOD, &format!("several fit `{words}`: {}", names.join(", ")))
            }
            None => Ok(()),
        }
    }

    fn pick(&mut self, told: &Choice, n: usize) -> io::Result<()> {
        let step = if n > told.at { told.keys.down } else { told.keys.up };
        for _ in 0..n.abs_diff(told.at) {
            self.console.command(step);
        }
        let effects = self.console.command(told.keys.pick);
        self.perform(effects)
    }
}

/// The entry that words mean, of those they fit: by its whole name, by its first word, by the only one that has them as
/// they stand, or as the only one left.
fn the_one<'a>(labels: impl Iterator<Item = &'a str> + Clone, words: &str) -> Option<usize> {
    let words = words.to_lowercase();
    let first = |label: &str| label.split_whitespace().next().unwrap_or_default().to_owned();
    let only = |fits: &dyn Fn(&str) -> bool| {
        let mut found = labels.clone().enumerate().filter(|(_, label)| fits(&label.to_lowercase()));
        found.next().filter(|_| found.next().is_none()).map(|(n, _)| n)
    };
    only(&|label| label == words)
        .or_else(|| only(&|label| first(label) == words))
        .or_else(|| only(&|label| label.contains(&words)))
        .or_else(|| only(&|_| true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_the_entry_they_fit_best() {
        let people = ["carl  Carl Jensen", "carla  Carla Ferri", "bob  Bob Marchetti"];
        for (words, n) in
            [("carl", Some(0)), ("Carla", Some(1)), ("ferri", Some(1)), ("r", None), ("carl jensen", Some(0))]
        {
            assert_eq!(the_one(people.into_iter(), words), n, "{words}");
        }
        assert_eq!(the_one(["bob"].into_iter(), "b b"), Some(0), "the only one left");
        assert_eq!(the_one([].into_iter(), "x"), None);
    }
}
