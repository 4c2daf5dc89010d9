//! The terminal: taken, drawn on, waited on, and always given back as it was found.
//!
//! - [`wire`]: frames to bytes
//! - [`signal`]: stop, continue, resize, quit from outside
//! - [`bell`]: news made heard; [`clipboard`]: text for the clipboard of the person's own terminal
//!
//! Whatever ends the program (a return, a panic, SIGTERM, a lost connection), the terminal is restored first.

pub mod bell;
pub mod clipboard;
mod signal;
mod wire;

use std::io::{self, IsTerminal, Stdout, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use anyhow::Context;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::layout::Size;
use ratatui::{Frame, Terminal};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use self::signal::Signals;
use self::wire::Wire;
use super::key::{Decoder, Input};

/// Alternate screen, cleared, bracketed paste, cursor hidden.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[2J\x1b[?2004h\x1b[?25l";
/// The reverse of everything above and below, in an order that any state survives.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[0m\x1b[?25h\x1b[?1049l";
/// Clicks and the wheel, but no movement.
const MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1006h";

/// How the terminal is used.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub mouse: bool,
    /// How long a lone `Esc` waits for the rest of a sequence.
    pub guard: Duration,
}

/// Something to handle before the next frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Woken {
    Input(Input),
    /// The terminal has another size, or shows something else: draw.
    Repaint,
    /// The outside asked to quit, or the connection is gone.
    Quit,
}

/// Can a full screen be drawn here? Otherwise plain mode is what works.
pub fn usable() -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    !dumb && io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// The terminal while it is ours. Dropping it gives it back.
pub struct Term {
    terminal: Terminal<Wire<Stdout>>,
    decoder: Decoder,
    signals: Signals,
    mouse: bool,
    gone: bool,
}

impl Term {
    /// Takes the terminal and installs the panic hook that gives it back.
    pub fn enter(options: Options) -> anyhow::Result<Self> {
        // crossterm drops attributes along with colours under NO_COLOR; the theme decides about colours instead.
        crossterm::style::force_color_output(true);
        let signals = Signals::listen().context("listening for signals")?;
        let terminal = Terminal::new(Wire::new(io::stdout(), size)).context("asking for the size of the terminal")?;
        restore_on_panic();
        let mut it =
            Self { terminal, decoder: Decoder::new(options.guard), signals, mouse: options.mouse, gone: false };
        it.take().context("taking the terminal")?;
        Ok(it)
    }

    /// Draws a frame: one write, or none when nothing changed. A connection that is gone is no fault here;
    /// the next wait answers [`Woken::Quit`].
    pub fn draw(&mut self, paint: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        let drawn = self.terminal.draw(paint).map(|_| ());
        drawn.or_else(|error| if self.hung_up(&error) { Ok(()) } else { Err(error) })
    }

    /// Everything that is waiting, at the latest after `timeout`. Empty when nothing happened.
    /// Stops from outside are handled here and show as [`Woken::Repaint`]; what rings `bell` ends the wait.
    pub fn wait(&mut self, timeout: Duration, bell: Option<BorrowedFd<'_>>) -> io::Result<Vec<Woken>> {
        let until = Instant::now() + timeout;
        let mut woken = Vec::new();
        loop {
            self.signalled(&mut woken)?;
            if self.gone {
                woken.push(Woken::Quit);
                return Ok(woken);
            }
            let now = Instant::now();
            // With something in hand, look once more for the rest of it but do not wait.
            let limit = if woken.is_empty() { self.decoder.due().map_or(until, |due| due.min(until)) } else { now };
            match self.look(limit.saturating_duration_since(now), bell)? {
                Look::Keys => self.read()?,
                Look::Signal => self.signals.hush(),
                Look::Rung => {
                    self.inputs(&mut woken);
                    return Ok(woken);
                }
                Look::Nothing => {
                    self.decoder.settle(Instant::now());
                    if !woken.is_empty() || Instant::now() >= until {
                        self.inputs(&mut woken);
                        return Ok(woken);
                    }
                }
            }
            self.inputs(&mut woken);
        }
    }

    /// Draws everything again at the next frame.
    pub fn repaint(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().forget();
        self.terminal.clear()
    }

