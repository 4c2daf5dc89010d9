//! Keys in, commands out, on a small desk, within the key budgets of the main jobs.

mod call;
mod escalate;

use super::bench::{Bench, login};
use crate::app::Error;
use crate::app::run::Requester;
use crate::domain::command::Verb;
use crate::domain::command::edit::Edit;
use crate::domain::command::escalate::{Escalate, Target, Whom, Why};
use crate::domain::command::inbox::NewOwner;
use crate::domain::command::log::Then;
use crate::domain::command::task::Ask;
use crate::domain::escalation::{Item, ReturnCode};
use crate::domain::incident::{CancelCode, Category, Pending, ResolutionCode, State, Subcategory, Symptom, Visibility};
use crate::domain::policy::Policy;
use crate::domain::priority::{Impact, Priority, Urgency};
use crate::domain::refusal::Code;
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::{Label, Question, Signature};
use crate::ui::action::{Action, Context};
use crate::ui::command::Command;
use crate::ui::keymap::Keymap;
use crate::ui::screen::{Draft, Event, Next, Place, Subject};

#[test]
fn a_reply_is_a_digit_or_ones_own_words() {
    let mut bench = Bench::new();
    let place = Place::Write(bench.about(&[1]), Visibility::Requester);
    let (verb, _) = bench.done(&place, "1 ctrl-s");
    let Verb::Note(note) = verb else { panic!("{verb:?}") };
    assert_eq!(note.vis, Visibility::Requester);
    assert!(note.text.as_str().starts_with("Hello Marta Ricci, to find out why the VPN fails"), "{}", note.text);
    assert!(note.text.as_str().contains("INC-1") && note.text.as_str().ends_with("Ann"), "{}", note.text);
    let (verb, _) = bench.done(&place, "'Hello, 3 things' ctrl-s");
    let Verb::Note(note) = verb else { panic!("{verb:?}") };
    assert_eq!(note.text.as_str(), "Hello, 3 things");
    let (verb, _) = bench.done(&Place::Write(bench.about(&[1]), Visibility::Internal), "'3 tries' ctrl-s");
    let Verb::Note(note) = verb else { panic!("{verb:?}") };
    assert_eq!((note.vis, note.text.as_str()), (Visibility::Internal, "3 tries"));
}

#[test]
fn a_placeholder_that_nothing_fills_is_not_sent() {
    let bench = Bench::new();
    let mut screen = bench.open(&Place::Write(bench.about(&[1, 2]), Visibility::Requester));
    assert!(matches!(bench.press(&mut *screen, "1 ctrl-s"), Next::Stay));
    let shown = bench.drawn(&mut *screen, 80, 24);
    assert!(shown.contains("[requester?]") && shown.contains("are still to be filled in"), "{shown}");
    assert!(matches!(bench.press(&mut *screen, "enter ctrl-s"), Next::Stay), "asking again does not send it");
}

#[test]
fn texts_and_fields_are_inserted_from_lists_over_the_form() {
    let bench = Bench::new();
    let mut screen = bench.open(&Place::Write(bench.about(&[1]), Visibility::Internal));
    bench.press(&mut *screen, "'See ' ctrl-r");
    assert_eq!(screen.context(), Context::Picker);
    bench.press(&mut *screen, "'number' enter");
    let next = bench.press(&mut *screen, "': ' ctrl-t 'unlocked' enter ctrl-s");
    let Next::Do(Command::Verb(verb, _)) = next else { panic!("{next:?}") };
    let Verb::Note(note) = *verb else { panic!("{verb:?}") };
    assert!(note.text.as_str().starts_with("See INC-1: Unlocked the account"), "{}", note.text);
}

#[test]
fn done_is_the_first_suggestion_or_the_one_of_a_digit() {
    let mut bench = Bench::new();
    let (verb, _) = bench.done(&Place::Resolve(bench.about(&[1])), "enter");
    let Verb::Resolve(resolve) = verb else { panic!("{verb:?}") };
    assert_eq!((resolve.code, resolve.subcategory), (ResolutionCode::ConfigurationRestored, None));
    // INC-2 is of an unknown kind; its symptom speaks of access.
    let (verb, _) = bench.done(&Place::Resolve(bench.about(&[2])), "3 enter");
    let Verb::Resolve(resolve) = verb else { panic!("{verb:?}") };
    assert_eq!((resolve.code, resolve.subcategory), (ResolutionCode::UserGuidance, Some(Subcategory::AccessFault)));
    // Nothing is known of INC-3: a text that says which kind it was comes first, and `d` Enter is enough.
    bench.done(&Place::Resolve(bench.about(&[3])), "enter");
    assert_eq!(bench.desk.record(bench.inc(3)).unwrap().case.ticket().state, State::Resolved);
}

