//! What stands behind the colon: values that were checked when they were read.

use chrono::NaiveDate;

use crate::domain::clock::standing::Sla;
use crate::domain::incident::{Category, Pending, Source, State, Subcategory, Symptom, WorkMode};
use crate::domain::number::Kind;
use crate::domain::priority::{Impact, Priority, Urgency};
use crate::domain::refusal::Refusal;
use crate::domain::role::Tier;
use crate::domain::text::{Label, Login, Tag, clean_line};
use crate::domain::time::Secs;

use super::day::Day;
use super::fault::{Fault, nearest, quote};
use super::field::{Field, Now, Takes};

/// One value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    Tier(Tier),
    /// The tier of the person who asks.
    MyTier,
    Priority(Priority),
    Kind(Kind),
    Status(Status),
    Person(Person),
    /// A name or words.
    Text(Label),
    Category(CategoryPath),
    /// A tag, or a contract's code.
    Tag(Tag),
    Length(Secs),
    Day(Day),
    Sla(Sla),
    Impact(Impact),
    Urgency(Urgency),
    Source(Source),
    Symptom(Symptom),
    Mode(WorkMode),
    Pending(Pending),
}

/// A state, or a group of states that has a word of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Without an owner and never acknowledged.
    New,
    /// In a tier's queue, whether taken or not; a task that is `open` as its state is one of these.
    Open,
    In(State),
}

impl Status {
    /// The states it stands for. `New` asks besides that nobody has acknowledged the record yet.
    pub fn states(self) -> Vec<State> {
        match self {
            Self::New => vec![State::Queued, State::Open],
            Self::Open => State::ALL.iter().copied().filter(|state| state.open()).collect(),
            Self::In(state) => vec![state],
        }
    }

    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::In(state) => state.word(),
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        match word {
            "new" => Some(Self::New),
            "open" => Some(Self::Open),
            "waiting" => Some(Self::In(State::Pending)),
            _ => State::from_word(word).map(Self::In),
        }
    }
}

/// Who has a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Person {
    /// The person who asks.
    Me,
    /// Nobody.
    None,
    Is(Login),
}

/// The start of a category path (`fix/cra`) or of a subcategory (`cra`); at least one pair begins with it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CategoryPath(String);

impl CategoryPath {
    /// In any case, `-` for `_` allowed; nothing if no category begins so.
    pub fn new(text: &str) -> Option<Self> {
        let path = word(text);
        let path = Self(path.strip_suffix('/').unwrap_or(&path).to_owned());
        (!path.0.is_empty() && !path.pairs().is_empty()).then_some(path)
    }