    /// Gives the terminal back and stops until the shell continues us.
    ///
    /// SIGSTOP, because SIGTSTP is ours while we listen for it and is ignored in an orphaned process group.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back();
        signal_hook::low_level::raise(signal_hook::consts::SIGSTOP)?;
        self.signals.take_stop();
        self.signals.take_resumed();
        self.take()
    }

    /// Lends the terminal to another program, an editor for one.
    pub fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        give_back();
        self.signals.lend(true);
        let done = work();
        self.signals.lend(false);
        self.take()?;
        Ok(done)
    }

    /// Sends bytes that are no part of a frame: a bell, the clipboard.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.terminal.backend_mut().send(bytes)
    }

    /// Remembers that nobody is there any more, if that is what the error says.
    fn hung_up(&mut self, error: &io::Error) -> bool {
        let gone = error.kind() == io::ErrorKind::BrokenPipe || error.raw_os_error() == Some(Errno::IO.raw_os_error());
        self.gone |= gone;
        gone
    }

    fn take(&mut self) -> io::Result<()> {
        // Raw mode is entered anew even if it is thought to hold: a shell may have changed the terminal meanwhile.
        disable_raw_mode()?;
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        self.send(ENTER)?;
        if self.mouse {
            self.send(MOUSE)?;
        }
        self.repaint()
    }

    fn signalled(&mut self, woken: &mut Vec<Woken>) -> io::Result<()> {
        if self.signals.quit() {
            // A hang-up comes with SIGCONT behind it, but there is no terminal left to take.
            self.gone = true;
            return Ok(());
        }
        if self.signals.take_stop() {
            self.suspend()?;
            woken.push(Woken::Repaint);
        }
        if self.signals.take_resumed() {
            // Stopped by SIGSTOP, which nobody can catch: the screen is not as we left it.
            self.take()?;
            woken.push(Woken::Repaint);
        }
        if self.signals.take_resized() && !woken.contains(&Woken::Repaint) {
            woken.push(Woken::Repaint);
        }
        Ok(())
    }

    fn inputs(&mut self, woken: &mut Vec<Woken>) {
        woken.extend(std::iter::from_fn(|| self.decoder.take()).map(Woken::Input));
    }

    fn look(&mut self, timeout: Duration, rung: Option<BorrowedFd<'_>>) -> io::Result<Look> {
        let stdin = io::stdin();
        let bell = self.signals.bell();
        // Without a bell the keys stand in for it.
        let rings = rung.unwrap_or_else(|| stdin.as_fd());
        let [keys, signals, rings] =
            [stdin.as_fd(), bell.as_fd(), rings].map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN));
        let mut fds = [keys, signals, rings];
        let timeout = Timespec::try_from(timeout).unwrap_or(Timespec { tv_sec: 60, tv_nsec: 0 });
        match poll(&mut fds, Some(&timeout)) {
            Ok(0) => return Ok(Look::Nothing),
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(Look::Signal),
            Err(error) => return Err(error.into()),
        }
        let [keys, bell, rings] = fds.map(|fd| fd.revents());
        if bell.contains(PollFlags::IN) {
            return Ok(Look::Signal);
        }
        if keys.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) && !keys.contains(PollFlags::IN) {
            self.gone = true;
        }
        Ok(match () {
            () if keys.contains(PollFlags::IN) => Look::Keys,
            () if rung.is_some() && rings.contains(PollFlags::IN) => Look::Rung,
            () => Look::Nothing,
        })
    }

    /// Reads once. The end of input means that the connection is gone.
    fn read(&mut self) -> io::Result<()> {
        let mut bytes = [0; 4096];
        match rustix::io::read(io::stdin(), &mut bytes) {
            Ok(0) | Err(Errno::IO) => self.gone = true, // the other end closed
            Ok(n) => self.decoder.feed(&bytes[..n], Instant::now()),
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

impl Drop for Term {
    fn drop(&mut self) {
        give_back();
        for message in LATER.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // Not `eprintln!`: it panics where nobody reads any more.
            let _ = writeln!(io::stderr(), "{message}");
        }
    }
}

enum Look {
    Keys,
    Signal,
    Rung,
    Nothing,
}

/// The size of the terminal; where it does not tell (a bare pty, a lost connection) the design size.
fn size() -> io::Result<Size> {
    let told = rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| Size::new(size.ws_col, size.ws_row));
    Ok(told.filter(|size| size.width > 0 && size.height > 0).unwrap_or(Size::new(80, 24)))
}

/// Is the terminal ours at this moment?
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Panics of other threads, told once the screen is gone: printed at once they would spoil it.
static LATER: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Gives the terminal back if it is ours. Errors are of no use here: there is nobody left to tell.
fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    let _ = out.write_all(LEAVE).and_then(|()| out.flush());
    let _ = disable_raw_mode();
}

/// A panic on the thread that draws restores the terminal and then prints as usual; the exit status is the
/// runtime's 101. On other threads it is told when the terminal has been given back.
fn restore_on_panic() {
    static ONCE: Once = Once::new();
    let drawing: ThreadId = thread::current().id();
    ONCE.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() == drawing || !TAKEN.load(Ordering::SeqCst) {
                give_back();
                print(info);
            } else {
                LATER.lock().unwrap_or_else(PoisonError::into_inner).push(info.to_string());
            }
        }));
    });
}
