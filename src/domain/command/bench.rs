//! A small desk in memory for the tables of the rules: people of every tier and role, records in every state.

use std::sync::Arc;

use super::{Case, Lookup, Moment};
use crate::domain::change_record::ChangeRecord;
use crate::domain::clock::Timetables;
use crate::domain::clock::timetable::Timetable;
use crate::domain::clock::version::CalendarId;
use crate::domain::escalation::{Escalation, EscalationKind, EscalationState, Item, Proposal};
use crate::domain::fold::{Folded, visit_bit};
use crate::domain::id::{AggId, CmdId, RowId};
use crate::domain::incident::{MajorState, Pending, State, Subcategory};
use crate::domain::install::endpoint::Endpoint;
use crate::domain::overlap::Around;
use crate::domain::policy::Policy;
use crate::domain::priority::Priority;
use crate::domain::priority::Urgency;
use crate::domain::problem::Problem;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Discipline, Rights, Role, Tier, User};
use crate::domain::text::{Finding, Label, Login, Name, Note, Question, Reason, Resolution, Title};
use crate::domain::ticket::{Answer, Ticket};
use crate::domain::time::{Instant, Secs};

/// Noon of a working day.
const NOON: Instant = Instant(1_790_000_000);

pub struct Bench {
    pub users: Vec<User>,
    pub policy: Policy,
    pub now: Instant,
    others: Vec<(AggId, Ticket)>,
    pub problems: Vec<(AggId, Problem)>,
    /// Changes that remove a cause.
    pub changes: Vec<(AggId, ChangeRecord)>,
    /// Incidents that came again.
    pub recurred: i64,
    pub machines: Vec<Endpoint>,
    system: User,
}

pub fn login(text: &str) -> Login {
    Login::new(text).unwrap()
}
pub fn reason(text: &str) -> Reason {
    Reason::new(text).unwrap()
}
pub fn note(text: &str) -> Note {
    Note::new(text).unwrap()
}
pub fn question(text: &str) -> Question {
    Question::new(text).unwrap()
}
pub fn resolution(text: &str) -> Resolution {
    Resolution::new(text).unwrap()
}
pub fn said(text: &str) -> Answer {
    Answer::done(Finding::new(text).unwrap())
}
pub fn answers() -> Vec<(Item, Option<Answer>)> {
    [Item::H1, Item::H8, Item::H10].map(|item| (item, Some(said("as the caller said")))).into()
}
pub fn code_of<T: std::fmt::Debug>(verdict: Result<T, Refusal>) -> Code {
    match verdict {
        Ok(change) => panic!("not refused: {change:?}"),
        Err(refusal) => refusal.code,
    }
}

fn user(name: &str, role: Role, tier: Option<i64>, disciplines: &[Discipline]) -> User {
    User {
        login: login(name),
        name: Name::new(name).unwrap(),
        roles: [role].into(),
        tier: tier.and_then(Tier::new),
        disciplines: disciplines.iter().copied().collect(),
        rights: Rights::LocalAdmin,
        active: name != "gone",
    }
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}

impl Bench {
    /// ann and bob in tier 1, carla in tier 2, nina for networks, dana and sven supervise, audrey audits, gone left.
    pub fn new() -> Self {
        use Discipline::{Network, Software};
        Self {
            users: vec![
                user("ann", Role::Technician, Some(1), &[Software]),
                user("audrey", Role::Auditor, None, &[]),
                user("bob", Role::Technician, Some(1), &[Software]),
                user("carla", Role::Technician, Some(2), &[Software, Network]),
                user("dana", Role::Supervisor, None, &[]),
                user("gone", Role::Technician, Some(1), &[Software]),
                user("nina", Role::Technician, Some(1), &[Network]),
                user("sven", Role::Supervisor, None, &[]),
            ],
            policy: Policy::default(),
            now: NOON,
            others: Vec::new(),
            problems: Vec::new(),
            changes: Vec::new(),
            recurred: 0,
            machines: Vec::new(),
            system: user("system", Role::Technician, None, &[]),
        }
    }

    /// As new, with contracts of a policy file.
    pub fn under(contracts: &str) -> Self {
        Self { policy: Policy::parse(contracts, "desk.toml").unwrap(), ..Self::new() }
    }

