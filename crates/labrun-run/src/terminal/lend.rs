//! Lending the terminal to the user: keys go in and output comes out as they are, until a key ends it; then the session
//! on top is proved again, because nobody knows what was typed.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};

use super::mark::{MarkKind, Token};
use super::pty::Woken;
use super::sociable::{is_mute, sociable};
use super::stack::Terminal;
use super::wait::Wait;
use crate::guide::Lent;

/// Ctrl-], as in telnet.
const END: u8 = 0x1d;
/// How long nothing may happen before it is looked whether keys are left to be typed.
const GLANCE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 50_000_000,
};

/// What ended the lending, or that nothing has.
enum Heard {
    GoOn,
    Ended,
}

impl Terminal {
    /// Lends the session on top to the user, with a prompt and an echo, and takes it back when Ctrl-] is pressed, a
    /// signal comes or the terminal is closed. A program that runs then is ended.
    ///
    /// # Errors
    /// When the system refuses to read or to write, or no session answers in the end.
    pub(crate) fn lend(&mut self, mut lent: Lent<'_>) -> io::Result<()> {
        self.catch_up()?;
        let Some(session) = self.stack.last() else {
            return Err(io::Error::other("no session is left in it"));
        };
        let (kind, id) = (session.kind, session.id);
        // What the user types is no part of the chapter.
        self.recording().pause(true);
        for line in sociable(kind, self.nonce(), id).lines() {
            self.pty.send(line.as_bytes());
            self.pty.send(b"\r");
            let mut wait = Wait::new(None, VecDeque::new());
            self.wait_for_prompt(&mut wait, Instant::now() + Self::PROOF)?;
        }
        let (rows, columns) = lent.size;
        self.pty.resize(rows, columns)?;
        // An empty line, for a prompt that is seen.
        self.pty.send(b"\r");
        let relayed = self.relay(&mut lent);
        self.pty.resize_to_usual()?;
        let taken_back = self.take_back();
        self.recording().pause(false);
        relayed.and(taken_back)
    }

    fn relay(&mut self, lent: &mut Lent<'_>) -> io::Result<()> {
        let mut keys = [0_u8; 1024];
        let mut buffer = vec![0; 1 << 16];
        loop {
            match self
                .pty
                .wait(&mut buffer, Duration::ZERO, &self.interrupts)?
            {
                Woken::Read(length) => {
                    // A session that the user has left, down to one that shows no prompt yet.
                    if self.show(&buffer[..length], lent)? {
                        self.send_sociable();
                    }
                    continue;
                }
                Woken::Closed => {
                    self.closed();
                    return Ok(());
                }
                Woken::Interrupted => return Ok(()),
                Woken::TimeUp => {}
            }
            if self.interrupts.signal().is_some() || !self.wait_for_keys(lent)? {
                return Ok(());
            }
            if let Heard::Ended = self.hand_on(&mut keys, lent)? {
                return Ok(());
            }
        }
    }

    /// Waits until there are keys, output, or time has passed; false when the user's terminal is gone.
    fn wait_for_keys(&self, lent: &Lent<'_>) -> io::Result<bool> {
        let wake = self.interrupts.wake();
        let master = self.pty.as_fd();
        let mut descriptors = [
            PollFd::new(&lent.keys, PollFlags::IN),
            PollFd::new(&master, PollFlags::IN),
            PollFd::new(&wake, PollFlags::IN),
        ];
        match rustix::event::poll(&mut descriptors, Some(&GLANCE)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
        Ok(!descriptors[0].revents().intersects(gone))
    }

    fn hand_on(&mut self, keys: &mut [u8], lent: &Lent<'_>) -> io::Result<Heard> {
        let mut ready = [PollFd::new(&lent.keys, PollFlags::IN)];
        let now = Timespec::default();
        if !matches!(rustix::event::poll(&mut ready, Some(&now)), Ok(1)) {
            return Ok(Heard::GoOn);
        }
        let read = match rustix::io::read(lent.keys, &mut *keys) {
            Ok(0) => return Ok(Heard::Ended),
            Ok(read) => read,
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => return Ok(Heard::GoOn),
            Err(error) => return Err(error.into()),
        };
        let typed = &keys[..read];
        let end = memchr::memchr(END, typed);
        self.pty.send(&typed[..end.unwrap_or(read)]);
        Ok(if end.is_some() {
            Heard::Ended
        } else {
            Heard::GoOn
        })
    }

    fn send_sociable(&mut self) {
        let Some((kind, id)) = self.stack.last().map(|top| (top.kind, top.id)) else {
            return;
        };
        for line in sociable(kind, self.nonce(), id).lines() {
            self.pty.send(line.as_bytes());
            self.pty.send(b"\r");
        }
    }

    /// Shows output without its marks. A mark of a session below the one on top says that those above are left, which is
    /// told.
    fn show(&mut self, bytes: &[u8], lent: &mut Lent<'_>) -> io::Result<bool> {
        let mut written = Ok(());
        let mut fallen_to = None;
        let (reader, stack) = (&mut self.reader, &self.stack);
        reader.read(bytes, |token| match token {
            Token::Output(output) => {
                if written.is_ok() {
                    written = lent.screen.write_all(output);
                }
            }
            Token::Mark(mark) if mark.kind == MarkKind::Ready => {
                let depth = stack.iter().rposition(|session| session.id == mark.session);
                if let Some(session) = depth.and_then(|depth| stack.get(depth))
                    && is_mute(session.kind)
                    && written.is_ok()
                {
                    written = lent.screen.write_all(session.sign.as_bytes());
                }
                fallen_to = depth.or(fallen_to);
            }
            Token::Mark(_) => {}
        });
        let left = fallen_to.is_some_and(|depth| depth + 1 < self.stack.len());
        if let Some(depth) = fallen_to {
            self.stack.truncate(depth + 1);
        }
        written?;
        lent.screen.flush()?;
        Ok(left)
    }

    /// Gets a prompt back, whatever runs, and teaches the session on top anew to mark it.
    fn take_back(&mut self) -> io::Result<()> {
        if self.stack.is_empty() {
            return Err(io::Error::other("it was closed meanwhile"));
        }
        self.recover()?;
        let Some(session) = self.stack.pop() else {
            return Err(io::Error::other("nothing in it answers any more"));
        };
        let proved = self.prove_session(session.kind, session.sign)?;
        if proved {
            Ok(())
        } else {
            Err(io::Error::other("its session cannot be proved again"))
        }
    }
}
