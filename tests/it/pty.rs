//! A person at a terminal: the built program in a real pty, keys in, the screen as that person sees it.
//!
//! The screen is looked at between frames only (the program ends each with the end of a synchronized update), and
//! every wait is for something to be seen, with a deadline that a loaded machine meets.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// How long a person waits before giving up.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// A look that does not wait for the screen comes again after this long.
pub const GLANCE: Duration = Duration::from_millis(10);

const FRAME_END: &[u8] = b"\x1b[?2026l";

/// Size of a terminal: columns, rows.
pub type Cells = (u16, u16);

/// What has come from the program.
struct Heard {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    /// Ends of frames so far.
    frames: usize,
    /// The screen after the last frame.
    shown: String,
    /// The program closed its side, or nobody listens any more.
    over: bool,
    /// The terminal is to go away at the next byte.
    leave: bool,
}

impl Heard {
    fn hear(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.bytes.push(*byte);
            self.parser.process(std::slice::from_ref(byte));
            if self.bytes.ends_with(FRAME_END) {
                self.frames += 1;
                self.shown = self.parser.screen().contents();
            }
        }
    }
}

type Ear = Arc<(Mutex<Heard>, Condvar)>;

/// A terminal with the program in it. Dropping it kills the program.
pub struct Tty {
    child: Box<dyn Child + Send + Sync>,
    /// None once the person has hung up.
    line: Option<(Box<dyn MasterPty + Send>, Box<dyn Write + Send>)>,
    ear: Ear,
}

impl Tty {
    /// The console of a store as one of its people, once its first frame is there.
    pub fn console(store: &Path, who: &str, size: Cells) -> Self {
        let store = store.to_str().unwrap();
        let mut tty = Self::start(size, env!("CARGO_BIN_EXE_tierdesk"), &["--store", store, "--as", who], &[]);
        tty.until("the first frame", |_, heard| heard.frames > 0);
        tty
    }

