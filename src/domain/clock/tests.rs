//! Properties of counted time, held against a slow model that knows nothing of edges, years or sums.
//!
//! The model walks second by second and asks the zone what the wall clock reads. A window is open while the highest
//! reading so far lies in it: that is what "from the earliest instant that reads at or after" means, said without
//! edges. A clock set back keeps its highest reading until it is passed again.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, NaiveTime, Offset, TimeZone, Timelike};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::{Index, select};

use super::explain::{Line, Step, explain};
use super::read::Reading;
use super::timetable::Timetable;
use super::version::{CalendarId, CalendarVersion};
use super::{Band, Clock, ClockError, ClockEvent, ClockKind, Status};
use crate::domain::policy::{Calendar, Window};
use crate::domain::time::{Instant, Secs};

/// Seconds of the model: a day before and a day after what it is looked at for may be in gaps and folds.
const SPAN: i64 = 24 * 3_600;

/// Zones that keep summer time, or something odder; half of the cases take one of them.
const ODD: [Tz; 9] = [
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::America__Santiago,
    Tz::America__Havana,
    Tz::Atlantic__Azores,
    Tz::Antarctica__Troll,
    Tz::Australia__Lord_Howe,
    Tz::Africa__Casablanca,
    Tz::Pacific__Apia,
];

type Tables = BTreeMap<CalendarId, Arc<Timetable>>;

fn reading(zone: Tz, at: i64) -> NaiveDateTime {
    zone.from_utc_datetime(&DateTime::from_timestamp(at, 0).unwrap().naive_utc()).naive_local()
}

/// For each second from `start` on, is the calendar open?
fn open_seconds(calendar: &Calendar, start: i64) -> Vec<bool> {
    // Nothing set back in these years reaches further than this.
    let before = start - 3 * 3_600;
    let mut highest = reading(calendar.zone, before);
    let seconds = (before..start + SPAN).map(|at| {
        highest = highest.max(reading(calendar.zone, at));
        let (minute, windows) = (highest.num_seconds_from_midnight() / 60, calendar.windows_of(highest.date()));
        windows.iter().any(|window| (u32::from(window.start)..u32::from(window.end)).contains(&minute))
    });
    seconds.skip((start - before) as usize).collect()
}

/// Is it open, by the model or, where it always is, without asking?
fn model(calendar: &Calendar, start: i64) -> Vec<bool> {
    if calendar.always { vec![true; SPAN as usize] } else { open_seconds(calendar, start) }
}

/// At most half a day before the zone changes its offset for the first or the last time in a year; any other time if
/// it does not.
fn interesting(zone: Tz, year: i32, hour: i64) -> i64 {
    let offset = |at: i64| {
        let utc = DateTime::from_timestamp(at, 0).unwrap().naive_utc();
        zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()
    };
    let first = chrono::NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_time(NaiveTime::MIN).and_utc().timestamp();
    let steps: Vec<i64> = (first..).step_by(6 * 3_600).take(4 * 366).collect();
    let changes: Vec<i64> =
        steps.windows(2).filter(|pair| offset(pair[0]) != offset(pair[1])).map(|it| it[0]).collect();
    let change = if hour % 2 == 0 { changes.first() } else { changes.last() };
    change.map_or(first + hour * 3_600, |at| at - hour % 12 * 3_600)
}

fn windows() -> impl Strategy<Value = Vec<Window>> {
    // Half of the edges in the small hours, where clocks are changed.
    let edge = prop_oneof![0u16..=260, 0u16..=1_440, (0u16..=96).prop_map(|quarter| quarter * 15)];
    vec(edge, 0..5).prop_map(|mut edges| {
        edges.sort_unstable();
        edges.dedup();
        let pairs = edges.chunks_exact(2);
        pairs.map(|pair| Window { start: pair[0], end: pair[1] }).collect()
    })
}

fn days() -> impl Strategy<Value = Vec<Window>> {
    let whole = vec![Window { start: 0, end: 720 }, Window { start: 720, end: 1_440 }];
    prop_oneof![4 => windows(), 1 => Just(whole), 1 => Just(Vec::new())]
}

fn calendar(zone: Tz) -> impl Strategy<Value = Calendar> {
    let yearly = vec(((1u32..=12, 1u32..=31), days()), 0..40);
    (vec(days(), 7), yearly).prop_map(move |(week, yearly)| Calendar {
        zone,
        always: false,
        weekly: week.try_into().unwrap(),
        exact: BTreeMap::new(),
        yearly: yearly.into_iter().collect(),
    })
}

