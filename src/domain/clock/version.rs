//! Calendars with an identity. A clock names the calendar it was started under by the hash of what that calendar
//! said, so that editing opening hours never changes what has been counted, and two sites that hold the same text
//! count alike.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::id::identity;
use crate::domain::policy::calendar::{Calendar, DAYS, Window, ascending, date_of, month_day, zone};

identity! {
    /// A version of a calendar: the first 16 bytes of the SHA-256 of its canonical text.
    CalendarId;
}

/// A named calendar as it was at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct CalendarVersion {
    pub name: String,
    pub calendar: Calendar,
}

/// Why a text is no calendar version.
#[derive(Debug, thiserror::Error)]
pub enum VersionError {
    #[error("the text is no calendar: {0}")]
    Form(#[from] serde_json::Error),
    #[error("calendar `{name}`: {what}")]
    Content { name: String, what: String },
}

/// The canonical form; the order of the fields is the order of the text.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    zone: String,
    always: bool,
    weekly: Week,
    /// By date, `2026-12-24`.
    exact: BTreeMap<String, Vec<String>>,
    /// By month and day, `12-25`.
    yearly: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Week {
    mon: Vec<String>,
    tue: Vec<String>,
    wed: Vec<String>,
    thu: Vec<String>,
    fri: Vec<String>,
    sat: Vec<String>,
    sun: Vec<String>,
}

impl CalendarVersion {
    /// Compact JSON, the same for equal calendars: name, zone, always, weekly, exact, yearly.
    pub fn text(&self) -> String {
        serde_json::to_string(&Written::from(self.clone())).expect("a tree of texts and flags is JSON")
    }

    pub fn parse(text: &str) -> Result<Self, VersionError> {
        serde_json::from_str::<Written>(text)?.try_into()
    }

    pub fn id(&self) -> CalendarId {
        let digest: [u8; 32] = Sha256::digest(self.text().as_bytes()).into();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        CalendarId::from_bytes(id)
    }
}

impl From<CalendarVersion> for Written {
    fn from(version: CalendarVersion) -> Self {
        let CalendarVersion { name, calendar } = version;
        let texts = |windows: &Vec<Window>| windows.iter().map(Window::to_string).collect::<Vec<_>>();
        let [mon, tue, wed, thu, fri, sat, sun] = calendar.weekly.each_ref().map(texts);
        Self {
            name,
            zone: calendar.zone.name().to_owned(),
            always: calendar.always,
            weekly: Week { mon, tue, wed, thu, fri, sat, sun },
            exact: calendar.exact.iter().map(|(date, windows)| (date.to_string(), texts(windows))).collect(),
            yearly: calendar
                .yearly
                .iter()
                .map(|((month, day), windows)| (format!("{month:02}-{day:02}"), texts(windows)))
                .collect(),
        }
    }
}

impl TryFrom<Written> for CalendarVersion {
    type Error = VersionError;
    fn try_from(written: Written) -> Result<Self, VersionError> {
        let name = written.name.clone();
        match calendar_of(written) {
            Ok(calendar) => Ok(Self { name, calendar }),
            Err(what) => Err(VersionError::Content { name, what }),
        }
    }
}

/// Refuses what a policy file would refuse, too.
fn calendar_of(written: Written) -> Result<Calendar, String> {
    let zone = zone(&written.zone).ok_or_else(|| format!("`{}` is not a known zone", written.zone))?;
    let mut calendar = Calendar { zone, always: written.always, ..Calendar::always() };
    let Week { mon, tue, wed, thu, fri, sat, sun } = written.weekly;
    for ((day, texts), windows) in DAYS.into_iter().zip([mon, tue, wed, thu, fri, sat, sun]).zip(&mut calendar.weekly) {
        *windows = windows_of(day, &texts)?;
    }
    for (text, texts) in written.exact {
        let date = date_of(&text).ok_or_else(|| format!("`{text}` is not a date like 2026-12-24"))?;
        calendar.exact.insert(date, windows_of(&text, &texts)?);
    }
    for (text, texts) in written.yearly {
        let day = month_day(&text).ok_or_else(|| format!("`{text}` is not a month and day like 12-25"))?;
        calendar.yearly.insert(day, windows_of(&text, &texts)?);
    }
    if calendar.never_opens() { Err("it never opens (calendar_empty)".to_owned()) } else { Ok(calendar) }
}

fn windows_of(day: &str, texts: &[String]) -> Result<Vec<Window>, String> {
    let on = |what: String| format!("{day}: {what}");
    let windows: Vec<Window> = texts.iter().map(|text| text.parse()).collect::<Result<_, _>>().map_err(on)?;
    ascending(&windows).map_err(on)?;
    Ok(windows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> CalendarVersion {
        let window = |text: &str| vec![text.parse::<Window>().unwrap()];
        let mut calendar = Calendar { zone: chrono_tz::Europe::Berlin, always: false, ..Calendar::always() };
        calendar.weekly[0] = window("08:00-18:00");
        calendar.exact.insert("2026-12-24".parse().unwrap(), window("08:00-12:00"));
        calendar.yearly.insert((2, 29), Vec::new());
        CalendarVersion { name: "office".to_owned(), calendar }
    }

    #[test]
    fn a_version_survives_its_text_and_the_text_never_changes() {
        let text = r#"{"name":"office","zone":"Europe/Berlin","always":false,"weekly":{"mon":["08:00-18:00"],"tue":[],"wed":[],"thu":[],"fri":[],"sat":[],"sun":[]},"exact":{"2026-12-24":["08:00-12:00"]},"yearly":{"02-29":[]}}"#;
        assert_eq!(berlin().text(), text);
        assert_eq!(CalendarVersion::parse(text).unwrap(), berlin());
        // `printf %s TEXT | sha256sum | cut -c1-32`
        assert_eq!(berlin().id().to_string(), "a32daf4876ddf57f46a1ad094f5d638d");
    }

    #[test]
    fn whatever_changes_makes_another_version() {
        let mut changed = [berlin(), berlin(), berlin(), berlin(), berlin()];
        changed[0].name = "other".to_owned();
        changed[1].calendar.zone = chrono_tz::UTC;
        changed[2].calendar.weekly[1] = changed[2].calendar.weekly[0].clone();
        changed[3].calendar.yearly.clear();
        changed[4].calendar.exact.clear();
        for other in changed {
            assert_ne!(other.id(), berlin().id(), "{}", other.text());
        }
    }

    #[test]
    fn a_text_that_no_policy_could_hold_is_refused() {
        for (from, to, why) in [
            ("Europe/Berlin", "Europe/Nowhere", "not a known zone"),
            ("08:00-18:00", "18:00-08:00", "ends before it starts"),
            (r#"["08:00-18:00"]"#, "[]", "never opens"),
            (r#"["08:00-18:00"]"#, r#"["08:00-12:00","11:00-13:00"]"#, "mon: windows overlap"),
            ("02-29", "02-30", "not a month and day"),
            (r#""always":false,"#, "", "no calendar"),
        ] {
            let error = CalendarVersion::parse(&berlin().text().replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(why), "{to}: {error}");
        }
    }
}
