//! The course of a ticket of another system as changes of ours: one change for what one person did at one instant.
//!
//! These are facts of the past, so no guard is asked; but what follows from a step here follows too: counters, visits,
//! times of the first answer and of the end.

use crate::domain::change::{Act, Change};
use crate::domain::clock::Timetables;
use crate::domain::clock::course::{Turn, marks, steps};
use crate::domain::clock::kept::{self as clock, Clocks};
use crate::domain::command::{next_crossing, own};
use crate::domain::event::{Entry, RowKind};
use crate::domain::fold::Folded;
use crate::domain::id::{AggId, StoreId};
use crate::domain::incident::{Pending, Source, State, Symptom, Visibility};
use crate::domain::number::{Kind, Number};
use crate::domain::policy::{PendingRule, Policy};
use crate::domain::priority::{Impact, Priority, Urgency};
use crate::domain::text::{Label, Login, Name, Reason, cut};
use crate::domain::ticket::Ticket;
use crate::domain::time::{Instant, Secs};
use crate::domain::trigger::kept::Step as Fired;
use crate::domain::trigger::{Action, Judged, fires, judge};
use crate::exchange::incoming::{Incoming, Requester, Step, What};

use super::fit::{TEXT_MAX, weight};

/// Most steps that become one event: each may add a row, and an event has room for 64.
const STEPS_MAX: usize = 40;
/// Longest reason of an event, in characters.
const WORDS_MAX: usize = 500;
/// Wait of a reason whose follow-up the policy leaves to a plan that is not told.
const PLANNED: Secs = Secs::days(7);

/// Whoever did what nobody is told to have done.
pub(super) fn nobody() -> Login {
    Login::new("import").expect("a short word")
}

/// A person in their words as an account: in one piece, so that it can be typed in a filter.
pub(super) fn login(name: &Name) -> Login {
    let joined = name.as_str().split_whitespace().collect::<Vec<_>>().join("_");
    Login::fitted(&joined).unwrap_or_else(|_| nobody())
}

/// What one person did at one instant.
pub(super) struct Deed<'a> {
    pub at: Instant,
    pub actor: Login,
    pub steps: &'a [Step],
}

/// The deeds of a ticket in their order. The first is its logging, with what the same person did in the same call.
pub(super) fn deeds(ticket: &Incoming) -> Vec<Deed<'_>> {
    let mut deeds = vec![Deed {
        at: ticket.logged_at,
        actor: ticket.logged_by.as_ref().map_or_else(nobody, login),
        steps: &ticket.history[..0],
    }];
    let mut room = TEXT_MAX.saturating_sub(ticket.description.as_ref().map_or(0, |text| weight(text.as_str())));
    let mut begin = 0;
    for (n, step) in ticket.history.iter().enumerate() {
        let actor = step.actor.as_ref().map_or_else(nobody, login);
        let size = size(step);
        let last = deeds.last_mut().expect("it begins with one");
        if step.at == last.at && actor == last.actor && last.steps.len() < STEPS_MAX && size <= room {
            last.steps = &ticket.history[begin..=n];
            room -= size;
        } else {
            begin = n;
            room = TEXT_MAX.saturating_sub(size);
            deeds.push(Deed { at: step.at, actor, steps: &ticket.history[n..=n] });
        }
    }
    deeds
}

fn size(step: &Step) -> usize {
    match &step.what {
        What::Note { text, .. } => weight(text.as_str()),
        What::Resolution { note, .. } => weight(note.as_str()),
        _ => 0,
    }
}

/// What this desk gives a new ticket.
pub(super) struct Given {
    pub number: Number,
    pub home: StoreId,
    pub requester: Option<AggId>,
    pub vip: bool,
    pub contract: Option<Label>,
    pub imported_from: Label,
}

/// Goes through the deeds of one ticket.
pub(super) struct Course<'a> {
    ticket: &'a Incoming,
    policy: &'a Policy,
    /// The present, which decides whether a wait is still going on.
    now: Instant,
    /// The priority that the other system told, as far as the deeds have come.
    told: Option<Priority>,
}

impl<'a> Course<'a> {
    pub(super) fn new(ticket: &'a Incoming, policy: &'a Policy, now: Instant) -> Self {
        Self { ticket, policy, now, told: ticket.priority }
    }

    /// The ticket as it was logged, and what was done in the same call.
    pub(super) fn begin(&mut self, given: Given, deed: &Deed<'_>) -> Change {
        let mut change = Change::of(Act::Import, &self.logged(given, deed));
        change.rows.push(RowKind::Visit { tier: change.next.tier, discipline: change.next.discipline });
        let ticket = self.ticket;
        let mut words: Vec<String> = ticket.team.iter().map(|team| format!("team {team}")).collect();
        words.extend(ticket.category_told.iter().map(|told| format!("category there: {told}")));
        self.follow(change, words, deed)
    }

    /// What a deed changes.
    pub(super) fn go_on(&mut self, before: &Ticket, deed: &Deed<'_>) -> Change {
        self.follow(Change::of(Act::Import, before), Vec::new(), deed)
    }