    pub fn at(&self, who: &str) -> Moment<'_> {
        let by = self.users.iter().find(|user| user.login.as_str() == who).unwrap();
        Moment {
            by,
            rule: false,
            policy: &self.policy,
            base: &self.policy,
            now: self.now,
            cmd: CmdId::derived(&[b"cmd"]),
            desk: self,
        }
    }

    pub fn system(&self) -> Moment<'_> {
        Moment { by: &self.system, rule: true, ..self.at("ann") }
    }

    /// Another record that can be linked to.
    pub fn other(&mut self, change: impl Fn(&mut Ticket)) -> AggId {
        let agg = AggId::derived(&[b"other", &[self.others.len() as u8]]);
        let mut ticket = Ticket { number: "INC-900".parse().ok(), ..Ticket::default() };
        change(&mut ticket);
        self.others.push((agg, ticket));
        agg
    }

    pub fn with(&self, mut case: Case, change: impl Fn(&mut Ticket)) -> Case {
        change(&mut case.is.fields);
        case
    }

    pub fn queued(&self) -> Case {
        let ticket = Ticket {
            number: "INC-42".parse().ok(),
            title: Title::new("VPN drops every 20 minutes").unwrap(),
            subcategory: Subcategory::Error,
            urgency: Urgency::Medium,
            priority: Priority::P4,
            requester: Some(AggId::derived(&[b"j.smith"])),
            affected_users: 1,
            opened_at: NOON - Secs::HOUR,
            logged_at: NOON - Secs::HOUR,
            state_since: NOON - Secs::HOUR,
            ..Ticket::default()
        };
        let visited = visit_bit(Tier::One, Discipline::Software);
        Case {
            agg: AggId::derived(&[b"INC-42"]),
            is: Folded { fields: ticket, visits: 1, visited, created: true, ..Folded::default() },
        }
    }

    pub fn in_tier(&self, tier: i64) -> Case {
        self.with(self.queued(), |t| t.tier = Tier::new(tier).unwrap())
    }

    pub fn in_state(&self, state: State, owner: Option<&str>) -> Case {
        self.with(self.queued(), |t| {
            t.state = state;
            t.assignee = owner.map(login);
            t.last_assignee = owner.map(login);
            t.acknowledged_at = owner.map(|_| NOON - Secs::HOUR);
        })
    }

    pub fn assigned_to(&self, owner: &str) -> Case {
        self.in_state(State::Assigned, Some(owner))
    }

    pub fn working(&self, owner: &str) -> Case {
        self.in_state(State::InProgress, Some(owner))
    }

    pub fn pending(&self, owner: &str) -> Case {
        self.with(self.in_state(State::Pending, Some(owner)), |t| {
            t.pending_reason = Some(Pending::AwaitingRequester);
            t.follow_up_at = Some(NOON + Secs::DAY);
            t.responded_at = Some(NOON - Secs::HOUR);
        })
    }

    /// A question of ann's to the network about INC-42.
    pub fn task(&self, state: State, owner: Option<&str>) -> Case {
        let parent = self.queued();
        let mut case = self.with(self.in_state(state, owner), |t| {
            t.number = "TSK-1".parse().ok();
            t.parent = Some(parent.agg);
            t.question = Some(question("Is lic01:27000 open?"));
            t.blocking = true;
            t.discipline = Discipline::Network;
            t.requester = None;
            t.logged_by = Some(login("ann"));
        });
        case.agg = AggId::derived(&[b"TSK-1"]);
        case
    }

    /// Working, with a proposal that waits.
    pub fn proposed(&self, by: &str, to: i64) -> Case {
        let mut case = self.working("ann");
        let escalation = self.escalation(by, to, EscalationKind::Functional);
        case.is.fields.escalation = Some(escalation.id);
        case.is.escalations.push(escalation);
        case
    }

    /// Working in tier 2, where it came to by an accepted escalation.
    pub fn accepted(&self, from: &str, owner: &str) -> Case {
        let mut case = self.working(owner);
        case.is.fields.tier = Tier::Two;
        case.is.fields.last_assignee = Some(login(from));
        case.is.visits = 2;
        case.is.visited |= visit_bit(Tier::Two, Discipline::Software);
        let state = EscalationState::Accepted;
        case.is.escalations.push(Escalation { state, ..self.escalation(from, 2, EscalationKind::Functional) });
        case
    }

    /// With a supervisor's attention asked and not given yet.
    pub fn attention(&self, by: &str) -> Case {
        let mut case = self.working("ann");
        let mut escalation = self.escalation(by, 1, EscalationKind::Hierarchical);
        escalation.state = EscalationState::Accepted;
        escalation.proposal.post_review = true;
        case.is.escalations.push(escalation);
        case
    }

    pub fn bounced(&self, owner: &str) -> Case {
        self.bounce(self.working(owner))
    }

    /// The same after going back and forth twice.
    pub fn bounce(&self, mut case: Case) -> Case {
        (case.is.visits, case.is.visited) = (4, 0b1001);
        case
    }

    fn escalation(&self, by: &str, to: i64, kind: EscalationKind) -> Escalation {
        let proposal = Proposal {
            kind,
            from: Tier::One,
            to: Tier::new(to).unwrap(),
            triggers: vec![],
            reason: Some("skill".into()),
            wish: None,
            snapshot: std::collections::BTreeMap::new(),
            review_due: Some(NOON + Secs::minutes(25)),
            post_review: false,
            discipline: None,
            vendor: None,
        };
        Escalation {
            id: RowId::derived(&[b"esc"]),
            state: EscalationState::Proposed,
            proposal,
            proposed_by: login(by),
            proposed_at: NOON - Secs::minutes(5),
            decided_by: None,
            decided_at: None,
            decision_note: None,
            return_code: None,
            deferred_until: None,
            handed_back_at: None,
            reviewed_at: None,
        }
    }
}

