//! Values of options, read from what was typed: the words of the domain, numbers, instants.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::app::ready::text::Use;
use crate::domain::change_record::{ChangeKind, Risk, UrgencyClass, Verdict};
use crate::domain::clock::ClockKind;
use crate::domain::command::cancel::Left;
use crate::domain::command::edit::Flag;
use crate::domain::command::escalate::Why;
use crate::domain::escalation::{Item, ReturnCode};
use crate::domain::incident::{CancelCode, Category, Pending, ResolutionCode, Source, Subcategory, Symptom, WorkMode};
use crate::domain::install::check::{CheckKind, Seen};
use crate::domain::install::method::Method;
use crate::domain::install::target::Outcome;
use crate::domain::priority::{Impact, Priority, Urgency};
use crate::domain::problem::{CauseClass, ClosureCode, DetectionSource, ProblemCancel};
use crate::domain::role::{Discipline, Rights, Role, Tier};
use crate::domain::ticket::LinkKind;

macro_rules! words {
    ($($parser:ident: $type:ty,)*) => {$(
        pub fn $parser() -> impl TypedValueParser<Value = $type> {
            PossibleValuesParser::new(<$type>::ALL.iter().map(|one| one.word()))
                .map(|word| <$type>::from_word(&word).expect("one of its possible values"))
        }
    )*};
}

words! {
    cancel_code: CancelCode,
    category: Category,
    change_kind: ChangeKind,
    check: CheckKind,
    cause_class: CauseClass,
    clock: ClockKind,
    closure_code: ClosureCode,
    detection_source: DetectionSource,
    discipline: Discipline,
    flag: Flag,
    impact: Impact,
    item: Item,
    left: Left,
    link_kind: LinkKind,
    method: Method,
    outcome: Outcome,
    pending: Pending,
    problem_cancel: ProblemCancel,
    resolution_code: ResolutionCode,
    return_code: ReturnCode,
    rights: Rights,
    risk: Risk,
    role: Role,
    seen: Seen,
    source: Source,
    subcategory: Subcategory,
    symptom: Symptom,
    urgency: Urgency,
    urgency_class: UrgencyClass,
    usage: Use,
    verdict: Verdict,
    why: Why,
    work_mode: WorkMode,
}

pub fn tier(text: &str) -> Result<Tier, String> {
    text.parse().map_err(|_| format!("`{text}` is not a tier; use 1, 2 or 3")).and_then(|n: i64| Tier::try_from(n))
}

/// `P2` or `2`.
pub fn priority(text: &str) -> Result<Priority, String> {
    let digits = text.trim_start_matches(['P', 'p']);
    let n: i64 = digits.parse().map_err(|_| format!("`{text}` is not a priority; use 1 to 5"))?;
    Priority::try_from(n)
}

/// `yes` or `no`.
pub fn yes(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(format!("`{text}` is neither yes nor no")),
    }
}
