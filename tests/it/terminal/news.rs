//! Two people at one desk: what one does is heard by the other once, and read with one key.

use tierdesk::app::run::Requester;
use tierdesk::domain::command::Verb;
use tierdesk::domain::command::inbox::Return;
use tierdesk::domain::command::log::Log;
use tierdesk::domain::escalation::ReturnCode;
use tierdesk::domain::priority::{Impact, Urgency};
use tierdesk::domain::text::{Reason, Title};

use crate::floor::{Floor, inc};
use crate::pty::Tty;

fn count(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).filter(|window| *window == what).count()
}

/// ann's console, with what her file says of news.
fn console(floor: &Floor, notify: &str) -> Tty {
    let config = floor.path().with_file_name("look.toml");
    std::fs::write(&config, format!("[ui]\nnotify = \"{notify}\"\n")).unwrap();
    let (store, config) = (floor.path(), config.to_str().unwrap().to_owned());
    let args = ["--store", store.to_str().unwrap(), "--as", "ann", "--config", &config];
    let mut tty = Tty::start((80, 24), env!("CARGO_BIN_EXE_tierdesk"), &args, &[]);
    tty.sees("INC-1");
    tty
}

fn returned(floor: &Floor) {
    let mut carla = floor.desk("carla");
    let note = Reason::new("please restart it once").unwrap();
    let one = inc(&carla, 1);
    carla.run(&Verb::Return(Return { code: ReturnCode::WithinTierRights, note }), one).unwrap();
}

#[test]
fn a_returned_escalation_is_heard_once_and_read_with_one_key() {
    let floor = Floor::now().escalated();
    let mut tty = console(&floor, "osc9");
    let heard = tty.heard();
    returned(&floor);
    tty.sees("!1 ");
    // Another minute or key rings nothing again.
    tty.keys("j").keys("R").keys("N").sees("hand-off returned by carla").keys("enter").sees("Timeline");
    let bytes = tty.bytes_after(heard);
    assert_eq!(count(&bytes, b"\x1b]9;INC-1 hand-off returned by carla"), 1);
    tty.keys("esc").sees("[All").misses("!1 ").keys("N").sees("No news");
}

#[test]
fn a_bell_is_for_what_cannot_wait() {
    let floor = Floor::now().escalated();
    let mut tty = console(&floor, "bell");
    let heard = tty.heard();
    returned(&floor);
    tty.sees("!1 ");
    assert_eq!(count(&tty.bytes_after(heard), b"\x07"), 0, "one returned hand-off can wait");
    let log = Log {
        impact: Some(Impact::High),
        urgency: Urgency::High,
        ..Log::titled(Title::new("Nobody in Berlin can work").unwrap())
    };
    // A rule moves a P1 to tier 2, and the policy of this desk does not ask ann; dana hears it.
    let mut bob = floor.desk("bob");
    bob.log(&log, Some(&Requester::Named("k.osei".to_owned()))).unwrap();
    let store = floor.path();
    let args = ["--store", store.to_str().unwrap(), "--as", "dana"];
    let mut dana = Tty::start((80, 24), env!("CARGO_BIN_EXE_tierdesk"), &args, &[]);
    dana.sees("INC-1");
    let heard = dana.heard();
    bob.log(&log, Some(&Requester::Named("k.osei".to_owned()))).unwrap();
    dana.sees("INC-8");
    dana.keys("N").sees("new P1");
    assert_eq!(count(&dana.bytes_after(heard), b"\x07"), 1, "once for all that came with it");
}
