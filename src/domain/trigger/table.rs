//! The rules as data: what help says of each, which records it looks at, and what a contract may change.

use super::Action::{self, Attention, Auto, Immediate, Require, Suggest};
use super::Trigger;
use crate::domain::number::Kind;

/// One rule. What the sentences say in parentheses is shipped and can be set.
#[derive(Debug)]
pub struct Rule {
    pub id: Trigger,
    pub name: &'static str,
    /// When it holds.
    pub when: &'static str,
    /// The records it looks at.
    pub kinds: &'static [Kind],
    /// Everything it may do; facts decide which.
    pub actions: &'static [Action],
    /// Where that leads.
    pub leads: &'static str,
    /// What a contract may change; empty: nothing.
    pub contract: &'static str,
    /// … and whether it may switch the rule off.
    pub may_disable: bool,
}

impl Trigger {
    /// Its line of the table.
    pub fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }

    /// Does it look at records of that kind?
    pub fn looks_at(self, kind: Kind) -> bool {
        self.rule().kinds.contains(&kind)
    }
}

const INC: &[Kind] = &[Kind::Incident];
const BOTH: &[Kind] = &[Kind::Incident, Kind::Request];
const CHG: &[Kind] = &[Kind::Change];

const fn rule(
    id: Trigger,
    name: &'static str,
    kinds: &'static [Kind],
    when: &'static str,
    actions: &'static [Action],
    leads: &'static str,
) -> Rule {
    Rule { id, name, when, kinds, actions, leads, contract: "", may_disable: false }
}

impl Rule {
    const fn contract(self, may: &'static str) -> Self {
        Self { contract: may, ..self }
    }

    const fn may_disable(self) -> Self {
        Self { may_disable: true, ..self }
    }
}

