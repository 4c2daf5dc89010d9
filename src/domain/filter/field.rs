//! The fields of the filter language, as a table: parser, help and completion all read it.

/// Can this version answer it?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    Yes,
    /// What is missing, as a plural: "clocks".
    Needs(&'static str),
}

/// What kind of value a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Tier,
    Priority,
    Kind,
    Status,
    /// An account, `me` or `none`.
    Person,
    /// A name: matches from its start; `=` all of it, `~` inside.
    Name,
    Category,
    Tag,
    /// A contract's code.
    Contract,
    /// A length of time.
    Length,
    /// A length of time that may lie in the past.
    SignedLength,
    Day,
    Sla,
    Impact,
    Urgency,
    Source,
    Symptom,
    Mode,
    Pending,
    /// Words in a part of the record; `~` any piece of text in it.
    Text,
}

impl Takes {
    /// Can values be compared by `<` and ranges?
    pub const fn ordered(self) -> bool {
        matches!(self, Self::Tier | Self::Priority | Self::Length | Self::SignedLength | Self::Day)
    }

    /// Is equality senseless, so that a comparison or a range is required?
    pub const fn continuous(self) -> bool {
        matches!(self, Self::Length | Self::SignedLength)
    }
}

/// One field, as people know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    pub field: Field,
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub takes: Takes,
    pub now: Now,
    /// One line without a full stop.
    pub help: &'static str,
    pub example: &'static str,
}

macro_rules! fields {
    ($($field:ident = $name:literal $aliases:tt $takes:ident, $now:expr, $help:literal, $example:literal;)*) => {
        /// A field that a filter can ask about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $($field,)* }

        /// Every field once, in the order in which help shows them.
        pub const FIELDS: &[Row] = &[$(Row {
            field: Field::$field,
            name: $name,
            aliases: &$aliases,
            takes: Takes::$takes,
            now: $now,
            help: $help,
            example: $example,
        },)*];
    };
}

const YES: Now = Now::Yes;

fields! {
    Tier = "tier" [] Tier, YES, "support tier it stands in; mine is your own", "tier:1";
    Prio = "prio" ["priority"] Priority, YES, "effective priority; lower is more urgent", "prio:<=2";
    Type = "type" ["kind"] Kind, YES, "type of record", "-type:request";
    Status = "status" ["state"] Status, YES, "state, or new (queued, never taken), open, waiting", "status:new,open";
    Owner = "owner" ["assignee"] Person, YES, "who has it: an account, me or none", "owner:none";
    Req = "req" ["requester"] Name, YES, "who asked: short name or name", "req:j.smith";
    Asset = "asset" [] Name, YES, "machine it is about", "asset:pc-0815";
    App = "app" ["software"] Name, YES, "program it is about", "app:outlook";
    Contract = "contract" [] Contract, YES, "contract it is under, by its code", "contract:acme";
    Site = "site" [] Name, YES, "where the requester sits", "site:BLN-2";
    Cat = "cat" ["category"] Category, YES, "category, / subcategory, or the start of either", "cat:fix/crash";
    Tag = "tag" [] Tag, YES, "has this tag", "tag:vpn,wifi";
    Age = "age" [] Length, YES, "time since it was opened", "age:>4h";
    Idle = "idle" [] Length, YES, "time since anything happened to it", "idle:>2d";
    Due = "due" [] SignedLength, YES, "time left until a promise is due; negative when late", "due:<30m";
    Wait = "wait" [] Length, YES, "time it has waited in its present state", "wait:>1d";
    Created = "created" ["opened"] Day, YES, "day it was opened; -2d means in the last two days", "created:2026-11-01..2026-11-07";
    Updated = "updated" [] Day, YES, "day of the last change", "updated:>=mon";
    Resolved = "resolved" [] Day, YES, "day it was resolved", "resolved:yesterday";
    Sla = "sla" [] Sla, YES, "how its clocks stand; once resolved, ok or breached", "sla:risk,breached";
    From = "from" [] Tier, YES, "tier that an escalation came from", "from:1";
    To = "to" [] Tier, YES, "tier that an escalation goes to", "to:2";
    Note = "note" [] Text, YES, "words in its notes", "note:~\"token cache\"";
    Subj = "subj" ["subject", "title"] Text, YES, "words in its title", "subj:printer";
    Impact = "impact" [] Impact, YES, "how much of the organisation is affected", "impact:high";
    Urgency = "urgency" [] Urgency, YES, "how long it can wait", "urgency:high,medium";
    Source = "source" [] Source, YES, "how it reached the desk", "source:phone";
    Symptom = "symptom" [] Symptom, YES, "what the user sees", "symptom:hang";
    Mode = "mode" ["work_mode"] Mode, YES, "proactive or reactive work", "mode:reactive";
    Pending = "pending" ["reason"] Pending, YES, "why it waits", "pending:awaiting_vendor";
}

/// Fields that people know from other desks or from the design, and what they need before they can exist.
pub const COMING: &[(&str, &str)] = &[
    ("prob", "problems"),
    ("camp", "campaigns"),
    ("cve", "vulnerability data"),
    ("kb", "patch data"),
    ("chg", "changes"),
    ("score", "vulnerability data"),
    ("mail", "messages"),
    ("team", "teams"),
];

impl Field {
    pub fn row(self) -> &'static Row {
        &FIELDS[self as usize]
    }

    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// By name or alias, in any case.
    pub fn named(word: &str) -> Option<Self> {
        let is = |name: &str| name.eq_ignore_ascii_case(word);
        FIELDS.iter().find(|row| is(row.name) || row.aliases.iter().any(|alias| is(alias))).map(|row| row.field)
    }

    /// Has every record one value of it that puts records in order?
    pub const fn sorts(self) -> bool {
        !matches!(self, Self::Tag | Self::From | Self::To | Self::Note)
    }

    /// Has it few enough values to make groups of?
    pub fn groups(self) -> bool {
        self.sorts() && !self.row().takes.continuous() && !matches!(self.row().takes, Takes::Text | Takes::Sla)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_finds_its_own_row() {
        for (at, row) in FIELDS.iter().enumerate() {
            assert_eq!(row.field as usize, at, "{}", row.name);
            assert_eq!(Field::named(&row.name.to_uppercase()), Some(row.field));
        }
    }

    #[test]
    fn no_word_names_two_fields() {
        let mut words: Vec<&str> =
            FIELDS.iter().flat_map(|row| row.aliases.iter().copied().chain([row.name])).collect();
        words.extend(COMING.iter().map(|(name, _)| name));
        words.extend(["is", "has", "no", "sort", "group", "limit", "all"]);
        words.sort_unstable();
        let all = words.len();
        words.dedup();
        assert_eq!(words.len(), all);
    }
}