/// A zone's calendar, and a time near which something happens to its wall clock.
fn somewhere() -> impl Strategy<Value = (Calendar, i64)> {
    let zone = prop_oneof![select(&TZ_VARIANTS[..]), select(&ODD[..])];
    (zone, 1990..=2040, 0i64..8_000).prop_flat_map(|(zone, year, hour)| {
        let start = interesting(zone, year, hour) + hour % 3_600;
        (calendar(zone), Just(start))
    })
}

/// What may happen to a clock: the kind, when (as a share of the time there is), and a new target.
type Happening = (u8, Index, i64, Option<i64>);

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let warn_pct = prop_oneof![Just(None), (1i64..=100).prop_map(Some)];
    vec((0u8..10, any::<Index>(), 0i64..50_000, warn_pct), 0..8)
}

/// A clock with those of the happenings that are possible when they come.
fn clock(tables: &[CalendarId], during: Range<i64>, (target, warn_pct): (i64, i64), happenings: &[Happening]) -> Clock {
    let length = (during.end - during.start) as usize;
    let at = |index: &Index| Instant(during.start + index.index(length) as i64);
    let mut wanted: Vec<_> = happenings.iter().map(|(kind, index, n, pct)| (at(index), *kind, *n, *pct)).collect();
    wanted.sort_unstable();
    let mut clock = Clock {
        kind: ClockKind::Resolution,
        nth: 1,
        start: Instant(during.start),
        target: Secs(target),
        warn_pct,
        calendar: tables[0],
        events: Vec::new(),
        warned_at: None,
        breached_at: None,
    };
    for (at, kind, n, warn_pct) in wanted {
        let event = match kind {
            0..3 => ClockEvent::Pause,
            3..5 => ClockEvent::Resume,
            5 => ClockEvent::Stop,
            6 => ClockEvent::Reopen,
            7 => ClockEvent::Recalendar { calendar: tables[n as usize % tables.len()] },
            _ => ClockEvent::Retarget { target: Secs(n), warn_pct },
        };
        clock.events.push((at, event));
        if clock.check().is_err() {
            clock.events.pop();
        }
    }
    clock
}

fn tables_of(calendars: &[Calendar]) -> (Vec<CalendarId>, Tables) {
    let versions = calendars.iter().enumerate();
    let versions = versions.map(|(n, it)| CalendarVersion { name: n.to_string(), calendar: it.clone() });
    let tables: Vec<_> = versions.map(|it| (it.id(), Arc::new(Timetable::new(it.calendar)))).collect();
    (tables.iter().map(|(id, _)| *id).collect(), tables.into_iter().collect())
}

/// The clock walked second by second.
struct Walk<'a> {
    open: &'a BTreeMap<CalendarId, Vec<bool>>,
    status: Status,
    target: i64,
    warn_pct: i64,
    calendar: CalendarId,
    /// The instant at which `n + 1` seconds had elapsed.
    reached: Vec<i64>,
    ever_at: Option<i64>,
}

impl<'a> Walk<'a> {
    fn start(clock: &Clock, open: &'a BTreeMap<CalendarId, Vec<bool>>) -> Self {
        let Clock { target, warn_pct, calendar, .. } = *clock;
        Self { open, status: Status::Running, target: target.0, warn_pct, calendar, reached: Vec::new(), ever_at: None }
    }

    fn happen(&mut self, at: i64, event: &ClockEvent) {
        match event {
            ClockEvent::Pause => self.status = Status::Paused,
            ClockEvent::Resume | ClockEvent::Reopen => self.status = Status::Running,
            ClockEvent::Stop => self.status = Status::Stopped,
            ClockEvent::Cancel => self.status = Status::Cancelled,
            ClockEvent::Forgive => self.ever_at = None,
            ClockEvent::Recalendar { calendar } => self.calendar = *calendar,
            ClockEvent::Retarget { target, warn_pct } => {
                (self.target, self.warn_pct) = (target.0, warn_pct.unwrap_or(self.warn_pct));
                self.notice(at);
            }
        }
    }

    fn notice(&mut self, at: i64) {
        if self.reached.len() as i64 > self.target {
            self.ever_at.get_or_insert(at);
        }
    }

