//! A shift hand-over on the command line: proposed, kept, signed by both, printed.

use super::Home;

#[test]
fn a_shift_is_handed_over_by_one_who_leaves_and_one_who_comes() {
    let home = Home::desk();
    home.ok("new inc Outlook asks twice -r j.smith --as ann");
    home.ok("take INC-1 --as ann");
    home.ok("hold INC-1 awaiting_requester --for 1h --public please send the log --as ann");
    home.ok("new inc Printer is out of paper -r p.khan --as ann");
    let proposed = home.ok("handover --as ann");
    assert!(proposed.starts_with("Hand-over of tier 1\n"), "{proposed}");
    for part in [
        "New: 2\n  INC-1",
        "Promised for the next shift: 1\n  INC-1    follow-up ",
        "Major incidents and candidates: none\n",
    ] {
        assert!(proposed.contains(part), "{part} in {proposed}");
    }
    assert!(proposed.lines().all(|line| line.chars().count() <= 80), "{proposed}");
    let json = home.json("handover --as carla");
    assert_eq!((json["tier"].clone(), json["sections"][5]["count"].clone()), (2.into(), 0.into()));

    assert_eq!(home.ok("handover write --as ann"), "wrote hand-over 1\n");
    home.ok("handover edit 1 'All quiet but for INC-1' --as ann");
    assert_eq!(home.refused("handover take-over 1 --as bob"), (3, "illegal_transition".into()));
    assert_eq!(home.ok("handover sign --as ann"), "signed hand-over 1\n");
    assert_eq!(home.refused("handover edit 1 'and one more' --as ann"), (3, "illegal_transition".into()));
    assert_eq!(home.refused("handover take-over 1 --as ann"), (4, "segregation_of_duties".into()));
    assert_eq!(home.refused("handover take-over --as ann"), (1, "not_found".into()));
    assert_eq!(home.ok("handover take-over --as bob"), "took over hand-over 1\n");
    assert_eq!(home.refused("undo --as bob"), (3, "undo_blocked".into()));

    let told = home.ok("handover print 1 --as bob");
    assert!(told.starts_with("All quiet but for INC-1\n\nHand-over 1\nleaves  ann, "), "{told}");
    assert!(told.contains("\ncomes   bob, "), "{told}");
    let kept = home.json("handover show 1");
    assert_eq!(kept["state"], "taken_over");
    assert!(kept["proposed"].as_str().unwrap().starts_with("Hand-over of tier 1\n"));
    let next = home.json("handover --as bob");
    assert_eq!(next["since"], kept["ended_at"], "the next shift begins where this one ended");
    assert!(home.ok("handover list").ends_with(" tier 1   ann to bob\n"));
    assert_eq!(home.json("verify")["findings"], serde_json::json!([]));
    home.ok("rebuild");
    assert_eq!(home.json("handover show 1"), kept);
}

#[test]
fn a_hand_over_that_was_written_by_mistake_is_withdrawn_and_a_signature_taken_back() {
    let home = Home::desk();
    home.ok("handover write Nothing happened --sign --as ann");
    home.ok("undo --as ann");
    assert_eq!(home.json("handover show 1")["state"], "withdrawn");
    home.ok("handover write Nothing happened --tier 1 --since 2h --as ann");
    home.ok("handover sign 2 --as ann");
    home.ok("undo --as ann");
    assert_eq!(home.json("handover show 2")["state"], "draft");
    assert_eq!(home.refused("handover --since 2099-01-01T00:00:00Z"), (2, "date_invalid".into()));
    assert_eq!(home.refused("handover show 9"), (1, "not_found".into()));
    let none = home.run("handover take-over --as bob");
    assert!(none.err.contains("no hand-over of a colleague waits for you"), "{}", none.err);
}
