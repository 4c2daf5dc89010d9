//! The console line by line: every action of the table, a journey, and what never leaves it.

use std::cell::RefCell;
use std::io::{Cursor, Write};
use std::rc::Rc;

use tierdesk::ui::action::Action;
use tierdesk::ui::console::Console;
use tierdesk::ui::keymap::Keymap;
use tierdesk::ui::plain::Session;
use tierdesk::ui::plain::paper::{CELLS, Paper};
use tierdesk::ui::plain::way::{How, how};
use tierdesk::ui::theme::{GlyphSet, Palette, Theme};
use unicode_width::UnicodeWidthStr;

use crate::floor::Floor;

/// What was written, for the test to read when the conversation is over.
#[derive(Clone, Default)]
struct Written(Rc<RefCell<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Who listens at the other end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Other {
    Person,
    Script,
}

/// Everything that is written while somebody types these lines, and the exit status.
fn talk(floor: &Floor, who: &str, other: Other, lines: &[&str]) -> (String, u8) {
    let theme = Theme::new(Palette::Mono, GlyphSet::Ascii);
    let console = Console::new(floor.desk(who), Keymap::default(), theme, "jump01".to_owned()).unwrap();
    let written = Written::default();
    let input = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let input = Box::new(Cursor::new(input.into_bytes()));
    let paper = Paper::new(input, Box::new(written.clone()), other == Other::Person).repeating();
    let mut session = Session::new(console, paper);
    session.converse("? lists what can be typed").unwrap();
    let text = String::from_utf8(written.0.borrow().clone()).unwrap();
    for line in text.lines() {
        assert!(line.width() <= CELLS, "wider than {CELLS} cells: {line}");
        assert!(!line.chars().any(char::is_control), "a control character: {line:?}");
    }
    (text, session.status())
}

fn said(floor: &Floor, who: &str, lines: &[&str]) -> String {
    talk(floor, who, Other::Person, lines).0
}

/// The desk that a case needs.
#[derive(Clone, Copy)]
enum At {
    Noon,
    HandedOver,
    Outage,
    /// PRB-1 is suspected behind INC-1.
    Suspected,
}

/// For every action what is typed, by whom, and what is read then.
const WAYS: &[(Action, At, &str, &[&str], &str)] = &[
    (Action::TakeNext, At::Noon, "ann", &["t"], "taken INC-1"),
    (Action::Take, At::Noon, "ann", &["2 c"], "taken INC-2"),
    (Action::Assign, At::Noon, "dana", &["1 A bob"], "assigned INC-1"),
    (Action::Escalate, At::Noon, "ann", &["5 e", "", "2", "", "", "look at the policy", "", ""], "escalated INC-5"),
    (Action::Reply, At::Noon, "ann", &["5 r", "", "I am on it, you hear from me today.", "."], "replied on INC-5"),
    (Action::Note, At::Noon, "ann", &["5 a seen before"], "noted on INC-5"),
    (Action::Resolve, At::Noon, "ann", &["5 d 1"], "resolved INC-5"),
    (Action::Hold, At::Noon, "ann", &["5 w 1"], "put on hold INC-5"),
    (Action::Resume, At::Noon, "ann", &["5 i"], "INC-5"),
    (Action::Merge, At::Noon, "dana", &["1 m 1"], "merged"),
    (Action::Unlink, At::Outage, "dana", &["INC-3", "x"], "Take INC-3 out of\n1 INC-1"),
    (Action::Priority, At::Noon, "dana", &["3 fp 1"], "changed INC-3"),
    (Action::Category, At::Noon, "dana", &["3 fc crash"], "changed INC-3"),
    (Action::Impact, At::Noon, "dana", &["3 fi 1"], "changed INC-3"),
    (Action::Urgency, At::Noon, "dana", &["3 fg 1"], "changed INC-3"),
    (Action::Contract, At::Noon, "dana", &["3 fk"], "Contract of INC-3"),
    (Action::Asset, At::Noon, "dana", &["3 fa +LAP-9"], "changed INC-3"),
    (Action::Tags, At::Noon, "dana", &["3 ft +vpn"], "tagged INC-3"),
    (Action::Status, At::Noon, "ann", &["3 fs 1"], "taken INC-3"),
    (Action::Major, At::Noon, "dana", &["1 fm 2", "the whole floor", "."], "proposed as major: INC-1"),
    (Action::EditText, At::Noon, "ann", &["5", "E", "another description", "."], "changed INC-5"),
    (Action::History, At::Noon, "ann", &["1 H"], "History of INC-1"),
    (Action::Explain, At::Noon, "ann", &["1 C"], "Why: INC-1"),
    (Action::Promote, At::Noon, "dana", &["1 P", "", "", "", "", ""], "logged PRB-1"),
    (Action::Bind, At::Suspected, "dana", &["3 b 1"], "INC-3"),
    (Action::StageNext, At::Suspected, "dana", &["gp", "1", ">"], "taken PRB-1"),
    (Action::StageBack, At::Suspected, "dana", &["gp", "1 <"], "there is no stage to go back to"),
    (Action::Workaround, At::Suspected, "dana", &["gp", "1 W"], "Workaround of PRB-1"),
    (Action::AskVendor, At::Suspected, "dana", &["gp", "1 e"], "Ask the vendor of PRB-1"),
    (Action::Analyse, At::Suspected, "dana", &["gp", "1 f"], "Fields of PRB-1"),
    (Action::AcceptNext, At::HandedOver, "carla", &["ge", "t"], "accepted INC-1"),
    (Action::Accept, At::HandedOver, "carla", &["ge", "1", "c"], "accepted INC-1"),
    (Action::AcceptAssign, At::HandedOver, "carla", &["ge", "1 A carla"], "accepted INC-1"),
    (Action::FixOwner, At::HandedOver, "dana", &["ge", "1 O"], "One owner for INC-1"),
    (Action::Return, At::HandedOver, "carla", &["ge", "1 x", "1", "please try the cable first", "."], "returned INC-1"),
    (Action::HandBack, At::Noon, "ann", &["5 B"], "Hand back"),
    (Action::Defer, At::HandedOver, "carla", &["ge", "1 w 1h"], "put off INC-1"),
    (Action::PassOn, At::HandedOver, "dana", &["ge", "1 e"], "Escalate INC-1"),
    (Action::Down, At::Noon, "ann", &["j"], "2  P3"),
    (Action::Up, At::Noon, "ann", &["j", "k"], "1  P2"),
    (Action::Open, At::Noon, "ann", &["1"], "Owner    -  free"),
    (Action::Out, At::Noon, "ann", &["1", "back"], "again lists it"),
    (Action::First, At::Noon, "ann", &["j", "gg"], "1  P2"),
    (Action::Last, At::Noon, "ann", &["G"], "6  P5"),
    (Action::PageDown, At::Noon, "ann", &["n"], "this is the last page"),
    (Action::PageUp, At::Noon, "ann", &["p"], "this is the first page"),
    (Action::SiblingNext, At::Noon, "ann", &["]"], "queue Mine, 1 open"),
    (Action::SiblingPrevious, At::Noon, "ann", &["["], "open"),
    (Action::PaneNext, At::Noon, "ann", &["5", "tick"], "Checklist of INC-5"),
    (Action::PanePrevious, At::Noon, "ann", &["5", "shift-tab"], "Checklist of INC-5"),
    (Action::Tick, At::Noon, "ann", &["5", "tick 1"], "answered on INC-5"),
    (Action::ViewQueue, At::Noon, "ann", &["ge", "view 1"], "queue tier 1"),
    (Action::ViewEscalations, At::HandedOver, "carla", &["view 2"], "escalations, Inbox: 1"),
    (Action::ViewProblems, At::Noon, "ann", &["view 3"], "problems"),
    (Action::ViewCampaigns, At::Noon, "ann", &["view 4"], "proactive"),
    (Action::ViewDashboard, At::Noon, "ann", &["view 5"], "reactive"),
    (Action::ViewAssets, At::Noon, "ann", &["view 6"], "assets"),
    (Action::ViewReports, At::Noon, "ann", &["view 7"], "reports"),
    (Action::ViewBack, At::Noon, "ann", &["ge", "-"], "queue tier 1"),
    (Action::News, At::HandedOver, "carla", &["news"], "handed over by ann"),
    (Action::Handover, At::Noon, "ann", &["gh"], "Hand over tier 1"),
    (Action::GoTo, At::Noon, "ann", &["#2"], "INC-2 P3"),
    (Action::Filter, At::Noon, "ann", &["/vpn"], "2 found, filter vpn"),
    (Action::FindText, At::Noon, "ann", &["1", "/restart"], "> /restart\n10:30 reported\n"),
    (Action::Mark, At::Noon, "ann", &["1 3"], "2 marked"),
    (Action::MarkRange, At::Noon, "ann", &["1-3"], "3 marked"),
    (Action::MarkAll, At::Noon, "ann", &["*"], "6 marked"),
    (Action::Views, At::Noon, "ann", &["z", "cancel"], "Save what is shown as a view"),
    (Action::Sort, At::Noon, "ann", &["s 3"], "filter sort:-age"),
    (Action::Arrange, At::Noon, "ann", &["1", "z"], "> z\nINC-1 P2"),
    (Action::Refresh, At::Noon, "ann", &["R"], "queue tier 1, 6 open"),
    (Action::New, At::Noon, "ann", &["new keyboard is dead @j.smith"], "logged INC-7"),
    (Action::Undo, At::Noon, "ann", &["1 c", "u"], "taken back on INC-1"),
    (Action::Changes, At::Noon, "ann", &["1 c", "U"], "taken INC-1"),
    (Action::Repeat, At::Noon, "ann", &["1 c", "2 ;"], "taken INC-2"),
    (Action::CopyId, At::Noon, "ann", &["1", "y"], "INC-1"),
    (Action::CopyText, At::Noon, "ann", &["1", "Y"], "Owner: -  free"),
    (Action::Export, At::Noon, "ann", &["X nowhere.pdf"], "name a file that ends in .csv"),
    (Action::Palette, At::Noon, "ann", &["1 c", ":undo my"], "taken back on INC-1"),
    (Action::Help, At::Noon, "ann", &["? escal"], "Escalate"),
    (Action::Quit, At::Noon, "ann", &["q", "t"], "? help"),
    (Action::Repaint, At::Noon, "ann", &["ctrl-l"], "queue tier 1, 6 open"),
    (Action::Send, At::Noon, "ann", &["new", "screen is black @j.smith", "."], "logged INC-7"),
    (Action::Close, At::Noon, "ann", &["5 a", "half a word", ".cancel", "5 a"], "this goes on with what you typed"),
    (Action::Discard, At::Noon, "ann", &["5 a", "half a word", ".discard", "5 a"], "Note on INC-5"),
    (Action::Canned, At::Noon, "ann", &["5 a", ".canned got it", "."], "noted on INC-5"),
    (Action::InsertField, At::Noon, "ann", &["5 a", ".insert number", "."], "| INC-5"),
    (Action::PickOther, At::Noon, "ann", &["5 w", "tab", ""], "Until [2d]"),
    (Action::Pick, At::Noon, "ann", &["5 w", "1"], "put on hold INC-5"),
    (Action::PickClose, At::Noon, "ann", &["5 w", "cancel", "5 i"], "INC-5"),
];

#[test]
fn every_action_has_a_way_line_by_line_or_a_reason_for_none() {
    let mut wrong = Vec::new();
    for action in Action::ALL {
        let ways: Vec<_> = WAYS.iter().filter(|way| way.0 == *action).collect();
        if let How::Needless(why) = how(*action) {
            assert!(!why.is_empty() && ways.is_empty(), "{}", action.word());
            continue;
        }
        if ways.is_empty() {
            wrong.push(format!("{}: no line here says how it is done in plain mode", action.word()));
        }
        for (_, at, who, lines, sees) in ways {
            let floor = match at {
                At::Noon => Floor::at_noon(),
                At::HandedOver => Floor::at_noon().escalated(),
                At::Outage => Floor::at_noon().outage(),
                At::Suspected => Floor::at_noon().suspected(),
            };
            let text = said(&floor, who, lines);
            let answer = text.split_once("? help\n").map_or(text.as_str(), |(_, answer)| answer);
            let answer = if *action == Action::Quit { text.as_str() } else { answer };
            if !answer.contains(sees) {
                wrong.push(format!("{}: no `{sees}` in\n{answer}", action.word()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_day_at_the_desk_line_by_line() {
    let floor = Floor::at_noon();
    let text = said(
        &floor,
        "ann",
        &[
            "new printer on floor 3 is dead @j.smith %PRN-1",
            "c",
            "r",
            "",
            "I look at it now, it takes ten minutes.",
            "..and a second line.",
            ".",
            "w 1",
            "i",
            "e",
            "",
            "2",
            "",
            "",
            "replace the fuser",
            "",
            "1",
            ": act as carla",
            "view 2",
            "1",
            "c",
            "open",
            "d 1",
            "u",
        ],
    );
    let steps = [
        "logged INC-7",
        "taken INC-7",
        "replied on INC-7",
        "put on hold INC-7",
        "resumed INC-7",
        "Ask: replace the fuser",
        "escalated INC-7",
        "you are carla now",
        "hand-off INC-7",
        "accepted INC-7",
        "resolved INC-7",
        "taken back on INC-7",
    ];
    let mut rest = text.as_str();
    for step in steps {
        let at = rest.find(step).unwrap_or_else(|| panic!("no `{step}` in order in\n{text}"));
        rest = &rest[at + step.len()..];
    }
    let ticket = floor.ticket(7);
    assert_eq!(ticket.assignee.map(|who| who.to_string()).as_deref(), Some("carla"));
    assert_eq!(ticket.resolved_at, None);
}

#[test]
fn what_was_typed_is_kept_whatever_ends_the_conversation() {
    let floor = Floor::at_noon();
    said(&floor, "ann", &["5 r", "", "The macro is signed now,", "please try"]);
    let text = said(&floor, "ann", &["5 r", "", ""]);
    assert!(text.contains("The macro is signed now,\n  please try"), "{text}");
    assert!(text.contains("replied on INC-5"), "{text}");
    let text = said(&floor, "ann", &["5 r"]);
    assert!(!text.contains("please try"), "a sent text is no draft any more\n{text}");
}

#[test]
fn a_script_ends_at_its_first_mistake() {
    for (lines, status, says) in [
        (&["1 c", "a done"][..], 0, "noted on INC-1"),
        (&["6 c", "1 c"], 3, "error: INC-6 was taken by bob"),
        (&["wobble", "1 c"], 2, "`wobble` is nothing here"),
        (&["9", "1 c"], 2, "there is no row 9: 6 are listed so far"),
        (&["c", "1 c"], 2, "which one? write its number first"),
        (&["1 A nobody", "1 c"], 2, "nothing fits `nobody`"),
        (&["INC-99", "1 c"], 3, "INC-99"),
        (&["5 e", "", "x", "1 c"], 2, "Reason: 1 to 5"),
        (&["/prio:wobble", "1 c"], 3, "wobble"),
    ] {
        let floor = Floor::at_noon();
        let (text, ended) = talk(&floor, "ann", Other::Script, lines);
        assert!(text.contains(says), "no `{says}` in\n{text}");
        assert_eq!(ended, status, "{text}");
        assert_eq!(floor.ticket(1).assignee.is_some(), status == 0, "{text}");
    }
}

#[test]
fn a_person_mends_what_was_refused() {
    let floor = Floor::at_noon();
    let text = said(&floor, "ann", &["5 e", "", "x", "2", "", "", "", "", "", "3", "", "", "unblock it", ""]);
    assert!(text.contains("Reason: 1 to 5") && text.contains("the line Ask is empty"), "{text}");
    assert!(text.contains("change which? [3]") && text.contains("escalated INC-5"), "{text}");
}

#[test]
fn numbers_stay_those_of_the_list_that_was_told() {
    let floor = Floor::at_noon();
    // The first row leaves its place when it is taken by another filter; its number still means it.
    let text = said(&floor, "ann", &["/owner:none", "1 c", "1 a taken over", "2"]);
    assert!(text.contains("taken INC-1\n"), "{text}");
    assert!(text.contains("noted on INC-1\n"), "{text}");
    assert!(text.contains("INC-2 P3"), "{text}");
}

#[test]
fn hostile_text_leaves_nothing_but_letters() {
    use tierdesk::app::run::Requester;
    use tierdesk::domain::command::log::Log;
    use tierdesk::domain::text::Title;

    let floor = Floor::at_noon();
    let mut desk = floor.desk("bob");
    let title = Title::new("a\u{202e}b \u{200b}c \u{1b}]52;c;eA==\u{7} d").unwrap();
    desk.log(&Log::titled(title), Some(&Requester::Named("m\u{1b}[31m".to_owned()))).unwrap();
    let text =
        said(&floor, "ann", &["", "INC-7", "a \u{1b}[2Jx\u{202e}", "H", "y", "/\u{1b}[A", "\u{9b}31m", "?\u{1b}"]);
    assert!(text.contains("INC-7"), "{text}");
    assert!(!text.contains(['\u{202e}', '\u{200b}']), "{text}");
}