impl Timetables for Bench {
    fn timetable(&self, id: CalendarId) -> Option<Arc<Timetable>> {
        let mut versions = self.policy.calendar_versions().into_iter();
        versions.find(|version| version.id() == id).map(|version| Arc::new(Timetable::new(version.calendar)))
    }
}

impl Lookup for Bench {
    fn user(&self, login: &Login) -> Option<User> {
        self.users.iter().find(|user| user.login == *login).cloned()
    }
    fn supervisors(&self) -> Vec<User> {
        self.users.iter().filter(|user| user.is(Role::Supervisor)).cloned().collect()
    }
    fn ticket(&self, agg: AggId) -> Option<Ticket> {
        let me = self.queued();
        let mut all =
            self.others.iter().chain(std::iter::once(&(me.agg, me.is.fields.clone()))).cloned().collect::<Vec<_>>();
        all.retain(|(id, _)| *id == agg);
        all.pop().map(|(_, ticket)| ticket)
    }
    fn tasks(&self, parent: AggId) -> Vec<Ticket> {
        self.others.iter().map(|(_, ticket)| ticket).filter(|ticket| ticket.parent == Some(parent)).cloned().collect()
    }
    fn contact_days(&self, _agg: AggId) -> usize {
        0
    }
    fn endpoint(&self, host: &Label) -> Option<Endpoint> {
        self.machines.iter().find(|it| Endpoint::id(&it.host) == Endpoint::id(host)).cloned()
    }
    fn around(&self, _case: &Case) -> Around {
        Around::default()
    }
    fn alike(&self, _ticket: &Ticket, _since: Instant) -> i64 {
        1
    }
    fn problem(&self, agg: AggId) -> Option<Problem> {
        self.problems.iter().find(|(id, _)| *id == agg).map(|(_, problem)| problem.clone())
    }
    fn incidents_of(&self, problem: AggId) -> Vec<(AggId, Ticket)> {
        self.others.iter().filter(|(_, ticket)| ticket.problem() == Some(problem)).cloned().collect()
    }
    fn recurred(&self, _problem: AggId, _since: Instant) -> i64 {
        self.recurred
    }
    fn change(&self, agg: AggId) -> Option<ChangeRecord> {
        self.changes.iter().find(|(id, _)| *id == agg).map(|(_, change)| change.clone())
    }
    fn major_alike(&self, _ticket: &Ticket, _since: Instant) -> bool {
        self.others.iter().any(|(_, other)| matches!(other.major_state, MajorState::Candidate | MajorState::Declared))
    }
}
