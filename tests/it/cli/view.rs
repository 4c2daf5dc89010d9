//! Saved views on the command line.

use super::Home;

#[test]
fn a_view_is_saved_listed_used_shared_and_removed() {
    let home = Home::desk();
    for title in ["VPN drops", "printer jams"] {
        home.ok(&format!("new inc '{title}' --requester j.smith"));
    }
    home.ok("view save Tunnels is:open vpn sort:-age");
    let listed = home.ok("view");
    assert!(listed.contains("Tunnels") && listed.contains("is:open vpn sort:-age"), "{listed:?}");
    let found = home.ok("ls --view tunnels");
    assert!(found.contains("VPN drops") && !found.contains("printer"), "{found:?}");
    assert_eq!(home.run("ls --view tunnels printer").status, 1, "a typed filter narrows the view");
    home.ok("view share Tunnels");
    home.ok("view rename Tunnels VPN");
    let views = home.json("view");
    let vpn = views.as_array().unwrap().iter().find(|view| view["name"] == "VPN").cloned().unwrap();
    assert_eq!((vpn["shared"].as_bool(), vpn["filter"].as_str()), (Some(true), Some("is:open vpn sort:-age")));
    home.ok("view remove VPN");
    assert_eq!(home.run("ls --view VPN").status, 1);
    home.ok("undo");
    home.ok("ls --view VPN");
    assert_eq!(home.run("view save 'at risk' vpn").status, 2, "every queue has that tab");
    home.ok("verify");
    home.ok("rebuild");
    home.ok("ls --view VPN");
}

#[test]
fn a_colleagues_view_is_not_written_over_and_two_of_one_name_are_told_apart() {
    let home = Home::desk();
    home.ok("user add dana --role supervisor --no-tier");
    home.ok("view save Tunnels is:open vpn --as ann");
    home.ok("view save Tunnels is:open wifi --as bob");
    home.ok("view share Tunnels --as ann");
    assert_eq!(home.refused("view save Tunnels is:open all --as dana"), (2, "text_invalid".into()));
    assert_eq!(home.refused("view share Tunnels --as bob"), (2, "text_invalid".into()), "one of that name is shared");
    home.ok("view rename Tunnels Radio --as bob");
    let names = |who: &str| {
        let views = home.json(&format!("view list --as {who}"));
        views.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(names("bob").contains(&"Radio".to_owned()) && names("ann").contains(&"Tunnels".to_owned()));
}
