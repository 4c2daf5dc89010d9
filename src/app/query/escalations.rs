//! The inbox of a tier: what waits for a decision, what was put off, decided and sent; how complete each hand-off is
//! and who could take it.

use serde_json::Value;

use crate::app::{Desk, Error};
use crate::domain::escalation::{Escalation, EscalationState, Item};
use crate::domain::field::Wire;
use crate::domain::filter::day::Day;
use crate::domain::incident::Subcategory;
use crate::domain::role::{Discipline, Role, Tier, User};
use crate::domain::ticket::{Answer, Answered};
use crate::domain::time::{Instant, Secs};
use crate::store::queue::{EscalationRow, Inbox, InboxCounts, TicketRow};

/// Words that a hand-off needs, without its ask, to tell the receiver anything.
const NOTE_WORDS: usize = 10;
/// How long a returned proposal is shown.
const RETURNED: Secs = Secs::days(7);
/// Most lines of a tab.
const LINES: u32 = 500;

/// A tab of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InboxTab {
    /// Waits for a decision; for supervisors also what is to be reviewed.
    Inbox,
    /// Put off until later.
    Deferred,
    /// Accepted today.
    Accepted,
    /// Sent back to the person's tiers in the last seven days.
    Returned,
    /// Proposed by the person, newest first.
    Sent,
}

impl InboxTab {
    pub const ALL: [Self; 5] = [Self::Inbox, Self::Deferred, Self::Accepted, Self::Returned, Self::Sent];

    /// Its number; for *Inbox* with what waits for a review.
    pub const fn count(self, counts: &InboxCounts) -> i64 {
        match self {
            Self::Inbox => counts.waiting + counts.review,
            Self::Deferred => counts.deferred,
            Self::Accepted => counts.accepted,
            Self::Returned => counts.returned,
            Self::Sent => counts.sent,
        }
    }
}

/// A line of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxRow {
    pub ticket: TicketRow,
    pub escalation: Escalation,
    pub machine: Option<String>,
    pub site: Option<String>,
    pub check: Check,
    /// Moved at once, or a call for attention: to be reviewed, not accepted.
    pub review: bool,
    discipline: Discipline,
}

/// What a hand-off should have; a help for whoever decides, never a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Words of the hand-off without its ask.
    pub words: usize,
    pub category: bool,
    pub machine: bool,
    pub ask: bool,
}

impl Check {
    /// Of how many things.
    pub const OF: usize = 4;

    pub const fn note(&self) -> bool {
        self.words >= NOTE_WORDS
    }

    /// How many of them are there.
    pub fn met(&self) -> usize {
        [self.note(), self.category, self.machine, self.ask].into_iter().filter(|met| *met).count()
    }

    fn of(row: &EscalationRow) -> Self {
        let mut words = 0;
        let mut ask = false;
        for (item, text) in &row.escalation.proposal.snapshot {
            let Some(answer) = Answer::from_value(&Value::from(text.as_str())) else { continue };
            let Some(finding) = answer.finding else { continue };
            if *item == Item::H10 {
                ask = answer.answered == Answered::Done;
            } else {
                words += finding.as_str().split_whitespace().count();
            }
        }
        let category = row.ticket.subcategory != Subcategory::Unknown;
        Self { words, category, machine: row.machine.is_some(), ask }
    }
}

/// Someone who may own a record in a tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taker {
    pub user: User,
    /// Open tickets that the person has.
    pub open: i64,
    /// Of those, the ones of priority 1 and 2.
    pub urgent: i64,
}

impl Desk {
    /// The lines of a tab in the order in which they should be looked at.
    pub fn inbox(&self, tab: InboxTab) -> Result<Vec<InboxRow>, Error> {
        let now = self.now();
        let tiers = self.inbox_tiers();
        let rows = match tab {
            InboxTab::Inbox => self.inbox_rows(LINES)?,
            InboxTab::Deferred => self.waiting(&tiers, LINES, |row| deferred(row, now))?,
            InboxTab::Accepted => self.decided(self.today(now), |row| {
                row.escalation.state == EscalationState::Accepted && tiers.contains(&row.escalation.proposal.to)
            })?,
            InboxTab::Returned => self.decided(now - RETURNED, |row| {
                matches!(row.escalation.state, EscalationState::Returned | EscalationState::HandedBack)
                    && tiers.contains(&row.escalation.proposal.from)
            })?,
            InboxTab::Sent => self.store().inbox(&Inbox::SentBy(self.person().login.clone()), LINES)?,
        };
        Ok(rows.into_iter().map(InboxRow::from).collect())
    }

