//! What a screen is: a small program of its own, that names what it wants next as data.

use crossterm::event::MouseEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::action::{Action, Context};
use super::theme::Theme;
use crate::domain::id::AggId;

/// A place that can be shown. Screens name places, never each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Queue,
    Escalations,
    Record(AggId),
    Help(Context),
}

/// What reaches a screen: a named action, or what is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Act(Action),
    /// Text for the field that has the keys: a typed character, or a paste.
    Text(String),
    Mouse(MouseEvent),
}

/// What a screen wants next. `C` is a command for the desk, `Q` a question that another layer answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next<C, Q> {
    Stay,
    /// Say this in the status line.
    Say(String),
    Go(Place),
    Back,
    Do(C),
    Ask(Q),
    /// Do this action as if its key had been pressed here.
    Run(Action),
}

/// A screen over a desk `D`.
///
/// `load` reads, `update` decides, `draw` paints; none does another's work. After a command, or when another session
/// wrote, the loop loads the top screen again.
pub trait Screen<D, C, Q> {
    /// Which keys hold at this moment: those of the innermost layer.
    fn context(&self) -> Context;

    /// Reads what is to be shown.
    fn load(&mut self, desk: &D) -> anyhow::Result<()>;

    fn update(&mut self, event: Event) -> Next<C, Q>;

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme);
}
