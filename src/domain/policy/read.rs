//! Reading a table key by key: each reader takes what it knows, and whatever is left was not known.
//!
//! A reader always returns a value. Where the file is wrong it is a harmless one and the mistake is noted, so that
//! one pass finds them all; a policy with any mistake is never handed out.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use super::PolicyError;
use super::tree::{At, Node, Tree, Value};
use crate::domain::time::Secs;

/// Where the mistakes are collected.
pub type Errors = RefCell<Vec<PolicyError>>;

/// A table that is being read.
pub struct Table<'a, 'e> {
    tree: Tree<'a>,
    pub at: At<'a>,
    errors: &'e Errors,
}

impl<'a, 'e> Table<'a, 'e> {
    pub const fn new(tree: Tree<'a>, at: At<'a>, errors: &'e Errors) -> Self {
        Self { tree, at, errors }
    }

    /// Notes a mistake of the table as a whole.
    pub fn wrong(&self, message: impl Into<String>) {
        self.note(&self.at, message);
    }

    /// Notes a mistake at a value.
    pub fn note(&self, at: &At<'_>, message: impl Into<String>) {
        let error = at.error(message);
        let mut errors = self.errors.borrow_mut();
        if !errors.contains(&error) {
            errors.push(error);
        }
    }

    /// How many mistakes were noted so far.
    pub fn mistakes(&self) -> usize {
        self.errors.borrow().len()
    }

