//! What reading clocks costs in one thread, as a ratio of walking day by day through the same windows.
//!
//! `cargo bench --bench clock`; `TIERDESK_BENCH_N=1000,1000000` chooses other numbers of clocks. Every figure of the
//! walk is compared with ours before anything is measured.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use chrono::{Days, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::{GapInfo, Tz};
use tierdesk::domain::clock::timetable::Timetable;
use tierdesk::domain::clock::version::{CalendarId, CalendarVersion};
use tierdesk::domain::clock::{Clock, ClockEvent, ClockKind, Timetables};
use tierdesk::domain::policy::{Calendar, Window};
use tierdesk::domain::time::{Instant, Secs};

type Tables = BTreeMap<CalendarId, Arc<Timetable>>;

/// 2026-11-24T13:00:00Z
const NOW: Instant = Instant(1_795_525_200);

fn main() {
    let sizes = std::env::var("TIERDESK_BENCH_N").unwrap_or_else(|_| "1000,100000".to_owned());
    for size in sizes.split(',') {
        let size: usize = size.trim().parse().expect("TIERDESK_BENCH_N is a list of numbers");
        let tables = tables();
        let clocks = clocks(size, &tables);
        compare(&clocks, &tables);
        println!("{size} clocks\n{:<44} {:>9} {:>9} {:>7} {:>8}", "name", "ours ms", "walk ms", "ratio", "goal ms");
        measure(&clocks, &tables);
    }
}

fn measure(clocks: &[Clock], tables: &Tables) {
    // 100 000 in 100 ms.
    let goal = |clocks: &[Clock]| Duration::from_micros(clocks.len() as u64);
    let each = |clocks: &[Clock], run: fn(&Clock, &Tables)| median(|| clocks.iter().for_each(|it| run(it, tables)));
    let ours = each(clocks, |clock, tables| {
        black_box(clock.read(NOW, tables).expect("a clock of the bench"));
    });
    let walk = each(clocks, |clock, tables| {
        black_box((walk::due(clock, tables), walk::elapsed(clock, tables)));
    });
    line("reading: due, remaining, warning, breach", ours, Some(walk), goal(clocks));

    let plain: Vec<Clock> = clocks.iter().filter(|clock| clock.events.is_empty()).cloned().collect();
    let ours = each(&plain, |clock, tables| {
        black_box(table_of(clock, tables).add(clock.start, clock.target));
    });
    let walk = each(&plain, |clock, tables| {
        black_box(walk::due(clock, tables));
    });
    line("due instant, two thirds without a pause", ours, Some(walk), goal(&plain));

    let ours = each(&plain, |clock, tables| {
        black_box(table_of(clock, tables).elapsed(clock.start, NOW));
    });
    let walk = each(&plain, |clock, tables| {
        black_box(walk::elapsed(clock, tables));
    });
    line("working time until now, the same", ours, Some(walk), goal(&plain));

    let ours = median(|| {
        for table in self::tables().values() {
            black_box(table.elapsed(NOW - Secs::days(730), NOW));
        }
    });
    line("three calendars laid out, three years each", ours, None, Duration::from_millis(5));
}

fn table_of(clock: &Clock, tables: &Tables) -> Arc<Timetable> {
    tables.timetable(clock.calendar).expect("a calendar of the bench")
}

fn line(name: &str, ours: Duration, walk: Option<Duration>, goal: Duration) {
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let verdict = if ours <= goal { "ok" } else { "MISS" };
    let (walked, ratio) = match walk {
        Some(walk) => (format!("{:.3}", ms(walk)), format!("{:.3}", ours.as_secs_f64() / walk.as_secs_f64())),
        None => Default::default(),
    };
    println!("{name:<44} {:>9.3} {walked:>9} {ratio:>7} {:>8.3} {verdict}", ms(ours), ms(goal));
}

