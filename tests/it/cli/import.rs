//! Tickets in and out on the command line: what is printed, what is reported, how it ends.

use std::fs;

use super::Home;

const GOOD: &str = r#"{"tierdesk":1,"source":"elsewhere","key":"T1","title":"mail is slow","category":"fix","subcategory":"performance","tier":2,"opened_at":"2026-01-02T03:04:05Z","logged_at":"2026-01-02T03:05:05Z","requester":{"name":"Eve"}}"#;

fn with_file(lines: &[&str]) -> Home {
    let home = Home::desk();
    fs::write(home.folder().join("old.jsonl"), lines.join("\n")).unwrap();
    home
}

#[test]
fn a_file_is_tried_then_taken_over_then_known() {
    let home = with_file(&[GOOD]);
    let tried = home.ok("import tickets old.jsonl --dry-run");
    assert!(tried.starts_with("nothing was written; would be: read 1, imported 1,"), "{tried}");
    assert_eq!(home.run("ls tier:2").status, 1);
    let taken = home.ok("import tickets old.jsonl");
    assert_eq!(taken.trim(), "read 1, imported 1, updated 0, unchanged 0, rejected 0, fields left out 0");
    assert!(home.ok("ls tier:2").contains("mail is slow"));
    assert!(home.ok("import tickets old.jsonl").contains("unchanged 1"));
    home.ok("verify");
}

#[test]
fn rows_that_stay_out_are_told_with_line_and_reason() {
    let home = with_file(&[GOOD, r#"{"tierdesk":1,"key":"T2"}"#]);
    let ran = home.run("import tickets old.jsonl --from tierdesk --report rows.txt");
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("rejected: old.jsonl, line 2, "), "{}", ran.err);
    assert!(ran.out.contains("imported 1") && ran.out.contains("rejected 1"), "{}", ran.out);
    let rows = fs::read_to_string(home.folder().join("rows.txt")).unwrap();
    assert_eq!(rows.lines().count(), 1);
    let ran = home.run("import tickets old.jsonl --json");
    let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((told["unchanged"].as_u64(), told["rows"][0]["line"].as_u64()), (Some(1), Some(2)));
}

#[test]
fn what_cannot_be_read_at_all_is_refused() {
    let home = with_file(&["<html/>"]);
    for (line, status, said) in [
        ("import tickets old.jsonl", 2, "format_invalid"),
        ("import tickets none.csv", 2, "format_invalid"),
        ("import tickets old.jsonl --map none.toml", 2, "format_invalid"),
        ("import tickets old.jsonl --map old.jsonl", 2, "format_invalid"),
        ("import tickets old.jsonl --zone Mars/Olympus", 2, "zone"),
        ("import tickets old.jsonl --as ann", 4, "not_permitted"),
    ] {
        let ran = home.run(line);
        assert!(ran.status == status && ran.err.contains(said), "{line}: {} {}", ran.status, ran.err);
    }
}

#[test]
fn an_export_is_whole_and_reads_back_elsewhere() {
    let home = with_file(&[GOOD]);
    home.ok("import tickets old.jsonl");
    home.ok("new inc 'screen stays black' -r eve");
    assert_eq!(home.ok("export --out all.jsonl").trim(), "exported 2 tickets to all.jsonl");
    assert_eq!(home.ok("export --to csv tier:2").lines().count(), 2);
    assert_eq!(home.run("export tier:3 --to json").status, 1);
    assert!(home.ok("export --to md").contains("## T1 mail is slow"));

    let other = Home::desk();
    fs::copy(home.folder().join("all.jsonl"), other.folder().join("all.jsonl")).unwrap();
    assert!(other.ok("import tickets all.jsonl").contains("imported 2"));
    let titles = |home: &Home| home.ok("ls --columns title,state,priority,owner");
    assert_eq!(titles(&home), titles(&other));
    assert!(home.ok("import tickets all.jsonl").contains("unchanged 2"), "its own export changes nothing");
}
