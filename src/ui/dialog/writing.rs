//! A form as a screen: what all forms share. Drafts, canned texts, fields of the ticket, refusals, the outside editor.

use std::collections::BTreeMap;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::spot;
use crate::app::ready::Ready;
use crate::app::ready::fit::Situation;
use crate::app::ready::known::Known;
use crate::app::ready::text::Use;
use crate::app::{Desk, Error};
use crate::domain::refusal::Refusal;
use crate::ui::action::{Action, Context};
use crate::ui::part::form::{Asked, Form};
use crate::ui::part::picker::{Digits, Entry, Picked, Picker};
use crate::ui::screen::{Draft, Event, Next, Screen};
use crate::ui::spoken::Spoken;
use crate::ui::theme::Theme;

/// What a form is for: the part that differs from form to form.
pub trait Sheet {
    /// What the filled form asks for, or what is wrong with it.
    fn send(&self, form: &mut Form) -> Result<Next, Refusal>;

    /// Something was typed: lines to read may follow it.
    fn follow(&mut self, _form: &mut Form) {}

    /// An action that is none of a form's.
    fn act(&mut self, _action: Action, _form: &mut Form) {}

    /// What rings when the answer to something it asked in the background is there.
    fn awaited(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    /// Takes that answer; true when there is something new to read.
    fn pass(&mut self, _form: &mut Form) -> bool {
        false
    }

    /// What is offered in place of canned texts.
    fn offers(&self) -> Option<Vec<Entry<String>>> {
        None
    }

    /// One of these was chosen.
    fn took(&self, _form: &mut Form, _key: &str) {}

    /// The field for canned texts when none that takes text has the keys.
    fn text(&self) -> &'static str {
        "text"
    }
}

/// A form that only sends is its closure.
impl<F: Fn(&mut Form) -> Result<Next, Refusal>> Sheet for F {
    fn send(&self, form: &mut Form) -> Result<Next, Refusal> {
        self(form)
    }
}

/// What can be inserted into a text: values of the record, and texts by name, the best for it first.
pub struct Inserts {
    pub known: Known,
    pub ready: Arc<Ready>,
    pub situation: Situation,
}

/// A form over the screen.
pub struct Writing {
    sheet: Box<dyn Sheet>,
    form: Form,
    place: String,
    inserts: Inserts,
    usage: Option<Use>,
    /// A list of texts to insert, over the form.
    insert: Option<Picker<String>>,
    /// It is what the form offers of its own.
    offering: bool,
    /// The field whose text is outside in an editor.
    outside: &'static str,
    /// The store has a draft of this place.
    kept: bool,
    /// It began with what was typed another time.
    resumed: bool,
    /// It was sent or thrown away: the draft goes.
    done: bool,
    /// It came back after it was sent.
    again: bool,
}

impl Writing {
    /// `place` names the draft. `inserts` is what texts are filled in with.
    pub fn new(sheet: impl Sheet + 'static, form: Form, place: String, inserts: Inserts) -> Self {
        let mut it = Self {
            sheet: Box::new(sheet),
            form,
            place,
            inserts,
            usage: None,
            insert: None,
            offering: false,
            outside: "text",
            kept: false,
            resumed: false,
            done: false,
            again: false,
        };
        it.sheet.follow(&mut it.form);
        it
    }

    /// Canned texts of that use are offered first.
    pub fn with_texts(mut self, usage: Use) -> Self {
        self.usage = Some(usage);
        self
    }

    /// Fills in the draft that the store has of this place.
    pub fn restored(self, desk: &Desk) -> Result<Self, Error> {
        let draft = desk.store().draft(&desk.person().login, &self.place)?;
        Ok(self.with_draft(draft.as_deref()))
    }

    /// Fills in a draft as the store keeps it.
    pub fn with_draft(mut self, draft: Option<&str>) -> Self {
        if let Some(text) = draft {
            // A draft that cannot be read is of another version; the form starts fresh.
            let draft: BTreeMap<String, String> = serde_json::from_str(text).unwrap_or_default();
            self.form.restore(draft.iter().map(|(key, text)| (key.as_str(), text.as_str())));
            self.kept = true;
            self.resumed = true;
            self.sheet.follow(&mut self.form);
            self.form.complain("this is your unfinished draft; Ctrl-X throws it away");
        }
        self
    }

    /// Fills in a text that came back after it was sent.
    pub fn unsent(mut self, text: &str) -> Self {
        self.form.set_text(self.sheet.text(), text);
        self.sheet.follow(&mut self.form);
        self
    }

    pub fn complain(&mut self, why: &str) {
        self.form.complain(why);
    }

    fn asked(&mut self, asked: Asked) -> Next {
        match asked {
            Asked::Stay => {}
            Asked::Send => return self.send(),
            Asked::Close => return Next::Back,
            Asked::Discard => {
                self.done = true;
                return Next::Back;
            }
            Asked::Editor => {
                self.enter_text();
                self.outside = self.form.focus().unwrap_or(self.sheet.text());
                return Next::Edit(self.form.text(self.outside));
            }
            Asked::Canned => {
                self.offering = self.sheet.offers().is_some();
                self.insert = Some(self.canned());
            }
            Asked::InsertField => {
                self.offering = false;
                self.insert = Some(self.fields());
            }
            Asked::TooLong => self.form.complain("a text has at most 64 KB and 2000 lines; attach it as a file"),
        }
        Next::Stay
    }

