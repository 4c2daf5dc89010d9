//! Keyboards with other letters: which key of a Latin keyboard a letter stands on, so that verbs work without changing
//! the layout for each of them.

use super::chord::Chord;
use crate::app::config::Layout;

/// Keys of a Latin keyboard, row by row, without and with Shift.
const LATIN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,./QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?";

/// What stands on the same keys, in the same order.
const fn letters(layout: Layout) -> &'static str {
    match layout {
        Layout::Russian => "йцукенгшщзхъфывапролджэячсмитьбю.ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,",
        Layout::Ukrainian => "йцукенгшщзхїфівапролджєячсмитьбю.ЙЦУКЕНГШЩЗХЇФІВАПРОЛДЖЄЯЧСМИТЬБЮ,",
        Layout::Greek => ";ςερτυθιοπ[]ασδφγηξκλ΄\'ζχψωβνμ,./:ΣΕΡΤΥΘΙΟΠ{}ΑΣΔΦΓΗΞΚΛ¨\"ΖΧΨΩΒΝΜ<>?",
        Layout::Hebrew => "/'קראטוןםפ][שדגכעיחלךף,זסבהנמצתץ.QWERTYUIOP}{ASDFGHJKL:\"ZXCVBNM><?",
    }
}

/// The key that a letter stands on; a key that is none of these letters stays itself.
pub fn latin(key: Chord, layouts: &[Layout]) -> Chord {
    let Some(c) = key.typed().filter(|c| !c.is_ascii()) else { return key };
    let place = layouts.iter().find_map(|layout| letters(*layout).chars().position(|letter| letter == c));
    let there = place.and_then(|place| LATIN.chars().nth(place));
    there.and_then(|c| Chord::parse(c.encode_utf8(&mut [0; 4]))).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_has_a_letter_for_every_key() {
        for layout in Layout::ALL {
            assert_eq!(letters(*layout).chars().count(), LATIN.chars().count(), "{layout}");
        }
        let at = |c: &str| latin(Chord::parse(c).unwrap(), Layout::ALL).to_string();
        for (letter, key) in
            [("ф", "a"), ("с", "c"), ("і", "s"), ("ω", "v"), ("ש", "a"), ("ת", ","), ("Я", "Z"), ("a", "a")]
        {
            assert_eq!(at(letter), key, "{letter}");
        }
    }
}
