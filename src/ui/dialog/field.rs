//! One field from a list: priority, contract, category, impact, urgency.

use super::choosing::{Choosing, List, Then};
use super::resolve::spoken;
use super::subject::About;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::edit::Edit;
use crate::domain::id::AggId;
use crate::domain::incident::{Category, Subcategory};
use crate::domain::number::Kind;
use crate::domain::priority::{Impact, Priority, Urgency};
use crate::domain::text::{Label, Reason};
use crate::ui::command::Command;
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::{Next, Subject};

/// A list of values; each entry is the edit that sets it.
pub struct Setting {
    records: Vec<AggId>,
    edits: Vec<Edit>,
}

impl List for Setting {
    type Key = usize;

    fn chose(&mut self, n: usize) -> Then<usize> {
        Then::Next(Next::Do(Command::on(&self.records, Verb::Edit(self.edits[n].clone()))))
    }
}

/// A value on offer: its name, what is told beside it, and the edit.
type Offer = (String, String, Edit);

/// Override of the computed priority. The reason that it needs is filled in.
pub fn priority(subject: &Subject, desk: &Desk) -> Result<Choosing<Setting>, Error> {
    let about = About::read(subject, desk)?;
    let ticket = about.ticket();
    let (me, computed) = (&about.me.login, ticket.computed_priority(desk.policy_of(ticket)));
    let mut offers = Vec::new();
    for n in 1..=5 {
        let Some(priority) = Priority::new(n) else { continue };
        let reason = Reason::new(&format!("set to {priority} from the queue by {me}"))?;
        let told = if priority == computed { "as computed" } else { "" };
        let told = now(told, about.is_one() && priority == ticket.priority);
        offers.push((priority.to_string(), told, Edit { priority: Some((Some(priority), reason)), ..Edit::default() }));
    }
    let reason = Reason::new(&format!("back to the computed priority by {me}"))?;
    let clear = Edit { priority: Some((None, reason)), ..Edit::default() };
    offers.push(("computed from impact and urgency".to_owned(), computed.to_string(), clear));
    Ok(list(&about, "Priority of", Digits::Choose, offers))
}

/// The contracts in force, for a supervisor. The reason that it needs is filled in.
pub fn contract(subject: &Subject, desk: &Desk) -> Result<Choosing<Setting>, Error> {
    let about = About::read(subject, desk)?;
    let (contracts, me) = (&desk.policy().contracts, &about.me.login);
    let offer = |(code, told): (Option<Label>, &str)| -> Result<Offer, Error> {
        let name = code.as_ref().map_or("none", Label::as_str).to_owned();
        let is = about.is_one() && about.ticket().contract == code;
        let reason = Reason::new(&format!("contract set to {name} from the console by {me}"))?;
        Ok((name, now(told, is), Edit { contract: Some((code, reason)), ..Edit::default() }))
    };
    let in_force = contracts.iter().filter_map(|(code, _)| Some((code, contracts.in_force(code, about.now)?)));
    let known = in_force.map(|(code, contract)| offer((Some(code.clone()), contract.customer.as_str())));
    let offers = known.chain([offer((None, "the desk's own settings"))]).collect::<Result<_, _>>()?;
    Ok(list(&about, "Contract of", Digits::Point, offers))
}

/// Every pair of the category tree that a record of its kind may have.
pub fn category(subject: &Subject, desk: &Desk) -> Result<Choosing<Setting>, Error> {
    let about = About::read(subject, desk)?;
    let ticket = about.ticket();
    let is = (ticket.category, ticket.subcategory);
    let offer = |pair: (Category, Subcategory)| {
        let edit = Edit { category: Some(pair), ..Edit::default() };
        (spoken(pair.1.word()), now(pair.0.word(), about.is_one() && pair == is), edit)
    };
    let offers = pairs(ticket.kind()).into_iter().map(offer).collect();
    Ok(list(&about, "Category of", Digits::Point, offers))
}

/// The valid pairs of a kind of record, those that say something first.
pub fn pairs(kind: Kind) -> Vec<(Category, Subcategory)> {
    let all = [Category::Fix, Category::Update, Category::Install].into_iter();
    let of = |category: Category| {
        let valid = Subcategory::ALL.iter().copied().filter(move |sub| category.holds_for(kind, *sub));
        valid.map(move |sub| (category, sub))
    };
    all.flat_map(of).collect()
}

pub fn impact(subject: &Subject, desk: &Desk) -> Result<Choosing<Setting>, Error> {
    let about = About::read(subject, desk)?;
    let offer = |(impact, told): (Impact, &str)| {
        let is = about.is_one() && about.ticket().impact == impact;
        (impact.word().to_owned(), now(told, is), Edit { impact: Some(impact), ..Edit::default() })
    };
    let values = [(Impact::High, "many people or sites"), (Impact::Medium, "a team"), (Impact::Low, "one person")];
    let offers = values.into_iter().map(offer).collect();
    Ok(list(&about, "Impact of", Digits::Choose, offers))
}

pub fn urgency(subject: &Subject, desk: &Desk) -> Result<Choosing<Setting>, Error> {
    let about = About::read(subject, desk)?;
    let offer = |(urgency, told): (Urgency, &str)| {
        let is = about.is_one() && about.ticket().urgency == urgency;
        (urgency.word().to_owned(), now(told, is), Edit { urgency: Some(urgency), ..Edit::default() })
    };
    let values =
        [(Urgency::High, "work has stopped"), (Urgency::Medium, "work is hindered"), (Urgency::Low, "work goes on")];
    let offers = values.into_iter().map(offer).collect();
    Ok(list(&about, "Urgency of", Digits::Choose, offers))
}

/// What is told beside a value, with a word if the record has it now.
fn now(told: &str, is: bool) -> String {
    match (told, is) {
        (told, false) => told.to_owned(),
        ("", true) => "now".to_owned(),
        (told, true) => format!("{told}, now"),
    }
}

fn list(about: &About, title: &str, digits: Digits, offers: Vec<Offer>) -> Choosing<Setting> {
    let mut edits = Vec::new();
    let mut entries = Vec::new();
    for (n, (label, told, edit)) in offers.into_iter().enumerate() {
        entries.push(Entry::new(n, label, told));
        edits.push(edit);
    }
    let hints = match digits {
        Digits::Choose => "1-9 choose   Esc close",
        _ => "letters narrow   Enter choose   Esc close",
    };
    let count = entries.len();
    let picker = Picker::new(about.titled(title), digits, entries).hints(hints);
    Choosing::new(Setting { records: about.records.clone(), edits }, picker, count)
}