    fn send(&mut self) -> Next {
        match self.sheet.send(&mut self.form) {
            Ok(next) => {
                self.done = matches!(next, Next::Do(_));
                next
            }
            Err(refusal) => {
                self.form.complain(said(&refusal.message, &refusal.hint));
                Next::Stay
            }
        }
    }

    /// Goes to a field that takes text, if none has the keys.
    fn enter_text(&mut self) {
        if !self.form.in_text() {
            self.form.go_to(self.sheet.text());
        }
    }

    fn canned(&self) -> Picker<String> {
        if let Some(entries) = self.sheet.offers() {
            return Picker::new("Begin with a template", Digits::Choose, entries);
        }
        let Inserts { known, ready, situation } = &self.inserts;
        let mut uses = Use::ALL.to_vec();
        uses.sort_by_key(|usage| Some(*usage) != self.usage);
        let found = uses.into_iter().flat_map(|usage| ready.suggested(usage, situation));
        let entries = found.map(|it| Entry::new(known.fill(&it.text), &it.name, it.usage.word()));
        Picker::new("Insert a text", Digits::Point, entries.collect())
    }

    fn fields(&self) -> Picker<String> {
        let entries = self.inserts.known.all().map(|(name, value)| Entry::new(value.to_owned(), name, value));
        Picker::new("Insert a field", Digits::Choose, entries.collect())
    }

    fn picked(&mut self, picked: Picked<String>) -> Next {
        match picked {
            Picked::Chose(text) => {
                self.insert = None;
                if std::mem::take(&mut self.offering) {
                    self.sheet.took(&mut self.form, &text);
                    return Next::Stay;
                }
                self.enter_text();
                let asked = self.form.insert(&text);
                return self.asked(asked);
            }
            Picked::Close => self.insert = None,
            _ => {}
        }
        Next::Stay
    }

    fn updated(&mut self, event: Event) -> Next {
        if let Some(picker) = &mut self.insert {
            let picked = match event {
                Event::Act(action) => picker.act(action),
                Event::Text(text) | Event::Paste(text) => picker.insert(&text),
                Event::Mouse(_) => Picked::Stay,
            };
            return self.picked(picked);
        }
        let asked = match event {
            Event::Act(Action::Help) => return Next::Go(crate::ui::screen::Place::Help(Context::Dialog)),
            Event::Act(action) => {
                self.sheet.act(action, &mut self.form);
                self.form.act(action)
            }
            Event::Text(text) | Event::Paste(text) => self.form.insert(&text),
            Event::Mouse(_) => Asked::Stay,
        };
        self.asked(asked)
    }
}

impl Screen for Writing {
    fn context(&self) -> Context {
        if self.insert.is_some() { Context::Picker } else { Context::Dialog }
    }

    /// What it is about was read when it opened; a refresh must not touch what is being typed.
    fn load(&mut self, _desk: &Desk) -> Result<(), Error> {
        Ok(())
    }

    fn update(&mut self, event: Event) -> Next {
        let next = self.updated(event);
        self.sheet.follow(&mut self.form);
        next
    }

    fn draw(&mut self, frame: &mut Frame<'_>, _area: Rect, theme: &Theme) {
        let lines = self.form.height(spot::width(frame.area()));
        let spot = spot::of_height(frame.area(), lines);
        self.form.draw(frame, spot, theme);
        if let Some(picker) = &mut self.insert {
            let inner = Rect { x: spot.x + 2, width: spot.width.saturating_sub(4), ..spot };
            picker.draw(frame, inner, theme);
        }
    }

    fn awaited(&self) -> Option<BorrowedFd<'_>> {
        self.sheet.awaited()
    }

    fn pass(&mut self, _now: std::time::Instant) -> bool {
        self.sheet.pass(&mut self.form)
    }

    fn speak(&mut self) -> Spoken {
        match &self.insert {
            Some(picker) => Spoken::Choice(picker.spoken(None)),
            None => Spoken::Form(self.form.spoken(self.resumed)),
        }
    }

    fn refused(&mut self, why: &Error) {
        self.done = false;
        self.again = true;
        self.form.complain(said(&why.to_string(), why.hint()));
    }

    fn draft(&mut self) -> Option<Draft> {
        let place = self.place.clone();
        if self.done {
            return std::mem::take(&mut self.kept).then_some(Draft { place, text: String::new() });
        }
        let changed = self.form.take_changed();
        if !changed && !std::mem::take(&mut self.again) {
            return None;
        }
        self.kept = true;
        let filled: BTreeMap<_, _> = self.form.draft().into_iter().collect();
        let text = serde_json::to_string(&filled).expect("a map of texts has only string keys");
        Some(Draft { place, text })
    }

    fn edited(&mut self, text: &str) -> Next {
        self.form.set_text(self.outside, text);
        self.sheet.follow(&mut self.form);
        Next::Stay
    }
}

/// A refusal and its hint in one line.
pub fn said(message: &str, hint: &str) -> String {
    if hint.is_empty() { message.to_owned() } else { format!("{message}; {hint}") }
}
