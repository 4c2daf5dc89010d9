//! What a list costs, as a ratio of what SQLite itself needs for the same rows on the same machine.
//!
//! `cargo bench --bench queue`; `TIERDESK_BENCH_N=1000,1000000` chooses other sizes. Stores are kept under
//! `target/bench-stores` and made again when the schema changes.

mod store;

use std::hint::black_box;
use std::time::{Duration, Instant as Clock};

use rusqlite::{Connection, params};
use tierdesk::domain::filter::{Filter, parse};
use tierdesk::domain::role::Tier;
use tierdesk::domain::text::Login;
use tierdesk::store::Store;
use tierdesk::store::select::Asker;

/// One comparison.
struct Line<'a> {
    name: &'a str,
    ours: Duration,
    floor: Duration,
    /// The most that the ratio should be.
    goal: f64,
}

fn main() {
    let sizes = std::env::var("TIERDESK_BENCH_N").unwrap_or_else(|_| "1000,100000".to_owned());
    for size in sizes.split(',') {
        let size: u32 = size.trim().parse().expect("TIERDESK_BENCH_N is a list of numbers");
        let path = store::at(size);
        let ours = Store::open_reader(&path, "ann").expect("the store of the bench opens");
        let raw = Connection::open(&path).expect("the store of the bench opens");
        println!("{size} tickets\n{:<44} {:>9} {:>9} {:>6} {:>5}", "name", "ours ms", "floor ms", "ratio", "goal");
        pages(&ours, &raw);
        badges(&ours, &raw);
        searches(&ours, &raw);
        combinations(&ours, &raw);
        past(&ours, &raw);
    }
}

/// Median of repeated runs, the first ones left out.
fn median(mut run: impl FnMut()) -> Duration {
    for _ in 0..3 {
        run();
    }
    let began = Clock::now();
    let mut times = Vec::new();
    while times.len() < 15 || (times.len() < 200 && began.elapsed() < Duration::from_millis(300)) {
        let start = Clock::now();
        run();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}

impl Line<'_> {
    fn print(&self) {
        let ratio = self.ours.as_secs_f64() / self.floor.as_secs_f64();
        let verdict = if ratio <= self.goal { "ok" } else { "MISS" };
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        println!(
            "{:<44} {:>9.3} {:>9.3} {ratio:>6.2} {:>5.2} {verdict}",
            self.name,
            ms(self.ours),
            ms(self.floor),
            self.goal
        );
    }
}

fn asker() -> Asker {
    let me = Login::new("tech7").expect("a login");
    Asker { me, tiers: vec![Tier::One], now: store::NOW, zone: chrono_tz::Tz::Europe__Berlin }
}

fn filter(text: &str) -> Filter {
    parse(text).expect("a filter of the bench")
}

fn page_of(ours: &Store, text: &str, limit: u32) -> Duration {
    let (filter, asker) = (filter(text), asker());
    median(|| {
        black_box(ours.page(&filter, &asker, limit, None).expect("a page"));
    })
}

/// Reads every column of every row of a prepared statement.
fn read_all(statement: &mut rusqlite::Statement<'_>, values: impl rusqlite::Params) -> usize {
    let columns = statement.column_count();
    let mut rows = statement.query(values).expect("a query");
    let mut n = 0;
    while let Some(row) = rows.next().expect("a row") {
        for column in 0..columns {
            black_box(row.get_ref(column).expect("a column"));
        }
        n += 1;
    }
    n
}

/// A page of 200 against a plain loop over the same rows.
fn pages(ours: &Store, raw: &Connection) {
    let mut plain = raw
        .prepare(
            "SELECT ticket.agg, ticket.rid, ticket.kind, ticket.code, ticket.n, title, state, tier, priority, assignee,
                    contact.handle, ticket.vip, category, subcategory, pending_reason, opened_at, updated_at, due_at,
                    escalation, returns, reopen_count, marks, acknowledged_at, risk_at, over_at, due_kind, due_calendar
             FROM ticket INDEXED BY ticket_queue LEFT JOIN contact ON contact.agg = ticket.requester
             WHERE shelf > 0 AND shelf = 1 ORDER BY due_at, priority, opened_at, rid LIMIT 200",
        )
        .expect("the floor");
    let floor = median(|| {
        black_box(read_all(&mut plain, []));
    });
    let line = |name, ours| Line { name, ours, floor, goal: 1.5 }.print();
    line("page of 200, tier 1", page_of(ours, "is:open tier:1", 200));
    line("page of 200, every tier", page_of(ours, "is:open", 200));
    let first = ours.page(&filter("is:open tier:1"), &asker(), 40, None).expect("a page");
    let (behind, asker) = (first.next, asker());
    let next = filter("is:open tier:1");
    line(
        "the next page",
        median(|| {
            black_box(ours.page(&next, &asker, 200, behind.as_ref()).expect("a page"));
        }),
    );
}