    /// Any program, in an environment that says nothing but the size, and what is given.
    pub fn start(size: Cells, program: &str, args: &[&str], env: &[(&str, &str)]) -> Self {
        let pty = native_pty_system().openpty(of(size)).unwrap();
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        command.args(args);
        command.cwd(std::env::temp_dir());
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C"), ("PATH", "/usr/bin:/bin")].iter().chain(env) {
            command.env(name, value);
        }
        let child = pty.slave.spawn_command(command).unwrap();
        let heard = Heard {
            parser: vt100::Parser::new(cells(size.1), cells(size.0), 0),
            bytes: Vec::new(),
            frames: 0,
            shown: String::new(),
            over: false,
            leave: false,
        };
        let ear: Ear = Arc::new((Mutex::new(heard), Condvar::new()));
        let (reader, ears) = (pty.master.try_clone_reader().unwrap(), Arc::clone(&ear));
        thread::spawn(move || listen(reader, &ears));
        let writer = pty.master.take_writer().unwrap();
        Self { child, line: Some((pty.master, writer)), ear }
    }

    /// Presses keys: names between spaces, and text between quotes: `e 2 'roll back' ctrl-s`.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        self.send(&bytes_of(keys))
    }

    pub fn send(&mut self, bytes: &[u8]) -> &mut Self {
        let (_, writer) = self.line.as_mut().expect("the line is up");
        writer.write_all(bytes).and_then(|()| writer.flush()).unwrap();
        self
    }

    /// Waits until the screen shows a text.
    pub fn sees(&mut self, text: &str) -> &mut Self {
        self.until(&format!("`{text}`"), |screen, _| screen.contains(text));
        self
    }

    /// Waits until a text has come, on a terminal that has no frames.
    pub fn reads(&mut self, text: &str) -> &mut Self {
        let bytes = text.as_bytes();
        self.until(&format!("`{text}`"), |_, heard| heard.bytes.windows(bytes.len()).any(|part| part == bytes));
        self
    }

    /// Waits until the screen shows a text no longer.
    pub fn misses(&mut self, text: &str) -> &mut Self {
        self.until(&format!("no `{text}`"), |screen, _| !screen.contains(text));
        self
    }

    /// The screen after the last frame.
    pub fn screen(&self) -> String {
        self.ear.0.lock().unwrap().shown.clone()
    }

    /// The terminal's own record of its state, after whatever came.
    pub fn state<T>(&self, ask: impl FnOnce(&vt100::Screen) -> T) -> T {
        ask(self.ear.0.lock().unwrap().parser.screen())
    }

    /// How many bytes have come so far.
    pub fn heard(&self) -> usize {
        self.ear.0.lock().unwrap().bytes.len()
    }

    /// The bytes that came after that many.
    pub fn bytes_after(&self, heard: usize) -> Vec<u8> {
        self.ear.0.lock().unwrap().bytes[heard..].to_vec()
    }

    pub fn frames(&self) -> usize {
        self.ear.0.lock().unwrap().frames
    }

    /// Waits for one more frame than there were.
    pub fn frame_after(&mut self, frames: usize) -> &mut Self {
        self.until("another frame", |_, heard| heard.frames > frames);
        self
    }

    pub fn resize(&mut self, size: Cells) -> &mut Self {
        let (master, _) = self.line.as_ref().expect("the line is up");
        self.ear.0.lock().unwrap().parser.screen_mut().set_size(cells(size.1), cells(size.0));
        master.resize(of(size)).unwrap();
        self
    }

    pub fn signal(&mut self, signal: Signal) -> &mut Self {
        kill_process(self.pid(), signal).unwrap();
        self
    }

    /// Waits until the program is stopped, as a shell would see it.
    pub fn is_stopped(&mut self) -> &mut Self {
        let stat = format!("/proc/{}/stat", self.pid().as_raw_nonzero());
        let stopped = || {
            let text = std::fs::read_to_string(&stat).unwrap_or_default();
            text.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T'))
        };
        assert!(patiently(stopped), "the program did not stop; the screen is\n{}", self.screen());
        self
    }

    /// The connection is lost: no terminal is left on this end.
    pub fn hang_up(&mut self) -> &mut Self {
        // The listener holds the terminal too, and lets it go at the next byte that the program sends.
        self.ear.0.lock().unwrap().leave = true;
        self.keys("ctrl-l");
        self.until("the last byte", |_, heard| heard.over);
        self.line = None;
        self
    }

    /// Waits until the program has ended; its exit code.
    pub fn ended(&mut self) -> u32 {
        let mut status = None;
        let child = &mut self.child;
        patiently(|| {
            status = child.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap_or_else(|| panic!("the program goes on; the screen is\n{}", self.screen())).exit_code()
    }

    /// Waits until everything that the ended program wrote has come.
    pub fn is_over(&mut self) -> &mut Self {
        self.until("the end", |_, heard| heard.over);
        self
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.process_id().expect("it runs")).unwrap()).unwrap()
    }

    fn until(&mut self, what: &str, holds: impl Fn(&str, &Heard) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let (lock, changed) = &*self.ear;
        let mut heard = lock.lock().unwrap();
        while !holds(&heard.shown, &heard) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let screen = heard.parser.screen().contents();
                drop(heard);
                panic!("waited for {what}; the screen is\n{screen}");
            }
            heard = changed.wait_timeout(heard, left).unwrap().0;
        }
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(mut reader: Box<dyn Read + Send>, ear: &Ear) {
    let mut buffer = [0; 4096];
    loop {
        let read = reader.read(&mut buffer).unwrap_or(0);
        let mut heard = ear.0.lock().unwrap();
        heard.hear(&buffer[..read]);
        if read == 0 || heard.leave {
            break;
        }
        drop(heard);
        ear.1.notify_all();
    }
    drop(reader);
    ear.0.lock().unwrap().over = true;
    ear.1.notify_all();
}

/// Looks again and again, until it holds or the deadline is over.
pub fn patiently(mut holds: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if holds() {
            return true;
        }
        thread::sleep(GLANCE);
    }
    holds()
}

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a terminal has cells")
}

const fn of((cols, rows): Cells) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

/// Key presses in a line of keys; text between quotes is not counted.
pub fn presses(keys: &str) -> usize {
    keys.split('\'').step_by(2).map(|part| part.split_whitespace().count()).sum()
}

/// What a terminal sends for a line of keys.
pub fn bytes_of(keys: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (n, part) in keys.split('\'').enumerate() {
        if n % 2 == 1 {
            bytes.extend_from_slice(part.as_bytes());
        } else {
            part.split_whitespace().for_each(|key| bytes.extend(key_bytes(key)));
        }
    }
    bytes
}

fn key_bytes(name: &str) -> Vec<u8> {
    let named: HashMap<&str, &str> = [
        ("enter", "\r"),
        ("esc", "\x1b"),
        ("tab", "\t"),
        ("shift-tab", "\x1b[Z"),
        ("space", " "),
        ("backspace", "\x7f"),
        ("up", "\x1b[A"),
        ("down", "\x1b[B"),
        ("right", "\x1b[C"),
        ("left", "\x1b[D"),
        ("f1", "\x1bOP"),
        ("f2", "\x1bOQ"),
        ("f3", "\x1bOR"),
        ("f5", "\x1b[15~"),
        ("f10", "\x1b[21~"),
    ]
    .into();
    match (named.get(name), name.strip_prefix("ctrl-")) {
        (Some(bytes), _) => bytes.as_bytes().to_vec(),
        (None, Some(letter)) => vec![letter.as_bytes()[0] & 0x1f],
        (None, None) => {
            assert_eq!(name.chars().count(), 1, "there is no key {name}");
            name.as_bytes().to_vec()
        }
    }
}
