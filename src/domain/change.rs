//! A change: what a command decided for one aggregate, as the difference between before and after. It becomes one
//! event with all its changes.

use serde_json::Value;

use super::event::{Body, Entry, Row, RowKind, Write};
use super::field::{Class, Fields};
use super::fold::{Course, Folded};
use super::id::{AggId, CmdId, RowId};
use super::incident::Visibility;
use super::number::Kind;
use super::text::{Note, Reason};
use super::ticket::Ticket;
use super::word::words;

words! {
    /// The commands of the desk, by the word that stands in the journal, on the command line and in the keymap.
    pub enum Act {
        Log = "log",
        Take = "take",
        Assign = "assign",
        Start = "start",
        Release = "release",
        Note = "note",
        Reply = "reply",
        Hold = "hold",
        Resume = "resume",
        Resolve = "resolve",
        Close = "close",
        Reopen = "reopen",
        Cancel = "cancel",
        Reclassify = "reclassify",
        Edit = "edit",
        Tag = "tag",
        Link = "link",
        Unlink = "unlink",
        Merge = "merge",
        Answer = "answer",
        Ask = "ask",
        Decline = "decline",
        Done = "done",
        Escalate = "escalate",
        Accept = "accept",
        Return = "return",
        Withdraw = "withdraw",
        HandBack = "hand_back",
        Defer = "defer",
        Review = "review",
        FixOwner = "fix_owner",
        Watch = "watch",
        Trigger = "trigger",
        Waive = "waive",
        Reclock = "reclock",
        Correct = "correct",
        Forgive = "forgive",
        ProposeMajor = "propose_major",
        DeclareMajor = "declare_major",
        RefuseMajor = "refuse_major",
        StandDown = "stand_down",
        ReviewMajor = "review_major",
        AskApproval = "ask_approval",
        Reject = "reject",
        Require = "require",
        Tell = "tell",
        WaiveRequirement = "waive_requirement",
        Plan = "plan",
        Schedule = "schedule",
        Deploy = "deploy",
        Analyse = "analyse",
        Workaround = "workaround",
        KnownError = "known_error",
        Fix = "fix",
        GiveUpFix = "give_up_fix",
        ResolveLinked = "resolve_linked",
        ApplyWorkaround = "apply_workaround",
        RefuseCluster = "refuse_cluster",
        Advance = "advance",
        Approve = "approve",
        Test = "test",
        RollBack = "roll_back",
        Restored = "restored",
        Complete = "complete",
        Verify = "verify",
        Target = "target",
        AddTargets = "add_targets",
        DropTarget = "drop_target",
        Check = "check",
        Fulfil = "fulfil",
        Retry = "retry",
        SetAsset = "set_asset",
        WriteHandover = "write_handover",
        SignOut = "sign_out",
        SignIn = "sign_in",
        Undo = "undo",
        Import = "import",
        Init = "init",
        SetUser = "set_user",
        SetContact = "set_contact",
        SetPolicy = "set_policy",
        SetContract = "set_contract",
        SaveView = "save_view",
        RenameView = "rename_view",
        ShareView = "share_view",
        MoveView = "move_view",
        RemoveView = "remove_view",
    }
}

/// A record that another one brought about, still without a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Begun {
    pub kind: Kind,
    /// Where the other record names it; else any.
    pub agg: Option<AggId>,
    pub ticket: Ticket,
}

impl Begun {
    pub fn task(ticket: Ticket) -> Box<Self> {
        Box::new(Self { kind: Kind::Task, agg: None, ticket })
    }
}

/// What a command decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<F = Ticket> {
    pub act: Act,
    /// The fields as they shall stand.
    pub next: F,
    pub rows: Vec<RowKind>,
    pub reason: Option<String>,
    /// A record that comes into being with it.
    pub begins: Option<Box<Begun>>,
}

impl<F: Course> Change<F> {
    /// Nothing yet but the act; the fields are changed in `next`.
    pub fn of(act: Act, fields: &F) -> Self {
        Self { act, next: fields.clone(), rows: Vec::new(), reason: None, begins: None }
    }

    pub fn because(mut self, reason: &Reason) -> Self {
        self.reason = Some(reason.as_str().to_owned());
        self
    }

    pub fn row(mut self, row: RowKind) -> Self {
        self.rows.push(row);
        self
    }

    /// Adds a worklog entry.
    pub fn note(self, vis: Visibility, text: &Note) -> Self {
        self.row(RowKind::Worklog(Entry { vis, text: text.as_str().to_owned() }))
    }

    /// Does it change nothing at all?
    pub fn is_empty(&self, before: &F) -> bool {
        self.next == *before && self.rows.is_empty()
    }

    /// The event body: every field that differs, with the value before and the writes seen.
    pub fn body(&self, before: &Folded<F>, cmd: CmdId, agg: AggId) -> Body {
        let mut body = Body { act: self.act.word().to_owned(), reason: self.reason.clone(), ..Body::default() };
        let mut counts = Vec::new();
        for (name, class) in self.next.differing(&before.fields) {
            if class == Class::Set {
                self.differing_elements(before, name, &mut body);
                continue;
            }
            let (from, to) = (value(&before.fields, name), value(&self.next, name));
            if class == Class::Counter {
                let n = to.as_i64().unwrap_or(0) - from.as_i64().unwrap_or(0);
                counts.push(RowKind::Count { of: name.to_owned(), n });
            } else {
                body.set.insert(name.to_owned(), Write { from, to, seen: before.seen(name) });
            }
        }
        if !before.created {
            body.of = Some(F::TYPE.to_owned());
            body.set.retain(|_, write| !write.to.is_null());
        }
        body.rows = (counts.into_iter().chain(self.rows.iter().cloned()))
            .enumerate()
            .map(|(n, what)| Row { id: RowId::of(cmd, agg, n), what })
            .collect();
        body
    }

    fn differing_elements(&self, before: &Folded<F>, name: &str, body: &mut Body) {
        let (old, new) = (elements(&before.fields, name), elements(&self.next, name));
        let added: Vec<_> = new.iter().filter(|one| !old.contains(one)).cloned().collect();
        let removed: Vec<_> = old.into_iter().filter(|one| !new.contains(one)).collect();
        if !added.is_empty() {
            body.add.insert(name.to_owned(), added);
        }
        if !removed.is_empty() {
            body.del.insert(name.to_owned(), removed);
        }
    }
}

fn value<F: Fields>(fields: &F, name: &str) -> Value {
    fields.read(name).expect("a field of its own table")
}

fn elements<F: Fields>(fields: &F, name: &str) -> Vec<String> {
    fields.elements(name).expect("a set of its own table")
}

/// The body that takes a command back on one aggregate: earlier values again, its rows void. Undoing an undo
/// restores both. `before` is the state to write over.
pub fn undoing<F: Course>(undone: &Body, undone_cmd: CmdId, before: &Folded<F>) -> Body {
    let mut body = Body {
        act: Act::Undo.word().to_owned(),
        undoes: Some(undone_cmd),
        add: undone.del.clone(),
        del: undone.add.clone(),
        void: undone.rows.iter().map(|row| row.id).chain(undone.restore.iter().copied()).collect(),
        restore: undone.void.clone(),
        ..Body::default()
    };
    for (name, write) in &undone.set {
        let write = Write { from: write.to.clone(), to: write.from.clone(), seen: before.seen(name) };
        body.set.insert(name.clone(), write);
    }
    body
}
