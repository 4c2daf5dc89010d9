//! A form, field by field: what stands in brackets is kept by Enter, and everything that is typed is a draft at once.

use std::collections::VecDeque;
use std::io;

use super::paper::fold;
use super::talk::Answer;
use super::{NOT_UNDERSTOOD, Session};
use crate::ui::action::Action;
use crate::ui::console::Effect;
use crate::ui::spoken::{Content, Field, Form, Spoken};

/// The longest suggestion that stands in a prompt; a longer one is told before it.
const BRACKET: usize = 40;

/// What a text came to.
pub(super) enum Text {
    Written(String),
    /// It stays as it was.
    Kept,
    /// It stays as it was, and so does everything behind it.
    Send,
    Leave,
    Discard,
}

/// What follows a field.
enum Step {
    Next,
    Send,
    Leave,
    Discard,
}

impl Session {
    /// Asks for the fields and sends. What is refused can be mended, if somebody is there to do it.
    pub(super) fn form(&mut self, told: Form, answer: &mut Option<String>) -> io::Result<()> {
        let askable = |field: &&Field| !matches!(field.content, Content::Info(_));
        let mut keys: VecDeque<_> = told.fields.iter().filter(askable).map(|field| field.key).collect();
        match answer.take() {
            Some(text) => {
                self.fill(&told, &text)?;
                keys.retain(|key| self.field(key).is_some_and(|field| field.required && is_empty(&field.content)));
            }
            None => {
                self.paper.say(&told.title)?;
                if told.resumed {
                    self.paper.say("this goes on with what you typed before; .discard throws it away")?;
                }
                self.tell_info(&told, None)?;
            }
        }
        loop {
            while let Some(key) = keys.pop_front() {
                match self.ask_field(key)? {
                    Step::Next => {}
                    Step::Send => break,
                    Step::Leave => return self.leave_form(),
                    Step::Discard => return self.close(Action::Discard),
                }
            }
            let effects = self.console.command(Action::Send);
            self.perform(effects)?;
            self.heard()?;
            let Spoken::Form(now) = self.console.speak() else { return Ok(()) };
            if now.complaint.is_none() || now.title != told.title {
                return Ok(());
            }
            self.object(now.complaint.as_deref())?;
            if self.is_over() {
                return Ok(());
            }
            match self.which(&now)? {
                Some(key) => keys = VecDeque::from([key]),
                None => return self.leave_form(),
            }
        }
    }

    fn leave_form(&mut self) -> io::Result<()> {
        self.close(Action::Close)?;
        self.console.take_said();
        self.paper.say("not sent; what was typed is kept for the next time")
    }