    /// What waits for this person to decide, at most `limit` lines: to be reviewed first, then the longest waiting.
    pub fn inbox_rows(&self, limit: u32) -> Result<Vec<EscalationRow>, Error> {
        let now = self.now();
        let mut rows = if self.reviews() { self.store().inbox(&Inbox::Review, limit)? } else { Vec::new() };
        // What a rule moved at once comes before calls for attention.
        rows.sort_by_key(|row| !is_move(row));
        rows.extend(self.waiting(&self.inbox_tiers(), limit, |row| !deferred(row, now))?);
        rows.truncate(limit as usize);
        Ok(rows)
    }

    /// Proposals to these tiers that nobody has decided, put off or not: the longest waiting first, whichever tier
    /// they go to.
    pub fn waiting_for(&self, tiers: &[Tier], limit: u32) -> Result<Vec<EscalationRow>, Error> {
        self.waiting(tiers, limit, |_| true)
    }

    /// Numbers for the tabs, and for the bar at the top.
    pub fn inbox_counts(&self) -> Result<InboxCounts, Error> {
        let now = self.now();
        let me = &self.person().login;
        let mut counts = self.store().inbox_counts(&self.inbox_tiers(), me, now, self.today(now), now - RETURNED)?;
        if !self.reviews() {
            counts.review = 0;
        }
        Ok(counts)
    }

    /// Who may own the record in the receiving tier, the least loaded first.
    pub fn takers(&self, row: &InboxRow) -> Result<Vec<Taker>, Error> {
        let to = row.escalation.proposal.to;
        let mut takers = Vec::new();
        for user in self.store().users()?.into_iter().filter(|user| user.may_own(to, row.discipline)) {
            let (open, urgent) = (self.store().load_of(&user.login)?, self.store().urgent_load_of(&user.login)?);
            takers.push(Taker { user, open, urgent });
        }
        // People of the tier before those above it: their time is what its work is for.
        let rank = |taker: &Taker| (taker.user.tier, taker.open, taker.urgent, taker.user.login.clone());
        takers.sort_by_key(rank);
        Ok(takers)
    }

    /// Supervisors look at every tier.
    fn inbox_tiers(&self) -> Vec<Tier> {
        if self.reviews() { Tier::ALL.to_vec() } else { self.my_tiers() }
    }

    fn reviews(&self) -> bool {
        self.person().is(Role::Supervisor)
    }

    fn waiting(
        &self,
        tiers: &[Tier],
        limit: u32,
        fits: impl Fn(&EscalationRow) -> bool,
    ) -> Result<Vec<EscalationRow>, Error> {
        let mut rows = self.store().inbox(&Inbox::Waiting(tiers.to_vec()), limit)?;
        rows.retain(fits);
        rows.sort_by_key(|row| row.escalation.proposed_at);
        rows.truncate(limit as usize);
        Ok(rows)
    }

    fn decided(&self, since: Instant, fits: impl Fn(&EscalationRow) -> bool) -> Result<Vec<EscalationRow>, Error> {
        let mut rows = self.store().inbox(&Inbox::Decided(since), LINES)?;
        rows.retain(fits);
        Ok(rows)
    }

    /// When the day began where the desk is.
    fn today(&self, now: Instant) -> Instant {
        Day::Today.resolve(now, &self.policy().zone).0
    }
}

fn deferred(row: &EscalationRow, now: Instant) -> bool {
    row.escalation.deferred_until.is_some_and(|until| until > now)
}

fn is_move(row: &EscalationRow) -> bool {
    row.escalation.proposal.from != row.escalation.proposal.to
}