    /// The categories and subcategories it stands for.
    pub fn pairs(&self) -> Vec<(Category, Subcategory)> {
        let begins = |pair: &(Category, Subcategory)| {
            format!("{}/{}", pair.0, pair.1).starts_with(&self.0) || pair.1.word().starts_with(&self.0)
        };
        pairs().filter(begins).collect()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Every subcategory under its category.
fn pairs() -> impl Iterator<Item = (Category, Subcategory)> {
    Subcategory::ALL.iter().map(|sub| (parent(*sub), *sub))
}

fn parent(sub: Subcategory) -> Category {
    use Subcategory::*;
    match sub {
        RequirementsValidation
        | NewInstall
        | Configuration
        | DataMigration
        | LicenseActivation
        | SaasProvisioning
        | ReadinessCheck
        | Removal
        | DeploymentRollout => Category::Install,
        RoutinePatch | VulnerabilityPatch | EmergencyPatch | FirmwareRevision | FeatureUpdate | EndOfSupportUpgrade
        | PatchVerification | PatchRollback | UpdateFailure | PatchRegression => Category::Update,
        Crash
        | Error
        | Performance
        | ConfigurationDrift
        | CompatibilityConflict
        | LicenseFault
        | DataLoss
        | IntegrationFault
        | AccessFault
        | SecurityExposure
        | ServiceUnavailable
        | Unknown => Category::Fix,
    }
}

/// As words are stored: lower case, joined by underscores.
fn word(text: &str) -> String {
    text.to_ascii_lowercase().replace('-', "_")
}

fn text_fault(refusal: Refusal) -> Fault {
    Fault::Text(refusal.message)
}

/// Words that may be looked for.
pub(super) fn label(text: &str) -> Result<Label, Fault> {
    Label::new(text).map_err(|_| match clean_line(text).as_str() {
        "" => Fault::Missing("here"),
        _ => Fault::Text(format!("`{}` is too long; {} characters are the most", quote(text), Label::MAX)),
    })
}

/// `1` or `T1`, with the letter of choice.
fn numbered(text: &str, letter: &str) -> Option<i64> {
    let word = word(text);
    let digits = word.strip_prefix(letter).unwrap_or(&word);
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

impl Value {
    /// The value of a field from its text; quoted words stand for themselves, never for `me` or `none`.
    pub(super) fn read(field: Field, text: &str, quoted: bool) -> Result<Self, Fault> {
        let unknown = || Fault::UnknownWord {
            after: field.name(),
            word: quote(text),
            nearest: nearest(&word(text), Self::words(field.row().takes)),
        };
        let not_a = |wanted| Fault::NotA { word: quote(text), wanted };
        let known = |value: Option<Self>| value.ok_or_else(unknown);
        let word = word(text);
        match field.row().takes {
            Takes::Tier if word == "mine" => Ok(Self::MyTier),
            Takes::Tier => numbered(text, "t")
                .and_then(Tier::new)
                .map(Self::Tier)
                .ok_or_else(|| not_a("a tier; use 1, 2, 3 or mine")),
            Takes::Priority => numbered(text, "p")
                .and_then(Priority::new)
                .map(Self::Priority)
                .ok_or_else(|| not_a("a priority; use 1 to 5")),
            Takes::Kind => known(Kind::from_word(&word).or_else(|| Kind::from_prefix(&word)).map(Self::Kind)),
            Takes::Status => known(Status::from_word(&word).map(Self::Status)),
            Takes::Person if !quoted && word == "me" => Ok(Self::Person(Person::Me)),
            Takes::Person if !quoted && word == "none" => Ok(Self::Person(Person::None)),
            Takes::Person => Login::new(text).map(|login| Self::Person(Person::Is(login))).map_err(text_fault),
            Takes::Name | Takes::Text => label(text).map(Self::Text),
            Takes::Category => known(CategoryPath::new(text).map(Self::Category)),
            Takes::Tag => Tag::new(text).map(Self::Tag).map_err(text_fault),
            Takes::Contract => {
                Tag::new(text).map(Self::Tag).map_err(|_| not_a("a contract's code; use up to 32 of a-z 0-9 _ -"))
            }
            Takes::Length => length(text).and_then(|secs| match secs {
                Secs(0..) => Ok(Self::Length(secs)),
                _ => Err(not_a("a positive length of time")),
            }),
            Takes::SignedLength => length(text).map(Self::Length),
            Takes::Day => Day::from_text(text)
                .map(Self::Day)
                .ok_or_else(|| not_a("a day; write it like today, mon, w47, -2d or 2026-11-24")),
            Takes::Sla => known(Sla::from_word(&word).map(Self::Sla)),
            Takes::Impact => known(Impact::from_word(&word).map(Self::Impact)),
            Takes::Urgency => known(Urgency::from_word(&word).map(Self::Urgency)),
            Takes::Source => known(Source::from_word(&word).map(Self::Source)),
            Takes::Symptom => known(Symptom::from_word(&word).map(Self::Symptom)),
            Takes::Mode => known(WorkMode::from_word(&word).map(Self::Mode)),
            Takes::Pending => known(Pending::from_word(&word).map(Self::Pending)),
        }
    }

    /// Words that values of this kind are made of: all of them if it is enumerated, else those with a meaning.
    pub(super) fn words(takes: Takes) -> Vec<&'static str> {
        match takes {
            Takes::Tier => vec!["1", "2", "3", "mine"],
            Takes::Priority => vec!["1", "2", "3", "4", "5"],
            Takes::Kind => Kind::ALL.iter().map(|it| it.word()).collect(),
            Takes::Status => {
                let states = State::ALL.iter().filter(|state| **state != State::Open).map(|it| it.word());
                ["new", "open", "waiting"].into_iter().chain(states).collect()
            }
            Takes::Person => vec!["me", "none"],
            Takes::Category => {
                Category::ALL.iter().map(|it| it.word()).chain(Subcategory::ALL.iter().map(|it| it.word())).collect()
            }
            Takes::Length | Takes::SignedLength => vec!["30m", "4h", "1d", "7d"],
            Takes::Day => Day::WORDS.iter().copied().chain(["-2d", "-7d"]).collect(),
            Takes::Sla => Sla::ALL.iter().map(|it| it.word()).collect(),
            Takes::Impact => Impact::ALL.iter().map(|it| it.word()).collect(),
            Takes::Urgency => Urgency::ALL.iter().map(|it| it.word()).collect(),
            Takes::Source => Source::ALL.iter().map(|it| it.word()).collect(),
            Takes::Symptom => Symptom::ALL.iter().map(|it| it.word()).collect(),
            Takes::Mode => WorkMode::ALL.iter().map(|it| it.word()).collect(),
            Takes::Pending => Pending::ALL.iter().map(|it| it.word()).collect(),
            Takes::Name | Takes::Tag | Takes::Contract | Takes::Text => Vec::new(),
        }
    }

    /// Is it of the kind that a field takes?
    pub(super) const fn fits(&self, takes: Takes) -> bool {
        matches!(
            (takes, self),
            (Takes::Tier, Self::Tier(_) | Self::MyTier)
                | (Takes::Priority, Self::Priority(_))
                | (Takes::Kind, Self::Kind(_))
                | (Takes::Status, Self::Status(_))
                | (Takes::Person, Self::Person(_))
                | (Takes::Name | Takes::Text, Self::Text(_))
                | (Takes::Category, Self::Category(_))
                | (Takes::Tag | Takes::Contract, Self::Tag(_))
                | (Takes::Length, Self::Length(Secs(0..)))
                | (Takes::SignedLength, Self::Length(_))
                | (Takes::Day, Self::Day(_))
                | (Takes::Sla, Self::Sla(_))
                | (Takes::Impact, Self::Impact(_))
                | (Takes::Urgency, Self::Urgency(_))
                | (Takes::Source, Self::Source(_))
                | (Takes::Symptom, Self::Symptom(_))
                | (Takes::Mode, Self::Mode(_))
                | (Takes::Pending, Self::Pending(_))
        )
    }

    pub(super) const fn day(&self) -> Option<&Day> {
        match self {
            Self::Day(day) => Some(day),
            _ => None,
        }
    }

    /// Where it stands among its kind, if that is known without asking who and when.
    pub(super) fn rank(&self) -> Option<i64> {
        match self {
            Self::Tier(tier) => Some(tier.n()),
            Self::Priority(priority) => Some(priority.n()),
            Self::Length(secs) => Some(secs.0),
            Self::Day(Day::Date(date)) => Some(date.signed_duration_since(NaiveDate::MIN).num_days()),
            _ => None,
        }
    }
}

/// `30m`, `4h`, `2d`, `1w`. Business time (`4bh`) is refused by name.
fn length(text: &str) -> Result<Secs, Fault> {
    let lower = text.to_ascii_lowercase();
    if lower.ends_with("bh") || lower.ends_with("bd") {
        return Err(Fault::Business(quote(text)));
    }
    let plain = lower.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    // A year of 366 days times a thousand: beyond it sums with instants would lose their meaning.
    lower
        .parse()
        .ok()
        .filter(|secs: &Secs| plain && secs.0.abs() <= Secs::days(366_000).0)
        .ok_or_else(|| Fault::NotA { word: quote(text), wanted: "a length of time; write it like 30m, 4h or 2d" })
}

impl Now {
    /// Refuses by name what this version cannot answer.
    pub(super) fn check(self, word: &str) -> Result<(), Fault> {
        match self {
            Self::Yes => Ok(()),
            Self::Needs(needs) => Err(Fault::NotYet { word: word.to_owned(), needs }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_category_tree_agrees_with_that_of_incidents() {
        for (category, sub) in pairs() {
            for any in Category::ALL {
                assert!(!any.holds_for_incident(sub) || *any == category, "{sub}");
            }
        }
    }

    #[test]
    fn a_category_is_found_by_the_start_of_its_path() {
        let count = |text: &str| CategoryPath::new(text).map_or(0, |path| path.pairs().len());
        for (text, n) in [("fix", 12), ("Fix/", 12), ("fix/crash", 1), ("crash", 1), ("fix/nope", 0), ("", 0), ("/", 0)]
        {
            assert_eq!(count(text), n, "{text}");
        }
        assert_eq!(CategoryPath::new("configuration-d"), CategoryPath::new("Configuration_D"));
    }

    #[test]
    fn a_late_due_time_is_negative() {
        assert_eq!(Value::read(Field::Due, "-30m", false), Ok(Value::Length(Secs(-1_800))));
        assert!(Value::read(Field::Age, "-30m", false).is_err());
        assert!(matches!(Value::read(Field::Due, "4bh", false), Err(Fault::Business(_))));
        assert!(Value::read(Field::Age, "99999999999d", false).is_err());
    }

    #[test]
    fn every_word_of_an_enumerated_field_is_read() {
        for row in super::super::field::FIELDS {
            for word in Value::words(row.takes) {
                assert!(Value::read(row.field, &word.to_uppercase(), false).is_ok(), "{}:{word}", row.name);
            }
        }
    }
}
