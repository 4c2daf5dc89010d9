//! One record with everything that its screen, `show` and an export say of it.

use super::clock::{self, ClockView, LineClock};
use crate::app::asset::Readiness;
use crate::app::{Desk, Error};
use crate::domain::clock::standing::Standing;
use crate::domain::command::Case;
use crate::domain::event::Event;
use crate::domain::id::AggId;
use crate::domain::number::Number;
use crate::domain::overlap::{Overlap, overlap};
use crate::domain::problem::Problem;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Contact;
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;
use crate::store::record::{Entry, Linked};

/// A record as it is shown.
#[derive(Debug, Clone)]
pub struct RecordView {
    pub case: Case,
    pub requester: Option<Contact>,
    /// Oldest first.
    pub worklog: Vec<Entry>,
    pub links: Vec<Linked>,
    /// The questions asked of others about it, oldest first.
    pub tasks: Vec<Ticket>,
    /// The record that a task belongs to.
    pub parent: Option<Ticket>,
    /// The problem that it is a symptom of, as it stands now.
    pub problem: Option<Problem>,
    /// As they stand now, or stood then.
    pub clocks: Vec<ClockView>,
    /// The one that a list shows.
    pub clock: LineClock,
    /// Of a request.
    pub readiness: Readiness,
}

impl Desk {
    /// The record of that number. Refuses `not_found`, and a number that two records share.
    pub fn find(&self, number: &Number) -> Result<AggId, Error> {
        match &self.store().find(number)?[..] {
            [agg] => Ok(*agg),
            [] => Err(Code::NotFound.because(format!("there is no {number}")).into()),
            _ => Err(Code::NotFound.because(format!("{number} names more than one record")).into()),
        }
    }

    /// The record of a number as typed: any case, leading zeros.
    pub fn find_text(&self, text: &str) -> Result<AggId, Error> {
        let number: Number = text.parse().map_err(|wrong: crate::domain::number::NumberError| -> Refusal {
            Code::TextInvalid.because(wrong.to_string())
        })?;
        self.find(&number)
    }

    pub fn record(&self, agg: AggId) -> Result<RecordView, Error> {
        let case = self.store().case(agg)?.ok_or_else(missing)?;
        let worklog = self.store().worklog(agg)?;
        self.with_others(case, worklog, None)
    }

    /// The record as it stood at an instant.
    pub fn record_at(&self, agg: AggId, at: Instant) -> Result<RecordView, Error> {
        let (case, worklog) = self
            .store()
            .case_at(agg, at)?
            .ok_or_else(|| Code::NotFound.because(format!("the record did not exist at {at}")))?;
        self.with_others(case, worklog, Some(at))
    }

    /// Every event of a record, in order.
    pub fn history(&self, agg: AggId) -> Result<Vec<Event>, Error> {
        Ok(self.store().history(agg)?)
    }

    /// Who else is writing on that record now.
    pub fn writers_on(&self, name: &str) -> Result<Vec<String>, Error> {
        Ok(self.store().writers_on(name, &self.person().login, self.now())?)
    }

    /// The likely discipline of a ticket that looks like software, and what to ask it first.
    pub fn overlap(&self, case: &Case) -> Result<Option<Overlap>, Error> {
        let around = self.store().around(case)?;
        let policy = self.policy().under(case.ticket().contract.as_ref(), self.now());
        Ok(overlap(case.ticket(), around, policy))
    }

    fn with_others(&self, case: Case, worklog: Vec<Entry>, at: Option<Instant>) -> Result<RecordView, Error> {
        let requester = match case.ticket().requester {
            Some(agg) => self.store().contact(agg)?,
            None => None,
        };
        let links = self.store().links(case.agg)?;
        let stood = |agg| -> Result<Option<Ticket>, Error> {
            let case = match at {
                Some(at) => self.store().case_at(agg, at)?.map(|(case, _)| case),
                None => self.store().case(agg)?,
            };
            Ok(case.map(|case| case.is.fields))
        };
        let tasks = self.store().tasks(case.agg)?.into_iter().map(stood).collect::<Result<Vec<_>, _>>()?;
        let parent = case.ticket().parent.map(stood).transpose()?.flatten();
        let tasks = tasks.into_iter().flatten().collect();
        let problem = match case.ticket().problem() {
            Some(agg) => self.store().problem(agg)?.map(|case| case.is.fields),
            None => None,
        };
        let now = at.unwrap_or_else(|| self.now());
        let clocks = clock::views(&case.is.clocks, now, self.store());
        let clock = LineClock::of(&Standing::of(&case.is.clocks), case.ticket().state, now, self.store());
        let readiness = self.readiness(&case, now)?;
        Ok(RecordView { readiness, case, requester, worklog, links, tasks, parent, problem, clocks, clock })
    }
}

fn missing() -> Refusal {
    Code::NotFound.because("the record does not exist")
}
