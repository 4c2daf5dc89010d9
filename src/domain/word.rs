//! Enumerations that have a word of their own in storage, filters and exports, and the word that a person meant.

/// Defines an enumeration whose values each have one lower-case word, for storage, filters and exports.
///
/// Gives `ALL`, `word()`, `from_word()`, `Display` and serde by that word. Where a default is written behind the
/// name (`Impact = Low`), `Default` too: what an incomplete record reads as.
macro_rules! words {
    ($($(#[$doc:meta])* pub enum $name:ident $(= $default:ident)? { $($(#[$vdoc:meta])* $value:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $value,)* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$value,)*];

            pub const fn word(self) -> &'static str {
                match self { $(Self::$value => $word,)* }
            }

            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$value),)* _ => None }
            }
        }

        $(impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        })?

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }
    )*};
}

pub(crate) use words;

/// The word that was probably meant: one that goes on from this, else one within a few slips of it.
pub(crate) fn nearest(word: &str, known: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
    let word: Vec<char> = word.to_lowercase().chars().take(32).collect();
    let most = match word.len() {
        0 => return None,
        1..=3 => 1,
        4..=6 => 2,
        _ => 3,
    };
    let rank = |known: &&'static str| {
        let letters: Vec<char> = known.chars().collect();
        if letters.starts_with(&word) { 0 } else { slips(&word, &letters) }
    };
    known.into_iter().map(|known| (rank(&known), known)).filter(|(slips, _)| *slips <= most).min().map(|(_, it)| it)
}

/// Letters to add, drop, change or swap with their neighbour (optimal string alignment).
fn slips(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let changed = last[j] + usize::from(a[i] != b[j]);
            let mut best = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted_like_a_typist_makes_them() {
        let count = |a: &str, b: &str| slips(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        for (a, b, n) in [("", "", 0), ("", "abc", 3), ("tire", "tier", 1), ("ownr", "owner", 1), ("prio", "prob", 2)] {
            assert_eq!(count(a, b), n, "{a} {b}");
            assert_eq!(count(b, a), n, "{b} {a}");
        }
    }

    #[test]
    fn the_nearest_word_is_one_a_person_meant() {
        let known = ["tier", "prio", "owner", "status", "note"];
        for (word, meant) in
            [("own", Some("owner")), ("TIRE", Some("tier")), ("staus", Some("status")), ("zzz", None), ("", None)]
        {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
    }
}
