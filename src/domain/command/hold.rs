//! Put work on hold until a follow-up (I6, I8, of a task K5), and go on (I7, K6).

use super::access::{enter, into_work, responded};
use super::{Case, FixState, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::gap;
use crate::domain::incident::{Pending, State, Visibility};
use crate::domain::problem::Problem;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Note;
use crate::domain::time::Instant;

/// Shortest note of a hold, in characters.
const NOTE_MIN: usize = 10;

/// Wait, for a reason, until a follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub reason: Pending,
    /// Absent: the policy's default for the reason.
    pub follow_up: Option<Instant>,
    pub note: Note,
    /// Does the requester read the note? Then it is a response too.
    pub public: bool,
}

impl Hold {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        if ticket.state == State::Queued {
            at.technician(ticket)?
        } else {
            at.owner(ticket)?
        }
        let mut change = Change::of(Act::Hold, ticket);
        into_work(&mut change.next, at)?;
        change.next.may_become(State::Pending)?;
        let follow_up = self.follow_up(case, at)?;
        if self.note.as_str().chars().count() < NOTE_MIN {
            return Err(Code::ReasonRequired.because(format!("the note needs at least {NOTE_MIN} characters")));
        }
        // A task has no requester who could read it.
        let public = self.public && !ticket.is_task();
        if public {
            gap::filled(self.note.as_str())?;
            responded(&mut change.next, at);
        }
        if change.next.responded_at.is_none() && ticket.requester.is_some() {
            return Err(Code::FirstResponseMissing
                .because(format!("the requester of {} has not heard from the desk yet", ticket.name()))
                .hint("reply first, or let the requester read this note"));
        }
        self.has_what_it_waits_for(case, at)?;
        if ticket.state == State::Pending {
            change.next.pending_count += 1;
        } else if ticket.is_request() {
            change.next.held_from = Some(change.next.state);
        }
        enter(&mut change.next, State::Pending, at);
        change.next.state_since = at.now;
        change.next.pending_reason = Some(self.reason);
        change.next.follow_up_at = Some(follow_up);
        let vis = if public { Visibility::Requester } else { Visibility::Internal };
        Ok(change.note(vis, &self.note))
    }

    /// The problem that causes the incident.
    fn problem(&self, case: &Case, at: &Moment) -> Option<Problem> {
        case.ticket().problem().and_then(|problem| at.desk.problem(problem))
    }

    /// Refuses `link_required` unless an open task says whom of ours, or which vendor, the wait is for; a task for a
    /// vendor says it itself.
    fn has_what_it_waits_for(&self, case: &Case, at: &Moment) -> Result<(), Refusal> {
        let tasks = at.desk.tasks(case.agg);
        let mut open = tasks.iter().filter(|task| task.state.open());
        let there = match self.reason {
            Pending::AwaitingDiscipline => open.any(|task| task.vendor.is_none()),
            Pending::AwaitingVendor => case.ticket().vendor.is_some() || open.any(|task| task.vendor.is_some()),
            Pending::AwaitingProblem => self.problem(case, at).is_some_and(|problem| problem.state.open()),
            Pending::AwaitingChange => {
                let fix = self.problem(case, at).and_then(|problem| problem.fix_change);
                fix.and_then(|change| at.desk.fix(change)) == Some(FixState::UnderWay)
            }
            reason => !reason.needs_link(),
        };
        if there {
            return Ok(());
        }
        let why = format!("waiting with `{}` needs a task or link that says for what", self.reason);
        Err(Code::LinkRequired.because(why).hint(match self.reason {
            Pending::AwaitingDiscipline | Pending::AwaitingVendor => "escalate it there first, which opens the task",
            Pending::AwaitingProblem => "link it to the problem first",
            _ => "its problem needs a change that is under way",
        }))
    }

    /// When the change that removes the cause is planned to be in.
    fn planned_end(&self, case: &Case, at: &Moment) -> Option<Instant> {
        let change = self.problem(case, at).and_then(|problem| problem.fix_change)?;
        at.desk.change(change)?.planned_end.filter(|_| self.reason == Pending::AwaitingChange)
    }

    fn follow_up(&self, case: &Case, at: &Moment) -> Result<Instant, Refusal> {
        let rule = at.policy.pending(self.reason);
        let latest = at.now + rule.max;
        let usual = || rule.default.map(|length| at.now + length).or_else(|| self.planned_end(case, at));
        let follow_up = self.follow_up.or_else(usual).ok_or_else(|| {
            Code::FollowupOutOfRange.because(format!("`{}` needs the planned time as its follow-up", self.reason))
        })?;
        if at.now < follow_up && follow_up <= latest {
            return Ok(follow_up);
        }
        Err(Code::FollowupOutOfRange.because(format!("follow up after now and by {latest} at the latest")))
    }
}

/// Go on with a waiting ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume;

