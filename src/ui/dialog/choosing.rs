//! A list as a screen: what all pickers share. A list may lead on to a form, with Tab or when an entry needs more.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::spot;
use super::writing::{Writing, said};
use crate::app::{Desk, Error};
use crate::ui::action::{Action, Context};
use crate::ui::part::picker::{Picked, Picker};
use crate::ui::part::text::{self, pad};
use crate::ui::screen::{Draft, Event, Next, Place, Screen};
use crate::ui::spoken::Spoken;
use crate::ui::theme::{Role, Theme};

/// What follows a choice.
#[expect(clippy::large_enum_variant, reason = "made once for a key and taken apart at once")]
pub enum Then<K> {
    Next(Next),
    /// The choice needs more: a form over the list.
    Write(Box<Writing>),
    /// Another list.
    List(Box<Picker<K>>),
}

impl<K> Then<K> {
    pub fn write(form: Writing) -> Self {
        Self::Write(Box::new(form))
    }
}

/// What a list is for: the part that differs from list to list.
pub trait List {
    type Key: Clone + PartialEq;

    fn chose(&mut self, key: Self::Key) -> Then<Self::Key>;

    /// Tab, with the cursor on an entry or on none.
    fn other(&mut self, _key: Option<Self::Key>) -> Then<Self::Key> {
        Then::Next(Next::Stay)
    }

    /// Ctrl-Y on an entry.
    fn copied(&self, _key: &Self::Key) -> Option<String> {
        None
    }

    /// Another text was typed, with nothing but it to go by: a list may offer what it names.
    fn narrowed(&mut self, _picker: &mut Picker<Self::Key>) {}

    /// What was chosen is refused: a form to mend it, if there is one.
    fn refused(&mut self, _why: &Error) -> Option<Writing> {
        None
    }
}

/// A list over the screen.
pub struct Choosing<L: List> {
    list: L,
    picker: Picker<L::Key>,
    form: Option<Box<Writing>>,
    complaint: Option<String>,
    lines: u16,
}

impl<L: List> Choosing<L> {
    /// `entries` is how many lines the list has.
    pub fn new(list: L, picker: Picker<L::Key>, entries: usize) -> Self {
        // The line to type in, the borders, and a line for a complaint.
        let lines = u16::try_from(entries).unwrap_or(u16::MAX).clamp(3, 30) + 4;
        Self { list, picker, form: None, complaint: None, lines }
    }

    fn picked(&mut self, picked: Picked<L::Key>) -> Next {
        let then = match picked {
            Picked::Stay => return Next::Stay,
            Picked::Narrowed => {
                self.list.narrowed(&mut self.picker);
                return Next::Stay;
            }
            Picked::Chose(key) => self.list.chose(key),
            Picked::Other => {
                let key = self.picker.selected().map(|entry| entry.key.clone());
                self.list.other(key)
            }
            Picked::Copy(key) => return self.list.copied(&key).map_or(Next::Stay, Next::Copy),
            Picked::Close => return Next::Back,
        };
        match then {
            Then::Next(next) => return next,
            Then::Write(form) => self.form = Some(form),
            Then::List(picker) => self.picker = *picker,
        }
        Next::Stay
    }
}

impl<L: List> Screen for Choosing<L> {
    fn context(&self) -> Context {
        self.form.as_ref().map_or(Context::Picker, |form| form.context())
    }

    fn load(&mut self, _desk: &Desk) -> Result<(), Error> {
        Ok(())
    }

    fn update(&mut self, event: Event) -> Next {
        if let Some(form) = &mut self.form {
            return form.update(event);
        }
        self.complaint = None;
        let picked = match event {
            Event::Act(Action::Help) => return Next::Go(Place::Help(Context::Picker)),
            Event::Act(action) => self.picker.act(action),
            Event::Text(text) | Event::Paste(text) => self.picker.insert(&text),
            Event::Mouse(_) => Picked::Stay,
        };
        self.picked(picked)
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        if let Some(form) = &mut self.form {
            return form.draw(frame, area, theme);
        }
        let spot = spot::of_height(frame.area(), self.lines);
        self.picker.draw(frame, spot, theme);
        if let Some(complaint) = &self.complaint
            && spot.height > 3
        {
            let cells = usize::from(spot.width.saturating_sub(4));
            let line = pad(&text::complaint(complaint), cells);
            frame.buffer_mut().set_stringn(spot.x + 2, spot.bottom() - 2, line, cells, theme.style(Role::Error));
        }
    }

    fn speak(&mut self) -> Spoken {
        match &mut self.form {
            Some(form) => form.speak(),
            None => Spoken::Choice(self.picker.spoken(self.complaint.as_deref())),
        }
    }

    fn refused(&mut self, why: &Error) {
        if let Some(form) = &mut self.form {
            return form.refused(why);
        }
        let why_text = said(&why.to_string(), why.hint());
        match self.list.refused(why) {
            Some(mut form) => {
                form.complain(&why_text);
                self.form = Some(Box::new(form));
            }
            None => self.complaint = Some(why_text),
        }
    }

    fn draft(&mut self) -> Option<Draft> {
        self.form.as_mut()?.draft()
    }

    fn edited(&mut self, text: &str) -> Next {
        self.form.as_mut().map_or(Next::Stay, |form| form.edited(text))
    }
}
