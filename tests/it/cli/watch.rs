//! The wall, news and settings for scripts.

use std::fs;

use super::Home;

#[test]
fn the_wall_is_printed_once_and_at_any_time_without_writing() {
    let home = Home::desk();
    home.ok("new inc 'VPN drops' --requester j.smith");
    let before = fs::read(home.store()).unwrap();
    let text = home.ok("watch --once");
    assert!(text.contains("tier 1: 1 open, 1 free, 0 breached"), "{text}");
    let later = home.ok("watch --once --now 2030-01-07T12:00:00Z --tier 1");
    assert!(later.contains("Breached 1\n  INC-1"), "{later}");
    assert!(!later.contains("tier 2"), "{later}");
    let wall = home.json("watch --now 2030-01-07T12:00:00Z");
    assert_eq!(wall["breached"]["count"], 1);
    assert_eq!(wall["breached"]["records"][0]["record"], "INC-1");
    assert_eq!(fs::read(home.store()).unwrap(), before, "it wrote nothing");
}

#[test]
fn a_major_incident_stands_on_the_wall_of_every_tier() {
    let home = Home::desk();
    home.ok("user add dana --role supervisor --no-tier");
    home.ok("new inc Nobody can log in -r a.b --impact high --urgency high --subcategory error --as ann");
    home.ok("major declare INC-1 nobody can log in --lead carla --as dana");
    assert_eq!(home.json("show INC-1")["tier"], 2, "a P1 moves up at once");
    let wall = home.ok("watch --once --tier 1 --as ann");
    assert!(wall.contains("Major incidents") && wall.contains("INC-1"), "{wall}");
}

#[test]
fn news_are_listed_until_they_are_marked_as_read() {
    let home = Home::desk();
    home.ok("--as bob new inc 'VPN drops' --requester j.smith");
    home.ok("--as ann take INC-1");
    for text in ["the cable is fine", "and so is the client"] {
        home.ok(&format!("--as bob note INC-1 '{text}'"));
    }
    let news = home.json("--as ann notices");
    let one = news.as_array().unwrap().iter().find(|it| it["cause"] == "noted").unwrap();
    assert_eq!((&one["record"], &one["count"], &one["by"]), (&"INC-1".into(), &2.into(), &"bob".into()));
    assert!(home.ok("--as ann notices --mark-read").contains("2 notes, the last by bob: and so is the client"));
    assert_eq!(home.run("--as ann notices").status, 1, "nothing new");
    assert_eq!(home.run("--as bob notices").status, 1, "never about one's own acts");
}

#[test]
fn settings_are_told_with_their_place_and_what_does_nothing_with_its_line() {
    let home = Home::empty();
    let folder = home.folder().join(".config/tierdesk");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), "[ui]\nnotify = \"osc9\"\ncolour = 1\n").unwrap();
    let ran = home.run("config");
    assert_eq!(ran.status, 0);
    assert!(ran.out.contains("notify = \"osc9\"") && ran.out.contains("config.toml:2"), "{}", ran.out);
    assert!(ran.err.contains("config.toml:3: there is no key `ui.colour`"), "{}", ran.err);
    fs::write(home.folder().join("mine.toml"), "[ui]\nnotify = \"off\"\n").unwrap();
    let told = home.json("config --config mine.toml");
    let notify = told.as_array().unwrap().iter().find(|it| it["key"] == "notify").unwrap();
    assert_eq!((&notify["value"], &notify["from"]), (&"off".into(), &"mine.toml:2".into()));
    assert_eq!(home.run("config --config none.toml").status, 5);
}
