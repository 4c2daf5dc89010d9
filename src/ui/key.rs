//! Bytes of the terminal to keys and pastes, with a guard for escape sequences that arrive in pieces.
//!
//! A terminal sends `Esc [ A` for an arrow, and a slow link may cut it anywhere. Read naively the pieces are the
//! keys Esc, `[` and `A`, and each of them does something. So a begun sequence is held until its rest arrives, or
//! until nothing has come for the length of the guard. The decoder is pure: bytes and moments come in as arguments.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// The longest paste that is kept, in bytes; a text field takes far less (64 KB).
const PASTE_MAX: usize = 1 << 20;
/// A paste without its end mark is over when nothing has come for this long.
const PASTE_IDLE: Duration = Duration::from_secs(2);
const PASTE_END: &[u8] = b"\x1b[201~";

/// What a person did at the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Key(KeyEvent),
    Paste(String),
    Mouse(MouseEvent),
}

/// How long a lone `Esc` waits for its rest: what the configuration says, else longer over SSH.
pub fn guard(configured_ms: u64, over_ssh: bool) -> Duration {
    Duration::from_millis(match (configured_ms, over_ssh) {
        (0, false) => 50,
        (0, true) => 120,
        (ms, _) => ms,
    })
}

/// Turns bytes into [`Input`].
#[derive(Debug)]
pub struct Decoder {
    guard: Duration,
    held: Vec<u8>,
    paste: Option<Vec<u8>>,
    last: Option<Instant>,
    ready: VecDeque<Input>,
}

impl Decoder {
    pub fn new(guard: Duration) -> Self {
        Self { guard, held: Vec::new(), paste: None, last: None, ready: VecDeque::new() }
    }

    /// Takes what one read returned. Bytes join what is held however late they are read: a busy program says
    /// nothing about when they were typed. Only [`settle`](Self::settle) gives up waiting.
    pub fn feed(&mut self, bytes: &[u8], at: Instant) {
        self.last = Some(at);
        self.held.extend_from_slice(bytes);
        self.decode();
    }

    /// Says that nothing was waiting at `at`: a sequence that is overdue becomes the keys it looks like.
    pub fn settle(&mut self, at: Instant) {
        if self.due().is_none_or(|due| at < due) {
            return;
        }
        if let Some(paste) = self.paste.take() {
            self.finish_paste(paste);
        }
        let held = std::mem::take(&mut self.held);
        for (n, &byte) in held.iter().enumerate() {
            match byte {
                0x1b if n == 0 => self.key(KeyCode::Esc, KeyModifiers::NONE),
                0x20..=0x7e => self.key(KeyCode::Char(char::from(byte)), KeyModifiers::NONE),
                _ => {}
            }
        }
        self.last = None;
    }

    /// When what is held must be settled, if anything is.
    pub fn due(&self) -> Option<Instant> {
        let wait = match (&self.paste, self.held.len()) {
            (Some(_), _) => PASTE_IDLE,
            (None, 0) => return None,
            (None, 1) => self.guard,
            // Esc and more is hardly ever typed by hand: it deserves more patience.
            (None, _) => self.guard * 4,
        };
        self.last.map(|last| last + wait)
    }

    /// The next thing that is complete.
    pub fn take(&mut self) -> Option<Input> {
        self.ready.pop_front()
    }

    fn key(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.ready.push_back(Input::Key(KeyEvent::new(code, modifiers)));
    }

