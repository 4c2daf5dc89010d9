//! What `word:values` means: a condition on a field, a flag, or a directive.

use super::fault::{Fault, FilterError, nearest, quote};
use super::field::{COMING, FIELDS, Field, Now};
use super::flag::{Flag, Has};
use super::lex::{Pair, Piece, Values};
use super::tree::{Expr, Op, Term};
use super::value::Value;
use super::{Filter, Sort};

/// Words before a colon that are no fields.
const HEADS: [&str; 7] = ["is", "has", "no", "sort", "group", "limit", "all"];

/// A table of words: all of them, from text, to text, and whether this version can answer them.
type Table<T> = (&'static [T], fn(&str) -> Option<T>, fn(T) -> &'static str, fn(T) -> Now);

const FLAGS: Table<Flag> = (Flag::ALL, Flag::from_word, Flag::word, Flag::now);
const HAS: Table<Has> = (Has::ALL, Has::from_word, Has::word, Has::now);

impl Pair {
    /// The directive that this is, if any.
    pub fn directive(&self) -> Option<&'static str> {
        ["sort", "group", "limit"].into_iter().find(|head| head.eq_ignore_ascii_case(&self.name.text))
    }

    /// How many conditions it counts as.
    pub fn conditions(&self) -> usize {
        match &self.values {
            Values::Any(pieces) => pieces.len(),
            Values::Between(_) => 1,
        }
    }

    /// The condition that it states; a directive states none and is refused here.
    pub fn condition(&self) -> Result<Expr, FilterError> {
        if let Some(directive) = self.directive() {
            return Err(self.fault(Fault::Misplaced(directive)));
        }
        match self.name.text.to_ascii_lowercase().as_str() {
            "all" => Err(self.fault(Fault::AllLate)),
            "is" => self.word("is", "is:open", FLAGS).map(Expr::from),
            "has" => self.word("has", "has:draft", HAS).map(Expr::from),
            "no" => self.word("no", "no:category", HAS).map(|has| Term::Has(has, true).into()),
            _ => self.compare(field(&self.name)?),
        }
    }

    /// Does what a directive asks for.
    pub fn apply(&self, filter: &mut Filter) -> Result<(), FilterError> {
        match self.directive() {
            Some("limit") => {
                let rows = rows(self.single("limit", "limit:50")?)?;
                if filter.limit.replace(rows).is_some() {
                    return Err(self.fault(Fault::Twice("limit")));
                }
            }
            Some("group") => {
                let by = order(self.single("group", "group:asset")?, "group", Field::groups)?;
                if filter.group.replace(by).is_some() {
                    return Err(self.fault(Fault::Twice("group")));
                }
            }
            _ => {
                let key = key(self.single("sort", "sort:-age")?)?;
                if filter.sort.iter().any(|other| other.field == key.field) {
                    return Err(self.fault(Fault::Twice("sort")));
                }
                filter.sort.push(key);
            }
        }
        Ok(())
    }

    fn fault(&self, fault: Fault) -> FilterError {
        fault.at(self.span.clone())
    }

    /// The one word behind `is:`, `has:` or `no:`, from its table.
    fn word<T: Copy>(
        &self,
        head: &'static str,
        example: &'static str,
        (all, from_word, word, now): Table<T>,
    ) -> Result<T, FilterError> {
        let piece = self.single(head, example)?;
        let found = from_word(&piece.text).ok_or_else(|| {
            let nearest = nearest(&piece.text, all.iter().map(|it| word(*it)));
            Fault::UnknownWord { after: head, word: quote(&piece.text), nearest }.at(piece.span.clone())
        })?;
        now(found).check(&format!("{head}:{}", word(found))).map_err(|fault| self.fault(fault))?;
        Ok(found)
    }

    /// The one value of what takes neither signs nor lists.
    fn single(&self, name: &'static str, example: &'static str) -> Result<&Piece, FilterError> {
        if !self.sign.is_empty() {
            return Err(self.fault(Fault::Sign { name, sign: self.sign }));
        }
        match &self.values {
            Values::Any(pieces) if pieces.is_empty() => Err(self.fault(Fault::NoValue { name, example })),
            Values::Any(pieces) if pieces.len() == 1 => Ok(&pieces[0]),
            _ => Err(self.fault(Fault::OneValue { name })),
        }
    }

    fn compare(&self, field: Field) -> Result<Expr, FilterError> {
        let row = field.row();
        // Before its values are read: what is not there yet should say so, whatever follows.
        row.now.check(&format!("{}:", row.name)).map_err(|fault| self.fault(fault))?;
        let read =
            |piece: &Piece| Value::read(field, &piece.text, piece.quoted).map_err(|fault| fault.at(piece.span.clone()));
        let condition = match &self.values {
            Values::Between(ends) => Expr::between(field, read(&ends[0])?, read(&ends[1])?),
            Values::Any(pieces) => {
                let op = op(self.sign, pieces.iter().any(|piece| piece.quoted));
                Expr::compare(field, op, pieces.iter().map(read).collect::<Result<Vec<_>, _>>()?)
            }
        };
        condition.map_err(|fault| self.fault(fault))
    }
}

fn op(sign: &str, quoted: bool) -> Op {
    match sign {
        "<" => Op::Lt,
        "<=" => Op::Le,
        ">" => Op::Gt,
        ">=" => Op::Ge,
        "~" => Op::Contains,
        "=" if quoted => Op::Exact,
        "=" => Op::Whole,
        _ => Op::Is,
    }
}

/// The field of this name; refuses those of later versions by name.
fn field(name: &Piece) -> Result<Field, FilterError> {
    if let Some(field) = Field::named(&name.text) {
        return Ok(field);
    }
    let fault = match COMING.iter().find(|(word, _)| word.eq_ignore_ascii_case(&name.text)) {
        _ if name.text.is_empty() => Fault::Missing("here"),
        Some((word, needs)) => Fault::NotYet { word: format!("{word}:"), needs },
        None => {
            let known = FIELDS.iter().flat_map(|row| row.aliases.iter().copied().chain([row.name])).chain(HEADS);
            Fault::UnknownField { word: quote(&name.text), nearest: nearest(&name.text, known) }
        }
    };
    Err(fault.at(name.span.clone()))
}

/// A field that rows can be sorted or grouped by.
fn order(name: &Piece, verb: &'static str, fits: impl Fn(Field) -> bool) -> Result<Field, FilterError> {
    let field = field(name)?;
    let row = field.row();
    row.now.check(&format!("{verb}:{}", row.name)).map_err(|fault| fault.at(name.span.clone()))?;
    if fits(field) { Ok(field) } else { Err(Fault::NoOrder(verb, row.name).at(name.span.clone())) }
}

/// `age`, or `-age` for the largest first.
fn key(piece: &Piece) -> Result<Sort, FilterError> {
    let Some(rest) = piece.text.strip_prefix('-') else {
        return Ok(Sort { field: order(piece, "sort", Field::sorts)?, descending: false });
    };
    let name = Piece { text: rest.to_owned(), quoted: piece.quoted, span: piece.span.start + 1..piece.span.end };
    Ok(Sort { field: order(&name, "sort", Field::sorts)?, descending: true })
}

/// At least one row.
fn rows(piece: &Piece) -> Result<u32, FilterError> {
    let digits = piece.text.bytes().all(|b| b.is_ascii_digit());
    piece.text.parse().ok().filter(|rows| digits && *rows > 0).ok_or_else(|| {
        let wanted = "a number of rows; write it like limit:50";
        Fault::NotA { word: quote(&piece.text), wanted }.at(piece.span.clone())
    })
}
