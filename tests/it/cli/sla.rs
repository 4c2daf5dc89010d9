//! Clocks on their own: worked examples are checked, and what would be due is told.

use std::fs;

use serde_json::Value;

use super::Home;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/sla.json");

#[test]
fn the_worked_examples_pass_without_a_store() {
    let home = Home::empty();
    assert_eq!(home.ok(&format!("sla check '{EXAMPLES}'")), "63 passed, 0 failed\n");
    let report = home.json(&format!("sla check '{EXAMPLES}'"));
    assert_eq!((&report["passed"], &report["differences"]), (&63.into(), &serde_json::json!([])));
    assert!(!home.store().exists());
}

#[test]
fn what_differs_is_named_and_what_is_no_example_is_refused() {
    let home = Home::empty();
    let right = fs::read_to_string(EXAMPLES).unwrap();
    fs::write(home.folder().join("wrong.json"), right.replacen("\"band\": \"warn\"", "\"band\": \"ok\"", 1)).unwrap();
    let ran = home.run("sla check wrong.json");
    assert_eq!((ran.status, ran.out.as_str()), (1, "62 passed, 1 failed\nS08: band is \"warn\", expected \"ok\"\n"));

    fs::write(home.folder().join("bad.json"), right.replacen("\"target_s\": 14400", "\"target_s\": -", 1)).unwrap();
    let ran = home.run("sla check bad.json");
    assert_eq!(ran.status, 2);
    assert!(ran.err.starts_with("tierdesk: bad.json, line 33, record: "), "{}", ran.err);
    assert_eq!(home.refused("sla check none.json"), (2, "format_invalid".to_owned()));
}

#[test]
fn a_due_time_waits_for_opening_hours_and_leaves_pauses_out() {
    let home = Home::empty();
    fs::write(home.folder().join("policy.toml"), "zone = \"Europe/Berlin\"\n").unwrap();
    home.ok("init --policy policy.toml");
    let due = "sla due --calendar business --start 2026-12-24T10:00:00Z --target 2h";
    assert_eq!(
        home.ok(due),
        "warns  Mon 2026-12-28 08:30:00 Europe/Berlin (2026-12-28T07:30:00Z)\n\
         due    Mon 2026-12-28 09:00:00 Europe/Berlin (2026-12-28T08:00:00Z)\n"
    );
    let pauses = "--pause 2026-12-24T10:15:00Z/2026-12-24T10:45:00Z --pause 2026-12-28T07:15:00Z/2026-12-28T07:45:00Z";
    let answer = home.json(&format!("{due} {pauses}"));
    assert_eq!(answer["due_at"], "2026-12-28T09:00:00Z");
    assert_eq!((&answer["target_s"], &answer["calendar"]), (&7_200.into(), &"business".into()));
    // Due at closing time is missed only when the desk opens again.
    let closing = home.ok("sla due --calendar business --start 2026-12-24T10:00:00Z --target 1h");
    assert!(closing.ends_with("missed Mon 2026-12-28 08:00:00 Europe/Berlin (2026-12-28T07:00:00Z)\n"), "{closing}");
}

#[test]
fn a_due_time_that_cannot_be_told_says_why() {
    let home = Home::desk();
    let due = "sla due --start 2026-12-24T10:00:00Z";
    assert_eq!(home.refused(&format!("{due} --target 2h --calendar none")), (1, "not_found".to_owned()));
    let ran = home.run(&format!("{due} --target 5000w --calendar business"));
    assert_eq!((ran.status, ran.out.as_str()), (1, "no due time: `business` is not open so long within ten years\n"));
    for pause in ["2026-12-25T10:00:00Z", "2026-12-26T10:00:00Z/2026-12-25T10:00:00Z", "noon/2026-12-25T10:00:00Z"] {
        let line = format!("{due} --target 2h --calendar business --pause {pause}");
        assert_eq!(home.refused(&line), (2, "usage".to_owned()), "{pause}");
    }
    let early = format!("{due} --target 2h --calendar business --pause 2026-12-24T09:00:00Z/2026-12-24T11:00:00Z");
    assert_eq!(home.refused(&early), (2, "text_invalid".to_owned()));
}

#[test]
fn why_a_clock_stands_where_it_stands_is_told_in_80_cells_and_as_values() {
    let home = Home::empty();
    fs::write(home.folder().join("policy.toml"), "zone = \"Asia/Tokyo\"\n").unwrap();
    home.ok("init --policy policy.toml");
    home.ok("new inc 'The printer on floor 3 prints blank pages since this morning' -r a.b");
    home.ok("hold INC-1 awaiting_requester --public 'asked which tray it takes its paper from'");
    let told = home.ok("sla explain INC-1 --what-if");
    assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
    for words in [
        "Times in Asia/Tokyo; it is ",
        "Response: kept, ",
        "stands still since",
        "awaiting requester until",
        "go on now",
    ] {
        assert!(told.split_whitespace().collect::<Vec<_>>().join(" ").contains(words), "{words}\n{told}");
    }
    let told = home.ok("sla explain INC-1 ola");
    assert!(told.contains("\nTier 1\n") && !told.contains("Response"), "{told}");

    let value = home.json("sla explain inc-001 resolution --what-if");
    let [clock] = &value["clocks"].as_array().unwrap()[..] else { panic!("{value:#}") };
    assert_eq!(
        (&clock["target"], &clock["status"], &clock["due_at"]),
        (&"resolution".into(), &"paused".into(), &Value::Null)
    );
    assert!(clock["elapsed_s"].is_i64() && clock["remaining_s"].is_i64() && clock["pauses"][0]["length_s"].is_i64());
    assert_eq!(clock["pauses"][0]["cause"]["pending"], "awaiting_requester");
    let kinds: Vec<_> = clock["spans"].as_array().unwrap().iter().map(|span| span["kind"].as_str().unwrap()).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&"start"), Some(&"now")));
    assert!(value["what_if"].as_array().unwrap().iter().any(|it| it["do"] == "resume"));

    let later = home.json("sla explain INC-1 resolution --now 2099-01-01T00:00:00Z");
    assert_eq!(later["now"], "2099-01-01T00:00:00Z");
    assert_eq!(home.refused("sla explain INC-1 --now 2020-01-01T00:00:00Z"), (1, "not_found".to_owned()));
    assert_eq!(home.run("sla explain INC-1 update").status, 1);
    assert_eq!(home.refused("sla explain INC-9"), (1, "not_found".to_owned()));
    assert_eq!(home.refused("sla explain INC-1 never"), (2, "usage".to_owned()));
}
