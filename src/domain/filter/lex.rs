//! From characters to tokens. A field with its values is one token, because commas and `..` part values only there.

use std::ops::Range;

use crate::domain::number::Number;

use super::fault::{Fault, FilterError};

/// A word or a quoted text, with where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub text: String,
    pub quoted: bool,
    pub span: Range<usize>,
}

/// What stands behind `field:` and its sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Values {
    Any(Vec<Piece>),
    Between(Box<[Piece; 2]>),
}

/// A word, a colon, and what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub name: Piece,
    /// One of [`SIGNS`], or empty.
    pub sign: &'static str,
    pub values: Values,
    /// From the name to the last value.
    pub span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lexeme {
    Open,
    Close,
    And,
    Or,
    Not,
    Pair(Pair),
    User(Piece),
    Id(Number),
    Text { piece: Piece, star: bool },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub what: Lexeme,
    pub span: Range<usize>,
}

/// Longer signs first, so that `<=` is not read as `<`.
const SIGNS: [&str; 6] = ["<=", ">=", "<", ">", "=", "~"];

/// Does this character end a word wherever it stands?
pub(super) fn parts_words(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '|' | '"' | ':')
}

/// All tokens of the text from byte `at` on.
pub(super) fn lex(text: &str, at: usize) -> Result<Vec<Token>, FilterError> {
    let mut lexer = Lexer { text, at };
    let mut tokens = Vec::new();
    while let Some(first) = lexer.skip_space() {
        let start = lexer.at;
        let what = lexer.lexeme(first)?;
        tokens.push(Token { what, span: start..lexer.at });
    }
    Ok(tokens)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn skip_space(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.peek()
    }

    fn eat(&mut self, text: &str) -> bool {
        let there = self.text[self.at..].starts_with(text);
        if there {
            self.at += text.len();
        }
        there
    }

    fn lexeme(&mut self, first: char) -> Result<Lexeme, FilterError> {
        let single = match first {
            '(' => Lexeme::Open,
            ')' => Lexeme::Close,
            '|' => Lexeme::Or,
            '-' => Lexeme::Not,
            '@' => return self.user(),
            '"' => return self.phrase(),
            _ => return self.word(),
        };
        self.at += 1;
        if single == Lexeme::Not && self.peek().is_none_or(char::is_whitespace) {
            return Err(Fault::Missing("after `-`").at(self.at - 1..self.at));
        }
        Ok(single)
    }

    fn user(&mut self) -> Result<Lexeme, FilterError> {
        self.at += 1;
        let piece = if self.peek() == Some('"') { self.quoted()? } else { self.bare(|_| false) };
        self.boundary()?;
        Ok(Lexeme::User(piece))
    }

    fn phrase(&mut self) -> Result<Lexeme, FilterError> {
        let piece = self.quoted()?;
        let star = self.eat("*");
        self.boundary()?;
        Ok(Lexeme::Text { piece, star })
    }

    fn word(&mut self) -> Result<Lexeme, FilterError> {
        let mut piece = self.bare(|_| false);
        if self.peek() == Some(':') {
            self.at += 1;
            return self.pair(piece);
        }
        self.boundary()?;
        match piece.text.as_str() {
            "AND" => return Ok(Lexeme::And),
            "OR" => return Ok(Lexeme::Or),
            "NOT" => return Ok(Lexeme::Not),
            text => {
                if let Ok(number) = text.parse() {
                    return Ok(Lexeme::Id(number));
                }
            }
        }
        let star = piece.text.ends_with('*');
        if star {
            piece.text.pop();
        }
        if piece.text.contains('*') || piece.text.is_empty() {
            return Err(Fault::Inside('*').at(piece.span));
        }
        Ok(Lexeme::Text { piece, star })
    }

    fn pair(&mut self, name: Piece) -> Result<Lexeme, FilterError> {
        let sign = SIGNS.into_iter().find(|sign| self.eat(sign)).unwrap_or("");
        let mut values = Vec::new();
        loop {
            let value = self.value()?;
            if !value.quoted && value.text.is_empty() {
                let rest = &self.text[self.at..];
                if !values.is_empty() || rest.starts_with(',') {
                    return Err(Fault::Missing("beside the comma").at(name.span.start..self.at));
                }
                if rest.starts_with("..") {
                    return Err(Fault::Missing("before `..`").at(name.span.start..self.at));
                }
                // That there is no value is the parser's to refuse: it knows what the field would take.
                self.boundary()?;
                break;
            }
            values.push(value);
            if values.len() == 1 && sign.is_empty() && self.eat("..") {
                let to = self.value()?;
                self.boundary()?;
                if !to.quoted && to.text.is_empty() {
                    return Err(Fault::Missing("after `..`").at(name.span.start..self.at));
                }
                let values = Values::Between(Box::new([values.remove(0), to]));
                return Ok(self.paired(name, sign, values));
            }
            if !self.eat(",") {
                self.boundary()?;
                break;
            }
        }
        Ok(self.paired(name, sign, Values::Any(values)))
    }

    fn paired(&self, name: Piece, sign: &'static str, values: Values) -> Lexeme {
        let span = name.span.start..self.at;
        Lexeme::Pair(Pair { name, sign, values, span })
    }

    /// A value, without the star that people add out of habit: values match from their start anyway.
    fn value(&mut self) -> Result<Piece, FilterError> {
        if self.peek() == Some('"') {
            return self.quoted();
        }
        let mut piece = self.bare(|rest| rest.starts_with(',') || rest.starts_with(".."));
        if piece.text.len() > 1 && piece.text.ends_with('*') {
            piece.text.pop();
        }
        Ok(piece)
    }

    /// Up to a character that parts words, or to where `stop` says so.
    fn bare(&mut self, stop: impl Fn(&str) -> bool) -> Piece {
        let start = self.at;
        while let Some(c) = self.peek() {
            if parts_words(c) || stop(&self.text[self.at..]) {
                break;
            }
            self.at += c.len_utf8();
        }
        Piece { text: self.text[start..self.at].to_owned(), quoted: false, span: start..self.at }
    }

    /// A text in quotes; a doubled quote stands for one.
    fn quoted(&mut self) -> Result<Piece, FilterError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(length) = self.text[self.at..].find('"') else {
                return Err(Fault::OpenQuote.at(start..self.text.len()));
            };
            text.push_str(&self.text[self.at..self.at + length]);
            self.at += length + 1;
            if !self.eat("\"") {
                return Ok(Piece { text, quoted: true, span: start..self.at });
            }
            text.push('"');
        }
    }

    /// A term must end here.
    fn boundary(&self) -> Result<(), FilterError> {
        match self.peek() {
            Some(c) if !(c.is_whitespace() || matches!(c, '(' | ')' | '|')) => {
                Err(Fault::Inside(c).at(self.at..self.at + c.len_utf8()))
            }
            _ => Ok(()),
        }
    }
}
