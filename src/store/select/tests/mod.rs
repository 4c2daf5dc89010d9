//! Every word of the language against an oracle, the plans of the statements, and pages that join without a seam.

mod desk;
mod oracle;

use std::collections::BTreeSet;

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use proptest::test_runner::Config;

use super::plan::Plan;
use super::{Cursor, Order};
use crate::domain::clock::standing::Standing;
use crate::domain::filter::field::{FIELDS, Now};
use crate::domain::filter::flag::{Flag, Has};
use crate::domain::filter::tree::{Expr, Op};
use crate::domain::filter::value::Value;
use crate::domain::filter::{Filter, field::Field, parse};
use crate::domain::id::AggId;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Tier;
use crate::domain::time::Secs;
use crate::store::queue::TicketRow;
use desk::{Desk, NOW, asker};
use oracle::Known;

fn found(desk: &Desk, filter: &Filter) -> Vec<AggId> {
    desk.store.page(filter, &asker(), 1_000, None).unwrap().rows.iter().map(|row| row.agg).collect()
}

fn expected(known: &[Known], filter: &Filter) -> BTreeSet<AggId> {
    known.iter().filter(|it| filter.expr.as_ref().is_none_or(|expr| it.fits(expr))).map(|it| it.agg).collect()
}

/// At least one filter for every field, operator, flag and has-word.
const FILTERS: &[&str] = &[
    "",
    "tier:1",
    "tier:mine is:open",
    "tier:<3",
    "tier:>mine",
    "tier:2..3",
    "-tier:1",
    "prio:1",
    "prio:<=2",
    "prio:2..4 is:open",
    "type:incident",
    "-type:request",
    "status:new",
    "status:open",
    "status:waiting",
    "status:queued,closed",
    "status:cancelled",
    "-status:closed,resolved",
    "owner:me",
    "owner:none",
    "owner:BOB,carla",
    "-owner:ann is:open",
    "req:j.smith",
    "req:John",
    "req:=j.smith",
    "req:=\"j.smith\"",
    "req:=\"J.Smith\"",
    "req:~smith",
    "req:ö",
    "req:=\"Örjan Öst\"",
    "-req:ann",
    "asset:pc-08",
    "asset:=pc-0815",
    "asset:=\"pc-42\"",
    "asset:=\"PC-42\"",
    "asset:~15",
    "app:outl",
    "app:=outlook",
    "app:=\"Outlook\"",
    "app:~LOOK",
    "-app:teams is:open",
    "contract:acme",
    "contract:ACME-UK,globex is:open",
    "-contract:acme",
    "has:contract prio:1",
    "no:contract is:open",
    "site:bln",
    "site:=MIL",
    "site:~-2",
    "site:osl is:open",
    "cat:fix",
    "cat:fix/crash",
    "cat:c",
    "cat:update/",
    "tag:vpn,wifi",
    "-tag:vpn",
    "age:>30d",
    "age:<=2d",
    "age:10d..20d",
    "idle:>10d is:open",
    "wait:>20d",
    "wait:<5d is:pending",
    "created:today",
    "created:-10d",
    "created:2026-10-01..2026-11-01",
    "created:<2026-10-15",
    "updated:>=mon",
    "updated:w46",
    "resolved:-20d",
    "resolved:2026-10-01..2026-10-31",
    "-resolved:-30d",
    "from:1",
    "to:2 is:pending",
    "to:>1",
    "from:mine -to:mine",
    "note:cache",
    "note:\"token cache\"",
    "note:~\"ken ca\"",
    "-note:~vpn is:open",
    "subj:vpn",
    "subj:~ROP",
    "-subj:printer",
    "impact:high",
    "urgency:high,medium",
    "source:phone",
    "symptom:hang,slow",
    "-symptom:hang",
    "mode:reactive",
    "pending:awaiting_vendor",
    "-pending:awaiting_vendor is:open",
    "is:open",
    "-is:open",
    "is:free",
    "is:mine",
    "is:vip",
    "is:major",
    "is:dup",
    "is:linked",
    "is:reopened",
    "is:waiting",
    "is:escalated",
    "is:pending",
    "is:returned",
    "is:asked",
    "is:breached",
    "is:breached is:open tier:1",
    "-is:breached is:open",
    "is:breached -is:open",
    "is:at-risk",
    "-is:at-risk",
    "is:overdue",
    "is:overdue -is:breached",
    "sla:ok",
    "sla:ok is:open",
    "sla:risk,breached",
    "sla:paused",
    "-sla:ok,risk,breached,paused",
    "due:<30m",
    "due:<=0m",
    "due:>1d",
    "due:>=-1h is:open",
    "due:-2d..2h",
    "-due:<1d is:open",
    "due:<1d vpn",
    "has:draft",
    "has:asset",
    "has:reply",
    "has:category",
    "has:tag",
    "no:asset is:open",
    "INC-17 | REQ-17",
    "@me",
    "@j.smith",
    "@bob is:open",
    "vpn",
    "vpn outlook",
    "vpn | printer",
    "vpn -printer",
    "-vpn",
    "-vpn -printer is:open",
    "\"vpn outlook\"",
    "vp",
    "out* cache",
    "orjan",
    "\"***\"",
    "vpn | owner:me",
    "(vpn tier:1) | (printer tier:2)",
    "is:open tier:1 prio:<=2 app:outlook vpn",
    "-(vpn | owner:me) is:open",
    "subj:vpn note:cache",
    "bln printer",
];

