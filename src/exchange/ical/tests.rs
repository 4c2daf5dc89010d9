//! Small files of our own, and real ones where they are at hand.

use super::*;
use crate::exchange::real::published;

fn asked(years: RangeInclusive<i32>) -> Asked {
    Asked { years, zone: chrono_tz::Europe::Berlin }
}

fn file(events: &[&str]) -> String {
    let events: String = events.iter().map(|fields| format!("BEGIN:VEVENT\n{fields}\nEND:VEVENT\n")).collect();
    format!("BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n")
}

fn found(events: &[&str], years: RangeInclusive<i32>) -> Found {
    read(file(events).as_bytes(), "test.ics", &asked(years))
}

/// The dates of the only event, without the year where only one was asked for.
fn dates(fields: &str, years: RangeInclusive<i32>) -> String {
    let found = found(&[fields], years);
    assert_eq!(found.rejected, [], "{fields}");
    let dates: Vec<_> = found.holidays.iter().flat_map(|one| &one.dates).map(ToString::to_string).collect();
    dates.join(" ")
}

#[test]
fn an_event_covers_the_days_from_its_start_to_the_day_before_its_end() {
    for (fields, covered, why) in [
        ("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261226", "2026-12-25", "one day"),
        ("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227", "2026-12-25 2026-12-26", "two days"),
        ("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261225", "2026-12-25", "the end is the start"),
        ("DTSTART;VALUE=DATE:20261225", "2026-12-25", "no end"),
        ("DTSTART:20261225", "2026-12-25", "the form says that it is a date"),
        ("DTSTART;VALUE=DATE:20261225\nDURATION:P2D", "2026-12-25 2026-12-26", "a length"),
        ("DTSTART;VALUE=DATE:20261231\nDTEND;VALUE=DATE:20270102", "2026-12-31", "cut at the end of the range"),
        ("DTSTART;VALUE=DATE:20251231\nDTEND;VALUE=DATE:20260102", "2026-01-01", "cut at its start"),
        ("DTSTART:20261224T120000\nDTEND:20261224T180000", "2026-12-24", "a clock anywhere"),
        ("DTSTART:20261224T230000Z\nDTEND:20261224T233000Z", "2026-12-25", "after midnight in the calendar's zone"),
        ("DTSTART;TZID=Asia/Tokyo:20261225T000000\nDURATION:PT6H", "2026-12-24", "the evening before, here"),
        ("DTSTART;TZID=/mozilla.org/2007_1/Asia/Tokyo:20261225T120000", "2026-12-25", "a zone with a path"),
        ("DTSTART;TZID=Europe/Berlin:20261225T000000\nDTEND;TZID=Europe/Berlin:20261226T000000", "2026-12-25", "24 h"),
    ] {
        assert_eq!(dates(fields, 2026..=2026), covered, "{why}");
    }
}

#[test]
fn repeated_events_come_back_as_their_rule_says() {
    for (fields, covered) in [
        ("DTSTART;VALUE=DATE:20141003\nRRULE:FREQ=YEARLY", "2026-10-03 2027-10-03"),
        ("DTSTART;VALUE=DATE:20140120\nRRULE:FREQ=YEARLY;BYDAY=3MO;BYMONTH=1", "2026-01-19 2027-01-18"),
        ("DTSTART;VALUE=DATE:20140526\nRRULE:FREQ=YEARLY;BYDAY=-1MO;BYMONTH=5", "2026-05-25 2027-05-31"),
        ("DTSTART;VALUE=DATE:20200501\nRRULE:FREQ=YEARLY;COUNT=7", "2026-05-01"),
        ("DTSTART;VALUE=DATE:20200501\nRRULE:FREQ=YEARLY;UNTIL=20260501", "2026-05-01"),
        ("DTSTART;VALUE=DATE:20200501\nRRULE:FREQ=YEARLY;UNTIL=20260501T000000Z", "2026-05-01"),
        ("DTSTART;VALUE=DATE:20200501\nRRULE:FREQ=YEARLY;UNTIL=20260430", ""),
        ("DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY", ""),
        (
            "DTSTART;VALUE=DATE:20141224\nDTEND;VALUE=DATE:20141227\nRRULE:FREQ=YEARLY;INTERVAL=13",
            "2027-12-24 2027-12-25 2027-12-26",
        ),
        ("DTSTART;VALUE=DATE:20140101\nRDATE;VALUE=DATE:20260105,20270106", "2026-01-05 2027-01-06"),
        ("DTSTART;VALUE=DATE:20140101\nRDATE:20260105T230000Z", "2026-01-06"),
        ("DTSTART;VALUE=DATE:20140101\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20260101", "2027-01-01"),
        (
            "DTSTART;TZID=Europe/Berlin:20140101T080000\nRRULE:FREQ=YEARLY\nEXDATE;TZID=Europe/Berlin:20270101T080000",
            "2026-01-01",
        ),
        ("DTSTART;VALUE=DATE:20260601\nRRULE:FREQ=MONTHLY;COUNT=2", "2026-06-01 2026-07-01"),
        // A first start that its rule does not meet counts all the same.
        ("DTSTART;VALUE=DATE:20260602\nRRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1", "2026-06-02 2027-05-01"),
    ] {
        assert_eq!(dates(fields, 2026..=2027), covered, "{fields}");
    }
}

