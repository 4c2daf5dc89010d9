//! What the palette has to offer without a search: every action, views and people of the desk. Read once when it opens.

use super::line::{Line, Sought};
use crate::app::{Desk, Error};
use crate::domain::id::AggId;
use crate::domain::text::Login;
use crate::ui::action::{Action, Context};
use crate::ui::keymap::Keymap;
use crate::ui::part::fuzzy::Fuzzy;
use crate::ui::part::picker::Entry;

/// People of the desk that are offered before anything is typed about them.
const PEOPLE: u32 = 200;
/// Entries that are shown before what is found in the store; fewer where their letters only happen to fit.
const FEW: usize = 8;
const LOOSE: usize = 3;

/// What an entry of the palette does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    Run(Action),
    /// An action of another place, and where that is.
    Elsewhere(Action, String),
    Record(AggId, String),
    /// A record by its number alone, which the console looks for.
    Number(String),
    ActAs(Login),
    /// A tab of the queue, by its name.
    View(String),
    /// The queue with this filter, and what is copied.
    Filter(String, String),
}

/// One thing on offer.
struct Offer {
    sought: Sought,
    entry: Entry<Key>,
    /// Other words that find it.
    also: String,
}

/// Everything on offer.
pub struct Offers(Vec<Offer>);

impl Offers {
    pub fn read(context: Context, desk: &Desk, keymap: &Keymap) -> Result<Self, Error> {
        let mut offers = commands(context, keymap);
        let users = desk.store().users_starting("", PEOPLE)?;
        if !desk.store().is_shared() {
            let others = users.iter().filter(|user| user.login != desk.person().login);
            let acting = others.map(|user| {
                let roles: Vec<_> = user.roles.iter().map(|role| role.word()).collect();
                let label = format!("Act as {}  {}", user.login, user.name);
                offer(Sought::Commands, Entry::new(Key::ActAs(user.login.clone()), label, roles.join(" ")), "")
            });
            let at = offers.iter().position(|offer| offer.entry.dim).unwrap_or(offers.len());
            offers.splice(at..at, acting);
        }
        offers.extend(desk.views()?.into_iter().map(|view| {
            let entry = Entry::new(Key::View(view.name.clone()), format!("View: {}", view.name), "queue tab");
            offer(Sought::Views, entry, &view.filter.to_string())
        }));
        offers.extend(users.iter().map(|user| {
            let key = Key::Filter(format!("owner:{}", user.login), user.login.to_string());
            let entry = Entry::new(key, format!("@{}  {}", user.login, user.name), "what they have");
            offer(Sought::People, entry, "")
        }));
        Ok(Self(offers))
    }

    /// What fits a line, the best first. Beside what else may be found only the best few are shown.
    pub fn fitting(&self, line: &Line) -> Vec<Entry<Key>> {
        if line.sought == Sought::All && line.text.is_empty() {
            return self.0.iter().filter(|it| it.sought == Sought::Commands).map(|it| it.entry.clone()).collect();
        }
        let mut fuzzy = Fuzzy::new(&line.text);
        let words: Vec<_> = line.text.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let wanted = self.0.iter().filter(|it| line.wants(it.sought));
        let mut fitting: Vec<_> = wanted
            .filter_map(|it| {
                let text = format!("{} {}", it.entry.label, it.also);
                let score = fuzzy.score(&text)?;
                let whole = words.iter().all(|word| text.to_lowercase().contains(word));
                Some((whole, !it.entry.dim, score, &it.entry))
            })
            .collect();
        fitting.sort_by_key(|(whole, here, score, _)| std::cmp::Reverse((*whole, *here, *score)));
        if line.sought == Sought::All {
            let whole = fitting.iter().filter(|it| it.0).count();
            fitting.truncate(if whole > 0 { whole.min(FEW) } else { LOOSE });
        }
        fitting.into_iter().map(|(.., entry)| entry.clone()).collect()
    }
}

fn offer(sought: Sought, entry: Entry<Key>, also: &str) -> Offer {
    Offer { sought, entry, also: also.to_owned() }
}

/// Every action once: those that work here with their keys, then the others with the place where they do.
fn commands(context: Context, keymap: &Keymap) -> Vec<Offer> {
    let here: Vec<_> = keymap.here(context).into_iter().filter(|row| row.action != Action::Palette).collect();
    let works = |action: Action| action == Action::Palette || here.iter().any(|row| row.action == action);
    let mut elsewhere: Vec<crate::ui::keymap::Listed> = Vec::new();
    for row in keymap.listing().filter(|row| !works(row.action) && !row.keys.is_empty()) {
        if elsewhere.iter().all(|known| known.action != row.action) {
            elsewhere.push(row);
        }
    }
    let entry = |key, row: &crate::ui::keymap::Listed| {
        let detail = format!("{:12} {}", row.keys.join(" "), row.context);
        let facts = row.action.facts();
        (Entry::new(key, facts.short, detail), format!("{} {}", facts.hint, facts.word.replace('_', " ")))
    };
    let mut offers = Vec::new();
    for row in &here {
        let (entry, also) = entry(Key::Run(row.action), row);
        offers.push(offer(Sought::Commands, entry, &also));
    }
    for row in &elsewhere {
        let why = format!("{} works {}", row.action.facts().short, place(row.context, &row.keys[0], keymap));
        let (entry, also) = entry(Key::Elsewhere(row.action, why), row);
        offers.push(offer(Sought::Commands, entry.dim(true), &also));
    }
    offers
}

/// `in escalations: 2, then c`
fn place(context: Context, key: &str, keymap: &Keymap) -> String {
    let reached = |action| keymap.key(Context::Global, action).map_or_else(String::new, |key| format!("{key}, then "));
    let (place, way) = match context {
        Context::Always | Context::Global => ("in lists and records", String::new()),
        Context::Queue => ("in the queue", reached(Action::ViewQueue)),
        Context::Record => ("in a record", reached(Action::Open)),
        Context::Escalations => ("in escalations", reached(Action::ViewEscalations)),
        Context::Problems => ("in problems", reached(Action::ViewProblems)),
        Context::Dialog => ("in a form", String::new()),
        Context::Filter => ("in the filter bar", String::new()),
        Context::Picker => ("in a list", String::new()),
        Context::Text => ("in a text", String::new()),
    };
    format!("{place}: {way}{key}")
}
