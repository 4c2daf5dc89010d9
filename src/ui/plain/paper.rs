//! Lines out and lines in. Nothing that goes out has a control character or more than eighty cells, and what was
//! written stays as it is.

use std::io::{self, BufRead, ErrorKind, Write};

use crate::domain::text::clean;
use crate::ui::part::text::{fit, width, wrap};

/// Cells of a line.
pub const CELLS: usize = 80;
/// Lines that go on with the one before are set in by so much.
const INDENT: usize = 4;
/// What is read of a line at most, in bytes; the rest of a longer one is dropped.
const LINE_MAX: u64 = 64 * 1024;

/// Both ends of the conversation.
pub struct Paper {
    input: Box<dyn BufRead>,
    output: Box<dyn Write>,
    /// Is there a person who can answer a question that comes twice?
    answered: bool,
    /// Is what is typed repeated here, so that a transcript is whole? A person's terminal does it itself.
    repeats: bool,
}

impl Paper {
    /// `answered`: a person types at a terminal; otherwise the lines are a script.
    pub fn new(input: Box<dyn BufRead>, output: Box<dyn Write>, answered: bool) -> Self {
        Self { input, output, answered, repeats: !answered }
    }

    /// Repeats what is typed, where no terminal does.
    pub fn repeating(mut self) -> Self {
        self.repeats = true;
        self
    }

    /// Is somebody there who can answer?
    pub const fn is_answered(&self) -> bool {
        self.answered
    }

    /// Text folded between words; further lines of a paragraph are set in.
    pub fn say(&mut self, text: &str) -> io::Result<()> {
        fold(0, text).iter().try_for_each(|line| self.put(line))
    }

    /// One line, cut to its cells.
    pub fn put(&mut self, line: &str) -> io::Result<()> {
        let line = clean(line).replace('\n', " ");
        writeln!(self.output, "{}", fit(&line, CELLS).trim_end())
    }

    /// Asks for a line. `None` when the other end has gone.
    pub fn ask(&mut self, prompt: &str) -> io::Result<Option<String>> {
        let prompt = clean(prompt).replace('\n', " ");
        let prompt = fit(&prompt, CELLS - 1);
        write!(self.output, "{prompt}")?;
        self.output.flush()?;
        let line = self.read()?;
        match &line {
            Some(said) if self.repeats => self.put(fit(said, CELLS - width(prompt)))?,
            Some(_) => {}
            None => self.put("")?,
        }
        Ok(line)
    }

    fn read(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        loop {
            let mut piece = Vec::new();
            match io::Read::take(&mut self.input, LINE_MAX).read_until(b'\n', &mut piece) {
                Ok(0) if bytes.is_empty() => return Ok(None),
                Ok(_) => {}
                Err(cause) if cause.kind() == ErrorKind::Interrupted => continue,
                // A terminal that has hung up.
                Err(_) => return Ok(None),
            }
            let room = (LINE_MAX as usize).saturating_sub(bytes.len());
            bytes.extend_from_slice(&piece[..piece.len().min(room)]);
            if piece.is_empty() || piece.ends_with(b"\n") {
                let text = String::from_utf8_lossy(&bytes);
                return Ok(Some(clean(&text).trim_end().to_owned()));
            }
        }
    }
}

/// The lines of a text, each set in by so much, and further lines of a paragraph by more.
pub fn fold(indent: usize, text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in clean(text).lines() {
        let first = wrap(paragraph, CELLS - indent).into_iter().next().unwrap_or(0..0);
        lines.push(format!("{:indent$}{}", "", &paragraph[first.clone()]));
        let (rest, more) = (paragraph[first.end..].trim_start(), indent + INDENT);
        if !rest.is_empty() {
            lines.extend(wrap(rest, CELLS - more).into_iter().map(|part| format!("{:more$}{}", "", &rest[part])));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_too_wide_and_nothing_controls_the_terminal() {
        let text = "VPN drops \u{1b}[31mevery\u{202e} 20 minutes, the client says that the session was terminated by its \
                    peer\nand 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字";
        let lines = fold(2, text);
        assert!(lines.len() > 3, "{lines:?}");
        for line in lines {
            assert!(width(&line) <= CELLS && !line.chars().any(char::is_control), "{line:?}");
        }
        assert_eq!(fold(0, ""), Vec::<String>::new());
    }

    #[test]
    fn an_endless_line_is_read_as_far_as_it_may_be() {
        let input = format!("{}\nnext\n", "x".repeat(3 * LINE_MAX as usize));
        let mut paper = Paper::new(Box::new(io::Cursor::new(input.into_bytes())), Box::new(io::sink()), true);
        assert_eq!(paper.ask("> ").unwrap().map(|line| line.len()), Some(LINE_MAX as usize));
        assert_eq!(paper.ask("> ").unwrap().as_deref(), Some("next"));
        assert_eq!(paper.ask("> ").unwrap(), None);
    }
}
