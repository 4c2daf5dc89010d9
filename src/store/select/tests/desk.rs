//! A desk of two hundred varied tickets, the same at every run.

use chrono_tz::Tz;
use tempfile::TempDir;

use crate::domain::change::{Act, Change};
use crate::domain::clock::ClockKind;
use crate::domain::clock::kept::{Step as ClockStep, StepKind as ClockStepKind};
use crate::domain::clock::version::CalendarId;
use crate::domain::escalation::{EscalationKind, Proposal, Step, StepKind};
use crate::domain::event::{Entry, Proof, RowKind};
use crate::domain::fold::Folded;
use crate::domain::id::{AggId, CmdId, RowId};
use crate::domain::incident::{
    Category, MajorState, Pending, Source, State, Subcategory, Symptom, Visibility, WorkMode,
};
use crate::domain::number::{Kind, Number, SiteCode};
use crate::domain::person::ContactFields;
use crate::domain::priority::{Impact, Priority, Urgency};
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::{Description, Label, Login, Name, Tag, Title};
use crate::domain::ticket::{Link, LinkKind, Ticket};
use crate::domain::time::{Instant, Secs};
use crate::store::select::Asker;
use crate::store::{Author, New, Store, Tx};

/// Tuesday noon.
pub const NOW: Instant = Instant(1_795_521_600);
pub const TICKETS: u64 = 200;

const NAMES: [(&str, &str, &str); 6] = [
    ("j.smith", "John Smith", "BLN-2"),
    ("j.smithers", "Jane Smithers", "BLN-3"),
    ("ann", "Ann Weber", "MIL"),
    ("m.ricci", "Marta Ricci", "MIL"),
    ("", "Örjan Öst", "OSL"),
    ("k.osei", "Kofi Osei", ""),
];
const WORDS: [&str; 12] =
    ["vpn", "vpnclient", "outlook", "printer", "drops", "cache", "token", "teams", "slow", "login", "wifi", "lan"];

/// A source of the same numbers every time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
    pub fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
    fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
    fn words(&mut self, n: u64) -> String {
        (0..n).map(|_| self.of(&WORDS)).collect::<Vec<_>>().join(" ")
    }
}

pub fn asker() -> Asker {
    let me = Login::new("ann").unwrap();
    Asker { me, tiers: vec![Tier::One], now: NOW, zone: Tz::Europe__Berlin }
}

/// The store and the identities of its tickets, oldest first.
pub struct Desk {
    _folder: TempDir,
    pub store: Store,
    pub tickets: Vec<AggId>,
}

pub fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let new = New { code: SiteCode::first(), shared: false, demo: true };
    let mut store = Store::create(&folder.path().join("desk.db"), &new, "ann", NOW.0 * 1_000).unwrap();
    let mut dice = Dice::new(42);
    let me = Login::new("ann").unwrap();
    let author = Author { login: &me, proof: Proof::Claimed, cmd: CmdId::derived(&[b"bench"]), at: NOW };
    let mut tx = store.begin(NOW.0 * 1_000).unwrap();
    let contacts: Vec<_> = NAMES.iter().map(|row| contact(&mut tx, row, &author)).collect();
    let mut tickets = Vec::new();
    for n in 1..=TICKETS {
        tickets.push(ticket(&mut tx, n, &mut dice, &contacts, &tickets, &author));
    }
    tx.commit().unwrap();
    let mut desk = Desk { _folder: folder, store, tickets };
    let drafted = desk.store.case(desk.tickets[150]).unwrap().unwrap().name();
    desk.store.save_draft(&me, &format!("reply {drafted}"), "half a sentence", NOW).unwrap();
    desk
}

fn contact(tx: &mut Tx<'_>, (handle, name, site): &(&str, &str, &str), author: &Author<'_>) -> AggId {
    let agg = AggId::derived(&[b"contact", name.as_bytes()]);
    let fields = ContactFields {
        name: Name::new(name).unwrap(),
        handle: Label::new(handle).ok(),
        site: Label::new(site).ok(),
        ..ContactFields::default()
    };
    let change = Change { next: fields, ..Change::of(Act::SetContact, &ContactFields::default()) };
    tx.append(agg, &Folded::default(), &change, author).unwrap();
    agg
}

