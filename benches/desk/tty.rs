//! A program in a pty, and the instant at which each of its frames was whole.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

pub const BEGIN: &[u8] = b"\x1b[?2026h";
pub const END: &[u8] = b"\x1b[?2026l";
/// Size of the terminal.
pub const COLS: u16 = 140;
pub const ROWS: u16 = 40;
/// How long a bench waits before it gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came until the end of a synchronized update.
#[derive(Debug)]
pub struct Frame {
    pub at: Instant,
    pub bytes: usize,
}

/// A terminal with a program in it. Dropping it kills the program.
pub struct Tty {
    pub began: Instant,
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    heard: Receiver<(Instant, Vec<u8>)>,
    /// Came, and belongs to no whole frame yet.
    rest: Vec<u8>,
    _line: Box<dyn MasterPty + Send>,
}

impl Tty {
    /// The console of a store.
    pub fn console(store: &Path) -> Self {
        Self::start(OsStr::new(env!("CARGO_BIN_EXE_tierdesk")), &[OsStr::new("--store"), store.as_os_str()], &[])
    }

    pub fn start(program: &OsStr, args: &[&OsStr], env: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: ROWS, cols: COLS, pixel_width: 0, pixel_height: 0 };
        let pty = native_pty_system().openpty(size).expect("a pty");
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        command.args(args);
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin")] {
            command.env(name, value);
        }
        for (name, value) in env {
            command.env(name, value);
        }
        let reader = pty.master.try_clone_reader().expect("the other side of the pty");
        let keys = pty.master.take_writer().expect("the other side of the pty");
        let began = Instant::now();
        let child = pty.slave.spawn_command(command).expect("the program starts");
        let (send, heard) = channel();
        thread::spawn(move || {
            let mut reader = reader;
            let mut buffer = [0; 65_536];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if send.send((Instant::now(), buffer[..n].to_vec())).is_err() {
                    return;
                }
            }
        });
        Self { began, child, keys, heard, rest: Vec::new(), _line: pty.master }
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("it runs")
    }

    /// Presses keys; the instant before.
    pub fn press(&mut self, keys: &str) -> Instant {
        let at = Instant::now();
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("the program listens");
        at
    }

    /// Waits for the next whole frame.
    pub fn frame(&mut self) -> Frame {
        self.frame_within(PATIENCE).expect("a frame")
    }

    /// The next whole frame, if it comes in time.
    pub fn frame_within(&mut self, patience: Duration) -> Option<Frame> {
        let until = Instant::now() + patience;
        loop {
            let (at, bytes) = self.heard.recv_timeout(until.saturating_duration_since(Instant::now())).ok()?;
            self.rest.extend_from_slice(&bytes);
            if let Some(end) = self.rest.windows(END.len()).rposition(|window| window == END) {
                let bytes = end + END.len();
                self.rest.drain(..bytes);
                return Some(Frame { at, bytes });
            }
        }
    }

    /// The last frame until nothing has come for that long, and the bytes of all of them.
    pub fn settled(&mut self, quiet: Duration) -> Option<Frame> {
        let mut all: Option<Frame> = None;
        while let Some(frame) = self.frame_within(quiet) {
            let bytes = all.map_or(0, |before| before.bytes) + frame.bytes;
            all = Some(Frame { bytes, ..frame });
        }
        all
    }

    /// Bytes that come within that time.
    pub fn bytes_within(&mut self, time: Duration) -> usize {
        let until = Instant::now() + time;
        let mut bytes = 0;
        while let Ok((_, more)) = self.heard.recv_timeout(until.saturating_duration_since(Instant::now())) {
            bytes += more.len();
        }
        bytes
    }

    /// Waits until the program has ended; the instant after.
    pub fn ended(&mut self) -> Instant {
        self.child.wait().expect("the program ends");
        Instant::now()
    }

    /// Resident memory of the program in KiB.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the kernel says");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