#[test]
fn an_unknown_category_leads_to_the_form_with_the_complaint() {
    let mut bench = Bench::new();
    let mut screen = bench.open(&Place::Resolve(bench.about(&[3])));
    let next = bench.press(&mut *screen, "'shown how' enter");
    let Next::Do(command) = next else { panic!("{next:?}") };
    let why = command.carry_out(&mut bench.desk).unwrap_err();
    assert_eq!(why.code(), "category_unresolved");
    screen.refused(&why);
    let shown = bench.drawn(&mut *screen, 80, 24);
    assert!(shown.contains("error: INC-3 still has the category") && shown.contains("Nothing was broken"), "{shown}");
    let next = bench.press(&mut *screen, "2 ctrl-s");
    let Next::Do(command) = next else { panic!("{next:?}") };
    command.carry_out(&mut bench.desk).unwrap();
}

#[test]
fn resolving_freely_takes_code_note_and_whether_the_requester_reads_it() {
    let mut bench = Bench::new();
    let place = Place::Resolve(bench.about(&[1]));
    let (verb, _) = bench.done(&place, "tab 'Replaced the access point.' tab space shift-tab shift-tab 4 ctrl-s");
    let Verb::Resolve(resolve) = verb else { panic!("{verb:?}") };
    assert_eq!((resolve.code, resolve.public), (ResolutionCode::FixedByVendor, false));
    assert_eq!(resolve.note.as_str(), "Replaced the access point.");
}

#[test]
fn waiting_for_the_user_is_two_keys_and_answers_a_requester_who_heard_nothing() {
    let mut bench = Bench::new();
    let place = Place::Hold(bench.about(&[1]));
    let (verb, _) = bench.done(&place, "enter");
    let Verb::Hold(hold) = verb else { panic!("{verb:?}") };
    assert_eq!((hold.reason, hold.public, hold.follow_up), (Pending::AwaitingRequester, true, None));
    assert!(hold.note.as_str().contains("INC-1"), "{}", hold.note);
    let (verb, _) = bench.done(&place, "enter");
    let Verb::Hold(hold) = verb else { panic!("{verb:?}") };
    assert!(!hold.public, "now the requester has heard from the desk");
}

#[test]
fn a_wait_for_a_problem_is_offered_where_there_is_one() {
    let mut bench = Bench::new();
    let place = Place::Hold(bench.about(&[1]));
    let mut screen = bench.open(&place);
    assert!(!bench.drawn(&mut *screen, 80, 24).contains("awaiting problem"));
    let incident = bench.inc(1);
    bench.desk.act_as(&login("dana")).unwrap();
    let open = bench.desk.suspected(&[incident], crate::domain::problem::DetectionSource::Manual).unwrap().unwrap();
    bench.desk.open_problem(&open).unwrap();
    let mut screen = bench.open(&place);
    let shown = bench.drawn(&mut *screen, 80, 24);
    assert!(shown.contains("awaiting problem") && !shown.contains("awaiting change"), "{shown}");
}

#[test]
fn a_wait_takes_a_time_in_words() {
    let mut bench = Bench::new();
    let place = Place::Hold(bench.about(&[1]));
    let (verb, _) = bench.done(&place, "tab ctrl-u 'tomorrow 9' ctrl-s");
    let Verb::Hold(hold) = verb else { panic!("{verb:?}") };
    assert_eq!(hold.follow_up.unwrap().to_string(), "2026-11-25T08:00:00Z");
    // A planned time has no default: the list leads to the form.
    let (verb, _) = bench.done(&place, "3 enter 'mon 8:30' ctrl-s");
    let Verb::Hold(hold) = verb else { panic!("{verb:?}") };
    assert_eq!(hold.reason, Pending::ScheduledWithRequester);
    let mut screen = bench.open(&place);
    bench.press(&mut *screen, "tab ctrl-u 'soon' ctrl-s");
    assert!(bench.drawn(&mut *screen, 80, 24).contains("error: `soon` is not a time"));
}

