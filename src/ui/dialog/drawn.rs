//! Every dialog as it is drawn.

use super::bench::Bench;
use crate::domain::incident::Visibility;
use crate::ui::action::Context;
use crate::ui::screen::{Place, Screen};

/// Every dialog, by the name of its snapshot.
fn all(bench: &mut Bench) -> Vec<(&'static str, Box<dyn Screen>)> {
    let (one, subject) = (bench.inc(1), bench.about(&[1]));
    let s = || subject.clone();
    let places = vec![
        ("reply", Place::Write(s(), Visibility::Requester)),
        ("note", Place::Write(s(), Visibility::Internal)),
        ("resolve", Place::Resolve(s())),
        ("hold", Place::Hold(s())),
        ("assign", Place::Assign(s())),
        ("accept", Place::AcceptAssign(one)),
        ("priority", Place::Priority(s())),
        ("category", Place::Category(s())),
        ("impact", Place::Impact(s())),
        ("urgency", Place::Urgency(s())),
        ("contract", Place::Contract(s())),
        ("asset", Place::Asset(s())),
        ("tags", Place::Tags(s())),
        ("status", Place::Status(s())),
        ("merge", Place::Merge { duplicates: vec![], survivor: one }),
        ("unlink", Place::Unlink(s())),
        ("return", Place::Return(one)),
        ("defer", Place::Defer(one)),
        ("new", Place::New),
        ("history", Place::History(one)),
        ("changes", Place::Changes),
        ("palette", Place::Palette(Context::Queue)),
        ("go_to", Place::GoTo),
        ("help", Place::Help(Context::Queue)),
    ];
    // Only its owner writes a hand-off.
    bench.be("ann");
    let escalate = bench.open(&Place::Escalate(s()));
    bench.be("carla");
    let mut all: Vec<_> = places.into_iter().map(|(name, place)| (name, bench.open(&place))).collect();
    let second = |place: Place| {
        let mut screen = bench.open(&place);
        bench.press(&mut *screen, "tab");
        screen
    };
    all.push(("escalate", escalate));
    all.push(("resolve_freely", second(Place::Resolve(s()))));
    all.push(("hold_until", second(Place::Hold(s()))));
    all
}

#[test]
fn every_dialog_as_drawn() {
    let mut bench = Bench::proposed();
    for (name, mut screen) in all(&mut bench) {
        for (width, height) in [(80, 24), (140, 40)] {
            let shown = bench.drawn(&mut *screen, width, height);
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), shown);
        }
    }
}

#[test]
fn no_dialog_covers_header_or_footer_at_any_size() {
    let mut bench = Bench::proposed();
    for (name, mut screen) in all(&mut bench) {
        for (width, height) in [(80, 24), (60, 20), (140, 40)] {
            let shown = bench.drawn(&mut *screen, width, height);
            let lines: Vec<_> = shown.lines().collect();
            assert!(lines[0].is_empty() && lines[1].is_empty(), "{name} {width}x{height}\n{shown}");
            let last = lines.get(usize::from(height) - 1).copied().unwrap_or_default();
            assert!(last.is_empty(), "{name} {width}x{height}\n{shown}");
        }
        for (width, height) in [(1, 1), (20, 5), (40, 10), (300, 12)] {
            bench.drawn(&mut *screen, width, height);
        }
    }
}
