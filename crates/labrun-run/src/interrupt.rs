//! Signals that ask the run to end (INT, TERM, HUP), as a count to look at and a descriptor to wait on.
//!
//! The handlers only count and write a byte; what an interruption means is decided where the run waits.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// The signals received so far. Clones share the count.
#[derive(Debug, Clone)]
pub struct Interrupts {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    count: Arc<AtomicUsize>,
    latest: Arc<AtomicUsize>,
    wake: OwnedFd,
}

impl Interrupts {
    /// Installs handlers for INT, TERM and HUP; the process no longer ends by them.
    ///
    /// # Errors
    /// When the descriptors or the handlers cannot be made.
    pub fn install() -> io::Result<Self> {
        let (reader, writer) = UnixStream::pair()?;
        reader.set_nonblocking(true)?;
        writer.set_nonblocking(true)?;
        let count = Arc::new(AtomicUsize::new(0));
        let latest = Arc::new(AtomicUsize::new(0));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register_usize(
                signal,
                Arc::clone(&latest),
                usize::try_from(signal).unwrap_or(0),
            )?;
            signal_hook::low_level::pipe::register(signal, writer.try_clone()?)?;
        }
        Ok(Self {
            shared: Arc::new(Shared {
                count,
                latest,
                wake: reader.into(),
            }),
        })
    }

    /// The signal that asked the run to end, if one did: the latest one.
    pub fn signal(&self) -> Option<i32> {
        let signal = self.shared.latest.load(Ordering::SeqCst);
        i32::try_from(signal).ok().filter(|&signal| signal != 0)
    }

    /// How many signals have come, as far as [`Interrupts::drain`] has counted them.
    pub fn count(&self) -> usize {
        self.drain();
        self.shared.count.load(Ordering::SeqCst)
    }

    /// Becomes readable when a signal has come that has not been counted yet.
    pub fn wake(&self) -> BorrowedFd<'_> {
        self.shared.wake.as_fd()
    }

    /// Waits for some time, or until a signal asks the run to end; says whether one has.
    pub fn wait(&self, time: Duration) -> bool {
        let deadline = Instant::now() + time;
        while self.signal().is_none() {
            let left = deadline.saturating_duration_since(Instant::now());
            let timeout = Timespec {
                tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: i64::from(left.subsec_nanos()),
            };
            let wake = self.wake();
            let mut descriptors = [PollFd::new(&wake, PollFlags::IN)];
            // An interrupted poll comes round again; any other failure must not spin.
            match rustix::event::poll(&mut descriptors, Some(&timeout)) {
                Ok(0) => return false,
                Ok(_) => self.drain(),
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return false,
            }
        }
        true
    }

    /// Waits until more signals have come than these, and says how many they are now. For a thread that does nothing else.
    pub fn more_than(&self, seen: usize) -> usize {
        loop {
            let count = self.count();
            if count > seen {
                return count;
            }
            let wake = self.wake();
            // An interrupted poll comes round again.
            let _ = rustix::event::poll(&mut [PollFd::new(&wake, PollFlags::IN)], None);
        }
    }

    /// Counts what has come and makes [`Interrupts::wake`] quiet again.
    pub fn drain(&self) {
        let mut bytes = [0_u8; 16];
        while let Ok(read) = rustix::io::read(&self.shared.wake, &mut bytes) {
            if read == 0 {
                break;
            }
            self.shared.count.fetch_add(read, Ordering::SeqCst);
        }
    }
}
