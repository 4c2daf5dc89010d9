//! Fields one under another, with a draft that survives being closed.
//!
//! Digits pick in a choice row and may lead on to another field, Tab moves, Ctrl-S or F2 or `[Send]` sends, Esc keeps the draft, Ctrl-X throws it away.
//! The caller stores [`Form::draft`] whenever [`Form::take_changed`] says so.

mod paint;
mod spoken;

use super::editor::Editor;
use super::prompt::Prompt;
use crate::ui::action::Action;

/// One of the choices in a row: what it stands for, and what is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// A field's kind and content.
#[derive(Debug, Clone)]
pub enum Field {
    Choice {
        options: Vec<Choice>,
        chosen: Option<usize>,
    },
    /// Texts by name; a digit inserts one into the text area of that key, any letter goes on into it.
    Suggest {
        texts: Vec<Choice>,
        into: &'static str,
    },
    Line(Prompt),
    Area(Editor),
    Toggles(Vec<(String, bool)>),
    /// Not a field: lines to read.
    Info(Vec<String>),
}

#[derive(Debug, Clone)]
struct Named {
    key: &'static str,
    label: String,
    required: bool,
    /// Where a digit in this choice leads.
    then: Option<&'static str>,
    /// Is each line of this area a label and what belongs to it?
    labelled: bool,
    field: Field,
}

/// What the form wants after a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Stay,
    Send,
    /// Close; the draft stays.
    Close,
    /// Close; the draft goes.
    Discard,
    /// Edit the focused text outside.
    Editor,
    /// Insert a canned text, or a field of the ticket, with [`Form::insert`].
    Canned,
    InsertField,
    /// The pasted text is longer than a text may be.
    TooLong,
}

/// A dialog with fields.
#[derive(Debug, Clone)]
pub struct Form {
    title: String,
    fields: Vec<Named>,
    /// The field that has the keys; one past the last is `[Send]`.
    focus: usize,
    /// Which box of a row of toggles.
    toggle: usize,
    changed: bool,
    complaint: Option<String>,
}