#[test]
fn assigning_lists_the_least_busy_first_and_narrows_by_letters() {
    let mut bench = Bench::new();
    bench.be("dana");
    let (verb, n) = bench.done(&Place::Assign(bench.about(&[1, 2, 3])), "'bo' enter");
    let Verb::Assign(assign) = verb else { panic!("{verb:?}") };
    assert_eq!((assign.to, n), (login("bob"), 3));
    assert_eq!(assign.reason.unwrap().as_str(), "assigned from the queue by dana");
    let (verb, _) = bench.done(&Place::Assign(bench.about(&[1])), "1");
    let Verb::Assign(assign) = verb else { panic!("{verb:?}") };
    assert_eq!(assign.to, login("ann"), "bob has it, and three others");
}

#[test]
fn a_hand_off_is_accepted_for_someone_with_one_digit() {
    let mut bench = Bench::proposed();
    let (verb, _) = bench.done(&Place::AcceptAssign(bench.inc(1)), "1");
    let Verb::Accept(accept) = verb else { panic!("{verb:?}") };
    assert_eq!(accept.owner, NewOwner::User(login("carla")));
}

#[test]
fn a_hand_off_is_returned_with_a_reason_and_a_text() {
    let mut bench = Bench::proposed();
    let (verb, _) = bench.done(&Place::Return(bench.inc(1)), "1 'please add the log' ctrl-s");
    let Verb::Return(back) = verb else { panic!("{verb:?}") };
    assert_eq!((back.code, back.note.as_str()), (ReturnCode::IncompleteHandoff, "please add the log"));
}

#[test]
fn a_hand_off_is_put_off_until_a_time() {
    let mut bench = Bench::proposed();
    let (verb, _) = bench.done(&Place::Defer(bench.inc(1)), "'2h' ctrl-s");
    let Verb::Defer(defer) = verb else { panic!("{verb:?}") };
    assert_eq!((defer.until - bench.desk.now(), defer.note), (crate::domain::time::Secs::hours(2), None));
}

#[test]
fn priorities_and_other_fields_are_one_digit() {
    let mut bench = Bench::new();
    bench.be("dana");
    let (verb, n) = bench.done(&Place::Priority(bench.about(&[1, 2])), "1");
    let Verb::Edit(edit) = verb else { panic!("{verb:?}") };
    let (priority, reason) = edit.priority.unwrap();
    assert_eq!((priority, n), (Some(Priority::P1), 2));
    assert_eq!(reason.as_str(), "set to P1 from the queue by dana");
    let (verb, _) = bench.done(&Place::Priority(bench.about(&[1])), "6");
    let Verb::Edit(edit) = verb else { panic!("{verb:?}") };
    assert_eq!(edit.priority.unwrap().0, None);
    let (verb, _) = bench.done(&Place::Impact(bench.about(&[1])), "1");
    let Verb::Edit(edit) = verb else { panic!("{verb:?}") };
    assert_eq!(edit.impact, Some(Impact::High));
    let (verb, _) = bench.done(&Place::Urgency(bench.about(&[1])), "3");
    let Verb::Edit(edit) = verb else { panic!("{verb:?}") };
    assert_eq!(edit.urgency, Some(Urgency::Low));
    let (verb, _) = bench.done(&Place::Category(bench.about(&[1])), "'regr' enter");
    let Verb::Edit(edit) = verb else { panic!("{verb:?}") };
    assert_eq!(edit.category, Some((Category::Update, Subcategory::PatchRegression)));
}

#[test]
fn a_supervisor_chooses_among_the_contracts_in_force() {
    let mut bench = Bench::new();
    bench.be("dana");
    let text = "[contract.acme]\ncustomer = \"Acme Ltd\"\nstarts_on = \"2026-01-01\"\n\
                [contract.past]\ncustomer = \"Past Ltd\"\nstarts_on = \"2026-01-01\"\nends_on = \"2026-01-31\"\n";
    bench.desk.set_policy(Policy::parse(text, "desk.toml").unwrap()).unwrap();
    let place = Place::Contract(bench.about(&[1]));
    let mut list = bench.open(&place);
    let shown = bench.drawn(&mut *list, 80, 24);
    assert!(shown.contains("1 acme") && shown.contains("Acme Ltd") && !shown.contains("past"), "{shown}");
    let (verb, n) = bench.done(&place, "'acme' enter");
    let Verb::Edit(edit) = verb else { panic!("{verb:?}") };
    let (contract, reason) = edit.contract.unwrap();
    assert_eq!((contract.unwrap().as_str(), n), ("acme", 1));
    assert_eq!(reason.as_str(), "contract set to acme from the console by dana");
    bench.be("ann");
    let refused = bench.command(&place, "'none' enter").carry_out(&mut bench.desk).unwrap_err();
    assert_eq!(refused.code(), "not_permitted");
}

