//! `tierdesk sla forgive`: a supervisor takes a remembered breach back, as the priority had been wrong.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::cli::exit::{Failure, Status};
use crate::cli::shell::Shell;
use crate::cli::target::One;
use crate::domain::clock::ClockKind;
use crate::domain::command::Verb;
use crate::domain::command::forgive;
use crate::domain::text::Reason;

/// Take back that a clock missed its target, after the priority was lowered; a supervisor's
#[derive(Debug, Args)]
pub struct Forgive {
    #[command(flatten)]
    on: One,
    #[arg(value_parser = clock(), value_name = "CLOCK")]
    clock: ClockKind,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

fn clock() -> impl TypedValueParser<Value = ClockKind> {
    PossibleValuesParser::new(ClockKind::ALL.iter().map(|one| one.word()))
        .map(|word| ClockKind::from_word(&word).expect("one of its possible values"))
}

impl Forgive {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let target = self.on.target(&desk)?;
        let verb = Verb::Forgive(forgive::Forgive { clock: self.clock, reason: Reason::new(&self.reason)? });
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
