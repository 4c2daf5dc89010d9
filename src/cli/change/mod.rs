//! `tierdesk change`: changes of the estate, from the draft to what they taught.

mod new;
mod plan;
mod show;

use clap::{Args, Subcommand};

use super::exit::{Failure, Status};
use super::print::text_of;
use super::shell::{AsOf, Shell};
use super::target::{One, Words};
use super::word;
use crate::domain::change_record::Verdict;
use crate::domain::command::change_record::{
    Advance, Approve, Cancel, ChangeVerb, Close, Complete, Hold, Restored, Resume, Return, Review, RollBack, Try,
    WaiveSoak,
};
use crate::domain::command::note::AddNote;
use crate::domain::incident::Visibility;
use crate::domain::text::{Finding, Label, Note, Resolution};
pub use new::NewChange;
pub use show::print;

/// Change the estate under control: plan, try, have approved, deploy, prove, take back
#[derive(Debug, Args)]
pub struct ChangeCommand {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Changes that have not ended (the default)
    List {
        /// Those that have ended too
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        at: AsOf,
    },
    /// One change with its gates and its worklog
    Show {
        /// Number, like CHG-3
        number: String,
        #[command(flatten)]
        at: AsOf,
    },
    New(Box<NewChange>),
    Plan(Box<plan::Plan>),
    /// Write down how it went on one machine outside production
    Test {
        #[command(flatten)]
        on: One,
        /// The machine
        #[arg(value_name = "HOST")]
        machine: String,
        #[arg(value_parser = word::verdict())]
        verdict: Verdict,
        /// What was seen; `-` reads it from standard input
        #[arg(value_name = "TEXT", required = true)]
        evidence: Vec<String>,
        /// A failure like this one must not reach anybody
        #[arg(long)]
        critical: bool,
    },
    /// Wait no longer after the last try; a supervisor's who did not write it
    Waive {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        why: Words,
    },
    /// Go on to the next phase: evaluation, testing, approval; once it is deployed, verifying
    Next {
        #[command(flatten)]
        on: One,
    },
    /// Let it be deployed; a supervisor's who did not write it
    Approve {
        #[command(flatten)]
        on: One,
    },
    /// Send it back to its author; a supervisor's
    Return {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        why: Words,
    },
    /// Stop it where it is
    Hold {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        why: Words,
    },
    /// Go on with a stopped one
    Resume {
        #[command(flatten)]
        on: One,
    },
    /// Begin to take back what is deployed; a supervisor's, in an emergency its author's too
    Rollback {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        why: Words,
    },
    /// What was to be taken back is; a supervisor's
    Restored {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        note: Words,
        /// Only a part was: the change goes on in the phase that it left
        #[arg(long)]
        go_on: bool,
    },
    /// It is in and works: say how that was seen
    Complete {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        verification: Words,
        /// Only in part
        #[arg(long)]
        partly: bool,
    },
    /// Look at what its author approved alone; another supervisor's
    Review {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        note: Words,
    },
    /// Close it with what it taught; a supervisor's
    Close {
        #[command(flatten)]
        on: One,
        /// The review; can be left out when all of it went well
        #[arg(value_name = "TEXT")]
        review: Vec<String>,
    },
    /// Take it out before anything of it is deployed
    Cancel {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        why: Words,
    },
    /// Add an internal note
    Note {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        text: Words,
    },
}

impl ChangeCommand {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let (on, verb) = match &self.what {
            None => return show::list(&shell.desk()?, false, shell.out),
            Some(What::List { all, at }) => return show::list(&shell.desk_at(at.now)?, *all, shell.out),
            Some(What::Show { number, at }) => {
                let desk = shell.desk_at(at.now)?;
                let agg = desk.find_text(number)?;
                return print(&desk.change(agg)?, &desk, shell.out);
            }
            Some(What::New(it)) => return it.run(shell),
            Some(What::Plan(it)) => return it.run(shell),
            Some(What::Test { on, machine, verdict, evidence, critical }) => {
                let evidence = Finding::new(&text_of(evidence)?)?;
                let on_machine = Label::new(machine)?;
                (on, ChangeVerb::Try(Try { on: on_machine, verdict: *verdict, critical: *critical, evidence }))
            }
            Some(What::Waive { on, why }) => (on, ChangeVerb::WaiveSoak(WaiveSoak { reason: why.reason()? })),
            Some(What::Next { on }) => (on, ChangeVerb::Advance(Advance)),
            Some(What::Approve { on }) => (on, ChangeVerb::Approve(Approve)),
            Some(What::Return { on, why }) => (on, ChangeVerb::Return(Return { reason: why.reason()? })),
            Some(What::Hold { on, why }) => (on, ChangeVerb::Hold(Hold { reason: why.reason()? })),
            Some(What::Resume { on }) => (on, ChangeVerb::Resume(Resume)),
            Some(What::Rollback { on, why }) => (on, ChangeVerb::RollBack(RollBack { reason: why.reason()? })),
            Some(What::Restored { on, note, go_on }) => {
                (on, ChangeVerb::Restored(Restored { note: resolution(note)?, go_on: *go_on }))
            }
            Some(What::Complete { on, verification, partly }) => {
                (on, ChangeVerb::Complete(Complete { verification: resolution(verification)?, partly: *partly }))
            }
            Some(What::Review { on, note }) => (on, ChangeVerb::Review(Review { note: resolution(note)? })),
            Some(What::Close { on, review }) => {
                let pir = if review.is_empty() { None } else { Some(Resolution::new(&text_of(review)?)?) };
                (on, ChangeVerb::Close(Close { pir }))
            }
            Some(What::Cancel { on, why }) => (on, ChangeVerb::Cancel(Cancel { reason: why.reason()? })),
            Some(What::Note { on, text }) => {
                let text = Note::new(&text.text()?)?;
                (on, ChangeVerb::Note(AddNote { text, vis: Visibility::Internal }))
            }
        };
        let mut desk = shell.desk()?;
        let target = on.target(&desk)?;
        shell.out.receipt(&desk.run_change(&verb, target)?)
    }
}

fn resolution(text: &Words) -> Result<Resolution, Failure> {
    Ok(Resolution::new(&text.text()?)?)
}
