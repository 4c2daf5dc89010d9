//! Checklists on the command line: the steps of a record, their ticks, and what is wrong in a file.

use std::fs;

use super::Home;

#[test]
fn ticks_stand_on_the_record_and_undo_takes_them_off() {
    let home = Home::desk();
    home.ok("new inc 'Outlook will not open' --requester 'Marta Ricci' --subcategory crash --take");
    let steps = home.json("checklist of INC-1");
    assert_eq!(steps["checklist"], "outlook");
    assert_eq!(steps["steps"][2]["text"], "add-ins and disabled items listed");
    home.ok("checklist tick INC-1 1 'add-ins'");
    home.ok("answer INC-1 --h4 'faulting module is mso.dll'");
    let text = home.ok("checklist of INC-1");
    for line in [
        " 1 [x] same in the browser's mailbox?",
        " 3 [x] add-ins and disabled items listed",
        " 4 [x] event viewer: 1000, faulting module: faulting module is mso.dll",
        " 6 [ ] new profile tried",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
    let record = &home.json("show INC-1");
    assert_eq!(record["ticks"][0], "add-ins and disabled items listed");
    assert_eq!(record["answers"]["h5"]["answer"], "done");
    assert_eq!(home.refused("checklist tick INC-1 7"), (2, "field_missing".to_owned()), "changes ask for words");
    assert_eq!(home.refused("checklist tick INC-1 wobble"), (1, "not_found".to_owned()));
    home.ok("checklist tick INC-1 3 1 --off");
    assert!(home.json("show INC-1")["ticks"].as_array().unwrap().is_empty());
    home.ok("undo");
    assert_eq!(home.json("show INC-1")["ticks"][0], "add-ins and disabled items listed");
    home.ok("checklist use INC-1 'failed'");
    assert_eq!(home.json("checklist of INC-1")["checklist"], "failed installation");
}

#[test]
fn ones_own_list_comes_first() {
    let home = Home::desk();
    home.ok("new inc 'Payroll stops' --requester 'Marta Ricci' --subcategory crash");
    let folder = home.folder().join(".config/tierdesk/checklists.d");
    fs::create_dir_all(&folder).unwrap();
    let list = "[[checklist]]\nname = \"payroll\"\nsoftware = \"payroll\"\nstep = [{ text = \"month closed?\" }]\n";
    fs::write(folder.join("own.toml"), list).unwrap();
    let path = folder.join("own.toml").display().to_string();
    assert_eq!(home.json(&format!("checklist check {path}"))["names"][0], "payroll");
    let steps = home.json("checklist of INC-1");
    assert_eq!((&steps["checklist"], &steps["steps"][0]["text"]), (&"payroll".into(), &"month closed?".into()));
    assert_eq!(steps["steps"].as_array().unwrap().len(), 5, "the diagnosis stays");
    assert_eq!(home.ok("checklist show payroll"), "month closed?\n");
    assert!(home.ok("checklist").lines().any(|line| line.starts_with("vpn  ")));
    fs::write(folder.join("own.toml"), list.replace("text", "txt")).unwrap();
    assert_eq!(home.refused(&format!("checklist check {path}")), (2, "format_invalid".to_owned()));
}
