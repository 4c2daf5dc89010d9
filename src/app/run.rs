//! The one way to write: take the turn, read the record, decide, append, commit, say what was done.

use super::tick::{apply_one, system};
use super::{Desk, Error, Receipt, kin};
use crate::domain::change::{Act, Begun, Change};
use crate::domain::command::log::Log;
use crate::domain::command::react::{REACTIONS_MAX, react, reaction};
use crate::domain::command::{self, Case, Lookup, Moment, Verb, link};
use crate::domain::event::{Proof, RowKind};
use crate::domain::fold::Folded;
use crate::domain::id::{AggId, CmdId};
use crate::domain::person::ContactFields;
use crate::domain::policy::Policy;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::User;
use crate::domain::text::{Label, Name};
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;
use crate::store::{Author, Tx, fresh};

/// A record that a command is for, as the person saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    pub agg: AggId,
    /// Revision that was on the screen; refuses `stale_revision` when there is another by now.
    pub rev: Option<u32>,
}

impl From<AggId> for Target {
    fn from(agg: AggId) -> Self {
        Self { agg, rev: None }
    }
}

/// Who a ticket is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requester {
    /// A contact of this desk.
    Known(AggId),
    /// A name, handle or address; someone unknown becomes a contact with it.
    Named(String),
}

/// Who asks for a command and when; the transaction at hand answers its look-ups.
pub(super) struct Asking<'a> {
    pub by: &'a User,
    pub proof: Proof,
    pub policy: &'a Policy,
    pub now: Instant,
    pub cmd: CmdId,
}

impl Asking<'_> {
    pub fn moment<'m>(&'m self, desk: &'m dyn Lookup) -> Moment<'m> {
        let rule = matches!(self.proof, Proof::Timer | Proof::Rule);
        Moment { by: self.by, rule, policy: self.policy, base: self.policy, now: self.now, cmd: self.cmd, desk }
    }

    pub const fn author(&self) -> Author<'_> {
        Author { login: &self.by.login, proof: self.proof, cmd: self.cmd, at: self.now }
    }
}

impl Desk {
    /// One verb on one record.
    pub fn run(&mut self, verb: &Verb, target: impl Into<Target>) -> Result<Receipt, Error> {
        sole(self.run_each(verb, &[target.into()])?)
    }

    /// The same verb on many records: one event each with one command, in one transaction. Those that refuse are
    /// left alone and named; when all refuse nothing is written.
    pub fn run_each(&mut self, verb: &Verb, targets: &[Target]) -> Result<Receipt, Error> {
        self.write(|asking, tx, receipt| {
            for target in targets {
                step(verb, *target, asking, tx, receipt)?;
            }
            Ok(())
        })
    }

    /// Takes the first free record of those given, in their order; goes on when a colleague was faster.
    pub fn take_first(
        &mut self,
        mut next: impl FnMut(&Self, &[AggId]) -> Result<Option<AggId>, Error>,
    ) -> Result<Receipt, Error> {
        let mut lost = Vec::new();
        loop {
            let Some(agg) = next(self, &lost)? else {
                return Err(Code::NotFound.because("there is no free ticket here").into());
            };
            match self.run(&Verb::Take(crate::domain::command::take::Take), agg) {
                Err(Error::Refused(refusal)) if refusal.code == Code::TakenAlready => lost.push(agg),
                other => return other,
            }
        }
    }

    /// Log an incident. The requester becomes a contact of the desk if nobody knows the name yet.
    pub fn log(&mut self, log: &Log, requester: Option<&Requester>) -> Result<Receipt, Error> {
        self.write(|asking, tx, receipt| {
            receipt.act = Act::Log;
            let requester = match requester {
                Some(Requester::Named(text)) => Some(match tx.contact_named(text)? {
                    Some(known) => known.agg,
                    None => add_contact(text, asking, tx)?,
                }),
                Some(Requester::Known(agg)) => Some(*agg),
                None => log.requester,
            };
            let contact = match requester {
                Some(agg) => tx.folded::<ContactFields>(agg)?.fields,
                None => ContactFields::default(),
            };
            let organisation = contact.organisation.or_else(|| log.organisation.clone());
            let log = Log { requester, vip: contact.vip || log.vip, organisation, ..log.clone() };
            log_one(&log, asking, tx, receipt)?;
            Ok(())
        })
    }

