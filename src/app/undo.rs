//! Take a command back, on every record it changed, in one transaction.

use super::problems::settle_problem;
use super::run::{Asking, react_to, settle};
use super::{Desk, Error, Receipt};
use crate::domain::change::Act;
use crate::domain::change_record::ChangeRecord;
use crate::domain::cluster::ClusterFields;
use crate::domain::command::Case;
use crate::domain::command::undo::{self, Undoes};
use crate::domain::field::Fields;
use crate::domain::handover::{self, Handover};
use crate::domain::id::{AggId, CmdId};
use crate::domain::problem::Problem;
use crate::domain::refusal::Code;
use crate::domain::saved_view::SavedView;
use crate::domain::ticket::Ticket;
use crate::store::{Tx, View};

/// How far back an undo looks for a command, in events of everyone.
const WITHIN: u32 = 20_000;

impl Desk {
    /// The person's last command that is not undone yet.
    pub fn last_command(&self) -> Result<Option<CmdId>, Error> {
        Ok(self.store.last_command_of(&self.person().login, WITHIN)?)
    }

    /// Takes a command back: the one named, else the person's last.
    pub fn undo(&mut self, cmd: Option<CmdId>) -> Result<Receipt, Error> {
        let cmd = match cmd {
            Some(cmd) => Some(cmd),
            None => self.last_command()?,
        };
        let cmd = cmd.ok_or_else(|| Code::NothingToUndo.because("there is nothing of yours to undo"))?;
        let changed = self.store.aggregates_of(cmd, WITHIN)?;
        if changed.is_empty() {
            return Err(Code::NothingToUndo.because("nothing was changed by that command").into());
        }
        self.write(|asking, tx, receipt| {
            receipt.act = Act::Undo;
            for agg in changed {
                undo_one(agg, cmd, asking, tx, receipt)?;
            }
            if receipt.records.is_empty() {
                return Err(Code::NothingToUndo.because("that command changed no ticket").into());
            }
            Ok(())
        })
    }
}

fn undo_one(agg: AggId, cmd: CmdId, asking: &Asking<'_>, tx: &mut Tx<'_>, receipt: &mut Receipt) -> Result<(), Error> {
    match tx.kept_as(agg)? {
        Some(Ticket::TYPE) => {
            settle(agg, asking, tx)?;
            let Some(case) = tx.case(agg)? else { return Ok(()) };
            back(&case, cmd, asking, tx, receipt)?;
            react_to(asking.cmd, agg, asking.now, asking.policy, tx)
        }
        Some(Problem::TYPE) => match tx.problem_case(agg)? {
            Some(case) => back(&settle_problem(case, asking, tx)?, cmd, asking, tx, receipt),
            None => Ok(()),
        },
        Some(ChangeRecord::TYPE) => match tx.change_case(agg)? {
            Some(case) => back(&case, cmd, asking, tx, receipt),
            None => Ok(()),
        },
        Some(ClusterFields::TYPE) => {
            let is = tx.folded::<ClusterFields>(agg)?;
            back(&Case { agg, is }, cmd, asking, tx, receipt)
        }
        Some(SavedView::TYPE) => back(&Case { agg, is: tx.folded::<SavedView>(agg)? }, cmd, asking, tx, receipt),
        Some(Handover::TYPE) => match tx.handover_case(agg)? {
            Some(case) => {
                handover::may_undo(&case.is.fields, &tx.events_of(agg)?, cmd)?;
                back(&case, cmd, asking, tx, receipt)
            }
            None => Ok(()),
        },
        // Users, contacts, policies and contracts are written anew.
        _ => Ok(()),
    }
}

