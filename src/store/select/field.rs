//! Fields of a filter on one shelf: each compares a column, or looks among what hangs on a ticket.

use super::shelf::{Cond, Reader, Shelf, not_yet};
use crate::domain::filter::day::Span;
use crate::domain::filter::field::Field;
use crate::domain::filter::flag::Has;
use crate::domain::filter::tree::{Compare, Op, Range};
use crate::domain::filter::value::{CategoryPath, Person, Status, Value};
use crate::domain::incident::{Category, Pending, Source, Symptom, WorkMode};
use crate::domain::number::Kind;
use crate::domain::priority::{Impact, Urgency};
use crate::domain::refusal::Refusal;
use crate::domain::role::Tier;
use crate::domain::text::Tag;
use crate::domain::time::{Instant, Secs};

/// Since when a ticket waits: for the decision on its escalation, else in its present state.
pub const WAITS_SINCE: &str = "coalesce((SELECT escalation.proposed_at FROM escalation WHERE escalation.id = ticket.escalation), ticket.state_since)";

/// Most items that are looked up before the tickets they hang on. Small in tests, so that they take both ways.
const ITEMS_FEW: u32 = if cfg!(test) { 10 } else { 500 };

/// What a name is looked for among.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    Machine,
    Program,
    /// Short name or name of the requester.
    Person,
    Site,
}

