//! Contracts on the command line: a file is checked, recorded and changed; tickets go by it.

use std::fs;

use super::Home;

const ACME: &str = "[contract.acme]
customer = \"Acme Ltd\"
organisations = [\"Acme Ltd\", \"Acme GmbH\"]
starts_on = \"2020-01-01\"
priority_floor = { \"ERP client\" = 2 }
priority.vip_raises_urgency = false
";

fn write(home: &Home, name: &str, text: &str) {
    fs::write(home.folder().join(name), text).unwrap();
}

/// A desk with a supervisor, and people of two organisations who call.
fn desk() -> Home {
    let home = Home::desk();
    home.ok("user add sven --role supervisor");
    home.ok("contact add 'Marta Ricci' --handle m.ricci --organisation 'ACME gmbh' --vip yes");
    home.ok("contact add 'Kofi Osei' --handle k.osei --organisation Globex --vip yes");
    write(&home, "acme.toml", ACME);
    home
}

#[test]
fn a_contract_is_checked_with_every_mistake_before_it_is_recorded() {
    let home = desk();
    write(
        &home,
        "bad.toml",
        "[contract.acme]\ncustomer = \"Acme\"\nstarts_on = \"2020-01-01\"\nsla.P1.response = \"1d\"\nsla.P2.calendar = \"late\"\n",
    );
    for line in ["contract check bad.toml", "contract add bad.toml"] {
        let ran = home.run(line);
        assert_eq!(ran.status, 2, "{ran:?}");
        for part in ["(policy_invalid)", "bad.toml:4: contract.acme.sla.P1.response", "(duration_unit)", "bad.toml:5:"]
        {
            assert!(ran.err.contains(part), "{part}: {}", ran.err);
        }
    }
    assert_eq!(home.ok("contract check acme.toml --as ann"), "acme.toml is a valid contract, acme of Acme Ltd\n");
    assert_eq!(home.run("contract list").status, 1, "a check records nothing");
    assert_eq!(home.refused("contract add acme.toml --as sven"), (4, "not_permitted".into()));
    assert_eq!(home.ok("contract add acme.toml"), "contract set: acme\n");
    assert_eq!(home.refused("contract add acme.toml"), (3, "illegal_transition".into()));
    assert_eq!(home.refused("contract set globex acme.toml"), (1, "not_found".into()));
    assert_eq!(home.refused("contract list --as ann"), (4, "not_permitted".into()));
    assert!(home.ok("contract list --as sven").starts_with("acme             Acme Ltd"));
    assert!(Home::empty().run("contract check nowhere.toml").status != 0);
}

#[test]
fn a_ticket_goes_by_the_contract_of_its_requesters_organisation() {
    let home = desk();
    home.ok("contract add acme.toml");
    home.ok("new inc Slow -r @m.ricci");
    home.ok("new inc Slow -r @k.osei");
    home.ok("new inc Slow -r @m.ricci --software 'ERP client'");
    for (number, contract, priority) in
        [("INC-1", "acme".into(), 4), ("INC-2", None::<&str>.into(), 3), ("INC-3", "acme".into(), 2)]
    {
        let record = home.json(&format!("show {number}"));
        assert_eq!((&record["contract"], &record["priority"]), (&contract, &priority.into()), "{number}");
    }
    assert!(home.ok("show INC-1").contains("contract       acme"));
    assert_eq!(home.ok("ls contract:acme --count"), "2\n");
    assert_eq!(home.ok("ls no:contract --columns number"), "INC-2\n");
    assert_eq!(
        home.refused("edit INC-2 --contract acme --because 'a subsidiary' --as ann"),
        (4, "not_permitted".into())
    );
    home.ok("edit INC-2 --contract ACME --because 'a subsidiary of theirs' --as sven");
    assert_eq!(home.json("show INC-2")["priority"], 4);
    home.ok("edit INC-3 --contract none --because 'their own project' --as sven");
    assert_eq!(home.json("show INC-3")["priority"], 3);
    assert_eq!(
        home.refused("edit INC-3 --contract globex --because 'a subsidiary' --as sven"),
        (1, "not_found".into())
    );
    assert!(home.ok("verify").ends_with("no differences\n"));
}

#[test]
fn a_version_holds_from_its_date_on_and_none_is_lost() {
    let home = desk();
    home.ok("contract add acme.toml");
    write(&home, "next.toml", &format!("# agreed by phone\n{ACME}sla.P2.resolution = \"5h\"\n"));
    home.ok("contract set acme next.toml --from 2999-01-01");
    let now = home.json("contract show acme");
    assert_eq!(
        (&now["from"], &now["versions"]),
        (&"2020-01-01".into(), &serde_json::json!(["2020-01-01", "2999-01-01"]))
    );
    assert!(!now["changes"].as_array().unwrap().iter().any(|line| line == "sla.P2.resolution = \"5h\""));
    let then = home.json("contract show acme --at 2999-01-01 --as sven");
    assert!(then["changes"].as_array().unwrap().iter().any(|line| line == "sla.P2.resolution = \"5h\""), "{then}");
    assert!(then["text"].as_str().unwrap().starts_with("# agreed by phone\n"), "the file is kept as it was written");
    assert_eq!(home.refused("contract show acme --at 2019-12-31"), (1, "not_found".into()));
    assert_eq!(home.json("contract list")[0]["versions"], now["versions"]);
    assert!(home.ok("contract show acme").contains("term           in force since 2020-01-01"));
}

#[test]
fn a_policy_that_a_contract_does_not_fit_is_refused_and_names_it() {
    let home = desk();
    write(&home, "night.toml", "[calendar.night]\nweekly.mon = [\"20:00-22:00\"]\n");
    home.ok("policy set night.toml");
    write(&home, "acme.toml", &format!("{ACME}sla.P2.calendar = \"night\"\n"));
    home.ok("contract add acme.toml");
    write(&home, "day.toml", "[records]\nautoclose_days = 9\n");
    let ran = home.run("policy set day.toml");
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.contains("the contract `acme` would not fit this policy any more") && ran.err.contains("`night`"),
        "{}",
        ran.err
    );
    assert!(home.ok("policy show").contains("calendar.night"), "the policy stays");
    write(&home, "acme.toml", ACME);
    home.ok("contract set acme acme.toml --from 2020-01-01");
    home.ok("policy set day.toml");
    assert!(home.ok("verify").ends_with("no differences\n"));
}
