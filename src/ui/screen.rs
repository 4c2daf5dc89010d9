//! What a screen is: a small program of its own, that names what it wants next as data. Lists, records, dialogs and
//! pickers are all screens; the loop keeps a stack of them.

use std::path::PathBuf;

use std::os::fd::BorrowedFd;

use crossterm::event::MouseEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::action::{Action, Context};
use super::change::step::Step;
use super::command::Command;
use super::part::chrome::Hint;
use super::spoken::Spoken;
use super::theme::Theme;
use crate::app::proposals::Proposal;
use crate::app::{Desk, Error};
use crate::domain::change::Act;
use crate::domain::escalation::Item;
use crate::domain::filter::Filter;
use crate::domain::id::AggId;
use crate::domain::incident::Visibility;

/// The records that a dialog is about: the one under the cursor, or the marked ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub records: Vec<AggId>,
}

impl Subject {
    pub fn one(agg: AggId) -> Self {
        Self { records: vec![agg] }
    }

    /// The record whose facts fill the dialog in.
    pub fn first(&self) -> Option<AggId> {
        self.records.first().copied()
    }
}

/// A dialog about one problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemForm {
    Assign,
    KnownError,
    Fix,
    GiveUpFix,
    Resolve,
    /// It ends without a fix.
    NoFix,
    /// Which incidents end with a resolved one, then its closing note.
    End,
    Close,
    /// Which incidents end with it.
    Offer,
    Reopen,
    /// Open incidents that may belong to it.
    Incidents,
    Workaround,
    /// To all who reported its incidents.
    Reply,
    Hold,
    /// What can be set of it.
    Fields,
    Note,
    /// The cause and its class.
    Cause,
    AskVendor,
    /// It is a duplicate, or no problem.
    Cancel,
}

/// A place that can be shown. Screens name places, never each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Queue,
    /// The queue on the tab of that name.
    View(String),
    /// What can be done with the view of that tab and with what is shown in it.
    Views(String, Filter),
    SaveView(Filter),
    RenameView(String),
    /// The queue with a filter over its first tab.
    Filtered(String),
    Escalations,
    Problems,
    Problem(AggId, ProblemForm),
    /// A new problem from these incidents.
    Promote(Subject),
    /// The problem that these incidents are symptoms of.
    Bind(Subject),
    RefuseProposal(Box<Proposal>),
    /// What came of each record of a command.
    Outcome(String, Vec<(String, String)>),
    /// A record, with the list it came from for next and previous.
    Record(AggId, Vec<AggId>),
    Help(Context),
    Palette(Context),
    GoTo,
    New,
    Escalate(Subject),
    Write(Subject, Visibility),
    Resolve(Subject),
    Hold(Subject),
    Assign(Subject),
    Priority(Subject),
    Category(Subject),
    Impact(Subject),
    Urgency(Subject),
    Contract(Subject),
    Asset(Subject),
    Tags(Subject),
    Status(Subject),
    /// What can be done about a major incident, or to make it one.
    Major(Subject),
    /// Duplicates into the record that goes on; without duplicates, suggestions for it.
    Merge {
        duplicates: Vec<AggId>,
        survivor: AggId,
    },
    Unlink(Subject),
    AcceptAssign(AggId),
    /// One owner for a record that went back and forth.
    FixOwner(AggId),
    Return(AggId),
    HandBack(AggId),
    Defer(AggId),
    /// The description of a ticket, with a text that could not be stored.
    Describe(AggId, Option<String>),
    /// What a step of its checklist found.
    Finding(AggId, Item),
    History(AggId),
    /// What can be done with a change; with a step, the line that it asks for.
    Change(AggId, Option<Step>),
    /// Why its clocks stand where they stand.
    Why(AggId),
    Changes,
    /// The shift's hand-over: one that waits, or one's own.
    Handover,
    /// What happened to the person's work since that person last looked.
    News,
    /// Write the tickets of a filter to a file.
    Export(Filter),
}

/// What reaches a screen: a named action, or what is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Act(Action),
    /// A typed character for the field that has the keys.
    Text(String),
    Paste(String),
    Mouse(MouseEvent),
}