fn back<F: Undoes + View>(
    case: &Case<F>,
    cmd: CmdId,
    asking: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    let events = tx.events_of(case.agg)?;
    let body = undo::undo(case, &events, cmd, &asking.moment(tx))?;
    tx.append_body(case.agg, &case.is, body, &asking.author())?;
    receipt.records.push((case.is.fields.name(), case.agg));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use proptest::prelude::*;

    use super::*;
    use crate::app::Identity;
    use crate::app::run::Requester;
    use crate::domain::command::Verb;
    use crate::domain::command::bench::{login, note, reason};
    use crate::domain::command::edit::{Edit, Flag};
    use crate::domain::command::inbox::{Accept, HandBack, NewOwner, Review};
    use crate::domain::command::log::{Log, Then};
    use crate::domain::command::take::Take;
    use crate::domain::escalation::ReturnCode;
    use crate::domain::fold::world::{close, edit_title, escalate, hold, resolve, tag, title, verb};
    use crate::domain::incident::Subcategory;
    use crate::domain::number::SiteCode;
    use crate::domain::policy::Policy;
    use crate::domain::priority::{Impact, Priority};
    use crate::domain::role::{Discipline, Rights, Role, Tier, User};
    use crate::domain::text::Name;
    use crate::store::record::Entry;
    use crate::store::{New, rebuild};

    /// A desk of four people, with one ticket, and its clock.
    struct Bench {
        desk: Desk,
        agg: AggId,
        clock: Rc<Cell<i64>>,
        _dir: tempfile::TempDir,
    }

    impl Bench {
        fn new() -> Self {
            Self::under("")
        }

        /// A desk with a policy of its own.
        fn under(policy: &str) -> Self {
            let dir = tempfile::tempdir().unwrap();
            let identity = Identity { account: login("dana"), acting_as: None };
            let new = New { code: SiteCode::first(), shared: false, demo: false };
            let clock = Rc::new(Cell::new(1_790_000_000_000));
            let ticking = Rc::clone(&clock);
            let tick = Box::new(move || {
                ticking.set(ticking.get() + 1_000);
                ticking.get()
            });
            let mut desk =
                Desk::create(&dir.path().join("desk.db"), &new, Policy::parse(policy, "test").ok(), &identity, tick)
                    .unwrap();
            for (name, role, tier) in
                [("ann", Role::Technician, 1), ("bob", Role::Technician, 1), ("carla", Role::Technician, 2)]
            {
                let user = User {
                    login: login(name),
                    name: Name::new(name).unwrap(),
                    roles: [role].into(),
                    tier: Tier::new(tier),
                    disciplines: [Discipline::Software].into(),
                    rights: Rights::LocalAdmin,
                    active: true,
                };
                desk.set_user(&user).unwrap();
            }
            let call = Log {
                subcategory: Subcategory::Error,
                then: Then::Queue,
                ..Log::titled(title("VPN drops every 20 minutes"))
            };
            let agg = desk.log(&call, Some(&Requester::Named("j.smith".into()))).unwrap().records[0].1;
            Self { desk, agg, clock, _dir: dir }
        }

        fn does(&mut self, who: &str, verb: &Verb) -> Result<Receipt, Error> {
            self.desk.act_as(&login(who)).unwrap();
            let agg = self.agg;
            self.desk.run(verb, agg)
        }

        fn undoes(&mut self, who: &str, cmd: Option<CmdId>) -> Result<Receipt, Error> {
            self.desk.act_as(&login(who)).unwrap();
            self.desk.undo(cmd)
        }

        /// Everything a person sees of the record; what an undo must bring back.
        fn record(&self) -> (crate::domain::command::Case, Vec<Entry>) {
            let view = self.desk.record(self.agg).unwrap();
            let mut case = view.case;
            (case.is.rev, case.is.last, case.is.at) = Default::default();
            case.is.writes.clear();
            (case, view.worklog)
        }

        fn rev(&self) -> u32 {
            self.desk.record(self.agg).unwrap().case.is.rev
        }

        fn verified(&self) {
            assert_eq!(self.desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
        }
    }

    fn refusal(outcome: Result<Receipt, Error>) -> (String, String) {
        let error = outcome.unwrap_err();
        (error.code().to_owned(), error.to_string())
    }

    /// No rule moves what is only looked at.
    const CALM: &str = "escalation.disabled = [\"TR15\", \"TR17\"]";

    const PEOPLE: [&str; 4] = ["ann", "bob", "carla", "dana"];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_many_undos_as_verbs_leave_the_record_as_it_was(
            deeds in prop::collection::vec((0..PEOPLE.len(), 4..25u8, any::<u8>()), 1..14),
        ) {
            let mut bench = Bench::new();
            let mut done = Vec::new();
            for (who, n, arg) in deeds {
                let (before, rev) = (bench.record(), bench.rev());
                if let Ok(receipt) = bench.does(PEOPLE[who], &verb(n, arg))
                    && bench.rev() > rev
                {
                    done.push((PEOPLE[who], receipt.cmd, before));
                }
            }
            let events = bench.rev();
            let undos = done.len() as u32;
            while let Some((who, cmd, before)) = done.pop() {
                bench.undoes(who, Some(cmd)).unwrap();
                let now = bench.record();
                prop_assert_eq!(&now.0.is, &before.0.is);
                prop_assert_eq!(&now.1, &before.1);
            }
            prop_assert_eq!(bench.rev(), events + undos, "every event stays");
            bench.verified();
            rebuild::rebuild(bench.desk.store_mut(), |_| {}).unwrap();
            bench.verified();
        }

        #[test]
        fn u_pressed_again_and_again_goes_back_through_ones_own_commands(
            deeds in prop::collection::vec((4..25u8, any::<u8>()), 1..14),
        ) {
            let mut bench = Bench::new();
            let mut states = vec![bench.record()];
            for (n, arg) in deeds {
                let rev = bench.rev();
                if bench.does("dana", &verb(n, arg)).is_ok() && bench.rev() > rev {
                    states.push(bench.record());
                }
            }
            states.pop();
            while let Some(before) = states.pop() {
                bench.undoes("dana", None).unwrap();
                prop_assert_eq!(&bench.record().0.is, &before.0.is);
            }
            bench.undoes("dana", None).unwrap();
            prop_assert!(bench.record().0.ticket().cancel_code.is_some(), "the call that dana logged goes last");
            prop_assert_eq!(refusal(bench.undoes("dana", None)).0, "nothing_to_undo");
        }
    }

    #[test]
    fn an_undo_can_be_undone_and_the_command_undone_again() {
        let mut bench = Bench::new();
        let untouched = bench.record();
        let held = bench.does("ann", &hold(0)).unwrap();
        let waiting = bench.record();
        for _ in 0..2 {
            let undo = bench.undoes("ann", None).unwrap();
            assert_eq!(bench.record().0.is, untouched.0.is);
            assert_eq!(bench.record().1, untouched.1);
            bench.undoes("ann", Some(undo.cmd)).unwrap();
            assert_eq!(bench.record().0.is, waiting.0.is);
            assert_eq!(bench.record().1, waiting.1);
        }
        bench.undoes("ann", Some(held.cmd)).unwrap();
        assert_eq!(refusal(bench.undoes("ann", Some(held.cmd))).1, "it was undone already");
        bench.verified();
    }

    #[test]
    fn what_a_colleague_changed_since_stays_and_is_named() {
        let cases: [(Verb, Verb, &str); 5] = [
            (edit_title("VPN is slow"), edit_title("VPN asks twice"), "bob has changed the title since"),
            (tag("vpn", true), tag("vpn", false), "bob has changed the tags since"),
            (escalate(), Verb::Accept(Accept { owner: NewOwner::Me, note: None }), "carla has changed the escalation"),
            (tag("vpn", true), resolve(), ""),
            (tag("vpn", true), close(), "dana has closed it since"),
        ];
        for (mine, theirs, expected) in cases {
            let mut bench = Bench::new();
            if expected.contains("closed") {
                bench.does("dana", &resolve()).unwrap();
            }
            let cmd = bench.does("ann", &mine).unwrap().cmd;
            let who = ["bob", "carla", "dana"].into_iter().find(|who| expected.starts_with(who)).unwrap_or("dana");
            bench.does(who, &theirs).unwrap();
            let before = bench.record();
            let outcome = bench.undoes("ann", Some(cmd));
            if expected.is_empty() {
                outcome.unwrap();
                continue;
            }
            let (code, sentence) = refusal(outcome);
            assert_eq!(code, "undo_blocked", "{sentence}");
            assert!(sentence.starts_with(expected), "{sentence}");
            assert_eq!(bench.record().0.is, before.0.is);
        }
    }

    #[test]
    fn only_ones_own_commands_are_undone_except_by_a_supervisor() {
        let mut bench = Bench::new();
        let taken = bench.does("ann", &Verb::Take(Take)).unwrap();
        assert_eq!(refusal(bench.undoes("bob", Some(taken.cmd))).0, "not_permitted");
        bench.undoes("dana", Some(taken.cmd)).unwrap();
        assert_eq!(bench.record().0.ticket().assignee, None);
        assert_eq!(refusal(bench.undoes("ann", None)).0, "nothing_to_undo", "a supervisor undid it already");
    }

    #[test]
    fn there_is_nothing_to_undo_where_a_person_changed_no_ticket() {
        let mut bench = Bench::new();
        for (who, cmd) in [("carla", None), ("bob", None), ("ann", Some(CmdId::derived(&[b"no such command"])))] {
            assert_eq!(refusal(bench.undoes(who, cmd)).0, "nothing_to_undo", "{who}");
        }
    }

    #[test]
    fn undo_after_logging_a_call_takes_that_call_out_and_no_older_work_back() {
        let mut bench = Bench::new();
        let (older, call) = (bench.agg, Log::titled(title("logged by mistake")));
        bench.does("ann", &Verb::Take(Take)).unwrap();
        let logged = bench.desk.log(&call, Some(&Requester::Named("j.smith".into()))).unwrap();
        bench.agg = logged.records[0].1;
        bench.undoes("ann", None).unwrap();
        assert_eq!(bench.record().0.ticket().state, crate::domain::incident::State::Cancelled);
        bench.undoes("ann", Some(logged.cmd)).unwrap_err();
        bench.agg = older;
        assert_eq!(bench.record().0.ticket().assignee, Some(login("ann")));
        bench.undoes("ann", None).unwrap();
        assert_eq!(bench.record().0.ticket().assignee, None, "then the work before it");
    }

    #[test]
    fn a_change_of_users_does_not_stand_in_the_way_of_undo() {
        let mut bench = Bench::new();
        bench.does("dana", &Verb::Take(Take)).unwrap();
        let mut ann = bench.desk.store().user(&login("ann")).unwrap().unwrap();
        ann.rights = Rights::User;
        bench.desk.set_user(&ann).unwrap();
        bench.undoes("dana", None).unwrap();
        assert_eq!(bench.record().0.ticket().assignee, None);
    }

    #[test]
    fn what_a_timer_did_and_what_logging_made_cannot_be_undone() {
        let mut bench = Bench::new();
        let held = bench.does("ann", &hold(0)).unwrap();
        bench.clock.set(bench.clock.get() + 86_400_000);
        assert_eq!(bench.desk.tick().unwrap(), 1);
        let (code, sentence) = refusal(bench.undoes("ann", Some(held.cmd)));
        assert_eq!(code, "undo_blocked");
        assert!(sentence.starts_with("system has changed the"), "{sentence}");
        let history = bench.desk.history(bench.agg).unwrap();
        for event in [history.first().unwrap(), history.last().unwrap()] {
            assert_eq!(refusal(bench.undoes("dana", Some(event.cmd))).0, "undo_blocked");
        }
    }

    #[test]
    fn a_merge_of_several_tickets_is_undone_as_one() {
        let mut bench = Bench::new();
        bench.desk.act_as(&login("ann")).unwrap();
        let survivor = bench.agg;
        let before = bench.record();
        let mut logged = || {
            let call = Log::titled(title("VPN again"));
            bench.desk.log(&call, Some(&Requester::Named("x".into()))).unwrap().records[0].1
        };
        let duplicates = [logged(), logged()];
        let receipt = bench.desk.merge(&duplicates, survivor).unwrap();
        let merged = bench.record();
        assert_eq!(merged.0.ticket().affected_users, 3);
        assert!(merged.1[0].text.contains("INC-2 merged") && merged.1[0].text.contains("INC-3 merged"));
        bench.verified();
        bench.undoes("ann", Some(receipt.cmd)).unwrap();
        assert_eq!(bench.record().0.is, before.0.is);
        for duplicate in duplicates {
            assert!(bench.desk.record(duplicate).unwrap().case.ticket().state.open());
        }
        bench.verified();
    }

    #[test]
    fn an_undo_leaves_the_priority_that_impact_and_risk_give_now() {
        let flag = |on| Verb::Edit(Edit { flags: vec![(Flag::DataLossRisk, on)], ..Edit::default() });
        let mut bench = Bench::under(CALM);
        bench.does("ann", &flag(true)).unwrap();
        let before = bench.record().0.ticket().priority;
        let impact = bench.does("ann", &Verb::Edit(Edit { impact: Some(Impact::Medium), ..Edit::default() })).unwrap();
        assert_eq!(bench.record().0.ticket().priority, before, "the risk alone gave it that priority");
        bench.does("bob", &flag(false)).unwrap();
        bench.undoes("ann", Some(impact.cmd)).unwrap();
        let record = bench.record();
        let ticket = record.0.ticket();
        assert_eq!((ticket.impact, ticket.priority), (Impact::Low, ticket.computed_priority(bench.desk.policy())));
        bench.verified();
    }

    #[test]
    fn an_undo_under_a_later_override_asks_to_look_at_the_override_again() {
        let mut bench = Bench::under(CALM);
        let high = Verb::Edit(Edit { impact: Some(Impact::High), ..Edit::default() });
        bench.does("ann", &Verb::Edit(Edit { flags: vec![(Flag::DataLossRisk, true)], ..Edit::default() })).unwrap();
        let impact = bench.does("ann", &high).unwrap();
        let priority = Some((Priority::new(1), reason("the site stands still")));
        bench.does("dana", &Verb::Edit(Edit { priority, ..Edit::default() })).unwrap();
        bench.does("dana", &Verb::Edit(Edit { flags: vec![(Flag::DataLossRisk, false)], ..Edit::default() })).unwrap();
        assert!(!bench.record().0.ticket().override_review, "the impact alone gives the same priority");
        bench.undoes("ann", Some(impact.cmd)).unwrap();
        let record = bench.record();
        assert_eq!((record.0.ticket().priority, record.0.ticket().override_review), (Priority::P1, true));
        bench.verified();
    }

    #[test]
    fn a_move_that_a_supervisor_commented_since_stays() {
        let mut bench = Bench::new();
        let accept = Verb::Accept(Accept { owner: NewOwner::Me, note: None });
        let back = Verb::HandBack(HandBack { code: ReturnCode::WrongTier, note: reason("this is for tier 1") });
        let mut moved = None;
        for _ in 0..4 {
            bench.does("dana", &escalate()).unwrap();
            moved = Some(bench.does("carla", &accept).unwrap().cmd);
            if bench.record().0.ticket().attention_of.is_some() {
                break;
            }
            bench.does("carla", &back).unwrap();
        }
        assert_eq!(bench.record().0.ticket().attention_of, Some(login("dana")), "it went back and forth too often");
        bench.does("dana", &Verb::Review(Review { note: note("carla keeps it") })).unwrap();
        let (code, sentence) = refusal(bench.undoes("carla", moved));
        assert_eq!(code, "undo_blocked", "{sentence}");
    }

    #[test]
    fn an_edit_that_changed_nothing_is_no_command_to_undo() {
        let mut bench = Bench::new();
        bench.does("ann", &Verb::Edit(Edit::default())).unwrap();
        assert_eq!(refusal(bench.undoes("ann", None)).0, "nothing_to_undo");
    }
}