    fn decode(&mut self) {
        let bytes = std::mem::take(&mut self.held);
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let used = if self.paste.is_some() { self.paste_bytes(rest) } else { self.one(rest) };
            if used == 0 {
                break;
            }
            rest = &rest[used..];
        }
        self.held = rest.to_vec();
    }

    /// Takes the bytes of a paste; what might be the beginning of its end mark stays. How many were taken.
    fn paste_bytes(&mut self, bytes: &[u8]) -> usize {
        let mut paste = self.paste.take().unwrap_or_default();
        let end = bytes.windows(PASTE_END.len()).position(|window| window == PASTE_END);
        let text = end.unwrap_or_else(|| bytes.len() - cut_mark(bytes));
        let room = PASTE_MAX.saturating_sub(paste.len());
        paste.extend_from_slice(&bytes[..text.min(room)]);
        if end.is_some() {
            self.finish_paste(paste);
            return text + PASTE_END.len();
        }
        self.paste = Some(paste);
        text
    }

    fn finish_paste(&mut self, paste: Vec<u8>) {
        self.ready.push_back(Input::Paste(String::from_utf8_lossy(&paste).into_owned()));
    }

    /// Decodes one key or sequence at the start of `bytes`. How many bytes it took; 0 when more must come.
    fn one(&mut self, bytes: &[u8]) -> usize {
        match bytes {
            [0x1b] | [0x1b, b'O'] => 0,
            [0x1b, b'[', ..] => self.csi(bytes),
            [0x1b, b'O', last, ..] => {
                if let Some(code) = letter_key(*last) {
                    self.key(code, KeyModifiers::NONE);
                }
                3
            }
            [0x1b, 0x1b, ..] => {
                self.key(KeyCode::Esc, KeyModifiers::NONE);
                1
            }
            [0x1b, rest @ ..] => match plain(rest) {
                Plain::Key(used, code, modifiers) => {
                    self.key(code, modifiers | KeyModifiers::ALT);
                    1 + used
                }
                Plain::More => 0,
                Plain::Junk => 2,
            },
            _ => match plain(bytes) {
                Plain::Key(used, code, modifiers) => {
                    self.key(code, modifiers);
                    used
                }
                Plain::More => 0,
                Plain::Junk => 1,
            },
        }
    }

    /// A control sequence: `Esc [`, parameters, one final byte. Unknown ones vanish whole and are never keys.
    fn csi(&mut self, bytes: &[u8]) -> usize {
        let body = &bytes[2..];
        match body {
            // The function keys of the Linux console.
            [b'['] => return 0,
            [b'[', n @ b'A'..=b'E', ..] => {
                self.key(KeyCode::F(n - b'A' + 1), KeyModifiers::NONE);
                return 4;
            }
            // A mouse report of old terminals: three bytes follow, and any of them could be a verb.
            [b'M', ..] => return if body.len() < 4 { 0 } else { 6 },
            _ => {}
        }
        let Some(end) = body.iter().position(|byte| !(0x20..=0x3f).contains(byte)) else { return 0 };
        let last = body[end];
        if !(0x40..=0x7e).contains(&last) {
            // Cut off by something else: drop the torn sequence, keep what follows.
            return 2 + end;
        }
        let parameters = &body[..end];
        if parameters == b"200" && last == b'~' {
            self.paste = Some(Vec::new());
        } else if let Some(mouse) = sgr_mouse(parameters, last) {
            self.ready.push_back(Input::Mouse(mouse));
        } else if let Some((code, modifiers)) = csi_key(parameters, last) {
            self.key(code, modifiers);
        }
        2 + end + 1
    }
}

enum Plain {
    Key(usize, KeyCode, KeyModifiers),
    More,
    Junk,
}

/// A key that is not an escape sequence: a control byte or one character of UTF-8.
fn plain(bytes: &[u8]) -> Plain {
    let none = KeyModifiers::NONE;
    let key = |code, modifiers| Plain::Key(1, code, modifiers);
    match bytes[0] {
        b'\r' => key(KeyCode::Enter, none),
        b'\t' => key(KeyCode::Tab, none),
        0x7f | 0x08 => key(KeyCode::Backspace, none),
        0 => key(KeyCode::Char(' '), KeyModifiers::CONTROL),
        c @ 0x01..=0x1a => key(KeyCode::Char(char::from(c - 1 + b'a')), KeyModifiers::CONTROL),
        c @ 0x1c..=0x1f => key(KeyCode::Char(char::from(c - 0x1c + b'4')), KeyModifiers::CONTROL),
        _ => {
            let head = &bytes[..bytes.len().min(4)];
            let text = match std::str::from_utf8(head) {
                Ok(text) => text,
                Err(error) if error.valid_up_to() > 0 => {
                    std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
                }
                Err(error) if error.error_len().is_none() => return Plain::More,
                Err(_) => return Plain::Junk,
            };
            match text.chars().next() {
                Some(c) => Plain::Key(
                    c.len_utf8(),
                    KeyCode::Char(c),
                    if c.is_uppercase() { KeyModifiers::SHIFT } else { none },
                ),
                None => Plain::Junk,
            }
        }
    }
}

