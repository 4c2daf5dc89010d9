//! What a dialog knows of the records that it is about: read once, when it opens.

use std::sync::Arc;
use std::time::Instant as Clock;

use chrono_tz::Tz;

use super::writing::Inserts;
use crate::app::query::record::RecordView;
use crate::app::ready::Ready;
use crate::app::ready::fit::Situation;
use crate::app::ready::known::Known;
use crate::app::{Desk, Error};
use crate::domain::id::AggId;
use crate::domain::refusal::Code;
use crate::domain::role::User;
use crate::domain::ticket::Ticket;
use crate::domain::time::{Instant, Secs};
use crate::ui::screen::Subject;

/// The records, and the first of them in full: its facts fill the dialog in.
#[derive(Debug, Clone)]
pub struct About {
    pub records: Vec<AggId>,
    pub first: RecordView,
    pub me: User,
    /// When it was read; [`present`](Self::present) is later.
    pub now: Instant,
    opened: Clock,
    pub zone: Tz,
    /// What a text can be filled in with. A text for several records cannot name one of them.
    pub known: Known,
    pub ready: Arc<Ready>,
}

impl About {
    /// Refuses `not_found` when nothing is selected.
    pub fn read(subject: &Subject, desk: &Desk) -> Result<Self, Error> {
        let first = subject.first().ok_or_else(|| Code::NotFound.because("no ticket is selected"))?;
        let first = desk.record(first)?;
        let one = subject.records.len() == 1;
        let known = if one { Known::of(&first, desk)? } else { Known::of_writer(desk) };
        Ok(Self {
            records: subject.records.clone(),
            first,
            me: desk.person().clone(),
            now: desk.now(),
            opened: Clock::now(),
            zone: desk.policy().zone,
            known,
            ready: Arc::clone(desk.ready()),
        })
    }

    pub fn ticket(&self) -> &Ticket {
        self.first.case.ticket()
    }

    /// Now: a dialog may have been open for long, and `1h` counts from when it is sent.
    pub fn present(&self) -> Instant {
        self.now + Secs(i64::try_from(self.opened.elapsed().as_secs()).unwrap_or(0))
    }

    /// Is it about one record only?
    pub fn is_one(&self) -> bool {
        self.records.len() == 1
    }

    /// `Escalate INC-12`, or `Escalate 3 tickets`.
    pub fn titled(&self, verb: &str) -> String {
        if self.is_one() {
            format!("{verb} {}", self.ticket().name())
        } else {
            format!("{verb} {} tickets", self.records.len())
        }
    }

    /// Where the draft of a dialog about these records is kept: `reply INC-12`.
    pub fn place(&self, dialog: &str) -> String {
        match self.records.len() {
            1 => format!("{dialog} {}", self.ticket().name()),
            n => format!("{dialog} {} +{}", self.ticket().name(), n - 1),
        }
    }

    /// What can be inserted into a text about them.
    pub fn inserts(&self) -> Inserts {
        Inserts { known: self.known.clone(), ready: Arc::clone(&self.ready), situation: Situation::of(self.ticket()) }
    }

    /// The tickets behind the identities, as far as they exist; for a glance at all of them.
    pub fn tickets(&self, desk: &Desk) -> Result<Vec<Ticket>, Error> {
        let mut tickets = Vec::with_capacity(self.records.len());
        for agg in &self.records {
            tickets.extend(desk.store().case(*agg)?.map(|case| case.is.fields));
        }
        Ok(tickets)
    }
}
