//! Looking after a desk: people, policy, checks and copies.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::Home;

/// The permission bits of a file.
fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode() & 0o7777
}

/// Makes a store at `to` under a umask that takes everything from the others and writing from the group.
fn init_under_umask(home: &Home, to: &str, more: &[&str]) {
    let made = Command::new("/bin/sh")
        .args(["-c", "umask 027; exec \"$0\" \"$@\""])
        .arg(assert_cmd::cargo::cargo_bin("tierdesk"))
        .args(["--store", to, "init"])
        .args(more)
        .env_clear()
        .env("HOME", home.folder())
        .current_dir(home.folder())
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}

#[test]
fn colleagues_of_a_shared_store_can_write_whatever_the_umask_of_its_maker() {
    let home = Home::empty();
    for (to, more, folder, file) in
        [("own/desk.db", &[][..], 0o700, 0o600), ("team/desk.db", &["--shared"][..], 0o2770, 0o660)]
    {
        init_under_umask(&home, to, more);
        let store = home.folder().join(to);
        assert_eq!(mode(store.parent().unwrap()), folder, "folder of {to}");
        for ending in ["", "-wal", "-shm", "-lock", "-anchor"] {
            let beside = home.folder().join(format!("{to}{ending}"));
            assert_eq!(mode(&beside), file, "{}", beside.display());
        }
    }
}

#[test]
fn a_folder_that_was_there_keeps_its_mode() {
    let home = Home::empty();
    let folder = home.folder().join("there");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o751)).unwrap();
    init_under_umask(&home, "there/desk.db", &["--shared"]);
    assert_eq!(mode(&folder), 0o751);
}

#[test]
fn people_are_added_listed_and_changed() {
    let home = Home::desk();
    let users = home.json("user");
    let ann = users.as_array().unwrap().iter().find(|user| user["login"] == "ann").unwrap();
    assert_eq!((&ann["tier"], &ann["rights"]), (&1.into(), &"local_admin".into()));
    home.ok("user set ann --tier 2 --name 'Ann Keller' --discipline software --discipline network");
    assert!(home.ok("user list").contains("Ann Keller"));
    home.ok("user set bob --active no");
    assert_eq!(home.refused("ls --as bob"), (4, "not_permitted".into()));
    assert_eq!(home.refused("user add ann --tier 1"), (3, "illegal_transition".into()));
    assert_eq!(home.refused("user set nobody --tier 1"), (1, "not_found".into()));
}

#[test]
fn a_contact_stays_a_vip_when_the_phone_changes() {
    let home = Home::desk();
    home.ok("contact add 'Marta Ricci' --handle m.ricci --vip yes --phone 1");
    home.ok("contact set m.ricci --phone '+39 02 1'");
    let contact = &home.json("contact list m.")[0];
    assert_eq!((&contact["vip"], &contact["phone"]), (&true.into(), &"+39 02 1".into()));
    home.ok("new inc Mail -r @m.ricci");
    assert_eq!(home.json("show INC-1")["vip"], true);
    assert_eq!(home.run("contact list zz").status, 1);
}

#[test]
fn a_policy_is_checked_with_every_mistake_and_then_put_in_force() {
    let home = Home::desk();
    fs::write(home.folder().join("bad.toml"), "single_supervisor = 3\n[records]\nautoclose_days = \"x\"\n").unwrap();
    let ran = home.run("policy check bad.toml");
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.contains("bad.toml:1: single_supervisor") && ran.err.contains("bad.toml:3: records.autoclose_days"),
        "{}",
        ran.err
    );
    fs::write(home.folder().join("good.toml"), "[records]\nautoclose_days = 9\n").unwrap();
    assert_eq!(home.ok("policy check good.toml"), "good.toml is a valid policy\n");
    home.ok("policy set good.toml");
    assert!(home.ok("policy show").contains("records.autoclose_days = 9"));
    assert_eq!(home.refused("policy set good.toml --as ann"), (4, "not_permitted".into()));
}

#[test]
fn a_backup_can_be_restored() {
    let home = Home::desk();
    home.ok("new inc Kept -r a.b");
    assert!(home.ok("backup copy.db").starts_with("copied to copy.db"));
    assert_eq!(home.run("backup copy.db").status, 3, "it is not written over");
    home.ok("new inc Lost -r a.b");
    home.ok("restore copy.db");
    assert_eq!(home.ok("ls --count"), "1\n");
    assert_eq!(home.refused("restore nowhere.db"), (1, "not_found".into()));
    assert_eq!(home.refused("restore copy.db --as ann"), (4, "not_permitted".into()), "not for technicians");
    assert!(home.ok("verify").ends_with("no differences\n"));
}

#[test]
fn a_changed_row_is_found_and_a_rebuild_mends_it() {
    let home = Home::desk();
    home.ok("new inc Honest title -r a.b");
    rusqlite::Connection::open(home.store()).unwrap().execute("UPDATE ticket SET title = 'forged'", []).unwrap();
    let ran = home.run("verify");
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("Honest title"), "{}", ran.out);
    assert!(home.ok("rebuild").starts_with("folded "));
    assert!(home.ok("verify").ends_with("no differences\n"));
}

#[test]
fn a_demo_is_written_to_a_file_that_opens_like_any_other() {
    let home = Home::empty();
    assert!(home.ok("demo --to d.db").starts_with("made d.db with 120 tickets"));
    assert_eq!(home.ok("--store d.db ls all: type:incident --count"), "120\n");
    assert_eq!(home.ok("--store d.db ls --as ann --limit 1").lines().count(), 1);
    assert!(home.ok("--store d.db verify").ends_with("no differences\n"));
    assert_eq!(home.refused("demo --to d.db"), (3, "illegal_transition".into()), "it is not written over");
}

#[test]
fn the_program_explains_itself() {
    let home = Home::empty();
    assert!(home.ok("--help").contains("escalate"));
    assert!(home.ok("--version").starts_with("tierdesk "));
    assert!(home.ok("man").contains(".TH tierdesk 1"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(home.ok(&format!("completions {shell}")).contains("escalate"), "{shell}");
    }
    assert!(home.ok("keys escalate").contains('e'));
    assert_eq!(home.run("keys qqqq").status, 1);
    assert_eq!(home.run("doctor").status, 5, "there is no store yet");
    home.ok("init --site OSL");
    home.ok("new inc X -r a.b");
    assert!(home.ok("doctor").contains("site             OSL"));
    assert_eq!(home.ok("ls --columns number"), "INC-OSL-1\n");
    assert_eq!(home.refused("init").0, 3);
}
