//! Whole ways through the desk, told as a shell would.

use super::Home;

const HAND_OFF: &str = "--h1 'drops every 20 minutes since Monday' --h8 'reinstalled the client, no change' --h10 'look at the gateway log'";

#[test]
fn a_ticket_goes_from_the_call_to_tier_2_and_back_and_is_resolved() {
    let home = Home::desk();
    assert_eq!(home.ok("new inc VPN drops -r j.smith --subcategory error --as bob"), "logged INC-1\n");
    assert_eq!(home.ok("take next --as ann"), "taken INC-1\n");
    assert_eq!(home.ok("reply inc-001 I am looking into it --as ann"), "replied on INC-1\n");
    let escalate = format!("escalate INC-1 --to 2 --why skill {HAND_OFF} --as ann");
    assert_eq!(home.ok(&escalate), "escalated INC-1\n");
    let inbox = home.ok("escalations --as carla");
    assert!(inbox.starts_with("INC-1 ") && inbox.contains("ann: skill"), "{inbox}");
    assert_eq!(home.ok("accept INC-1 --as carla"), "accepted INC-1\n");
    assert_eq!(home.json("show INC-1")["assignee"], "carla");
    assert_eq!(home.json("show INC-1")["tier"], 2);
    assert_eq!(
        home.ok("hand-back INC-1 within_tier_rights the gateway is fine, check the laptop --as carla"),
        "handed back INC-1\n"
    );
    let back = home.json("show INC-1");
    assert_eq!((&back["tier"], &back["assignee"]), (&1.into(), &"ann".into()));
    assert_eq!(home.ok("start INC-1 --as ann"), "started INC-1\n");
    assert_eq!(home.ok("resolve INC-1 fixed replaced the wireless driver of the laptop --as ann"), "resolved INC-1\n");
    assert_eq!(home.ok("close INC-1 --confirmed --as ann"), "closed INC-1\n");
    let states: Vec<_> =
        home.json("show INC-1 --history")["history"].as_array().unwrap().iter().map(|e| e["do"].clone()).collect();
    assert_eq!(states, ["log", "take", "reply", "escalate", "accept", "hand_back", "start", "resolve", "close"]);
    assert!(home.ok("verify").ends_with("no differences\n"));
}

#[test]
fn a_proposal_is_returned_withdrawn_and_put_off() {
    let home = Home::desk();
    home.ok("new inc Printer on fire -r m.rossi --take --as ann");
    let escalate = format!("escalate INC-1 --to 2 --why no_access {HAND_OFF} --as ann");
    home.ok(&escalate);
    assert_eq!(home.ok("defer INC-1 4h --note 'after lunch' --as carla"), "put off INC-1\n");
    assert_eq!(home.ok("return INC-1 incomplete_handoff which printer is it, please --as carla"), "returned INC-1\n");
    home.ok(&escalate);
    assert_eq!(home.ok("withdraw INC-1 the fire is out already --as ann"), "withdrawn on INC-1\n");
    let states = home.json("escalations --sent --as ann");
    let mut states: Vec<_> = states.as_array().unwrap().iter().map(|e| e["state"].as_str().unwrap()).collect();
    states.sort_unstable();
    assert_eq!(states, ["returned", "withdrawn"]);
    assert_eq!(home.run("escalations --as carla").status, 1, "nothing waits");
}

#[test]
fn work_waits_goes_on_is_undone_and_released() {
    let home = Home::desk();
    home.ok("new inc No sound -r a.b --take --as ann");
    assert_eq!(
        home.ok("hold INC-1 awaiting_requester --for 2d --public please send the log --as ann"),
        "put on hold INC-1\n"
    );
    assert_eq!(home.json("show INC-1")["pending_reason"], "awaiting_requester");
    assert_eq!(home.ok("resume INC-1 --as ann"), "resumed INC-1\n");
    assert_eq!(home.ok("undo --as ann"), "taken back on INC-1\n");
    assert_eq!(home.json("show INC-1")["state"], "pending");
    home.ok("resume INC-1 --as ann");
    assert_eq!(home.ok("release INC-1 called to another site --as ann"), "released INC-1\n");
    assert_eq!(home.json("show INC-1")["assignee"], serde_json::Value::Null);
}