fn badges(ours: &Store, raw: &Connection) {
    let mut one = raw.prepare("SELECT n FROM badge WHERE shelf = 1 AND owner = '*'").expect("the floor");
    let floor = median(|| {
        black_box(read_all(&mut one, []));
    });
    let me = asker().me;
    let time = median(|| {
        black_box(ours.badges(Tier::One, &me).expect("badges"));
    });
    Line { name: "numbers on the tabs of one tier", ours: time, floor, goal: 3.0 }.print();
    let late = "SELECT count(*) FROM ticket INDEXED BY ticket_risk WHERE shelf > 0 AND shelf = 1 AND risk_at <= ?1";
    let mut late = raw.prepare(late).expect("the floor");
    let floor = median(|| {
        black_box(read_all(&mut late, [asker().now.0]));
    });
    let time = median(|| {
        black_box(ours.pressing(Tier::One, asker().now).expect("what is late"));
    });
    Line { name: "how many are late or at risk in one tier", ours: time, floor, goal: 2.0 }.print();
}

/// The first 50 of a search against 50 rows fetched one by one.
fn searches(ours: &Store, raw: &Connection) {
    let rids: Vec<i64> = raw
        .prepare("SELECT rid FROM ticket ORDER BY rid DESC LIMIT 50")
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .expect("the floor");
    let mut by_id = raw.prepare("SELECT * FROM ticket WHERE rid = ?1").expect("the floor");
    let floor = median(|| {
        for rid in &rids {
            black_box(read_all(&mut by_id, params![rid]));
        }
    });
    for (name, text) in [
        ("a common word, all tickets", "\"printer\""),
        ("a common word, open in tier 1", "is:open tier:1 \"printer\""),
        ("two common words, open", "is:open \"printer\" \"outlook\""),
        ("a word of one in a hundred, all tickets", "\"w13\""),
        ("a rare word, all tickets", "\"w1999\""),
        ("one letter, open in tier 1", "is:open tier:1 p"),
        ("two letters, all tickets", "pr"),
        ("three letters, all tickets", "pri"),
        ("a common word, mine", "is:open owner:me \"printer\""),
    ] {
        Line { name, ours: page_of(ours, text, 50), floor, goal: 5.0 }.print();
    }
}

/// Filters of every kind over the open tickets against one walk of their index.
fn combinations(ours: &Store, raw: &Connection) {
    let mut scan = raw
        .prepare(
            "SELECT count(*) FROM ticket INDEXED BY ticket_queue
             WHERE shelf > 0 AND assignee IS NULL AND category = 'fix' AND symptom = 'nothing'",
        )
        .expect("the floor");
    let floor = median(|| {
        black_box(read_all(&mut scan, []));
    });
    for text in [
        "is:open owner:none cat:fix/crash",
        "is:open symptom:hang source:walk_in impact:high urgency:low",
        "is:open app:outlook prio:1",
        "is:open tag:vpn",
        "is:open req:r12",
        "is:open site:s3 mode:proactive",
        "is:open -owner:none -type:incident",
        "is:open (tag:vpn | app:teams) -is:vip age:>4h",
        "is:open is:returned is:reopened is:vip",
        "is:open is:escalated",
        "is:open owner:nobody-of-this-name",
        "is:open printer owner:none prio:<=2",
        "is:open is:breached",
        "is:open sla:risk,paused",
        "is:open due:<2h owner:none",
        "is:open sort:-sla",
        "is:open sort:-idle",
        "is:open group:owner sort:prio",
    ] {
        Line { name: text, ours: page_of(ours, text, 200), floor, goal: 2.0 }.print();
    }
    let (counted, asker) = (filter("is:open owner:none prio:<=3"), asker());
    let time = median(|| {
        black_box(ours.count(&counted, &asker, 1_000_000).expect("a count"));
    });
    Line { name: "count of is:open owner:none prio:<=3", ours: time, floor, goal: 2.0 }.print();
}

/// Filters that reach into the past against one walk of its index.
fn past(ours: &Store, raw: &Connection) {
    let mut scan = raw
        .prepare("SELECT count(*) FROM ticket INDEXED BY ticket_past WHERE shelf = 0 AND symptom = 'nothing'")
        .expect("the floor");
    let floor = median(|| {
        black_box(read_all(&mut scan, []));
    });
    for text in [
        "",
        "status:closed",
        "resolved:-2d",
        "created:2026-03-01..2026-03-02",
        "req:=r12",
        "INC-77",
        "tag:vpn app:outlook",
        "status:resolved symptom:hang source:walk_in impact:high urgency:low is:vip prio:5",
        "-is:open owner:nobody-of-this-name",
    ] {
        Line { name: text, ours: page_of(ours, text, 200), floor, goal: 2.0 }.print();
    }
}