#[test]
fn an_event_in_place_of_one_time_of_another_moves_it() {
    let master = "UID:a\nDTSTART;VALUE=DATE:20140101\nRRULE:FREQ=YEARLY";
    for (other, covered, every_year) in [
        ("DTSTART;VALUE=DATE:20260105", "2026-01-05 2027-01-01", false),
        ("DTSTART;VALUE=DATE:20260101\nSUMMARY:renamed", "2026-01-01 2027-01-01", true),
        ("DTSTART;VALUE=DATE:20260101\nSTATUS:CANCELLED", "2026-01-01 2027-01-01", false),
    ] {
        let other = format!("UID:a\nRECURRENCE-ID;VALUE=DATE:20260101\n{other}");
        let found = found(&[master, &other], 2026..=2027);
        let mut all: Vec<_> = found.holidays.iter().flat_map(|one| &one.dates).map(ToString::to_string).collect();
        all.sort();
        assert_eq!(all.join(" "), covered, "{other}");
        let master = found.holidays.iter().find(|one| one.dates.contains(&"2027-01-01".parse().unwrap())).unwrap();
        assert_eq!(!master.yearly.is_empty(), every_year, "{other}");
        let cancelled = found.holidays.iter().any(|one| one.cancelled);
        assert_eq!(cancelled, other.contains("CANCELLED"));
    }
}

#[test]
fn only_what_comes_back_on_the_same_day_for_ever_is_yearly() {
    for (fields, yearly) in [
        ("DTSTART;VALUE=DATE:20141225\nRRULE:FREQ=YEARLY", &[(12, 25)][..]),
        ("DTSTART;VALUE=DATE:20141225\nRRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=12;BYMONTHDAY=25", &[(12, 25)]),
        ("DTSTART;VALUE=DATE:20141225\nDTEND;VALUE=DATE:20141227\nRRULE:FREQ=YEARLY", &[(12, 25), (12, 26)]),
        ("DTSTART;VALUE=DATE:20141231\nDTEND;VALUE=DATE:20150102\nRRULE:FREQ=YEARLY", &[(12, 31), (1, 1)]),
        ("DTSTART;VALUE=DATE:20160229\nRRULE:FREQ=YEARLY", &[(2, 29)]),
        ("DTSTART;VALUE=DATE:20150228\nDTEND;VALUE=DATE:20150302\nRRULE:FREQ=YEARLY", &[]),
        ("DTSTART;VALUE=DATE:20141225\nRRULE:FREQ=YEARLY;COUNT=50", &[]),
        ("DTSTART;VALUE=DATE:20141225\nRRULE:FREQ=YEARLY;UNTIL=20501225", &[]),
        ("DTSTART;VALUE=DATE:20141225\nRRULE:FREQ=YEARLY;INTERVAL=2", &[]),
        ("DTSTART;VALUE=DATE:20141225\nRRULE:FREQ=YEARLY;BYDAY=4TH;BYMONTH=11", &[]),
        ("DTSTART;VALUE=DATE:20141225\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20200101", &[]),
        ("DTSTART;VALUE=DATE:20270101\nRRULE:FREQ=YEARLY", &[]),
        ("DTSTART;VALUE=DATE:20260704", &[]),
    ] {
        let found = found(&[fields], 2026..=2040);
        assert_eq!(found.holidays[0].yearly, yearly, "{fields}");
    }
}

