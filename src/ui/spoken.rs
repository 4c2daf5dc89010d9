//! What a screen says to someone who reads lines instead of looking at it: the rows, fields and entries that it would
//! draw, as data. [`plain`](super::plain) tells it and asks for answers; a screen that says nothing is read as drawn.

use super::action::Action;
use super::part::text::Entry;
use crate::domain::id::AggId;

/// A screen in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Spoken {
    /// Nothing but what it draws.
    #[default]
    Drawn,
    List(List),
    Text(Text),
    Choice(Choice),
    Question(Question),
    Form(Form),
}

/// Records one under another; a number means one of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// What is listed, and how many there are.
    pub title: String,
    pub rows: Vec<Row>,
    pub at: Option<AggId>,
    pub marked: usize,
    /// What lies beside the list about the row under the cursor; then choosing a row tells it instead of opening it.
    pub detail: Vec<Entry>,
    /// Is it a record with others in it? Then a letter is about the record, where no row is meant.
    pub is_record: bool,
}

/// A record in one line: `P1 breached 1h32`, `INC-12`, its title, and who is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub agg: AggId,
    pub head: String,
    pub name: String,
    pub text: String,
    pub tail: String,
}

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    pub title: String,
    /// Said once, before the entries.
    pub facts: Vec<(String, String)>,
    pub entries: Vec<Entry>,
    /// Is the end of it what one wants to read first?
    pub from_end: bool,
}

/// Entries to choose from, with the actions that move, choose and leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub title: String,
    /// What each is, and what is told beside it.
    pub entries: Vec<(String, String)>,
    pub at: usize,
    /// Do words narrow it?
    pub narrows: bool,
    /// What the other way is, if it has one.
    pub other: Option<String>,
    pub complaint: Option<String>,
    pub keys: Keys,
}

/// How a choice is worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    pub up: Action,
    pub down: Action,
    pub pick: Action,
    pub close: Action,
}

impl Keys {
    pub const PICKER: Self =
        Self { up: Action::PickUp, down: Action::PickDown, pick: Action::Pick, close: Action::PickClose };
}

/// One line to type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub title: String,
    /// What can be typed, and what is there now.
    pub told: Vec<String>,
    pub complaint: Option<String>,
    pub send: Action,
    pub close: Action,
}

/// Fields to fill in, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub title: String,
    pub fields: Vec<Field>,
    /// The field that has the keys; none on `[Send]`.
    pub focus: Option<&'static str>,
    pub complaint: Option<String>,
    /// Does it begin with what was typed another time?
    pub resumed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub key: &'static str,
    pub label: String,
    pub required: bool,
    pub content: Content,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Choice {
        options: Vec<String>,
        chosen: Option<usize>,
    },
    /// Names of texts; choosing one puts it into an area.
    Suggest(Vec<String>),
    Line(String),
    Area {
        text: String,
        /// Each line of it begins with a label and a colon, and is asked by itself.
        labelled: bool,
    },
    Toggles(Vec<(String, bool)>),
    Info(Vec<String>),
}
