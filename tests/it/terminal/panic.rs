//! A fault of the program gives the terminal back before it says what happened.
//!
//! The console has no key for a fault, so this test starts itself in a terminal and panics there.

use tierdesk::ui::key::guard;
use tierdesk::ui::term::{Options, Term};

use crate::pty::Tty;

/// Tells the test that it is the one in the terminal.
const VICTIM: &str = "TIERDESK_TEST_PANIC";
const THIS: &str = "terminal::panic::a_panic_gives_the_terminal_back_and_tells_what_happened";

#[test]
fn a_panic_gives_the_terminal_back_and_tells_what_happened() {
    if std::env::var_os(VICTIM).is_some() {
        let mut term = Term::enter(Options { mouse: true, guard: guard(0, false) }).unwrap();
        term.draw(|frame| frame.buffer_mut().set_string(0, 0, "drawn", ratatui::style::Style::new())).unwrap();
        term.draw(|_| panic!("while drawing")).unwrap();
    }
    let exe = std::env::current_exe().unwrap();
    let args = ["--exact", THIS, "--nocapture", "--test-threads=1"];
    let mut tty = Tty::start((80, 24), exe.to_str().unwrap(), &args, &[(VICTIM, "1")]);
    tty.sees("drawn");
    assert_ne!(tty.ended(), 0);
    tty.is_over();
    assert!(!tty.state(vt100::Screen::alternate_screen) && !tty.state(vt100::Screen::hide_cursor));
    assert!(!tty.state(vt100::Screen::bracketed_paste));
    assert_eq!(tty.state(vt100::Screen::mouse_protocol_mode), vt100::MouseProtocolMode::None);
    let told = tty.state(vt100::Screen::contents);
    assert!(told.contains("while drawing"), "{told}");
}
