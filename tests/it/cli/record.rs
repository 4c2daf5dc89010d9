//! What a record looks like to a script and to a person.

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::Home;

/// Keys that every record has, whatever it holds.
const KEYS: [&str; 30] = [
    "number",
    "type",
    "title",
    "state",
    "tier",
    "priority",
    "impact",
    "urgency",
    "category",
    "subcategory",
    "work_mode",
    "assignee",
    "requester",
    "opened_at",
    "logged_at",
    "acknowledged_at",
    "responded_at",
    "resolved_at",
    "closed_at",
    "clocks",
    "due_at",
    "sla",
    "escalations",
    "links",
    "tags",
    "rev",
    "description",
    "vip",
    "follow_up_at",
    "worklog",
];

#[test]
fn every_key_is_there_and_null_where_there_is_nothing() {
    let home = Home::desk();
    home.ok("new inc Bare -r a.b");
    let it = home.json("show INC-1");
    for key in KEYS {
        assert!(it.get(key).is_some(), "{key}");
    }
    for key in ["assignee", "acknowledged_at", "resolved_at", "closed_at", "description"] {
        assert_eq!(it[key], Value::Null, "{key}");
    }
    assert_eq!((&it["type"], &it["requester"], &it["rev"]), (&"incident".into(), &"a.b".into(), &1.into()));
    let opened = it["opened_at"].as_str().unwrap();
    assert!(opened.len() == 20 && opened.ends_with('Z'), "{opened}");
}

#[test]
fn clocks_are_told_as_they_stand_at_an_instant() {
    let home = Home::desk();
    // Two whole working days from now on, whatever the day: a P4 has 4 h to be answered and 48 h to be resolved.
    home.ok("new inc Slow -r a.b");
    let it = home.json("show INC-1");
    assert_eq!(it["sla"], "ok");
    let clocks = it["clocks"].as_array().unwrap();
    let kinds: Vec<_> = clocks.iter().map(|clock| clock["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["response", "resolution", "ola"]);
    let response = &clocks[0];
    assert_eq!(it["due_at"], response["due_at"], "what is due first");
    let target = response["target_s"].as_i64().unwrap();
    assert_eq!(response["elapsed_s"].as_i64().unwrap() + response["remaining_s"].as_i64().unwrap(), target);
    assert_eq!(
        (&response["nth"], &response["status"], &response["band"]),
        (&1.into(), &"running".into(), &"ok".into())
    );
    assert_eq!(response["ever_breached"], false);
    let late = "2030-01-02T12:00:00Z";
    for then in [home.json(&format!("show INC-1 --now {late}")), home.json(&format!("show INC-1 --at {late}"))] {
        assert_eq!((&then["sla"], &then["clocks"][0]["band"]), (&"breached".into(), &"breached".into()));
        assert_eq!(then["clocks"][0]["ever_breached"], true);
        assert!(then["clocks"][0]["remaining_s"].as_i64().unwrap() < 0);
        assert_eq!(then["due_at"], it["due_at"]);
    }
    assert_eq!(home.json(&format!("ls is:breached --now {late}"))[0]["sla"], "breached");
    assert_eq!(home.run("ls is:breached").status, 1);
    let line = home.ok(&format!("ls --columns number,sla --now {late}"));
    assert!(line.starts_with("INC-1       X-"), "{line}");
    let shown = home.ok(&format!("show INC-1 --now {late}"));
    assert!(shown.contains("\n  response       missed by "), "{shown}");
    home.ok("take INC-1");
    home.ok("hold INC-1 awaiting_requester --for 2d --public please wait");
    assert_eq!(home.json("show INC-1")["clocks"][1]["status"], "paused");
}

#[test]
fn a_list_is_an_array_or_a_record_a_line() {
    let home = Home::desk();
    home.ok("new inc One -r a.b");
    home.ok("new inc Two -r a.b");
    assert_eq!(home.json("ls").as_array().unwrap().len(), 2);
    let lines = home.ok("ls --jsonl");
    let numbers: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["number"].clone()).collect();
    assert_eq!(numbers, ["INC-1", "INC-2"]);
    assert_eq!(home.ok("ls --count"), "2\n");
    assert_eq!(home.ok("ls two --columns number,state,title"), "INC-2       new          Two\n");
    assert_eq!(home.run("ls three").status, 1);
}

#[test]
fn a_text_comes_from_standard_input_when_asked() {
    let home = Home::desk();
    let ran = home.run_with("new inc Long story -r a.b --description -", "first line\nsecond line\n");
    assert_eq!((ran.status, ran.out.as_str()), (0, "logged INC-1\n"));
    assert_eq!(home.json("show INC-1")["description"], "first line\nsecond line");
    assert_eq!(home.run_with("note INC-1 -", "from a pipe\n").status, 0);
    assert_eq!(home.json("show INC-1")["worklog"][0]["text"], "from a pipe");
}

#[test]
fn hostile_and_long_text_neither_controls_nor_overflows_the_terminal() {
    let home = Home::desk();
    let text =
        "red \u{1b}[31m alert \u{202e}reversed \u{7} and a very long sentence that has no end to speak of ".repeat(6);
    assert_eq!(home.run_with("new inc Long story about everything -r a.b --description -", &text).status, 0);
    home.run_with("note INC-1 -", &format!("{text}\n{}", "日本語".repeat(60)));
    for line in ["show INC-1", "ls", "show INC-1 --history"] {
        let out = home.ok(line);
        assert!(out.chars().all(|c| c == '\n' || !c.is_control()), "{out:?}");
        let widest = out.lines().map(UnicodeWidthStr::width).max().unwrap();
        assert!(widest <= 80, "{line}: {widest}\n{out}");
    }
}

#[test]
fn a_record_is_shown_as_it_stood() {
    let home = Home::desk();
    home.ok("demo --to d.db");
    let now = home.json("--store d.db ls state:resolved,closed --limit 1");
    let (number, resolved) = (now[0]["number"].as_str().unwrap(), now[0]["resolved_at"].as_str().unwrap());
    let before: tierdesk::domain::time::Instant = resolved.parse().unwrap();
    let at = before - tierdesk::domain::time::Secs(1);
    let then = home.json(&format!("--store d.db show {number} --at {at}"));
    assert!(!["resolved", "closed"].contains(&then["state"].as_str().unwrap()), "{then}");
    assert_eq!(then["resolved_at"], Value::Null);
    assert_eq!(home.refused(&format!("--store d.db show {number} --at 2001-01-01T00:00:00Z")), (1, "not_found".into()));
}

#[test]
fn a_reader_that_goes_away_ends_the_list_quietly() {
    let home = Home::desk();
    home.ok("demo --to d.db --tickets 400");
    let program = assert_cmd::cargo::cargo_bin("tierdesk");
    let line = format!("'{}' --store d.db ls all: --json --limit 400 | head -1", program.display());
    let output = assert_cmd::Command::new("bash")
        .args(["-c", &format!("set -o pipefail; {line}")])
        .env("HOME", home.folder())
        .current_dir(home.folder())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "[\n");
}