    /// Which field to mend: the one that is wrong unless one says another.
    fn which(&mut self, told: &Form) -> io::Result<Option<&'static str>> {
        let fields: Vec<&Field> =
            told.fields.iter().filter(|field| !matches!(field.content, Content::Info(_))).collect();
        let at = fields.iter().position(|field| Some(field.key) == told.focus).unwrap_or(0);
        if let [only] = fields[..] {
            return Ok(Some(only.key));
        }
        let names: Vec<_> = fields.iter().enumerate().map(|(n, field)| format!("{} {}", n + 1, field.label)).collect();
        self.paper.say(&names.join(", "))?;
        loop {
            match self.ask(&format!("change which? [{}], cancel leaves: ", at + 1))? {
                Answer::Nothing => return Ok(Some(fields[at].key)),
                Answer::Cancel => return Ok(None),
                Answer::Said(text) => match text.parse::<usize>().ok().and_then(|n| fields.get(n.checked_sub(1)?)) {
                    Some(field) => return Ok(Some(field.key)),
                    None => self.paper.say(&format!("choose 1 to {}", fields.len()))?,
                },
            }
        }
    }

    /// Puts a text that came with the letter where the form wants one most.
    fn fill(&mut self, told: &Form, text: &str) -> io::Result<()> {
        let takes = |field: &&Field| matches!(field.content, Content::Line(_) | Content::Area { .. });
        let focused = told.fields.iter().find(|field| Some(field.key) == told.focus).filter(takes);
        let required = || told.fields.iter().filter(takes).find(|field| field.required);
        let Some(field) = focused.or_else(required).or_else(|| told.fields.iter().find(takes)) else { return Ok(()) };
        match &field.content {
            Content::Area { text: now, labelled: true } => {
                let mut parts = parts(now);
                if let Some(part) = parts.iter_mut().find(|part| part.text.is_empty()) {
                    text.clone_into(&mut part.text);
                }
                self.set_area(field.key, &joined(&parts))
            }
            Content::Area { .. } => self.set_area(field.key, text),
            _ => self.set_line(field.key, text),
        }
    }

    /// The field as it stands now.
    fn field(&mut self, key: &str) -> Option<Field> {
        let Spoken::Form(form) = self.console.speak() else { return None };
        form.fields.into_iter().find(|field| field.key == key)
    }

    /// Gives the keys to a field.
    fn focus(&mut self, key: &str) {
        let Spoken::Form(form) = self.console.speak() else { return };
        for _ in 0..=form.fields.len() {
            match self.console.speak() {
                Spoken::Form(form) if form.focus == Some(key) => return,
                _ => drop(self.console.command(Action::FieldNext)),
            }
        }
    }

    fn ask_field(&mut self, key: &'static str) -> io::Result<Step> {
        let Some(field) = self.field(key) else { return Ok(Step::Next) };
        let step = match &field.content {
            Content::Choice { options, chosen } => self.ask_choice_of(&field, options, *chosen)?,
            Content::Suggest(names) => self.ask_suggested(&field, names)?,
            Content::Line(now) => self.ask_line(&field, now)?,
            Content::Area { text, labelled: true } => self.ask_parts(&field, text)?,
            Content::Area { text, .. } => self.ask_area(&field, text)?,
            Content::Toggles(boxes) => self.ask_boxes(&field, boxes)?,
            Content::Info(_) => Step::Next,
        };
        if let (Step::Next, Spoken::Form(form)) = (&step, self.console.speak()) {
            self.tell_info(&form, Some(key))?;
        }
        Ok(step)
    }

    /// Lines to read that stand right behind a field, or before all of them.
    fn tell_info(&mut self, form: &Form, behind: Option<&str>) -> io::Result<()> {
        let at = behind.and_then(|key| form.fields.iter().position(|field| field.key == key)).map_or(0, |at| at + 1);
        for field in &form.fields[at..] {
            let Content::Info(lines) = &field.content else { break };
            for line in lines.iter().filter(|line| !line.is_empty()) {
                let label = if field.label.is_empty() { String::new() } else { format!("{}: ", field.label) };
                self.paper.say(&format!("{label}{line}"))?;
            }
        }
        Ok(())
    }

    /// What every one-line prompt understands besides its answer.
    fn step_of(text: &str) -> Option<Step> {
        match text {
            "." => Some(Step::Send),
            ".discard" => Some(Step::Discard),
            _ => None,
        }
    }

    fn ask_choice_of(&mut self, field: &Field, options: &[String], chosen: Option<usize>) -> io::Result<Step> {
        let names: Vec<_> = options.iter().enumerate().map(|(n, label)| format!("{} {label}", n + 1)).collect();
        self.paper.say(&format!("{}: {}", field.label, names.join(", ")))?;
        let now = chosen.map(|n| format!(" [{}]", n + 1)).unwrap_or_default();
        loop {
            let said = match self.ask(&format!("{}{now}: ", field.label))? {
                Answer::Cancel => return Ok(Step::Leave),
                Answer::Nothing if chosen.is_some() || !field.required => return Ok(Step::Next),
                Answer::Nothing => String::new(),
                Answer::Said(text) => text,
            };
            if let Some(step) = Self::step_of(&said) {
                return Ok(step);
            }
            match option_of(&said, options) {
                Some(n) => {
                    self.focus(field.key);
                    self.step_to(chosen, n);
                    return Ok(Step::Next);
                }
                None => self.complain(NOT_UNDERSTOOD, &format!("{}: 1 to {}", field.label, options.len()))?,
            }
            if self.is_over() {
                return Ok(Step::Leave);
            }
            self.complaint.clear();
        }
    }

    /// Moves the choice of the focused row.
    fn step_to(&mut self, chosen: Option<usize>, n: usize) {
        let mut at = match chosen {
            Some(at) => at,
            None => {
                self.console.command(Action::CharForward);
                0
            }
        };
        while at != n {
            self.console.command(if at < n { Action::CharForward } else { Action::CharBack });
            at = if at < n { at + 1 } else { at - 1 };
        }
    }

    fn ask_suggested(&mut self, field: &Field, names: &[String]) -> io::Result<Step> {
        let numbered: Vec<_> = names.iter().enumerate().map(|(n, name)| format!("{} {name}", n + 1)).collect();
        self.paper.say(&format!("{}: {}", field.label, numbered.join(", ")))?;
        match self.ask("a number puts it in, Enter goes on: ")? {
            Answer::Cancel => Ok(Step::Leave),
            Answer::Nothing => Ok(Step::Next),
            Answer::Said(text) => match Self::step_of(&text) {
                Some(step) => Ok(step),
                None => {
                    if let Some(n) = option_of(&text, names) {
                        self.focus(field.key);
                        self.console.put_in(&(n + 1).to_string());
                    }
                    Ok(Step::Next)
                }
            },
        }
    }

    fn ask_line(&mut self, field: &Field, now: &str) -> io::Result<Step> {
        loop {
            let prompt = self.bracketed(&field.label, now)?;
            let said = match self.ask(&prompt)? {
                Answer::Cancel => return Ok(Step::Leave),
                Answer::Nothing if !now.is_empty() || !field.required => return Ok(Step::Next),
                Answer::Nothing => {
                    self.complain(NOT_UNDERSTOOD, &format!("{} is needed; cancel leaves", field.label))?;
                    if self.is_over() {
                        return Ok(Step::Leave);
                    }
                    self.complaint.clear();
                    continue;
                }
                Answer::Said(text) => text,
            };
            if let Some(step) = Self::step_of(&said) {
                return Ok(step);
            }
            self.set_line(field.key, if said == "-" { "" } else { &said })?;
            return Ok(Step::Next);
        }
    }

    /// A prompt with its suggestion; a long one is told before.
    fn bracketed(&mut self, label: &str, now: &str) -> io::Result<String> {
        if now.is_empty() {
            return Ok(format!("{label}: "));
        }
        if now.chars().count() <= BRACKET && !now.contains('\n') {
            return Ok(format!("{label} [{now}]: "));
        }
        self.paper.say(&format!("{label} now: {now}"))?;
        Ok(format!("{label} [as it is]: "))
    }

    fn set_line(&mut self, key: &str, text: &str) -> io::Result<()> {
        self.focus(key);
        self.console.command(Action::LineEnd);
        self.console.command(Action::DeleteToStart);
        let effects = self.console.put_in(text);
        self.perform(effects)
    }

    fn ask_boxes(&mut self, field: &Field, boxes: &[(String, bool)]) -> io::Result<Step> {
        let named = |(n, (label, on)): (usize, &(String, bool))| {
            format!("{} {label} {}", n + 1, if *on { "yes" } else { "no" })
        };
        let names: Vec<_> = boxes.iter().enumerate().map(named).collect();
        self.paper.say(&format!("{}: {}", field.label, names.join(", ")))?;
        let said = match self.ask("numbers to switch, Enter goes on: ")? {
            Answer::Cancel => return Ok(Step::Leave),
            Answer::Nothing => return Ok(Step::Next),
            Answer::Said(text) => text,
        };
        if let Some(step) = Self::step_of(&said) {
            return Ok(step);
        }
        self.focus(field.key);
        boxes.iter().for_each(|_| drop(self.console.command(Action::CharBack)));
        let mut at = 0;
        let mut rows = super::line::rows(&said).0;
        rows.sort_unstable();
        for n in rows.into_iter().filter(|n| *n <= boxes.len()) {
            while at + 1 < n {
                self.console.command(Action::CharForward);
                at += 1;
            }
            self.console.command(Action::Toggle);
        }
        Ok(Step::Next)
    }

    fn ask_area(&mut self, field: &Field, now: &str) -> io::Result<Step> {
        loop {
            self.focus(field.key);
            match self.text(&field.label, now, true)? {
                Text::Leave => return Ok(Step::Leave),
                Text::Discard => return Ok(Step::Discard),
                Text::Kept if field.required && now.trim().is_empty() => {
                    self.complain(NOT_UNDERSTOOD, &format!("{} is needed; .cancel leaves", field.label))?;
                    if self.is_over() {
                        return Ok(Step::Leave);
                    }
                    self.complaint.clear();
                }
                Text::Kept => return Ok(Step::Next),
                Text::Send => return Ok(Step::Send),
                Text::Written(text) => {
                    self.set_area(field.key, &text)?;
                    return Ok(Step::Next);
                }
            }
        }
    }

    fn ask_parts(&mut self, field: &Field, now: &str) -> io::Result<Step> {
        let mut parts = parts(now);
        for n in 0..parts.len() {
            let prompt = self.bracketed(parts[n].label.trim(), &parts[n].text.clone())?;
            match self.ask(&prompt)? {
                Answer::Cancel => return Ok(Step::Leave),
                Answer::Nothing => continue,
                Answer::Said(text) => match Self::step_of(&text) {
                    Some(step) => return Ok(step),
                    None => parts[n].text = if text == "-" { String::new() } else { text },
                },
            }
            self.set_area(field.key, &joined(&parts))?;
        }
        Ok(Step::Next)
    }

    /// Writes a whole text, as an editor outside does.
    fn set_area(&mut self, key: &str, text: &str) -> io::Result<()> {
        self.focus(key);
        let effects = self.console.command(Action::OutsideEditor);
        debug_assert!(matches!(effects[..], [Effect::Edit(_)]), "the focused field takes text");
        let effects = self.console.written(text);
        self.perform(effects)
    }

    /// Reads a text line by line. In a form every line is a draft as soon as it is typed.
    pub(super) fn text(&mut self, label: &str, now: &str, in_form: bool) -> io::Result<Text> {
        if now.trim().is_empty() {
            self.paper.say(&format!("{label}, lines of text; one dot ends them"))?;
        } else {
            self.paper.say(&format!("{label} now:"))?;
            fold(2, now).iter().try_for_each(|line| self.paper.put(line))?;
            self.paper.say("Enter keeps it, .add goes on below it; other lines replace it, one dot ends them")?;
        }
        if in_form {
            self.console.command(Action::OutsideEditor);
        }
        let mut lines: Vec<String> = Vec::new();
        loop {
            let Some(line) = self.paper.ask("| ")? else { return Ok(Text::Leave) };
            let word = line.trim();
            let (command, rest) = word.split_once(' ').unwrap_or((word, ""));
            match command {
                "" if lines.is_empty() => return Ok(Text::Kept),
                "." if lines.is_empty() => return Ok(Text::Send),
                "." => return Ok(Text::Written(lines.join("\n"))),
                ".cancel" => return Ok(Text::Leave),
                ".discard" => return Ok(Text::Discard),
                ".add" if lines.is_empty() => lines = now.lines().map(str::to_owned).collect(),
                ".canned" | ".insert" if in_form => {
                    let action = if command == ".canned" { Action::Canned } else { Action::InsertField };
                    self.insert(action, rest, &mut lines)?;
                }
                _ => lines.push(line.strip_prefix("..").map_or(line.clone(), |rest| format!(".{rest}"))),
            }
            if in_form {
                self.console.written(&lines.join("\n"));
            }
        }
    }

    /// Puts a canned text, or a field of the ticket, behind the lines so far.
    fn insert(&mut self, action: Action, name: &str, lines: &mut Vec<String>) -> io::Result<()> {
        self.console.written(&lines.join("\n"));
        self.console.command(action);
        let mut answer = (!name.trim().is_empty()).then(|| name.trim().to_owned());
        while let Spoken::Choice(choice) = self.console.speak() {
            self.choice(&choice, &mut answer)?;
            if self.is_over() {
                break;
            }
        }
        let Spoken::Form(form) = self.console.speak() else { return Ok(()) };
        let focused = form.fields.into_iter().find(|field| Some(field.key) == form.focus);
        if let Some(Content::Area { text, .. } | Content::Line(text)) = focused.map(|field| field.content) {
            *lines = text.lines().map(str::to_owned).collect();
            lines.iter().try_for_each(|line| self.paper.say(&format!("| {line}")))?;
        }
        Ok(())
    }
}

