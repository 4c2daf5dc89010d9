//! A problem on the command line: from five calls alike to the end of all of them.

use super::Home;

/// Five people whose Outlook asks in a loop, and a supervisor.
fn loops() -> Home {
    let home = Home::desk();
    home.ok("user add dana --role supervisor --no-tier");
    for n in 1..=5 {
        home.ok(&format!("{} -r u{n}.smith --as ann", CALL));
    }
    home
}

const CALL: &str = "new inc Outlook asks in a loop --symptom error_message --signature 0x8004010F --software Outlook";

#[test]
fn five_calls_become_a_known_error_that_helps_the_sixth_and_ends_with_all_of_them() {
    let home = loops();
    let from = "problem new -i INC-1 -i INC-2 -i INC-3 -i INC-4 -i INC-5";
    assert_eq!(home.refused(&format!("{from} --as ann")), (4, "not_permitted".into()));
    assert_eq!(home.refused("problem new Outlook loops --as carla"), (3, "link_required".into()));
    let logged = home.ok(&format!("{from} --source cluster --as carla"));
    assert_eq!(logged, "logged PRB-1, linked INC-1, linked INC-2, linked INC-3, linked INC-4, linked INC-5\n");
    home.ok("problem own prb-01 --as carla");
    home.ok(
        "problem why PRB-1 1 'why does it ask?' 'the cache holds an old token' --evidence 'log of INC-2' --as carla",
    );
    home.ok("problem why PRB-1 2 'why is it old?' 'the update does not migrate the token cache' --root --as carla");
    let declare = "problem known-error PRB-1 --class technology_software";
    assert_eq!(home.refused(&format!("{declare} --as carla")), (2, "field_missing".into()));
    home.ok(&format!("{declare} --workaround 'clear the token cache, sign in once' --as carla"));

    home.ok(&format!("{CALL} -r u6.smith --known-error PRB-1 --take --as ann"));
    let sixth = home.json("show INC-6");
    assert!(sixth["worklog"][0]["text"].as_str().unwrap().contains("clear the token cache"));
    home.ok("resolve INC-6 fixed_by_workaround 'the token cache was cleared, works' --subcategory error --as ann");
    home.ok("reply INC-1 'we know it, and look for the cause' --as ann");
    home.ok("hold INC-1 awaiting_problem 'the cause is being looked for' --as ann");

    assert_eq!(home.refused("problem fix PRB-1 --vendor --as carla"), (3, "link_required".into()));
    home.ok("problem ask PRB-1 --vendor Contoso 'When is the cache migrated?' --as carla");
    home.ok("problem fix PRB-1 --vendor --as carla");
    let resolve = "problem resolve PRB-1 'no prompt on ten machines' --as carla";
    assert_eq!(home.refused(resolve), (3, "link_required".into()));
    home.ok("take TSK-1 --as carla");
    home.ok("resolve TSK-1 --answer 'fixed in 17.2, which is rolled out' --as carla");
    home.ok(resolve);

    let offered = home.json("problem linked PRB-1 --as carla");
    let ticked: Vec<_> = offered.as_array().unwrap().iter().filter(|it| it["ticked"] == true).collect();
    assert_eq!((offered.as_array().unwrap().len(), ticked.len()), (5, 1), "only the one that waits for it");
    assert_eq!(offered[0]["refused"], serde_json::Value::Null);
    let ended = home.ok("problem linked PRB-1 --resolve all --as carla");
    assert!(ended.starts_with("answered which incidents end with PRB-1, resolved INC-"), "{ended}");
    for n in 1..=5 {
        let it = home.json(&format!("show INC-{n}"));
        assert_eq!((&it["state"], &it["resolution_code"]), (&"resolved".into(), &"resolved_with_problem".into()));
    }
    home.ok("undo --as carla");
    assert_eq!(home.json("show INC-1")["state"], "pending", "one undo brings all of them back");
    home.ok("problem linked PRB-1 --resolve all --as carla");
    assert_eq!(
        home.refused("problem close PRB-1 'quiet since then, nobody calls' --as dana"),
        (3, "review_missing".into())
    );
    home.ok("problem reopen PRB-1 'it came back on two machines' --as dana");
    let it = home.json("show PRB-1");
    assert_eq!((&it["state"], &it["workaround_revision"]), (&"investigating".into(), &1.into()));
    assert_eq!(home.json("problem list")[0]["number"], "PRB-1");
    assert!(home.ok("verify").contains("no differences"));
}

