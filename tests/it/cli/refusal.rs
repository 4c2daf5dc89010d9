//! How a command ends when it comes to nothing: status, code, sentence and hint.

use super::Home;

#[test]
fn a_lost_claim_says_who_has_it() {
    let home = Home::desk();
    home.ok("new inc One -r a.b");
    home.ok("take INC-1 --as ann");
    let ran = home.run("take INC-1 --as bob");
    assert_eq!(ran.status, 3);
    assert!(
        ran.err.starts_with("tierdesk: INC-1 was taken by ann ") && ran.err.contains("(taken_already)"),
        "{}",
        ran.err
    );
    assert_eq!(home.refused("take INC-1 --as bob"), (3, "taken_already".into()));
    assert_eq!(home.run("take next --as bob").status, 1, "nothing is free");
}

#[test]
fn each_kind_of_refusal_has_its_status() {
    let home = Home::desk();
    home.ok("new inc One -r a.b --take --as ann");
    let hold = "hold INC-1 awaiting_requester --public --for";
    for (line, status, code) in [
        ("show INC-99", 1, "not_found"),
        ("undo --as bob", 1, "nothing_to_undo"),
        ("show nonsense", 2, "text_invalid"),
        ("note INC-1 ''", 2, "text_invalid"),
        ("release INC-1 short --as ann", 2, "text_invalid"),
        ("new inc No requester", 2, "field_missing"),
        ("new inc X -r a.b --category install --subcategory new_install", 2, "category_invalid"),
        ("new inc X -r a.b --opened-at 2001-01-01T00:00:00Z", 2, "opened_at_invalid"),
        (&format!("{hold} 99d wait for the requester --as ann"), 2, "followup_out_of_range"),
        ("ls nonsense:field", 2, "filter_invalid"),
        ("ls --nonsense", 2, "usage"),
        ("escalate INC-1 --to 2 --as ann", 2, "reason_required"),
        ("escalate INC-1 --to 2 --why skill --as ann", 3, "handoff_incomplete"),
        ("resume INC-1 --as ann", 3, "illegal_transition"),
        ("resolve INC-1 fixed restarted the whole machine --as ann", 3, "category_unresolved"),
        ("note INC-1 late --rev 7 --as ann", 3, "stale_revision"),
        ("take INC-1 --as carla", 3, "taken_already"),
        ("start INC-1 --as bob", 4, "not_permitted"),
        ("cancel INC-1 withdrawn the requester called again --as ann", 4, "not_permitted"),
        ("user add eve --tier 1 --as ann", 4, "not_permitted"),
        ("ls --as nobody", 4, "not_permitted"),
    ] {
        assert_eq!(home.refused(line), (status, code.to_owned()), "{line}");
    }
    assert_eq!(home.json("show INC-1")["rev"], 1, "nothing was written");
}

#[test]
fn of_several_records_those_that_refuse_are_left_alone_and_named() {
    let home = Home::desk();
    home.ok("new inc One -r a.b");
    home.ok("new inc Two -r a.b --take --as bob");
    let ran = home.run("take INC-1 INC-2 --as ann");
    assert_eq!(ran.status, 3);
    assert!(ran.out.starts_with("taken INC-1, 1 left alone: INC-2 was taken by bob"), "{}", ran.out);
    assert_eq!(home.json("show INC-1")["assignee"], "ann");
}

#[test]
fn reading_makes_no_store_and_the_first_ticket_does() {
    let home = Home::empty();
    assert_eq!(home.refused("ls"), (5, "store_missing".into()));
    assert!(!home.store().exists());
    let ran = home.run("new inc First ticket -r a.b");
    assert_eq!((ran.status, ran.out.as_str()), (0, "logged INC-1\n"));
    assert!(ran.err.starts_with("tierdesk: made a new desk at "), "{}", ran.err);
    assert!(home.store().exists());
    let elsewhere = home.command().env("TIERDESK_STORE", "nowhere.db").arg("ls").output().unwrap();
    assert_eq!(elsewhere.status.code(), Some(5));
    assert!(!home.folder().join("nowhere.db").exists());
}

#[test]
fn a_damaged_store_and_a_foreign_file_are_told_apart_from_a_busy_one() {
    let home = Home::desk();
    let mut bytes = std::fs::read(home.store()).unwrap();
    bytes[..16].copy_from_slice(b"no database here");
    std::fs::write(home.folder().join("bad.db"), &bytes).unwrap();
    assert_eq!(home.refused("--store bad.db ls").0, 6);
    rusqlite::Connection::open(home.folder().join("other.db")).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert_eq!(home.refused("--store other.db ls"), (6, "store_foreign".into()));
}

#[test]
fn a_named_file_that_is_not_there_or_no_text_is_told_alike_by_every_command() {
    let home = Home::desk();
    std::fs::write(home.folder().join("noise"), [b'a', 0xff, 0xfe]).unwrap();
    for command in ["policy check", "policy set", "contract check", "contract add", "sla check"] {
        assert_eq!(home.refused(&format!("{command} nowhere.toml")), (2, "format_invalid".into()), "{command}");
        assert_eq!(home.refused(&format!("{command} noise")), (2, "format_invalid".into()), "{command}");
    }
}

#[test]
fn a_refusal_in_words_has_a_hint_below_it() {
    let home = Home::desk();
    let ran = home.run("new inc No requester");
    assert_eq!(
        ran.err,
        "tierdesk: the requester is missing (field_missing)\n  name one with @name or --requester, or choose the source monitoring\n"
    );
    assert_eq!(ran.out, "");
}