#[test]
fn a_supervisor_assigns_cancels_and_fixes_an_owner() {
    let home = Home::desk();
    home.ok("new inc One -r a.b --as ann");
    home.ok("new inc Two -r a.b --as ann");
    assert_eq!(home.ok("assign INC-1 bob"), "assigned INC-1\n");
    assert_eq!(home.ok("fix-owner INC-1 ann stays with her until it is solved"), "owner fixed on INC-1\n");
    assert_eq!(home.ok("cancel INC-2 raised_in_error it was the wrong number"), "cancelled INC-2\n");
    assert_eq!(home.ok("ls --columns number,owner"), "INC-1       ann\n");
}

#[test]
fn duplicates_are_merged_and_links_come_and_go() {
    let home = Home::desk();
    for title in ["Outlook asks", "Outlook asks again", "Mail is down"] {
        home.ok(&format!("new inc '{title}' -r a.b --as ann"));
    }
    assert_eq!(home.ok("link INC-1 related_to INC-3 --as ann"), "linked INC-1\n");
    assert_eq!(home.json("show INC-3")["links"][0]["direction"], "from");
    assert_eq!(home.ok("unlink INC-1 related_to INC-3 --as ann"), "unlinked INC-1\n");
    assert_eq!(home.ok("merge INC-2 INC-3 --into INC-1 --as ann"), "merged INC-2 INC-3\n");
    let survivor = home.json("show INC-1");
    assert_eq!(survivor["affected_users"], 3);
    assert_eq!(home.json("show INC-2")["cancel_code"], "duplicate");
    home.ok("undo --as ann");
    assert_eq!(home.json("show INC-2")["state"], "queued");
    assert!(home.ok("verify").ends_with("no differences\n"));
}

#[test]
fn tags_fields_and_answers_are_written() {
    let home = Home::desk();
    home.ok("new inc Slow laptop -r a.b --take --as ann");
    assert_eq!(home.ok("tag INC-1 vip-floor ssd --as ann"), "tagged INC-1\n");
    home.ok("tag INC-1 --remove ssd --as ann");
    home.ok("edit INC-1 --title 'Very slow laptop' --urgency high --add-machine LAP-7 --mark complaint --as ann");
    home.ok("answer INC-1 --h2 done --h4 'done:event 7, disk' --as ann");
    home.ok("answer INC-1 --clear h2 --as ann");
    let it = home.json("show INC-1");
    assert_eq!(it["tags"], serde_json::json!(["vip-floor"]));
    assert_eq!(
        (&it["title"], &it["endpoints"][0], &it["complaint"]),
        (&"Very slow laptop".into(), &"LAP-7".into(), &true.into())
    );
    assert_eq!(it["answers"]["h2"], serde_json::Value::Null);
    assert_eq!(it["answers"]["h4"]["finding"], "event 7, disk");
    assert_eq!(home.ok("ls asset:lap-7 --columns number"), "INC-1\n");
}

#[test]
fn the_first_contact_can_be_enough() {
    let home = Home::desk();
    home.ok("new inc Forgot how to print -r a.b --subcategory error --resolve user_guidance --note 'showed the print dialog' --as ann");
    let it = home.json("show INC-1");
    assert_eq!((&it["state"], &it["resolution_code"]), (&"resolved".into(), &"user_guidance".into()));
    assert_eq!(home.ok("reopen INC-1 it does not print after all --as bob"), "reopened INC-1\n");
}

