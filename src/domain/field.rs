//! The fields of an aggregate as data: each has a name, a type and a class that says how writes merge.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::Value;

use super::change_record::{ChangeKind, Outcome, Phase, Risk, UrgencyClass};
use super::handover::HandoverState;
use super::id::{AggId, RowId, StoreId};
use super::incident::{
    CancelCode, Category, MajorState, Pending, ResolutionCode, Source, State, Subcategory, Symptom, WorkMode,
};
use super::number::Number;
use super::priority::{Impact, Priority, Urgency};
use super::problem::{CauseClass, ClosureCode, Detection, DetectionSource, FixSource, ProblemCancel, ProblemState};
use super::role::{Discipline, Rights, Role, Tier};
use super::task::VendorState;
use super::text::{
    CalendarText, CauseNote, Description, FilterText, Finding, HandoverText, Label, Login, Name, Plan, PolicyText,
    Question, Reason, Resolution, RollbackPlan, RootCause, Signature, Tag, TaskAnswer, Title, Workaround,
};
use super::time::Instant;

/// How writes of a field merge when two stores wrote without seeing each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The later in the order stands; a conflict keeps the other value.
    Scalar,
    /// An instant that several people set without disagreeing: of two that crossed the earlier stands.
    Earliest,
    /// As [`Earliest`](Self::Earliest), but the later one.
    Latest,
    /// Each element on its own: the later add or remove stands.
    Set,
    /// Never written, only counted by rows.
    Counter,
    /// Owner: by *take* only if nobody holds the record, by anyone else the later stands.
    Owner,
    /// State, tier and open escalation: one shared write counter, all or nothing.
    Course,
    /// Takes effect with the course step that it came with, or not at all.
    Follows,
}

/// A typed value that can stand in an event body.
pub trait Wire: Sized {
    fn to_value(&self) -> Value;
    /// `None` when the value is not of this type.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! wire_by_text {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            fn to_value(&self) -> Value {
                Value::from(String::from(self.clone()))
            }
            fn from_value(value: &Value) -> Option<Self> {
                Self::try_from(value.as_str()?.to_owned()).ok()
            }
        }
    )*};
}
macro_rules! wire_by_word {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            fn to_value(&self) -> Value {
                Value::from(self.word())
            }
            fn from_value(value: &Value) -> Option<Self> {
                Self::from_word(value.as_str()?)
            }
        }
    )*};
}
macro_rules! wire_by_number {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            fn to_value(&self) -> Value {
                Value::from(i64::from(*self))
            }
            fn from_value(value: &Value) -> Option<Self> {
                Self::try_from(value.as_i64()?).ok()
            }
        }
    )*};
}

wire_by_text!(
    Title,
    Description,
    PolicyText,
    CalendarText,
    FilterText,
    Reason,
    CauseNote,
    Finding,
    RootCause,
    HandoverText,
    Workaround,
    Plan,
    RollbackPlan,
    Resolution,
    Question,
    TaskAnswer,
    Signature,
    Name,
    Login,
    Label,
    Tag,
    Number,
    AggId,
    RowId,
    StoreId
);
wire_by_word!(
    State,
    Pending,
    ResolutionCode,
    CancelCode,
    Source,
    Symptom,
    WorkMode,
    Category,
    Subcategory,
    Impact,
    Urgency,
    Discipline,
    Rights,
    Role,
    VendorState,
    MajorState,
    ProblemState,
    Detection,
    DetectionSource,
    CauseClass,
    FixSource,
    ClosureCode,
    ProblemCancel,
    ChangeKind,
    UrgencyClass,
    Risk,
    Phase,
    Outcome,
    HandoverState
);
wire_by_number!(Tier, Priority, i64);

impl Wire for Instant {
    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
    fn from_value(value: &Value) -> Option<Self> {
        value.as_i64().map(Self)
    }
}

/// A civil date as `2026-11-24`.
impl Wire for NaiveDate {
    fn to_value(&self) -> Value {
        Value::from(self.to_string())
    }
    fn from_value(value: &Value) -> Option<Self> {
        value.as_str()?.parse().ok()
    }
}

/// One field of an aggregate, as it stands in memory.
pub trait Slot {
    /// The value for a body; `Null` when absent.
    fn read(&self) -> Value;
    /// Takes a body's value; false, and nothing changed, when it is not of this type.
    fn write(&mut self, value: &Value) -> bool;
}

macro_rules! required {
    ($($type:ty),*) => {$(
        impl Slot for $type {
            fn read(&self) -> Value {
                self.to_value()
            }
            fn write(&mut self, value: &Value) -> bool {
                Self::from_value(value).map(|value| *self = value).is_some()
            }
        }
    )*};
}

required!(Title, State, Tier, Priority, Impact, Urgency, Category, Subcategory, Discipline, Source, WorkMode, Rights);
required!(VendorState, MajorState, Instant, i64, Login, Name, ProblemState, Detection, DetectionSource, FixSource);
required!(ChangeKind, UrgencyClass, HandoverState, Phase);

impl<T: Wire> Slot for Option<T> {
    fn read(&self) -> Value {
        self.as_ref().map_or(Value::Null, Wire::to_value)
    }
    fn write(&mut self, value: &Value) -> bool {
        if value.is_null() {
            *self = None;
            return true;
        }
        let read = T::from_value(value);
        let fits = read.is_some();
        if fits {
            *self = read;
        }
        fits
    }
}

impl Slot for bool {
    fn read(&self) -> Value {
        Value::from(*self)
    }
    fn write(&mut self, value: &Value) -> bool {
        value.as_bool().map(|value| *self = value).is_some()
    }
}