#[test]
fn every_word_of_the_language_finds_what_it_says() {
    let desk = desk::desk();
    let known = oracle::known(&desk);
    let mut matching = 0;
    for text in FILTERS {
        let filter = parse(text).unwrap();
        let rows = found(&desk, &filter);
        let expected = expected(&known, &filter);
        assert_eq!(rows.iter().copied().collect::<BTreeSet<_>>(), expected, "{text}");
        assert_eq!(rows.len(), expected.len(), "{text}: no row twice");
        let count = desk.store.count(&filter, &asker(), 50).unwrap();
        assert_eq!((count.n, count.capped), ((rows.len() as u32).min(50), rows.len() > 50), "{text}");
        assert_eq!(desk.store.ids(&filter, &asker(), 1_000).unwrap(), rows, "{text}");
        matching += usize::from(!rows.is_empty());
    }
    assert!(matching * 10 > FILTERS.len() * 9, "only {matching} filters find anything");
}

#[test]
fn a_row_says_what_its_record_says() {
    let desk = desk::desk();
    let known = oracle::known(&desk);
    let page = desk.store.page(&Filter::default(), &asker(), 1_000, None).unwrap();
    assert_eq!(page.rows.len(), known.len());
    for row in page.rows {
        let it = known.iter().find(|it| it.agg == row.agg).unwrap();
        let ticket = it.ticket().clone();
        let expected = TicketRow {
            agg: it.agg,
            rid: row.rid,
            name: ticket.name(),
            kind: ticket.kind(),
            state: ticket.state,
            tier: ticket.tier,
            priority: ticket.priority,
            assignee: ticket.assignee.as_ref().map(ToString::to_string),
            requester: it.requester(),
            vip: ticket.vip,
            category: ticket.category,
            subcategory: ticket.subcategory,
            pending_reason: ticket.pending_reason,
            opened_at: ticket.opened_at,
            updated_at: it.is.at,
            clock: Standing {
                due_at: it.due().map(|(due, _)| due),
                risk_at: it.running().filter_map(|kept| kept.warn).min(),
                over_at: it.running().filter_map(|kept| kept.over).min(),
                due_kind: it.due().map(|(_, kept)| kept.clock.kind),
                due_calendar: it.due().map(|(_, kept)| kept.clock.calendar),
                paused: it.paused(),
                missed: it.missed(),
            },
            escalated: ticket.escalation.is_some(),
            returns: ticket.returns,
            reopened: ticket.reopen_count,
            woke: ticket.woke,
            major: ticket.major_state == crate::domain::incident::MajorState::Declared,
            acknowledged: ticket.acknowledged_at.is_some(),
            title: ticket.title.to_string(),
        };
        assert_eq!(row, expected);
        assert_eq!(row.clock, Standing::of(&it.is.clocks));
        assert_eq!(row.sla(NOW), it.sla(), "{}", row.name);
    }
}

