//! The pseudo-terminal: the only file that opens one, reads and writes it, and waits for it.
//!
//! It knows bytes, processes and terminal modes; what the bytes mean is not its business.

use std::io::{self, Read as _};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty as Master};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::OFlags;
use rustix::process::{Pid, PidfdFlags, Signal};
use rustix::termios::{InputModes, LocalModes, OptionalActions, OutputModes, Termios};

use crate::Interrupts;

/// Many rows, so that no pager stops a long output; not the most there can be, because curses programs allocate them.
const ROWS: u16 = 5000;
const COLUMNS: u16 = 200;

/// A program on a pseudo-terminal.
pub(crate) struct Pty {
    master: Master,
    child: Child,
    modes: Termios,
    outgoing: Vec<u8>,
}

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Woken {
    /// This many bytes were read.
    Read(usize),
    /// The program and everything else on the terminal has closed it.
    Closed,
    /// The time is up.
    TimeUp,
    /// A signal asks the run to end.
    Interrupted,
}

impl Pty {
    /// Starts a program on a new terminal, which neither echoes nor changes line ends.
    ///
    /// # Errors
    /// When the system gives no terminal or the program cannot be started.
    pub(crate) fn spawn(command: Command) -> io::Result<Self> {
        let (master, slave) = pty_process::blocking::open().map_err(io::Error::other)?;
        master
            .resize(Size::new(ROWS, COLUMNS))
            .map_err(io::Error::other)?;
        let mut modes = rustix::termios::tcgetattr(&master)?;
        modes.local_modes.remove(LocalModes::ECHO);
        modes.output_modes.remove(OutputModes::OPOST);
        rustix::termios::tcsetattr(&master, OptionalActions::Now, &modes)?;
        let flags = rustix::fs::fcntl_getfl(&master)?;
        rustix::fs::fcntl_setfl(&master, flags | OFlags::NONBLOCK)?;
        let child = command.spawn(slave).map_err(io::Error::other)?;
        Ok(Self {
            master,
            child,
            modes,
            outgoing: Vec::new(),
        })
    }

