//! The command in a real terminal, and somebody who types.

use std::io::{Read as _, Write as _};
use std::process::Child;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use pty_process::blocking::{Command, Pty};

use crate::book::Book;

/// Nothing that is waited for takes longer, on the busiest machine.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Typist {
    terminal: Arc<Pty>,
    child: Child,
    printed: Receiver<Vec<u8>>,
    /// Everything that was printed.
    pub(crate) seen: String,
    /// How much of it has been waited for.
    at: usize,
}

impl Typist {
    pub(crate) fn start(book: &Book, arguments: &[&str]) -> Self {
        let (terminal, other_side) = pty_process::blocking::open().unwrap();
        terminal.resize(pty_process::Size::new(30, 100)).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_labrun"))
            .args(arguments)
            .current_dir(book.path())
            .env("LABRUN_STATE_DIR", book.state())
            .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
            .env("NO_COLOR", "1")
            .env_remove("LABRUN_BOOK")
            .env_remove("GITHUB_ACTIONS")
            .spawn(other_side)
            .unwrap();
        let terminal = Arc::new(terminal);
        let (tell, printed) = channel();
        let read = Arc::clone(&terminal);
        std::thread::spawn(move || {
            let mut buffer = [0_u8; 4096];
            // Linux says an error when the other side is closed.
            while let Ok(length) = (&*read).read(&mut buffer) {
                if length == 0 || tell.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            terminal,
            child,
            printed,
            seen: String::new(),
            at: 0,
        }
    }

    /// Waits until a text is printed, behind what was waited for before.
    #[track_caller]
    pub(crate) fn sees(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.seen[self.at..].find(text) {
                self.at += found + text.len();
                return;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.printed.recv_timeout(left) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("{text:?} never came:\n{}", self.seen),
            }
        }
    }

    pub(crate) fn types(&mut self, keys: &str) {
        (&*self.terminal).write_all(keys.as_bytes()).unwrap();
    }

    /// Ends the command so that it can do nothing more.
    pub(crate) fn kills(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The exit code, and the rest of what was printed.
    #[track_caller]
    pub(crate) fn ends(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().unwrap();
        while let Ok(bytes) = self.printed.recv_timeout(Duration::from_secs(5)) {
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
        (status.code(), self.seen)
    }
}