/// What a screen wants next.
#[derive(Debug)]
pub enum Next {
    Stay,
    /// Say this in the status line.
    Say(String),
    /// Open a place over this one.
    Go(Place),
    /// Open a place instead of this one.
    Instead(Place),
    Back,
    Do(Command),
    /// Do this; when it is refused open a place that has what was typed.
    Try(Command, Place),
    /// Do this action as if its key had been pressed in the screen below, and close.
    Run(Action),
    /// Open the record of this number instead of this one; a number that there is none of is refused.
    Find(String),
    /// Put this on the clipboard of the person's terminal.
    Copy(String),
    /// Edit a text outside; it comes back through [`Screen::edited`].
    Edit(String),
    /// Write the tickets of a filter to a file that does not exist yet; its ending chooses the form.
    Export(Filter, PathBuf),
    /// Become another user of this desk.
    ActAs(crate::domain::text::Login),
    Quit,
}

/// What was typed, for the store to keep until it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Dialog and record it belongs to, such as `reply INC-12`.
    pub place: String,
    /// Empty when it was sent or thrown away.
    pub text: String,
}

/// A screen over the desk.
///
/// `load` reads, `update` decides, `draw` paints; none does another's work. After a command, or when another session
/// wrote, the loop loads the top screens again.
pub trait Screen {
    /// Which keys hold at this moment: those of the innermost layer.
    fn context(&self) -> Context;

    /// Reads what is to be shown.
    fn load(&mut self, desk: &Desk) -> Result<(), Error>;

    /// Reads what the cursor is on, after every key: little, or nothing.
    fn look(&mut self, _desk: &Desk) -> Result<(), Error> {
        Ok(())
    }

    fn update(&mut self, event: Event) -> Next;

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme);

    /// What it says to someone who reads lines.
    fn speak(&mut self) -> Spoken {
        Spoken::Drawn
    }

    /// Puts the cursor on this record, or marks these where there are several; false when they are not all listed.
    fn choose(&mut self, _records: &[AggId]) -> bool {
        false
    }

    /// Does it lie over the screen below, which is drawn first?
    fn is_overlay(&self) -> bool {
        true
    }

    /// Is it the record of one ticket or change, whose place another one takes?
    fn is_ticket(&self) -> bool {
        false
    }

    /// The records that a verb would be about here.
    fn subject(&self) -> Option<Subject> {
        None
    }

    /// What it asked for was refused: an overlay shows it and keeps what was typed.
    fn refused(&mut self, _why: &Error) {}

    /// What was typed since this was last asked; `None` when nothing changed.
    fn draft(&mut self) -> Option<Draft> {
        None
    }

    /// The place of a draft that was just sent, so that it is forgotten.
    fn sent(&mut self) -> Option<String> {
        self.draft().map(|draft| draft.place)
    }

    /// Time passes while nobody types; true when there is something new to draw.
    fn pass(&mut self, _now: std::time::Instant) -> bool {
        false
    }

    /// Another minute began: what is told in minutes is told anew, and nothing else is read.
    fn minute(&mut self, _desk: &Desk) -> Result<(), Error> {
        Ok(())
    }

    /// What rings when the answer of a query that is still to come is there.
    fn awaited(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    /// The filter of what is shown, for an export.
    fn shown(&self) -> Option<Filter> {
        None
    }

    /// A command was carried out on these records, from here or from a dialog above.
    fn done(&mut self, _act: Act, _records: &[AggId]) {}

    /// The records of this list in order, for next and previous in a record opened from it.
    fn siblings(&self) -> Vec<AggId> {
        Vec::new()
    }

    /// A text comes back from the editor outside.
    fn edited(&mut self, _text: &str) -> Next {
        Next::Stay
    }

    /// Do digits reach it as text, where they would change the view elsewhere?
    fn takes_digits(&self) -> bool {
        false
    }

    /// Has it better use for a line than a second one of hints, where there is no room for a pane beside it?
    fn is_dense(&self) -> bool {
        false
    }

    /// What the footer offers here, the most useful first; an overlay says it on its own border.
    fn hints(&self) -> Vec<Hint> {
        Vec::new()
    }
}