#[test]
fn what_is_broken_is_told_with_its_line_and_stops_nothing() {
    let good = "SUMMARY: Labour  Day \nDTSTART;VALUE=DATE:20260501\nTRANSP:TRANSPARENT";
    let text = file(&[
        "SUMMARY:no start",
        "DTSTART:soon",
        "DTSTART;VALUE=DATE:20260230",
        "DTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20260430",
        "DTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20290430",
        "DTSTART;VALUE=DATE:20260501\nRRULE:FREQ=SOMETIMES",
        "DTSTART;VALUE=DATE:20260501\nRRULE:FREQ=YEARLY;BYMONTH=13",
        "DTSTART;VALUE=DATE:20260501\nRDATE:then",
        "DTSTART;VALUE=DATE:20260501\nDURATION:P1X",
        "DTSTART;TZID=Mars/Base:20260501T080000",
        good,
    ]);
    let found = read(
        text.replace("END:VCALENDAR\n", "BEGIN:VEVENT\nDTSTART:20260601").as_bytes(),
        "a.ics",
        &asked(2026..=2026),
    );
    let told: Vec<_> = found.rejected.iter().map(|it| (it.line, it.field.as_str())).collect();
    assert_eq!(
        told,
        [
            (3, "DTSTART"),
            (7, "DTSTART"),
            (10, "DTSTART"),
            (14, "DTEND"),
            (18, "DTEND"),
            (22, "RRULE"),
            (26, "RRULE"),
            (30, "RDATE"),
            (34, "DURATION"),
            (37, "DTSTART"),
            (44, "END"),
        ]
    );
    assert!(found.rejected.iter().all(|it| it.file == "a.ics" && !it.reason.is_empty()));
    assert_eq!(found.events, 12);
    let kept: Vec<_> = found.holidays.iter().map(|one| (one.summary.as_str(), one.opaque, one.whole_days)).collect();
    assert_eq!(kept, [("", true, false), ("Labour Day", false, true)]);
    let none = read(b"From: someone\nhello", "mail", &asked(2026..=2026));
    assert!(none.rejected[0].ends && none.rejected[0].reason.contains("iCalendar"));
}

#[test]
fn an_alarm_within_an_event_and_a_zone_beside_it_say_nothing() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:19701025T030000\n\
        RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nSUMMARY:Day\n\
        BEGIN:VALARM\nSUMMARY:ring\nDTSTART:20260101\nEND:VALARM\nDTSTART:20260601\nEND:VEVENT\nEND:VCALENDAR";
    let found = read(text.as_bytes(), "a.ics", &asked(2026..=2026));
    assert_eq!((found.events, found.rejected.len()), (1, 0));
    assert_eq!((found.holidays[0].summary.as_str(), found.holidays[0].dates[0].month()), ("Day", 6));
}

#[test]
fn a_hostile_file_is_cut_off() {
    for rule in [
        "FREQ=SECONDLY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5;BYMINUTE=1,2,3,4,5,6,7,8,9;BYSECOND=1,2,3,4,5,6,7",
        "FREQ=DAILY;COUNT=4294967295",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYSETPOS=-1",
    ] {
        let event = format!("DTSTART;VALUE=DATE:16010101\nDTEND;VALUE=DATE:16020101\nRRULE:{rule}");
        let events = vec![event.as_str(); 1_200];
        let found = found(&events, 1900..=2200);
        assert_eq!(found.events, 1_200, "{rule}");
        assert!(found.holidays.iter().map(|one| one.dates.len()).sum::<usize>() <= DATES_MAX, "{rule}");
        assert!(!found.rejected.is_empty(), "{rule}");
    }
}

