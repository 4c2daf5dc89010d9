//! A memory that does not grow: what was put lately, by name.

use std::collections::HashMap;

/// Most names that are remembered; then all are forgotten at once.
const MOST: usize = 50_000;

/// Values by name, of the last tens of thousands.
pub(super) struct Recent<V> {
    kept: HashMap<String, V>,
}

impl<V> Default for Recent<V> {
    fn default() -> Self {
        Self { kept: HashMap::new() }
    }
}

impl<V> Recent<V> {
    pub(super) fn get(&self, name: &str) -> Option<&V> {
        self.kept.get(name)
    }

    pub(super) fn put(&mut self, name: String, value: V) {
        if self.kept.len() >= MOST {
            self.kept.clear();
        }
        self.kept.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_forgets_before_it_grows() {
        let mut recent = Recent::default();
        for n in 0..MOST + 10 {
            recent.put(n.to_string(), n);
        }
        assert_eq!(recent.get("3"), None);
        assert_eq!(recent.get(&MOST.to_string()), Some(&MOST));
        assert!(recent.kept.len() <= MOST);
    }
}
