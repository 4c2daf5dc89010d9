//! How an action is done line by line: by its key and Enter, by a word, or why there is no need to.

use crate::ui::action::{Action, Context};

/// The plain way to an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Its key or its name, then Enter.
    Key,
    /// This is typed instead of the key.
    Typed(&'static str),
    /// Nothing is, because of this.
    Needless(&'static str),
}

/// The way of an action. A new one of a list or record goes by its key.
pub fn how(action: Action) -> How {
    match action {
        Action::New => How::Typed("new"),
        Action::Preview | Action::PreviewDown | Action::PreviewUp => How::Needless("there is no pane beside the list"),
        Action::HalfDown | Action::HalfUp => How::Needless("n and p turn pages"),
        Action::PageDown => How::Typed("n"),
        Action::PageUp => How::Typed("p"),
        Action::MarkRange => How::Typed("2-4"),
        Action::Suspend | Action::Cancel => How::Needless("the terminal does it itself"),
        Action::ViewQueue => How::Typed("gq, queue or view 1"),
        Action::ViewEscalations => How::Typed("ge, inbox or view 2"),
        Action::ViewProblems => How::Typed("gp or view 3"),
        Action::ViewCampaigns => How::Typed("gc or view 4"),
        Action::ViewDashboard => How::Typed("gd or view 5"),
        Action::ViewAssets => How::Typed("ga or view 6"),
        Action::ViewReports => How::Typed("gr or view 7"),
        Action::Open => How::Typed("its number, or open"),
        Action::Mark => How::Typed("2 4"),
        Action::PaneNext | Action::PanePrevious => How::Typed("tick"),
        Action::Tick => How::Typed("tick"),
        Action::Canned => How::Typed(".canned"),
        Action::UseKnown => How::Needless("its number is written under Problem"),
        Action::InsertField => How::Typed(".insert"),
        Action::Discard => How::Typed(".discard"),
        Action::Close => How::Typed(".cancel"),
        Action::Send => How::Typed("."),
        Action::PickOther => How::Typed("tab"),
        Action::Pick => How::Typed("its number"),
        Action::PickClose => How::Typed("cancel"),
        _ if in_a_field(action) => How::Needless("a line is typed as a whole"),
        _ => How::Key,
    }
}

/// Does it belong to nothing but fields?
fn in_a_field(action: Action) -> bool {
    let lists =
        [Context::Always, Context::Global, Context::Queue, Context::Record, Context::Escalations, Context::Problems];
    !lists.iter().any(|context| action.belongs_to(*context))
}
