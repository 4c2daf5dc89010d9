//! Lines of a report: what was measured, the floor of the same run, their ratio, and the goal.

use std::time::Duration;

/// Prints the heading of one size.
pub fn heading(tickets: u32) {
    println!("{tickets} tickets\n{:<52} {:>12} {:>12} {:>7} {:>18}", "name", "ours", "floor", "ratio", "goal");
}

/// Sizes to measure at, smallest first.
pub fn sizes() -> Vec<u32> {
    let sizes = std::env::var("TIERDESK_BENCH_N").unwrap_or_else(|_| "1000,100000".to_owned());
    let size = |text: &str| text.trim().parse().expect("TIERDESK_BENCH_N is a list of numbers");
    let mut sizes: Vec<u32> = sizes.split(',').map(size).collect();
    sizes.sort_unstable();
    sizes
}

/// A time against a floor: at most so many times as long.
pub fn ratio(name: &str, ours: Duration, floor: Duration, most: f64) {
    let ratio = ours.as_secs_f64() / floor.as_secs_f64().max(1e-9);
    line(name, &ms(ours), &ms(floor), &format!("{ratio:.2}"), &format!("<= {most}x"), ratio <= most);
}

/// A time that no machine should exceed.
pub fn within(name: &str, ours: Duration, most: Duration) {
    line(name, &ms(ours), "", "", &format!("<= {}", ms(most)), ours <= most);
}

/// A number that should not be exceeded.
pub fn at_most(name: &str, ours: u64, most: u64, unit: &str) {
    line(name, &format!("{ours} {unit}"), "", "", &format!("<= {most} {unit}"), ours <= most);
}

/// A number that should be reached.
pub fn at_least(name: &str, ours: u64, least: u64, unit: &str) {
    line(name, &format!("{ours} {unit}"), "", "", &format!(">= {least} {unit}"), ours >= least);
}

fn line(name: &str, ours: &str, floor: &str, ratio: &str, goal: &str, holds: bool) {
    let verdict = if holds { "ok" } else { "MISS" };
    println!("{name:<52} {ours:>12} {floor:>12} {ratio:>7} {goal:>18} {verdict}");
}

fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1e3;
    if ms < 10.0 { format!("{ms:.3} ms") } else { format!("{ms:.1} ms") }
}

/// Times in order, for medians and the like.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub fn median(&self) -> Duration {
        self.rank(0.5)
    }

    pub fn p99(&self) -> Duration {
        self.rank(0.99)
    }

    /// The longest.
    pub fn most(&self) -> Duration {
        self.rank(1.0)
    }

    fn rank(&self, part: f64) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = (sorted.len() as f64 * part).ceil() as usize;
        sorted[at.clamp(1, sorted.len()) - 1]
    }
}

impl FromIterator<Duration> for Times {
    fn from_iter<I: IntoIterator<Item = Duration>>(times: I) -> Self {
        Self(times.into_iter().collect())
    }
}

/// Processor time that this thread has used.
pub fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("the kernel counts processor time");
    let nanos = text.split(' ').next().and_then(|word| word.parse().ok()).expect("a count of nanoseconds");
    Duration::from_nanos(nanos)
}