    /// Merge duplicates into the record that goes on.
    pub fn merge(&mut self, duplicates: &[AggId], survivor: AggId) -> Result<Receipt, Error> {
        let receipt = self.write(|asking, tx, receipt| merge_all(duplicates, survivor, asking, tx, receipt))?;
        if receipt.records.is_empty() { sole(receipt) } else { Ok(receipt) }
    }

    /// Runs `work` in one transaction under one command. Nothing is kept when it changed nothing.
    ///
    /// Clock, person and policy are read once the turn has come: while this one waited, a colleague may have written
    /// later than now, taken the person off the desk, or put another policy or contract in force.
    pub(super) fn write(
        &mut self,
        work: impl FnOnce(&Asking<'_>, &mut Tx<'_>, &mut Receipt) -> Result<(), Error>,
    ) -> Result<Receipt, Error> {
        let cmd: CmdId = fresh();
        let mut receipt = Receipt::new(cmd);
        let mut tx = self.store.begin_when(&self.clock)?;
        self.person = tx
            .account(&self.person.login)?
            .filter(|user| user.active)
            .ok_or_else(|| Code::NotPermitted.because(format!("{} works at this desk no more", self.person.login)))?;
        self.in_force.follow(&tx)?;
        let now = Instant::from_millis(tx.now_ms());
        let asking = Asking { by: &self.person, proof: self.proof, policy: &self.in_force.policy, now, cmd };
        let worked = work(&asking, &mut tx, &mut receipt);
        // A refusal may stand on what could not be read.
        tx.sound()?;
        worked?;
        kin::on_others(&asking, &mut tx, &mut receipt)?;
        // What it did to others counts too: the record itself may have stood so already.
        if !(receipt.records.is_empty() && receipt.also.is_empty()) {
            tx.commit()?;
        }
        Ok(receipt)
    }
}

/// A receipt of a command for one record: its refusal is the answer.
fn sole(mut receipt: Receipt) -> Result<Receipt, Error> {
    match receipt.skipped.pop() {
        Some((_, refusal)) => Err(refusal.into()),
        None => Ok(receipt),
    }
}

/// A new record inside a transaction.
pub(super) fn log_one(log: &Log, asking: &Asking<'_>, tx: &mut Tx<'_>, receipt: &mut Receipt) -> Result<AggId, Error> {
    let agg: AggId = fresh();
    let change = log.decide(agg, tx.next_number(log.kind)?, tx.home(), &asking.moment(tx))?;
    let folded = tx.append(agg, &Folded::default(), &change, &asking.author())?;
    receipt.records.push((folded.fields.name(), agg));
    react_to(asking.cmd, agg, asking.now, asking.policy, tx)?;
    Ok(agg)
}

/// Duplicates into the record that goes on, which says so in its worklog.
pub(super) fn merge_all(
    duplicates: &[AggId],
    survivor: AggId,
    asking: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    let verb = Verb::Merge(link::Merge { into: survivor });
    for duplicate in duplicates {
        step(&verb, (*duplicate).into(), asking, tx, receipt)?;
    }
    let merged: Vec<_> = receipt.records.iter().filter_map(|(_, agg)| tx.ticket(*agg)).collect();
    if !merged.is_empty() {
        let case = tx.case(survivor)?.ok_or_else(missing)?;
        let told = link::merged_note(&case, &merged)?;
        tx.append(survivor, &case.is, &told, &asking.author())?;
    }
    Ok(())
}

/// One verb on one record inside a transaction: appended, or noted as unchanged or refused.
pub(super) fn step(
    verb: &Verb,
    target: Target,
    asking: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    settle(target.agg, asking, tx)?;
    let case = match tx.case(target.agg)? {
        Some(case) => case,
        None => return Err(no_ticket(target.agg, tx)?.into()),
    };
    let decided = current(&case.name(), case.is.rev, target.rev).and_then(|()| verb.decide(&case, &asking.moment(tx)));
    let mut change = match decided {
        Ok(change) => change,
        Err(refusal) => {
            receipt.skipped.push((case.name(), refusal));
            return Ok(());
        }
    };
    receipt.act = change.act;
    let begun = change.begins.take();
    let wrote = tx.append_difference(case.agg, &case.is, &change, &asking.author())?;
    if let Some(begun) = begun {
        let (name, agg) = begin(*begun, asking, tx)?;
        if change.act == Act::Ask {
            receipt.act = Act::Log;
            receipt.records.push((name, agg));
            return Ok(());
        }
        receipt.also.push((Act::Log, name, agg));
    }
    receipt.tell(wrote, case.name(), target.agg);
    if wrote { react_to(asking.cmd, target.agg, asking.now, asking.policy, tx) } else { Ok(()) }
}