#[test]
fn the_table_of_filters_names_every_word() {
    let all = FILTERS.join(" ");
    let has = |word: String| assert!(all.contains(&word), "{word} is not tested");
    FIELDS.iter().filter(|row| row.now == Now::Yes).for_each(|row| has(format!("{}:", row.name)));
    Flag::ALL.iter().filter(|it| it.now() == Now::Yes).for_each(|it| has(format!("is:{}", it.word())));
    Has::ALL.iter().filter(|it| it.now() == Now::Yes).for_each(|it| has(format!("has:{}", it.word())));
}

#[test]
fn what_this_version_cannot_answer_is_refused() {
    let desk = desk::desk();
    for expr in [Flag::Unread.into(), Expr::from(Has::File), !Expr::from(Has::Problem)] {
        let refused = desk.store.page(&Filter::from(expr), &asker(), 10, None).unwrap_err();
        assert_eq!(refused.downcast::<Refusal>().unwrap().code, Code::FilterInvalid);
    }
    let refused = desk.store.page(&Filter::default().sorted(Field::Note, false), &asker(), 10, None).unwrap_err();
    assert_eq!(refused.downcast::<Refusal>().unwrap().code, Code::FilterInvalid);
}

#[test]
fn no_statement_reads_the_table_from_end_to_end() {
    let desk = desk::desk();
    let sorts = FIELDS.iter().filter(|row| row.now == Now::Yes && row.field.sorts());
    let sorts = sorts.map(|row| format!("is:open sort:-{}", row.name));
    let all: Vec<_> = FILTERS.iter().map(|text| (*text).to_owned()).chain(sorts).collect();
    for text in all {
        let filter = parse(&text).unwrap();
        for order in [None, Some(Order::Newest), Some(Order::Queue), Some(Order::Asked)] {
            let asker = asker();
            let plan = Plan::new(&desk.store.db, &filter, &asker, None, order).unwrap();
            let statements = [plan.page(50, None).unwrap(), plan.count(50).unwrap(), plan.identities(50).unwrap()];
            for statement in statements.into_iter().flatten() {
                let mut explain = desk.store.db.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sql)).unwrap();
                let values = rusqlite::params_from_iter(statement.bound(&explain).to_vec());
                let steps = explain.query_map(values, |row| row.get::<_, String>("detail")).unwrap();
                for step in steps.map(Result::unwrap) {
                    assert!(!whole_table(&step), "{text} ({order:?}): {step}\n{}", statement.sql);
                }
            }
        }
    }
}

#[test]
fn what_other_tickets_say_of_a_fault_is_read_by_indexes() {
    let desk = desk::desk();
    for sql in crate::store::overlap::STATEMENTS {
        let mut explain = desk.store.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = explain.query_map([0], |row| row.get::<_, String>("detail")).unwrap();
        for step in steps.map(Result::unwrap) {
            let scans = step.starts_with("SCAN ") && !step.ends_with("ticket_queue") && !step.contains("(subquery");
            assert!(!scans, "{step}\n{sql}");
        }
    }
}

/// Scans `ticket` under any of its names without an index, or by one that is not partial.
fn whole_table(step: &str) -> bool {
    let tickets = ["ticket", "named", "other", "parent", "typed", "theirs", "dated", "whole"];
    let Some(scan) = step.strip_prefix("SCAN ") else { return false };
    let name = scan.split(' ').next().unwrap();
    tickets.contains(&name)
        && !["ticket_queue", "ticket_past", "ticket_mine", "ticket_risk"].iter().any(|index| scan.ends_with(index))
}