/// TR01 to TR30, in order.
pub static RULES: [Rule; 30] = [
    rule(
        Trigger::Tr01,
        "tier time",
        BOTH,
        "this visit to tier 1 or 2 took a share (50 %) of the resolution target",
        &[Require],
        "the next tier",
    )
    .contract("the share of each tier, \"off\" included, or switch it off")
    .may_disable(),
    rule(Trigger::Tr02, "SLA warn", BOTH, "the resolution clock is in its warning band", &[Suggest], "the next tier")
        .contract("the warning share, sla.warn_pct"),
    rule(
        Trigger::Tr03,
        "SLA breach",
        BOTH,
        "the resolution clock was ever over its target",
        &[Attention, Auto],
        "stays; the next tier where auto is set",
    )
    .contract("set auto"),
    rule(
        Trigger::Tr04,
        "response breach",
        BOTH,
        "the response clock is over its target and nobody has answered",
        &[Attention],
        "stays",
    ),
    rule(
        Trigger::Tr05,
        "reopened",
        INC,
        "reopened several times (2)",
        &[Require, Attention],
        "the next tier; a supervisor in tier 3",
    )
    .contract("the number"),
    rule(Trigger::Tr06, "reassigned", INC, "changed hands within one tier visit (3)", &[Attention], "stays")
        .contract("the number"),
    rule(
        Trigger::Tr07,
        "ping-pong",
        INC,
        "went back and forth between tiers (2), and no owner is fixed",
        &[Attention],
        "stays",
    )
    .contract("the number"),
    rule(
        Trigger::Tr08,
        "blast radius",
        INC,
        "in tier 1 with many users (5) or machines (5) affected",
        &[Require],
        "tier 2",
    )
    .contract("the numbers"),
    rule(
        Trigger::Tr09,
        "recurrence",
        INC,
        "several incidents of one kind (3) within some days (14)",
        &[Suggest],
        "tier 2, and a problem is proposed",
    )
    .contract("the number and the days"),
    rule(
        Trigger::Tr10,
        "security exposure",
        INC,
        "a linked vulnerability of a linked machine: score (7.0) or probability (0.50) reached, or exploited",
        &[Auto, Immediate, Suggest],
        "tier 2; tier 3 at once when exploited; stays when there already",
    )
    .contract("only to more sensitive numbers"),
    rule(
        Trigger::Tr11,
        "suspected compromise",
        INC,
        "a compromise is suspected",
        &[Immediate, Attention],
        "tier 3 at once",
    ),
    rule(
        Trigger::Tr12,
        "rights needed",
        INC,
        "the work needs rights above the tier's ceiling",
        &[Require],
        "the lowest tier that holds them; as TR13 for the vendor's",
    ),
    rule(
        Trigger::Tr13,
        "vendor defect",
        INC,
        "a vendor's defect, a hotfix is needed, or a known error waits for its vendor's fix",
        &[Require],
        "tier 2, then a task for the vendor",
    ),
    rule(
        Trigger::Tr14,
        "discipline overlap",
        INC,
        "another discipline is suspected, a task for one was declined, or a row of the overlap table matches",
        &[Require],
        "a task for that discipline",
    )
    .contract("add rows"),
    rule(
        Trigger::Tr15,
        "data loss risk",
        INC,
        "data is at risk, missing or corrupt",
        &[Immediate, Attention],
        "tier 2 at once; a supervisor when there already",
    ),
    rule(
        Trigger::Tr16,
        "VIP",
        INC,
        "a VIP's ticket of high priority (P2), or after a share (25 %) of the resolution target",
        &[Suggest, Attention],
        "the next tier",
    )
    .contract("switch it off")
    .may_disable(),
    rule(Trigger::Tr17, "P1 at tier 1", INC, "a P1 in tier 1", &[Immediate], "tier 2 at once"),
    rule(
        Trigger::Tr18,
        "cause not found",
        INC,
        "all four diagnostic steps done without a cause, or at most one after a share (40 %) of the resolution target",
        &[Require, Attention],
        "the next tier; a supervisor in tier 3",
    )
    .contract("the share"),
    rule(
        Trigger::Tr19,
        "patch regression",
        INC,
        "several incidents of one symptom (2) soon (72 h) after one campaign reached their machines",
        &[Attention],
        "the campaign goes on hold",
    )
    .contract("the number and the hours"),
    rule(
        Trigger::Tr20,
        "known error above tier",
        INC,
        "the matching known error's workaround asks for a higher tier",
        &[Require],
        "that tier",
    ),
    rule(Trigger::Tr21, "updates missed", INC, "public updates missed in a row (2)", &[Attention], "stays")
        .contract("the number"),
    rule(
        Trigger::Tr22,
        "stale",
        BOTH,
        "no worklog for some update intervals (2; 20 h where there is none), untouched after a wait (10 h), waited \
         often (3), a vendor not reminded; a request whose start was missed",
        &[Suggest, Attention],
        "the next tier; a supervisor the second time",
    )
    .contract("the numbers"),
    rule(
        Trigger::Tr23,
        "change needed",
        INC,
        "a change is needed",
        &[Require, Suggest],
        "tier 2, which opens the change; stays when there already",
    ),
    rule(
        Trigger::Tr24,
        "unsupported platform",
        INC,
        "an affected program or operating system is past its end of support",
        &[Suggest],
        "tier 2, to mitigate or replace",
    )
    .contract("switch it off")
    .may_disable(),
    rule(Trigger::Tr25, "complaint", INC, "the requester complained", &[Attention], "stays"),
    rule(
        Trigger::Tr26,
        "review overdue",
        BOTH,
        "a proposal waits longer than the review target (30 min)",
        &[Attention],
        "stays",
    )
    .contract("the target"),
    rule(
        Trigger::Tr27,
        "major candidate",
        INC,
        "a P1 with many users (20), a critical service that is down, many alike at once (5 in 1 h), or an exploited \
         vulnerability with a suspected compromise",
        &[Attention],
        "stays",
    )
    .contract("only to more sensitive criteria"),
    rule(
        Trigger::Tr28,
        "out of coverage",
        BOTH,
        "project work without a quote, or work that the contract excludes",
        &[Attention],
        "stays; a commercial decision, never another tier",
    ),
    rule(
        Trigger::Tr29,
        "ring failure",
        CHG,
        "a share (5 %) of the active ring failed, and at least some (2)",
        &[Attention],
        "the campaign goes on hold",
    )
    .contract("a lower share"),
    rule(
        Trigger::Tr30,
        "deadline at risk",
        CHG,
        "an approved patch is not verified shortly (48 h) before its deadline, without an exception",
        &[Suggest, Attention],
        "the campaign's author; a supervisor past the deadline",
    )
    .contract("the lead time"),
];
