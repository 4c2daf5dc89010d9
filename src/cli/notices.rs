//! `tierdesk notices`: what happened to your work since you last looked.

use clap::Args;
use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::print::cell;
use super::shell::Shell;
use crate::app::news::{News, Notice};
use crate::app::query::json::instant;

/// List what happened to your tickets and hand-offs since you last looked, one line for each cause and record
#[derive(Debug, Args)]
pub struct Notices {
    /// They are read with this: the next time only what is newer is listed
    #[arg(long)]
    mark_read: bool,
}

impl Notices {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let news = News::read(&desk)?;
        if shell.out.is_json() {
            shell.out.list(news.notices().map(one).collect())?;
        } else {
            let now = desk.now();
            for it in news.notices() {
                let ago = (now - it.at).short();
                let head = format!("{} {} {}", cell(&it.name, 10), cell(&it.priority.to_string(), 2), cell(&ago, 4));
                shell.out.text(&format!("{head} {}", cell(&it.sentence(), 61).trim_end()))?;
            }
        }
        if self.mark_read {
            desk.mark_read(&news)?;
        }
        Ok(if news.is_empty() { Status::Nothing } else { Status::Done })
    }
}

fn one(it: &Notice) -> Value {
    json!({
        "record": it.name, "title": it.title, "priority": it.priority.n(), "cause": it.cause, "count": it.count,
        "by": it.by, "at": instant(Some(it.at)), "text": it.text, "sentence": it.sentence(),
    })
}
