//! The clipboard of the person's own terminal, over any number of hops: OSC 52.

use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;

/// The most text that is sent, in bytes: some terminals cut longer sequences and print the rest.
pub const COPY_MAX: usize = 64 * 1024;

/// What stands between us and the terminal and must be told to let the sequence through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    Nothing,
    Tmux,
    Screen,
}

impl Between {
    /// As this process finds it.
    pub fn here() -> Self {
        let term = std::env::var("TERM").unwrap_or_default();
        Self::told_by(std::env::var_os("TMUX").is_some(), std::env::var_os("STY").is_some(), &term)
    }

    /// Wraps a sequence so that it is let through.
    pub fn pass(self, plain: &str) -> Vec<u8> {
        match self {
            Self::Nothing => plain.as_bytes().to_vec(),
            Self::Tmux => format!("\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")).into_bytes(),
            // screen takes strings of at most 768 bytes, so they are passed on in pieces.
            Self::Screen => {
                let passed = |piece: &[u8]| [b"\x1bP", piece, b"\x1b\\"].concat();
                // A piece must not hold the end mark whole: `Esc` and `\` go in different ones.
                let body = plain.strip_suffix("\x1b\\").map_or_else(|| plain.to_owned(), |body| format!("{body}\x07"));
                body.as_bytes().chunks(700).flat_map(passed).collect()
            }
        }
    }

    /// From the values of `TMUX` and `STY`, and of `TERM`, which alone tells behind another hop of SSH.
    pub fn told_by(tmux: bool, sty: bool, term: &str) -> Self {
        if tmux || term.starts_with("tmux") {
            Self::Tmux
        } else if sty || term.starts_with("screen") {
            Self::Screen
        } else {
            Self::Nothing
        }
    }
}

/// The bytes that put `text` on the clipboard; none when it is longer than [`COPY_MAX`].
pub fn copy(text: &str, between: Between) -> Option<Vec<u8>> {
    if text.len() > COPY_MAX {
        return None;
    }
    let mut plain = String::new();
    CopyToClipboard::to_clipboard_from(text).write_ansi(&mut plain).ok()?;
    Some(between.pass(&plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_number_reaches_the_terminal_through_a_multiplexer() {
        let text = |between| String::from_utf8(copy("INC-42", between).unwrap()).unwrap();
        assert!(text(Between::Nothing).starts_with("\x1b]52;c;SU5DLTQy"));
        assert!(text(Between::Tmux).starts_with("\x1bPtmux;\x1b\x1b]52;c;SU5DLTQy"));
        assert!(text(Between::Screen).starts_with("\x1bP\x1b]52;c;SU5DLTQy"));
        let long = copy(&"x".repeat(3_000), Between::Screen).unwrap();
        assert_eq!(long.windows(2).filter(|bytes| bytes == b"\x1bP").count(), 6);
        assert_eq!(copy(&"x".repeat(COPY_MAX + 1), Between::Nothing), None);
    }

    #[test]
    fn the_multiplexer_is_known_from_the_environment() {
        assert_eq!(Between::told_by(false, false, "xterm-256color"), Between::Nothing);
        assert_eq!(Between::told_by(true, false, "xterm"), Between::Tmux);
        assert_eq!(Between::told_by(false, true, "xterm"), Between::Screen);
        assert_eq!(Between::told_by(false, false, "screen-256color"), Between::Screen);
    }
}
