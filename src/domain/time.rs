//! Instants and lengths of time, in whole seconds. Nothing here reads a clock.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// A point in time: Unix seconds, UTC. Printed as RFC 3339 with `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// A length of time in seconds; may be negative as a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Secs(pub i64);

impl Secs {
    pub const MINUTE: Self = Self(60);
    pub const HOUR: Self = Self(3_600);
    pub const DAY: Self = Self(86_400);

    pub const fn minutes(n: i64) -> Self {
        Self(n * 60)
    }
    pub const fn hours(n: i64) -> Self {
        Self(n * 3_600)
    }
    /// Real days of 86 400 seconds, not civil ones.
    pub const fn days(n: i64) -> Self {
        Self(n * 86_400)
    }

    /// Two units at the most, for people: `3d 4h`, `2h 05m`, `40m`, `12s`.
    pub fn brief(self) -> String {
        let n = self.0.abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        match n {
            0..60 => format!("{sign}{n}s"),
            60..3_600 => format!("{sign}{}m", n / 60),
            3_600..86_400 => format!("{sign}{}h {:02}m", n / 3_600, n % 3_600 / 60),
            _ => format!("{sign}{}d {}h", n / 86_400, n % 86_400 / 3_600),
        }
    }

    /// Hours and minutes, for working time, which has no days: `48h`, `2h 05m`, `40m`, `12s`.
    pub fn hours_text(self) -> String {
        let n = self.0.abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        match n {
            0..60 => format!("{sign}{n}s"),
            60..3_600 => format!("{sign}{}m", n / 60),
            _ if n % 3_600 < 60 => format!("{sign}{}h", n / 3_600),
            _ => format!("{sign}{}h {:02}m", n / 3_600, n % 3_600 / 60),
        }
    }

    /// As it is said, without a sign: `12 min`, `1h32`, from a hundred hours on `4d 04h`.
    pub fn said(self) -> String {
        let n = self.0.abs();
        match n / 3_600 {
            0 => format!("{} min", n / 60),
            hours @ 1..100 => format!("{hours}h{:02}", n % 3_600 / 60),
            hours => format!("{}d {:02}h", hours / 24, hours % 24),
        }
    }

    /// As a clock shows it, in seven cells: `03:40`, `-01:32`, from a hundred hours on `4d 04h`, from ten days on `12d`.
    /// The hours are working hours, and a day is 24 of them.
    pub fn clock_text(self) -> String {
        let n = self.0.abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        match n / 3_600 {
            hours @ 0..100 => format!("{sign}{hours:02}:{:02}", n % 3_600 / 60),
            hours @ 100..240 => format!("{sign}{}d {:02}h", hours / 24, hours % 24),
            hours => format!("{sign}{}d", hours / 24),
        }
    }

    /// One unit, for a column of five cells: `3h`, `40m`, `12d`.
    pub fn short(self) -> String {
        let n = self.0.max(0);
        match n {
            0..3_600 => format!("{}m", n / 60),
            3_600..172_800 => format!("{}h", n / 3_600),
            _ => format!("{}d", n / 86_400),
        }
    }
}

impl Instant {
    /// Whole minutes since the epoch: the same as long as a clock without seconds shows the same.
    pub const fn minute(self) -> i64 {
        self.0.div_euclid(60)
    }

    /// From milliseconds, cut to the second.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms.div_euclid(1_000))
    }

    /// As a calendar value in UTC; instants beyond year ±262 000 read as the epoch.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }

    /// The civil date in UTC.
    pub fn date(self) -> NaiveDate {
        self.utc().date_naive()
    }
}

impl Add<Secs> for Instant {
    type Output = Self;
    fn add(self, length: Secs) -> Self {
        Self(self.0.saturating_add(length.0))
    }
}

impl Sub<Secs> for Instant {
    type Output = Self;
    fn sub(self, length: Secs) -> Self {
        Self(self.0.saturating_sub(length.0))
    }
}

impl Sub for Instant {
    type Output = Secs;
    fn sub(self, earlier: Self) -> Secs {
        Secs(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl FromStr for Instant {
    type Err = TimeError;
    /// RFC 3339 with any offset; sub-second digits are cut.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        DateTime::parse_from_rfc3339(text.trim())
            .map(|t| Self(t.timestamp()))
            .map_err(|_| TimeError::Instant(text.to_owned()))
    }
}

/// A text that is no instant or no length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    #[error("`{0}` is not an instant; write it like 2026-11-24T14:30:00Z")]
    Instant(String),
    #[error("`{0}` is not a length of time; write it like 30m, 4h or 2d")]
    Length(String),
}

impl FromStr for Secs {
    type Err = TimeError;
    /// A whole number and `s`, `m`, `h`, `d` or `w`.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let wrong = || TimeError::Length(text.to_owned());
        let text = text.trim();
        let unit = text.chars().last().ok_or_else(wrong)?;
        let count: i64 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| wrong())?;
        let each = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return Err(wrong()),
        };
        count.checked_mul(each).map(Self).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_survives_its_text() {
        let at: Instant = "2026-11-24T14:30:00+01:00".parse().unwrap();
        assert_eq!(at.to_string(), "2026-11-24T13:30:00Z");
        assert_eq!(at.to_string().parse::<Instant>().unwrap(), at);
        assert!("24.11.2026".parse::<Instant>().is_err());
    }

    #[test]
    fn lengths_are_read_with_their_unit() {
        for (text, secs) in [("30m", 1_800), ("4h", 14_400), ("2d", 172_800), ("1w", 604_800), ("-2h", -7_200)] {
            assert_eq!(text.parse::<Secs>().unwrap(), Secs(secs), "{text}");
        }
        for text in ["", "m", "4", "4x", "99999999999999999999h", "4 ü"] {
            assert!(text.parse::<Secs>().is_err(), "{text}");
        }
    }

    #[test]
    fn brief_lengths_show_two_units() {
        for (secs, text) in [(12, "12s"), (2_400, "40m"), (7_500, "2h 05m"), (-7_500, "-2h 05m"), (273_600, "3d 4h")] {
            assert_eq!(Secs(secs).brief(), text);
        }
    }
}