#[test]
fn tags_and_machines_are_added_and_taken_off_in_one_line() {
    let mut bench = Bench::new();
    bench.done(&Place::Tags(bench.about(&[1])), "'+vpn wifi' enter");
    bench.done(&Place::Tags(bench.about(&[1])), "'-wifi' enter");
    bench.done(&Place::Asset(bench.about(&[1])), "'+LAP-0001 -LAP-0442' enter");
    let view = bench.desk.record(bench.inc(1)).unwrap();
    let tags: Vec<_> = view.case.ticket().tags.iter().map(|tag| tag.as_str()).collect();
    let machines: Vec<_> = view.case.ticket().endpoints.iter().map(ToString::to_string).collect();
    assert_eq!((tags, machines), (vec!["vpn"], vec!["LAP-0001".to_owned()]));
    let mut screen = bench.open(&Place::Tags(bench.about(&[1])));
    bench.press(&mut *screen, "'no good?' enter");
    assert!(bench.drawn(&mut *screen, 80, 24).contains("error: `good?` is not a tag"));
}

#[test]
fn the_status_list_offers_what_the_state_allows() {
    let mut bench = Bench::new();
    let (verb, _) = bench.done(&Place::Status(bench.about(&[1])), "1");
    assert!(matches!(verb, Verb::Start(_)));
    let mut screen = bench.open(&Place::Status(bench.about(&[1])));
    assert!(matches!(bench.press(&mut *screen, "1"), Next::Instead(Place::Hold(_))));
    let (verb, _) = bench.done(&Place::Status(bench.about(&[1])), "3 'wrong person, back to all' ctrl-s");
    assert!(matches!(verb, Verb::Release(_)));
    bench.done(&Place::Resolve(bench.about(&[2])), "enter");
    let (verb, _) = bench.done(&Place::Status(bench.about(&[2])), "2 'it came back today' ctrl-s");
    assert!(matches!(verb, Verb::Reopen(_)));
    bench.be("dana");
    let (verb, _) = bench.done(&Place::Status(bench.about(&[3])), "4 2 'typed by mistake' ctrl-s");
    let Verb::Cancel(cancel) = verb else { panic!("{verb:?}") };
    assert_eq!(cancel.code, CancelCode::RaisedInError);
}

#[test]
fn ones_own_escalation_is_withdrawn_from_the_status_list() {
    let mut bench = Bench::proposed();
    bench.be("ann");
    let (verb, _) = bench.done(&Place::Status(bench.about(&[1])), "'withdraw' enter 'found it myself' ctrl-s");
    assert!(matches!(verb, Verb::Withdraw(_)));
}

#[test]
fn duplicates_are_merged_as_marked_or_as_suggested() {
    let bench = Bench::new();
    let merged = |place: &Place, keys: &str| match bench.command(place, keys) {
        Command::Merge { duplicates, survivor } => (duplicates, survivor),
        other => panic!("{other:?}"),
    };
    let (one, two, three) = (bench.inc(1), bench.inc(2), bench.inc(3));
    let marked = Place::Merge { duplicates: vec![two, three], survivor: one };
    assert_eq!(merged(&marked, "enter"), (vec![two, three], one));
    assert_eq!(merged(&marked, "2 tab enter"), (vec![two, one], three));
    let suggested = Place::Merge { duplicates: vec![], survivor: one };
    assert_eq!(merged(&suggested, "enter"), (vec![three], one), "the like title first");
    assert_eq!(merged(&suggested, "tab enter"), (vec![one], three));
}