    /// The second that begins at `at`; the model begins at `zero`.
    fn second(&mut self, at: i64, zero: i64) {
        if self.status == Status::Running && self.open[&self.calendar][(at - zero) as usize] {
            self.reached.push(at + 1);
            self.notice(at);
        }
    }

    /// When `n` seconds had elapsed.
    fn attained(&self, n: i64, start: i64) -> Option<i64> {
        if n <= 0 { Some(start) } else { self.reached.get(n as usize - 1).copied() }
    }
}

/// Walks a clock to `now` and then, to see when it would be due, to the end of the model.
fn walked(clock: &Clock, now: i64, open: &BTreeMap<CalendarId, Vec<bool>>) -> Reading {
    let (start, mut walk) = (clock.start.0, Walk::start(clock, open));
    let mut events = clock.events.iter().peekable();
    let last = clock.events.last().map_or(start, |(at, _)| at.0);
    let now = now.max(last);
    for at in start..=now {
        while let Some((_, event)) = events.next_if(|(when, _)| when.0 == at) {
            walk.happen(at, event);
        }
        if at < now {
            walk.second(at, start);
        }
    }
    let (elapsed, ever_at) = (walk.reached.len() as i64, walk.ever_at);
    (now..start + SPAN).for_each(|at| walk.second(at, start));
    let warn = (walk.target * walk.warn_pct + 99) / 100;
    let at = |n: i64| walk.attained(n, start).map(Instant);
    Reading {
        status: walk.status,
        target: Secs(walk.target),
        warn_pct: walk.warn_pct,
        calendar: walk.calendar,
        elapsed: Secs(elapsed),
        remaining: Secs(walk.target - elapsed),
        due_at: at(walk.target),
        warn_at: at(warn),
        over_at: walk.reached.get(walk.target as usize).map(|end| Instant(end - 1)),
        band: match elapsed {
            _ if elapsed > walk.target => Band::Breached,
            _ if elapsed >= warn => Band::Warn,
            _ => Band::Ok,
        },
        ever_breached: ever_at.is_some(),
        ever_breached_at: ever_at.map(Instant),
    }
}

/// Instants beyond the end of the model, which cannot know them.
fn cut(mut reading: Reading, end: i64) -> Reading {
    for at in [&mut reading.due_at, &mut reading.warn_at] {
        *at = at.filter(|at| at.0 <= end);
    }
    reading.over_at = reading.over_at.filter(|at| at.0 < end);
    reading
}

