//! Signals as flags, and a pipe that wakes the loop when one comes.

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};

/// What the outside asked for since the last look.
#[derive(Debug)]
pub struct Signals {
    quit: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    resumed: Arc<AtomicBool>,
    resized: Arc<AtomicBool>,
    /// While another program has the terminal, a stop stops this one too.
    lent: Arc<AtomicBool>,
    wake: UnixStream,
}

impl Signals {
    /// Starts to listen. SIGTERM, SIGHUP and SIGINT ask to quit; SIGTSTP to restore the screen before stopping.
    pub fn listen() -> io::Result<Self> {
        let (wake, bell) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        let flag = || Arc::new(AtomicBool::new(false));
        let it = Self { quit: flag(), stop: flag(), resumed: flag(), resized: flag(), lent: flag(), wake };
        signal_hook::flag::register_conditional_default(SIGTSTP, Arc::clone(&it.lent))?;
        for (signal, flag) in [
            (SIGTERM, &it.quit),
            (SIGHUP, &it.quit),
            (SIGINT, &it.quit),
            (SIGTSTP, &it.stop),
            (SIGCONT, &it.resumed),
            (SIGWINCH, &it.resized),
        ] {
            signal_hook::flag::register(signal, Arc::clone(flag))?;
            signal_hook::low_level::pipe::register(signal, bell.try_clone()?)?;
        }
        Ok(it)
    }

    /// Becomes readable when a signal came.
    pub fn bell(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }

    /// Empties the pipe; look at the flags after this.
    pub fn hush(&mut self) {
        let mut bytes = [0; 64];
        while matches!(self.wake.read(&mut bytes), Ok(n) if n == bytes.len()) {}
    }

    pub fn quit(&self) -> bool {
        self.quit.load(Ordering::Relaxed)
    }

    pub fn take_stop(&self) -> bool {
        self.stop.swap(false, Ordering::Relaxed)
    }

    pub fn take_resumed(&self) -> bool {
        self.resumed.swap(false, Ordering::Relaxed)
    }

    pub fn take_resized(&self) -> bool {
        self.resized.swap(false, Ordering::Relaxed)
    }

    /// Another program takes or gives back the terminal.
    pub fn lend(&self, lent: bool) {
        self.lent.store(lent, Ordering::Relaxed);
        if !lent {
            // What came meanwhile was meant for the other program.
            self.stop.store(false, Ordering::Relaxed);
            self.resumed.store(false, Ordering::Relaxed);
            self.resized.store(true, Ordering::Relaxed);
        }
    }
}
