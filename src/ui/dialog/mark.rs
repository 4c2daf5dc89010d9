//! Machines and tags of a ticket, in one line: `+vpn -wifi`.

use super::asking::Asking;
use super::subject::About;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::edit::{Edit, Tagging};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Label, Tag};
use crate::ui::command::Command;
use crate::ui::screen::{Next, Subject};

pub fn tags(subject: &Subject, desk: &Desk) -> Result<Asking, Error> {
    let about = About::read(subject, desk)?;
    let is = about.ticket().tags.iter().map(|tag| tag.as_str().to_owned());
    let told = told(&about, is.collect(), "+vpn -wifi adds one tag and takes another off; a word alone is added");
    let records = about.records.clone();
    Ok(Asking::new(about.titled("Tags of"), told, move |line| {
        let (add, remove) = signed(line, Tag::new)?;
        Ok(Next::Do(Command::on(&records, Verb::Tag(Tagging { add, remove }))))
    }))
}

pub fn machines(subject: &Subject, desk: &Desk) -> Result<Asking, Error> {
    let about = About::read(subject, desk)?;
    let is = about.ticket().endpoints.iter().map(ToString::to_string);
    let told = told(&about, is.collect(), "+LAP-0442 -LAP-0001 adds one machine and takes another off");
    let records = about.records.clone();
    Ok(Asking::new(about.titled("Machines of"), told, move |line| {
        let (add_endpoints, remove_endpoints) = signed(line, Label::new)?;
        let edit = Edit { add_endpoints, remove_endpoints, ..Edit::default() };
        Ok(Next::Do(Command::on(&records, Verb::Edit(edit))))
    }))
}

/// How to write it, and what one record has now.
fn told(about: &About, is: Vec<String>, how: &str) -> Vec<String> {
    let now = if is.is_empty() { "none".to_owned() } else { is.join(" ") };
    let mut told = vec![how.to_owned()];
    if about.is_one() {
        told.push(format!("now: {now}"));
    }
    told
}

/// Words with `+` or without a sign are added, those with `-` go.
fn signed<T>(line: &str, read: impl Fn(&str) -> Result<T, Refusal>) -> Result<(Vec<T>, Vec<T>), Refusal> {
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    for word in line.split([' ', ',']).filter(|word| !word.is_empty()) {
        match word.strip_prefix('-') {
            Some(gone) => remove.push(read(gone)?),
            None => add.push(read(word.trim_start_matches(['+', '#', '%']))?),
        }
    }
    if add.is_empty() && remove.is_empty() {
        return Err(Code::FieldMissing.because("nothing is to be added or taken off"));
    }
    Ok((add, remove))
}
