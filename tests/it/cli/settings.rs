//! Files of settings, keys and looks: what holds, and what is wrong with them, by file and line.

use std::fs;

use super::Home;

fn with(files: &[(&str, &str)]) -> Home {
    let home = Home::empty();
    let folder = home.folder().join(".config/tierdesk");
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    home
}

#[test]
fn a_check_names_every_mistake_with_its_file_and_line() {
    let home = with(&[
        ("config.toml", "[ui]\npalete = \"mono\"\nmouse = \"yes\"\ntheme = \"night.toml\"\n"),
        ("keymap.toml", "[queue]\nescalate = \"c\"\ntake_nxt = \"t\"\nresume = \"Z\"\nmerge = \"none\"\n"),
        ("night.toml", "breached = \"rot\"\nbreachd = \"red\"\n"),
    ]);
    let ran = home.run("config check");
    assert_eq!(ran.status, 2, "{}", ran.out);
    for says in [
        "config.toml:2: warning: there is no key `ui.palete`; is it `ui.palette`?",
        "config.toml:3: error: `ui.mouse` is true or false",
        "keymap.toml:2: error: two actions on one key\n",
        "\n  line 2: [queue] escalate = \"c\"\n",
        "\n  by default: [queue] take = \"c\"\n",
        "keymap.toml:3: error: no action `take_nxt`; is it `take_next`?",
        "keymap.toml:4: error: a capital must not write at once",
        "night.toml:1: error: `breached`: `rot` is no look; expected one of black red",
        "night.toml:2: warning: no role `breachd`; is it `breached`?",
        "5 errors, 2 warnings",
    ] {
        assert!(ran.out.contains(says), "no `{says}` in\n{}", ran.out);
    }
    let told = home.run("config check --json");
    assert_eq!(told.status, 2);
    let told: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let levels: Vec<_> = told.as_array().unwrap().iter().map(|it| it["level"].as_str().unwrap()).collect();
    assert_eq!(levels.iter().filter(|level| **level == "error").count(), 5, "{levels:?}");
    let console = home.run("--plain");
    assert_eq!(console.status, 2, "a keymap with mistakes opens nothing");
    assert!(console.err.contains("keymap.toml:3: no action `take_nxt`"), "{}", console.err);
}

#[test]
fn what_is_right_is_said_to_be_and_what_is_only_unknown_is_no_error() {
    let home = with(&[
        ("config.toml", "[ui]\npalette = \"deut\"\nlayout_alias = [\"ru\"]\n"),
        ("keymap.toml", "preset = \"arrows\"\n[queue]\nescalate = [\"e\", \"f8\"]\nmerge = \"none\"\n"),
    ]);
    let ran = home.run("config check");
    assert_eq!((ran.status, ran.out.as_str()), (0, "nothing is wrong\n"));
    assert!(home.ok("config show").contains("layout_alias = [\"ru\"]"), "{}", home.ok("config show"));
    assert_eq!(home.ok("config show"), home.ok("config"));
    let keys = home.json("keys");
    let of = |action: &str| {
        let mut all = keys.as_array().unwrap().iter();
        all.find(|key| key["context"] == "queue" && key["action"] == action).unwrap()["keys"].clone()
    };
    assert_eq!((of("escalate"), of("merge")), (serde_json::json!(["e", "F8"]), serde_json::json!([])));
    let unknown = with(&[("config.toml", "[ui]\ncolour = 1\n")]);
    assert_eq!(unknown.run("config check").status, 0);
}

#[test]
fn wrong_settings_leave_the_console_open_and_say_so_first() {
    let home = with(&[("config.toml", "[ui]\npalette = \"neon\"\n")]);
    let ran = home.run("--plain");
    assert_eq!(ran.status, 0, "{}", ran.err);
    // A new desk says that it was made; the second time there is room for the warning.
    let ran = home.run("--plain");
    assert!(ran.out.contains("config.toml:2: `ui.palette` is ansi16"), "{}", ran.out);
}

#[test]
fn the_test_of_colours_shows_all_of_them_or_none() {
    let home = with(&[]);
    let plain = home.ok("theme test");
    assert!(plain.contains("palette ansi16-light") && plain.contains("breached  bold red"), "{plain}");
    assert!(!plain.contains('\u{1b}'), "no terminal, no colours");
    let painted = home.ok("--color always theme test");
    assert!(painted.contains("\u{1b}[1;31mX-01:32\u{1b}[0m"), "{painted}");
    assert!(!home.ok("--color never theme test").contains('\u{1b}'));
}
