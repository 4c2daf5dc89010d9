//! The help over a screen.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::spot;
use crate::app::{Desk, Error};
use crate::ui::action::{Action, Context};
use crate::ui::help::{Asked, Help};
use crate::ui::keymap::Keymap;
use crate::ui::screen::{Event, Next, Screen};
use crate::ui::theme::Theme;

/// The keys that work in a place.
pub struct Helping(Help);

pub fn open(context: Context, keymap: &Keymap) -> Helping {
    Helping(Help::new(keymap, context))
}

impl Screen for Helping {
    fn context(&self) -> Context {
        Context::Picker
    }

    fn load(&mut self, _desk: &Desk) -> Result<(), Error> {
        Ok(())
    }

    fn update(&mut self, event: Event) -> Next {
        match event {
            Event::Act(Action::Help) => return Next::Back,
            Event::Act(action) => match self.0.act(action) {
                Asked::Stay => {}
                Asked::Close => return Next::Back,
                Asked::Run(action) => return Next::Run(action),
            },
            Event::Text(text) | Event::Paste(text) => self.0.insert(&text),
            Event::Mouse(_) => {}
        }
        Next::Stay
    }

    fn draw(&mut self, frame: &mut Frame<'_>, _area: Rect, theme: &Theme) {
        self.0.draw(frame, spot::of_height(frame.area(), u16::MAX), theme);
    }
}