#[test]
fn listed_dates_count_like_those_of_rules_and_exceptions_take_them_out_at_once() {
    let first = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let listed: Vec<_> = first.iter_days().take(5_000).map(|date| date.format("%Y%m%d").to_string()).collect();
    let listed = listed.join(",");
    let event = format!("DTSTART;VALUE=DATE:20200101\nRDATE;VALUE=DATE:{listed}\nEXDATE;VALUE=DATE:{listed}");
    let events = vec![event.as_str(); 22];
    let within = found(&events, 2020..=2040);
    assert_eq!((within.holidays.len(), within.rejected.len()), (0, 2), "100000 dates are 20 events of 5000");
    assert!(within.rejected.iter().all(|it| it.field == "RDATE" && it.reason.contains("too many dates")));
    assert_eq!(found(&events, 2050..=2051).rejected, [], "what nobody asked for costs nothing");
}

#[test]
fn many_events_of_one_name_with_many_in_their_place_are_read_all_the_same() {
    let master = "UID:a\nDTSTART;VALUE=DATE:20260101";
    let first = NaiveDate::from_ymd_opt(1700, 1, 1).unwrap();
    let instead = |date: NaiveDate| {
        let date = date.format("%Y%m%d");
        format!("UID:a\nRECURRENCE-ID;VALUE=DATE:{date}\nDTSTART;VALUE=DATE:{date}")
    };
    let others: Vec<_> = first.iter_days().take(24_000).map(instead).collect();
    let last = instead("2026-01-01".parse().unwrap());
    let events: Vec<_> = others.iter().chain([&last]).map(String::as_str).chain(vec![master; 24_000]).collect();
    let found = found(&events, 2026..=2026);
    assert_eq!((found.events, found.rejected.len()), (48_001, 0));
    let lines: Vec<_> = found.holidays.iter().map(|one| one.dates.len()).collect();
    assert_eq!(lines, [1], "only the one in their place is left");
}

/// Events in each of the calendars that Thunderbird's site gave away, as their collector counted them.
const PUBLISHED: [(&str, usize); 25] = [
    ("BelgianHolidays.ics", 82),
    ("BrazilHolidays.ics", 105),
    ("CanadaHolidays.ics", 26),
    ("CzechHolidays.ics", 37),
    ("FrenchHolidays.ics", 71),
    ("GermanHolidays.ics", 303),
    ("IrelandHolidays2014-2021.ics", 62),
    ("ItalianHolidays.ics", 73),
    ("JapanHolidays.ics", 51),
    ("LithuanianHolidays.ics", 17),
    ("MexicanHolidays.ics", 31),
    ("NewZealandHolidays.ics", 64),
    ("NorwegianHolidays.ics", 101),
    ("PolishHolidays.ics", 72),
    ("PortugalHolidays.ics", 130),
    ("SingaporePublicHolidays-2022.ics", 11),
    ("SouthAfricaHolidays.ics", 43),
    ("UKHolidays-EnglandWales.ics", 36),
    ("UKHolidays-Scotland.ics", 36),
    ("USHolidays.ics", 30),
    ("autogen_DutchHolidays.ics", 33),
    ("autogen_FrenchHolidays.ics", 39),
    ("autogen_GermanHolidays.ics", 58),
    ("autogen_SwedishHolidays.ics", 39),
    ("autogen_UKHolidays.ics", 54),
];

fn real(name: &str, years: RangeInclusive<i32>) -> Option<Found> {
    let path = published(&format!("holidays-ics/{name}"))?;
    Some(read(&std::fs::read(path).unwrap(), name, &asked(years)))
}