impl Reader<'_> {
    pub fn compare(&mut self, it: &Compare) -> Result<Cond, Refusal> {
        let (field, op) = (it.field(), it.op());
        let words = |name: fn(&Value) -> Option<&'static str>| it.values().iter().filter_map(name).collect::<Vec<_>>();
        Ok(match field {
            Field::Tier => self.each_value(it, |reader, value| reader.tier(op, value)),
            Field::Prio => self.each_value(it, |reader, value| match value {
                Value::Priority(priority) => reader.ordered("ticket.priority", op, priority.n()),
                _ => Cond::Never,
            }),
            Field::Type => one_of("ticket.kind", &words(kind)),
            Field::Status => self.each_value(it, |reader, value| match value {
                Value::Status(status) => reader.status(*status),
                _ => Cond::Never,
            }),
            Field::Owner => self.each_value(it, |reader, value| match value {
                Value::Person(Person::Me) => reader.mine(),
                Value::Person(Person::None) => Cond::sql("ticket.assignee IS NULL"),
                Value::Person(Person::Is(login)) => reader.owned_by(login.as_str()),
                _ => Cond::Never,
            }),
            Field::Req => self.names(it, Names::Person),
            Field::Asset => self.names(it, Names::Machine),
            Field::App => self.names(it, Names::Program),
            Field::Contract => self.contracts(it.values()),
            Field::Site => self.names(it, Names::Site),
            Field::Cat => Cond::any(it.values().iter().filter_map(|value| match value {
                Value::Category(path) => Some(category(path)),
                _ => None,
            })),
            Field::Tag => self.tags(it.values())?,
            Field::Age => self.each_value(it, |reader, value| reader.length("ticket.opened_at", op, value)),
            Field::Idle => self.each_value(it, |reader, value| reader.length("ticket.updated_at", op, value)),
            Field::Wait => self.each_value(it, |reader, value| reader.length(WAITS_SINCE, op, value)),
            Field::Created | Field::Updated | Field::Resolved => {
                let spans = it.spans(self.asker.now, &self.asker.zone);
                Cond::any(spans.into_iter().map(|span| self.span(field, span)))
            }
            Field::From => self.each_value(it, |reader, value| reader.escalated("from_tier", op, value)),
            Field::To => self.each_value(it, |reader, value| reader.escalated("to_tier", op, value)),
            Field::Note => self.each_value(it, |reader, value| reader.inside_notes(value)),
            Field::Subj => self.each_value(it, |reader, value| reader.inside_title(value)),
            Field::Impact => one_of("ticket.impact", &words(impact)),
            Field::Urgency => one_of("ticket.urgency", &words(urgency)),
            Field::Source => one_of("ticket.source", &words(source)),
            Field::Symptom => one_of("ticket.symptom", &words(symptom)),
            Field::Mode => one_of("ticket.work_mode", &words(mode)),
            Field::Pending => one_of("ticket.pending_reason", &words(pending)),
            Field::Due => self.each_value(it, |reader, value| reader.time_left(op, value)),
            Field::Sla => self.each_value(it, |reader, value| reader.sla(value)),
        })
    }

    /// Both ends included; for lengths of time the longer one lies further back.
    pub fn range(&mut self, it: &Range) -> Result<Cond, Refusal> {
        let field = it.field();
        if let Some(span) = it.span(self.asker.now, &self.asker.zone) {
            return Ok(self.span(field, span));
        }
        let ends = [(Op::Ge, it.from().clone()), (Op::Le, it.to().clone())];
        let mut both = Vec::new();
        for (op, value) in ends {
            both.push(self.compare(&Compare::new(field, op, [value]).map_err(|_| not_yet(field.name()))?)?);
        }
        Ok(Cond::all(both))
    }

    /// Any of the values.
    fn each_value(&mut self, it: &Compare, mut cond: impl FnMut(&mut Self, &Value) -> Cond) -> Cond {
        Cond::any(it.values().iter().map(|value| cond(self, value)).collect::<Vec<_>>())
    }

    pub fn ordered(&mut self, column: &str, op: Op, n: i64) -> Cond {
        Cond::Sql(format!("{column} {} {}", sign(op), self.binds.put(n)))
    }

    /// The tier of an open ticket is its shelf.
    fn tier(&mut self, op: Op, value: &Value) -> Cond {
        let tiers = self.tiers(op, value);
        match self.shelf {
            Shelf::Open(own) => tiers.contains(&own).into(),
            Shelf::Past => tier_in("ticket.tier", &tiers),
        }
    }

    /// The tiers that a comparison lets through; a person of several tiers is compared by the outermost.
    fn tiers(&self, op: Op, value: &Value) -> Vec<Tier> {
        let mine = &self.asker.tiers;
        let holds = |tier: &Tier| match (op, value) {
            (Op::Is, Value::MyTier) => mine.contains(tier),
            (Op::Lt | Op::Le, Value::MyTier) => mine.iter().max().is_some_and(|own| compares(op, tier.n(), own.n())),
            (_, Value::MyTier) => mine.iter().min().is_some_and(|own| compares(op, tier.n(), own.n())),
            (_, Value::Tier(other)) => compares(op, tier.n(), other.n()),
            _ => false,
        };
        Tier::ALL.into_iter().filter(holds).collect()
    }

    /// A ticket stands in its queue just as long as its state is an open one.
    fn status(&self, status: Status) -> Cond {
        let open = match status {
            Status::New | Status::Open => true,
            Status::In(state) => state.open(),
        };
        if open != self.shelf.is_open() {
            return Cond::Never;
        }
        match status {
            Status::New => Cond::sql("ticket.state IN ('queued', 'open') AND ticket.acknowledged_at IS NULL"),
            Status::Open => Cond::Always,
            Status::In(state) => Cond::Sql(format!("ticket.state = '{}'", state.word())),
        }
    }

    /// Longer ago is an earlier instant.
    fn length(&mut self, since: &str, op: Op, value: &Value) -> Cond {
        let Value::Length(Secs(secs)) = value else { return Cond::Never };
        let turned = match op {
            Op::Lt => Op::Gt,
            Op::Le => Op::Ge,
            Op::Gt => Op::Lt,
            Op::Ge => Op::Le,
            same => same,
        };
        self.ordered(since, turned, (self.asker.now - Secs(*secs)).0)
    }

    fn span(&mut self, field: Field, span: Span) -> Cond {
        let column = match field {
            Field::Created => "opened_at",
            Field::Updated => "updated_at",
            // What stands in a queue is not resolved, whatever it was before.
            Field::Resolved if self.shelf.is_open() => return Cond::Never,
            Field::Resolved => "resolved_at",
            _ => return Cond::Never,
        };
        match (span.from, span.until, self.shelf, column) {
            // A stretch of the past is found by its own index.
            (Some(Instant(from)), Some(Instant(until)), Shelf::Past, "opened_at" | "resolved_at") => {
                let (from, until) = (self.binds.put(from), self.binds.put(until));
                Cond::Sql(format!(
                    "ticket.rid IN (SELECT dated.rid FROM ticket AS dated
                       WHERE dated.shelf = 0 AND dated.{column} >= {from} AND dated.{column} < {until})"
                ))
            }
            (from, until, ..) => {
                let from = from.map(|Instant(at)| format!("ticket.{column} >= {}", self.binds.put(at)));
                let until = until.map(|Instant(at)| format!("ticket.{column} < {}", self.binds.put(at)));
                Cond::all(
                    from.into_iter()
                        .chain(until)
                        .map(Cond::Sql)
                        .chain([Cond::Sql(format!("ticket.{column} IS NOT NULL"))]),
                )
            }
        }
    }

    /// Its escalation that waits for a decision.
    fn escalated(&mut self, column: &'static str, op: Op, value: &Value) -> Cond {
        match tier_in(column, &self.tiers(op, value)) {
            Cond::Sql(tiers) => Cond::Sql(format!(
                "ticket.rid IN (SELECT escalation.rid FROM escalation WHERE escalation.state = 'proposed' AND {tiers})"
            )),
            other => other,
        }
    }

    fn inside_notes(&mut self, value: &Value) -> Cond {
        let Value::Text(text) = value else { return Cond::Never };
        let text = self.binds.put(text.as_str().to_lowercase());
        Cond::Sql(format!(
            "EXISTS (SELECT 1 FROM worklog WHERE worklog.rid = ticket.rid AND instr(fold(worklog.text), {text}))"
        ))
    }

    fn inside_title(&mut self, value: &Value) -> Cond {
        let Value::Text(text) = value else { return Cond::Never };
        Cond::Sql(format!("instr(fold(ticket.title), {}) > 0", self.binds.put(text.as_str().to_lowercase())))
    }

    fn tags(&mut self, values: &[Value]) -> Result<Cond, Refusal> {
        let tags = values.iter().filter_map(|value| match value {
            Value::Tag(tag) => Some(self.binds.put(Tag::as_str(tag).to_owned())),
            _ => None,
        });
        let tags = tags.collect::<Vec<_>>().join(", ");
        let tagged = self.hangs("tag", &format!("item.name IN ({tags})"));
        // A tag is looked for only among what has any.
        Ok(Cond::all([self.has(Has::Tag)?, tagged]))
    }

    /// In the past by their index, because few of many may be under it.
    fn contracts(&mut self, values: &[Value]) -> Cond {
        let codes = values.iter().filter_map(|value| match value {
            Value::Tag(code) => Some(self.binds.put(code.as_str().to_owned())),
            _ => None,
        });
        let codes = codes.collect::<Vec<_>>().join(", ");
        Cond::Sql(match self.shelf {
            Shelf::Open(_) => format!("ticket.contract IN ({codes})"),
            Shelf::Past => format!(
                "ticket.rid IN (SELECT under.rid FROM ticket AS under WHERE under.shelf = 0 AND under.contract IN ({codes}))"
            ),
        })
    }

    fn names(&mut self, it: &Compare, names: Names) -> Cond {
        let op = it.op();
        self.each_value(it, |reader, value| match value {
            Value::Text(text) => reader.name(names, op, text.as_str()),
            _ => Cond::Never,
        })
    }

    fn name(&mut self, names: Names, op: Op, text: &str) -> Cond {
        match names {
            Names::Machine => self.item("endpoint", "endpoints", op, text),
            Names::Program => self.item("software", "software_items", op, text),
            Names::Person => {
                let (handle, name) = (self.spelled("handle", op, text), self.spelled("name", op, text));
                // Two look-ups by index where one condition over both would read every contact.
                self.requested(&format!(
                    "SELECT contact.agg FROM contact WHERE {handle} UNION ALL SELECT contact.agg FROM contact WHERE {name}"
                ))
            }
            Names::Site => {
                let site = self.spelled("site", op, text);
                self.requested(&format!("SELECT contact.agg FROM contact WHERE {site}"))
            }
        }
    }

    /// A requester of that short name, all of it.
    pub fn handle_is(&mut self, handle: &str) -> Cond {
        let handle = self.spelled("handle", Op::Whole, handle);
        self.requested(&format!("SELECT contact.agg FROM contact WHERE {handle}"))
    }

    /// Tickets of these requesters; in the past by their index, because few of many are theirs.
    fn requested(&self, contacts: &str) -> Cond {
        Cond::Sql(match self.shelf {
            Shelf::Open(_) => format!("ticket.requester IN ({contacts})"),
            Shelf::Past => format!(
                "ticket.rid IN (SELECT theirs.rid FROM ticket AS theirs WHERE theirs.requester IN ({contacts}))"
            ),
        })
    }

    /// A column of a contact, compared as names are.
    fn spelled(&mut self, column: &str, op: Op, text: &str) -> String {
        let folded = format!("contact.{column}_key");
        let lower = text.to_lowercase();
        match op {
            Op::Contains => format!("instr({folded}, {}) > 0", self.binds.put(lower)),
            Op::Whole => format!("{folded} = {}", self.binds.put(lower)),
            Op::Exact => {
                let (lower, exact) = (self.binds.put(lower), self.binds.put(text.to_owned()));
                format!("{folded} = {lower} AND contact.{column} = {exact}")
            }
            _ => {
                let (from, until) = (self.binds.put(lower.clone()), self.binds.put(after_all(&lower)));
                format!("{folded} >= {from} AND {folded} < {until}")
            }
        }
    }

    /// A machine or a program; they are kept in lower case, as they were typed in the ticket's details.
    fn item(&mut self, what: &str, list: &str, op: Op, text: &str) -> Cond {
        let lower = text.to_lowercase();
        match op {
            Op::Contains => {
                let inside = format!("instr(item.name, {}) > 0", self.binds.put(lower));
                self.hangs(what, &inside)
            }
            Op::Whole => {
                let whole = format!("item.name = {}", self.binds.put(lower));
                self.hangs(what, &whole)
            }
            Op::Exact => {
                let named = format!("item.name = {}", self.binds.put(lower));
                let exact = self.binds.put(text.to_owned());
                let typed = format!(
                    "EXISTS (SELECT 1 FROM json_each(ticket.detail ->> '{list}') AS spelled
                     WHERE spelled.value = {exact})"
                );
                Cond::all([self.hangs(what, &named), Cond::Sql(typed)])
            }
            _ => {
                let (from, until) = (self.binds.put(lower.clone()), self.binds.put(after_all(&lower)));
                self.hangs(what, &format!("item.name >= {from} AND item.name < {until}"))
            }
        }
    }

    /// Has an item of that kind whose name fits. Few are looked up first; when very many tickets have it, each open
    /// one is asked instead, because there are fewer of those.
    fn hangs(&mut self, what: &str, named: &str) -> Cond {
        let items = format!("FROM item WHERE item.what = '{what}' AND {named}");
        if self.shelf.is_open() && self.many(&items) {
            return Cond::Sql(format!("EXISTS (SELECT 1 {items} AND item.rid = ticket.rid)"));
        }
        Cond::Sql(format!("ticket.rid IN (SELECT item.rid {items})"))
    }

    /// Are there more of these items than it is worth to look up first? Only a guess about speed, so a fault counts
    /// as no and shows when the list itself is asked for.
    fn many(&self, items: &str) -> bool {
        let sql = format!("SELECT count(*) > {ITEMS_FEW} FROM (SELECT 1 {items} LIMIT {ITEMS_FEW} + 1)");
        self.db
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                let values = self.binds.0[..statement.parameter_count()].to_vec();
                statement.query_row(rusqlite::params_from_iter(values), |row| row.get(0))
            })
            .unwrap_or(false)
    }
}

