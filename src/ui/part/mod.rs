//! What two or more screens share.
//!
//! - [`text`]: cells, cutting, wrapping, a long text with a window
//! - [`table`]: rows under a cursor that is a record; [`chrome`]: header, rules, status lines, footer; [`frame`]: boxes
//! - [`prompt`] and [`editor`]: one line and many lines of text; [`picker`]: a list that narrows, by
//!   [`fuzzy`]; [`form`]: fields

pub mod band;
pub mod chrome;
pub mod clock;
pub mod editor;
pub mod form;
pub mod frame;
pub mod fuzzy;
pub mod marks;
pub mod picker;
pub mod prompt;
pub mod table;
pub mod text;
