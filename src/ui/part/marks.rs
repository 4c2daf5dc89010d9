//! Marks on the records of a list: one by one, or a range at a time.

use crate::domain::id::AggId;

/// What is marked, in the order of marking, and where a range was begun.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    marked: Vec<AggId>,
    from: Option<AggId>,
}

impl Marks {
    pub fn all(&self) -> &[AggId] {
        &self.marked
    }

    pub fn is_empty(&self) -> bool {
        self.marked.is_empty()
    }

    pub fn contains(&self, record: AggId) -> bool {
        self.marked.contains(&record)
    }

    /// Marks these and nothing else.
    pub fn set(&mut self, records: Vec<AggId>) {
        self.marked = records;
    }

    /// Forgets the marks and a range that was begun.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub fn retain(&mut self, keeps: impl Fn(AggId) -> bool) {
        self.marked.retain(|mark| keeps(*mark));
    }

    /// Marks a record, or takes its mark off.
    pub fn toggle(&mut self, at: AggId) {
        match self.marked.iter().position(|mark| *mark == at) {
            Some(n) => drop(self.marked.remove(n)),
            None => self.marked.push(at),
        }
    }

    /// Begins a range at a record, or ends the one that was begun, which marks all between. Was one begun?
    pub fn range(&mut self, at: AggId, list: &[AggId]) -> bool {
        let Some(from) = self.from.take() else {
            self.from = Some(at);
            return true;
        };
        let place = |record: AggId| list.iter().position(|one| *one == record);
        if let (Some(a), Some(b)) = (place(from), place(at)) {
            let more: Vec<_> = list[a.min(b)..=a.max(b)].iter().filter(|one| !self.contains(**one)).copied().collect();
            self.marked.extend(more);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(n: u8) -> AggId {
        AggId::derived(&[&[n]])
    }

    #[test]
    fn a_range_marks_all_between_its_ends_whichever_comes_first() {
        let list: Vec<_> = (0..5).map(record).collect();
        for (from, to) in [(1, 3), (3, 1)] {
            let mut marks = Marks::default();
            marks.toggle(record(2));
            assert!(marks.range(record(from), &list), "begun");
            assert!(!marks.range(record(to), &list), "ended");
            assert_eq!(marks.all(), [record(2), record(1), record(3)]);
        }
    }

    #[test]
    fn an_end_that_has_left_the_list_marks_nothing() {
        let mut marks = Marks::default();
        marks.range(record(9), &[record(1)]);
        marks.range(record(1), &[record(1)]);
        assert!(marks.is_empty());
        marks.toggle(record(1));
        marks.toggle(record(1));
        assert!(marks.is_empty(), "marked twice is not marked");
    }
}