/// Median of repeated runs, the first left out.
fn median(mut run: impl FnMut()) -> Duration {
    run();
    let began = Stopwatch::now();
    let mut times = Vec::new();
    while times.len() < 5 || (times.len() < 200 && began.elapsed() < Duration::from_millis(300)) {
        let start = Stopwatch::now();
        run();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}

fn tables() -> Tables {
    let calendars = [
        (Tz::Europe__Berlin, vec!["08:00-18:00"], 5),
        (Tz::America__New_York, vec!["09:00-12:30", "13:30-17:30"], 5),
        (Tz::Australia__Sydney, vec!["00:00-06:00", "22:00-24:00"], 7),
    ];
    let tables = calendars.into_iter().map(|(zone, windows, days)| {
        let windows: Vec<Window> = windows.iter().map(|text| text.parse().expect("a window")).collect();
        let mut calendar = Calendar { zone, always: false, ..Calendar::always() };
        calendar.weekly[..days].fill(windows);
        for day in [(1, 1), (5, 1), (12, 25), (12, 26)] {
            calendar.yearly.insert(day, Vec::new());
        }
        let version = CalendarVersion { name: zone.to_string(), calendar };
        (version.id(), Arc::new(Timetable::new(version.calendar)))
    });
    tables.collect()
}

/// Open clocks of the last sixty days; a third has been paused once, and half of those still is.
fn clocks(size: usize, tables: &Tables) -> Vec<Clock> {
    let ids: Vec<_> = tables.keys().copied().collect();
    let targets = [2, 8, 24, 48, 120];
    let one = |n: usize| {
        // Spread by a multiplier that shares no factor with the lengths it is cut by.
        let spread = |within: i64| (n as i64).wrapping_mul(2_654_435_761).rem_euclid(within);
        let start = NOW - Secs(spread(60 * 86_400) + 1);
        let pause = start + Secs(spread((NOW - start).0));
        let resume = pause + Secs((NOW - pause).0 / 2);
        let events = match n % 6 {
            0 => vec![(pause, ClockEvent::Pause)],
            1 => vec![(pause, ClockEvent::Pause), (resume, ClockEvent::Resume)],
            _ => Vec::new(),
        };
        Clock {
            kind: ClockKind::Resolution,
            nth: 1,
            start,
            target: Secs::hours(targets[n % targets.len()]),
            warn_pct: 75,
            calendar: ids[n / 7 % ids.len()],
            events,
            warned_at: None,
            breached_at: None,
        }
    };
    (0..size).map(one).collect()
}

fn compare(clocks: &[Clock], tables: &Tables) {
    for clock in clocks {
        let reading = clock.read(NOW, tables).expect("a clock of the bench");
        let walked = (walk::due(clock, tables), walk::elapsed(clock, tables));
        assert_eq!((reading.due_at, reading.elapsed), walked, "{clock:?}");
    }
}

/// The same figures without tables: from civil day to civil day, asking the zone for every edge.
mod walk {
    use super::{
        Calendar, Clock, ClockEvent, Days, GapInfo, Instant, LocalResult, NOW, NaiveDate, NaiveTime, Secs, Tables,
        TimeDelta, TimeZone, Tz, table_of,
    };

    fn edge(zone: Tz, date: NaiveDate, minute: u16) -> Instant {
        let reading = date.and_time(NaiveTime::MIN) + TimeDelta::minutes(minute.into());
        Instant(match zone.from_local_datetime(&reading) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.timestamp(),
            LocalResult::None => {
                GapInfo::new(&reading, &zone).and_then(|gap| gap.end).expect("the end of a gap").timestamp()
            }
        })
    }

    fn spans(calendar: &Calendar, from: Instant) -> impl Iterator<Item = (Instant, Instant)> + '_ {
        let date = calendar.zone.from_utc_datetime(&from.utc().naive_utc()).date_naive();
        let dates = (date - Days::new(2)).iter_days().take(3_660);
        let edges = dates.flat_map(|date| calendar.windows_of(date).iter().map(move |window| (date, window)));
        let zone = calendar.zone;
        let spans = edges.map(move |(date, window)| (edge(zone, date, window.start), edge(zone, date, window.end)));
        spans.filter(move |(start, end)| start < end && from < *end)
    }

    fn business(calendar: &Calendar, from: Instant, to: Instant) -> Secs {
        let within = spans(calendar, from).take_while(|(start, _)| *start < to);
        Secs(within.map(|(start, end)| (end.min(to) - start.max(from)).0).sum())
    }

    fn add(calendar: &Calendar, from: Instant, mut n: Secs) -> Option<Instant> {
        for (start, end) in spans(calendar, from) {
            let start = start.max(from);
            if end - start >= n {
                return Some(start + n);
            }
            n = Secs(n.0 - (end - start).0);
        }
        None
    }

    /// From when to when it ran; the last time until now, if it runs.
    fn runs(clock: &Clock) -> (Vec<(Instant, Instant)>, bool) {
        let (mut runs, mut since) = (Vec::new(), Some(clock.start));
        for (at, event) in &clock.events {
            match (event, since) {
                (ClockEvent::Pause, Some(from)) => {
                    runs.push((from, *at));
                    since = None;
                }
                _ => since = Some(*at),
            }
        }
        runs.extend(since.map(|from| (from, NOW)));
        (runs, since.is_some())
    }

    pub fn elapsed(clock: &Clock, tables: &Tables) -> Secs {
        let table = table_of(clock, tables);
        Secs(runs(clock).0.iter().map(|(from, to)| business(table.calendar(), *from, *to).0).sum())
    }

    pub fn due(clock: &Clock, tables: &Tables) -> Option<Instant> {
        let table = table_of(clock, tables);
        let (runs, running) = runs(clock);
        let mut left = clock.target;
        for (n, (from, to)) in runs.iter().enumerate() {
            if running && n + 1 == runs.len() {
                return add(table.calendar(), *from, left);
            }
            let elapsed = business(table.calendar(), *from, *to);
            if left <= elapsed {
                return add(table.calendar(), *from, left);
            }
            left = Secs(left.0 - elapsed.0);
        }
        None
    }
}
