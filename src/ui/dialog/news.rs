//! News: what happened to one's work since one last looked, the latest first; Enter opens the record.

use super::choosing::{Choosing, List, Then};
use crate::app::Desk;
use crate::app::news::{News, Notice};
use crate::domain::id::AggId;
use crate::ui::part::clock::stamp;
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::{Next, Place};

/// Records that something happened to.
pub struct Told {
    records: Vec<AggId>,
}

impl List for Told {
    /// The place in the list: a record may stand in it for several causes.
    type Key = usize;

    fn chose(&mut self, nth: usize) -> Then<usize> {
        let Some(agg) = self.records.get(nth) else { return Then::Next(Next::Stay) };
        Then::Next(Next::Instead(Place::Record(*agg, Vec::new())))
    }
}

pub fn open(news: &News, desk: &Desk) -> Choosing<Told> {
    let (now, zone) = (desk.now(), desk.policy().zone);
    let entry = |(n, it): (usize, &Notice)| {
        let label = format!("{} {} {}  {}", it.name, it.priority, it.sentence(), it.title);
        Entry::new(n, label, stamp(it.at, now, zone))
    };
    let entries: Vec<_> = news.notices().enumerate().map(entry).collect();
    let records = news.notices().map(|it| it.agg).collect();
    let count = entries.len();
    let title = if count == 0 { "No news".to_owned() } else { format!("News ({count})") };
    let picker = Picker::new(title, Digits::Point, entries).hints("Enter open   letters narrow   Esc close");
    Choosing::new(Told { records }, picker, count)
}
