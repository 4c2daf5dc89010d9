//! What a change of a policy, a contract or a calendar does to open clocks, as a list.

use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::print::{Out, progress, receipt_json};
use crate::app::recount::{Shift, Shifts, Stand};
use crate::app::{Desk, Receipt};
use crate::domain::time::Instant;

/// Lines that are shown at once.
const SHOWN: usize = 20;

/// Counts first, then some of the clocks. `would` is for what was not done.
pub fn tell(shifts: &Shifts, would: bool, out: Out) -> Result<(), Failure> {
    let (sooner, later) = shifts.sooner_and_later();
    let change = if would { "would change" } else { "changed" };
    let (looked, tickets) = (shifts.looked, shifts.tickets);
    out.text(&format!("{tickets} of {looked} open tickets {change}: {sooner} clocks due earlier, {later} later"))?;
    for shift in shifts.clocks.iter().take(SHOWN) {
        out.folded(2, &line(shift))?;
    }
    let more = shifts.clocks.len().saturating_sub(SHOWN);
    if more > 0 {
        out.text(&format!("  and {more} more clocks; --json lists them all"))?;
    }
    Ok(())
}

/// What was done, and what followed from it on the clocks, if any ticket is open.
pub fn tell_with(receipt: &Receipt, shifts: &Shifts, out: Out) -> Result<Status, Failure> {
    if out.is_json() {
        let mut told = receipt_json(receipt);
        told["clocks"] = json(shifts);
        out.json(&told)?;
        return Ok(Status::Done);
    }
    let status = out.receipt(receipt)?;
    if shifts.looked > 0 {
        tell(shifts, false, out)?;
    }
    Ok(status)
}

/// All of it.
pub fn json(shifts: &Shifts) -> Value {
    let (sooner, later) = shifts.sooner_and_later();
    let stand = |it: &Stand| {
        json!({
            "target_s": it.target.0,
            "calendar": it.calendar.to_string(),
            "due_at": it.due.map(|at| at.to_string()),
            "breached_at": it.missed.map(|at| at.to_string()),
        })
    };
    let clocks = shifts.clocks.iter().map(|it| {
        json!({ "number": it.ticket, "kind": it.clock.word(), "before": stand(&it.before), "after": stand(&it.after) })
    });
    json!({
        "looked": shifts.looked,
        "tickets": shifts.tickets,
        "sooner": sooner,
        "later": later,
        "clocks": clocks.collect::<Vec<_>>(),
    })
}

/// Does what is left to do on the clocks, with its progress while a person watches.
pub fn apply(desk: &mut Desk) -> Result<Shifts, Failure> {
    let bar = progress("tickets", desk.store().open_count()?);
    let shifts = desk.recount(&mut |looked| bar.set_position(looked))?;
    bar.finish_and_clear();
    Ok(shifts)
}

fn line(shift: &Shift) -> String {
    let Shift { ticket, clock, before, after } = shift;
    let due = |at: Option<Instant>| at.map_or_else(|| "paused".to_owned(), |at| at.to_string());
    let mut what = Vec::new();
    if before.target != after.target {
        what.push(format!("target {} → {}", before.target.hours_text(), after.target.hours_text()));
    }
    if before.calendar != after.calendar {
        what.push("another calendar".to_owned());
    }
    if before.due == after.due {
        what.push(before.due.map_or_else(|| "paused".to_owned(), |at| format!("still due {at}")));
    } else {
        what.push(format!("due {} → {}", due(before.due), due(after.due)));
    }
    match (before.missed, after.missed) {
        (Some(_), None) => what.push("no longer missed".to_owned()),
        (None, Some(at)) => what.push(format!("missed {at}")),
        (Some(before), Some(at)) if before != at => what.push(format!("missed {at}")),
        _ => {}
    }
    format!("{ticket} {}: {}", clock.name(), what.join(", "))
}
