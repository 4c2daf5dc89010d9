//! `tierdesk problem`: causes of incidents, from suspicion to closing.

mod analyse;
mod end;
mod new;
mod proposals;
mod show;

use clap::{Args, Subcommand};

use super::exit::{Failure, Status};
use super::shell::{AsOf, Shell};
use super::target::{One, Words};
use crate::app::Desk;
use crate::domain::command::note::AddNote;
use crate::domain::command::problem::{Assign, Own, ProblemVerb, Resume};
use crate::domain::incident::Visibility;
use crate::domain::text::{Login, Note};
pub use new::NewProblem;
pub use show::print;

/// Find the causes of incidents: suspect, investigate, tell a workaround, fix, close
#[derive(Debug, Args)]
pub struct ProblemCommand {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Problems that somebody works on, and those whose fix is observed (the default)
    List {
        /// The closed ones of the last 90 days too
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        at: AsOf,
    },
    /// One problem with its incidents, its analysis and its worklog
    Show {
        /// Number, like PRB-3
        number: String,
        #[command(flatten)]
        at: AsOf,
    },
    New(Box<NewProblem>),
    /// Take a problem; a new one is investigated from then on
    Own {
        #[command(flatten)]
        on: One,
    },
    /// Give a problem to someone of tier 2 or above; a supervisor's
    Assign {
        #[command(flatten)]
        on: One,
        #[arg(value_name = "USER")]
        to: String,
        /// Last day by which someone looks at it again
        #[arg(long, value_name = "DATE")]
        review_on: Option<chrono::NaiveDate>,
    },
    /// Add an internal note
    Note {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        text: Words,
    },
    #[command(flatten)]
    Analyse(analyse::What),
    /// Leave it alone until an instant, at most 90 days
    Hold(end::Hold),
    /// Go on with a waiting problem
    Resume {
        #[command(flatten)]
        on: One,
    },
    #[command(flatten)]
    End(end::What),
    #[command(flatten)]
    Proposals(proposals::What),
}

impl ProblemCommand {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match &self.what {
            None => show::list(&shell.desk()?, false, shell),
            Some(What::List { all, at }) => show::list(&shell.desk_at(at.now)?, *all, shell),
            Some(What::Show { number, at }) => {
                let desk = shell.desk_at(at.now)?;
                let agg = desk.find_text(number)?;
                print(&desk.problem(agg)?, &desk, shell.out)
            }
            Some(What::New(it)) => it.run(shell),
            Some(What::Own { on }) => one(&mut shell.desk()?, on, &ProblemVerb::Own(Own), shell),
            Some(What::Assign { on, to, review_on }) => {
                let verb = Assign { to: Login::new(to)?, review_on: *review_on };
                one(&mut shell.desk()?, on, &ProblemVerb::Assign(verb), shell)
            }
            Some(What::Note { on, text }) => {
                let note = AddNote { text: Note::new(&text.text()?)?, vis: Visibility::Internal };
                one(&mut shell.desk()?, on, &ProblemVerb::Note(note), shell)
            }
            Some(What::Analyse(it)) => it.run(shell),
            Some(What::Hold(it)) => it.run(shell),
            Some(What::Resume { on }) => one(&mut shell.desk()?, on, &ProblemVerb::Resume(Resume), shell),
            Some(What::End(it)) => it.run(shell),
            Some(What::Proposals(it)) => it.run(shell),
        }
    }
}

fn one(desk: &mut Desk, on: &One, verb: &ProblemVerb, shell: &Shell<'_>) -> Result<Status, Failure> {
    let target = on.target(desk)?;
    shell.out.receipt(&desk.run_problem(verb, target)?)
}