/// Applies the timers of a record that are due, each at its own instant, before anything else happens to it: whoever
/// ticks late leaves the same record as whoever ticks every second.
pub(super) fn settle(agg: AggId, asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<(), Error> {
    let system = system();
    while apply_one(agg, asking.now, &system, asking.policy, tx)?.is_some() {}
    Ok(())
}

/// Lets the rules look at a record after a command on it, until none fires any more.
pub(super) fn react_to(cmd: CmdId, agg: AggId, now: Instant, policy: &Policy, tx: &mut Tx<'_>) -> Result<(), Error> {
    let system = system();
    for n in 0..REACTIONS_MAX {
        let Some(case) = tx.case(agg)? else { return Ok(()) };
        let cmd = reaction(cmd, agg, n);
        let asking = Asking { by: &system, proof: Proof::Timer, policy, now, cmd };
        let Some(change) = react(&case, &asking.moment(tx)) else { return Ok(()) };
        tx.append(agg, &case.is, &change, &asking.author())?;
    }
    Ok(())
}

/// A record that a command on another one brought about, under a number of its own.
pub(super) fn begin(begun: Begun, asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<(String, AggId), Error> {
    let Begun { kind, agg, mut ticket } = begun;
    let agg: AggId = agg.unwrap_or_else(fresh);
    ticket.number = Some(tx.next_number(kind)?);
    ticket.home = Some(tx.home());
    let visit = RowKind::Visit { tier: ticket.tier, discipline: ticket.discipline };
    let (case, contract) = (Case { agg, is: Folded::default() }, ticket.contract.clone());
    let change = Change { next: ticket, ..Change::of(Act::Log, &Ticket::default()) }.row(visit);
    let change = command::follow(&case, change, &asking.moment(tx).under(contract.as_ref()));
    let folded = tx.append(agg, &Folded::default(), &change, &asking.author())?;
    react_to(asking.cmd, agg, asking.now, asking.policy, tx)?;
    Ok((folded.fields.name(), agg))
}

/// Refuses `stale_revision` when the record is another than the one that was on the screen.
pub(super) fn current(name: &str, is: u32, seen: Option<u32>) -> Result<(), Refusal> {
    if seen.is_none_or(|seen| seen == is) {
        return Ok(());
    }
    Err(Code::StaleRevision
        .because(format!("{name} was changed by someone else meanwhile"))
        .hint("look at it again and repeat the command"))
}

/// Why a verb on tickets finds none of that identity.
fn no_ticket(agg: AggId, tx: &Tx<'_>) -> Result<Refusal, Error> {
    let other = |name: String, kind: &str| {
        Code::IllegalTransition
            .because(format!("{name} is a {kind}"))
            .hint(format!("`tierdesk {kind}` has what can be done with it"))
    };
    if let Some(case) = tx.problem_case(agg)? {
        return Ok(other(case.problem().name(), "problem"));
    }
    let change = tx.change_case(agg)?;
    Ok(change.map_or_else(missing, |case| other(case.change().name(), "change")))
}

fn missing() -> Refusal {
    Code::NotFound.because("the record does not exist")
}

/// A new contact from what was typed: an address, a short name or a full name.
fn add_contact(text: &str, asking: &Asking<'_>, tx: &mut Tx<'_>) -> Result<AggId, Error> {
    let agg: AggId = fresh();
    let label = Label::new(text)?;
    let mut fields = ContactFields { name: Name::new(text)?, ..ContactFields::default() };
    if text.contains('@') {
        fields.email = Some(label);
    } else if !text.contains(' ') {
        fields.handle = Some(label);
    }
    let change = Change { next: fields, ..Change::of(Act::SetContact, &ContactFields::default()) };
    tx.append(agg, &Folded::default(), &change, &asking.author())?;
    Ok(agg)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Identity;
    use crate::domain::command::edit::Tagging;
    use crate::domain::command::escalate::{Escalate, Target as To, Why};
    use crate::domain::command::inbox::{Accept, NewOwner};
    use crate::domain::command::note::AddNote;
    use crate::domain::command::take::Take;
    use crate::domain::escalation::Item;
    use crate::domain::incident::{State, Visibility};
    use crate::domain::number::SiteCode;
    use crate::domain::role::{Discipline, Rights, Role, Tier};
    use crate::domain::text::{Finding, Login, Note, Tag, Title};
    use crate::domain::ticket::Answer;
    use crate::store::New;

    fn desk() -> (tempfile::TempDir, Desk) {
        let dir = tempfile::tempdir().unwrap();
        let identity = Identity { account: Login::new("ann").unwrap(), acting_as: None };
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let tick = std::cell::Cell::new(1_790_000_000_000);
        let clock = Box::new(move || {
            tick.set(tick.get() + 1_000);
            tick.get()
        });
        let mut desk = Desk::create(&dir.path().join("desk.db"), &new, None, &identity, clock).unwrap();
        let carla = User {
            login: Login::new("carla").unwrap(),
            name: Name::new("Carla").unwrap(),
            roles: [Role::Technician].into(),
            tier: Tier::new(2),
            disciplines: [Discipline::Software].into(),
            rights: Rights::ServerAdmin,
            active: true,
        };
        desk.set_user(&carla).unwrap();
        (dir, desk)
    }

    #[test]
    fn a_ticket_goes_from_a_call_to_the_next_tier_and_the_store_agrees() {
        let (_dir, mut desk) = desk();
        let call = Log::titled(Title::new("VPN drops").unwrap());
        let receipt = desk.log(&call, Some(&Requester::Named("j.smith".into()))).unwrap();
        assert_eq!(receipt.sentence(), "logged INC-1");
        let agg = desk.find_text("inc-001").unwrap();
        desk.run(&Verb::Take(Take), agg).unwrap();
        let note = AddNote { text: Note::new("please restart the client").unwrap(), vis: Visibility::Requester };
        desk.run(&Verb::Note(note), agg).unwrap();
        let said = |item| (item, Some(Answer::done(Finding::new("as the caller said").unwrap())));
        let escalate = Escalate {
            to: To::Tier(Tier::Two),
            why: Some(Why::Skill),
            reason: None,
            triggers: vec![],
            answers: [Item::H1, Item::H8, Item::H10].map(said).into(),
            wish: None,
        };
        desk.run(&Verb::Escalate(escalate), agg).unwrap();
        desk.act_as(&Login::new("carla").unwrap()).unwrap();
        let accepted = desk.run(&Verb::Accept(Accept { owner: NewOwner::Me, note: None }), agg).unwrap();
        let view = desk.record(agg).unwrap();
        assert_eq!((view.case.ticket().tier, view.case.ticket().state), (Tier::Two, State::Assigned));
        assert_eq!(view.worklog.len(), 1);
        assert_eq!(desk.store().badges(Tier::Two, &desk.person().login).unwrap().mine, 1);
        assert_eq!(desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
        desk.undo(Some(accepted.cmd)).unwrap();
        assert_eq!(desk.record(agg).unwrap().case.ticket().tier, Tier::One);
        assert_eq!(desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
        crate::store::rebuild::rebuild(desk.store_mut(), |_| {}).unwrap();
        assert_eq!(desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
    }

    #[test]
    fn a_vip_is_still_one_after_the_next_note() {
        let (_dir, mut desk) = desk();
        let call = Log { vip: true, ..Log::titled(Title::new("no mail").unwrap()) };
        desk.log(&call, Some(&Requester::Named("boss".into()))).unwrap();
        let agg = desk.find_text("INC-1").unwrap();
        desk.run(&Verb::Take(Take), agg).unwrap();
        assert!(desk.record(agg).unwrap().case.ticket().vip);
        assert_eq!(desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
    }

    /// A second session of the same person on the same store, which has not looked since.
    fn beside(dir: &tempfile::TempDir, who: &str) -> Desk {
        let identity = Identity { account: Login::new("ann").unwrap(), acting_as: None };
        let clock = Box::new(|| 1_790_000_100_000);
        let mut desk = Desk::open(&dir.path().join("desk.db"), &identity, clock).unwrap();
        desk.act_as(&Login::new(who).unwrap()).unwrap();
        desk
    }

    #[test]
    fn someone_taken_off_the_desk_meanwhile_writes_nothing() {
        let (dir, mut desk) = desk();
        let mut carlas = beside(&dir, "carla");
        let carla = User { active: false, ..carlas.person().clone() };
        desk.set_user(&carla).unwrap();
        let call = Log::titled(Title::new("VPN drops").unwrap());
        let refused = carlas.log(&call, Some(&Requester::Named("x".into()))).unwrap_err();
        assert_eq!(refused.to_string(), "carla works at this desk no more");
        assert!(desk.find_text("INC-1").is_err());
    }

    #[test]
    fn a_command_follows_the_policy_and_the_roles_of_its_own_moment() {
        let (dir, mut desk) = desk();
        let mut others = beside(&dir, "ann");
        let changed =
            desk.policy().text().replace("escalation.review = \"receiver\"", "escalation.review = \"supervisor\"");
        assert_ne!(changed, desk.policy().text());
        desk.set_policy(Policy::parse(&changed, "test").unwrap()).unwrap();
        others.log(&Log::titled(Title::new("one").unwrap()), Some(&Requester::Named("x".into()))).unwrap();
        assert_eq!(others.policy().text(), desk.policy().text());
        let boss = Login::new("boss").unwrap();
        desk.set_user(&crate::app::people::all_round(&boss).unwrap()).unwrap();
        let plain = User { roles: [Role::Technician].into(), ..desk.person().clone() };
        desk.set_user(&plain).unwrap();
        assert_eq!(others.set_user(&plain).unwrap_err().code(), "not_permitted");
    }

    #[test]
    fn two_calls_of_one_new_requester_make_one_contact() {
        let (dir, mut desk) = desk();
        let mut others = beside(&dir, "ann");
        for (desk, title) in [(&mut desk, "one"), (&mut others, "two")] {
            desk.log(&Log::titled(Title::new(title).unwrap()), Some(&Requester::Named("J.Smith".into()))).unwrap();
        }
        let requester = |name| {
            let agg = desk.find_text(name).unwrap();
            desk.record(agg).unwrap().case.ticket().requester
        };
        assert_eq!(requester("INC-1"), requester("INC-2"));
    }

    #[test]
    fn a_tag_that_was_there_already_is_nothing_to_change_and_nothing_to_undo() {
        let (_dir, mut desk) = desk();
        for title in ["one", "two"] {
            desk.log(&Log::titled(Title::new(title).unwrap()), Some(&Requester::Named("x".into()))).unwrap();
        }
        let [one, two] = ["INC-1", "INC-2"].map(|name| desk.find_text(name).unwrap());
        let tag = Verb::Tag(Tagging { add: vec![Tag::new("vpn").unwrap()], remove: vec![] });
        assert_eq!(desk.run(&tag, one).unwrap().sentence(), "tagged INC-1");
        let before = desk.last_command().unwrap();
        let again = desk.run(&tag, one).unwrap();
        assert_eq!((again.sentence(), again.records.len()), ("nothing to change on INC-1".to_owned(), 0));
        assert_eq!(desk.last_command().unwrap(), before);
        let both = desk.run_each(&tag, &[one.into(), two.into()]).unwrap();
        assert_eq!(both.sentence(), "tagged INC-2, nothing to change on INC-1");
        assert_eq!(desk.last_command().unwrap(), Some(both.cmd));
    }

    #[test]
    fn what_was_seen_before_another_wrote_is_stale() {
        let (_dir, mut desk) = desk();
        desk.log(&Log::titled(Title::new("one").unwrap()), Some(&Requester::Named("x".into()))).unwrap();
        let agg = desk.find_text("INC-1").unwrap();
        let stale = Target { agg, rev: Some(7) };
        assert_eq!(desk.run(&Verb::Take(Take), stale).unwrap_err().code(), "stale_revision");
    }
}
