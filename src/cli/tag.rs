//! `tierdesk tag`: put tags on a ticket and take them off.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::One;
use crate::domain::command::Verb;
use crate::domain::command::edit;
use crate::domain::refusal::Refusal;
use crate::domain::text::Tag as Label;

/// Put tags on a ticket, or take them off
#[derive(Debug, Args)]
pub struct Tag {
    #[command(flatten)]
    on: One,
    /// Tags to put on
    #[arg(value_name = "TAG", required_unless_present = "remove")]
    add: Vec<String>,
    /// A tag to take off
    #[arg(long, value_name = "TAG")]
    remove: Vec<String>,
}

impl Tag {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let tags = |texts: &[String]| texts.iter().map(|text| Label::new(text)).collect::<Result<Vec<_>, Refusal>>();
        let verb = Verb::Tag(edit::Tagging { add: tags(&self.add)?, remove: tags(&self.remove)? });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