#[test]
fn a_link_is_taken_off_from_either_end() {
    let mut bench = Bench::new();
    let link = crate::domain::ticket::Link { kind: crate::domain::ticket::LinkKind::RelatedTo, to: bench.inc(2) };
    let bind = Verb::Link(crate::domain::command::link::AddLink { link });
    for end in [1, 2] {
        let first = bench.inc(1);
        bench.desk.run(&bind, first).unwrap();
        bench.done(&Place::Unlink(bench.about(&[end])), "enter");
        assert!(bench.desk.record(first).unwrap().links.is_empty());
    }
}

#[test]
fn the_history_tells_everything_and_can_be_searched() {
    let mut bench = Bench::new();
    let taken = bench.desk.last_command().unwrap();
    bench.desk.undo(taken).unwrap();
    let mut screen = bench.open(&Place::History(bench.inc(2)));
    let shown = bench.drawn(&mut *screen, 140, 40);
    assert!(
        shown.contains("requester: Marta Ricci")
            && shown.contains("assignee: ann")
            && shown.contains("taken  (undone)"),
        "{shown}"
    );
    bench.press(&mut *screen, "/ 'requester' enter");
    assert!(!bench.drawn(&mut *screen, 80, 24).contains("not found"));
    bench.press(&mut *screen, "'xyzzy' enter");
    assert!(bench.drawn(&mut *screen, 80, 24).contains("not found"));
    assert!(matches!(bench.press(&mut *screen, "esc esc"), Next::Back));
}

#[test]
fn ones_own_changes_are_listed_and_taken_back() {
    let mut bench = Bench::new();
    let command = bench.command(&Place::Changes, "2 enter");
    let receipt = command.carry_out(&mut bench.desk).unwrap();
    assert_eq!(receipt.name(), "INC-1");
    assert!(bench.desk.record(bench.inc(1)).unwrap().case.ticket().assignee.is_none());
    let mut screen = bench.open(&Place::Changes);
    assert!(bench.drawn(&mut *screen, 80, 24).contains("undone"));
}

#[test]
fn the_palette_runs_actions_and_opens_numbers() {
    let bench = Bench::new();
    let palette = Place::Palette(Context::Queue);
    let run = |keys: &str| bench.press(&mut *bench.open(&palette), keys);
    assert!(matches!(run("'merge' enter"), Next::Run(Action::Merge)));
    for typed in ["inc-002", "#2", "2", "INC-2"] {
        let keys = format!("'{typed}' enter");
        assert!(matches!(run(&keys), Next::Instead(Place::Record(agg, _)) if agg == bench.inc(2)), "{typed}");
    }
    assert!(matches!(run("'inc-99' enter"), Next::Find(number) if number == "INC-99"), "where it is refused");
    assert!(matches!(run("'act as bob' enter"), Next::ActAs(who) if who == login("bob")));
    assert!(matches!(run("'=risk' enter"), Next::Instead(Place::View(name)) if name == "At risk"));
    assert!(matches!(run("'@bob' enter"), Next::Instead(Place::Filtered(text)) if text == "owner:bob"));
    assert!(
        matches!(run("'@marta' enter"), Next::Instead(Place::Filtered(text)) if text == "all: req:=\"Marta Ricci\"")
    );
    assert!(matches!(run("'%lap' enter"), Next::Instead(Place::Filtered(text)) if text == "all: asset:=lap-0442"));
    assert!(matches!(run("'>take the' ctrl-y"), Next::Copy(word) if word == "take_next"));
    assert!(matches!(run("'mergd' tab enter"), Next::Run(Action::Merge)), "Tab writes out what the cursor is on");
    let mut screen = bench.open(&Place::GoTo);
    assert!(matches!(bench.press(&mut *screen, "'2' enter"), Next::Find(number) if number == "INC-2"));
    let mut screen = bench.open(&Place::Help(Context::Queue));
    assert!(matches!(bench.press(&mut *screen, "'escalate' enter"), Next::Run(Action::Escalate)));
}

