//! The user at the keyboard, for a run step by step: waits for a key, and lends the terminal to the lab.
//!
//! The terminal's modes are put back whatever ends a wait; what is shown is the reports' business.

use std::io::{self, Stderr};
use std::os::fd::AsFd as _;

use labrun_model::Lab;
use labrun_run::{Choice, Guide, Interrupts, Lent};
use rustix::event::{PollFd, PollFlags};
use rustix::termios::{InputModes, LocalModes, OptionalActions, Termios};

use crate::report::reading;

/// Keys and screen of the user.
pub(crate) struct Keyboard<'a> {
    lab: &'a Lab,
    interrupts: Interrupts,
    usual: Termios,
    screen: Stderr,
    session: String,
    is_lent: bool,
}

impl<'a> Keyboard<'a> {
    /// The user's terminal; nothing where standard input or standard error is none.
    pub(crate) fn find(lab: &'a Lab, interrupts: &Interrupts) -> Option<Self> {
        let usual = rustix::termios::tcgetattr(io::stdin()).ok()?;
        rustix::termios::isatty(io::stderr()).then(|| Self {
            lab,
            interrupts: interrupts.clone(),
            usual,
            screen: io::stderr(),
            session: String::new(),
            is_lent: false,
        })
    }

    /// One key after the other, unseen. Ctrl-C stays a signal. What was typed while a step ran is forgotten, so that
    /// nobody agrees to a step that was not shown yet.
    fn listen(&self) -> io::Result<()> {
        let mut modes = self.usual.clone();
        modes
            .local_modes
            .remove(LocalModes::ICANON | LocalModes::ECHO);
        rustix::termios::tcsetattr(io::stdin(), OptionalActions::Flush, &modes)?;
        Ok(())
    }

    fn wait_for_key(&self) -> io::Result<Option<u8>> {
        let stdin = io::stdin();
        loop {
            if self.interrupts.signal().is_some() {
                return Ok(None);
            }
            let (keys, wake) = (stdin.as_fd(), self.interrupts.wake());
            let mut descriptors = [
                PollFd::new(&keys, PollFlags::IN),
                PollFd::new(&wake, PollFlags::IN),
            ];
            match rustix::event::poll(&mut descriptors, None) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            let (keys, signal) = (descriptors[0].revents(), descriptors[1].revents());
            if signal.contains(PollFlags::IN) {
                self.interrupts.drain();
                continue;
            }
            if keys.is_empty() {
                continue;
            }
            let mut key = [0_u8];
            match rustix::io::read(&stdin, &mut key) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => return Ok(Some(key[0])),
                Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn ask(&self) -> io::Result<Choice> {
        loop {
            let choice = match self.wait_for_key()? {
                None => Choice::Quit,
                Some(b'\r' | b'\n') => Choice::Step,
                Some(b's') => Choice::Shell,
                Some(b'c') => Choice::GoOn,
                // Ctrl-D means the same everywhere.
                Some(b'q' | 0x04) => Choice::Quit,
                Some(_) => continue,
            };
            return Ok(choice);
        }
    }
}

impl Guide for Keyboard<'_> {
    fn choose(&mut self, block: usize, session: &str) -> io::Result<Choice> {
        self.listen()?;
        session.clone_into(&mut self.session);
        reading::before_step(self.lab, block, session);
        let choice = self.ask();
        self.take_back();
        reading::chosen(match &choice {
            Ok(Choice::Step) => "",
            Ok(Choice::GoOn) => "on without asking",
            Ok(Choice::Shell) => "the live session",
            Ok(Choice::Quit) => "the end",
            Err(_) => "nobody answers",
        });
        choice
    }

    fn lend(&mut self) -> io::Result<Lent<'_>> {
        reading::lent(&self.session);
        self.is_lent = true;
        let mut modes = self.usual.clone();
        // Every key goes to the lab as it is, Ctrl-C too. Line ends of the output are still the user's terminal's.
        modes
            .local_modes
            .remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN);
        modes
            .input_modes
            .remove(InputModes::IXON | InputModes::ICRNL);
        rustix::termios::tcsetattr(io::stdin(), OptionalActions::Now, &modes)?;
        let window = rustix::termios::tcgetwinsize(io::stderr());
        let size = match window {
            Ok(window) if window.ws_row > 0 && window.ws_col > 0 => (window.ws_row, window.ws_col),
            _ => (24, 80),
        };
        Ok(Lent {
            keys: rustix::stdio::stdin(),
            screen: &mut self.screen,
            size,
        })
    }

    fn take_back(&mut self) {
        if std::mem::take(&mut self.is_lent) {
            // The lab's prompt stands on the line.
            reading::chosen("");
        }
        // A terminal that is gone has no modes to put back.
        let _ = rustix::termios::tcsetattr(io::stdin(), OptionalActions::Now, &self.usual);
    }
}

impl Drop for Keyboard<'_> {
    fn drop(&mut self) {
        self.take_back();
    }
}
