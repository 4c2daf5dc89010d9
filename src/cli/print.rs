//! What every command prints with: lines that fit a terminal and carry no control characters, or JSON.

use std::io::{self, IsTerminal, Read, Write};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::exit::{Failure, Status, of_refusal, say};
use crate::app::Receipt;
use crate::domain::text::clean;

/// Cells a line may take.
const WIDTH: usize = 80;

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    /// One document.
    Json,
    /// One document a line.
    JsonLines,
}

/// Standard output.
#[derive(Debug, Clone, Copy)]
pub struct Out {
    pub form: Form,
}

impl Out {
    pub fn is_json(self) -> bool {
        self.form != Form::Text
    }

    /// One line of text, or several.
    pub fn text(self, text: &str) -> Result<(), Failure> {
        write(format_args!("{}\n", clean(text)))
    }

    /// Text folded to the width of a terminal, each line after so many blanks.
    pub fn folded(self, indent: usize, text: &str) -> Result<(), Failure> {
        for line in fold(&clean(text), WIDTH - indent) {
            write(format_args!("{}\n", format!("{:indent$}{line}", "").trim_end()))?;
        }
        Ok(())
    }

    /// A head and a text beside it, folded; every line of the text begins after so many cells.
    pub fn hanging(self, head: &str, indent: usize, text: &str) -> Result<(), Failure> {
        let first = if head.is_empty() { WIDTH } else { WIDTH - indent };
        let text = clean(text);
        let mut lines = fold(&text, first.min(WIDTH - indent)).into_iter();
        let begin = lines.next().unwrap_or_default();
        let head = if head.is_empty() { String::new() } else { format!("{head:indent$}") };
        write(format_args!("{}\n", format!("{head}{begin}").trim_end()))?;
        lines.try_for_each(|line| write(format_args!("{:indent$}{line}\n", "")))
    }

    /// Bytes that were made for another program.
    pub fn raw(self, bytes: &[u8]) -> Result<(), Failure> {
        write(format_args!("{}", String::from_utf8_lossy(bytes)))
    }

    /// One JSON document.
    pub fn json(self, value: &Value) -> Result<(), Failure> {
        match self.form {
            Form::JsonLines => write(format_args!("{value}\n")),
            _ => write(format_args!("{value:#}\n")),
        }
    }

    /// A list: as one array, or one element a line.
    pub fn list(self, values: Vec<Value>) -> Result<(), Failure> {
        match self.form {
            Form::JsonLines => values.iter().try_for_each(|value| write(format_args!("{value}\n"))),
            _ => self.json(&Value::from(values)),
        }
    }

    /// What was done, and in which status that ends: records that were left alone count as a refusal.
    pub fn receipt(self, receipt: &Receipt) -> Result<Status, Failure> {
        if self.is_json() {
            self.json(&receipt_json(receipt))?;
        } else {
            self.text(&receipt.sentence())?;
        }
        let Some((_, first)) = receipt.skipped.first() else { return Ok(Status::Done) };
        for (_, refusal) in &receipt.skipped {
            say(refusal.code.as_str(), &refusal.message, &refusal.hint, self.is_json());
        }
        Ok(of_refusal(first))
    }
}

pub fn receipt_json(receipt: &Receipt) -> Value {
    let names = |records: &[(String, _)]| records.iter().map(|(name, _)| json!(name)).collect::<Vec<_>>();
    let skipped = receipt.skipped.iter().map(|(name, refusal)| {
        json!({ "record": name, "code": refusal.code.as_str(), "message": refusal.message, "hint": refusal.hint })
    });
    let also = receipt.also.iter().map(|(act, name, _)| json!({ "do": act.word(), "record": name }));
    json!({
        "do": receipt.act.word(),
        "command": receipt.cmd.to_string(),
        "records": names(&receipt.records),
        "unchanged": names(&receipt.unchanged),
        "also": also.collect::<Vec<_>>(),
        "skipped": skipped.collect::<Vec<_>>(),
    })
}

/// A reader that has gone (`| head`) ends the command quietly.
fn write(text: std::fmt::Arguments<'_>) -> Result<(), Failure> {
    match io::stdout().lock().write_fmt(text) {
        Ok(()) => Ok(()),
        Err(cause) if cause.kind() == io::ErrorKind::BrokenPipe => Err(Failure::Gone),
        Err(cause) => Err(anyhow::Error::new(cause).context("writing the output").into()),
    }
}

/// Lines of at most `width` cells, broken between words; a longer word is broken inside.
pub fn fold(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let mut word = word.to_owned();
            if !line.is_empty() && line.width() + 1 + word.width() > width {
                lines.push(std::mem::take(&mut line));
            } else if !line.is_empty() {
                line.push(' ');
            }
            while word.width() > width {
                let (head, tail) = split_at_width(&word, width);
                lines.push(head);
                word = tail;
            }
            line.push_str(&word);
        }
        lines.push(line);
    }
    lines
}

fn split_at_width(word: &str, width: usize) -> (String, String) {
    let mut cut = 0;
    for (at, c) in word.char_indices() {
        if word[..at + c.len_utf8()].width() > width && at > 0 {
            break;
        }
        cut = at + c.len_utf8();
    }
    (word[..cut].to_owned(), word[cut..].to_owned())
}

/// One line of at most `width` cells, cut with an ellipsis, padded with blanks.
pub fn cell(text: &str, width: usize) -> String {
    let mut text = text.to_owned();
    if text.width() > width {
        let (head, _) = split_at_width(&text, width - 1);
        text = head + "…";
    }
    let gap = width.saturating_sub(text.width());
    text + &" ".repeat(gap)
}

/// Words of an argument as one text; a lone `-` stands for standard input.
pub fn text_of(words: &[String]) -> Result<String, Failure> {
    match words {
        [dash] if dash == "-" => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text).context("reading standard input")?;
            Ok(text)
        }
        words => Ok(words.join(" ")),
    }
}

/// How far a long job is, on standard error; silent unless a person watches.
pub fn progress(what: &'static str, total: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg} {pos}/{len} ({per_sec}, {eta} left)");
    ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())).with_message(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_folded_between_words_and_inside_a_word_that_is_too_long() {
        assert_eq!(fold("one two three", 7), ["one two", "three"]);
        assert_eq!(fold("abcdefgh\n\nx", 3), ["abc", "def", "gh", "", "x"]);
        assert_eq!(fold("日本語", 4), ["日本", "語"]);
    }

    #[test]
    fn a_cell_has_its_width_whatever_stands_in_it() {
        for text in ["", "abc", "abcdefgh", "日本語の題"] {
            assert_eq!(cell(text, 6).width(), 6, "{text}");
        }
    }
}