#[test]
fn a_license_server_that_does_not_answer_is_the_networks_to_find_and_tier_1s_to_resolve() {
    let home = Home::desk();
    home.ok("user add nina --tier 1 --discipline network");
    home.ok("new inc No license for Cadix -r j.smith --symptom license_denied --signature 'lic01 unreachable' --subcategory license_fault --as ann");
    home.ok("take INC-1 --as ann");
    assert_eq!(
        home.refused("hold INC-1 awaiting_discipline --public asking the network team --as ann").1,
        "trigger_open"
    );
    let escalate = "escalate INC-1 --to network --h1 'no license since nine' --as ann";
    assert_eq!(home.ok(escalate), "escalated INC-1, logged TSK-1\n");
    assert_eq!(
        home.ok("hold INC-1 awaiting_discipline --public the network team looks at it --as ann"),
        "put on hold INC-1\n"
    );
    assert_eq!(
        home.refused("resolve INC-1 fixed the license server answers again --as ann"),
        (3, "blocking_task_open".into())
    );
    let listed = home.ok("ls type:task");
    assert!(listed.contains("TSK-1") && listed.contains("Is host:port of the license"), "{listed}");
    assert_eq!(home.refused("take TSK-1 --as ann"), (3, "assignee_invalid".into()));
    assert_eq!(home.ok("take next --as nina"), "taken TSK-1\n");
    assert_eq!(home.ok("start TSK-1 --as nina"), "started TSK-1\n");
    assert_eq!(
        home.ok("resolve TSK-1 --answer 'port 27000 was closed, open again' --as nina"),
        "answered TSK-1, resumed INC-1\n"
    );
    let parent = home.json("show INC-1");
    assert_eq!((&parent["state"], &parent["woke"]), (&"in_progress".into(), &true.into()));
    assert_eq!(parent["tasks"][0]["answer"], "port 27000 was closed, open again");
    assert_eq!(parent["escalations"][0]["to_discipline"], "network");
    let task = home.json("show TSK-1");
    assert_eq!((&task["parent"], &task["type"], &task["state"]), (&"INC-1".into(), &"task".into(), &"done".into()));
    let shown = home.ok("show INC-1");
    assert!(shown.contains("TSK-1 done") && shown.contains("network asked by ann"), "{shown}");
    assert_eq!(home.ok("resolve INC-1 fixed the license server answers again --as ann"), "resolved INC-1\n");
    assert!(home.ok("verify").ends_with("no differences\n"));
    home.ok("rebuild");
    assert!(home.ok("verify").ends_with("no differences\n"));
}

#[test]
fn a_vendor_is_asked_by_tier_2_and_its_task_ends_with_the_ticket() {
    let home = Home::desk();
    home.ok("new inc Cadix crashes -r j.smith --subcategory crash --tier 2 --as carla --take");
    let ask = "new tsk --parent INC-1 --vendor Contoso --question 'Is there a fix for 12.4?'";
    assert_eq!(home.refused(&format!("{ask} --as ann")), (4, "not_permitted".into()));
    assert_eq!(home.refused(&format!("{ask} --as carla")), (3, "handoff_incomplete".into()));
    home.ok("answer INC-1 --h13 'Cadix 12.4, support 88121' --as carla");
    assert_eq!(home.ok(&format!("{ask} --as carla")), "logged TSK-1\n");
    assert_eq!(home.json("show INC-1")["vendor_state"], "waiting");
    assert_eq!(home.ok("edit TSK-1 --vendor-ref SR-77 --as carla"), "changed TSK-1\n");
    assert_eq!(home.json("show TSK-1")["vendor_ref"], "SR-77");
    assert_eq!(home.ok("done TSK-1 fixed in 12.5, which is out --as carla"), "answered TSK-1\n");
    assert_eq!(home.json("show INC-1")["vendor_state"], "answered");
    assert_eq!(home.ok("reopen TSK-1 12.5 does not start at all --as carla"), "reopened TSK-1\n");
    assert_eq!(home.json("show INC-1")["vendor_state"], "waiting");
    let second = "new tsk --parent INC-1 --discipline hardware --question 'Is the memory sound?' --aside --as carla";
    assert_eq!(home.ok(second), "logged TSK-2\n");
    assert_eq!(
        home.refused("new tsk --parent TSK-2 --discipline network --question 'Why?' --as carla").1,
        "illegal_transition"
    );
    assert_eq!(home.refused("new tsk --parent INC-1 --as carla").1, "field_missing");
    assert_eq!(home.ok("edit INC-1 --urgency high --as carla"), "changed INC-1\n");
    assert_eq!(home.json("show TSK-2")["priority"], home.json("show INC-1")["priority"]);
    assert_eq!(home.ok("decline TSK-2 the memory was tested last week"), "declined TSK-2\n");
    assert_eq!(home.ok("cancel INC-1 withdrawn the caller uses another program"), "cancelled INC-1, cancelled TSK-1\n");
    assert_eq!(home.json("show TSK-1")["state"], "cancelled");
    let undone = home.ok("undo");
    assert!(undone.contains("INC-1") && undone.contains("TSK-1"), "{undone}");
    assert_eq!(home.json("show TSK-1")["state"], "open");
    assert!(home.ok("verify").ends_with("no differences\n"));
}
