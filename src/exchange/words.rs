//! What other desks call things, and what they are called here.

use chrono::{LocalResult, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

use crate::domain::incident::{Category, ResolutionCode, Source, Subcategory};
use crate::domain::priority::{Impact, Priority, Urgency};
use crate::domain::role::Tier;
use crate::domain::time::{Instant, Secs};

/// `2 - Medium`, `2`, `medium`: the level counted from 1, the highest. Levels have three words or digits at most.
fn level(told: &str) -> Option<u8> {
    let told = told.trim().to_ascii_lowercase();
    let first = told.split([' ', '-']).next().unwrap_or_default();
    match first {
        "1" | "high" | "major" | "critical" => Some(1),
        "2" | "medium" | "moderate" | "normal" => Some(2),
        "3" | "low" | "minor" => Some(3),
        _ => None,
    }
}

pub(super) fn impact(told: &str) -> Option<Impact> {
    Impact::ALL.get(usize::from(level(told)?) - 1).copied()
}

pub(super) fn urgency(told: &str) -> Option<Urgency> {
    Urgency::ALL.get(usize::from(level(told)?) - 1).copied()
}

/// `3 - Moderate`, `P3`, `3`, or a word of the usual ladder from critical to planning.
pub(super) fn priority(told: &str) -> Option<Priority> {
    let told = told.trim().to_ascii_lowercase();
    let first = told.split([' ', '-']).next().unwrap_or_default();
    let word = match first {
        "critical" | "urgent" => 1,
        "high" => 2,
        "moderate" | "medium" | "normal" => 3,
        "low" => 4,
        "planning" => 5,
        digits => digits.strip_prefix('p').unwrap_or(digits).parse().ok()?,
    };
    Priority::new(word)
}

/// How a ticket was told. Posts to a social network are written talk, so they count as chat.
pub(super) fn channel(told: &str) -> Option<Source> {
    match told.trim().to_ascii_lowercase().replace([' ', '-'], "_").as_str() {
        "phone" | "telephone" => Some(Source::Phone),
        "email" | "e_mail" | "mail" => Some(Source::Email),
        "chat" | "social_media" | "sms" | "virtual_agent" => Some(Source::Chat),
        "walk_in" => Some(Source::WalkIn),
        "self_service" | "web" | "portal" | "direct_opening" | "portal_import" => Some(Source::PortalImport),
        "monitoring" | "event" | "alert" => Some(Source::Monitoring),
        _ => None,
    }
}

/// A guess at our category from theirs: the first key word that occurs decides; `fix`/`unknown` where none does.
pub(super) fn category(told: &str) -> (Category, Subcategory) {
    use Subcategory::{
        AccessFault, CompatibilityConflict, ConfigurationDrift, Crash, DataLoss, IntegrationFault, LicenseFault,
        Performance, SecurityExposure, ServiceUnavailable, Unknown, UpdateFailure,
    };
    const SIGNS: [(&str, Subcategory); 17] = [
        ("password", AccessFault),
        ("access", AccessFault),
        ("login", AccessFault),
        ("license", LicenseFault),
        ("licence", LicenseFault),
        ("data loss", DataLoss),
        ("compatib", CompatibilityConflict),
        ("patch", UpdateFailure),
        ("update", UpdateFailure),
        ("upgrade", UpdateFailure),
        ("crash", Crash),
        ("slow", Performance),
        ("performance", Performance),
        ("security", SecurityExposure),
        ("integration", IntegrationFault),
        ("outage", ServiceUnavailable),
        ("setup", ConfigurationDrift),
    ];
    let told = told.to_lowercase();
    let found = SIGNS.iter().find(|(sign, _)| told.contains(sign)).map_or(Unknown, |(_, sub)| *sub);
    (if found == UpdateFailure { Category::Update } else { Category::Fix }, found)
}

/// How it was resolved, by words that other desks use; `fixed` where none occurs.
pub(super) fn resolution_code(told: &str) -> ResolutionCode {
    const SIGNS: [(&str, ResolutionCode); 9] = [
        ("work around", ResolutionCode::FixedByWorkaround),
        ("workaround", ResolutionCode::FixedByWorkaround),
        ("not reproducible", ResolutionCode::NotReproducible),
        ("no fault", ResolutionCode::NoFaultFound),
        ("known error", ResolutionCode::ResolvedWithProblem),
        ("by problem", ResolutionCode::ResolvedWithProblem),
        ("by change", ResolutionCode::FixedByChange),
        ("vendor", ResolutionCode::FixedByVendor),
        ("no response", ResolutionCode::NoResponse),
    ];
    let told = told.to_lowercase();
    SIGNS.iter().find(|(sign, _)| told.contains(sign)).map_or(ResolutionCode::Fixed, |(_, code)| *code)
}

/// The tier of a team by the level in its name: `G199 3rd` is the third, `Support::2nd Level` the second, no level
/// the first. A team that serves two levels (`V13 2nd 3rd`) counts as the higher one: whoever got the ticket there
/// had the skills of that level at hand. Other words, such as a country behind the level, do not matter.
pub(super) fn tier(team: &str) -> Tier {
    team.split(|c: char| !c.is_ascii_alphanumeric()).filter_map(level_word).max().unwrap_or(Tier::One)
}

fn level_word(word: &str) -> Option<Tier> {
    match word.to_ascii_lowercase().as_str() {
        "1st" => Some(Tier::One),
        "2nd" => Some(Tier::Two),
        "3rd" => Some(Tier::Three),
        _ => None,
    }
}

/// A civil time of a zone. Told twice (the hour that an autumn repeats) it is the first; never shown by any clock
/// (the hour that a spring skips) it is an hour later, as clocks went on.
pub(super) fn local(at: NaiveDateTime, zone: Tz) -> Instant {
    match zone.from_local_datetime(&at) {
        LocalResult::Single(it) | LocalResult::Ambiguous(it, _) => Instant(it.timestamp()),
        LocalResult::None => Instant(at.and_utc().timestamp()) - offset_before(at, zone),
    }
}

/// What the zone's clocks were ahead of UTC before the hour that they skipped.
fn offset_before(at: NaiveDateTime, zone: Tz) -> Secs {
    let earlier = at.checked_sub_signed(TimeDelta::hours(3)).unwrap_or(at);
    let before = zone.from_local_datetime(&earlier).earliest();
    Secs(before.map_or(0, |it| it.offset().fix().local_minus_utc().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_by_digit_or_word() {
        for (told, found) in [
            ("1 - High", Some(Impact::High)),
            ("Major", Some(Impact::High)),
            ("2", Some(Impact::Medium)),
            ("low", Some(Impact::Low)),
            ("4", None),
            ("", None),
        ] {
            assert_eq!(impact(told), found, "{told}");
        }
        for (told, found) in
            [("1 - Critical", 1), ("3 - Moderate", 3), ("4 - Low", 4), ("p2", 2), ("5", 5), ("High", 2)]
        {
            assert_eq!(priority(told).map(Priority::n), Some(found), "{told}");
        }
        for told in ["", "0", "6", "soon", "-1"] {
            assert_eq!(priority(told), None, "{told}");
        }
    }

    #[test]
    fn the_team_name_tells_the_tier() {
        for (team, found) in [
            ("G97", 1),
            ("S33 2nd", 2),
            ("G199 3rd", 3),
            ("V13 2nd 3rd", 3),
            ("N52 2nd USE!", 2),
            ("Support::2nd Level", 2),
            ("Support::1st Level", 1),
            ("G22nd", 1),
        ] {
            assert_eq!(tier(team).n(), found, "{team}");
        }
    }

    #[test]
    fn times_that_a_zone_has_twice_or_never_are_still_instants() {
        let rome = Tz::Europe__Rome;
        for (told, utc) in [
            ("2012-07-01 12:00", "2012-07-01T10:00:00Z"),
            ("2012-10-28 02:30", "2012-10-28T00:30:00Z"),
            ("2012-03-25 02:30", "2012-03-25T01:30:00Z"),
        ] {
            let at = NaiveDateTime::parse_from_str(told, "%Y-%m-%d %H:%M").unwrap();
            assert_eq!(local(at, rome).to_string(), utc, "{told}");
        }
    }

    #[test]
    fn a_guess_at_the_category_is_a_pair_that_an_incident_may_have() {
        for told in ["Account access", "Data loss", "Product setup", "patch", "Subcategory 170", ""] {
            let (category, sub) = category(told);
            assert!(category.holds_for_incident(sub), "{told}");
        }
        assert_eq!(category("Peripheral compatibility").1, Subcategory::CompatibilityConflict);
    }
}
