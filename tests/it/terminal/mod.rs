//! What the console does with a terminal, on the terminal's side of it.

mod bytes;
mod draft;
mod editor;
mod fuzz;
mod hostile;
mod known;
mod leaving;
mod live;
mod major;
mod news;
mod panic;
mod plain;
mod wall;
mod ways;