#[test]
fn what_works_elsewhere_is_listed_last_and_says_where() {
    let bench = Bench::new();
    let mut screen = bench.open(&Place::Palette(Context::Queue));
    assert!(matches!(bench.press(&mut *screen, "'return with' enter"), Next::Stay), "nothing is done");
    let shown = bench.drawn(&mut *screen, 80, 24);
    assert!(shown.contains("Return with a reason works in escalations: 2, then x"), "{shown}");
    let listed = |action: Action| action.facts().short;
    let mut screen = bench.open(&Place::Palette(Context::Escalations));
    assert!(matches!(bench.press(&mut *screen, "'return with' enter"), Next::Run(Action::Return)));
    let mut screen = bench.open(&Place::Palette(Context::Queue));
    for action in [Action::Merge, Action::Return, Action::Send, Action::FilterKeep, Action::DeleteWord] {
        bench.press(&mut *screen, "ctrl-u");
        bench.press(&mut *screen, &format!("'{}'", listed(action)));
        assert!(bench.drawn(&mut *screen, 100, 60).contains(listed(action)), "{}", action.word());
    }
}

#[test]
fn tickets_are_found_by_their_words_and_stand_below_what_was_there() {
    let bench = Bench::new();
    let mut screen = bench.open(&Place::Palette(Context::Queue));
    bench.press(&mut *screen, "'vpn drops'");
    let before = bench.drawn(&mut *screen, 80, 24);
    let answered = (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        screen.pass(std::time::Instant::now())
    });
    assert!(answered && screen.awaited().is_none());
    let after = bench.drawn(&mut *screen, 80, 24);
    for number in ["INC-1 ", "INC-3 "] {
        assert!(after.contains(number) && !before.contains(number), "{after}");
    }
    assert!(matches!(bench.press(&mut *screen, "down down enter"), Next::Instead(Place::Record(..))));
}

fn saved(bench: &mut Bench, draft: &Draft) {
    let (me, now) = (bench.desk.person().login.clone(), bench.desk.now());
    bench.desk.store_mut().save_draft(&me, &draft.place, &draft.text, now).unwrap();
}

#[test]
fn a_draft_comes_back_and_goes_when_it_is_sent() {
    let mut bench = Bench::new();
    let place = Place::Write(bench.about(&[1]), Visibility::Internal);
    let mut screen = bench.open(&place);
    assert_eq!(screen.draft(), None);
    bench.press(&mut *screen, "'tried three cables'");
    let draft = screen.draft().unwrap();
    assert_eq!(draft.place, "note INC-1");
    saved(&mut bench, &draft);
    assert!(matches!(bench.press(&mut *screen, "esc"), Next::Back));
    let mut screen = bench.open(&place);
    assert!(bench.drawn(&mut *screen, 80, 24).contains("tried three cables"));
    assert_eq!(screen.draft(), None, "nothing was typed since");
    assert!(matches!(bench.press(&mut *screen, "ctrl-s"), Next::Do(_)));
    screen.refused(&Error::Refused(Code::StaleRevision.because("changed meanwhile")));
    assert!(bench.drawn(&mut *screen, 80, 24).contains("error: changed meanwhile"));
    let kept = screen.draft().unwrap();
    assert!(kept.text.contains("cables"), "a refusal keeps what was typed");
    bench.press(&mut *screen, "ctrl-s");
    assert_eq!(screen.draft().unwrap().text, "");
    assert_eq!(screen.draft(), None);
}

#[test]
fn a_discarded_draft_goes_and_the_outside_editor_brings_its_text_back() {
    let bench = Bench::new();
    let mut screen = bench.open(&Place::Write(bench.about(&[1]), Visibility::Internal));
    bench.press(&mut *screen, "'first'");
    assert!(screen.draft().is_some());
    let next = bench.press(&mut *screen, "ctrl-o");
    assert!(matches!(next, Next::Edit(text) if text == "first"));
    screen.edited("first and second");
    assert!(screen.draft().unwrap().text.contains("first and second"));
    screen.update(Event::Paste("\nthird".to_owned()));
    assert!(screen.draft().unwrap().text.contains("third"));
    assert!(matches!(bench.press(&mut *screen, "ctrl-x"), Next::Back));
    assert_eq!(screen.draft().unwrap().text, "");
}

#[test]
fn a_dialog_about_nothing_is_refused() {
    let bench = Bench::new();
    let nothing = Place::Hold(Subject { records: vec![] });
    let keymap = crate::ui::keymap::Keymap::default();
    let refused = super::open(&nothing, &bench.desk, &keymap).err().map(|why| why.code());
    assert_eq!(refused, Some("not_found"));
    assert!(super::open(&Place::Queue, &bench.desk, &keymap).unwrap().is_none());
}