/// How many bytes at the end of `bytes` might begin the mark that ends a paste.
fn cut_mark(bytes: &[u8]) -> usize {
    (1..PASTE_END.len()).rev().find(|&n| bytes.ends_with(&PASTE_END[..n])).unwrap_or(0)
}

fn letter_key(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'M' => KeyCode::Enter,
        n @ b'P'..=b'S' => KeyCode::F(n - b'P' + 1),
        _ => return None,
    })
}

fn csi_key(parameters: &[u8], last: u8) -> Option<(KeyCode, KeyModifiers)> {
    let mut numbers = numbers(parameters)?.into_iter();
    let first = numbers.next().unwrap_or(1);
    let modifiers = modifiers(numbers.next().unwrap_or(1));
    let code = match last {
        b'Z' => return Some((KeyCode::BackTab, KeyModifiers::SHIFT)),
        // `M` ends a mouse report here, not the keypad's Enter; `R` is F3 only in this form, else a cursor report.
        b'M' => return None,
        b'R' if first != 1 => return None,
        b'~' => match first {
            1 | 7 => KeyCode::Home,
            2 => KeyCode::Insert,
            3 => KeyCode::Delete,
            4 | 8 => KeyCode::End,
            5 => KeyCode::PageUp,
            6 => KeyCode::PageDown,
            n @ 11..=15 => KeyCode::F((n - 10) as u8),
            n @ 17..=21 => KeyCode::F((n - 11) as u8),
            n @ 23..=24 => KeyCode::F((n - 12) as u8),
            _ => return None,
        },
        _ => letter_key(last)?,
    };
    Some((code, modifiers))
}

/// The numbers between the semicolons; none when there is anything else.
fn numbers(parameters: &[u8]) -> Option<Vec<u16>> {
    let text = std::str::from_utf8(parameters).ok()?;
    text.split(';').filter(|number| !number.is_empty()).map(|number| number.parse().ok()).collect()
}

/// The modifier bits of xterm: one more than Shift 1, Alt 2, Ctrl 4.
fn modifiers(parameter: u16) -> KeyModifiers {
    let bits = parameter.saturating_sub(1);
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)] {
        if bits & bit != 0 {
            modifiers |= modifier;
        }
    }
    modifiers
}

