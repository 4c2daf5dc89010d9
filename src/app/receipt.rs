//! What came of a command, for the status line and for scripts.

use crate::domain::change::Act;
use crate::domain::id::{AggId, CmdId};
use crate::domain::refusal::Refusal;

/// A command that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub act: Act,
    /// What takes it back.
    pub cmd: CmdId,
    /// Numbers and identities of the records it changed, in order.
    pub records: Vec<(String, AggId)>,
    /// Records that were as the command wants them already; nothing was written on them.
    pub unchanged: Vec<(String, AggId)>,
    /// What it did to others along the way: a task that it began, a parent that woke, tasks that ended with it.
    pub also: Vec<(Act, String, AggId)>,
    /// Records of a bulk command that were left alone, and why.
    pub skipped: Vec<(String, Refusal)>,
}

impl Receipt {
    /// Of a command that has done nothing yet.
    pub const fn new(cmd: CmdId) -> Self {
        Self { act: Act::Edit, cmd, records: Vec::new(), unchanged: Vec::new(), also: Vec::new(), skipped: Vec::new() }
    }

    /// Notes a record that was written, or that stood so already.
    pub(super) fn tell(&mut self, wrote: bool, name: String, agg: AggId) {
        if wrote { &mut self.records } else { &mut self.unchanged }.push((name, agg));
    }

    /// Number of the first record it changed.
    pub fn name(&self) -> &str {
        self.records.first().map_or("", |(name, _)| name)
    }

    /// One sentence: `taken INC-12`, `tagged 12 tickets, 2 left alone: INC-7 was taken by bob`.
    pub fn sentence(&self) -> String {
        let changed = format!("{} {}", done(self.act), names(&self.records));
        let same = format!("nothing to change on {}", names(&self.unchanged));
        let what = match (self.records.is_empty(), self.unchanged.is_empty()) {
            (true, true) => "nothing to do".to_owned(),
            (false, true) => changed,
            (true, false) => same,
            (false, false) => format!("{changed}, {same}"),
        };
        let also = self.also.iter().map(|(act, name, _)| format!(", {} {name}", done(*act)));
        let what = also.fold(what, |told, one| told + &one);
        match &self.skipped[..] {
            [] => what,
            [(_, refusal)] => format!("{what}, 1 left alone: {}", refusal.message),
            [(_, refusal), ..] => format!("{what}, {} left alone: {}", self.skipped.len(), refusal.message),
        }
    }
}

/// Up to three records by number; more are counted.
fn names(records: &[(String, AggId)]) -> String {
    if records.len() > 3 {
        return format!("{} tickets", records.len());
    }
    records.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" ")
}

/// The verb as it was done.
pub const fn done(act: Act) -> &'static str {
    match act {
        Act::Log => "logged",
        Act::Reclassify => "reclassified",
        Act::Analyse => "analysed",
        Act::Workaround => "told the workaround of",
        Act::KnownError => "declared a known error:",
        Act::Fix => "began the fix of",
        Act::GiveUpFix => "gave up the fix of",
        Act::ResolveLinked => "answered which incidents end with",
        Act::ApplyWorkaround => "applied the workaround on",
        Act::Advance => "moved on",
        Act::Test => "tried",
        Act::RollBack => "began to roll back",
        Act::Restored => "rolled back",
        Act::Complete => "completed",
        Act::RefuseCluster => "refused the proposal",
        Act::Take => "taken",
        Act::Assign => "assigned",
        Act::Start => "started",
        Act::Release => "released",
        Act::Note => "noted on",
        Act::Reply => "replied on",
        Act::Hold => "put on hold",
        Act::Resume => "resumed",
        Act::Resolve => "resolved",
        Act::Close => "closed",
        Act::Reopen => "reopened",
        Act::Cancel => "cancelled",
        Act::Edit => "changed",
        Act::Tag => "tagged",
        Act::Link => "linked",
        Act::Unlink => "unlinked",
        Act::Merge => "merged",
        Act::Answer => "answered on",
        Act::Ask => "asked about",
        Act::Decline => "declined",
        Act::Done => "answered",
        Act::Escalate => "escalated",
        Act::Accept => "accepted",
        Act::Return => "returned",
        Act::Withdraw => "withdrawn on",
        Act::HandBack => "handed back",
        Act::Defer => "put off",
        Act::Review => "reviewed",
        Act::FixOwner => "owner fixed on",
        Act::Watch => "looked at",
        Act::Trigger => "rule fired on",
        Act::Waive => "waived on",
        Act::Reclock => "counted anew:",
        Act::Correct => "calendar corrected on",
        Act::Forgive => "breach taken back on",
        Act::ProposeMajor => "proposed as major:",
        Act::DeclareMajor => "declared major:",
        Act::RefuseMajor => "no major incident:",
        Act::StandDown => "stood down",
        Act::ReviewMajor => "reviewed",
        Act::AskApproval => "approval asked for",
        Act::Approve => "approved",
        Act::Reject => "rejected",
        Act::Require => "requirements changed on",
        Act::Tell => "told of",
        Act::WaiveRequirement => "requirement waived on",
        Act::Plan => "planned",
        Act::Schedule => "scheduled",
        Act::Deploy => "begun",
        Act::Verify => "carried out, now looked at:",
        Act::Target => "target told on",
        Act::AddTargets => "targets added on",
        Act::DropTarget => "target left out of",
        Act::Check => "checked",
        Act::Fulfil => "fulfilled",
        Act::Retry => "tried again:",
        Act::SetAsset => "machine set:",
        Act::WriteHandover => "wrote",
        Act::SignOut => "signed",
        Act::SignIn => "took over",
        Act::Undo => "taken back on",
        Act::Import => "imported",
        Act::Init => "made",
        Act::SetUser => "user set:",
        Act::SetContact => "contact set:",
        Act::SetPolicy => "policy set:",
        Act::SetContract => "contract set:",
        Act::SaveView => "view saved:",
        Act::RenameView => "view renamed:",
        Act::ShareView => "view shared or not:",
        Act::MoveView => "view moved:",
        Act::RemoveView => "view removed:",
    }
}
