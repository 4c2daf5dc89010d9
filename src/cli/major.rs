//! `tierdesk major`: an outage of many people, led by one person, with its children.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::print::cell;
use super::shell::{AsOf, Shell};
use super::target::{One, Words};
use super::word;
use crate::app::Desk;
use crate::app::major::MajorView;
use crate::app::query::json;
use crate::domain::command::Verb;
use crate::domain::command::major::{DeclareMajor, ProposeMajor, Pursued, RefuseMajor, ReviewMajor, StandDown};
use crate::domain::command::resolve::Resolve;
use crate::domain::id::AggId;
use crate::domain::incident::{MajorState, ResolutionCode, Subcategory};
use crate::domain::refusal::Code;
use crate::domain::text::{CauseNote, Lesson, Login, Note, Reason, Resolution};
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;

/// Declare, lead and review major incidents
#[derive(Debug, Args)]
pub struct Major {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Candidates, declared ones, and those that still owe a review (the default)
    List {
        #[command(flatten)]
        at: AsOf,
    },
    /// Say that an incident may be a major one; a supervisor is asked
    Propose {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        why: Words,
    },
    /// Declare a major incident under a lead; a supervisor's
    Declare {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        why: Words,
        /// Who leads
        #[arg(long, value_name = "USER")]
        lead: String,
        /// Incidents alike that become its children: `all`, `none` or numbers with commas between
        #[arg(long, value_name = "WHICH")]
        children: Option<Which>,
    },
    /// Say that a candidate is none; a supervisor's
    Refuse {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        why: Words,
    },
    /// Make incidents children of a declared one
    Add {
        /// The major incident
        #[arg(value_name = "NUMBER")]
        number: String,
        /// What it caused
        #[arg(value_name = "CHILD", required = true)]
        children: Vec<String>,
    },
    /// Write to the requesters of the incident and of all its open children at once
    Update {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        text: Words,
    },
    /// Service is restored: resolve the incident, and the children that are confirmed; a supervisor's or its lead's
    StandDown {
        #[command(flatten)]
        on: One,
        /// Left out when it is resolved already
        #[arg(value_parser = word::resolution_code())]
        code: Option<ResolutionCode>,
        /// What restored service; `-` reads it from standard input
        #[arg(value_name = "TEXT", requires = "code")]
        note: Vec<String>,
        /// What it was, if the ticket still says `unknown`
        #[arg(long, value_parser = word::subcategory(), hide_possible_values = true)]
        subcategory: Option<Subcategory>,
        /// The requester does not read the note
        #[arg(long)]
        internal: bool,
        /// Open children that are resolved with it: `all`, `none` or numbers with commas between
        #[arg(long, value_name = "WHICH")]
        children: Option<Which>,
    },
    /// Write down what was learned, without which it does not close; a supervisor's
    Review {
        #[command(flatten)]
        on: One,
        /// What happened when
        #[arg(long, value_name = "TEXT")]
        timeline: String,
        /// What helped
        #[arg(long, value_name = "TEXT")]
        helped: String,
        /// What the cause was; left out while nobody knows
        #[arg(long, value_name = "TEXT")]
        cause: Option<String>,
        /// The problem that looks into it
        #[arg(long, value_name = "NUMBER", group = "pursued", required_unless_present = "no_problem")]
        problem: Option<String>,
        /// Why no problem looks into it
        #[arg(long, value_name = "REASON", group = "pursued")]
        no_problem: Option<String>,
    },
}

/// Which of the incidents that are offered.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Which {
    All,
    None,
    Numbers(Vec<String>),
}

impl std::str::FromStr for Which {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "all" => Self::All,
            "none" => Self::None,
            numbers => Self::Numbers(numbers.split(',').map(|one| one.trim().to_owned()).collect()),
        })
    }
}

impl Which {
    fn of(&self, offered: &[AggId], desk: &Desk) -> Result<Vec<AggId>, Failure> {
        match self {
            Self::All => Ok(offered.to_vec()),
            Self::None => Ok(Vec::new()),
            Self::Numbers(numbers) => numbers.iter().map(|number| Ok(desk.find_text(number)?)).collect(),
        }
    }
}

impl Major {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let what = match &self.what {
            None => return list(&shell.desk()?, shell),
            Some(What::List { at }) => return list(&shell.desk_at(at.now)?, shell),
            Some(what) => what,
        };
        let mut desk = shell.desk()?;
        match what {
            What::List { .. } => list(&desk, shell),
            What::Propose { on, why } => {
                one(&mut desk, on, &Verb::ProposeMajor(ProposeMajor { reason: why.reason()? }), shell)
            }
            What::Refuse { on, why } => {
                one(&mut desk, on, &Verb::RefuseMajor(RefuseMajor { reason: why.reason()? }), shell)
            }
            What::Declare { on, why, lead, children } => {
                let verb = DeclareMajor { reason: why.reason()?, lead: Login::new(lead)? };
                declare(&mut desk, on, &verb, children.as_ref(), shell)
            }
            What::Add { number, children } => {
                let major = desk.find_text(number)?;
                let children = Which::Numbers(children.clone()).of(&[], &desk)?;
                shell.out.receipt(&desk.add_children(major, &children)?)
            }
            What::Update { on, text } => {
                let (target, text) = (on.target(&desk)?, Note::new(&text.text()?)?);
                shell.out.receipt(&desk.update_major(target, &text)?)
            }
            What::StandDown { on, code, note, subcategory, internal, children } => {
                let resolve = code.map(|code| resolve(code, note, *subcategory, !*internal)).transpose()?;
                let target = on.target(&desk)?;
                let offered: Vec<_> = desk.major(target.agg)?.open().map(|(agg, _)| *agg).collect();
                let children = confirmed(children.as_ref(), &offered, &desk, target.agg)?;
                shell.out.receipt(&desk.stand_down(target, &StandDown { resolve }, &children)?)
            }
            What::Review { on, timeline, helped, cause, problem, no_problem } => {
                let problem = match (problem, no_problem) {
                    (Some(number), _) => Pursued::By(desk.find_text(number)?),
                    (None, Some(why)) => Pursued::Not(Reason::new(why)?),
                    (None, None) => {
                        return Err(Code::ReasonRequired.because("say why no problem looks into it").into());
                    }
                };
                let (timeline, helped) = (Lesson::new(timeline)?, Lesson::new(helped)?);
                let cause = cause.as_deref().map(CauseNote::new).transpose()?;
                one(&mut desk, on, &Verb::ReviewMajor(ReviewMajor { timeline, helped, cause, problem }), shell)
            }
        }
    }
}

