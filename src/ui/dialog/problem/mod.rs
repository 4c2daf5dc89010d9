//! Dialogs about one problem, and those that bind tickets to one.
//!
//! - [`subject`]: the problem that a dialog is about; then what each key opens

pub mod bind;
mod end;
mod fields;
mod incidents;
pub mod outcome;
pub mod promote;
mod reply;
mod stage;
mod subject;
mod way;

pub use end::end;

use self::subject::About;
use crate::app::{Desk, Error};
use crate::domain::id::AggId;
use crate::ui::screen::{ProblemForm, Screen};

/// The dialog of a problem that is asked for.
pub fn open(agg: AggId, form: ProblemForm, desk: &Desk) -> Result<Box<dyn Screen>, Error> {
    let about = About::read(agg, desk)?;
    Ok(match form {
        ProblemForm::Assign => Box::new(way::assign(about, desk)?),
        ProblemForm::KnownError => Box::new(stage::known_error(about, desk)?),
        ProblemForm::Fix => Box::new(stage::fix(about, desk)?),
        ProblemForm::GiveUpFix => Box::new(way::give_up_fix(about, desk)?),
        ProblemForm::Resolve => Box::new(stage::resolve(about, desk)?),
        ProblemForm::NoFix => Box::new(end::no_fix(about, desk)?),
        ProblemForm::Offer | ProblemForm::End | ProblemForm::Close => Box::new(end::close(about, desk)?),
        ProblemForm::Reopen => Box::new(way::reopen(about, desk)?),
        ProblemForm::Incidents => Box::new(incidents::open(about, desk)?),
        ProblemForm::Workaround => Box::new(stage::workaround(about, desk)?),
        ProblemForm::Reply => Box::new(reply::open(about, desk)?),
        ProblemForm::Hold => Box::new(way::hold(about, desk)?),
        ProblemForm::Fields => Box::new(fields::open(about, desk)),
        ProblemForm::Note => Box::new(way::note(about, desk)?),
        ProblemForm::Cause => Box::new(fields::cause(&about)),
        ProblemForm::AskVendor => Box::new(way::ask_vendor(about, desk)?),
        ProblemForm::Cancel => Box::new(way::cancel(about, desk)?),
    })
}