fn is_empty(content: &Content) -> bool {
    match content {
        Content::Choice { chosen, .. } => chosen.is_none(),
        Content::Line(text) | Content::Area { text, .. } => text.trim().is_empty(),
        _ => false,
    }
}

/// The option of a number, or of the only one that begins with these letters.
fn option_of(said: &str, options: &[String]) -> Option<usize> {
    if let Ok(n) = said.parse::<usize>() {
        return n.checked_sub(1).filter(|n| *n < options.len());
    }
    let begins = |option: &String| !said.is_empty() && option.to_lowercase().starts_with(&said.to_lowercase());
    let mut found = options.iter().enumerate().filter(|(_, option)| begins(option));
    found.next().filter(|_| found.next().is_none()).map(|(n, _)| n)
}

/// A labelled part of a text.
struct Part {
    label: String,
    text: String,
}

/// The labelled lines of a text; a line without a label belongs to the part before it.
fn parts(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for line in text.lines() {
        match (line.split_once(':'), parts.last_mut()) {
            (Some((label, text)), _) if label.trim().chars().all(char::is_alphabetic) => {
                parts.push(Part { label: label.to_owned(), text: text.trim().to_owned() });
            }
            (_, Some(last)) => last.text = format!("{}\n{line}", last.text),
            (_, None) => parts.push(Part { label: String::new(), text: line.to_owned() }),
        }
    }
    parts
}

fn joined(parts: &[Part]) -> String {
    let line = |part: &Part| match part.label.is_empty() {
        true => part.text.clone(),
        false => format!("{}: {}", part.label, part.text).trim_end().to_owned(),
    };
    parts.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_labelled_text_comes_apart_and_together_again() {
        let text = "Symptom : VPN drops\nTried   : cable\nrouter\nAsk     :\nFound   : nothing";
        let found = parts(text);
        assert_eq!(
            found.iter().map(|part| part.label.trim()).collect::<Vec<_>>(),
            ["Symptom", "Tried", "Ask", "Found"]
        );
        assert_eq!(found[1].text, "cable\nrouter");
        assert_eq!(joined(&found), text);
    }

    #[test]
    fn an_option_is_its_number_or_its_beginning() {
        let options = ["no access", "skill", "SLA risk"].map(str::to_owned);
        for (said, n) in
            [("2", Some(1)), ("sl", Some(2)), ("s", None), ("4", None), ("0", None), ("", None), ("NO", Some(0))]
        {
            assert_eq!(option_of(said, &options), n, "{said}");
        }
    }
}