impl From<EscalationRow> for InboxRow {
    fn from(row: EscalationRow) -> Self {
        let check = Check::of(&row);
        let review = row.escalation.proposal.post_review && row.escalation.reviewed_at.is_none();
        let EscalationRow { ticket, escalation, discipline, machine, site } = row;
        Self { ticket, escalation, machine, site, check, review, discipline }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Identity;
    use crate::app::run::Requester;
    use crate::domain::command::Verb;
    use crate::domain::command::escalate::{Escalate, Target, Why};
    use crate::domain::command::inbox::{Accept, Defer, NewOwner, Return};
    use crate::domain::command::log::Log;
    use crate::domain::escalation::ReturnCode;
    use crate::domain::id::AggId;
    use crate::domain::number::SiteCode;
    use crate::domain::role::Rights;
    use crate::domain::text::{Finding, Label, Login, Name, Reason, Title};
    use crate::store::New;

    fn login(text: &str) -> Login {
        Login::new(text).unwrap()
    }

    /// ann supervises; bob works in tier 1, carla and dmitri in tier 2.
    fn desk() -> (tempfile::TempDir, Desk) {
        let folder = tempfile::tempdir().unwrap();
        let identity = Identity { account: login("ann"), acting_as: None };
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let tick = std::cell::Cell::new(1_790_000_000_000);
        let clock = Box::new(move || {
            tick.set(tick.get() + 1_000);
            tick.get()
        });
        let mut desk = Desk::create(&folder.path().join("desk.db"), &new, None, &identity, clock).unwrap();
        for (name, tier) in [("bob", Tier::One), ("carla", Tier::Two), ("dmitri", Tier::Two)] {
            let user = User {
                login: login(name),
                name: Name::new(name).unwrap(),
                roles: [Role::Technician].into(),
                tier: Some(tier),
                disciplines: [Discipline::Software].into(),
                rights: Rights::LocalAdmin,
                active: true,
            };
            desk.set_user(&user).unwrap();
        }
        (folder, desk)
    }

    /// Logs a ticket as bob and hands it to tier 2.
    fn hand_over(desk: &mut Desk, call: &Log, found: &str) -> AggId {
        desk.act_as(&login("bob")).unwrap();
        let receipt = desk.log(call, Some(&Requester::Named("j.smith".into()))).unwrap();
        let agg = receipt.records[0].1;
        let said = |item, text: &str| (item, Some(Answer::done(Finding::new(text).unwrap())));
        let escalate = Escalate {
            to: Target::Tier(Tier::Two),
            why: Some(Why::Skill),
            reason: None,
            triggers: vec![],
            answers: vec![said(Item::H1, found), said(Item::H8, "restarted it"), said(Item::H10, "roll it back")],
            wish: None,
        };
        desk.run(&Verb::Escalate(escalate), agg).unwrap();
        agg
    }

    fn call(title: &str) -> Log {
        Log::titled(Title::new(title).unwrap())
    }

    fn names(desk: &Desk, tab: InboxTab) -> Vec<String> {
        desk.inbox(tab).unwrap().into_iter().map(|row| row.ticket.name).collect()
    }

    #[test]
    fn a_proposal_goes_through_the_tabs_of_both_tiers() {
        let (_folder, mut desk) = desk();
        let aggs: Vec<_> = (1..=4).map(|n| hand_over(&mut desk, &call(&format!("vpn {n}")), "it drops")).collect();
        assert_eq!(names(&desk, InboxTab::Inbox), [""; 0], "nothing waits for tier 1");
        assert_eq!(names(&desk, InboxTab::Sent), ["INC-4", "INC-3", "INC-2", "INC-1"]);
        desk.act_as(&login("carla")).unwrap();
        assert_eq!(names(&desk, InboxTab::Inbox), ["INC-1", "INC-2", "INC-3", "INC-4"]);
        desk.run(&Verb::Accept(Accept { owner: NewOwner::Me, note: None }), aggs[0]).unwrap();
        let back = Return { code: ReturnCode::WithinTierRights, note: Reason::new("please restart it once").unwrap() };
        desk.run(&Verb::Return(back), aggs[1]).unwrap();
        desk.run(&Verb::Defer(Defer { until: desk.now() + Secs::HOUR, note: None }), aggs[2]).unwrap();
        assert_eq!(names(&desk, InboxTab::Inbox), ["INC-4"]);
        assert_eq!(names(&desk, InboxTab::Deferred), ["INC-3"]);
        assert_eq!(names(&desk, InboxTab::Accepted), ["INC-1"]);
        assert_eq!(names(&desk, InboxTab::Returned), [""; 0]);
        for who in ["bob", "carla", "ann"] {
            desk.act_as(&login(who)).unwrap();
            let counts = desk.inbox_counts().unwrap();
            for tab in [InboxTab::Inbox, InboxTab::Deferred, InboxTab::Accepted, InboxTab::Returned] {
                assert_eq!(tab.count(&counts), names(&desk, tab).len() as i64, "{who}: {tab:?}");
            }
        }
        assert_eq!(names(&desk, InboxTab::Returned), ["INC-2"], "a supervisor looks at every tier");
        assert_eq!(names(&desk, InboxTab::Inbox), ["INC-4"]);
    }

    #[test]
    fn a_call_for_attention_is_reviewed_by_supervisors_and_by_nobody_else() {
        let (_folder, mut desk) = desk();
        hand_over(&mut desk, &call("vpn"), "it drops");
        let agg = desk.log(&call("erp"), Some(&Requester::Named("k.osei".into()))).unwrap().records[0].1;
        let said = |item| (item, Some(Answer::done(Finding::new("nobody can work").unwrap())));
        let attention = Escalate {
            to: Target::Attention,
            why: Some(Why::Other),
            reason: None,
            triggers: vec![],
            answers: [Item::H1, Item::H7, Item::H9, Item::H10].map(said).into(),
            wish: None,
        };
        desk.run(&Verb::Escalate(attention), agg).unwrap();
        desk.act_as(&login("carla")).unwrap();
        assert_eq!(names(&desk, InboxTab::Inbox), ["INC-1"]);
        desk.act_as(&login("ann")).unwrap();
        assert_eq!(names(&desk, InboxTab::Inbox), ["INC-2", "INC-1"]);
        assert_eq!(InboxTab::Inbox.count(&desk.inbox_counts().unwrap()), 2);
    }

    #[test]
    fn what_waits_too_long_is_counted_and_what_was_put_off_is_not() {
        let (_folder, mut desk) = desk();
        hand_over(&mut desk, &call("vpn"), "it drops");
        desk.act_as(&login("carla")).unwrap();
        let due = desk.inbox(InboxTab::Inbox).unwrap()[0].escalation.proposal.review_due.unwrap();
        let late = |at: Instant, desk: &Desk| {
            let me = login("carla");
            desk.store().inbox_counts(&[Tier::Two], &me, at, at, at).unwrap().late
        };
        assert_eq!((late(due, &desk), late(due + Secs::HOUR, &desk)), (0, 1));
        let agg = desk.inbox(InboxTab::Inbox).unwrap()[0].ticket.agg;
        desk.run(&Verb::Defer(Defer { until: desk.now() + Secs::days(2), note: None }), agg).unwrap();
        assert_eq!(late(due + Secs::HOUR, &desk), 0);
    }

    #[test]
    fn a_line_says_how_complete_its_hand_off_is() {
        let (_folder, mut desk) = desk();
        let full = Log {
            subcategory: Subcategory::Crash,
            endpoints: vec![Label::new("LAP-0517").unwrap()],
            ..call("vpn drops")
        };
        hand_over(&mut desk, &full, "the client closes every twenty minutes on the wireless network");
        hand_over(&mut desk, &call("mfa"), "no token");
        desk.act_as(&login("carla")).unwrap();
        let rows = desk.inbox(InboxTab::Inbox).unwrap();
        assert_eq!(rows[0].check.met(), Check::OF);
        assert_eq!(rows[0].machine.as_deref(), Some("LAP-0517"));
        assert_eq!(rows[1].check, Check { words: 4, category: false, machine: false, ask: true });
        assert_eq!(rows[1].check.met(), 1);
    }

    #[test]
    fn those_who_can_take_it_are_offered_by_tier_and_load() {
        let (_folder, mut desk) = desk();
        let agg = hand_over(&mut desk, &call("vpn"), "it drops");
        hand_over(&mut desk, &call("lan"), "it drops");
        desk.act_as(&login("carla")).unwrap();
        desk.run(&Verb::Accept(Accept { owner: NewOwner::Me, note: None }), agg).unwrap();
        let row = desk.inbox(InboxTab::Inbox).unwrap().remove(0);
        let takers = desk.takers(&row).unwrap();
        let takers: Vec<_> = takers.iter().map(|it| (it.user.login.as_str(), it.open)).collect();
        assert_eq!(takers, [("dmitri", 0), ("carla", 1), ("ann", 0)], "ann is tier 3, bob works in tier 1 only");
    }
}