fn counted(lines: &[Line]) -> i64 {
    let of = |line: &Line| if let Step::Counted { days, each, .. } = line.step { days * each.0 } else { 0 };
    lines.iter().map(of).sum()
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(40))]

    #[test]
    fn working_time_is_what_a_walk_through_every_second_finds(
        (calendar, start) in somewhere(),
        pairs in vec((0..SPAN, 0..SPAN), 20),
    ) {
        let open = open_seconds(&calendar, start);
        let table = Timetable::new(calendar);
        for (a, b) in pairs {
            let (from, to) = (Instant(start + a.min(b)), Instant(start + a.max(b)));
            let within = &open[a.min(b) as usize..a.max(b) as usize];
            let elapsed = within.iter().filter(|open| **open).count() as i64;
            prop_assert_eq!(table.elapsed(from, to), Secs(elapsed));
            let spans = table.spans(from, to);
            prop_assert_eq!(spans.iter().map(|(from, to)| (*to - *from).0).sum::<i64>(), elapsed);
            let mut left = elapsed;
            let reached = within.iter().position(|open| { left -= i64::from(*open); left == 0 });
            let due = reached.map_or(from, |second| from + Secs(second as i64 + 1));
            prop_assert_eq!(table.add(from, Secs(elapsed)), Some(if elapsed == 0 { from } else { due }));
            let opens = open[a.min(b) as usize..].iter().position(|open| *open);
            match opens {
                Some(second) => prop_assert_eq!(table.opens(from), Some(from + Secs(second as i64))),
                None => prop_assert!(table.opens(from).is_none_or(|at| at.0 >= start + SPAN)),
            }
        }
    }

    #[test]
    fn a_clock_reads_as_if_someone_had_watched_every_second(
        (first, start) in somewhere(),
        second in calendar(Tz::Australia__Lord_Howe),
        target in (0i64..60_000, 1i64..=100),
        happenings in happenings(),
        nows in vec(0..SPAN, 3),
    ) {
        let always = Calendar::always();
        let calendars = [first, second, always];
        let (ids, tables) = tables_of(&calendars);
        let open = ids.iter().zip(&calendars).map(|(id, it)| (*id, model(it, start))).collect();
        let clock = clock(&ids, start..start + SPAN / 2, target, &happenings);
        for now in nows {
            let read = clock.read(Instant(start + now), &tables).unwrap();
            prop_assert_eq!(cut(read.clone(), start + SPAN), walked(&clock, start + now, &open));
            prop_assert_eq!(clock.status(), read.status);
            prop_assert_eq!(clock.in_force(), (read.target, read.warn_pct, read.calendar));
            let lines = explain(&clock, Instant(start + now), &tables).unwrap();
            prop_assert_eq!(Secs(counted(&lines)), read.elapsed);
        }
    }
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn splitting_a_span_never_changes_its_sum_and_adding_undoes_counting(
        (calendar, start) in somewhere(),
        mut cuts in vec(0i64..100_000_000, 4),
    ) {
        let table = Timetable::new(calendar);
        cuts.sort_unstable();
        let at: Vec<_> = cuts.iter().map(|cut| Instant(start + cut)).collect();
        let parts: i64 = at.windows(2).map(|pair| table.elapsed(pair[0], pair[1]).0).sum();
        let (first, last) = (at[0], at[3]);
        prop_assert_eq!(table.elapsed(first, last), Secs(parts));
        let due = table.add(first, Secs(parts)).unwrap();
        prop_assert!(due <= last);
        prop_assert_eq!(table.elapsed(first, due), Secs(parts));
        prop_assert!(parts == 0 || table.elapsed(first, due - Secs(1)) == Secs(parts - 1));
    }

    #[test]
    fn a_pause_neither_gains_nor_loses_a_second(
        (calendar, start) in somewhere(),
        mut cuts in vec(0i64..40_000_000, 1..9),
    ) {
        let (ids, tables) = tables_of(&[calendar]);
        cuts.sort_unstable();
        let at: Vec<_> = cuts.iter().map(|cut| Instant(start + cut)).collect();
        let mut clock = clock(&ids, start..start + 1, (40_000_000, 75), &[]);
        let kinds = [ClockEvent::Pause, ClockEvent::Resume].into_iter().cycle();
        clock.events = at.iter().copied().zip(kinds).collect();
        let (now, table) = (Instant(start + 41_000_000), &tables[&ids[0]]);
        let until = at.iter().copied().skip(1).step_by(2).chain([now]);
        let paused: i64 = at.iter().step_by(2).zip(until).map(|(from, to)| table.elapsed(*from, to).0).sum();
        let read = clock.read(now, &tables).unwrap();
        prop_assert_eq!(read.elapsed.0 + paused, table.elapsed(clock.start, now).0);
    }

    #[test]
    fn the_working_of_a_long_clock_adds_up_and_runs_forward(
        (calendar, start) in somewhere(),
        target in (0i64..3_000_000, 1i64..=100),
        happenings in happenings(),
        now in 0i64..9_000_000,
    ) {
        let (ids, tables) = tables_of(&[calendar, Calendar::always()]);
        let clock = clock(&ids, start..start + 6_000_000, target, &happenings);
        let now = Instant(start + now);
        let lines = explain(&clock, now, &tables).unwrap();
        prop_assert!(lines.windows(2).all(|pair| pair[0].at <= pair[1].at));
        prop_assert_eq!(Secs(counted(&lines)), clock.read(now, &tables).unwrap().elapsed);
        let mut total = 0;
        for line in &lines {
            if let Step::Counted { days, each, total: said, until } = line.step {
                total += days * each.0;
                prop_assert_eq!(said, Secs(total));
                prop_assert!(line.at < until);
            }
        }
        let last = lines.last().map(|line| &line.step);
        prop_assert_eq!(last, Some(&Step::Now(Box::new(clock.read(now, &tables).unwrap()))));
    }
}

#[test]
fn a_calendar_that_nobody_has_is_named_and_never_guessed() {
    let (ids, tables) = tables_of(&[Calendar::always()]);
    let unknown = CalendarId::from_bytes([7; 16]);
    let mut clock = clock(&ids, 0..1, (60, 75), &[]);
    clock.events = vec![(Instant(30), ClockEvent::Recalendar { calendar: unknown })];
    assert_eq!(clock.read(Instant(60), &tables), Err(ClockError::UnknownCalendar(unknown)));
    assert_eq!(clock.status(), Status::Running, "what needs no calendar is still known");
}
