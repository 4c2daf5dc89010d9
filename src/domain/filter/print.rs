//! The one canonical text of a filter: for titles, exports, saved views and `tierdesk ls`.

use std::fmt::{self, Display, Formatter};

use crate::domain::number::Number;
use crate::domain::time::Secs;

use super::Filter;
use super::lex::parts_words;
use super::parse::short;
use super::tree::{Compare, Expr, Op, Term, Text, User};
use super::value::{Person, Value};

impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        parts.extend(self.all.then(|| "all:".to_owned()));
        parts.extend(self.expr.as_ref().map(ToString::to_string));
        parts.extend(self.sort.iter().map(|key| {
            let sign = if key.descending { "-" } else { "" };
            format!("sort:{sign}{}", key.field.name())
        }));
        parts.extend(self.group.map(|field| format!("group:{}", field.name())));
        parts.extend(self.limit.map(|rows| format!("limit:{rows}")));
        f.write_str(&parts.join(" "))
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Printer { texts_left: texts(self) }.expr(self, f)
    }
}

/// How many texts a condition looks for.
fn texts(expr: &Expr) -> usize {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().map(texts).sum(),
        Expr::Not(inner) => texts(inner),
        Expr::Term(term) => usize::from(matches!(term, Term::Text(_))),
    }
}

/// Knows which text is the last one: bare, it may go on, so only the others need a star for that.
struct Printer {
    texts_left: usize,
}

impl Printer {
    fn expr(&mut self, expr: &Expr, f: &mut Formatter<'_>) -> fmt::Result {
        match expr {
            Expr::And(parts) => self.joined(parts, " ", |part| matches!(part, Expr::Or(_)), f),
            Expr::Or(parts) => self.joined(parts, " | ", |_| false, f),
            Expr::Not(inner) => {
                f.write_str("-")?;
                self.part(inner, !matches!(**inner, Expr::Term(_)), f)
            }
            Expr::Term(term) => self.term(term, f),
        }
    }

    fn joined(
        &mut self,
        parts: &[Expr],
        between: &str,
        grouped: impl Fn(&Expr) -> bool,
        f: &mut Formatter<'_>,
    ) -> fmt::Result {
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                f.write_str(between)?;
            }
            self.part(part, grouped(part), f)?;
        }
        Ok(())
    }

    fn part(&mut self, part: &Expr, grouped: bool, f: &mut Formatter<'_>) -> fmt::Result {
        if !grouped {
            return self.expr(part, f);
        }
        f.write_str("(")?;
        self.expr(part, f)?;
        f.write_str(")")
    }

    fn term(&mut self, term: &Term, f: &mut Formatter<'_>) -> fmt::Result {
        match term {
            Term::Compare(it) => compare(it, f),
            Term::Range(it) => {
                write!(f, "{}:{}..{}", it.field().name(), value(it.from(), false), value(it.to(), false))
            }
            Term::Flag(flag) => write!(f, "is:{}", flag.word()),
            Term::Has(has, negated) => write!(f, "{}:{}", if *negated { "no" } else { "has" }, has.word()),
            Term::Id(number) => write!(f, "{number}"),
            Term::User(User::Me) => f.write_str("@me"),
            Term::User(User::Named(login)) => {
                let text = login.as_str();
                let bare = !text.contains(parts_words) && !text.eq_ignore_ascii_case("me");
                write!(f, "@{}", if bare { text.to_owned() } else { quoted(text) })
            }
            Term::Text(text) => {
                self.texts_left -= 1;
                f.write_str(&words(text, self.texts_left == 0))
            }
        }
    }
}

fn compare(it: &Compare, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "{}:{}", it.field().name(), it.op().sign())?;
    let texts: Vec<String> = it.values().iter().map(|each| value(each, it.op() == Op::Exact)).collect();
    f.write_str(&texts.join(","))
}