/// The first text after all that begin with this one.
fn after_all(start: &str) -> String {
    format!("{start}\u{10FFFF}")
}

fn sign(op: Op) -> &'static str {
    if op.orders() { op.sign() } else { "=" }
}

const fn compares(op: Op, a: i64, b: i64) -> bool {
    match op {
        Op::Lt => a < b,
        Op::Le => a <= b,
        Op::Gt => a > b,
        Op::Ge => a >= b,
        _ => a == b,
    }
}

/// Words of an enumeration are constants of the program, not values.
fn one_of(column: &str, words: &[&'static str]) -> Cond {
    let words: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    Cond::Sql(format!("{column} IN ({})", words.join(", ")))
}

fn tier_in(column: &str, tiers: &[Tier]) -> Cond {
    if tiers.is_empty() {
        return Cond::Never;
    }
    let tiers: Vec<_> = tiers.iter().map(ToString::to_string).collect();
    Cond::Sql(format!("{column} IN ({})", tiers.join(", ")))
}

/// The start of a category path, or of a subcategory.
fn category(path: &CategoryPath) -> Cond {
    let whole: Vec<_> = Category::ALL.iter().filter(|it| it.word().starts_with(path.as_str())).collect();
    let pairs = path.pairs();
    let pairs = pairs.iter().filter(|(category, _)| !whole.contains(&category));
    let pairs: Vec<_> = pairs.map(|(category, sub)| format!("'{category}/{sub}'")).collect();
    let whole: Vec<_> = whole.iter().map(|it| it.word()).collect();
    Cond::any([
        if whole.is_empty() { Cond::Never } else { one_of("ticket.category", &whole) },
        if pairs.is_empty() {
            Cond::Never
        } else {
            Cond::Sql(format!("ticket.category || '/' || ticket.subcategory IN ({})", pairs.join(", ")))
        },
    ])
}

macro_rules! words {
    ($($name:ident: $value:ident($inner:ty);)*) => {$(
        fn $name(value: &Value) -> Option<&'static str> {
            match value {
                Value::$value(it) => Some(<$inner>::word(*it)),
                _ => None,
            }
        }
    )*};
}

words! {
    kind: Kind(Kind);
    impact: Impact(Impact);
    urgency: Urgency(Urgency);
    source: Source(Source);
    symptom: Symptom(Symptom);
    mode: Mode(WorkMode);
    pending: Pending(Pending);
}