#[test]
fn the_usual_order_is_that_of_due_times_and_can_be_asked_for() {
    let desk = desk::desk();
    let usual = found(&desk, &parse("is:open").unwrap());
    for text in ["is:open sort:due", "is:open sort:sla"] {
        assert_eq!(found(&desk, &parse(text).unwrap()), usual, "{text}");
    }
    let page = desk.store.page(&parse("is:open").unwrap(), &asker(), 1_000, None).unwrap();
    let rank = |row: &TicketRow| (row.clock.due_at.is_none(), row.clock.due_at, row.priority, row.opened_at);
    assert!(page.rows.is_sorted_by_key(rank));
}

#[test]
fn what_is_breached_is_found_at_the_start_of_the_queue() {
    let desk = desk::desk();
    let (filter, asker) = (parse("is:open tier:1 is:breached").unwrap(), asker());
    let plan = Plan::new(&desk.store.db, &filter, &asker, None, None).unwrap();
    let count = plan.count(1_000).unwrap().unwrap();
    let mut explain = desk.store.db.prepare(&format!("EXPLAIN QUERY PLAN {}", count.sql)).unwrap();
    let values = rusqlite::params_from_iter(count.bound(&explain).to_vec());
    let steps: Vec<String> = explain.query_map(values, |row| row.get("detail")).unwrap().map(Result::unwrap).collect();
    assert!(steps.iter().any(|step| step.contains("ticket_queue (shelf=? AND due_at<?)")), "{steps:?}");
}

#[test]
fn the_numbers_of_what_is_late_are_those_of_its_filters() {
    let desk = desk::desk();
    let count = |text: &str| i64::from(desk.store.count(&parse(text).unwrap(), &asker(), 1_000).unwrap().n);
    for tier in Tier::ALL {
        let pressing = desk.store.pressing(tier, NOW).unwrap();
        assert_eq!(pressing.breached, count(&format!("is:open tier:{tier} is:breached")), "tier {tier}");
        assert_eq!(pressing.at_risk, count(&format!("is:open tier:{tier} is:at-risk")), "tier {tier}");
        let badges = desk.store.badges(tier, &asker().me).unwrap();
        assert_eq!(badges.vip, count(&format!("is:open tier:{tier} is:vip")), "tier {tier}");
        assert!(pressing.breached * pressing.at_risk * badges.vip > 0, "tier {tier}");
    }
}

#[test]
fn pages_join_without_a_seam() {
    let desk = desk::desk();
    for text in [
        "",
        "is:open",
        "is:open tier:1",
        "is:mine",
        "-is:open",
        "vpn",
        "vpn tier:2 is:open",
        "sort:prio",
        "is:open sort:-prio sort:age",
        "group:site",
        "is:open group:owner sort:-status",
        "sort:req sort:-asset",
        "sort:-wait",
        "sort:resolved sort:subj",
        "is:open sort:due",
        "is:open sort:-sla",
        "sla:risk,breached sort:-prio sort:due",
        "is:open limit:23",
        "limit:7",
    ] {
        let filter = parse(text).unwrap();
        let whole = found(&desk, &filter);
        for size in [1, 7, 50] {
            let (mut pages, mut cursor) = (Vec::new(), None::<Cursor>);
            loop {
                let page = desk.store.page(&filter, &asker(), size, cursor.as_ref()).unwrap();
                assert!(page.rows.len() <= size as usize);
                pages.extend(page.rows.iter().map(|row| row.agg));
                match page.next {
                    Some(next) => cursor = Some(next),
                    None => break,
                }
            }
            assert_eq!(pages, whole, "{text} by {size}");
        }
    }
}

