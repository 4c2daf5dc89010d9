//! Texts by name on the command line: those of the program, the person's own, and what is wrong in a file.

use std::fs;

use super::Home;

const OWN: &str = "[[canned]]\nname = \"got it\"\nuse = \"reply\"\ntext = \"Ciao {requester}, {asset} {number}\"\n";

/// A desk with a call of Marta's about Outlook, and no machine on it.
fn called() -> Home {
    let home = Home::desk();
    home.ok("new inc 'Outlook will not open' --requester 'Marta Ricci' --subcategory crash");
    home
}

#[test]
fn texts_are_listed_as_they_are_suggested_for_a_record() {
    let home = called();
    let first = |line: &str| home.json(line)[0]["name"].as_str().unwrap().to_owned();
    assert_eq!(first("canned list --use resolve"), "shown how");
    assert_eq!(first("canned list --use resolve --for INC-1"), "outlook add-in off");
    assert_eq!(first("canned list --use reply --for INC-1"), "outlook questions");
    let text = home.ok("canned list --use return");
    assert!(text.lines().any(|line| line.starts_with("logs missing") && line.contains("incomplete_handoff")), "{text}");
    assert_eq!(home.refused("canned show wobble"), (1, "not_found".to_owned()));
}

#[test]
fn ones_own_files_win_by_name_and_a_gap_never_reaches_a_requester() {
    let home = called();
    let folder = home.folder().join(".config/tierdesk/canned.d");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("10.toml"), OWN).unwrap();
    assert_eq!(home.ok("canned show 'got it'"), "Ciao {requester}, {asset} {number}\n");
    let filled = home.ok("canned show 'got it' --for INC-1");
    assert_eq!(filled, "Ciao Marta Ricci, [asset?] INC-1\n");
    let ran = home.run(&format!("reply INC-1 '{}'", filled.trim()));
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.err.contains("[asset?] is still to be filled in"), "{ran:?}");
    assert_eq!(home.run("reply INC-1 'Ciao Marta'").status, 0);
    fs::write(folder.join("20.toml"), "[[canned]]\nname = \"x\"\nuse = \"shout\"\ntext = \"{nmber}\"\n").unwrap();
    let ran = home.run("canned show 'got it'");
    assert_eq!((ran.status, ran.out.as_str()), (0, "Ciao {requester}, {asset} {number}\n"), "the rest holds");
    assert!(ran.err.contains("20.toml:3: canned.use: `shout` is not known"), "{ran:?}");
}

#[test]
fn a_file_is_checked_with_every_mistake_at_once() {
    let home = Home::empty();
    fs::write(home.folder().join("own.toml"), OWN).unwrap();
    assert_eq!(home.ok("canned check own.toml"), "own.toml is valid: got it\n");
    assert_eq!(home.json("canned check own.toml")["names"][0], "got it");
    fs::write(home.folder().join("own.toml"), OWN.replace("asset", "aset") + "colour = 1\n").unwrap();
    let ran = home.run("canned check own.toml");
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("own.toml:4: canned.text: `{aset}` is no placeholder"), "{ran:?}");
    assert!(ran.err.contains("own.toml:5: canned.colour: unknown key"), "{ran:?}");
    for path in ["none.toml", "/dev/zero", "."] {
        assert_eq!(home.refused(&format!("canned check {path}")), (2, "format_invalid".to_owned()), "{path}");
    }
}
