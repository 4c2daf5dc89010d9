//! A policy file as a tree whose every value knows where it was written, and one tree laid over another.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::PolicyError;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    pub value: Value<'a>,
    pub at: At<'a>,
}

/// A place in a file: its name, the line counted from one, and the key with all its tables.
#[derive(Debug, Clone)]
pub struct At<'a> {
    pub file: &'a str,
    pub line: usize,
    pub key: String,
}

#[derive(Debug, Clone)]
pub enum Value<'a> {
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(String),
    List(Vec<Node<'a>>),
    Table(Tree<'a>),
}

pub type Tree<'a> = BTreeMap<String, Node<'a>>;

impl At<'_> {
    pub fn error(&self, message: impl Into<String>) -> PolicyError {
        PolicyError { file: self.file.to_owned(), line: self.line, key: self.key.clone(), message: message.into() }
    }
}

impl Value<'_> {
    /// What it is, for a sentence that says what it should have been.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number with a fraction",
            Self::Bool(_) => "true or false",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Reads a file. Every mistake of syntax is added to `errors`; what could be read is returned.
pub fn parse<'a>(text: &str, file: &'a str, errors: &mut Vec<PolicyError>) -> Tree<'a> {
    let (root, wrong) = DeTable::parse_recoverable(text);
    let source = Source { file, starts: line_starts(text) };
    errors.extend(wrong.iter().map(|error| {
        let line = error.span().map_or(1, |span| source.line(span.start));
        At { file, line, key: String::new() }.error(error.message())
    }));
    source.table(root.get_ref(), "", errors)
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

struct Source<'a> {
    file: &'a str,
    starts: Vec<usize>,
}

impl<'a> Source<'a> {
    fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    fn table(&self, table: &DeTable<'_>, path: &str, errors: &mut Vec<PolicyError>) -> Tree<'a> {
        let mut tree = Tree::new();
        for (name, value) in table {
            let key = dotted(path, name.get_ref());
            let at = At { file: self.file, line: self.line(name.span().start), key };
            if let Some(node) = self.node(value, at, errors) {
                tree.insert(name.get_ref().to_string(), node);
            }
        }
        tree
    }

    fn node(&self, value: &Spanned<DeValue<'_>>, at: At<'a>, errors: &mut Vec<PolicyError>) -> Option<Node<'a>> {
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(on) => Value::Bool(*on),
            DeValue::Datetime(date) => Value::Text(date.to_string()),
            DeValue::Integer(n) => {
                let Ok(n) = i64::from_str_radix(n.as_str(), n.radix()) else {
                    errors.push(at.error("the number is too large"));
                    return None;
                };
                Value::Int(n)
            }
            DeValue::Float(n) => Value::Float(n.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Array(list) => Value::List(
                list.iter()
                    .filter_map(|one| {
                        let at = At { line: self.line(one.span().start), ..at.clone() };
                        self.node(one, at, errors)
                    })
                    .collect(),
            ),
            DeValue::Table(table) => Value::Table(self.table(table, &at.key, errors)),
        };
        Some(Node { value, at })
    }
}

/// Joins a key to its table's, quoted where TOML asks for it.
fn dotted(path: &str, name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let name = if bare { name.to_owned() } else { quoted(name) };
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Lays `over` on `under`: tables meet key by key, anything else is replaced.
pub fn lay<'a>(under: &mut Tree<'a>, over: Tree<'a>) {
    for (name, node) in over {
        match (under.get_mut(&name), node) {
            (Some(Node { value: Value::Table(below), at }), Node { value: Value::Table(above), at: newer }) => {
                *at = newer;
                lay(below, above);
            }
            (_, node) => {
                under.insert(name, node);
            }
        }
    }
}

/// One `key = value` line for each value, in the order of their keys: the same settings always give the same text,
/// and the text is a policy file again.
pub fn canonical(tree: &Tree<'_>) -> String {
    let mut out = String::new();
    write_lines(&mut out, tree, "");
    out
}

fn write_lines(out: &mut String, tree: &Tree<'_>, path: &str) {
    for (name, node) in tree {
        let key = dotted(path, name);
        match &node.value {
            Value::Table(table) if !table.is_empty() => write_lines(out, table, &key),
            value => {
                let _ = writeln!(out, "{key} = {}", inline(value));
            }
        }
    }
}

fn inline(value: &Value<'_>) -> String {
    match value {
        Value::Int(n) => n.to_string(),
        Value::Float(n) => format!("{n:?}"),
        Value::Bool(on) => on.to_string(),
        Value::Text(text) => quoted(text),
        Value::List(list) => {
            let items: Vec<_> = list.iter().map(|node| inline(&node.value)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) => {
            let pairs: Vec<_> =
                table.iter().map(|(name, node)| format!("{} = {}", dotted("", name), inline(&node.value))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Tree<'static> {
        let mut errors = Vec::new();
        let tree = parse(text, "test.toml", &mut errors);
        assert_eq!(errors, []);
        tree
    }

    #[test]
    fn values_know_their_line_and_key() {
        let tree = read("a = 1\n\n[t.\"x.*\"]\n# why\nlist = [\n  1,\n  2]\n");
        let Value::Table(t) = &tree["t"].value else { panic!("a table") };
        let Value::Table(x) = &t["x.*"].value else { panic!("a table") };
        assert_eq!((x["list"].at.line, x["list"].at.key.as_str()), (5, "t.\"x.*\".list"));
        let Value::List(list) = &x["list"].value else { panic!("a list") };
        assert_eq!(list[1].at.line, 7);
    }

    #[test]
    fn a_canonical_text_reads_back_the_same() {
        let text = "b = \"two \\\"words\\\"\"\na = [{ y = 1, x = 0.50 }]\n[t]\nq = true\n\"p.*\" = \"1m\"\n";
        let once = canonical(&read(text));
        assert_eq!(once, "a = [{ x = 0.5, y = 1 }]\nb = 'two \"words\"'\nt.\"p.*\" = \"1m\"\nt.q = true\n");
        assert_eq!(canonical(&read(&once)), once);
    }

    #[test]
    fn what_is_not_named_stays() {
        let mut tree = read("[t]\na = 1\nb = [1, 2]\n");
        lay(&mut tree, read("t.b = [3]\n[u]\nc = 1\n"));
        assert_eq!(canonical(&tree), "t.a = 1\nt.b = [3]\nu.c = 1\n");
    }
}
