//! `tierdesk template`: what a common situation presets in a new record.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::print::cell;
use super::ready;
use super::shell::Shell;
use crate::app::ready::named;
use crate::app::ready::template::Template as Preset;

/// List, show or check the templates of new records
///
/// They ship with the program; files in /etc/tierdesk/templates.d and in templates.d of your own settings are laid
/// over them, name by name.
#[derive(Debug, Args)]
pub struct Template {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every template with what it presets (the default)
    List,
    /// One template, by its name or the beginning of one
    Show { name: String },
    /// Every mistake of a file of templates at once, with its line and key
    Check { file: PathBuf },
}

impl Template {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match &self.what {
            Some(What::Check { file }) => return ready::check::<Preset>(file, shell.out),
            Some(What::Show { name }) => {
                let ready = ready::here();
                let it = named(&ready.templates, name)?;
                if shell.out.is_json() {
                    shell.out.json(&json(it))?;
                } else {
                    shell.out.text(&line(it))?;
                    let texts =
                        [it.title.as_ref().map(|it| it.as_str()), it.description.as_ref().map(|it| it.as_str())];
                    texts.into_iter().flatten().try_for_each(|text| shell.out.folded(2, text))?;
                }
            }
            None | Some(What::List) => {
                let ready = ready::here();
                if shell.out.is_json() {
                    shell.out.list(ready.templates.iter().map(json).collect())?;
                } else {
                    ready.templates.iter().try_for_each(|it| shell.out.text(&line(it)))?;
                }
            }
        }
        Ok(Status::Done)
    }
}

fn line(it: &Preset) -> String {
    format!("{} {} {}/{}", cell(&it.name, 26), cell(it.kind.word(), 10), it.category, it.subcategory)
}

fn json(it: &Preset) -> Value {
    json!({
        "name": it.name,
        "kind": it.kind.word(),
        "title": it.title,
        "description": it.description,
        "category": it.category,
        "subcategory": it.subcategory,
        "symptom": it.symptom,
        "impact": it.impact,
        "urgency": it.urgency,
        "software": it.software,
        "tags": it.tags,
        "checklist": it.checklist,
        "from": it.from,
    })
}