#[test]
fn words_that_very_many_have_are_read_from_the_newest_backwards() {
    let desk = desk::desk();
    let known = oracle::known(&desk);
    let filter = parse("is:open vpn").unwrap();
    let asker = asker();
    let page = desk.store.page(&filter, &asker, 1_000, None).unwrap();
    assert_eq!(page.order, Order::Newest);
    let newest: Vec<_> = page.rows.iter().map(|row| row.agg).collect();
    assert_eq!(newest.iter().copied().collect::<BTreeSet<_>>(), expected(&known, &filter));
    let mut place: Vec<_> = newest.iter().map(|agg| desk.tickets.iter().position(|it| it == agg)).collect();
    place.reverse();
    assert!(place.is_sorted());
    for (text, order) in [
        ("is:open \"vpn outlook\"", Order::Queue),
        ("is:open vpn owner:none", Order::Queue),
        ("vpn owner:none", Order::Newest),
        ("is:open vpn sort:age", Order::Asked),
    ] {
        assert_eq!(desk.store.page(&parse(text).unwrap(), &asker, 10, None).unwrap().order, order, "{text}");
    }
}

#[test]
fn the_next_ticket_is_the_first_free_one_that_the_person_may_take() {
    use crate::domain::role::{Discipline, Rights, Role, User};
    use crate::domain::text::Name;
    let desk = desk::desk();
    let known = oracle::known(&desk);
    let taker = User {
        login: asker().me,
        name: Name::new("Ann").unwrap(),
        roles: [Role::Technician].into(),
        tier: Some(Tier::Two),
        disciplines: [Discipline::Network].into(),
        rights: Rights::LocalAdmin,
        active: true,
    };
    for text in ["is:open", "", "is:open sort:-prio", "is:open vpn | printer"] {
        let filter = parse(text).unwrap();
        let mut skip = Vec::new();
        for agg in desk.store.ids(&filter, &asker(), 1_000).unwrap() {
            let ticket = known.iter().find(|it| it.agg == agg).unwrap().ticket();
            let free = ticket.state.open() && ticket.assignee.is_none();
            if free && taker.may_own(ticket.tier, ticket.discipline) {
                let next = desk.store.next_free_of(&filter, &asker(), &taker, &skip).unwrap();
                assert_eq!(next, Some(agg), "{text}");
                skip.push(agg);
            }
        }
        assert!(skip.len() > 3, "{text}");
        assert_eq!(desk.store.next_free_of(&filter, &asker(), &taker, &skip).unwrap(), None, "{text}");
    }
}

/// Conditions from the table above, joined at random.
fn filters() -> impl Strategy<Value = Expr> {
    let terms: Vec<Expr> = FILTERS.iter().filter_map(|text| parse(text).unwrap().expr).collect();
    let ages = (0i64..90, prop::sample::select(vec![Op::Lt, Op::Le, Op::Gt, Op::Ge]), any::<bool>());
    let ages = ages.prop_map(|(days, op, idle)| {
        let field = if idle { Field::Idle } else { Field::Age };
        Expr::compare(field, op, [Value::Length(Secs::days(days))]).unwrap()
    });
    let leaf = prop_oneof![4 => prop::sample::select(terms), 1 => ages, 1 => Just(Flag::Open.into())];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| Expr::all(parts).unwrap()),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| Expr::any(parts).unwrap()),
            inner.prop_map(|it| !it),
        ]
    })
}

#[test]
fn any_filter_agrees_with_the_oracle() {
    let desk = desk::desk();
    let known = oracle::known(&desk);
    proptest!(Config::with_cases(300), |(expr in filters())| {
        let filter = Filter::from(expr);
        let rows: BTreeSet<_> = found(&desk, &filter).into_iter().collect();
        assert_eq!(rows, expected(&known, &filter), "{filter}");
    });
}

#[test]
fn a_glimpse_is_the_number_that_a_list_has_or_says_that_it_stopped_looking() {
    let desk = desk::desk();
    let known = oracle::known(&desk);
    for text in FILTERS {
        let filter = parse(text).unwrap();
        let truth = expected(&known, &filter).len() as u32;
        let whole = desk.store.glimpse(&filter, &asker(), 10_000).unwrap();
        assert_eq!((whole.n, whole.more), (truth, false), "{text}");
        let short = desk.store.glimpse(&filter, &asker(), 7).unwrap();
        assert!(short.n <= truth && (short.more || short.n == truth), "{text}: {short} of {truth}");
    }
}