fn ticket(
    tx: &mut Tx<'_>,
    n: u64,
    dice: &mut Dice,
    contacts: &[AggId],
    others: &[AggId],
    author: &Author<'_>,
) -> AggId {
    let agg = AggId::derived(&[b"ticket", &n.to_be_bytes()]);
    let opened = NOW - Secs(dice.below(60 * 86_400) as i64);
    let state = dice.of(State::ALL);
    let since = opened + Secs(dice.below(4 * 86_400) as i64);
    let taken = state != State::Queued;
    let sub = dice.of(Subcategory::ALL);
    let mut ticket = Ticket {
        number: Some(Number { kind: dice.of(&[Kind::Incident, Kind::Request]), site: SiteCode::first(), n: n as u32 }),
        title: Title::new(&dice.words(3)).unwrap(),
        description: (!dice.once_in(3)).then(|| Description::new(&dice.words(6)).unwrap()),
        state,
        state_since: since,
        tier: dice.of(&Tier::ALL),
        assignee: (taken && !dice.once_in(5)).then(|| Login::new(dice.of(&["ann", "bob", "carla"])).unwrap()),
        discipline: dice.of(&[Discipline::Software, Discipline::Network]),
        category: dice.of(Category::ALL),
        subcategory: sub,
        impact: dice.of(Impact::ALL),
        urgency: dice.of(Urgency::ALL),
        priority: Priority::new(1 + dice.below(5) as i64).unwrap(),
        work_mode: dice.of(WorkMode::ALL),
        source: dice.of(Source::ALL),
        requester: (!dice.once_in(8)).then(|| dice.of(contacts)),
        vip: dice.once_in(6),
        contract: (!n.is_multiple_of(3))
            .then(|| Label::new(["acme", "acme-uk", "globex"][n as usize % 7 % 3]).unwrap()),
        affected_users: dice.below(40) as i64,
        symptom: (!dice.once_in(4)).then(|| dice.of(Symptom::ALL)),
        opened_at: opened,
        logged_at: opened,
        acknowledged_at: (taken || dice.once_in(3)).then_some(since),
        responded_at: dice.once_in(2).then_some(since),
        pending_reason: (state == State::Pending).then(|| dice.of(Pending::ALL)),
        resolved_at: matches!(state, State::Resolved | State::Closed).then_some(since),
        reopen_count: i64::from(dice.once_in(7)),
        returns: i64::from(dice.once_in(9)),
        major_state: if n.is_multiple_of(11) { MajorState::ALL[n as usize / 11 % 5] } else { MajorState::None },
        ..Ticket::default()
    };
    if dice.once_in(3) {
        ticket.tags.insert(Tag::new(dice.of(&["vpn", "wifi", "vip-desk"])).unwrap());
    }
    if dice.once_in(2) {
        ticket.endpoints.insert(Label::new(dice.of(&["PC-0815", "PC-0816", "pc-42"])).unwrap());
    }
    if dice.once_in(2) {
        ticket
            .software_items
            .insert(Label::new(dice.of(&["Outlook", "outlook", "Microsoft Outlook", "Teams"])).unwrap());
    }
    if dice.once_in(6) && !others.is_empty() {
        ticket.links.insert(Link { kind: dice.of(LinkKind::ALL), to: dice.of(others) });
    }
    let mut change = Change::of(Act::Log, &ticket);
    for _ in 0..dice.below(3) {
        change = change.row(RowKind::Worklog(Entry { vis: Visibility::Internal, text: dice.words(4) }));
    }
    if dice.once_in(4) {
        escalate(&mut change, agg, dice);
    }
    change.rows.extend(clocks(n, &change.next).into_iter().map(|step| RowKind::Clock(Box::new(step))));
    let at = since + Secs(dice.below(86_400) as i64);
    let author = Author { at, ..author.clone() };
    tx.append(agg, &Folded::default(), &change, &author).unwrap();
    agg
}

/// Clocks at every stage: running, due just now, over only when the desk opens, paused, stopped, missed; now and then
/// none. What a tier promises another one is due first and counts for nobody else.
fn clocks(n: u64, ticket: &Ticket) -> Vec<ClockStep> {
    let mut dice = Dice::new(n);
    if dice.once_in(9) {
        return Vec::new();
    }
    let hour = |hours: i64| NOW + Secs::hours(hours);
    let due = dice.of(&[hour(-48), hour(-3), hour(-1), NOW, NOW + Secs::minutes(20), hour(1), hour(5), hour(30)]);
    let start = |kind: ClockKind, due: Instant, dice: &mut Dice| ClockStep {
        at: Some(ticket.opened_at),
        target_s: Some(Secs::hours(8)),
        warn_pct: Some(75),
        calendar: Some(CalendarId::derived(&[b"calendar", &[dice.below(2) as u8]])),
        warn: Some(due - dice.of(&[Secs::hours(1), Secs::hours(2), Secs::minutes(20)])),
        due: Some(due),
        over: Some(due + dice.of(&[Secs(0), Secs::hours(3)])),
        ..ClockStep::of(kind, 1, ClockStepKind::Start)
    };
    let mut steps =
        vec![start(ClockKind::Ola, due - Secs::days(1), &mut dice), start(ClockKind::Resolution, due, &mut dice)];
    if dice.once_in(2) {
        steps.push(start(ClockKind::Response, due - dice.of(&[Secs::minutes(-30), Secs::hours(2)]), &mut dice));
    }
    if due < NOW && dice.once_in(2) {
        // Remembered when a timer said so, while the clock goes on as it was.
        steps.push(ClockStep { ev: ClockStepKind::Breach, ..steps[1].clone() });
    }
    let ends = match ticket.state {
        state if !state.open() => [ClockKind::Resolution, ClockKind::Response, ClockKind::Ola].as_slice(),
        State::Pending if dice.once_in(2) => &[ClockKind::Resolution],
        _ => &[],
    };
    let ev = if ticket.state.open() { ClockStepKind::Pause } else { ClockStepKind::Stop };
    steps.extend(ends.iter().map(|kind| ClockStep { at: Some(ticket.state_since), ..ClockStep::of(*kind, 1, ev) }));
    steps
}

/// A proposal that waits, or one that moved the record at once.
fn escalate(change: &mut Change, agg: AggId, dice: &mut Dice) {
    let id = RowId::derived(&[b"escalation", agg.bytes()]);
    let waits = change.next.state.open() && dice.once_in(2);
    let own = change.next.tier;
    let (from, to) = if waits { (own, dice.of(&Tier::ALL)) } else { (Tier::One, dice.of(&[own, Tier::Two])) };
    let proposal = Proposal {
        kind: EscalationKind::Functional,
        from,
        to,
        triggers: vec![],
        reason: None,
        wish: None,
        snapshot: std::collections::BTreeMap::new(),
        review_due: None,
        post_review: false,
        discipline: None,
        vendor: None,
    };
    let step = if waits { StepKind::Propose } else { StepKind::Open };
    change.next.escalation = waits.then_some(id);
    change.rows.push(RowKind::Escalation(Box::new(Step { proposal: Some(proposal), ..Step::new(id, step) })));
}
