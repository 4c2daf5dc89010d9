//! A major incident on the command line: from many calls to a review.

use super::Home;

/// A desk where five people cannot log in to the ERP within minutes; INC-5 is what the fifth said.
fn outage() -> Home {
    let home = Home::desk();
    home.ok("user add dana --role supervisor --no-tier");
    for n in 1..=5 {
        let call = format!("new inc ERP login fails -r u{n}.smith --subcategory error --symptom login_failure");
        home.ok(&format!("{call} --software ERP --as ann"));
    }
    home
}

#[test]
fn many_calls_alike_make_one_candidate_that_a_supervisor_declares_or_refuses() {
    let home = outage();
    let candidates = home.json("major list");
    assert_eq!(candidates.as_array().unwrap().len(), 1, "one speaks for all");
    assert_eq!((&candidates[0]["number"], &candidates[0]["major_state"]), (&"INC-5".into(), &"candidate".into()));
    home.ok("new inc ERP login fails -r u6.smith --symptom login_failure --software ERP --as bob");
    assert_eq!(home.json("major list").as_array().unwrap().len(), 1);
    assert_eq!(home.ok("ls is:major --columns number"), "INC-5\n");
    assert_eq!(home.refused("major refuse INC-5 one team only and it is back --as ann"), (4, "not_permitted".into()));
    assert_eq!(home.ok("major refuse INC-5 one team only and it is back --as dana"), "no major incident: INC-5\n");
    assert_eq!(home.run("major list").status, 1, "nothing is a candidate");
    assert_eq!(home.ok("major propose INC-1 it is the whole floor after all --as ann"), "proposed as major: INC-1\n");
    assert_eq!(
        home.refused("major propose INC-1 it is the whole floor after all --as ann"),
        (3, "illegal_transition".into())
    );
    home.ok("undo --as ann");
    assert_eq!(home.json("show INC-1")["major_state"], "none");
}

#[test]
fn a_major_incident_is_declared_told_of_stood_down_and_reviewed() {
    let home = outage();
    assert_eq!(
        home.refused("major declare INC-5 nobody can log in --lead carla --as ann"),
        (4, "not_permitted".into())
    );
    assert_eq!(
        home.refused("major declare INC-5 nobody can log in --lead nina --as dana"),
        (3, "assignee_invalid".into())
    );
    let declared = home.ok("major declare INC-5 nobody can log in --lead carla --as dana");
    assert_eq!(
        declared,
        "declared major: INC-5\nalike: INC-1, INC-2, INC-3, INC-4; `tierdesk major add INC-5 NUMBER…` makes them\nits children\n"
    );
    let it = home.json("show INC-5");
    assert_eq!((&it["priority"], &it["tier"], &it["major_lead"]), (&1.into(), &2.into(), &"carla".into()));
    assert_eq!(home.ok("major add INC-5 INC-1 INC-2 INC-3 --as bob"), "linked INC-1 INC-2 INC-3\n");
    assert_eq!(home.refused("major add INC-1 INC-4 --as bob"), (3, "link_invalid".into()));
    assert_eq!(home.refused("major update INC-1 we are on it"), (3, "illegal_transition".into()));
    let told = home.ok("major update INC-5 we are on it, next word in half an hour --as carla");
    assert_eq!(told, "replied on 4 tickets\n");
    for number in ["INC-5", "INC-1", "INC-2", "INC-3"] {
        let last = home.json(&format!("show {number}"))["worklog"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            (&last["text"], &last["visibility"]),
            (&"we are on it, next word in half an hour".into(), &"requester".into())
        );
    }
    assert!(home.json("show INC-4")["responded_at"].is_null(), "it is no child");
    assert_eq!(home.ok("undo --as carla"), "taken back on 4 tickets\n");
    assert!(home.json("show INC-1")["responded_at"].is_null());

    home.ok("take INC-5 --as carla");
    home.ok("answer INC-5 --h1 'nobody logs in' --h8 'restarted the client' --h10 'restore the directory' --as carla");
    let down = "major stand-down INC-5 fixed the directory server was restarted --as carla";
    let refused = home.run(down);
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("INC-5 has open children: INC-1, INC-2, INC-3"), "{}", refused.err);
    assert_eq!(
        home.refused(&down.replace("fixed", "resolved_with_problem").replace("INC-5", "INC-5 --children none")).1,
        "resolution_incomplete"
    );
    home.ok("edit INC-2 --subcategory unknown --category fix --as ann");
    let down = home.run(&format!("{down} --children INC-1,INC-2"));
    assert_eq!(down.out, "stood down INC-5 INC-1, 1 left alone: INC-2 still has the category `unknown`\n");
    assert_eq!(down.status, 3);
    for (number, state) in [("INC-5", "resolved"), ("INC-1", "resolved"), ("INC-2", "queued"), ("INC-3", "queued")] {
        assert_eq!(home.json(&format!("show {number}"))["state"], state, "{number}");
    }
    assert_eq!(home.json("show INC-1")["resolution_code"], "fixed");
    assert_eq!(home.refused("close INC-5 --confirmed --as dana"), (3, "review_missing".into()));
    let review = "major review INC-5 --timeline '13:00 first call, 14:10 restored' --helped 'restarting the server'";
    assert_eq!(home.refused(&format!("{review} --as dana")), (2, "usage".into()));
    assert_eq!(home.refused(&format!("{review} --problem PRB-1 --as dana")), (1, "not_found".into()));
    let listed = home.json("major list");
    assert_eq!((&listed[0]["major_state"], &listed[0]["review_overdue"]), (&"stood_down".into(), &false.into()));
    assert_eq!(
        home.ok(&format!("{review} --cause 'the disk was full' --no-problem 'the disk is watched now' --as dana")),
        "reviewed INC-5\n"
    );
    assert_eq!(home.ok("close INC-5 --confirmed --as dana"), "closed INC-5\n");
    assert_eq!(home.run("major list").status, 1);
    assert!(home.ok("verify").ends_with("no differences\n"));
}

#[test]
fn one_undo_takes_back_a_stand_down_with_all_its_children() {
    let home = outage();
    home.ok("major declare INC-5 nobody can log in --lead dana --children all --as dana");
    home.ok("take INC-5 --as carla");
    home.ok("answer INC-5 --h1 'nobody logs in' --h8 'restarted the client' --h10 'restore the directory' --as carla");
    assert_eq!(
        home.ok("major stand-down INC-5 rolled_back the update was taken off again --children all --as dana"),
        "stood down 5 tickets\n"
    );
    assert_eq!(home.ok("undo --as dana"), "taken back on 5 tickets\n");
    let major = &home.json("major list")[0];
    assert_eq!(major["major_state"], "declared");
    assert!(major["children"].as_array().unwrap().iter().all(|child| child["state"] == "queued"), "{major}");
    let text = home.ok("major --as ann");
    assert!(
        text.starts_with("INC-5      declared   ERP login fails\n  lead dana, children 4, open 4, next update "),
        "{text}"
    );
    assert!(home.ok("verify").ends_with("no differences\n"));
}