/// Gauss, as Lichtenberg mended him.
fn easter(year: i32) -> NaiveDate {
    let (a, k) = (year % 19, year / 100);
    let m = 15 + (3 * k + 3) / 4 - (8 * k + 13) / 25;
    let d = (19 * a + m) % 30;
    let r = (d + a / 11) / 29;
    let full_moon = 21 + d - r;
    let sunday = 7 - (year + year / 4 + 2 - (3 * k + 3) / 4) % 7;
    let march = full_moon + 7 - (full_moon - sunday) % 7;
    NaiveDate::from_ymd_opt(year, 3, 1).unwrap() + chrono::TimeDelta::days(i64::from(march) - 1)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// The nth weekday of a month; the last for zero.
fn nth(year: i32, month: u32, weekday: chrono::Weekday, n: u8) -> NaiveDate {
    let of = |n| NaiveDate::from_weekday_of_month_opt(year, month, weekday, n);
    if n == 0 { of(5).or_else(|| of(4)).unwrap() } else { of(n).unwrap() }
}

/// Are these the dates of the events of that name in a year, and no others?
fn falls_on(found: &Found, summary: &str, date: NaiveDate) {
    let named = found.holidays.iter().filter(|one| one.summary == summary && !one.cancelled);
    let dates: BTreeSet<_> = named.flat_map(|one| &one.dates).filter(|one| one.year() == date.year()).collect();
    assert_eq!(dates.into_iter().collect::<Vec<_>>(), [&date], "{summary} {}", date.year());
}

#[test]
fn every_published_event_is_read() {
    for (name, events) in PUBLISHED {
        let Some(found) = real(name, 1990..=2040) else { return };
        assert_eq!(found.events, events, "{name}");
        assert_eq!(found.rejected, [], "{name}");
        assert!(found.holidays.iter().all(|one| one.summary.trim() == one.summary), "{name}");
        assert!(!found.holidays.iter().any(|one| one.summary.contains('\u{fffd}')), "{name}");
    }
    let Some(found) = real("MexicanHolidays.ics", 2009..=2012) else { return };
    assert!(found.holidays.iter().any(|one| one.summary.contains('í') || one.summary.contains('ó')), "{found:?}");
}

#[test]
fn german_holidays_fall_on_their_days() {
    use chrono::TimeDelta;
    let Some(found) = real("GermanHolidays.ics", 2014..=2020) else { return };
    for year in 2014..=2020 {
        let easter = easter(year);
        falls_on(&found, "Neujahr", day(year, 1, 1));
        falls_on(&found, "Karfreitag", easter - TimeDelta::days(2));
        falls_on(&found, "Ostermontag", easter + TimeDelta::days(1));
        falls_on(&found, "Tag der Arbeit", day(year, 5, 1));
        falls_on(&found, "Christi Himmelfahrt", easter + TimeDelta::days(39));
        falls_on(&found, "Pfingstmontag", easter + TimeDelta::days(50));
        falls_on(&found, "Fronleichnam", easter + TimeDelta::days(60));
        falls_on(&found, "Tag der Deutschen Einheit", day(year, 10, 3));
        falls_on(&found, "1. Weihnachtstag", day(year, 12, 25));
    }
}

#[test]
fn american_and_british_holidays_fall_on_their_days() {
    use chrono::{TimeDelta, Weekday};
    let Some(us) = real("USHolidays.ics", 2021..=2030) else { return };
    let Some(uk) = real("UKHolidays-EnglandWales.ics", 2021..=2029) else { return };
    for year in 2021..=2030 {
        falls_on(&us, "ML King Day", nth(year, 1, Weekday::Mon, 3));
        falls_on(&us, "Memorial Day", nth(year, 5, Weekday::Mon, 0));
        falls_on(&us, "Independence Day", day(year, 7, 4));
        falls_on(&us, "Labor Day", nth(year, 9, Weekday::Mon, 1));
        falls_on(&us, "Thanksgiving Day", nth(year, 11, Weekday::Thu, 4));
    }
    for year in 2021..=2029 {
        falls_on(&uk, "Good Friday", easter(year) - TimeDelta::days(2));
        falls_on(&uk, "Easter Monday", easter(year) + TimeDelta::days(1));
        falls_on(&uk, "Early May Bank Holiday", nth(year, 5, Weekday::Mon, 1));
        falls_on(&uk, "Summer Bank Holiday", nth(year, 8, Weekday::Mon, 0));
    }
    // The 25th of 2021 was a Saturday: one event took the place of another.
    falls_on(&uk, "Christmas Day (substitute)", day(2021, 12, 27));
    falls_on(&uk, "Christmas Day", day(2024, 12, 25));
}
