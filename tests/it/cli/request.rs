//! A service request on the command line: from the wish to the closed record.

use super::Home;

#[test]
fn a_request_is_logged_under_a_number_of_its_own_and_found_by_its_kind() {
    let home = Home::desk();
    home.ok("new inc VPN drops -r j.smith --as ann");
    let logged = home.ok("new req AutoCAD 2027 on CAD-01 -r j.smith --software AutoCAD --machine CAD-01 --as ann");
    assert_eq!(logged, "logged REQ-1\n");
    let it = home.json("show REQ-1");
    assert_eq!((&it["type"], &it["state"], &it["symptom"]), (&"request".into(), &"queued".into(), &().into()));
    assert_eq!((&it["category"], &it["subcategory"]), (&"install".into(), &"new_install".into()));
    assert_eq!(home.ok("ls type:request --columns number"), "REQ-1\n");
    let asked = home.refused("new req AutoCAD -r j.smith --category fix --subcategory crash --as ann");
    assert_eq!(asked, (2, "category_invalid".into()));
    home.ok("new req AutoCAD for the studio -r j.smith --approver 'R. Stone' --as ann");
    let it = home.json("show REQ-2");
    assert_eq!(it["state"], "approval");
    let clocks = it["clocks"].as_array().unwrap();
    let paused = clocks.iter().filter(|clock| clock["status"] == "paused").map(|clock| clock["kind"].as_str().unwrap());
    assert_eq!(paused.collect::<Vec<_>>(), ["resolution", "ola"]);
    assert_eq!(home.refused("take REQ-2 --as ann"), (3, "illegal_transition".into()));
    home.ok("take REQ-1 --as ann");
    assert_eq!(home.json("show REQ-1")["state"], "validating");
    home.ok("hold REQ-1 awaiting_requester asked for the licence number --public --as ann");
    home.ok("resume REQ-1 --as ann");
    assert_eq!(home.json("show REQ-1")["state"], "validating", "it goes on where it stopped");
    assert_eq!(
        home.refused("resolve REQ-1 fixed 'it is installed on the machine' --as ann"),
        (3, "illegal_transition".into())
    );
    home.ok("cancel REQ-1 withdrawn the project was stopped --as ann");
    assert_eq!(home.json("show REQ-1")["state"], "cancelled");
}

#[test]
fn a_request_goes_from_approval_to_closed_past_a_machine_that_is_too_small() {
    let home = Home::desk();
    home.ok("user add dana --role supervisor --no-tier");
    home.ok("asset set CAD-01 --os 'windows 10.0.22631' --ram 32768 --disk 90000 --software 'Viewer=4.1' --as carla");
    home.ok("asset set CAD-02 --os 'windows 10.0.19045' --ram 4096 --disk 90000 --as carla");
    assert_eq!(home.refused("asset set CAD-03 --ram 1 --as ann"), (4, "not_permitted".into()));
    assert_eq!(home.json("asset list")[0]["software"][0]["version"], "4.1");
    let log = "new req AutoCAD 2027 for the studio -r j.smith --machine CAD-01 --machine CAD-02 --template new-install";
    assert_eq!(
        home.ok(&format!("{log} --require 'os windows >= 10.0.19045' --approver 'R. Stone' --as ann")),
        "logged REQ-1\n"
    );
    assert_eq!(home.refused("request approve REQ-1 --as ann"), (4, "not_permitted".into()));
    home.ok("request approve REQ-1 --as dana");
    home.ok("take REQ-1 --as ann");
    assert_eq!(home.refused("request deploy REQ-1 --as ann"), (2, "field_missing".into()));
    home.ok("request plan REQ-1 manual --steps wiki/autocad --as ann");
    home.ok("request require REQ-1 --remove 'ram 4096' --add 'ram 8192' --add 'licence AutoCAD' --as ann");
    let refused = home.run("request schedule REQ-1 2d --as ann");
    assert_eq!(refused.status, 3);
    assert!(refused.err.contains("`ram 8192` on CAD-02 fail (4096 of 8192 MiB)"), "{}", refused.err);
    home.ok("request tell REQ-1 'licence AutoCAD' --seats 1 --as ann");
    home.ok("request drop REQ-1 CAD-02 it is replaced next month --as ann");
    home.ok("request schedule REQ-1 2d --as ann");
    let it = home.json("show REQ-1");
    assert_eq!((&it["state"], &it["planned"]), (&"scheduled".into(), &true.into()));
    home.ok("undo --as ann");
    assert_eq!(home.json("show REQ-1")["state"], "validating");
    home.ok("request schedule REQ-1 2d --as ann");
    home.ok("request deploy REQ-1 --as ann");
    assert_eq!(home.refused("request verify REQ-1 --as ann"), (3, "targets_open".into()));
    home.ok("request target REQ-1 CAD-01 installed --as ann");
    home.ok("request verify REQ-1 --as ann");
    let fulfil = "request fulfil REQ-1 AutoCAD 2027 is installed and licensed --as ann";
    assert_eq!(home.refused(fulfil), (3, "verification_failed".into()));
    let needed = home.json("show REQ-1")["checks_needed"].clone();
    assert_eq!(needed, serde_json::json!(["version", "starts", "licence", "configuration", "baseline"]));
    for kind in needed.as_array().unwrap() {
        home.ok(&format!("request check REQ-1 {} pass seen on the machine --as ann", kind.as_str().unwrap()));
    }
    home.ok(fulfil);
    let shown = home.ok("show REQ-1");
    for line in ["target         CAD-02: dropped", "pass           ram 8192 on CAD-01", "check          requester"] {
        assert_eq!(shown.contains(line), !line.contains("requester"), "{line}: {shown}");
    }
    home.ok("close REQ-1 --confirmed --as ann");
    let it = home.json("show REQ-1");
    assert_eq!((&it["state"], &it["approved_by"]), (&"closed".into(), &"R. Stone".into()));
    assert_eq!(home.run("verify").status, 0);
}
