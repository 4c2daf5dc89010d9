//! What a filter is: conditions joined by and, or and not. Built through functions that keep it in one form, so
//! that equal filters print equally and the store has few shapes to compile.

use std::ops::Not;

use crate::domain::number::Number;
use crate::domain::text::{Label, Login};

use super::fault::Fault;
use super::field::{Field, Takes};
use super::flag::{Flag, Has};
use super::print::bare_value;
use super::value::{Value, label};

/// A condition. [`all`](Self::all), [`any`](Self::any) and `!` keep its form: `And` and `Or` have two parts at
/// least and none of their own kind, `Not` stands before neither `Not` nor [`Term::Has`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Term(Term),
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    Compare(Compare),
    Range(Range),
    Flag(Flag),
    /// `has:`, or `no:` when negated.
    Has(Has, bool),
    Id(Number),
    /// Owner or requester; `@me` is the person who asks.
    User(User),
    Text(Text),
}

/// Someone, as owner or requester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    Me,
    Named(Login),
}

/// How a field is compared with its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// As the field does by itself: equal; names from their start; notes and titles by words, the last a prefix.
    Is,
    /// A name: the whole of it, in any case.
    Whole,
    /// A name: the whole of it, case and all.
    Exact,
    /// Anywhere inside, in any case.
    Contains,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Op {
    /// As it is typed.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Is => "",
            Self::Whole | Self::Exact => "=",
            Self::Contains => "~",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }

    pub const fn orders(self) -> bool {
        matches!(self, Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }

    /// The form that means the same for this kind of value; refuses what means nothing.
    fn fitted(self, field: Field) -> Result<Self, Fault> {
        let row = field.row();
        let name = row.name;
        match self {
            Self::Is | Self::Whole | Self::Exact if row.takes.continuous() => {
                Err(Fault::Equality { name, example: row.example })
            }
            Self::Is => Ok(self),
            Self::Whole | Self::Exact if row.takes == Takes::Name => Ok(self),
            Self::Whole | Self::Exact if row.takes == Takes::Text => Err(Fault::Sign { name, sign: "=" }),
            Self::Whole | Self::Exact => Ok(Self::Is),
            Self::Contains if matches!(row.takes, Takes::Name | Takes::Text) => Ok(self),
            Self::Lt | Self::Le | Self::Gt | Self::Ge if row.takes.ordered() => Ok(self),
            _ => Err(Fault::Sign { name, sign: self.sign() }),
        }
    }
}

/// A field compared with values, any of which may hold. The values are of the field's kind, one at least, and
/// exactly one where the comparison orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compare {
    field: Field,
    op: Op,
    values: Vec<Value>,
}

impl Compare {
    /// Refuses what this version cannot answer, values of another kind, and comparisons that mean nothing.
    pub fn new(field: Field, op: Op, values: impl IntoIterator<Item = Value>) -> Result<Self, Fault> {
        let row = field.row();
        row.now.check(&format!("{}:", row.name))?;
        let mut op = op.fitted(field)?;
        let mut own: Vec<Value> = Vec::new();
        for value in values {
            if !value.fits(row.takes) {
                return Err(Fault::Foreign { name: row.name });
            }
            if !own.contains(&value) {
                own.push(value);
            }
        }
        match own.len() {
            0 => return Err(Fault::NoValue { name: row.name, example: row.example }),
            2.. if op.orders() => return Err(Fault::OneValue { name: row.name }),
            _ => {}
        }
        // What cannot be typed without quotes is compared as quoted text is: with its case.
        if op == Op::Whole && own.iter().any(|value| !bare_value(value)) {
            op = Op::Exact;
        }
        Ok(Self { field, op, values: own })
    }

    pub const fn field(&self) -> Field {
        self.field
    }

    pub const fn op(&self) -> Op {
        self.op
    }

    pub fn values(&self) -> &[Value] {
        &self.values
    }
}

/// A field between two values of its kind, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    field: Field,
    from: Value,
    to: Value,
}

impl Range {
    /// Refuses as [`Compare::new`] does, and a range that runs backwards as far as that can be known.
    pub fn new(field: Field, from: Value, to: Value) -> Result<Self, Fault> {
        let row = field.row();
        row.now.check(&format!("{}:", row.name))?;
        if !row.takes.ordered() {
            return Err(Fault::NoRange { name: row.name });
        }
        if !(from.fits(row.takes) && to.fits(row.takes)) {
            return Err(Fault::Foreign { name: row.name });
        }
        match (from.rank(), to.rank()) {
            (Some(first), Some(last)) if first > last => Err(Fault::Backwards),
            _ => Ok(Self { field, from, to }),
        }
    }

    pub const fn field(&self) -> Field {
        self.field
    }

    pub const fn from(&self) -> &Value {
        &self.from
    }

    pub const fn to(&self) -> &Value {
        &self.to
    }
}

/// Words to find in title, description, notes and requester, in this order and next to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    words: Label,
    prefix: bool,
}

impl Text {
    /// Whole words.
    pub fn whole(words: &str) -> Result<Self, Fault> {
        Ok(Self { words: label(words)?, prefix: false })
    }

    /// Words, the last of which may go on.
    pub fn starting(words: &str) -> Result<Self, Fault> {
        Ok(Self { words: label(words)?, prefix: true })
    }

    pub fn words(&self) -> &str {
        self.words.as_str()
    }

    /// May the last word go on?
    pub const fn prefix(&self) -> bool {
        self.prefix
    }
}

impl Expr {
    /// All of them hold; nothing if there are none.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() > 1 { Some(Self::And(flat)) } else { flat.pop() }
    }

    /// One of them holds; nothing if there are none.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Or(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() > 1 { Some(Self::Or(flat)) } else { flat.pop() }
    }

    pub fn and(self, other: Self) -> Self {
        Self::all([self, other]).expect("two parts are not none")
    }

    pub fn or(self, other: Self) -> Self {
        Self::any([self, other]).expect("two parts are not none")
    }

    /// Refuses as [`Compare::new`] does.
    pub fn compare(field: Field, op: Op, values: impl IntoIterator<Item = Value>) -> Result<Self, Fault> {
        Compare::new(field, op, values).map(|it| Self::Term(Term::Compare(it)))
    }

    /// Refuses as [`Range::new`] does.
    pub fn between(field: Field, from: Value, to: Value) -> Result<Self, Fault> {
        Range::new(field, from, to).map(|it| Self::Term(Term::Range(it)))
    }
}

impl Not for Expr {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            Self::Term(Term::Has(has, negated)) => Self::Term(Term::Has(has, !negated)),
            other => Self::Not(Box::new(other)),
        }
    }
}

macro_rules! terms {
    ($($type:ty: $value:ident => $term:expr;)*) => {$(
        impl From<$type> for Expr {
            fn from($value: $type) -> Self {
                Self::Term($term)
            }
        }
    )*};
}

terms! {
    Term: term => term;
    Flag: flag => Term::Flag(flag);
    Has: has => Term::Has(has, false);
    Number: number => Term::Id(number);
    User: user => Term::User(user);
    Text: text => Term::Text(text);
}
