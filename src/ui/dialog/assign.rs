//! Give tickets to someone: the least busy first; a digit chooses.

use super::choosing::{Choosing, List, Then};
use super::subject::About;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::assign::Assign;
use crate::domain::command::inbox::{Accept, NewOwner};
use crate::domain::id::AggId;
use crate::domain::refusal::Code;
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::{Login, Reason};
use crate::ui::command::Command;
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::{Next, Subject};

/// A list of people, and what choosing one asks for.
pub struct Giving {
    records: Vec<AggId>,
    verb: Box<dyn Fn(Login) -> Verb>,
}

impl List for Giving {
    type Key = Login;

    fn chose(&mut self, to: Login) -> Then<Login> {
        Then::Next(Next::Do(Command::on(&self.records, (self.verb)(to))))
    }
}

/// Assign to someone of the tier. The reason that a change of hands needs is filled in.
pub fn open(subject: &Subject, desk: &Desk) -> Result<Choosing<Giving>, Error> {
    let about = About::read(subject, desk)?;
    let tickets = about.tickets(desk)?;
    let tier = tickets.iter().map(|ticket| ticket.tier).max().unwrap_or_default();
    let disciplines: Vec<_> = tickets.iter().map(|ticket| ticket.discipline).collect();
    let owner = about.ticket().assignee.clone().filter(|_| about.is_one());
    let entries = people(tier, &disciplines, owner.as_ref(), desk)?;
    let reason = Reason::new(&format!("assigned from the queue by {}", about.me.login))?;
    let verb = move |to| Verb::Assign(Assign { to, reason: Some(reason.clone()) });
    let title = about.titled("Assign");
    Ok(list(title, Giving { records: about.records, verb: Box::new(verb) }, entries))
}

/// Accept a hand-off for someone of the receiving tier.
pub fn accept(agg: AggId, desk: &Desk) -> Result<Choosing<Giving>, Error> {
    let about = About::read(&Subject::one(agg), desk)?;
    let open = about.first.case.is.open_escalation();
    let open = open
        .ok_or_else(|| Code::IllegalTransition.because(format!("{} waits for no decision", about.ticket().name())))?;
    let entries = people(open.proposal.to, &[about.ticket().discipline], None, desk)?;
    let title = about.titled("Accept and assign");
    let verb = |login| Verb::Accept(Accept { owner: NewOwner::User(login), note: None });
    Ok(list(title, Giving { records: vec![agg], verb: Box::new(verb) }, entries))
}

fn list(title: String, giving: Giving, entries: Vec<Entry<Login>>) -> Choosing<Giving> {
    let count = entries.len();
    let picker =
        Picker::new(title, Digits::Choose, entries).hints("1-9 choose   letters narrow   Enter choose   Esc close");
    Choosing::new(giving, picker, count)
}

/// Those who may own such tickets, the least busy first, but for the one who has them.
fn people(
    tier: Tier,
    disciplines: &[Discipline],
    owner: Option<&Login>,
    desk: &Desk,
) -> Result<Vec<Entry<Login>>, Error> {
    let may = |user: &&crate::domain::role::User| disciplines.iter().all(|it| user.may_own(tier, *it));
    let mut found = Vec::new();
    for user in desk.store().users()?.iter().filter(may).filter(|user| Some(&user.login) != owner) {
        let urgent = desk.store().urgent_load_of(&user.login)?;
        found.push((desk.store().load_of(&user.login)?, urgent, user.clone()));
    }
    // People of the tier before those above it: their time is what the queue is for.
    found.sort_by_key(|(load, urgent, user)| (user.tier, *load, *urgent));
    Ok(found
        .into_iter()
        .map(|(load, _, user)| {
            let me = if user.login == desk.person().login { " (you)" } else { "" };
            let tier = user.tier.map_or_else(String::new, |tier| format!("tier {tier}  "));
            Entry::new(user.login.clone(), format!("{}  {}{me}", user.login, user.name), format!("{tier}{load} open"))
        })
        .collect())
}
