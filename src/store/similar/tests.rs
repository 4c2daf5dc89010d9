//! What is like what, over a desk of a few dozen tickets.

use tempfile::TempDir;

use super::*;
use crate::domain::change::{Act, Change};
use crate::domain::event::{Entry, Proof, RowKind};
use crate::domain::fold::Folded;
use crate::domain::id::CmdId;
use crate::domain::incident::{Symptom, Visibility};
use crate::domain::number::{Kind, Number, SiteCode};
use crate::domain::problem::{Problem, ProblemState};
use crate::domain::text::{Description, Label, Login, Resolution, Signature, Title, Workaround};
use crate::domain::ticket::{Link, LinkKind};
use crate::store::{Author, New};

const NOW: i64 = 1_795_521_600;

struct Desk {
    _folder: TempDir,
    store: Store,
    n: u32,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let new = New { code: SiteCode::first(), shared: false, demo: true };
        let store = Store::create(&folder.path().join("desk.db"), &new, "ann", NOW * 1_000).unwrap();
        Self { _folder: folder, store, n: 0 }
    }

    fn add(&mut self, mut ticket: Ticket, note: &str) -> AggId {
        self.n += 1;
        let at = Instant(NOW + i64::from(self.n));
        ticket.number = Some(Number { kind: Kind::Incident, site: SiteCode::first(), n: self.n });
        (ticket.opened_at, ticket.logged_at) = (at, at);
        let login = Login::new("ann").unwrap();
        let author = Author { login: &login, proof: Proof::Claimed, cmd: CmdId::derived(&[b"test"]), at };
        let agg = AggId::derived(&[&self.n.to_be_bytes()]);
        let mut change = Change { next: ticket, ..Change::of(Act::Log, &Ticket::default()) };
        if !note.is_empty() {
            change = change.row(RowKind::Worklog(Entry { vis: Visibility::Internal, text: note.to_owned() }));
        }
        let mut tx = self.store.begin(NOW * 1_000).unwrap();
        tx.append(agg, &Folded::default(), &change, &author).unwrap();
        tx.commit().unwrap();
        agg
    }

    fn cause(&mut self, mut problem: Problem) -> AggId {
        self.n += 1;
        problem.number = Some(Number { kind: Kind::Problem, site: SiteCode::first(), n: self.n });
        let login = Login::new("ann").unwrap();
        let at = Instant(NOW);
        let author = Author { login: &login, proof: Proof::Claimed, cmd: CmdId::derived(&[b"test"]), at };
        let agg = AggId::derived(&[b"problem", &self.n.to_be_bytes()]);
        let change = Change { next: problem, ..Change::of(Act::Log, &Problem::default()) };
        let mut tx = self.store.begin(NOW * 1_000).unwrap();
        tx.append(agg, &Folded::default(), &change, &author).unwrap();
        tx.commit().unwrap();
        agg
    }

    fn closed(&mut self, title: &str) -> AggId {
        self.add(titled(title, State::Closed), "")
    }

    fn names(&self, wanted: &Wanted) -> Vec<String> {
        self.store.similar(wanted, 5).unwrap().into_iter().map(|it| it.name).collect()
    }
}

fn titled(title: &str, state: State) -> Ticket {
    Ticket { title: Title::new(title).unwrap(), state, ..Ticket::default() }
}

fn keyed(title: &str, program: &str, code: &str) -> Ticket {
    let mut ticket = titled(title, State::Resolved);
    ticket.symptom = Some(Symptom::Hang);
    ticket.signature = Signature::new(code).ok();
    ticket.software_items.extend(Label::new(program).ok());
    ticket
}

#[test]
fn equal_keys_come_first_then_words_and_the_program() {
    let mut desk = Desk::new();
    desk.closed("Outlook asks for the password");
    desk.add(keyed("Mail stands still", "outlook", "0x2"), "");
    desk.add(keyed("It does not go on", "Outlook", "0x1"), "");
    desk.add(keyed("Cells are empty", "excel", "0x1"), "");
    desk.closed("Printer jams");
    let asking = keyed("Outlook hangs at the password", "OUTLOOK", "0x1");
    let asking = Wanted::of(AggId::derived(&[b"new"]), &asking);
    let found = desk.store.similar(&asking, 5).unwrap();
    let told: Vec<_> = found.iter().map(|it| (it.name.as_str(), it.tie, it.words.join(" "))).collect();
    assert_eq!(
        told,
        [
            ("INC-3", Tie::Strong, String::new()),
            ("INC-1", Tie::Words, "outlook password".to_owned()),
            ("INC-2", Tie::Weak, String::new()),
        ],
        "most of the words say more than program and symptom"
    );
    assert_eq!(desk.names(&Wanted { title: "Nothing of this".to_owned(), ..asking }), ["INC-3", "INC-2"]);
}