fn one(desk: &mut Desk, on: &One, verb: &Verb, shell: &Shell<'_>) -> Result<Status, Failure> {
    let target = on.target(desk)?;
    shell.out.receipt(&desk.run(verb, target)?)
}

fn resolve(code: ResolutionCode, note: &[String], sub: Option<Subcategory>, public: bool) -> Result<Resolve, Failure> {
    Ok(Resolve { code, note: Resolution::new(&super::print::text_of(note)?)?, subcategory: sub, public })
}

fn declare(
    desk: &mut Desk,
    on: &One,
    verb: &DeclareMajor,
    children: Option<&Which>,
    shell: &Shell<'_>,
) -> Result<Status, Failure> {
    let target = on.target(desk)?;
    let alike = desk.could_join(&desk.major(target.agg)?.case)?;
    let offered: Vec<_> = alike.iter().map(|(agg, _)| *agg).collect();
    let chosen = children.map(|which| which.of(&offered, desk)).transpose()?;
    let receipt = desk.declare_major(target, verb, chosen.as_deref().unwrap_or_default())?;
    let status = shell.out.receipt(&receipt)?;
    if chosen.is_none() && !alike.is_empty() && !shell.out.is_json() {
        let numbers = names(alike.iter().map(|(_, ticket)| ticket));
        shell.out.folded(
            0,
            &format!("alike: {numbers}; `tierdesk major add {} NUMBER…` makes them its children", receipt.name()),
        )?;
    }
    Ok(status)
}

/// The children to resolve along. Refuses `field_missing` when there are some and nobody said which.
fn confirmed(which: Option<&Which>, offered: &[AggId], desk: &Desk, major: AggId) -> Result<Vec<AggId>, Failure> {
    match which {
        Some(which) => which.of(offered, desk),
        None if offered.is_empty() => Ok(Vec::new()),
        None => {
            let view = desk.major(major)?;
            let numbers = names(view.open().map(|(_, child)| child));
            Err(Code::FieldMissing
                .because(format!("{} has open children: {numbers}", view.case.name()))
                .hint("say which are resolved with it: --children all, none, or numbers with commas between")
                .into())
        }
    }
}

fn names<'a>(tickets: impl Iterator<Item = &'a Ticket>) -> String {
    tickets.map(Ticket::name).collect::<Vec<_>>().join(", ")
}

fn list(desk: &Desk, shell: &Shell<'_>) -> Result<Status, Failure> {
    let majors = desk.majors()?;
    if shell.out.is_json() {
        shell.out.list(majors.iter().map(listed).collect())?;
    } else {
        for major in &majors {
            print(major, desk.now(), shell)?;
        }
    }
    Ok(if majors.is_empty() { Status::Nothing } else { Status::Done })
}

/// Two lines: what it is, and how it stands.
fn print(major: &MajorView, now: Instant, shell: &Shell<'_>) -> Result<(), Failure> {
    let ticket = major.case.ticket();
    let state = ticket.major_state.word().replace('_', " ");
    let head = format!("{} {} {}", cell(&ticket.name(), 10), cell(&state, 10), ticket.title);
    shell.out.text(cell(&head, 80).trim_end())?;
    let lead = ticket.major_lead.as_ref().map(|lead| format!("lead {lead}"));
    let open = major.open().count();
    let children = (!major.children.is_empty()).then(|| format!("children {}, open {open}", major.children.len()));
    let update = major.next_update.map(|at| format!("next update {at}"));
    let review = ticket.major_review_due_at.map(|due| {
        if major.review_overdue {
            format!("review overdue for {}", (now - due).brief())
        } else {
            format!("review due {due}")
        }
    });
    let how: Vec<_> = [lead, children, update, review].into_iter().flatten().collect();
    if how.is_empty() { Ok(()) } else { shell.out.folded(2, &how.join(", ")) }
}

fn listed(major: &MajorView) -> Value {
    let ticket = major.case.ticket();
    let child =
        |(_, child): &(AggId, Ticket)| json!({ "number": child.name(), "title": child.title, "state": child.state });
    json!({
        "number": ticket.name(),
        "title": ticket.title,
        "state": ticket.state,
        "major_state": ticket.major_state,
        "lead": ticket.major_lead,
        "declared_at": json::instant(ticket.major_declared_at),
        "stood_down_at": json::instant(ticket.major_stood_down_at),
        "next_update": json::instant(major.next_update.filter(|_| ticket.major_state == MajorState::Declared)),
        "review_due": json::instant(ticket.major_review_due_at),
        "review_overdue": major.review_overdue,
        "children": major.children.iter().map(child).collect::<Vec<_>>(),
    })
}
