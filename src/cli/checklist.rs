//! `tierdesk checklist`: what to look at first, by kind of fault, and the ticks of a record.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::exit::{Failure, Status};
use super::ready;
use super::shell::Shell;
use crate::app::ready::checklist::{Checklist as List, Step, Ticked, list_of, steps_of};
use crate::app::ready::named;
use crate::domain::command::Verb;
use crate::domain::command::answer::GiveAnswers;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Label;
use crate::domain::ticket::{Answer, Ticket};

/// List, show or check the checklists, and tick steps of a record
///
/// They ship with the program; files in /etc/tierdesk/checklists.d and in checklists.d of your own settings are laid
/// over them, name by name.
#[derive(Debug, Args)]
pub struct Checklist {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every checklist with what it is for (the default)
    List,
    /// The steps of a checklist, by its name or the beginning of one
    Show { name: String },
    /// Every mistake of a file of checklists at once, with its line and key
    Check { file: PathBuf },
    /// The steps of a record with their ticks
    Of {
        /// Record number, like INC-42
        #[arg(value_name = "NUMBER")]
        record: String,
    },
    /// Tick steps of a record; those that answer more than yes are answered with `tierdesk answer`
    Tick {
        /// Record number, like INC-42
        #[arg(value_name = "NUMBER")]
        record: String,
        /// Steps by their number or the beginning of their words
        #[arg(value_name = "STEP", required = true)]
        steps: Vec<String>,
        /// Take the ticks off
        #[arg(long)]
        off: bool,
    },
    /// Choose another checklist for a record
    Use {
        /// Record number, like INC-42
        #[arg(value_name = "NUMBER")]
        record: String,
        name: String,
    },
}

impl Checklist {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match &self.what {
            None | Some(What::List) => list(shell),
            Some(What::Show { name }) => show(name, shell),
            Some(What::Check { file }) => ready::check::<List>(file, shell.out),
            Some(What::Of { record }) => of(record, shell),
            Some(What::Tick { record, steps, off }) => tick(record, steps, !off, shell),
            Some(What::Use { record, name }) => {
                let list = named(&ready::here().checklists, name)?.name.clone();
                let chosen = GiveAnswers { checklist: Some(Label::new(&list)?), ..GiveAnswers::default() };
                let mut desk = shell.desk()?;
                let agg = desk.find_text(record)?;
                shell.out.receipt(&desk.run(&Verb::Answer(chosen), agg)?)
            }
        }
    }
}

fn list(shell: &Shell<'_>) -> Result<Status, Failure> {
    let ready = ready::here();
    if shell.out.is_json() {
        let one = |list: &List| json!({ "name": list.name, "for": ready::fits_json(&list.fits), "steps": steps_json(&list.steps), "from": list.from });
        shell.out.list(ready.checklists.iter().map(one).collect())?;
        return Ok(Status::Done);
    }
    for list in &ready.checklists {
        shell.out.text(&ready::line(&list.name, &format!("{} steps", list.steps.len()), &list.fits))?;
    }
    Ok(Status::Done)
}

fn show(name: &str, shell: &Shell<'_>) -> Result<Status, Failure> {
    let ready = ready::here();
    let list = named(&ready.checklists, name)?;
    if shell.out.is_json() {
        let fits = ready::fits_json(&list.fits);
        shell
            .out
            .json(&json!({ "name": list.name, "for": fits, "steps": steps_json(&list.steps), "from": list.from }))?;
        return Ok(Status::Done);
    }
    for step in &list.steps {
        let item = step.item.map(|item| format!("  ({item} {})", item.label().to_lowercase())).unwrap_or_default();
        shell.out.text(&format!("{}{item}", step.text))?;
    }
    Ok(Status::Done)
}

fn steps_json(steps: &[Step]) -> serde_json::Value {
    steps.iter().map(|step| json!({ "text": step.text, "item": step.item })).collect()
}

fn of(record: &str, shell: &Shell<'_>) -> Result<Status, Failure> {
    let ready = ready::here();
    let desk = shell.desk()?;
    let view = desk.record(desk.find_text(record)?)?;
    let ticket = view.case.ticket();
    let (list, steps) = (list_of(&ready.checklists, ticket), steps_of(&ready.checklists, ticket));
    if shell.out.is_json() {
        let one = |step: &Step| json!({ "text": step.text, "item": step.item, "ticked": step.ticked(ticket) == Ticked::Done, "finding": step.finding(ticket) });
        let steps: Vec<_> = steps.iter().map(one).collect();
        let name = list.map(|list| &list.name);
        shell.out.json(&json!({ "record": ticket.name(), "checklist": name, "steps": steps }))?;
        return Ok(Status::Done);
    }
    for (n, step) in steps.iter().enumerate() {
        let mark = match step.ticked(ticket) {
            Ticked::Done => 'x',
            Ticked::Left => '-',
            Ticked::No => ' ',
        };
        let finding = step.finding(ticket).map(|it| format!(": {it}")).unwrap_or_default();
        shell.out.hanging(&format!("{:2} [{mark}] ", n + 1), 7, &format!("{}{finding}", step.text))?;
    }
    Ok(Status::Done)
}

fn tick(record: &str, words: &[String], on: bool, shell: &Shell<'_>) -> Result<Status, Failure> {
    let ready = ready::here();
    let mut desk = shell.desk()?;
    let agg = desk.find_text(record)?;
    let view = desk.record(agg)?;
    let ticket = view.case.ticket();
    let steps = steps_of(&ready.checklists, ticket);
    let mut answers = GiveAnswers::default();
    for word in words {
        let step = step(&steps, word, ticket)?;
        match step.item {
            Some(item) if on && step.asks_for_words() => {
                return Err(Code::FieldMissing
                    .because(format!("`{}` is answered with words", step.text))
                    .hint(format!("`tierdesk answer {} --{item} TEXT`", ticket.name()))
                    .into());
            }
            Some(item) => answers.answers.push((item, on.then(Answer::ticked))),
            None => answers.ticks.push((step.text.clone(), on)),
        }
    }
    shell.out.receipt(&desk.run(&Verb::Answer(answers), agg)?)
}

/// The step of a number, or the only one that begins with the words.
fn step<'a>(steps: &'a [Step], word: &str, ticket: &Ticket) -> Result<&'a Step, Refusal> {
    if let Some(n) = word.parse::<usize>().ok().and_then(|n| n.checked_sub(1)) {
        let last = steps.len();
        return steps.get(n).ok_or_else(|| Code::NotFound.because(format!("there are steps 1 to {last}, no {word}")));
    }
    let lower = word.to_lowercase();
    let found: Vec<_> = steps.iter().filter(|step| step.text.as_str().to_lowercase().starts_with(&lower)).collect();
    match found[..] {
        [one] => Ok(one),
        _ => Err(Code::NotFound
            .because(format!("`{word}` is not one step of {}", ticket.name()))
            .hint(format!("`tierdesk checklist of {}` lists them with their numbers", ticket.name()))),
    }
}