impl Resume {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner(ticket)?;
        if ticket.state != State::Pending {
            return Err(Code::IllegalTransition.because(format!(
                "{} is {}; only a pending ticket can be resumed",
                ticket.name(),
                ticket.state
            )));
        }
        let mut change = Change::of(Act::Resume, ticket);
        enter(&mut change.next, ticket.goes_on_in(), at);
        Ok(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of, note};
    use crate::domain::text::Label;
    use crate::domain::time::Secs;

    fn wait(bench: &Bench, days: i64) -> Hold {
        Hold {
            reason: Pending::AwaitingRequester,
            follow_up: Some(bench.now + Secs::days(days)),
            note: note("asked for the log file"),
            public: true,
        }
    }

    #[test]
    fn i6_hold_asks_for_a_follow_up_within_its_limit() {
        let bench = Bench::new();
        for (days, allowed) in [(0, false), (1, true), (14, true), (15, false)] {
            let verdict = wait(&bench, days).decide(&bench.working("ann"), &bench.at("ann"));
            assert_eq!(verdict.is_ok(), allowed, "in {days} days");
        }
    }

    #[test]
    fn i6_the_policy_gives_the_follow_up_and_the_note_answers_the_requester() {
        let bench = Bench::new();
        let hold = Hold { follow_up: None, ..wait(&bench, 1) };
        let change = hold.decide(&bench.assigned_to("ann"), &bench.at("ann")).unwrap();
        assert_eq!(change.next.state, State::Pending);
        assert_eq!(change.next.follow_up_at, Some(bench.now + Secs::days(2)));
        assert_eq!(change.next.responded_at, Some(bench.now));
    }

    #[test]
    fn i6_refusals() {
        let bench = Bench::new();
        let silent = Hold { public: false, ..wait(&bench, 1) };
        let short = Hold { note: note("later"), ..wait(&bench, 1) };
        let vendor = Hold { reason: Pending::AwaitingVendor, ..wait(&bench, 1) };
        let planned = Hold { reason: Pending::ScheduledWithRequester, follow_up: None, ..wait(&bench, 1) };
        for (who, case, verb, code) in [
            ("bob", bench.working("ann"), wait(&bench, 1), Code::NotPermitted),
            ("ann", bench.in_state(State::Resolved, Some("ann")), wait(&bench, 1), Code::IllegalTransition),
            ("ann", bench.working("ann"), silent, Code::FirstResponseMissing),
            ("ann", bench.working("ann"), short, Code::ReasonRequired),
            ("ann", bench.working("ann"), vendor, Code::LinkRequired),
            ("ann", bench.working("ann"), planned, Code::FollowupOutOfRange),
        ] {
            assert_eq!(code_of(verb.decide(&case, &bench.at(who))), code, "{verb:?}");
        }
    }

    #[test]
    fn i6_waiting_for_others_needs_an_open_task_for_them() {
        use Pending::*;
        let vendor = || Label::new("Contoso").ok();
        for (task, allowed) in [
            (None, [false, false, false, false]),
            (Some((State::Open, None)), [true, false, false, false]),
            (Some((State::Pending, vendor())), [false, true, false, false]),
            (Some((State::Done, None)), [false, false, false, false]),
        ] {
            let mut bench = Bench::new();
            let parent = bench.working("ann");
            if let Some((state, vendor)) = task.clone() {
                bench.other(|t| {
                    (t.number, t.parent) = ("TSK-1".parse().ok(), Some(parent.agg));
                    (t.state, t.vendor) = (state, vendor.clone());
                });
            }
            let reasons = [AwaitingDiscipline, AwaitingVendor, AwaitingChange, AwaitingProblem];
            let verdicts = reasons.map(|reason| {
                let follow_up = Some(bench.now + Secs::days(1));
                Hold { reason, follow_up, ..wait(&bench, 1) }.decide(&parent, &bench.at("ann"))
            });
            assert_eq!(verdicts.each_ref().map(Result::is_ok), allowed, "{task:?}");
            let refused = verdicts.into_iter().filter_map(Result::err);
            assert!(refused.into_iter().all(|refusal| refusal.code == Code::LinkRequired));
        }
    }

    #[test]
    fn i8_holding_again_counts() {
        let bench = Bench::new();
        let change = wait(&bench, 3).decide(&bench.pending("ann"), &bench.at("ann")).unwrap();
        assert_eq!(change.next.pending_count, 1);
    }

    #[test]
    fn i7_resuming_clears_the_wait() {
        let bench = Bench::new();
        let change = Resume.decide(&bench.pending("ann"), &bench.at("ann")).unwrap();
        assert_eq!((change.next.pending_reason, change.next.follow_up_at), (None, None));
        assert_eq!(code_of(Resume.decide(&bench.working("ann"), &bench.at("ann"))), Code::IllegalTransition);
        assert_eq!(code_of(Resume.decide(&bench.pending("ann"), &bench.at("bob"))), Code::NotPermitted);
    }
}
