//! Give tickets to someone: the least busy first; a digit chooses.

use super::choosing::{Choosing, List, Then};
use super::subject::About;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::assign::{Assign, FixOwner};
use crate::domain::command::inbox::{Accept, NewOwner};
use crate::domain::id::AggId;
use crate::domain::refusal::Code;
use crate::domain::role::{Discipline, Rights, Tier};
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
    let rights = tickets.iter().map(|ticket| ticket.required_rights).max().unwrap_or_default();
    let entries = people(tier, &disciplines, rights, owner.as_ref(), desk)?;
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
    let ticket = about.ticket();
    let entries = people(open.proposal.to, &[ticket.discipline], ticket.required_rights, None, desk)?;
    let title = about.titled("Accept and assign");
    let verb = |login| Verb::Accept(Accept { owner: NewOwner::User(login), note: None });
    Ok(list(title, Giving { records: vec![agg], verb: Box::new(verb) }, entries))
}

/// Name the one owner of a record that went back and forth. The reason is filled in.
pub fn fix_owner(agg: AggId, desk: &Desk) -> Result<Choosing<Giving>, Error> {
    let about = About::read(&Subject::one(agg), desk)?;
    let ticket = about.ticket();
    let entries = people(ticket.tier, &[ticket.discipline], ticket.required_rights, None, desk)?;
    let bounces = about.first.case.is.bounces();
    let reason = Reason::new(&format!("went back and forth {bounces} times; one owner from now on"))?;
    let verb = move |owner| Verb::FixOwner(FixOwner { owner, reason: reason.clone() });
    let title = about.titled("One owner for");
    Ok(list(title, Giving { records: vec![agg], verb: Box::new(verb) }, entries))
}

fn list(title: String, giving: Giving, entries: Vec<Entry<Login>>) -> Choosing<Giving> {
    let count = entries.len();
    let picker =
        Picker::new(title, Digits::Choose, entries).hints("1-9 choose   letters narrow   Enter choose   Esc close");
    Choosing::new(giving, picker, count)
}

/// Those who may own such tickets, in the order in which the inbox lists them, but for the one who has them.
fn people(
    tier: Tier,
    disciplines: &[Discipline],
    rights: Rights,
    owner: Option<&Login>,
    desk: &Desk,
) -> Result<Vec<Entry<Login>>, Error> {
    let takers = desk.takers_in(tier, disciplines, rights)?;
    let others = takers.into_iter().filter(|it| Some(&it.user.login) != owner);
    Ok(others
        .map(|it| {
            let me = if it.user.login == desk.person().login { " (you)" } else { "" };
            let tier = it.user.tier.map_or_else(String::new, |tier| format!("tier {tier}  "));
            let rights = if it.rights { "" } else { "lacks rights  " };
            let label = format!("{}  {}{me}", it.user.login, it.user.name);
            Entry::new(it.user.login, label, format!("{rights}{tier}{} open", it.open))
        })
        .collect())
}
