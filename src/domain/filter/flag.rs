//! The words behind `is:`, `has:` and `no:`, as tables.

use super::field::Now;

macro_rules! flags {
    ($($(#[$doc:meta])* pub enum $name:ident { $($value:ident = $word:literal, $now:expr, $help:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $(#[doc = $help] $value,)* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$value,)*];

            pub const fn word(self) -> &'static str {
                match self { $(Self::$value => $word,)* }
            }

            /// Can this version answer it?
            pub const fn now(self) -> Now {
                match self { $(Self::$value => $now,)* }
            }

            /// One line without a full stop.
            pub const fn help(self) -> &'static str {
                match self { $(Self::$value => $help,)* }
            }

            /// In any case; `_` is as good as `-`.
            pub fn from_word(text: &str) -> Option<Self> {
                let word = text.to_ascii_lowercase().replace('_', "-");
                Self::ALL.iter().copied().find(|it| it.word() == word)
            }
        }
    )*};
}

const YES: Now = Now::Yes;

flags! {
    /// What a record is: `is:free`.
    pub enum Flag {
        Open = "open", YES, "neither resolved, closed nor cancelled";
        Free = "free", YES, "open and nobody has it";
        Mine = "mine", YES, "you have it";
        Breached = "breached", YES, "a promise is missed; once resolved, any ever was";
        AtRisk = "at-risk", YES, "most of the time of a promise is used up";
        Vip = "vip", YES, "the requester is a VIP";
        Major = "major", YES, "a major incident, or a candidate for one";
        Dup = "dup", YES, "a duplicate of another record";
        Linked = "linked", YES, "linked to another record";
        Reopened = "reopened", YES, "was reopened at least once";
        Unread = "unread", Now::Needs("read marks"), "something happened that you have not seen";
        Waiting = "waiting", YES, "on hold until its follow-up";
        Escalated = "escalated", YES, "came to its tier by an escalation";
        Pending = "pending", YES, "its escalation waits for a decision";
        Asked = "asked", YES, "a rule asks for an escalation, or suggests one";
        Returned = "returned", YES, "an escalation of it was returned";
        Overdue = "overdue", YES, "past its due time, whether or not the desk has been open since";
    }

    /// What a record has, or lacks: `has:draft`, `no:category`.
    pub enum Has {
        File = "file", Now::Needs("attached files"), "an attached file";
        Draft = "draft", YES, "a draft of yours";
        Problem = "problem", Now::Needs("problems"), "a linked problem";
        Asset = "asset", YES, "a machine it is about";
        Reply = "reply", YES, "a reply to the requester";
        Category = "category", YES, "a category other than unknown";
        Tag = "tag", YES, "any tag";
        Contract = "contract", YES, "a contract";
    }
}