#[test]
fn only_what_was_resolved_helps() {
    let mut desk = Desk::new();
    let one = desk.closed("Scanner blinks red");
    for state in [State::Queued, State::InProgress, State::Cancelled] {
        desk.add(titled("Scanner blinks red", state), "");
    }
    let mut twin = titled("Scanner blinks red", State::Closed);
    twin.links.insert(Link { kind: LinkKind::DuplicateOf, to: one });
    desk.add(twin, "");
    let mut fixed = titled("Scanner blinks", State::Resolved);
    fixed.resolution_note = Resolution::new("Turned it off and on again.").ok();
    desk.add(fixed, "");
    let found = desk.store.similar(&Wanted::text("scanner blinks red"), 5).unwrap();
    assert_eq!(found.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["INC-1", "INC-6"]);
    assert_eq!(found[1].resolution_note.as_deref(), Some("Turned it off and on again."));
    let itself = Wanted { own: Some(one), ..Wanted::text("scanner blinks red") };
    assert_eq!(desk.names(&itself), ["INC-6"]);
}

#[test]
fn an_old_ticket_is_found_by_its_rare_words() {
    let mut desk = Desk::new();
    desk.closed("Printer spits toner");
    for n in 0..3 * HITS {
        desk.closed(&format!("Printer {n}"));
    }
    assert_eq!(desk.names(&Wanted::text("printer spits toner")), ["INC-1"], "one of two common words is no reason");
    let newest = format!("INC-{}", 3 * HITS + 1);
    assert_eq!(desk.names(&Wanted::text("printer"))[0], newest, "of equal ones the newest");
    let span = Span::of_past(&desk.store.db).unwrap();
    let all = 3.0 * HITS as f64 + 1.0;
    assert!((span.tickets - all).abs() < 2.0, "{} is about {all}", span.tickets);
    let printers = span.count(&newest_of(&desk, "printer"));
    assert!((printers - all).abs() < 2.0, "{printers} is about {all}");
    assert_eq!(span.count(&newest_of(&desk, "toner")), 1.0);
}

fn newest_of(desk: &Desk, word: &str) -> Vec<i64> {
    newest(&desk.store.db, word).unwrap()
}

#[test]
fn text_and_notes_count_as_well_and_people_do_not() {
    let mut desk = Desk::new();
    let mut told = titled("Mail", State::Closed);
    told.description = Description::new("It says certificate expired").ok();
    desk.add(told, "");
    desk.add(titled("Mail", State::Closed), "renewed the expired certificate");
    let mut machine = titled("Mail", State::Closed);
    machine.endpoints.extend(["certificate", "expired"].map(|name| Label::new(name).unwrap()));
    desk.add(machine, "");
    assert_eq!(desk.names(&Wanted::text("certificate expired!")), ["INC-2", "INC-1"]);
}

#[test]
fn known_errors_come_by_the_keys_of_their_incidents_then_by_words() {
    let mut desk = Desk::new();
    let told = |title: &str, state, workaround: &str| Problem {
        title: Title::new(title).unwrap(),
        state,
        workaround: Workaround::new(workaround).ok(),
        ..Problem::default()
    };
    let strong = desk.cause(told("Mail stands still", ProblemState::KnownError, "Restart it in safe mode."));
    let weak = desk.cause(told("Calendar", ProblemState::FixInProgress, "Use the web calendar."));
    desk.cause(told("Outlook password loop", ProblemState::Investigating, "Clear the credentials."));
    desk.cause(told("Outlook password loop", ProblemState::Investigating, ""));
    desk.cause(told("Outlook password loop", ProblemState::Closed, "Clear the credentials."));
    for (problem, code) in [(strong, "0x1"), (weak, "0x2")] {
        let mut symptom = keyed("It hangs", "outlook", code);
        symptom.links.insert(Link { kind: LinkKind::SymptomOf, to: problem });
        desk.add(symptom, "");
    }
    let asking = Wanted::of(AggId::derived(&[b"new"]), &keyed("Outlook password loop", "outlook", "0x1"));
    let found = desk.store.known_errors(&asking, 5).unwrap();
    let told: Vec<_> = found.iter().map(|it| (it.name.as_str(), it.tie, it.linked)).collect();
    assert_eq!(told, [("PRB-1", Tie::Strong, 1), ("PRB-2", Tie::Weak, 1), ("PRB-3", Tie::Words, 0)]);
    assert_eq!(found[0].workaround.as_deref(), Some("Restart it in safe mode."));
    let found = desk.store.known_errors(&Wanted::text("credentials of outlook"), 5).unwrap();
    assert_eq!(found.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["PRB-3"], "no ticket has these words");
}

#[test]
fn nothing_is_like_nothing() {
    let mut desk = Desk::new();
    assert_eq!(desk.names(&Wanted::text("printer")), [""; 0]);
    desk.closed("Printer");
    for text in ["", "the 42", "scanner", "\"", "NEAR(", "* -"] {
        assert_eq!(desk.names(&Wanted::text(text)), [""; 0], "{text}");
    }
}