    /// The process id of the program that was started.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Queues bytes to be typed; they leave while [`Pty::wait`] waits.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.outgoing.extend_from_slice(bytes);
    }

    /// Waits until there is something to read, and reads it.
    ///
    /// # Errors
    /// When the system refuses to poll or to read for another reason than a closed terminal.
    pub(crate) fn wait(
        &mut self,
        buffer: &mut [u8],
        timeout: Duration,
        interrupts: &Interrupts,
    ) -> io::Result<Woken> {
        let deadline = Instant::now() + timeout;
        loop {
            self.write_queued()?;
            let left = deadline.saturating_duration_since(Instant::now());
            let (terminal, signal) = self.poll(left, interrupts)?;
            if terminal.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) {
                match self.read(buffer)? {
                    Woken::TimeUp => {}
                    woken => return Ok(woken),
                }
            }
            if signal {
                interrupts.drain();
                return Ok(Woken::Interrupted);
            }
            if left.is_zero() && !terminal.contains(PollFlags::OUT) {
                return Ok(Woken::TimeUp);
            }
        }
    }

    /// To wait for output together with something else.
    pub(crate) fn as_fd(&self) -> BorrowedFd<'_> {
        self.master.as_fd()
    }

    /// Gives the terminal the size of a user's window.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn resize(&self, rows: u16, columns: u16) -> io::Result<()> {
        let size = Size::new(rows, columns);
        self.master.resize(size).map_err(io::Error::other)
    }

    /// Gives the terminal back the size that it has while a chapter is typed.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn resize_to_usual(&self) -> io::Result<()> {
        self.resize(ROWS, COLUMNS)
    }

    /// The process group that reads the keys, where there is one.
    pub(crate) fn foreground(&self) -> Option<Pid> {
        rustix::termios::tcgetpgrp(self.master.as_fd()).ok()
    }

    /// Kills the process group that reads the keys, unless it is the program that was started.
    pub(crate) fn kill_foreground(&self) -> bool {
        let own = Pid::from_raw(i32::try_from(self.pid()).unwrap_or(0));
        match self.foreground() {
            Some(group) if Some(group) != own => {
                rustix::process::kill_process_group(group, Signal::KILL).is_ok()
            }
            _ => false,
        }
    }

    /// Whether the kernel hands a program whole lines, ends them where Enter is typed, takes a character behind ^V as it
    /// is, and shows nothing of it.
    pub(crate) fn makes_lines(&self) -> bool {
        let whole = LocalModes::ICANON | LocalModes::IEXTEN;
        rustix::termios::tcgetattr(&self.master).is_ok_and(|modes| {
            modes.local_modes.contains(whole)
                && !modes.local_modes.contains(LocalModes::ECHO)
                && modes.input_modes.contains(InputModes::ICRNL)
        })
    }

    /// Puts the terminal's modes back to what they were at the start.
    pub(crate) fn restore_modes(&self) {
        // The terminal may just be closing, and then its modes no longer matter.
        let _ = rustix::termios::tcsetattr(&self.master, OptionalActions::Flush, &self.modes);
    }

    /// How the program ended, once it has.
    pub(crate) fn exit_status(&mut self, patience: Duration) -> Option<ExitStatus> {
        if let Ok(Some(status)) = self.child.try_wait() {
            return Some(status);
        }
        let pid = Pid::from_raw(i32::try_from(self.pid()).ok()?)?;
        let handle = rustix::process::pidfd_open(pid, PidfdFlags::empty()).ok()?;
        let mut descriptors = [PollFd::new(&handle, PollFlags::IN)];
        // An interrupted wait only means that the answer may come a little early.
        let _ = rustix::event::poll(&mut descriptors, Some(&timespec(patience)));
        self.child.try_wait().ok().flatten()
    }

    /// Ends the program for good: a hang-up to its session, then a kill.
    pub(crate) fn end(&mut self) {
        let group = Pid::from_raw(i32::try_from(self.pid()).unwrap_or(0));
        if let Some(group) = group {
            let _ = rustix::process::kill_process_group(group, Signal::HUP);
        }
        if self.exit_status(Duration::from_millis(300)).is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    fn poll(&self, left: Duration, interrupts: &Interrupts) -> io::Result<(PollFlags, bool)> {
        let mut wanted = PollFlags::IN;
        if !self.outgoing.is_empty() {
            wanted |= PollFlags::OUT;
        }
        let wake = interrupts.wake();
        let mut descriptors = [
            PollFd::new(&self.master, wanted),
            PollFd::new(&wake, PollFlags::IN),
        ];
        match rustix::event::poll(&mut descriptors, Some(&timespec(left))) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok((PollFlags::empty(), false)),
            Err(error) => return Err(error.into()),
        }
        Ok((
            descriptors[0].revents(),
            !descriptors[1].revents().is_empty(),
        ))
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<Woken> {
        match self.master.read(buffer) {
            Ok(0) => Ok(Woken::Closed),
            Ok(read) => Ok(Woken::Read(read)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Woken::TimeUp),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(Woken::TimeUp),
            // Linux says EIO when the last program has closed its side.
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => {
                Ok(Woken::Closed)
            }
            Err(error) => Err(error),
        }
    }

    fn write_queued(&mut self) -> io::Result<()> {
        while !self.outgoing.is_empty() {
            match rustix::io::write(&self.master, &self.outgoing) {
                Ok(written) => drop(self.outgoing.drain(..written)),
                Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => return Ok(()),
                // Nobody is left to read it; the next read says so.
                Err(rustix::io::Errno::IO) => self.outgoing.clear(),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        self.end();
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}

/// How a program ended, in words.
pub(crate) fn describe_exit(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("killed by {}", signal_name(signal)),
        (None, None) => "ended".to_owned(),
    }
}

/// The name of a signal, `SIGKILL`.
pub(crate) fn signal_name(signal: i32) -> String {
    signal_hook::low_level::signal_name(signal)
        .map_or_else(|| format!("signal {signal}"), str::to_owned)
}
