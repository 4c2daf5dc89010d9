//! Versions as vendors write them, compared part by part.
//!
//! A version is cut at `.`, `-`, `_`, `+`, spaces and between digits and letters. Two numbers compare as numbers, two
//! texts by ASCII, and a number is above a text. A part that is missing is 0 against a number, above a text that
//! follows a separator (`1.0` above `1.0-beta`) and below one that is glued to a digit (`1.0.2` below `1.0.2k`).

use std::cmp::Ordering;

/// One part of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part<'a> {
    /// Digits without leading zeros; empty for zero.
    Number(&'a str),
    /// Letters, and whether a digit stands directly before them.
    Text(&'a str, bool),
}

/// How two versions compare; nothing where one of them is empty or has no digit.
pub fn compare(one: &str, other: &str) -> Option<Ordering> {
    if !is_version(one) || !is_version(other) {
        return None;
    }
    let (mut ones, mut others) = (parts(one).into_iter(), parts(other).into_iter());
    loop {
        let order = match (ones.next(), others.next()) {
            (None, None) => return Some(Ordering::Equal),
            (Some(one), Some(other)) => both(one, other),
            (Some(one), None) => alone(one),
            (None, Some(other)) => alone(other).reverse(),
        };
        if order != Ordering::Equal {
            return Some(order);
        }
    }
}

/// Has it anything that can be compared?
pub fn is_version(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

fn both(one: Part<'_>, other: Part<'_>) -> Ordering {
    match (one, other) {
        (Part::Number(one), Part::Number(other)) => one.len().cmp(&other.len()).then_with(|| one.cmp(other)),
        (Part::Number(_), Part::Text(..)) => Ordering::Greater,
        (Part::Text(..), Part::Number(_)) => Ordering::Less,
        (Part::Text(one, _), Part::Text(other, _)) => one.cmp(other),
    }
}

/// A part against one that is missing.
fn alone(part: Part<'_>) -> Ordering {
    match part {
        Part::Number("") => Ordering::Equal,
        Part::Number(_) | Part::Text(_, true) => Ordering::Greater,
        Part::Text(_, false) => Ordering::Less,
    }
}

fn parts(version: &str) -> Vec<Part<'_>> {
    let pieces = version.split(['.', '-', '_', '+', ' ']).filter(|piece| !piece.is_empty());
    pieces.flat_map(runs).collect()
}

/// Digits and letters of a piece between separators, in turn.
fn runs(piece: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = piece;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (run, later) = rest.split_at(end);
        parts.push(if digits {
            Part::Number(run.trim_start_matches('0'))
        } else {
            Part::Text(run, rest.len() < piece.len())
        });
        rest = later;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_part_by_part() {
        use Ordering::{Equal, Greater, Less};
        for (one, other, order) in [
            ("1.0", "1.0", Equal),
            ("0.0.9", "0.0.10", Less),
            ("0.9.0", "0.10.0", Less),
            ("9.0.0", "10.0.0", Less),
            ("2.0.1", "2.0.1a", Less),
            ("10.0001", "10.1", Equal),
            ("10.0001", "10.0039", Less),
            ("4.999.9", "5.0", Less),
            ("20101121", "20101122", Less),
            ("2_0", "2.0", Equal),
            ("2.0", "2", Equal),
            ("2.0.0.0", "2", Equal),
            ("1.0", "1.0-beta", Greater),
            ("1.0", "1.0.0-beta", Greater),
            ("1.0.0-alpha", "1.0.0-alpha.1", Less),
            ("1.0.0-alpha.1", "1.0.0-alpha.beta", Greater),
            ("1.0.0-beta.2", "1.0.0-beta.11", Less),
            ("1.0.0-rc.1", "1.0.0", Less),
            ("1.0.2", "1.0.2k", Less),
            ("1.0.2k", "1.0.2l", Less),
            ("1.2.3b", "1.2.0d", Greater),
            ("6.6.2p1", "6.6.2p2", Less),
            ("5.5p10", "5.5p2", Greater),
            ("8u202", "8u1000", Less),
            ("10.0.19045.4170", "10.0.22631", Less),
            ("2024 R2", "2024 R1", Greater),
            ("00.1", "0.1", Equal),
            ("1.18446744073709551616", "1.18446744073709551615", Greater),
        ] {
            assert_eq!(compare(one, other), Some(order), "{one} {other}");
            assert_eq!(compare(other, one), Some(order.reverse()), "{other} {one}");
        }
    }

    #[test]
    fn what_has_no_digit_is_unknown() {
        for (one, other) in [("", "1"), ("1", "latest"), ("beta", "alpha"), ("-", "1")] {
            assert_eq!(compare(one, other), None, "{one} {other}");
        }
    }
}
