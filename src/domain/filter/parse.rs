//! From tokens to a tree: how conditions are joined. What a single one means is `pair`'s business.

use std::ops::Range as Bytes;

use crate::domain::text::Login;

use super::fault::{Fault, FilterError};
use super::lex::{Lexeme, Piece, Token, lex};
use super::tree::{Expr, Text, User};
use super::{Filter, MAX_BYTES, MAX_CONDITIONS, MAX_DEPTH};

/// A filter from what a person typed. Nothing in it depends on who reads it, or when.
pub fn parse(text: &str) -> Result<Filter, FilterError> {
    if text.len() > MAX_BYTES {
        return Err(Fault::TooLong(text.len()).at(0..text.len()));
    }
    let start = text.len() - text.trim_start().len();
    let all = text[start..].get(..4).is_some_and(|head| head.eq_ignore_ascii_case("all:"));
    let tokens = lex(text, if all { start + 4 } else { start })?;
    let last_text = tokens.iter().rposition(|token| matches!(token.what, Lexeme::Text { .. }));
    let filter = Filter { all, ..Filter::default() };
    let mut parser = Parser { tokens, at: 0, end: text.len(), last_text, depth: 0, conditions: 0, filter };
    parser.filter.expr = parser.any()?;
    if let Some(stray) = parser.peek() {
        return Err(Fault::StrayParen.at(stray.span.clone()));
    }
    let canonical = parser.filter.to_string().len();
    if canonical > MAX_BYTES {
        return Err(Fault::TooLong(canonical).at(0..text.len()));
    }
    Ok(parser.filter)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// Length of the input.
    end: usize,
    /// Which token is the last text; bare, it may go on.
    last_text: Option<usize>,
    depth: usize,
    conditions: usize,
    filter: Filter,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn eat(&mut self, what: &Lexeme) -> bool {
        let there = self.peek().is_some_and(|token| token.what == *what);
        self.at += usize::from(there);
        there
    }

    /// The bytes of the token before this one, where something should have gone on.
    fn here(&self) -> Bytes<usize> {
        self.at.checked_sub(1).map_or(self.end..self.end, |before| self.tokens[before].span.clone())
    }

    fn any(&mut self) -> Result<Option<Expr>, FilterError> {
        let mut parts = Vec::from_iter(self.all()?);
        while self.eat(&Lexeme::Or) {
            if parts.is_empty() {
                return Err(Fault::Missing("before OR").at(self.here()));
            }
            parts.push(self.all()?.ok_or_else(|| Fault::Missing("after OR").at(self.here()))?);
        }
        Ok(Expr::any(parts))
    }

    fn all(&mut self) -> Result<Option<Expr>, FilterError> {
        let mut parts = Vec::new();
        while let Some(token) = self.tokens.get(self.at) {
            match &token.what {
                Lexeme::Close | Lexeme::Or => break,
                Lexeme::And if parts.is_empty() => {
                    return Err(Fault::Missing("before AND").at(token.span.clone()));
                }
                Lexeme::And => {
                    self.at += 1;
                    parts.push(self.unary()?);
                }
                Lexeme::Pair(pair) if self.depth == 0 && pair.directive().is_some() => {
                    pair.apply(&mut self.filter)?;
                    self.at += 1;
                }
                _ => parts.push(self.unary()?),
            }
        }
        Ok(Expr::all(parts))
    }

    fn unary(&mut self) -> Result<Expr, FilterError> {
        if self.eat(&Lexeme::Not) { self.primary("after the negation").map(|it| !it) } else { self.primary("here") }
    }

    fn primary(&mut self, place: &'static str) -> Result<Expr, FilterError> {
        let Some(token) = self.peek().cloned() else {
            return Err(Fault::Missing(place).at(self.here()));
        };
        let index = self.at;
        self.at += 1;
        match token.what {
            Lexeme::Open => self.group(token.span),
            Lexeme::Pair(pair) => self.counted(pair.conditions(), token.span).and_then(|()| pair.condition()),
            Lexeme::User(piece) => self.user(&piece),
            Lexeme::Id(number) => self.counted(1, token.span).map(|()| number.into()),
            Lexeme::Text { piece, star } => self.text(&piece, star, Some(index) == self.last_text),
            Lexeme::Close | Lexeme::And | Lexeme::Or | Lexeme::Not => Err(Fault::Missing(place).at(token.span)),
        }
    }

    fn group(&mut self, open: Bytes<usize>) -> Result<Expr, FilterError> {
        if self.depth == MAX_DEPTH {
            return Err(Fault::TooDeep.at(open));
        }
        self.depth += 1;
        let inner = self.any()?;
        if !self.eat(&Lexeme::Close) {
            return Err(Fault::OpenParen.at(open));
        }
        self.depth -= 1;
        inner.ok_or_else(|| Fault::Missing("between the parentheses").at(open.start..self.here().end))
    }

    /// Counts conditions against their limit.
    fn counted(&mut self, more: usize, span: Bytes<usize>) -> Result<(), FilterError> {
        self.conditions += more;
        if self.conditions > MAX_CONDITIONS { Err(Fault::TooMany.at(span)) } else { Ok(()) }
    }

    fn text(&mut self, piece: &Piece, star: bool, last: bool) -> Result<Expr, FilterError> {
        self.counted(1, piece.span.clone())?;
        let prefix = star || !piece.quoted && (last || short(&piece.text));
        let text = if prefix { Text::starting(&piece.text) } else { Text::whole(&piece.text) };
        text.map(Expr::from).map_err(|fault| fault.at(piece.span.clone()))
    }

    fn user(&mut self, piece: &Piece) -> Result<Expr, FilterError> {
        self.counted(1, piece.span.clone())?;
        if !piece.quoted && piece.text.eq_ignore_ascii_case("me") {
            return Ok(User::Me.into());
        }
        Login::new(&piece.text)
            .map(|login| User::Named(login).into())
            .map_err(|refusal| Fault::Text(refusal.message).at(piece.span.clone()))
    }
}

