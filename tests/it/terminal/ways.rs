//! Ways about the console by real keys: alternates, help, palette, views, and what a key that does nothing says.

use crate::floor::Floor;
use crate::pty::Tty;

fn ann(floor: &Floor) -> Tty {
    Tty::console(&floor.path(), "ann", (80, 24))
}

#[test]
fn function_keys_are_the_same_as_their_letters() {
    let floor = Floor::now();
    let mut tty = ann(&floor);
    tty.keys("f3").sees("as before").keys("'vpn'").sees("1-2 of 2").keys("enter").sees("+ vpn");
    tty.keys("esc").sees("1-6 of 6").keys("f10").sees("- Palette -").keys("esc").misses("- Palette -");
    tty.keys("f1").sees("- Help -").keys("esc").misses("- Help -");
    tty.keys("down").sees(">  3").keys("up").sees(">  2^").keys("right").sees("Timeline").keys("left").sees("[All 6]");
}

#[test]
fn esc_peels_one_layer_and_says_so_at_the_last() {
    let floor = Floor::now();
    let mut tty = ann(&floor);
    tty.keys("/ 'vpn' enter").sees("+ vpn").keys("space").sees("1 marked").keys("a").sees("Note on");
    tty.keys("esc").misses("Note on").keys("esc").misses("1 marked").sees("+ vpn").keys("esc").misses("+ vpn");
    tty.keys("esc").sees("this is the outermost layer");
}

#[test]
fn views_are_one_key_away_and_dash_goes_back() {
    let floor = Floor::now();
    let mut tty = ann(&floor);
    tty.keys("g e")
        .sees("[2 Escal")
        .keys("-")
        .sees("[1 Queue]")
        .keys("-")
        .sees("[2 Escal")
        .keys("g q")
        .sees("[1 Queue]");
    tty.keys("3").sees("no problem is under way").keys("4").sees("not in this version");
    tty.keys("1").sees("[1 Queue]").keys("]").sees("[Mine 1]").keys("[").sees("[All 6]");
}

#[test]
fn help_and_palette_run_what_they_list() {
    let floor = Floor::now();
    let mut tty = ann(&floor);
    tty.keys("? 'claim' enter").sees("taken INC-1").keys(": 'undo' enter").sees("taken back on INC-1");
    tty.keys("enter")
        .sees("Timeline")
        .keys("? 'history' enter")
        .sees("History of INC-1")
        .keys("esc esc")
        .sees("[All 6]");
    tty.keys("2").sees("Deferred").keys("?").sees("escalations: type to search").keys("esc").misses("- Help -");
    assert_eq!(floor.ticket(1).assignee, None);
}

#[test]
fn the_palette_finds_records_people_and_views_and_says_where_an_action_works() {
    let floor = Floor::now();
    let mut tty = ann(&floor);
    tty.keys(": 'inc-002' enter").sees("Timeline").sees("INC-2").keys("esc").sees("[All 6]");
    tty.keys(": '#drops wifi'").sees("VPN drops on WiFi").keys("enter").sees("Timeline").keys("esc").sees("[All 6]");
    tty.keys(": '=free' enter").sees("[Free ").keys(": '@carla' enter").sees("+ owner:carla");
    tty.keys(": 'accept and assign' enter").sees("works in escalations: 2, then A").keys("esc").misses("- Palette -");
    tty.keys(": 'inc-99' enter").sees("there is no INC-99").keys("esc").misses("- Palette -");
}

#[test]
fn a_filter_is_saved_as_a_tab_shared_renamed_removed_and_brought_back() {
    let floor = Floor::now();
    let mut tty = ann(&floor);
    tty.keys("/ 'vpn' ctrl-s")
        .sees("- Save as a view -")
        .keys("'Tunnels' enter")
        .sees("[Tunnels 2]")
        .sees("view saved");
    tty.keys("z").sees("- View Tunnels -").keys("5").sees("view shared");
    Tty::console(&floor.path(), "bob", (80, 24)).keys("[").sees("[Tunnels 2]").keys("z 6").sees("is ann's");
    tty.keys("z 4 'VPN' enter").sees("[VPN 2]").keys("/ 'floor'").sees("1-1 of 1").keys("esc");
    tty.keys("z 6").sees("view removed").misses("[VPN").sees("[All 6]").keys("u").sees("taken back on VPN");
    tty.keys(": '=vpn' enter").sees("[VPN 2]").keys("]").sees("[All 6]");
}

#[test]
fn a_key_that_does_nothing_is_named_with_the_nearest() {
    let floor = Floor::now();
    let mut tty = ann(&floor);
    tty.keys("T").sees("`T` does nothing here; `t` is take-next").keys("Z Z").sees("Caps Lock");
}

#[test]
fn a_begun_sequence_shows_what_may_follow() {
    let floor = Floor::now();
    let mut tty = ann(&floor);
    tty.keys("f").sees("Set the priority").sees("Change the status").keys("esc").misses("Set the priority");
    tty.keys("y").sees("copied INC-1");
}

#[test]
fn words_are_found_in_a_record_forwards_and_backwards() {
    let floor = Floor::now();
    let mut tty = ann(&floor);
    // Typed ahead of the frame that shows the record.
    tty.keys("enter / 'logged' enter").sees("find: logged").keys("shift-tab 'x' enter");
    tty.sees("not found: loggedx").keys("backspace").sees("find: logged").keys("esc").misses("find:").sees("Timeline");
}

#[test]
fn the_last_verb_is_done_again_on_another_row() {
    let floor = Floor::now();
    let mut tty = ann(&floor);
    tty.keys("c").sees("taken INC-1").keys("j ;").sees("taken INC-2");
    assert_eq!(floor.ticket(2).assignee.unwrap().as_str(), "ann");
}

#[test]
fn a_key_typed_right_after_esc_goes_where_esc_leads() {
    let floor = Floor::now();
    let mut tty = ann(&floor);
    // In one write: to a terminal that looks like Alt-j.
    tty.keys("a").sees("Note on INC-1").keys("esc j").misses("Note on").sees(">  3 ");
    tty.keys("/ 'vpn'").sees("1-2 of 2").keys("esc j").sees("[All 6]").sees("1-6 of 6");
}

#[test]
fn the_clipboard_of_the_terminal_gets_the_number() {
    let floor = Floor::now();
    let mut tty = ann(&floor);
    let heard = tty.heard();
    tty.keys("y").sees("copied INC-1");
    let bytes = String::from_utf8(tty.bytes_after(heard)).unwrap();
    assert!(bytes.contains("\x1b]52;c;SU5DLTE="), "{bytes:?}");
}

#[test]
fn one_key_says_why_a_clock_stands_where_it_stands() {
    let floor = Floor::now();
    let mut tty = ann(&floor);
    tty.keys("C").sees("Why: INC-1").sees("1 Response: ").sees("of 30m used").sees("Response, step by step");
    tty.keys("2").sees("Resolution, step by step").keys("tab").sees("Tier 1, step by step");
    tty.keys("G").sees("escalated, and tier 2 accepts").keys("C").misses("Why: INC-1");
    tty.keys("enter")
        .sees("to respond")
        .keys("C")
        .sees("Why: INC-1")
        .keys("r")
        .sees("Reply")
        .keys("esc")
        .sees("Why: INC-1");
    tty.keys("esc").misses("Why: INC-1").sees("Timeline");
}
