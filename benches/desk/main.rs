//! What the finished program costs, as a ratio of a floor measured in the same run: whole processes, the console in a
//! pty, commits, crowds of writers, imports and rebuilds.
//!
//! `cargo bench --bench desk` measures all; `cargo bench --bench desk -- console` one part.
//! `TIERDESK_BENCH_N=1000,1000000` chooses the sizes in tickets; `TIERDESK_DATA` names a folder with published logs to
//! import and texts to compare. Floors, writers and the like are this program again, told by its first argument what to be.

mod console;
mod figure;
mod floor;
mod process;
mod similar;
mod staff;
#[path = "../store/mod.rs"]
mod store;
mod tty;
mod write;

use std::path::PathBuf;

/// A part of the report.
type Part = (&'static str, fn(&[Size]));

/// A store to measure at.
pub struct Size {
    pub tickets: u32,
    pub path: PathBuf,
}

const PARTS: [Part; 4] = [
    ("process", process::measure),
    ("console", console::measure),
    ("write", write::measure),
    ("similar", similar::measure),
];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if let Some(role) = floor::role(&args) {
        return role;
    }
    let sizes = figure::sizes().into_iter().map(|tickets| Size { tickets, path: staff::staffed(tickets) });
    let sizes: Vec<Size> = sizes.collect();
    for (name, measure) in PARTS {
        if args.is_empty() || args.iter().any(|arg| arg == name) {
            println!("\n{name}");
            measure(&sizes);
        }
    }
}