/// A bare word of one or two characters says too little to stand for itself alone.
pub(super) fn short(word: &str) -> bool {
    word.chars().count() <= 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::super::tree::Term;
    use super::*;
    use crate::domain::refusal::{Code, Refusal};

    #[test]
    fn a_filter_has_one_canonical_text() {
        for (typed, canonical) in [
            ("", ""),
            ("  ", ""),
            ("TIER:t1 Priority:<=p2 app:Outlook password", "tier:1 prio:<=2 app:Outlook password"),
            ("owner:none age:>240m -type:REQ sort:-age", "owner:none age:>4h -type:request sort:-age"),
            ("(site:BLN-2 | site:BLN-3) vpn created:-48h", "(site:BLN-2 | site:BLN-3) vpn created:-2d"),
            ("type:incident group:asset", "type:incident group:asset"),
            ("from:T1 to:T2 is:pending", "from:1 to:2 is:pending"),
            ("a OR b AND NOT c", "a | b -c"),
            ("((a b) (c (d)))", "a b c d"),
            ("-(a | b) -(-printer)", "-(a | b) printer"),
            ("-has:draft -no:tag", "no:draft has:tag"),
            ("state:waiting,Pending,in-progress", "status:pending,in_progress"),
            ("created:2026-11-01..2026-11-07", "created:2026-11-01..2026-11-07"),
            ("updated:mon..today created:W07", "updated:mon..today created:w7"),
            ("cat:Fix/ cat:fix/crash cat:configuration-drift", "cat:fix cat:fix/crash cat:configuration_drift"),
            (
                "note:~\"token cache\" app:=outlook app:=\"Outlook\"",
                "note:~\"token cache\" app:=outlook app:=\"Outlook\"",
            ),
            ("owner:\"me\" owner:me @me @\"me\"", "owner:\"me\" owner:me @me @\"me\""),
            ("app:outl* tag:VPN,wifi", "app:outl tag:vpn,wifi"),
            ("\"10:30\" \"-5\" \"not\" NOT x", "\"10:30\" \"-5\" not -x"),
            ("inc-0042 | Req-osl-7", "INC-42 | REQ-OSL-7"),
            ("not responding", "not responding"),
            ("due:<90m DUE:>=-1h due:-60m..30m sort:due", "due:<90m due:>=-1h due:-1h..30m sort:due"),
            ("SLA:Breached,risk -is:AT_RISK is:overdue", "sla:breached,risk -is:at-risk is:overdue"),
            ("sort:prio vpn sort:-age limit:050 ALL", "vpn ALL sort:prio sort:-age limit:50"),
            ("All:vpn", "all: vpn"),
            ("tier:mine..3 tier:<=mine", "tier:mine..3 tier:<=mine"),
            ("\"say \"\"hi\"\" \" C\\x", "\"say \"\"hi\"\"\" C\\x"),
        ] {
            assert_eq!(parse(typed).map(|it| it.to_string()), Ok(canonical.to_owned()), "{typed}");
        }
    }

    #[test]
    fn the_last_bare_word_and_short_words_may_go_on() {
        for (typed, texts) in [
            ("outlook passw", &[("outlook", false), ("passw", true)][..]),
            ("of outlook tier:1 INC-4", &[("of", true), ("outlook", true)]),
            ("outlook \"passw\"", &[("outlook", false), ("passw", false)]),
            ("out* pass*", &[("out", true), ("pass", true)]),
            ("\"of\" \"token ca\"*", &[("of", false), ("token ca", true)]),
            ("vpn sort:-age", &[("vpn", true)]),
        ] {
            let read = parse(typed).unwrap();
            let found: Vec<Expr> = match read.expr.unwrap() {
                Expr::And(parts) => parts,
                one => vec![one],
            };
            let found = found.iter().filter_map(|part| match part {
                Expr::Term(Term::Text(text)) => Some((text.words(), text.prefix())),
                _ => None,
            });
            assert!(found.eq(texts.iter().copied()), "{typed}");
        }
    }

    #[test]
    fn a_refusal_says_where_and_what() {
        for (typed, wrong, sentence) in [
            ("vpn own:me", "own", "unknown field `own`: owner?"),
            ("10:30", "10", "unknown field `10`"),
            ("camp:2026-11", "camp", "`camp:` filters need campaigns, which this version does not have"),
            ("due:30m", "due:30m", "`due:` needs a comparison, like due:<30m"),
            ("is:unread", "is:unread", "`is:unread` filters need read marks, which this version does not have"),
            ("no:file", "no:file", "`no:file` filters need attached files, which this version does not have"),
            ("status:opne", "opne", "unknown word `opne` after `status:`: open?"),
            ("is:fre", "fre", "unknown word `fre` after `is:`: free?"),
            ("prio:6", "6", "`6` is not a priority; use 1 to 5"),
            ("age:4h", "age:4h", "`age:` needs a comparison, like age:>4h"),
            ("due:<4bh", "4bh", "`4bh` is business time, and a filter counts real time"),
            ("sla:late", "late", "unknown word `late` after `sla:`"),
            ("age:>soon", "soon", "`soon` is not a length of time; write it like 30m, 4h or 2d"),
            (
                "created:>2026-02-30",
                "2026-02-30",
                "`2026-02-30` is not a day; write it like today, mon, w47, -2d or 2026-11-24",
            ),
            ("tier:", "tier:", "`tier:` needs a value, like tier:1"),
            ("tier:1,", "tier:1,", "something to find is missing beside the comma"),
            ("tier:..2", "tier:", "something to find is missing before `..`"),
            ("tier::2", ":", "`:` inside a word must be quoted"),
            ("prio:<1,2", "prio:<1,2", "`prio:` takes one value"),
            ("type:<task", "type:<task", "`type:` does not take `<`"),
            ("subj:=x", "subj:=x", "`subj:` does not take `=`"),
            ("app:a..b", "app:a..b", "`app:` does not take a range"),
            ("prio:4..2", "prio:4..2", "the range runs backwards"),
            ("tag:ü", "ü", "`ü` is not a tag; use up to 32 of a-z 0-9 _ -"),
            ("a \"b c", "\"b c", "the quote is not closed"),
            ("(a", "(", "the parenthesis is not closed"),
            ("a)", ")", "the parenthesis was never opened"),
            ("()", "()", "something to find is missing between the parentheses"),
            ("a |", "|", "something to find is missing after OR"),
            ("AND a", "AND", "something to find is missing before AND"),
            ("a - b", "-", "something to find is missing after `-`"),
            ("5\"x", "\"", "`\"` inside a word must be quoted"),
            ("fo*o", "fo*o", "`*` inside a word must be quoted"),
            ("(a sort:age)", "sort:age", "`sort:` stands outside parentheses, without a minus"),
            ("a all:", "all:", "`all:` stands at the start"),
            ("limit:5 limit:6", "limit:6", "`limit:` is given twice"),
            ("sort:>age", "sort:>age", "`sort:` does not take `>`"),
            ("sort:-", "", "something to find is missing here"),
            (":x", "", "something to find is missing here"),
            ("limit:0", "0", "`0` is not a number of rows; write it like limit:50"),
            ("sort:tag", "tag", "one cannot sort by `tag`"),
            ("group:sla", "sla", "one cannot group by `sla`"),
            ("\"\u{200b}\"", "\"\u{200b}\"", "something to find is missing here"),
        ] {
            let refused = parse(typed).expect_err(typed);
            assert_eq!((&typed[refused.span.clone()], refused.to_string().as_str()), (wrong, sentence), "{typed}");
        }
    }

    #[test]
    fn a_refusal_reaches_scripts_as_a_code() {
        let refusal = Refusal::from(parse("http://x").unwrap_err());
        assert_eq!(refusal.code, Code::FilterInvalid);
        assert_eq!(refusal.hint, "a literal colon is quoted, like \"10:30\"");
    }

    #[test]
    fn size_depth_and_number_of_conditions_are_bounded() {
        let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
        for (text, fits) in [
            ("a".repeat(200), true),
            ("abc ".repeat(128), true),
            ("abc ".repeat(129), false),
            (format!("tag:{}", vec!["a"; 129].join(",")), false),
            (" ".repeat(MAX_BYTES), true),
            (" ".repeat(MAX_BYTES + 1), false),
            (nested(MAX_DEPTH), true),
            (nested(MAX_DEPTH + 1), false),
            // Longer in its canonical text than as typed.
            (format!("tag:{}", vec!["x".repeat(32); 120].join(",")) + &" p:1".repeat(4), false),
        ] {
            assert_eq!(parse(&text).is_ok(), fits, "{} bytes", text.len());
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text: String) {
            if let Err(refused) = parse(&text) {
                assert!(text.get(refused.span).is_some());
            }
        }

        /// Pieces of the language in any order: what is read reads the same from its canonical text.
        #[test]
        fn whatever_is_read_survives_its_canonical_text(pieces in prop::collection::vec(piece(), 0..12), spaced in any::<u16>()) {
            let text = pieces.iter().enumerate().fold(String::new(), |text, (at, piece)| {
                text + piece + if spaced >> at & 1 == 1 { "" } else { " " }
            });
            match parse(&text) {
                Ok(read) => assert_eq!(parse(&read.to_string()), Ok(read), "{text}"),
                Err(refused) => assert!(text.get(refused.span).is_some(), "{text}"),
            }
        }
    }

    fn piece() -> impl proptest::strategy::Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "(",
            ")",
            "|",
            "-",
            "AND",
            "OR",
            "NOT",
            "vpn",
            "of",
            "\"a b\"",
            "\"x\"",
            "out*",
            "\"a\"*",
            "INC-7",
            "@me",
            "@\"j s\"",
            "tier:",
            "tier:1,2",
            "prio:<=2",
            "1..3",
            "owner:",
            "me",
            "\"me\"",
            "app:=",
            "app:~x",
            "created:-2d",
            "created:mon..today",
            "cat:fix/",
            "is:open",
            "has:",
            "no:tag",
            "draft",
            "sort:-age",
            "group:site",
            "limit:5",
            "all:",
            ",",
            "..",
            "=",
            "<",
            "\"",
            "\"\"",
            "*",
            "ü",
            "\u{200b}",
            "\u{a0}",
            "status:new,open",
            "age:>36h",
            "due:<-30m",
            "due:-1h..2h",
            "sla:risk,paused",
            "is:at-risk",
        ])
    }
}
