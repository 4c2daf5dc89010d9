//! One line to type and to send with Enter.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::spot;
use super::writing::said;
use crate::app::{Desk, Error};
use crate::domain::refusal::Refusal;
use crate::ui::action::{Action, Context};
use crate::ui::part::frame::boxed;
use crate::ui::part::prompt::Prompt;
use crate::ui::part::text::complaint;
use crate::ui::screen::{Event, Next, Screen};
use crate::ui::spoken::{Question, Spoken};
use crate::ui::theme::{Role, Theme};

/// What the line asks for, or what is wrong with it.
pub type Answer = Box<dyn Fn(&str) -> Result<Next, Refusal>>;

/// A question over the screen.
pub struct Asking {
    title: String,
    /// What can be typed, and what is there now.
    told: Vec<String>,
    prompt: Prompt,
    complaint: Option<String>,
    answer: Answer,
}

impl Asking {
    pub fn new(
        title: impl Into<String>,
        told: Vec<String>,
        answer: impl Fn(&str) -> Result<Next, Refusal> + 'static,
    ) -> Self {
        Self { title: title.into(), told, prompt: Prompt::default(), complaint: None, answer: Box::new(answer) }
    }
}

impl Screen for Asking {
    fn context(&self) -> Context {
        Context::Picker
    }

    fn load(&mut self, _desk: &Desk) -> Result<(), Error> {
        Ok(())
    }

    fn update(&mut self, event: Event) -> Next {
        self.complaint = None;
        match event {
            Event::Act(Action::Pick) => match (self.answer)(self.prompt.text()) {
                Ok(next) => return next,
                Err(refusal) => self.complaint = Some(said(&refusal.message, &refusal.hint)),
            },
            Event::Act(Action::PickClose | Action::Cancel) => return Next::Back,
            Event::Act(action) => {
                self.prompt.act(action);
            }
            Event::Text(text) | Event::Paste(text) => {
                self.prompt.insert(&text);
            }
            Event::Mouse(_) => {}
        }
        Next::Stay
    }

    fn draw(&mut self, frame: &mut Frame<'_>, _area: Rect, theme: &Theme) {
        let spot = spot::of_height(frame.area(), self.told.len() as u16 + 4);
        let inner = boxed(frame.buffer_mut(), spot, &self.title, "Enter send   Esc close", theme);
        if inner.height == 0 {
            return;
        }
        frame.buffer_mut().set_string(inner.x, inner.y, ">", theme.style(Role::Faint));
        let line = Rect { x: inner.x + 2, width: inner.width.saturating_sub(2), height: 1, ..inner };
        self.prompt.draw(frame, line, theme.style(Role::Plain), true);
        let cells = usize::from(inner.width);
        let complaint = self.complaint.iter().map(|text| (complaint(text), Role::Error));
        let told = self.told.iter().map(|text| (text.clone(), Role::Faint));
        for ((text, role), y) in complaint.chain(told).zip(inner.y + 1..inner.bottom()) {
            frame.buffer_mut().set_stringn(inner.x, y, text, cells, theme.style(role));
        }
    }

    fn speak(&mut self) -> Spoken {
        Spoken::Question(Question {
            title: self.title.clone(),
            told: self.told.clone(),
            complaint: self.complaint.clone(),
            send: Action::Pick,
            close: Action::PickClose,
        })
    }

    fn refused(&mut self, why: &Error) {
        self.complaint = Some(said(&why.to_string(), why.hint()));
    }
}
