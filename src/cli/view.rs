//! `tierdesk view`: named filters, the tabs of the queue.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::print::cell;
use super::shell::Shell;
use crate::app::query::views::ListView;
use crate::app::views::ViewChange;
use crate::domain::filter::parse;
use crate::domain::refusal::Refusal;

/// List, save, rename, share or remove the views of the queue
#[derive(Debug, Args)]
pub struct View {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every view with its filter, in the order of the tabs (the default)
    List,
    /// Save a filter under a name; your own view of that name shows it from now on
    Save {
        name: String,
        /// As one types it in the console; `--` before one that begins with a minus
        #[arg(required = true)]
        filter: Vec<String>,
        /// Everyone at the desk sees it
        #[arg(long)]
        shared: bool,
    },
    /// Give a view another name
    Rename { name: String, to: String },
    /// Let everyone at the desk see a view
    Share {
        name: String,
        /// Only its owner sees it again
        #[arg(long)]
        off: bool,
    },
    /// Move a tab: so many places to the right, or to the left with a minus
    Move {
        name: String,
        #[arg(allow_hyphen_values = true)]
        by: isize,
    },
    /// Remove a view; `undo` brings it back
    Remove { name: String },
}

impl View {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let change = |name: &str, what: ViewChange| shell.out.receipt(&shell.desk()?.change_view(name, &what)?);
        match &self.what {
            None | Some(What::List) => list(shell),
            Some(What::Save { name, filter, shared }) => {
                let filter = parse(&filter.join(" ")).map_err(Refusal::from)?;
                let mut desk = shell.desk()?;
                let saved = desk.save_view(name, &filter)?;
                if *shared {
                    desk.change_view(name, &ViewChange::Share(true))?;
                }
                shell.out.receipt(&saved)
            }
            Some(What::Rename { name, to }) => change(name, ViewChange::Rename(to.clone())),
            Some(What::Share { name, off }) => change(name, ViewChange::Share(!off)),
            Some(What::Move { name, by }) => change(name, ViewChange::Move(*by)),
            Some(What::Remove { name }) => change(name, ViewChange::Remove),
        }
    }
}

fn list(shell: &Shell<'_>) -> Result<Status, Failure> {
    let views = shell.desk()?.views()?;
    if shell.out.is_json() {
        shell.out.list(views.iter().map(one).collect())?;
    } else {
        for view in &views {
            let whose = match &view.saved {
                None => "",
                Some(saved) if saved.shared => "shared",
                Some(_) => "yours",
            };
            shell.out.text(&format!("{} {} {}", cell(&view.name, 24), cell(whose, 6), view.filter))?;
        }
    }
    Ok(Status::Done)
}

fn one(view: &ListView) -> Value {
    let saved = view.saved.as_ref();
    json!({
        "name": view.name,
        "filter": view.filter.to_string(),
        "saved": saved.is_some(),
        "owner": saved.and_then(|it| it.owner.as_ref()),
        "shared": saved.is_some_and(|it| it.shared),
    })
}