impl<T: Wire + Ord> Slot for BTreeSet<T> {
    fn read(&self) -> Value {
        self.iter().map(Wire::to_value).collect()
    }
    fn write(&mut self, value: &Value) -> bool {
        let Some(list) = value.as_array() else { return false };
        let read: Option<Self> = list.iter().map(T::from_value).collect();
        read.map(|read| *self = read).is_some()
    }
}

/// Sets, whose elements are added and removed one by one.
pub trait Elements {
    /// Every element, for a body.
    fn elements(&self) -> Vec<String>;
    /// Adds or removes one element; false when it is not of this type.
    fn toggle(&mut self, element: &str, present: bool) -> bool;
}

impl<T: Wire + Ord> Elements for BTreeSet<T> {
    fn elements(&self) -> Vec<String> {
        self.iter().filter_map(|one| one.to_value().as_str().map(str::to_owned)).collect()
    }
    fn toggle(&mut self, element: &str, present: bool) -> bool {
        let Some(one) = T::from_value(&Value::from(element)) else { return false };
        if present {
            self.insert(one);
        } else {
            self.remove(&one);
        }
        true
    }
}

/// What an aggregate's fields can be asked by name.
pub trait Fields: Default + Clone + PartialEq {
    /// Word for it in a `record.created` body.
    const TYPE: &'static str;
    /// Every field with its class.
    const ALL: &'static [(&'static str, Class)];

    /// The field's value; `None` if there is no field of that name.
    fn read(&self, name: &str) -> Option<Value>;
    /// Writes a field; `None` if there is no field of that name, false if the value does not fit.
    fn write(&mut self, name: &str, value: &Value) -> Option<bool>;
    /// Every field whose value differs from another state's.
    fn differing(&self, other: &Self) -> Vec<(&'static str, Class)>;
    /// The elements of a set field.
    fn elements(&self, name: &str) -> Option<Vec<String>>;
    /// Adds or removes one element of a set field.
    fn toggle(&mut self, name: &str, element: &str, present: bool) -> Option<bool>;
    /// Adds to a counter.
    fn count(&mut self, name: &str, n: i64) -> bool;

    fn class(name: &str) -> Option<Class> {
        Self::ALL.iter().find(|(field, _)| *field == name).map(|(_, class)| *class)
    }
}

/// Defines an aggregate: a struct whose fields can also be asked by name.
macro_rules! aggregate {
    ($(#[$doc:meta])* pub struct $name:ident as $word:literal {
        values { $($(#[$vdoc:meta])* $value:ident: $vtype:ty = $class:ident,)* }
        sets { $($(#[$sdoc:meta])* $set:ident: $stype:ty,)* }
        counters { $($(#[$cdoc:meta])* $counter:ident,)* }
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct $name {
            $($(#[$vdoc])* pub $value: $vtype,)*
            $($(#[$sdoc])* pub $set: std::collections::BTreeSet<$stype>,)*
            $($(#[$cdoc])* pub $counter: i64,)*
        }

        impl crate::domain::field::Fields for $name {
            const TYPE: &'static str = $word;
            const ALL: &'static [(&'static str, crate::domain::field::Class)] = &[
                $((stringify!($value), crate::domain::field::Class::$class),)*
                $((stringify!($set), crate::domain::field::Class::Set),)*
                $((stringify!($counter), crate::domain::field::Class::Counter),)*
            ];

            fn read(&self, name: &str) -> Option<serde_json::Value> {
                use crate::domain::field::Slot;
                match name {
                    $(stringify!($value) => Some(Slot::read(&self.$value)),)*
                    $(stringify!($set) => Some(Slot::read(&self.$set)),)*
                    $(stringify!($counter) => Some(self.$counter.into()),)*
                    _ => None,
                }
            }

            fn write(&mut self, name: &str, value: &serde_json::Value) -> Option<bool> {
                use crate::domain::field::Slot;
                match name {
                    $(stringify!($value) => Some(Slot::write(&mut self.$value, value)),)*
                    $(stringify!($set) => Some(Slot::write(&mut self.$set, value)),)*
                    $(stringify!($counter) => Some(Slot::write(&mut self.$counter, value)),)*
                    _ => None,
                }
            }

            fn differing(&self, other: &Self) -> Vec<(&'static str, crate::domain::field::Class)> {
                use crate::domain::field::Class;
                let mut names = Vec::new();
                $(if self.$value != other.$value { names.push((stringify!($value), Class::$class)); })*
                $(if self.$set != other.$set { names.push((stringify!($set), Class::Set)); })*
                $(if self.$counter != other.$counter { names.push((stringify!($counter), Class::Counter)); })*
                names
            }

            #[allow(unused_variables, reason = "an aggregate may have no sets")]
            fn elements(&self, name: &str) -> Option<Vec<String>> {
                match name {
                    $(stringify!($set) => Some(crate::domain::field::Elements::elements(&self.$set)),)*
                    _ => None,
                }
            }

            #[allow(unused_variables, reason = "an aggregate may have no sets")]
            fn toggle(&mut self, name: &str, element: &str, present: bool) -> Option<bool> {
                match name {
                    $(stringify!($set) =>
                        Some(crate::domain::field::Elements::toggle(&mut self.$set, element, present)),)*
                    _ => None,
                }
            }

            #[allow(unused_variables, reason = "an aggregate may have no counters")]
            fn count(&mut self, name: &str, n: i64) -> bool {
                match name {
                    $(stringify!($counter) => { self.$counter = self.$counter.saturating_add(n); true })*
                    _ => false,
                }
            }
        }
    };
}

pub(crate) use aggregate;
