//! `tierdesk canned`: the texts that are inserted by name.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::ready;
use super::shell::Shell;
use super::word;
use crate::app::Desk;
use crate::app::query::record::RecordView;
use crate::app::ready::Ready;
use crate::app::ready::fit::Situation;
use crate::app::ready::known::Known;
use crate::app::ready::text::{Canned as Text, Use};

/// List, show or check the texts that are inserted by name
///
/// They ship with the program; files in /etc/tierdesk/canned.d and in canned.d of your own settings are laid over
/// them, name by name.
#[derive(Debug, Args)]
pub struct Canned {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every text with its use and what it is for (the default)
    List {
        /// Only those for a reply, a resolution, a wait or a return
        #[arg(long = "use", value_parser = word::usage(), value_name = "USE")]
        usage: Option<Use>,
        /// As they are suggested for a record, the best first
        #[arg(long = "for", value_name = "NUMBER")]
        record: Option<String>,
    },
    /// One text
    Show {
        /// Its name, or the beginning of one
        name: String,
        /// Filled in from a record
        #[arg(long = "for", value_name = "NUMBER")]
        record: Option<String>,
    },
    /// Every mistake of a file of texts at once, with its line and key
    Check { file: PathBuf },
}

impl Canned {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match &self.what {
            None => list(None, None, shell),
            Some(What::List { usage, record }) => list(*usage, record.as_deref(), shell),
            Some(What::Show { name, record }) => show(name, record.as_deref(), shell),
            Some(What::Check { file }) => ready::check::<Text>(file, shell.out),
        }
    }
}

fn list(usage: Option<Use>, record: Option<&str>, shell: &Shell<'_>) -> Result<Status, Failure> {
    let ready = ready::here();
    let about = record.map(|number| about(number, shell)).transpose()?;
    let uses = Use::ALL.iter().filter(|it| usage.is_none_or(|wanted| wanted == **it));
    let found: Vec<_> = uses.flat_map(|usage| of_use(&ready, *usage, about.as_ref())).collect();
    if shell.out.is_json() {
        shell.out.list(found.iter().map(|text| json(text, &text.text)).collect())?;
    } else {
        for text in &found {
            let kind = text.code().map_or_else(|| text.usage.to_string(), |code| format!("{} {code}", text.usage));
            shell.out.text(&ready::line(&text.name, &kind, &text.fits))?;
        }
    }
    Ok(if found.is_empty() { Status::Nothing } else { Status::Done })
}

/// In the order of their files, or of a record's suggestions.
fn of_use<'a>(ready: &'a Ready, usage: Use, about: Option<&(Desk, RecordView)>) -> Vec<&'a Text> {
    match about {
        Some((_, view)) => ready.suggested(usage, &Situation::of(view.case.ticket())),
        None => ready.texts.iter().filter(|text| text.usage == usage).collect(),
    }
}

fn about(number: &str, shell: &Shell<'_>) -> Result<(Desk, RecordView), Failure> {
    let desk = shell.desk()?;
    let view = desk.record(desk.find_text(number)?)?;
    Ok((desk, view))
}

fn show(name: &str, record: Option<&str>, shell: &Shell<'_>) -> Result<Status, Failure> {
    let ready = ready::here();
    let text = ready.text(name)?;
    let words = match record.map(|number| about(number, shell)).transpose()? {
        Some((desk, view)) => Known::of(&view, &desk)?.fill(&text.text),
        None => text.text.trim().to_owned(),
    };
    if shell.out.is_json() {
        shell.out.json(&json(text, &words))?;
    } else {
        shell.out.text(&words)?;
    }
    Ok(Status::Done)
}

fn json(text: &Text, words: &str) -> Value {
    json!({
        "name": text.name,
        "use": text.usage,
        "code": text.code(),
        "for": ready::fits_json(&text.fits),
        "text": words,
        "from": text.from,
    })
}
