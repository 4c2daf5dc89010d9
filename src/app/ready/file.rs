//! Reading the files of ready things: every mistake at once with file, line and key; what is right of a file holds.

use std::cell::RefCell;

use super::fit::Fits;
use crate::domain::incident::{Category, Subcategory};
use crate::domain::policy::PolicyError;
use crate::domain::policy::read::Table;
use crate::domain::policy::tree::{At, Node, Tree, Value, parse};

/// Something wrong in a file, with its line and key.
pub type Mistake = PolicyError;

/// What has a name that the same name of a later file replaces.
pub trait Named {
    /// The table of a file that holds one.
    const TABLE: &'static str;

    fn name(&self) -> &str;

    /// Reads one; `None` when it could not be made sense of, and a mistake was noted.
    fn read(table: &mut Table<'_, '_>) -> Option<Self>
    where
        Self: Sized;
}

/// Longest name, in characters: it stands in lists and on command lines.
const NAME_MAX: usize = 40;

/// What a file holds, and its mistakes.
pub fn read<T: Named>(text: &str, file: &str) -> (Vec<T>, Vec<Mistake>) {
    let mut errors = Vec::new();
    let tree = parse(text, file, &mut errors);
    if !errors.is_empty() {
        // What could be read of a file that is no TOML would only be misunderstood.
        errors.dedup_by_key(|error| error.line);
        return (Vec::new(), errors);
    }
    let errors = RefCell::new(errors);
    let at = At { file, line: 1, key: String::new() };
    let found = Table::new(Tree::new(), at.clone(), &errors).inside(tree, at, all::<T>);
    let mut errors = errors.into_inner();
    errors.sort_by_key(|error| error.line);
    (found, errors)
}

fn all<T: Named>(root: &mut Table<'_, '_>) -> Vec<T> {
    let mut found: Vec<T> = Vec::new();
    for node in root.list(T::TABLE) {
        let (at, before) = (node.at.clone(), root.mistakes());
        let one = root.within(node, T::read);
        let Some(one) = one.filter(|_| root.mistakes() == before) else { continue };
        let name = one.name();
        if name.is_empty() || name.chars().count() > NAME_MAX {
            root.note(&at, format!("a name has 1 to {NAME_MAX} characters"));
        } else if found.iter().any(|other| other.name() == name) {
            root.note(&at, format!("`{name}` stands twice in this file"));
        } else {
            found.push(one);
        }
    }
    found
}

/// The keys that say what something is for.
pub fn fits(table: &mut Table<'_, '_>) -> Fits {
    Fits {
        categories: known(table, "category", Category::from_word, Category::ALL.iter().map(|it| it.word())),
        subcategories: known(table, "subcategory", Subcategory::from_word, Subcategory::ALL.iter().map(|it| it.word())),
        software: texts(table, "software"),
        words: texts(table, "words"),
    }
}

/// A text or a list of texts; nothing where the key is missing.
pub fn texts(table: &mut Table<'_, '_>, key: &str) -> Vec<String> {
    nodes(table, key).into_iter().map(|node| table.as_text(node)).collect()
}

/// A text that may be missing.
pub fn text(table: &mut Table<'_, '_>, key: &str) -> Option<String> {
    let node = table.take(key)?;
    Some(table.as_text(node))
}

/// One word that may be missing.
pub fn word<T>(
    table: &mut Table<'_, '_>,
    key: &str,
    read: impl Fn(&str) -> Option<T>,
    all: impl Iterator<Item = &'static str>,
) -> Option<T> {
    let node = table.take(key)?;
    table.as_parsed(node, &all.collect::<Vec<_>>().join(", "), read)
}

fn known<T>(
    table: &mut Table<'_, '_>,
    key: &str,
    read: impl Fn(&str) -> Option<T>,
    all: impl Iterator<Item = &'static str>,
) -> Vec<T> {
    let names = all.collect::<Vec<_>>().join(", ");
    let found = nodes(table, key).into_iter().filter_map(|node| table.as_parsed(node, &names, &read));
    found.collect()
}

fn nodes<'a>(table: &mut Table<'a, '_>, key: &str) -> Vec<Node<'a>> {
    match table.take(key) {
        None => Vec::new(),
        Some(Node { value: Value::List(list), .. }) => list,
        Some(one) => vec![one],
    }
}
