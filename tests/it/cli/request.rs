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
