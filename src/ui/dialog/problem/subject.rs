//! The problem that a dialog is about: read once, when it opens.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant as Clock;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::app::problems::ProblemView;
use crate::app::ready::Ready;
use crate::app::ready::fit::Situation;
use crate::app::ready::known::Known;
use crate::app::{Desk, Error};
use crate::domain::command::problem::ProblemVerb;
use crate::domain::id::AggId;
use crate::domain::problem::Problem;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::User;
use crate::domain::ticket::Ticket;
use crate::domain::time::{Instant, Secs};
use crate::domain::when;
use crate::ui::command::Command;
use crate::ui::dialog::writing::{Inserts, Sheet, Writing};
use crate::ui::part::form::Form;
use crate::ui::screen::Next;

#[derive(Debug, Clone)]
pub struct About {
    pub view: ProblemView,
    pub me: User,
    now: Instant,
    opened: Clock,
    pub zone: Tz,
    known: Known,
    ready: Arc<Ready>,
    /// What that person began to write about it and did not send, by its place.
    drafts: BTreeMap<String, String>,
}

impl About {
    pub fn read(agg: AggId, desk: &Desk) -> Result<Self, Error> {
        let view = desk.problem(agg)?;
        let drafts = drafts_about(&view.case.problem().name(), desk)?;
        Ok(Self {
            drafts,
            view,
            me: desk.person().clone(),
            now: desk.now(),
            opened: Clock::now(),
            zone: desk.policy().zone,
            known: Known::of_writer(desk),
            ready: Arc::clone(desk.ready()),
        })
    }

    pub const fn agg(&self) -> AggId {
        self.view.case.agg
    }

    pub const fn problem(&self) -> &Problem {
        self.view.case.problem()
    }

    /// Now: a dialog may have been open for long.
    pub fn present(&self) -> Instant {
        self.now + Secs(i64::try_from(self.opened.elapsed().as_secs()).unwrap_or(0))
    }

    /// Today at the desk.
    pub fn today(&self) -> NaiveDate {
        self.present().utc().with_timezone(&self.zone).date_naive()
    }

    /// `Note on PRB-12`.
    pub fn titled(&self, verb: &str) -> String {
        format!("{verb} {}", self.problem().name())
    }

    /// A form about it, with the draft that was kept of it.
    pub fn write(&self, dialog: &str, form: Form, sheet: impl Sheet + 'static, desk: &Desk) -> Result<Writing, Error> {
        Writing::new(sheet, form, self.place(dialog), self.inserts()).restored(desk)
    }

    /// As [`write`](Self::write), for a form that follows a list: its draft is that of when the list opened.
    pub fn sheet(&self, dialog: &str, form: Form, sheet: impl Sheet + 'static) -> Writing {
        let place = self.place(dialog);
        let draft = self.drafts.get(&place).map(String::as_str);
        Writing::new(sheet, form, place.clone(), self.inserts()).with_draft(draft)
    }

    /// Where the draft of a dialog about it is kept: `note PRB-12`.
    fn place(&self, dialog: &str) -> String {
        format!("{dialog} {}", self.problem().name())
    }

    /// What asks the desk for a verb on it.
    pub fn asks(&self, verb: ProblemVerb) -> Next {
        Next::Do(Command::problem(self.agg(), verb))
    }

    /// The day that someone typed; `None` for nothing.
    pub fn day(&self, text: &str) -> Result<Option<NaiveDate>, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if let Ok(day) = text.parse() {
            return Ok(Some(day));
        }
        let at = when::instant(text, self.present(), self.zone);
        let at = at.map_err(|_| {
            Code::TextInvalid.because(format!("`{text}` is not a day")).hint("write 2026-12-01, 7d or fri")
        })?;
        Ok(Some(at.utc().with_timezone(&self.zone).date_naive()))
    }

    /// What can be inserted into a text about it: texts for incidents of its kind.
    fn inserts(&self) -> Inserts {
        let problem = self.problem();
        let like = Ticket {
            title: problem.title.clone(),
            subcategory: problem.subcategory,
            software_items: problem.software_items.clone(),
            ..Ticket::default()
        };
        Inserts { known: self.known.clone(), ready: Arc::clone(&self.ready), situation: Situation::of(&like) }
    }
}

fn drafts_about(name: &str, desk: &Desk) -> Result<BTreeMap<String, String>, Error> {
    let (store, me) = (desk.store(), &desk.person().login);
    let mut drafts = BTreeMap::new();
    for (place, _) in store.drafts(me)? {
        if place.rsplit_once(' ').is_some_and(|(_, about)| about == name) {
            drafts.extend(store.draft(me, &place)?.map(|text| (place, text)));
        }
    }
    Ok(drafts)
}
