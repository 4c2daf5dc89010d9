//! What a filter asks of the promises of a ticket. Their instants stand beside it as its clocks were last changed, so
//! no calendar is asked here. Of a ticket that left its queue only that it missed a promise is still known.

use super::shelf::{Cond, Reader, Shelf};
use crate::domain::clock::standing::Sla;
use crate::domain::filter::tree::Op;
use crate::domain::filter::value::Value;
use crate::domain::time::{Instant, Secs};
use crate::store::view::ticket::{NEVER, mark};

impl Reader<'_> {
    /// A promise is missed now; in the past: was ever missed.
    pub fn breached(&mut self) -> Cond {
        if self.shelf == Shelf::Past {
            return missed();
        }
        let now = self.binds.put(self.asker.now.0);
        // What is breached was due before, and by due instants the queue is walked.
        Cond::Sql(format!("ticket.due_at < {now} AND ticket.over_at < {now}"))
    }

    pub fn at_risk(&mut self) -> Cond {
        if self.shelf == Shelf::Past {
            return Cond::Never;
        }
        let now = self.binds.put(self.asker.now.0);
        Cond::Sql(format!("ticket.risk_at <= {now} AND ticket.over_at >= {now}"))
    }

    /// Past its due instant, even if the desk was closed ever since.
    pub fn overdue(&mut self) -> Cond {
        self.due(Op::Lt, self.asker.now)
    }

    /// Real time until the first promise is due.
    pub fn time_left(&mut self, op: Op, value: &Value) -> Cond {
        let Value::Length(Secs(secs)) = value else { return Cond::Never };
        self.due(op, self.asker.now + Secs(*secs))
    }

    fn due(&mut self, op: Op, at: Instant) -> Cond {
        if self.shelf == Shelf::Past {
            return Cond::Never;
        }
        // What is never due has no time left, however much one asks for.
        Cond::all([self.ordered("ticket.due_at", op, at.0), Cond::Sql(format!("ticket.due_at < {NEVER}"))])
    }

    /// How the clocks stand: each ticket has one of the words or, without clocks, none.
    pub fn sla(&mut self, value: &Value) -> Cond {
        let Value::Sla(sla) = value else { return Cond::Never };
        match (sla, self.shelf) {
            (Sla::Breached, _) => self.breached(),
            (Sla::Risk, _) => self.at_risk(),
            (Sla::Ok, Shelf::Past) => {
                Cond::all([!missed(), Cond::sql("ticket.state NOT IN ('cancelled', 'rejected')")])
            }
            (Sla::Ok, Shelf::Open(_)) => Cond::all([self.calm(), Cond::Sql(format!("ticket.due_at < {NEVER}"))]),
            (Sla::Paused, Shelf::Past) => Cond::Never,
            (Sla::Paused, Shelf::Open(_)) => Cond::all([
                self.calm(),
                Cond::Sql(format!("ticket.due_at = {NEVER} AND ticket.marks & {}", mark::PAUSED)),
            ]),
        }
    }

    /// Neither breached nor at risk.
    fn calm(&mut self) -> Cond {
        let now = self.binds.put(self.asker.now.0);
        Cond::Sql(format!("ticket.risk_at > {now} AND ticket.over_at >= {now}"))
    }
}

fn missed() -> Cond {
    Cond::Sql(format!("ticket.marks & {}", mark::MISSED))
}
