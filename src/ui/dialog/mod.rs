//! Dialogs, forms and pickers: each turns keys into one command. A place that is a dialog becomes its screen here.
//!
//! - [`subject`]: the records a dialog is about; [`spot`]: where boxes lie
//! - [`writing`], [`choosing`], [`asking`]: what all forms, all lists and all one-line questions share
//! - then one dialog a file

mod asking;
mod assign;
mod change;
mod changes;
mod choosing;
pub mod describe;
mod escalate;
mod export;
mod field;
mod finding;
mod handoff;
mod handover;
mod help;
mod history;
mod hold;
mod inbox;
mod likely;
mod major;
mod mark;
mod merge;
mod new;
pub mod news;
mod palette;
pub mod problem;
mod request;
mod resolve;
mod spot;
mod status;
mod subject;
mod task;
mod unlink;
mod views;
mod why;
mod write;
mod writing;

#[cfg(test)]
mod bench;
#[cfg(test)]
mod drawn;
#[cfg(test)]
mod tests;

use super::keymap::Keymap;
use super::screen::{Place, ProblemForm, Screen};
use crate::app::{Desk, Error};

/// The dialog of a place; `None` where the place is none.
pub fn open(place: &Place, desk: &Desk, keymap: &Keymap) -> Result<Option<Box<dyn Screen>>, Error> {
    Ok(Some(match place {
        Place::Queue | Place::View(_) | Place::Filtered(_) | Place::Escalations | Place::Record(..) | Place::News => {
            return Ok(None);
        }
        Place::Problems | Place::Problem(_, ProblemForm::Offer | ProblemForm::End) => return Ok(None),
        Place::Problem(agg, form) => return problem::open(*agg, *form, desk).map(Some),
        Place::Promote(subject) => Box::new(problem::promote::open(subject, desk)?),
        Place::Bind(subject) => Box::new(problem::bind::open(subject, desk)?),
        Place::RefuseProposal(proposal) => Box::new(problem::promote::refuse(proposal, desk)?),
        Place::Outcome(title, rows) => Box::new(problem::outcome::open(title, rows)),
        Place::Export(filter) => Box::new(export::open(filter)),
        Place::Help(context) => Box::new(help::open(*context, keymap)),
        Place::Palette(context) => Box::new(palette::open(*context, desk, keymap)?),
        Place::Views(tab, shown) => Box::new(views::menu(tab, shown, desk)?),
        Place::SaveView(shown) => Box::new(views::save(shown)),
        Place::RenameView(tab) => Box::new(views::rename(tab)),
        Place::GoTo => Box::new(palette::go_to(desk)),
        Place::New => Box::new(new::open(desk)?),
        Place::Escalate(subject) => Box::new(escalate::open(subject, desk)?),
        Place::Write(subject, vis) => Box::new(write::open(subject, *vis, desk)?),
        Place::Resolve(subject) => match task::open(subject, desk)? {
            Some(form) => Box::new(form),
            None => match request::forward(subject, desk)? {
                Some(stage) => stage,
                None => Box::new(resolve::open(subject, desk)?),
            },
        },
        Place::Hold(subject) => Box::new(hold::open(subject, desk)?),
        Place::Assign(subject) => Box::new(assign::open(subject, desk)?),
        Place::AcceptAssign(agg) => Box::new(assign::accept(*agg, desk)?),
        Place::Priority(subject) => Box::new(field::priority(subject, desk)?),
        Place::Category(subject) => Box::new(field::category(subject, desk)?),
        Place::Impact(subject) => Box::new(field::impact(subject, desk)?),
        Place::Contract(subject) => Box::new(field::contract(subject, desk)?),
        Place::Urgency(subject) => Box::new(field::urgency(subject, desk)?),
        Place::Asset(subject) => Box::new(mark::machines(subject, desk)?),
        Place::Tags(subject) => Box::new(mark::tags(subject, desk)?),
        Place::Status(subject) => Box::new(status::open(subject, desk)?),
        Place::Major(subject) => Box::new(major::open(subject, desk)?),
        Place::Merge { duplicates, survivor } => Box::new(merge::open(duplicates, *survivor, desk)?),
        Place::Unlink(subject) => Box::new(unlink::open(subject, desk)?),
        Place::FixOwner(agg) => Box::new(assign::fix_owner(*agg, desk)?),
        Place::Return(agg) => Box::new(inbox::send_back(*agg, desk)?),
        Place::HandBack(agg) => Box::new(inbox::hand_back(*agg, desk)?),
        Place::Defer(agg) => Box::new(inbox::defer(*agg, desk)?),
        Place::Finding(agg, item) => Box::new(finding::open(*agg, *item, desk)?),
        Place::Describe(agg, text) => Box::new(describe::open(*agg, text.as_deref(), desk)?),
        Place::Change(agg, step) => change::open(*agg, *step, desk)?,
        Place::History(agg) => Box::new(history::open(*agg, desk)?),
        Place::Why(agg) => Box::new(why::open(*agg, desk)?),
        Place::Handover => handover::open(desk)?,
        Place::Changes => Box::new(changes::open(desk)?),
    }))
}