impl Form {
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), fields: Vec::new(), focus: 0, toggle: 0, changed: false, complaint: None }
    }

    /// Adds a field. The focus starts on the first one.
    pub fn field(mut self, key: &'static str, label: impl Into<String>, field: Field) -> Self {
        self.fields.push(Named { key, label: label.into(), required: false, then: None, labelled: false, field });
        if !self.takes_focus(self.focus) {
            self.move_focus(1);
        }
        self
    }

    /// The field added last must be filled before the form is sent.
    pub fn required(mut self) -> Self {
        if let Some(field) = self.fields.last_mut() {
            field.required = true;
        }
        self
    }

    /// A digit in the choice added last leads straight to the field of that key.
    pub fn leads_to(mut self, key: &'static str) -> Self {
        if let Some(field) = self.fields.last_mut() {
            field.then = Some(key);
        }
        self
    }

    /// Each line of the area added last begins with a label and a colon.
    pub fn by_label(mut self) -> Self {
        if let Some(field) = self.fields.last_mut() {
            field.labelled = true;
        }
        self
    }

    /// Starts on another field.
    pub fn focused(mut self, key: &str) -> Self {
        self.focus_on(key);
        self
    }

    /// Goes to another field; a template is entered at its first gap.
    pub fn go_to(&mut self, key: &str) {
        self.focus_on(key);
        self.enter_gap();
    }

    /// Does a field that takes text have the keys?
    pub fn in_text(&self) -> bool {
        matches!(self.fields.get(self.focus).map(|named| &named.field), Some(Field::Line(_) | Field::Area(_)))
    }

    /// The value that is chosen in a row.
    pub fn choice(&self, key: &str) -> Option<&str> {
        match &self.named(key)?.field {
            Field::Choice { options, chosen } => chosen.map(|n| options[n].value.as_str()),
            _ => None,
        }
    }

    /// The text of a line or an area.
    pub fn text(&self, key: &str) -> String {
        match self.named(key).map(|named| &named.field) {
            Some(Field::Line(prompt)) => prompt.text().to_owned(),
            Some(Field::Area(editor)) => editor.text(),
            _ => String::new(),
        }
    }

    /// Is that box of a row ticked?
    pub fn toggled(&self, key: &str, n: usize) -> bool {
        matches!(self.named(key).map(|named| &named.field), Some(Field::Toggles(boxes)) if boxes.get(n).is_some_and(|it| it.1))
    }

    /// Lines to read, such as checks of what was typed so far.
    pub fn set_info(&mut self, key: &str, lines: Vec<String>) {
        if let Some(Field::Info(info)) = self.field_mut(key) {
            *info = lines;
        }
    }

    /// Says why it was not sent, above the lower border.
    pub fn complain(&mut self, why: impl Into<String>) {
        self.complaint = Some(why.into());
    }

    /// Puts a whole text into the field of that key, as when an outside editor comes back.
    pub fn set_text(&mut self, key: &str, text: &str) {
        match self.field_mut(key) {
            Some(Field::Area(editor)) => *editor = Editor::new(text),
            Some(Field::Line(prompt)) => *prompt = Prompt::new(text),
            _ => return,
        }
        self.changed = true;
    }

    /// The key of the focused field; none on `[Send]`.
    pub fn focus(&self) -> Option<&'static str> {
        self.fields.get(self.focus).map(|named| named.key)
    }

    /// Was anything changed since this was last asked?
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// What was filled in, by key: enough to build it again.
    pub fn draft(&self) -> Vec<(&'static str, String)> {
        let content = |field: &Field| match field {
            Field::Choice { options, chosen } => chosen.map(|n| options[n].value.clone()),
            Field::Line(prompt) => Some(prompt.text().to_owned()),
            Field::Area(editor) => Some(editor.text()),
            Field::Toggles(boxes) => Some(boxes.iter().map(|(_, on)| if *on { '1' } else { '0' }).collect()),
            Field::Suggest { .. } | Field::Info(_) => None,
        };
        self.fields.iter().filter_map(|named| Some((named.key, content(&named.field)?))).collect()
    }

    /// Fills in a draft. Keys and choices that no longer exist are passed over.
    pub fn restore<'a>(&mut self, draft: impl IntoIterator<Item = (&'a str, &'a str)>) {
        for (key, text) in draft {
            match self.field_mut(key) {
                Some(Field::Choice { options, chosen }) => {
                    *chosen = options.iter().position(|option| option.value == text).or(*chosen);
                }
                Some(Field::Line(prompt)) => *prompt = Prompt::new(text),
                Some(Field::Area(editor)) => *editor = Editor::new(text),
                Some(Field::Toggles(boxes)) => {
                    boxes.iter_mut().zip(text.chars()).for_each(|(it, c)| it.1 = c == '1');
                }
                _ => {}
            }
        }
    }

    /// Does a named action.
    pub fn act(&mut self, action: Action) -> Asked {
        self.complaint = None;
        match action {
            Action::FieldNext => self.move_focus(1),
            Action::FieldPrevious => self.move_focus(-1),
            Action::Send => return self.send(),
            Action::Close | Action::Cancel => return Asked::Close,
            Action::Discard => return Asked::Discard,
            Action::OutsideEditor => return Asked::Editor,
            Action::Canned => return Asked::Canned,
            Action::InsertField => return Asked::InsertField,
            _ => return self.act_in_field(action),
        }
        Asked::Stay
    }

    /// A typed character or a paste.
    pub fn insert(&mut self, text: &str) -> Asked {
        self.complaint = None;
        let Some(named) = self.fields.get_mut(self.focus) else { return Asked::Stay };
        match &mut named.field {
            Field::Choice { options, chosen } => {
                if let Some(n) = digit(text, options.len()) {
                    *chosen = Some(n);
                    self.changed = true;
                    if let Some(then) = named.then {
                        self.focus_on(then);
                        self.enter_gap();
                    }
                }
            }
            Field::Suggest { texts, into } => {
                let into = *into;
                let text = digit(text, texts.len()).map_or_else(|| text.to_owned(), |n| texts[n].value.clone());
                self.focus_on(into);
                return self.insert_text(&text);
            }
            _ => return self.insert_text(text),
        }
        Asked::Stay
    }

    fn insert_text(&mut self, text: &str) -> Asked {
        match self.fields.get_mut(self.focus).map(|named| &mut named.field) {
            Some(Field::Line(prompt)) => self.changed |= prompt.insert(text),
            Some(Field::Area(editor)) => {
                if editor.insert(text).is_err() {
                    return Asked::TooLong;
                }
                self.changed = true;
            }
            _ => {}
        }
        Asked::Stay
    }

    fn act_in_field(&mut self, action: Action) -> Asked {
        let Some(named) = self.fields.get_mut(self.focus) else {
            match action {
                Action::Enter | Action::Toggle => return self.send(),
                Action::LineUp => self.move_focus(-1),
                _ => {}
            }
            return Asked::Stay;
        };
        match (&mut named.field, action) {
            (Field::Area(editor), _) => self.changed |= editor.act(action),
            (Field::Toggles(boxes), Action::Toggle) => {
                if let Some(it) = boxes.get_mut(self.toggle) {
                    it.1 = !it.1;
                    self.changed = true;
                }
            }
            (Field::Toggles(boxes), Action::LineDown) if self.toggle + 1 < boxes.len() => self.toggle += 1,
            (Field::Toggles(_), Action::LineUp) if self.toggle > 0 => self.toggle -= 1,
            (Field::Toggles(boxes), Action::CharForward) => self.toggle = (self.toggle + 1).min(boxes.len() - 1),
            (Field::Toggles(_), Action::CharBack) => self.toggle = self.toggle.saturating_sub(1),
            (Field::Choice { options, chosen }, Action::CharForward) => {
                *chosen = Some(chosen.map_or(0, |n| (n + 1).min(options.len() - 1)));
                self.changed = true;
            }
            (Field::Choice { chosen, .. }, Action::CharBack) => {
                *chosen = Some(chosen.map_or(0, |n| n.saturating_sub(1)));
                self.changed = true;
            }
            (_, Action::Enter | Action::LineDown) => self.move_focus(1),
            (_, Action::LineUp) => self.move_focus(-1),
            (Field::Line(prompt), Action::Toggle) => self.changed |= prompt.insert(" "),
            (Field::Line(prompt), _) => self.changed |= prompt.act(action),
            _ => {}
        }
        Asked::Stay
    }

    /// Sends, or names the first required field that is empty and goes there.
    fn send(&mut self) -> Asked {
        let empty = |named: &Named| match &named.field {
            Field::Choice { chosen, .. } => chosen.is_none(),
            Field::Line(prompt) => prompt.text().trim().is_empty(),
            Field::Area(editor) => editor.text().trim().is_empty(),
            _ => false,
        };
        match self.fields.iter().position(|named| named.required && empty(named)) {
            None => Asked::Send,
            Some(n) => {
                self.focus = n;
                self.complaint = Some(format!("{} is needed", self.fields[n].label));
                Asked::Stay
            }
        }
    }

    fn takes_focus(&self, n: usize) -> bool {
        self.fields.get(n).is_none_or(|named| !matches!(named.field, Field::Info(_)))
    }

    /// Moves over the fields and `[Send]`, round the ends. A template is entered at its first gap.
    fn move_focus(&mut self, by: isize) {
        let stops = self.fields.len() as isize + 1;
        for _ in 0..stops {
            self.focus = (self.focus as isize + by).rem_euclid(stops) as usize;
            if self.takes_focus(self.focus) {
                break;
            }
        }
        self.toggle = 0;
        if by > 0 {
            self.enter_gap();
        }
    }

    fn enter_gap(&mut self) {
        if let Some(Named { field: Field::Area(editor), .. }) = self.fields.get_mut(self.focus) {
            editor.to_first_gap();
        }
    }

    fn focus_on(&mut self, key: &str) {
        if let Some(n) = self.fields.iter().position(|named| named.key == key) {
            self.focus = n;
        }
    }

    fn named(&self, key: &str) -> Option<&Named> {
        self.fields.iter().find(|named| named.key == key)
    }

    fn field_mut(&mut self, key: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|named| named.key == key).map(|named| &mut named.field)
    }
}