/// A text with as little around it as its meaning allows.
fn words(text: &Text, last: bool) -> String {
    let words = text.words();
    let bare = bare_text(words);
    let goes_on_by_itself = bare && (last || short(words));
    match (text.prefix(), bare) {
        (true, _) if goes_on_by_itself => words.to_owned(),
        (true, true) => format!("{words}*"),
        (true, false) => format!("{}*", quoted(words)),
        (false, true) if !goes_on_by_itself => words.to_owned(),
        (false, _) => quoted(words),
    }
}

/// Would the lexer read this back as one text?
fn bare_text(text: &str) -> bool {
    !text.starts_with(['-', '@'])
        && !text.contains(|c| parts_words(c) || c == '*')
        && !matches!(text, "AND" | "OR" | "NOT")
        && text.parse::<Number>().is_err()
}

/// Can this value be typed without quotes?
pub(super) fn bare_value(value: &Value) -> bool {
    let plain = |text: &str| {
        !text.starts_with(['<', '>', '=', '~'])
            && !text.contains(|c| parts_words(c) || matches!(c, ',' | '*'))
            && !text.contains("..")
    };
    match value {
        Value::Text(label) => plain(label.as_str()),
        Value::Person(Person::Is(login)) => {
            let word = login.as_str();
            plain(word) && !word.eq_ignore_ascii_case("me") && !word.eq_ignore_ascii_case("none")
        }
        _ => true,
    }
}

