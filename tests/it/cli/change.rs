//! A change on the command line: from the known error that it removes to what it taught.

use super::Home;
use tierdesk::domain::time::{Instant, Secs};

#[test]
fn a_change_is_planned_tried_approved_by_somebody_else_and_proved() {
    let home = Home::desk();
    home.ok("user add dana --role supervisor --no-tier");
    assert_eq!(home.refused("new chg --kind problem_fix Migrate the cache --as carla"), (3, "link_required".into()));
    assert_eq!(home.refused("new chg Migrate the cache --as ann"), (4, "not_permitted".into()));
    home.ok("new chg Migrate the cache --software Outlook --as carla");
    home.ok("change next CHG-1 --as carla");
    let shown = home.json("show CHG-1");
    let missing: Vec<_> = shown["unmet"].as_array().unwrap().iter().map(|row| row["gate"].clone()).collect();
    assert_eq!(missing, ["G2", "G2", "G2"], "risk, plan and the way back");
    assert_eq!(home.refused("change next CHG-1 --as carla"), (3, "gate_failed".into()));
    home.ok("change plan CHG-1 --risk low --plan 'push the migrated cache' --rollback 'push the old one' --as carla");
    home.ok("change next CHG-1 --as carla");
    home.ok("change test CHG-1 TEST01 pass 'opens without a prompt' --as carla");
    assert_eq!(home.refused("change next CHG-1 --as carla"), (3, "gate_failed".into()));
    home.ok("change waive CHG-1 'one file on one machine' --as dana");
    home.ok("change plan CHG-1 --start 2026-01-01T00:00:00Z --end 2099-01-01T00:00:00Z --as carla");
    home.ok("change next CHG-1 --as carla");
    assert_eq!(home.refused("change approve CHG-1 --as carla"), (4, "not_permitted".into()));
    assert_eq!(home.ok("change approve CHG-1 --as dana"), "approved CHG-1\n");
    home.ok("change next CHG-1 --as carla");
    home.ok("change complete CHG-1 'no prompt on ten of ten machines' --as carla");
    home.ok("change close CHG-1 --as dana");
    let shown = home.json("change show chg-01");
    for (key, value) in [("state", "closed"), ("result", "successful"), ("author", "carla"), ("approver", "dana")] {
        assert_eq!(shown[key], value, "{key}");
    }
    assert_eq!(home.json("verify")["findings"], serde_json::json!([]));
}

#[test]
fn what_is_deployed_is_rolled_back_and_its_incident_names_it() {
    let home = Home::desk();
    home.ok("user add dana --role supervisor --no-tier");
    home.ok("new chg Migrate the cache --software Outlook --as carla");
    home.ok("new inc Outlook hangs -r j.smith --symptom hang --as ann");
    assert_eq!(home.refused("link INC-1 caused_by_change CHG-1 --as ann"), (3, "link_invalid".into()));
    home.ok("change plan CHG-1 --risk high --plan 'push the migrated cache' --rollback 'push the old one' --as carla");
    home.ok("change next CHG-1 --as carla");
    home.ok("change next CHG-1 --as carla");
    home.ok("change test CHG-1 TEST01 pass 'opens without a prompt' --as carla");
    home.ok("change waive CHG-1 'one file on one machine' --as dana");
    home.ok("change plan CHG-1 --start 2026-01-01T00:00:00Z --end 2099-01-01T00:00:00Z --as carla");
    home.ok("change next CHG-1 --as carla");
    home.ok("change approve CHG-1 --as dana");
    home.ok("link INC-1 caused_by_change CHG-1 --as ann");
    assert_eq!(home.json("show CHG-1")["caused"][0]["number"], "INC-1");
    assert!(home.ok("show INC-1").contains("CHG-1 Migrate the cache"));
    home.ok("change rollback CHG-1 'every machine hangs' --as dana");
    home.ok("change restored CHG-1 'all machines have the old cache' --as dana");
    assert_eq!(home.refused("change close CHG-1 --as dana"), (3, "gate_failed".into()));
    home.ok("change close CHG-1 'try it on a slow machine too' --as dana");
    assert_eq!(home.json("show CHG-1")["result"], "rolled_back");
    home.ok("undo --as dana");
    assert_eq!(home.json("show CHG-1")["state"], "rolled_back");
}

#[test]
fn a_problem_that_waits_gives_up_a_fix_that_was_taken_out_and_both_tell_their_history() {
    let home = Home::desk();
    home.ok("user add dana --role supervisor --no-tier");
    home.ok("new inc Outlook asks in a loop -r j.smith --symptom error_message --signature 0x80 --software Outlook --as ann");
    home.ok("problem new -i INC-1 --as carla");
    home.ok("problem own PRB-1 --as carla");
    home.ok(
        "problem known-error PRB-1 --cause 'the table is not migrated at all' --class data --no-workaround --as carla",
    );
    home.ok("new chg Migrate the cache --kind problem_fix --fixes PRB-1 --as carla");
    home.ok("problem fix PRB-1 --change CHG-1 --as carla");
    let logged: Instant = home.json("show PRB-1")["logged_at"].as_str().unwrap().parse().unwrap();
    let until = logged + Secs::DAY;
    home.ok(&format!("problem hold PRB-1 --until {until} the vendor is closed --as carla"));
    let did = home.ok("change cancel CHG-1 'the vendor was faster' --as carla");
    assert!(did.contains("gave up the fix of PRB-1"), "{did}");
    let waits = home.json("show PRB-1");
    for (key, value) in [("state", "pending"), ("waits_in", "known_error"), ("fix_source", "none")] {
        assert_eq!(waits[key], value, "{key}");
    }
    home.ok("problem resume PRB-1 --as carla");
    assert_eq!(home.json("show PRB-1")["state"], "known_error");
    for (number, told) in [("PRB-1", "give up fix: CHG-1 was cancelled"), ("CHG-1", "cancel: the vendor was faster")] {
        let history = home.ok(&format!("show {number} --history"));
        assert!(history.contains(told), "{number}: {history}");
        let events = home.json(&format!("show {number} --history"))["history"].as_array().map_or(0, Vec::len);
        assert!(events > 1, "{number}: {events} events");
    }
    for (number, kind) in [("CHG-1", "change"), ("PRB-1", "problem")] {
        let refused = home.run(&format!("take {number} --as carla"));
        assert_eq!(refused.status, 3, "{refused:?}");
        assert!(refused.err.contains(&format!("{number} is a {kind}")), "{refused:?}");
        assert!(refused.err.contains(&format!("`tierdesk {kind}`")), "{refused:?}");
    }
    assert_eq!(home.json("verify")["findings"], serde_json::json!([]));
}

#[test]
fn changes_are_listed_with_what_they_wait_for() {
    let home = Home::desk();
    let none = home.run("change list --json");
    assert_eq!((none.status, none.out.as_str()), (1, "[]\n"));
    home.ok("new chg Turn off the old proxy --kind configuration --as carla");
    let listed = home.ok("change");
    assert!(listed.starts_with("CHG-1    draft         Turn off the old proxy\n"), "{listed}");
    assert!(listed.contains("carla · routine configuration for "), "{listed}");
    assert!(listed.contains("1 missing for evaluation"), "{listed}");
    let told = home.ok("show CHG-1");
    assert!(told.contains("no program and no machine is named that it touches"), "{told}");
}
