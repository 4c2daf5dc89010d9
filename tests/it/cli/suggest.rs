//! What helps while the caller is on the phone.

use super::Home;

#[test]
fn a_resolved_ticket_like_this_one_is_suggested_with_its_reasons() {
    let home = Home::desk();
    home.ok("new inc 'Outlook asks for the password again' -r a.b --subcategory error");
    home.ok("take INC-1");
    assert_eq!(home.run("suggest --text 'outlook password'").status, 1, "it is not resolved yet");
    home.ok("resolve INC-1 fixed cleared the saved credentials of the mailbox");
    home.ok("new inc 'Outlook wants my password' -r c.d");
    home.ok("new inc 'Printer jams' -r c.d");
    let found = home.json("suggest INC-2");
    let first = &found["tickets"][0];
    assert_eq!(
        (&first["number"], &first["match"], &first["state"]),
        (&"INC-1".into(), &"words".into(), &"resolved".into())
    );
    assert_eq!(first["words"], serde_json::json!(["outlook", "password"]));
    assert_eq!(found["tickets"].as_array().unwrap().len(), 1);
    let told = home.ok("suggest --text 'the password of Outlook'");
    for part in ["INC-1", "resolved: has password, outlook", "cleared the saved credentials"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert_eq!(home.run("suggest INC-3").status, 1);
    assert_eq!(home.run("suggest INC-9").status, 1);
    assert_eq!(home.run("suggest").status, 2);
    assert_eq!(home.run("suggest INC-2 --text vpn").status, 2);
}