fn value(value: &Value, always_quoted: bool) -> String {
    let text = match value {
        Value::Tier(it) => it.n().to_string(),
        Value::MyTier => "mine".to_owned(),
        Value::Priority(it) => it.n().to_string(),
        Value::Kind(it) => it.word().to_owned(),
        Value::Status(it) => it.word().to_owned(),
        Value::Person(Person::Me) => "me".to_owned(),
        Value::Person(Person::None) => "none".to_owned(),
        Value::Person(Person::Is(it)) => it.as_str().to_owned(),
        Value::Text(it) => it.as_str().to_owned(),
        Value::Category(it) => it.as_str().to_owned(),
        Value::Tag(it) => it.as_str().to_owned(),
        Value::Length(it) => length(*it),
        Value::Day(it) => it.to_string(),
        Value::Sla(it) => it.word().to_owned(),
        Value::Impact(it) => it.word().to_owned(),
        Value::Urgency(it) => it.word().to_owned(),
        Value::Source(it) => it.word().to_owned(),
        Value::Symptom(it) => it.word().to_owned(),
        Value::Mode(it) => it.word().to_owned(),
        Value::Pending(it) => it.word().to_owned(),
    };
    if always_quoted || !bare_value(value) { quoted(&text) } else { text }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The largest unit up to a day that leaves nothing over: `2d`, `90m`, `45s`.
pub(super) fn length(secs: Secs) -> String {
    match secs.0 {
        0 => "0m".to_owned(),
        n if n % 86_400 == 0 => format!("{}d", n / 86_400),
        n if n % 3_600 == 0 => format!("{}h", n / 3_600),
        n if n % 60 == 0 => format!("{}m", n / 60),
        n => format!("{n}s"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

    use super::super::field::{FIELDS, Field, Now};
    use super::super::flag::{Flag, Has};
    use super::super::{MAX_BYTES, MAX_CONDITIONS, Sort, parse};
    use super::*;
    use crate::domain::text::{Label, Login};

    /// Names, words and what looks like syntax but is not.
    fn name() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-zA-Z0-9._/-]{1,8}",
            "\\PC{1,8}",
            prop::sample::select(vec![
                "me", "none", "OR", "not", "-5", "10:30", "INC-4", "a..b", "a\"b", "x*", "<3", "@x", "all:"
            ])
            .prop_map(str::to_owned),
        ]
        .prop_filter("names are cleaned and not empty", |text| Label::new(text).is_ok() && Login::new(text).is_ok())
    }

    fn values(field: Field) -> impl Strategy<Value = Vec<Value>> {
        let words = Value::words(field.row().takes);
        let texts = if words.is_empty() || field == Field::Owner {
            name().boxed()
        } else {
            prop::sample::select(words).prop_map(str::to_owned).boxed()
        };
        let value = (texts, any::<bool>())
            .prop_filter_map("tags are plain", move |(text, quoted)| Value::read(field, &text, quoted).ok());
        prop::collection::vec(value, 1..4)
    }

    fn field() -> impl Strategy<Value = Field> {
        let now = FIELDS.iter().filter(|row| row.now == Now::Yes).map(|row| row.field);
        prop::sample::select(now.collect::<Vec<_>>())
    }

    fn compared() -> impl Strategy<Value = Expr> {
        let ops = [Op::Is, Op::Whole, Op::Exact, Op::Contains, Op::Lt, Op::Le, Op::Gt, Op::Ge];
        let all = field().prop_flat_map(move |field| (Just(field), prop::sample::select(ops.to_vec()), values(field)));
        all.prop_filter_map("not every field takes every sign", |(field, op, mut values)| {
            if op.orders() {
                values.truncate(1);
            }
            Expr::compare(field, op, values).ok()
        })
    }

    fn between() -> impl Strategy<Value = Expr> {
        let all = field().prop_flat_map(|field| (Just(field), values(field), values(field)));
        all.prop_filter_map("not every field takes ranges", |(field, mut from, mut to)| {
            Expr::between(field, from.remove(0), to.remove(0)).ok()
        })
    }

    fn term() -> impl Strategy<Value = Expr> {
        let flags = Flag::ALL.iter().copied().filter(|it| it.now() == Now::Yes).collect::<Vec<_>>();
        let has = Has::ALL.iter().copied().filter(|it| it.now() == Now::Yes).collect::<Vec<_>>();
        prop_oneof![
            4 => compared(),
            1 => between(),
            1 => prop::sample::select(flags).prop_map(Expr::from),
            1 => prop::sample::select(has).prop_map(Expr::from),
            1 => (1..u32::MAX).prop_map(|n| format!("INC-{n}").parse::<Number>().unwrap().into()),
            1 => name().prop_map(|it| User::Named(Login::new(&it).unwrap()).into()),
            1 => Just(User::Me.into()),
            2 => name().prop_map(|it| Text::whole(&it).unwrap().into()),
            2 => name().prop_map(|it| Text::starting(&it).unwrap().into()),
        ]
    }

    fn expr() -> impl Strategy<Value = Expr> {
        term().prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| Expr::all(parts).unwrap()),
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| Expr::any(parts).unwrap()),
                inner.prop_map(|it| !it),
            ]
        })
    }

    fn filter() -> impl Strategy<Value = Filter> {
        let sort = prop::option::of((field().prop_filter("sorts", |it| it.sorts()), any::<bool>()));
        let group = prop::option::of(field().prop_filter("groups", |it| it.groups()));
        let rest = (any::<bool>(), sort, group, prop::option::of(1..u32::MAX));
        (prop::option::of(expr()), rest).prop_map(|(expr, (all, sort, group, limit))| {
            let sort = sort.map(|(field, descending)| Sort { field, descending }).into_iter().collect();
            Filter { expr, all, sort, group, limit }
        })
    }

    proptest! {
        #[test]
        fn a_filter_survives_its_text(filter in filter()) {
            let text = filter.to_string();
            let small = text.len() <= MAX_BYTES && text.matches([',', ':', ' ']).count() < MAX_CONDITIONS;
            if small {
                assert_eq!(parse(&text), Ok(filter), "{text}");
            }
        }
    }

    #[test]
    fn text_says_no_more_than_its_meaning_needs() {
        let (whole, starting) =
            (|it| Expr::from(Text::whole(it).unwrap()), |it| Expr::from(Text::starting(it).unwrap()));
        for (expr, text) in [
            (whole("vpn"), "\"vpn\""),
            (starting("vpn"), "vpn"),
            (whole("vpn").and(starting("lan")), "vpn lan"),
            (starting("vpn").and(whole("lan")), "vpn* \"lan\""),
            (starting("of").and(starting("lan")), "of lan"),
            (whole("of").and(starting("lan")), "\"of\" lan"),
            (!whole("a b").or(starting("10:30")), "-(\"a b\" | \"10:30\"*)"),
        ] {
            assert_eq!(expr.to_string(), text);
        }
    }
}
