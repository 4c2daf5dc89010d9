//! Chance that a seed decides: the same seed, the same throws (SplitMix64).

/// A sequence of throws.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// One of `from..=to`; `from` when the range is empty.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        let wide = to.saturating_sub(from).saturating_add(1).max(1) as u64;
        from + (self.next() % wide) as i64
    }

    /// One of a list that is not empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[(self.next() % list.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throws_stay_in_their_range_and_reach_its_ends() {
        let mut dice = Dice::new(7);
        let throws: Vec<_> = (0..200).map(|_| dice.between(1, 6)).collect();
        assert_eq!((throws.iter().min(), throws.iter().max()), (Some(&1), Some(&6)));
        assert_eq!(dice.between(5, 2), 5);
    }
}