    /// Takes a key; `None` if it is not there.
    pub fn take(&mut self, key: &str) -> Option<Node<'a>> {
        self.tree.remove(key)
    }

    /// Where a key stands, while it was not taken; else where the table does.
    pub fn place(&self, key: &str) -> At<'a> {
        self.tree.get(key).map_or_else(|| self.at.clone(), |node| node.at.clone())
    }

    fn need(&mut self, key: &str) -> Option<Node<'a>> {
        let node = self.take(key);
        if node.is_none() {
            self.wrong(format!("`{key}` is missing"));
        }
        node
    }

    /// Every key that is left, in order.
    pub fn rest(&mut self) -> Vec<(String, Node<'a>)> {
        std::mem::take(&mut self.tree).into_iter().collect()
    }

    /// Ends the reading: what nobody took is an unknown key.
    pub fn end(mut self) {
        for (_, node) in self.rest() {
            self.note(&node.at, "unknown key");
        }
    }

    /// Reads a table within this one.
    pub fn table<T>(&mut self, key: &str, read: impl FnOnce(&mut Table<'a, 'e>) -> T) -> T {
        let (tree, at) = match self.need(key) {
            Some(node) => self.as_table(node),
            None => (Tree::new(), self.at.clone()),
        };
        self.inside(tree, at, read)
    }

    /// Reads a node as a table.
    pub fn within<T>(&self, node: Node<'a>, read: impl FnOnce(&mut Table<'a, 'e>) -> T) -> T {
        let (tree, at) = self.as_table(node);
        self.inside(tree, at, read)
    }

    /// What nobody took yet.
    pub const fn tree(&self) -> &Tree<'a> {
        &self.tree
    }

    /// The same place with other content, for looking things up.
    pub fn beside(&self, tree: Tree<'a>) -> Self {
        Self::new(tree, self.at.clone(), self.errors)
    }

    /// A table within this one, for looking things up; empty if it is not there.
    pub fn child(&self, key: &str) -> Self {
        let tree = match self.tree.get(key) {
            Some(Node { value: Value::Table(tree), .. }) => tree.clone(),
            _ => Tree::new(),
        };
        Self::new(tree, self.place(key), self.errors)
    }

    /// Where a key several tables down stands, or as much of the way as there is.
    pub fn deep_place(&self, path: &[&str]) -> At<'a> {
        let (mut at, mut tree) = (&self.at, &self.tree);
        for name in path {
            let Some(node) = tree.get(*name) else { break };
            at = &node.at;
            let Value::Table(inner) = &node.value else { break };
            tree = inner;
        }
        at.clone()
    }

    /// Reads any tree as if it stood here.
    pub fn inside<T>(&self, tree: Tree<'a>, at: At<'a>, read: impl FnOnce(&mut Table<'a, 'e>) -> T) -> T {
        let mut inner = Table::new(tree, at, self.errors);
        let value = read(&mut inner);
        inner.end();
        value
    }

    fn as_table(&self, node: Node<'a>) -> (Tree<'a>, At<'a>) {
        match node.value {
            Value::Table(tree) => (tree, node.at),
            other => {
                self.note(&node.at, format!("a table is needed, not {}", other.kind()));
                (Tree::new(), node.at)
            }
        }
    }

    /// A whole number within a range.
    pub fn int(&mut self, key: &str, range: RangeInclusive<i64>) -> i64 {
        match self.need(key) {
            Some(node) => self.as_int(&node, &range),
            None => *range.start(),
        }
    }

    pub fn as_int(&self, node: &Node<'a>, range: &RangeInclusive<i64>) -> i64 {
        match node.value {
            Value::Int(n) if range.contains(&n) => return n,
            Value::Int(n) => self.note(&node.at, format!("{n} is outside {} to {}", range.start(), range.end())),
            ref other => self.note(&node.at, format!("a whole number is needed, not {}", other.kind())),
        }
        *range.start()
    }

    /// Whole days within a range, as a length of time.
    pub fn days(&mut self, key: &str, range: RangeInclusive<i64>) -> Secs {
        Secs::days(self.int(key, range))
    }

    /// A length of time, in minutes or hours, within a range of minutes.
    pub fn secs(&mut self, key: &str, minutes: RangeInclusive<i64>) -> Secs {
        match self.need(key) {
            Some(node) => self.as_secs(&node, &minutes),
            None => Secs::minutes(*minutes.start()),
        }
    }

    pub fn as_secs(&self, node: &Node<'a>, minutes: &RangeInclusive<i64>) -> Secs {
        let least = Secs::minutes(*minutes.start());
        let Value::Text(text) = &node.value else {
            self.note(&node.at, format!("a length like \"30m\" or \"4h\" is needed, not {}", node.value.kind()));
            return least;
        };
        match length(text) {
            Ok(n) if minutes.contains(&n) => return Secs::minutes(n),
            Ok(_) => {
                let (from, to) = (printed(*minutes.start()), printed(*minutes.end()));
                self.note(&node.at, format!("`{text}` is outside {from} to {to}"));
            }
            Err(message) => self.note(&node.at, message),
        }
        least
    }

    pub fn bool(&mut self, key: &str) -> bool {
        self.need(key).is_some_and(|node| self.as_bool(&node))
    }

    pub fn as_bool(&self, node: &Node<'a>) -> bool {
        if let Value::Bool(on) = node.value {
            return on;
        }
        self.note(&node.at, format!("true or false is needed, not {}", node.value.kind()));
        false
    }

    /// A share from 0 to 1, in hundred-thousandths.
    pub fn share(&mut self, key: &str) -> i64 {
        let Some(node) = self.need(key) else { return 0 };
        let share = match node.value {
            Value::Float(share) => share,
            Value::Int(0) => 0.0,
            Value::Int(1) => 1.0,
            _ => f64::NAN,
        };
        if (0.0..=1.0).contains(&share) {
            (share * 100_000.0).round() as i64
        } else {
            self.note(&node.at, "a share from 0.0 to 1.0 is needed");
            0
        }
    }

    pub fn text(&mut self, key: &str) -> (String, At<'a>) {
        match self.need(key) {
            Some(node) => {
                let at = node.at.clone();
                (self.as_text(node), at)
            }
            None => (String::new(), self.at.clone()),
        }
    }

    pub fn as_text(&self, node: Node<'a>) -> String {
        match node.value {
            Value::Text(text) => text,
            other => {
                self.note(&node.at, format!("a text is needed, not {}", other.kind()));
                String::new()
            }
        }
    }

    /// A text that `read` understands; `else_what` ends the sentence "use …" when it does not.
    pub fn parsed<T>(&mut self, key: &str, else_what: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let node = self.need(key)?;
        self.as_parsed(node, else_what, read)
    }

    pub fn as_parsed<T>(&self, node: Node<'a>, else_what: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let Value::Text(text) = &node.value else {
            self.note(&node.at, format!("a text is needed, not {}", node.value.kind()));
            return None;
        };
        let value = read(text);
        if value.is_none() {
            self.note(&node.at, format!("`{text}` is not known; use {else_what}"));
        }
        value
    }

    /// The elements of a list.
    pub fn list(&mut self, key: &str) -> Vec<Node<'a>> {
        match self.need(key) {
            Some(node) => self.as_list(node),
            None => Vec::new(),
        }
    }

    pub fn as_list(&self, node: Node<'a>) -> Vec<Node<'a>> {
        match node.value {
            Value::List(list) => list,
            other => {
                self.note(&node.at, format!("a list is needed, not {}", other.kind()));
                Vec::new()
            }
        }
    }

    /// A list of exactly `N` elements.
    pub fn array<T: Copy, const N: usize>(
        &mut self,
        key: &str,
        fallback: T,
        read: impl Fn(&Self, &Node<'a>) -> T,
    ) -> [T; N] {
        let at = self.place(key);
        let list = self.list(key);
        if list.len() != N {
            self.note(&at, format!("{N} values are needed, not {}", list.len()));
            return [fallback; N];
        }
        std::array::from_fn(|i| read(self, &list[i]))
    }
}

/// Minutes of `<n>m` or `<n>h`.
fn length(text: &str) -> Result<i64, String> {
    let count = |digits: &str| digits.parse::<u32>().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()));
    if let Some(n) = text.strip_suffix('m').and_then(count) {
        return Ok(i64::from(n));
    }
    if let Some(n) = text.strip_suffix('h').and_then(count) {
        return Ok(i64::from(n) * 60);
    }
    if text.strip_suffix('d').and_then(count).is_some() {
        return Err(format!(
            "`{text}` is in days, which are no fixed working time; write hours or minutes (duration_unit)"
        ));
    }
    Err(format!("`{text}` is not a length of time; write it like \"30m\" or \"4h\""))
}

fn printed(minutes: i64) -> String {
    if minutes >= 60 && minutes % 60 == 0 { format!("{}h", minutes / 60) } else { format!("{minutes}m") }
}
