//! Every key is told everywhere: to a script, to the help, to the palette.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;
use tierdesk::ui::action::{Action, Way};

use crate::floor::Floor;
use crate::screens::{ASCII, Sitting};

#[test]
fn a_script_is_told_every_action() {
    let run = Command::new(env!("CARGO_BIN_EXE_tierdesk")).args(["keys", "--json"]).output().unwrap();
    let told: Value = serde_json::from_slice(&run.stdout).unwrap();
    let told: Vec<&Value> = told.as_array().unwrap().iter().collect();
    let words: BTreeSet<&str> = told.iter().map(|key| key["action"].as_str().unwrap()).collect();
    let all: BTreeSet<&str> = Action::ALL.iter().map(|action| action.word()).collect();
    assert_eq!(words, all);
    for key in told {
        assert!(!key["keys"].as_array().unwrap().is_empty() && !key["does"].as_str().unwrap().is_empty(), "{key}");
    }
}

#[test]
fn the_help_finds_every_action_by_what_it_does() {
    let mut sitting = Sitting::new(Floor::at_noon(), "ann", ASCII);
    let mut missing = Vec::new();
    for action in Action::ALL {
        let short = action.facts().short;
        let found = ["tab", "tab tab"].into_iter().any(|pages| {
            sitting.keys(&format!("? {pages} '{short}'"));
            let text = sitting.text((140, 40));
            sitting.keys("esc");
            let mut listed = text.lines().filter(|line| !line.contains("type to search"));
            listed.any(|line| line.contains(short))
        });
        if !found {
            missing.push(action.word());
        }
    }
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn a_command_that_an_action_names_is_one_of_the_program() {
    let run = Command::new(env!("CARGO_BIN_EXE_tierdesk")).arg("--help").output().unwrap();
    let help = String::from_utf8(run.stdout).unwrap();
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: BTreeSet<&str> = listed.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.contains("ls") && commands.contains("escalations"), "{help}");
    for action in Action::ALL {
        let Way::Command(way) = action.facts().way else { continue };
        for command in way.split(" | ") {
            let name = command.split(' ').next().unwrap();
            assert!(commands.contains(name), "{}: tierdesk {command}", action.word());
        }
    }
}
