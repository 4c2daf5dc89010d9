//! The filter language: text to tree and back. What a tree means in SQL is the store's business.
//!
//! Read in this order: `field` and `flag` (the words, as tables), `value` and `day` (what stands behind a colon),
//! `tree` (what a filter is), `lex`, `parse` and `pair` (from text), `print` (to text), `fault` (why not), `help` and
//! `complete` (what the filter bar offers).
//!
//! Grammar:
//!
//! ```text
//! filter    = [ "all:" ] [ any ] { directive }          directives may stand anywhere outside parentheses
//! any       = all { ( "OR" | "|" ) all }
//! all       = unary { [ "AND" ] unary }                 a space means AND
//! unary     = [ "-" | "NOT " ] ( "(" any ")" | term )
//! term      = field ":" [ "<" | "<=" | ">" | ">=" | "=" | "~" ] value { "," value }
//!           | field ":" value ".." value                inclusive
//!           | "is:" word | ( "has:" | "no:" ) word | number | "@" name
//!           | word [ "*" ] | '"' phrase '"' [ "*" ]     a quote inside quotes is doubled
//! directive = "sort:" [ "-" ] field | "group:" field | "limit:" digits
//! ```
//!
//! `AND`, `OR` and `NOT` count in capitals only, because people look for "not responding". The last bare word, and
//! every bare word of one or two characters, also finds longer words that begin with it.

pub mod complete;
pub mod day;
pub mod fault;
pub mod field;
pub mod flag;
pub mod help;
mod lex;
mod pair;
mod parse;
mod print;
pub mod tree;
pub mod value;

use field::Field;
use tree::Expr;

pub use parse::parse;

/// The longest filter, in bytes, as typed and in its canonical text.
pub const MAX_BYTES: usize = 4_096;
/// The deepest nesting of parentheses.
pub const MAX_DEPTH: usize = 32;
/// The most conditions; each value of a comma list counts. Bounds the statement that the store builds.
pub const MAX_CONDITIONS: usize = 128;

/// What to show, in which order. Its `Display` is the one canonical text, and `parse` of that text gives it back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Nothing: everything in scope.
    pub expr: Option<Expr>,
    /// Drops the view's base scope (`all:` at the start).
    pub all: bool,
    /// Empty: the order of the view.
    pub sort: Vec<Sort>,
    pub group: Option<Field>,
    /// Most rows to show; at least 1.
    pub limit: Option<u32>,
}

/// One key of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub field: Field,
    pub descending: bool,
}

impl From<Expr> for Filter {
    fn from(expr: Expr) -> Self {
        Self { expr: Some(expr), ..Self::default() }
    }
}

impl Filter {
    /// This filter inside the base filter of a view: both must hold, and where this one does not say how to sort,
    /// group or limit, the base does. With `all:` the base's conditions do not count.
    pub fn and(self, base: &Self) -> Self {
        let scope = if self.all { None } else { base.expr.clone() };
        Self {
            expr: Expr::all(scope.into_iter().chain(self.expr)),
            all: self.all,
            sort: if self.sort.is_empty() { base.sort.clone() } else { self.sort },
            group: self.group.or(base.group),
            limit: self.limit.or(base.limit),
        }
    }

    /// The same, ordered by this field after the keys it has.
    pub fn sorted(mut self, field: Field, descending: bool) -> Self {
        self.sort.push(Sort { field, descending });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_keeps_its_scope_unless_all_is_asked_for() {
        let base = parse("is:open tier:mine sort:prio limit:50").unwrap();
        for (text, whole) in [
            ("vpn", "is:open tier:mine vpn sort:prio limit:50"),
            ("", "is:open tier:mine sort:prio limit:50"),
            ("vpn | lan sort:-age", "is:open tier:mine (vpn | lan) sort:-age limit:50"),
            ("all: vpn limit:5", "all: vpn sort:prio limit:5"),
        ] {
            assert_eq!(parse(text).unwrap().and(&base).to_string(), whole, "{text}");
        }
    }

    #[test]
    fn code_builds_the_filter_that_text_would() {
        use super::{
            flag::Flag,
            tree::{Op, Text},
            value::Value,
        };
        let free = Expr::from(Flag::Free).and(Expr::compare(Field::Tier, Op::Is, [Value::MyTier]).unwrap());
        let built = Filter::from(free.and(!Expr::from(Text::starting("vpn").unwrap()))).sorted(Field::Age, true);
        assert_eq!(built, parse("is:free tier:mine -vpn sort:-age").unwrap());
    }
}
