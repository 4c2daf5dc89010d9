//! Opening hours: holidays from files, what they do to open tickets, and days of the past.

use std::fs;

use serde_json::Value;

use super::Home;

const HOLIDAYS: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
    BEGIN:VEVENT\r\nSUMMARY:New Year's Day \r\nDTSTART;VALUE=DATE:20140101\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nSUMMARY:Labour Day\r\nDTSTART;VALUE=DATE:20140501\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nSUMMARY:Good Friday\r\nDTSTART;VALUE=DATE:20300419\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nSUMMARY:Regional \r\n Day\r\nDTSTART;VALUE=DATE:20300820\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn desk() -> Home {
    let home = Home::desk();
    fs::write(home.folder().join("days.ics"), HOLIDAYS).unwrap();
    home
}

fn summaries(told: &Value, taken: bool) -> Vec<&str> {
    let rows = told["rows"].as_array().unwrap().iter().filter(|row| row["taken"] == taken);
    rows.map(|row| row["summary"].as_str().unwrap()).collect()
}

#[test]
fn holidays_are_shown_before_they_are_saved() {
    let home = desk();
    let line = "import holidays days.ics --calendar business --years 2030 --exclude regional";
    let shown = home.ok(&format!("{line} --list"));
    assert!(shown.contains("+ 2030-04-19  Fri Good Friday                    closed\n"), "{shown}");
    assert!(shown.contains("- 2030-08-20  Tue Regional Day                   excluded by `regional`\n"), "{shown}");
    assert!(shown.contains("+ every 05-01     Labour Day                     closed\n"), "{shown}");
    assert!(shown.contains("= every 01-01     New Year's Day                 there already\n"), "{shown}");
    assert!(shown.ends_with("nothing was saved; 2 exceptions are new\n"), "{shown}");
    assert_eq!(home.refused(line), (2, "field_missing".into()));
    assert!(home.ok(&format!("{line} --dry-run")).contains("0 of 0 open tickets would change"));
    assert!(!home.ok("policy show").contains("2030-04-19"));
    let saved = home.json(&format!("{line} --yes"));
    assert_eq!((saved["saved"].as_bool(), summaries(&saved, true).len()), (Some(true), 2));
    assert_eq!(home.ok(&format!("{line} --yes")).lines().last(), Some("nothing is new"));
    let policy = home.ok("policy show");
    for kept in ["2030-04-19", "05-01", "2026-12-24", "01-01"] {
        assert!(policy.contains(kept), "{kept}: {policy}");
    }
    assert!(home.ok("verify").ends_with("no differences\n"));
}

#[test]
fn holidays_are_an_admins_and_a_broken_event_is_told() {
    let home = desk();
    assert_eq!(
        home.refused("import holidays days.ics --calendar business --yes --as ann"),
        (4, "not_permitted".into())
    );
    assert_eq!(home.refused("import holidays days.ics --calendar office --list"), (1, "not_found".into()));
    assert_eq!(home.refused("import holidays days.ics --calendar always --list"), (2, "policy_invalid".into()));
    assert_eq!(home.refused("import holidays none.ics --calendar business --list"), (2, "format_invalid".into()));
    let broken = HOLIDAYS.replace("20300419", "20300431");
    let ran = home.run_with("import holidays - --calendar business --years 2030 --list", &broken);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("not read: standard input, line 15, DTSTART: `20300431`"), "{}", ran.err);
    assert!(ran.out.contains("Labour Day"), "the rest is read: {}", ran.out);
}

#[test]
fn another_policy_says_what_it_does_to_open_tickets() {
    let home = desk();
    home.ok("new inc Mail -r a.b");
    let rev = |home: &Home| home.json("show INC-1")["rev"].clone();
    let before = rev(&home);
    let policy = home.ok("policy show");
    let slower = |line: &str| match line.split_once(" = ") {
        Some((key, _)) if key.starts_with("sla.") && key.ends_with(".resolution") => format!("{key} = \"2400h\"\n"),
        _ => format!("{line}\n"),
    };
    fs::write(home.folder().join("slow.toml"), policy.lines().map(slower).collect::<String>()).unwrap();
    let told = home.ok("policy set slow.toml --dry-run");
    assert!(told.contains("  - sla.P4.resolution = \"48h\"\n") && told.contains("  + sla.P4.resolution = \"2400h\"\n"));
    assert!(told.contains("\n1 of 1 open tickets would change: 0 clocks due earlier, 1 later\n"), "{told}");
    assert!(told.contains("  INC-1 resolution: target ") && told.contains("→ 2400h"), "{told}");
    assert_eq!(rev(&home), before, "nothing was changed");
    let told = home.ok("policy set slow.toml");
    assert!(told.contains("\npolicy set: policy\n1 of 1 open tickets changed: "), "{told}");
    assert!(home.ok("policy set slow.toml --dry-run").starts_with("no setting changes\n"));
    assert_eq!(home.json("policy set slow.toml")["clocks"]["tickets"], 0);
    assert!(home.ok("verify").ends_with("no differences\n"));
}

#[test]
fn calendars_are_listed_shown_and_corrected() {
    let home = desk();
    home.ok("new inc Mail -r a.b");
    assert!(home.ok("calendar").contains("Mon-Fri 08:00-18:00"));
    home.ok("import holidays days.ics --calendar business --years 2030 --yes");
    let shown = home.json("calendar show business");
    assert_eq!(shown["versions"].as_array().unwrap().len(), 2);
    assert_eq!(shown["id"], shown["versions"][1]["id"]);
    assert!(home.ok("calendar show business").contains(", in force\n"));
    assert_eq!(home.refused("calendar show office"), (1, "not_found".into()));
    let told = home.ok("calendar correct business --from 2026-01-01 --reason 'the desk was closed' --dry-run");
    assert!(told.contains("open tickets would change"), "{told}");
    home.ok("calendar correct business --from 2026-01-01 --reason 'the desk was closed'");
    let refused = home.refused("calendar correct business --from 2026-01-01 --reason 'the desk was closed' --as ann");
    assert_eq!(refused, (4, "not_permitted".into()));
    let to_come = "calendar correct business --from 2199-01-01 --reason 'the desk will be closed'";
    for line in [to_come.to_owned(), format!("{to_come} --dry-run")] {
        assert_eq!(home.refused(&line), (2, "date_invalid".into()), "{line}");
    }
    assert!(home.ok("verify").ends_with("no differences\n"));
}

#[test]
fn a_breach_that_stands_is_not_forgiven() {
    let home = desk();
    home.ok("new inc Mail -r a.b");
    let line = "sla forgive INC-1 resolution --reason 'it never was a P1'";
    assert_eq!(home.refused(line), (3, "illegal_transition".into()));
    assert_eq!(home.refused(&format!("{line} --as ann")), (4, "not_permitted".into()));
}