    /// What a deed, and the time up to it, did to the clocks. After the last one, the time up to the present too: it
    /// is remembered what ran out in the past, and rules begin to watch from now on.
    pub(super) fn clocks(
        &self,
        before: &Folded<Ticket>,
        mut change: Change,
        (deed, last): (&Deed<'_>, bool),
        tables: &dyn Timetables,
    ) -> Change {
        let was = before.created.then_some(&before.fields);
        let mut clocks = before.clocks.clone();
        let take = |steps: Vec<clock::Step>, change: &mut Change, clocks: &mut Clocks| {
            for step in steps {
                clocks.take(&step, deed.at);
                change.rows.push(RowKind::Clock(Box::new(step)));
            }
        };
        take(marks(&clocks, deed.at, tables), &mut change, &mut clocks);
        let next = change.next.clone();
        let policy = self.policy.under(next.contract.as_ref(), deed.at);
        let turn = Turn {
            was,
            is: &next,
            moved: was.is_some() && change.rows.iter().any(|row| matches!(row, RowKind::Visit { .. })),
            told: next.last_public_at.is_some() && next.last_public_at != was.and_then(|was| was.last_public_at),
            policy,
            now: deed.at,
            anew: false,
        };
        take(steps(&turn, &clocks, tables), &mut change, &mut clocks);
        if last {
            take(marks(&clocks, self.now, tables), &mut change, &mut clocks);
            self.begin_to_watch(before, &mut change, (deed, policy), tables);
        }
        change
    }

    /// What the rules would have said of the past is latched without acting; from now on they act.
    fn begin_to_watch(
        &self,
        before: &Folded<Ticket>,
        change: &mut Change,
        (deed, policy): (&Deed<'_>, &Policy),
        tables: &dyn Timetables,
    ) {
        let is = before.after(change, &deed.actor, deed.at);
        let judged = judge(&is.fields, &own(&is, self.now, tables), policy);
        for judged in fires(&judged, is.latches.all(), is.visits) {
            let quiet = Judged { actions: &[Action::Suggest], to: None, ..judged };
            change.rows.push(RowKind::Trigger(Box::new(Fired::fire(&quiet, is.visits))));
        }
        let is = before.after(change, &deed.actor, deed.at);
        let crossing = next_crossing(&is, policy, self.now, tables);
        let at = is.clocks.alarm().into_iter().chain(crossing).min();
        let at = at.filter(|at| *at > self.now && is.fields.state.open());
        if at != before.watch_at {
            change.rows.push(RowKind::Watch { at });
        }
    }

    /// Passes by a deed that is known here already.
    pub(super) fn skip(&mut self, deed: &Deed<'_>) {
        for step in deed.steps {
            if let What::Priority(priority) = step.what {
                self.told = Some(priority);
            }
        }
    }

    fn logged(&self, given: Given, deed: &Deed<'_>) -> Ticket {
        let it = self.ticket;
        let mut ticket = Ticket {
            number: Some(given.number),
            home: Some(given.home),
            title: it.title.clone(),
            description: it.description.clone(),
            state_since: it.logged_at,
            tier: it.tier,
            category: it.category,
            subcategory: it.subcategory,
            impact: it.impact.unwrap_or(Impact::Low),
            urgency: it.urgency.unwrap_or(Urgency::Medium),
            work_mode: it.work_mode,
            source: it.channel.unwrap_or(Source::PortalImport),
            requester: given.requester,
            vip: given.vip,
            contract: given.contract,
            affected_users: 1,
            affected_endpoints: it.machines.len() as i64,
            symptom: Some(Symptom::Other),
            opened_at: it.opened_at,
            logged_at: it.logged_at,
            logged_by: it.logged_by.as_ref().map(login),
            imported_from: Some(given.imported_from),
            tags: it.tags.clone(),
            endpoints: it.machines.clone(),
            software_items: it.affected.clone(),
            ..Ticket::default()
        };
        if let Some(owner) = &it.assignee {
            ticket.state = State::Assigned;
            assign(&mut ticket, Some(login(owner)), deed);
        }
        ticket
    }

    fn follow(&mut self, mut change: Change, mut words: Vec<String>, deed: &Deed<'_>) -> Change {
        for step in deed.steps {
            self.step(&mut change, &mut words, step, deed);
        }
        let given = deed.steps.iter().any(|step| matches!(step.what, What::Assign(Some(_))));
        settle_owner(&mut change.next, given);
        self.prioritise(&mut change.next, deed.at);
        if !words.is_empty() {
            change.reason = Some(cut(&words.join("; "), WORDS_MAX));
        }
        change
    }

    fn step(&mut self, change: &mut Change, words: &mut Vec<String>, step: &Step, deed: &Deed<'_>) {
        let next = &mut change.next;
        match &step.what {
            What::State { state, pending, until } => self.enter(next, *state, (*pending, *until), deed),
            What::Assign(to) => assign(next, to.as_ref().map(login), deed),
            What::Tier(tier) => {
                if *tier != next.tier {
                    next.tier = *tier;
                    next.tier_moves += 1;
                    change.rows.push(RowKind::Visit { tier: *tier, discipline: change.next.discipline });
                }
            }
            What::Team(team) => words.push(format!("team {team}")),
            What::Note { visibility, text } => {
                let asked = |it: &Requester| step.actor.as_ref() == Some(&it.name);
                if *visibility == Visibility::Requester && !self.ticket.requester.as_ref().is_some_and(asked) {
                    next.responded_at.get_or_insert(deed.at);
                    next.last_public_at = Some(deed.at);
                }
                change.rows.push(RowKind::Worklog(Entry { vis: *visibility, text: text.as_str().to_owned() }));
            }
            What::Impact(impact) => next.impact = *impact,
            What::Urgency(urgency) => next.urgency = *urgency,
            What::Priority(priority) => self.told = Some(*priority),
            What::Category { category, subcategory, told } => {
                (next.category, next.subcategory) = (*category, *subcategory);
                words.extend(told.iter().map(|told| format!("category there: {told}")));
            }
            What::Resolution { code, note } => {
                (next.resolution_code, next.resolution_note) = (Some(*code), Some(note.clone()));
            }
        }
    }

    fn enter(&self, next: &mut Ticket, state: State, wait: (Option<Pending>, Option<Instant>), deed: &Deed<'_>) {
        let was = std::mem::replace(&mut next.state, state);
        if was != state || state == State::Pending {
            next.state_since = deed.at;
        }
        if state.open() {
            next.reopen_count += i64::from(!was.open());
            reopen(next);
        }
        (next.pending_reason, next.follow_up_at, next.woke) = (None, None, false);
        match state {
            State::Queued | State::Assigned => return,
            // No other desk tells of tasks or requests: an incident never stands so.
            state if !state.is_of(Kind::Incident) => return,
            State::InProgress => {}
            State::Pending => {
                next.pending_count += i64::from(was == State::Pending);
                let (reason, until) = wait;
                next.pending_reason = reason;
                let policy = self.policy.under(next.contract.as_ref(), deed.at);
                next.follow_up_at = until.or_else(|| self.follow_up(policy.pending(reason?), deed.at));
            }
            State::Resolved => {
                next.resolved_at = Some(deed.at);
                next.resolved_by = Some(ender(next, deed));
            }
            State::Closed => {
                // Other desks close without resolving first; here a closed ticket was resolved.
                if next.resolved_at.is_none() {
                    next.resolved_at = Some(deed.at);
                    next.resolved_by = Some(ender(next, deed));
                }
                next.closed_at = Some(deed.at);
            }
            _ => {
                next.closed_at = Some(deed.at);
                return;
            }
        }
        next.acknowledged_at.get_or_insert(deed.at);
    }

    /// When to look after a wait again. One that lasts longer than the policy lets any wait last has none, so that old
    /// logs do not wake thousands of tickets at once.
    fn follow_up(&self, rule: PendingRule, since: Instant) -> Option<Instant> {
        let still = self.now <= since + rule.max;
        still.then(|| since + rule.default.unwrap_or(PLANNED).min(rule.max))
    }

    /// The priority that was told stands, as an override where ours would be another.
    fn prioritise(&self, next: &mut Ticket, at: Instant) {
        let computed = next.computed_priority(self.policy.under(next.contract.as_ref(), at));
        next.priority = self.told.unwrap_or(computed);
        if next.priority == computed {
            (next.priority_override, next.priority_reason) = (None, None);
        } else if next.priority_override != Some(next.priority) {
            let reason = format!("told by {} on import", self.ticket.source.as_str());
            next.priority_override = Some(next.priority);
            next.priority_reason = Some(Reason::new(&reason).expect("ten characters and more"));
        }
    }
}

/// An owner, or none. Whoever takes a ticket has noticed it; whoever is given one has not yet.
fn assign(next: &mut Ticket, to: Option<Login>, deed: &Deed<'_>) {
    if let Some(to) = &to {
        if next.state.open() && next.assignee.as_ref().is_some_and(|owner| owner != to) {
            next.reassign_count += 1;
        }
        if deed.actor == *to || deed.actor == nobody() {
            next.acknowledged_at.get_or_insert(deed.at);
        }
        next.last_assignee = Some(to.clone());
    }
    next.assignee = to;
}

/// Here a queued ticket is nobody's, and an assigned one is somebody's. An owner who was named in the same deed has it;
/// one from before has it no longer.
fn settle_owner(next: &mut Ticket, named: bool) {
    match (next.state, next.assignee.is_some()) {
        (State::Queued, true) if named => next.state = State::Assigned,
        (State::Queued, true) => next.assignee = None,
        (State::Assigned, false) => next.state = State::Queued,
        _ => {}
    }
}

fn reopen(next: &mut Ticket) {
    (next.resolved_at, next.resolved_by, next.closed_at) = (None, None, None);
    (next.resolution_code, next.resolution_note, next.cancel_code) = (None, None, None);
}

/// Who ended it: whoever did the deed, else its owner.
fn ender(next: &Ticket, deed: &Deed<'_>) -> Login {
    let owner = next.assignee.clone().filter(|_| deed.actor == nobody());
    owner.unwrap_or_else(|| deed.actor.clone())
}