#[test]
fn every_step_of_a_problem_is_taken_back_by_undo() {
    let home = loops();
    home.ok("problem new -i INC-1 --as carla");
    home.ok("problem own PRB-1 --as carla");
    let before = home.json("show PRB-1");
    for step in [
        "problem why PRB-1 1 'why?' 'the update does not migrate it' --root --as carla",
        "problem cause PRB-1 data 'the table is not migrated at all' --contributing people --as carla",
        "problem workaround PRB-1 clear the cache --min-tier 2 --as carla",
        "problem known-error PRB-1 --cause 'the table is not migrated at all' --class data --no-workaround --as carla",
        "problem hold PRB-1 --until 2099-01-01T00:00:00Z the vendor is closed --as carla",
        "problem edit PRB-1 --title 'Outlook asks twice' --urgency high --as carla",
        "problem note PRB-1 the vendor was called --as carla",
    ] {
        let ran = home.run(step);
        if ran.status != 0 {
            assert!(step.contains("2099"), "{step}: {ran:?}");
            assert!(ran.err.contains("at the latest"), "{ran:?}");
            continue;
        }
        home.ok("undo --as carla");
        let mut after = home.json("show PRB-1");
        after["rev"] = before["rev"].clone();
        assert_eq!(after, before, "{step}");
    }
    assert_eq!(home.refused("take PRB-1 --as carla"), (3, "illegal_transition".into()));
    assert_eq!(home.refused("apply INC-2 PRB-1 --as ann"), (3, "link_invalid".into()));
    assert_eq!(home.refused("link INC-1 symptom_of INC-2 --as ann"), (3, "link_invalid".into()));
    home.ok("problem cancel PRB-1 not_a_problem 'it was a single machine' --as dana");
    assert_eq!(home.refused("link INC-2 symptom_of PRB-1 --as ann"), (3, "link_invalid".into()));
}

#[test]
fn a_call_that_was_no_fault_goes_on_as_a_request_and_undo_brings_it_back() {
    let home = loops();
    home.ok("reply INC-1 'you want it installed, then' --as ann");
    assert_eq!(home.refused("reclassify INC-1 it is not broken at all --as ann"), (4, "not_permitted".into()));
    assert_eq!(home.refused("cancel INC-1 reclassified it is not broken --as dana"), (3, "link_required".into()));
    let did = home.ok("reclassify INC-1 it is not broken at all --as dana");
    assert_eq!(did, "reclassified INC-1, logged REQ-1\n");
    let (was, is) = (home.json("show INC-1"), home.json("show REQ-1"));
    assert_eq!((&was["state"], &was["cancel_code"]), (&"cancelled".into(), &"reclassified".into()));
    for key in ["title", "requester", "opened_at", "responded_at", "priority"] {
        assert_eq!(was[key], is[key], "{key}");
    }
    let clock = |it: &serde_json::Value| it["clocks"][0].clone();
    assert_eq!((&clock(&is)["kind"], &clock(&is)["status"]), (&"response".into(), &"stopped".into()));
    assert_eq!(clock(&is)["elapsed_s"], clock(&was)["elapsed_s"]);
    home.ok("undo --as dana");
    assert_eq!(home.json("show INC-1")["state"], "queued");
    assert_eq!(home.json("show REQ-1")["state"], "cancelled");
    home.ok("reclassify INC-2 it is not broken at all --as dana");
    home.ok("reclassify REQ-2 it is broken after all --as dana");
    assert_eq!(home.json("show INC-6")["opened_at"], home.json("show INC-2")["opened_at"]);
    assert!(home.ok("verify").contains("no differences"));
}

#[test]
fn five_calls_alike_are_proposed_accepted_refused_and_seen_as_a_trend() {
    let home = loops();
    let proposed = home.json("problem proposals");
    assert_eq!(proposed.as_array().unwrap().len(), 1);
    assert_eq!((&proposed[0]["offer"], &proposed[0]["count"]), (&"open".into(), &5.into()));
    let trend = home.json("problem trend");
    assert_eq!((&trend[0]["count"], &trend[0]["newest"]), (&5.into(), &"INC-5".into()));
    assert_eq!(home.refused("problem accept 2 --as carla"), (1, "not_found".into()));
    assert_eq!(home.refused("problem accept 1 --as ann"), (4, "not_permitted".into()));
    home.ok("problem refuse 1 'it is the update of tonight' --as carla");
    assert_eq!(home.run("problem proposals").status, 1, "it is silent now");
    home.ok("undo --as carla");
    home.ok("problem accept 1 --as carla");
    assert_eq!(home.json("show PRB-1")["detection_source"], "cluster");
    assert_eq!(home.json("show PRB-1")["incidents"].as_array().unwrap().len(), 5);
    assert_eq!(home.run("problem proposals").status, 1, "all of them have their problem");
    home.ok(&format!("{CALL} -r u6.smith --as ann"));
    let again = home.json("problem proposals");
    assert_eq!((&again[0]["offer"], &again[0]["problem"]), (&"link".into(), &"PRB-1".into()));
    home.ok("problem accept 1 --as carla");
    assert_eq!(home.json("show PRB-1")["incidents"].as_array().unwrap().len(), 6);
}
