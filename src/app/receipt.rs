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
    /// Records of a bulk command that were left alone, and why.
    pub skipped: Vec<(String, Refusal)>,
}

impl Receipt {
    /// Number of the first record it changed.
    pub fn name(&self) -> &str {
        self.records.first().map_or("", |(name, _)| name)
    }

    /// One sentence: `taken INC-12`, `tagged 12 tickets, 2 left alone: INC-7 was taken by bob`.
    pub fn sentence(&self) -> String {
        let what = match self.records.len() {
            0 => "nothing to do".to_owned(),
            1..=3 => {
                let names: Vec<_> = self.records.iter().map(|(name, _)| name.as_str()).collect();
                format!("{} {}", done(self.act), names.join(" "))
            }
            n => format!("{} {n} tickets", done(self.act)),
        };
        match &self.skipped[..] {
            [] => what,
            [(_, refusal)] => format!("{what}, 1 left alone: {}", refusal.message),
            [(_, refusal), ..] => format!("{what}, {} left alone: {}", self.skipped.len(), refusal.message),
        }
    }
}

/// The verb as it was done.
pub const fn done(act: Act) -> &'static str {
    match act {
        Act::Log => "logged",
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
        Act::Escalate => "escalated",
        Act::Accept => "accepted",
        Act::Return => "returned",
        Act::Withdraw => "withdrawn on",
        Act::HandBack => "handed back",
        Act::Defer => "put off",
        Act::Review => "reviewed",
        Act::FixOwner => "owner fixed on",
        Act::Undo => "taken back on",
        Act::Import => "imported",
        Act::Init => "made",
        Act::SetUser => "user set:",
        Act::SetContact => "contact set:",
        Act::SetPolicy => "policy set:",
    }
}