/// A click or a turn of the wheel, in the form `< button ; column ; row` with `M` for press.
fn sgr_mouse(parameters: &[u8], last: u8) -> Option<MouseEvent> {
    let body = parameters.strip_prefix(b"<")?;
    let &[button, column, row] = numbers(body)?.as_slice() else { return None };
    let kind = match (button & 0b1100_0011, last) {
        (0, b'M') => MouseEventKind::Down(MouseButton::Left),
        (0, b'm') => MouseEventKind::Up(MouseButton::Left),
        (64, b'M') => MouseEventKind::ScrollUp,
        (65, b'M') => MouseEventKind::ScrollDown,
        _ => return None,
    };
    let (column, row) = (column.checked_sub(1)?, row.checked_sub(1)?);
    Some(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GUARD: Duration = Duration::from_millis(50);

    /// Feeds pieces with gaps between them; where a gap is over, the terminal was found silent.
    fn typed(pieces: &[(u64, &[u8])]) -> Vec<Input> {
        let mut decoder = Decoder::new(GUARD);
        let mut now = Instant::now();
        for (gap_ms, bytes) in pieces {
            let until = now + Duration::from_millis(*gap_ms);
            if let Some(due) = decoder.due()
                && due <= until
            {
                decoder.settle(due);
            }
            now = until;
            decoder.feed(bytes, now);
        }
        decoder.settle(now + Duration::from_secs(10));
        std::iter::from_fn(|| decoder.take()).collect()
    }

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Input {
        Input::Key(KeyEvent::new(code, modifiers))
    }

    const SEQUENCES: [(&[u8], KeyCode, KeyModifiers); 13] = [
        (b"\x1b[A", KeyCode::Up, KeyModifiers::NONE),
        (b"\x1b[B", KeyCode::Down, KeyModifiers::NONE),
        (b"\x1b[C", KeyCode::Right, KeyModifiers::NONE),
        (b"\x1b[D", KeyCode::Left, KeyModifiers::NONE),
        (b"\x1bOA", KeyCode::Up, KeyModifiers::NONE),
        (b"\x1bOP", KeyCode::F(1), KeyModifiers::NONE),
        (b"\x1b[1;2B", KeyCode::Down, KeyModifiers::SHIFT),
        (b"\x1b[1;5C", KeyCode::Right, KeyModifiers::CONTROL),
        (b"\x1b[Z", KeyCode::BackTab, KeyModifiers::SHIFT),
        (b"\x1b[5~", KeyCode::PageUp, KeyModifiers::NONE),
        (b"\x1b[15~", KeyCode::F(5), KeyModifiers::NONE),
        (b"\x1b[21~", KeyCode::F(10), KeyModifiers::NONE),
        (b"\x1b[[A", KeyCode::F(1), KeyModifiers::NONE),
    ];

    #[test]
    fn a_sequence_cut_anywhere_within_the_guard_is_one_key() {
        for (bytes, code, modifiers) in SEQUENCES {
            for cut in 1..bytes.len() {
                for gap in [0, 1, 20, 49] {
                    let seen = typed(&[(0, &bytes[..cut]), (gap, &bytes[cut..])]);
                    assert_eq!(seen, [key(code, modifiers)], "{bytes:?} cut at {cut}, {gap} ms");
                }
            }
            let single: Vec<(u64, &[u8])> = bytes.iter().map(|byte| (40, std::slice::from_ref(byte))).collect();
            assert_eq!(typed(&single), [key(code, modifiers)], "{bytes:?} byte by byte");
        }
    }

    #[test]
    fn escape_alone_is_escape_after_the_guard() {
        assert_eq!(typed(&[(0, b"\x1b")]), [key(KeyCode::Esc, KeyModifiers::NONE)]);
        let late = typed(&[(0, b"\x1b"), (60, b"j")]);
        assert_eq!(late, [key(KeyCode::Esc, KeyModifiers::NONE), key(KeyCode::Char('j'), KeyModifiers::NONE)]);
        let twice = typed(&[(0, b"\x1b\x1b")]);
        assert_eq!(twice, [key(KeyCode::Esc, KeyModifiers::NONE), key(KeyCode::Esc, KeyModifiers::NONE)]);
        let mut decoder = Decoder::new(GUARD);
        let now = Instant::now();
        decoder.feed(b"\x1b", now);
        decoder.settle(now + Duration::from_millis(49));
        assert_eq!(decoder.take(), None);
        assert_eq!(decoder.due(), Some(now + GUARD));
    }

    #[test]
    fn a_busy_program_does_not_break_a_sequence() {
        let mut decoder = Decoder::new(GUARD);
        let now = Instant::now();
        decoder.feed(b"\x1b", now);
        decoder.feed(b"[A", now + Duration::from_secs(3));
        assert_eq!(decoder.take(), Some(key(KeyCode::Up, KeyModifiers::NONE)));
    }

    #[test]
    fn a_paste_is_one_input_wherever_it_is_cut() {
        let bytes = "\x1b[200~c\x1b[A e é\nx\x1b[201~j".as_bytes();
        let whole = [Input::Paste("c\u{1b}[A e é\nx".to_owned()), key(KeyCode::Char('j'), KeyModifiers::NONE)];
        for cut in 1..bytes.len() {
            assert_eq!(typed(&[(0, &bytes[..cut]), (30, &bytes[cut..])]), whole, "cut at {cut}");
        }
        assert_eq!(typed(&[(0, b"\x1b[200~abc")]), [Input::Paste("abc".to_owned())], "its end never came");
    }

    #[test]
    fn characters_of_any_length_are_keys() {
        let seen = typed(&[(0, "eé漢🙂".as_bytes())]);
        let chars: Vec<Input> =
            ['e', 'é', '漢', '🙂'].into_iter().map(|c| key(KeyCode::Char(c), KeyModifiers::NONE)).collect();
        assert_eq!(seen, chars);
        assert_eq!(typed(&[(0, &[0xe6]), (10, &[0xbc, 0xa2])]), [chars[2].clone()]);
        assert_eq!(typed(&[(0, &[0xff, b'x'])]), [key(KeyCode::Char('x'), KeyModifiers::NONE)]);
    }

    #[test]
    fn control_bytes_and_alt_are_named() {
        for (bytes, code, modifiers) in [
            (b"\r".as_slice(), KeyCode::Enter, KeyModifiers::NONE),
            (b"\t", KeyCode::Tab, KeyModifiers::NONE),
            (b"\x7f", KeyCode::Backspace, KeyModifiers::NONE),
            (b"\x13", KeyCode::Char('s'), KeyModifiers::CONTROL),
            (b"\x1bb", KeyCode::Char('b'), KeyModifiers::ALT),
        ] {
            assert_eq!(typed(&[(0, bytes)]), [key(code, modifiers)], "{bytes:?}");
        }
    }

    #[test]
    fn unknown_sequences_and_reports_are_never_keys() {
        for bytes in [
            b"\x1b[?62;22c".as_slice(),
            b"\x1b[24;80R",
            b"\x1b[I",
            b"\x1b[999~",
            b"\x1b[<35;4;5M",
            b"\x1b[M cx",
            b"\x1bO!",
        ] {
            assert_eq!(typed(&[(0, bytes)]), [], "{bytes:?}");
        }
        let wheel = typed(&[(0, b"\x1b[<65;4;5M")]);
        assert!(matches!(
            wheel[..],
            [Input::Mouse(MouseEvent { kind: MouseEventKind::ScrollDown, column: 3, row: 4, .. })]
        ));
    }

    proptest! {
        #[test]
        fn any_mix_of_keys_survives_any_cuts_within_the_guard(
            picks in prop::collection::vec(0..SEQUENCES.len() + 3, 1..12),
            gaps in prop::collection::vec(0_u64..50, 80),
            sizes in prop::collection::vec(1_usize..6, 80),
        ) {
            let mut bytes = Vec::new();
            let mut expected = Vec::new();
            for pick in picks {
                match SEQUENCES.get(pick) {
                    Some((sequence, code, modifiers)) => {
                        bytes.extend_from_slice(sequence);
                        expected.push(key(*code, *modifiers));
                    }
                    None => {
                        let letter = b"jcx"[pick - SEQUENCES.len()];
                        bytes.push(letter);
                        expected.push(key(KeyCode::Char(char::from(letter)), KeyModifiers::NONE));
                    }
                }
            }
            let mut pieces = Vec::new();
            let mut rest = bytes.as_slice();
            for (gap, size) in gaps.iter().zip(&sizes) {
                let (piece, tail) = rest.split_at((*size).min(rest.len()));
                if piece.is_empty() {
                    break;
                }
                pieces.push((*gap, piece));
                rest = tail;
            }
            prop_assert!(rest.is_empty());
            prop_assert_eq!(typed(&pieces), expected);
        }

        #[test]
        fn no_bytes_make_it_panic_or_keep_text_for_ever(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut decoder = Decoder::new(GUARD);
            let now = Instant::now();
            decoder.feed(&bytes, now);
            decoder.settle(now + Duration::from_secs(10));
            prop_assert_eq!(decoder.due(), None);
        }
    }
}