/// The option that a typed digit picks.
fn digit(text: &str, options: usize) -> Option<usize> {
    let n = text.parse::<usize>().ok()?;
    (text.len() == 1 && (1..=options).contains(&n)).then(|| n - 1)
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;
    use crate::ui::theme::{GlyphSet, Palette, Theme};

    fn escalation() -> Form {
        let tiers = ["Tier 2", "Tier 3", "Vendor"].map(|tier| Choice::new(tier.to_lowercase(), tier)).to_vec();
        let reasons = ["no access", "skill", "SLA risk"].map(|reason| Choice::new(reason, reason)).to_vec();
        let note = "Symptom : VPN drops every 20 min\nTried   : cable OK\nFound   :\nAsk     :";
        Form::new("Escalate INC-12044")
            .field("to", "To", Field::Choice { options: tiers, chosen: Some(0) })
            .field("reason", "Reason", Field::Choice { options: reasons, chosen: None })
            .required()
            .leads_to("note")
            .field(
                "keep",
                "Keep",
                Field::Toggles(vec![("watch it".to_owned(), true), ("keep ownership".to_owned(), false)]),
            )
            .field("note", "Note", Field::Area(Editor::new(note)))
            .required()
            .field("checks", "Checks", Field::Info(vec!["asset ok | category ok".to_owned()]))
            .focused("reason")
    }

    #[test]
    fn a_digit_picks_and_leads_to_the_first_gap_of_the_note() {
        let mut form = escalation();
        assert_eq!(form.insert("2"), Asked::Stay);
        assert_eq!(form.choice("reason"), Some("skill"));
        assert_eq!(form.focus(), Some("note"));
        form.insert(" ");
        form.insert("1");
        assert!(form.text("note").contains("Found   : 1\n"), "{}", form.text("note"));
        assert_eq!(form.act(Action::Send), Asked::Send);
    }

    #[test]
    fn another_tier_is_shift_tab_digit_tab() {
        let mut form = escalation();
        form.act(Action::FieldPrevious);
        form.insert("3");
        form.act(Action::FieldNext);
        form.insert("2");
        assert_eq!((form.choice("to"), form.choice("reason")), (Some("vendor"), Some("skill")));
        assert_eq!(form.focus(), Some("note"));
    }

    #[test]
    fn what_is_missing_is_named_and_focused() {
        let mut form = escalation();
        form.act(Action::FieldNext);
        assert_eq!(form.act(Action::Send), Asked::Stay);
        assert_eq!(form.focus(), Some("reason"));
        assert_eq!(form.complaint.as_deref(), Some("Reason is needed"));
    }

    #[test]
    fn enter_breaks_a_line_in_an_area_and_sends_only_on_the_button() {
        let mut form = escalation();
        form.insert("1");
        let lines = form.text("note").lines().count();
        assert_eq!(form.act(Action::Enter), Asked::Stay);
        assert_eq!(form.text("note").split('\n').count(), lines + 1);
        form.act(Action::FieldNext);
        assert_eq!(form.focus(), None, "lines to read are passed over");
        assert_eq!(form.act(Action::Enter), Asked::Send);
        form.act(Action::FieldNext);
        assert_eq!(form.focus(), Some("to"), "round the end");
    }

    #[test]
    fn boxes_are_ticked_by_space() {
        let mut form = escalation().focused("keep");
        form.act(Action::CharForward);
        form.act(Action::Toggle);
        assert!(form.toggled("keep", 0) && form.toggled("keep", 1));
        form.act(Action::CharBack);
        form.act(Action::Toggle);
        assert!(!form.toggled("keep", 0));
    }

    #[test]
    fn a_draft_comes_back_as_it_was() {
        let mut form = escalation();
        assert!(!form.take_changed());
        form.insert("3");
        form.insert("x");
        assert!(form.take_changed() && !form.take_changed());
        let draft = form.draft();
        let mut again = escalation();
        again.restore(draft.iter().map(|(key, text)| (*key, text.as_str())));
        assert_eq!(again.draft(), draft);
        again.restore([("reason", "no such reason"), ("gone", "x")]);
        assert_eq!(again.choice("reason"), Some("SLA risk"));
        assert_eq!(form.act(Action::Close), Asked::Close);
        assert_eq!(form.act(Action::Discard), Asked::Discard);
    }

    #[test]
    fn a_suggested_text_is_one_digit_and_any_letter_goes_on() {
        let reply = || {
            let texts = vec![Choice::new("Please try again.", "try again"), Choice::new("Thank you.", "thanks")];
            Form::new("Reply")
                .field("texts", "Texts", Field::Suggest { texts, into: "text" })
                .field("text", "Text", Field::Area(Editor::default()))
                .required()
        };
        let mut form = reply();
        form.insert("2");
        assert_eq!((form.focus(), form.text("text")), (Some("text"), "Thank you.".to_owned()));
        let mut form = reply();
        form.insert("H");
        form.insert("3");
        assert_eq!(form.text("text"), "H3", "in the text a digit is text");
        let mut form = reply();
        form.act(Action::Enter);
        assert_eq!(form.focus(), Some("text"));
        assert_eq!(form.insert(&"x".repeat(1 << 20)), Asked::TooLong);
    }

    fn drawn(form: &mut Form, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let theme = Theme::new(Palette::Mono, GlyphSet::Ascii);
        terminal.draw(|frame| form.draw(frame, frame.area(), &theme)).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn the_escalation_dialog_as_drawn() {
        insta::assert_snapshot!(drawn(&mut escalation(), 60, 12), @r#"
        "+- Escalate INC-12044 -------------------------------------+"
        "| To     [1] Tier 2*  [2] Tier 3  [3] Vendor               |"
        "| Reason [1] no access  [2] skill  [3] SLA risk            |"
        "| Keep   [x] watch it  [ ] keep ownership                  |"
        "| Note   Symptom : VPN drops every 20 min                  |"
        "|        Tried   : cable OK                                |"
        "|        Found   :                                         |"
        "|        Ask     :                                         |"
        "|                                                          |"
        "| Checks asset ok | category ok                            |"
        "|                                                   [Send] |"
        "+- Ctrl-S send   Tab field   Esc keep draft ---------------+"
        "#);
    }

    #[test]
    fn a_low_terminal_keeps_the_focused_field_in_view() {
        let mut form = escalation().focused("note");
        assert!(drawn(&mut form, 40, 6).contains("Note"));
        for (width, height) in [(1, 1), (12, 3), (200, 3), (5, 50)] {
            drawn(&mut form, width, height);
        }
    }
}
