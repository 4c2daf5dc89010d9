//! Templates on the command line: what they preset, and what the call says itself.

use super::Home;

#[test]
fn a_template_presets_what_the_call_does_not_say() {
    let home = Home::desk();
    home.ok("new inc --template crash --requester 'Marta Ricci'");
    let record = &home.json("show INC-1");
    for (field, is) in
        [("title", "Program crashes"), ("subcategory", "crash"), ("symptom", "crash_in_use"), ("source", "phone")]
    {
        assert_eq!(record[field], is, "{field}");
    }
    assert_eq!(home.json("checklist of INC-1")["checklist"], "crash");
    home.ok("new inc 'Payroll stops' --template 'failed u' --requester 'Marta Ricci' --symptom hang");
    let record = &home.json("show INC-2");
    assert_eq!((&record["title"], &record["symptom"]), (&"Payroll stops".into(), &"hang".into()));
    assert_eq!(record["subcategory"], "update_failure");
    assert_eq!(home.refused("new inc x --template wobble -r ann").1, "not_found");
    assert_eq!(home.refused("new req x --template crash -r ann").1, "not_found", "requests have their own");
    assert!(home.ok("template").lines().any(|line| line.starts_with("legacy conflict")));
    assert!(home.ok("template show harmful").contains("Which update, installed when:"));
}
