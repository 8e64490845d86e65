//! The terminal and the stack of sessions in it: host shell at the bottom, and what the chapter opened above it.
//!
//! A session is on the stack only after its own mark has proved it; it leaves when a mark of a session below it comes.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use labrun_model::{SessionKind, TerminalName};
use pty_process::blocking::Command;

use super::keys::Editor;
use super::mark::MarkReader;
use super::prompt::bootstrap;
use super::pty::{Pty, describe_exit};
use super::recording::Recording;
use super::wait::{Reached, Wait};
use crate::Interrupts;
use crate::secrets::Secrets;

/// One terminal of a lab.
pub(crate) struct Terminal {
    pub(super) pty: Pty,
    pub(super) reader: MarkReader,
    pub(super) stack: Vec<Session>,
    pub(super) recording: Recording,
    pub(super) interrupts: Interrupts,
    pub(super) buffer: Vec<u8>,
    /// The prompt of the session on top already stands in the recording.
    pub(super) prompt_shown: bool,
    /// A session whose mark came right behind the mark of one above it, which is gone then.
    pub(super) fallen_to: Option<usize>,
    nonce: String,
    next_session: u32,
}

/// A program at the top of the terminal, once.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(super) id: u32,
    pub(super) kind: SessionKind,
    /// What the program showed as its prompt before it was taught to mark it.
    pub(super) sign: String,
    /// What its last ready mark said.
    pub(super) payload: String,
    /// What makes lines of the keys that are typed into it.
    pub(super) editor: Editor,
}

/// What a terminal needs to start.
pub(crate) struct Setup<'a> {
    /// The terminal's name.
    pub(crate) name: &'a TerminalName,
    /// The random word that marks carry.
    pub(crate) nonce: &'a str,
    /// The start-up file of the host shell, made of [`super::bash_start_file`].
    pub(crate) start_file: &'a Path,
    /// The whole environment of the host shell.
    pub(crate) environment: &'a [(String, String)],
    /// Where the host shell starts.
    pub(crate) folder: &'a Path,
    /// Where the recording goes.
    pub(crate) recording: &'a Path,
    /// What the run was made with, for the recording: engine, images, a stand-in among them.
    pub(crate) facts: &'a [String],
    /// What must not get into the recording.
    pub(crate) secrets: &'a Secrets,
}

impl Terminal {
    /// How long the host shell may take to show its first prompt.
    const START: Duration = Duration::from_secs(10);
    /// How long an opened program may take to take the bootstrap in; generous, because a busy machine must not turn a
    /// good chapter red.
    pub(super) const PROOF: Duration = Duration::from_secs(10);

    /// Starts bash on a new terminal and waits for its first prompt.
    ///
    /// # Errors
    /// When there is no terminal or no bash to be had, or bash shows no prompt.
    pub(crate) fn open(setup: &Setup<'_>, interrupts: &Interrupts) -> io::Result<Self> {
        let recording = Recording::create(
            setup.recording,
            setup.name.as_str(),
            setup.facts,
            setup.secrets,
        )?;
        let command = Command::new("bash")
            .arg("--noprofile")
            .arg("--rcfile")
            .arg(setup.start_file)
            .arg("-i")
            .env_clear()
            .envs(setup.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(setup.folder);
        let mut terminal = Self {
            pty: Pty::spawn(command)?,
            reader: MarkReader::new(setup.nonce),
            stack: vec![Session {
                id: 0,
                kind: SessionKind::Bash,
                sign: "$ ".to_owned(),
                payload: "0".to_owned(),
                editor: Editor::Program,
            }],
            recording,
            interrupts: interrupts.clone(),
            buffer: vec![0; 1 << 16],
            prompt_shown: false,
            fallen_to: None,
            nonce: setup.nonce.to_owned(),
            next_session: 1,
        };
        let deadline = Instant::now() + Self::START;
        let mut wait = Wait::new(None, VecDeque::new());
        let mut reached = terminal.wait_for_prompt(&mut wait, deadline)?;
        if let Reached::Ready(..) = reached {
            reached = terminal.leave_lines_to_kernel(deadline)?;
        }
        match reached {
            Reached::Ready(..) | Reached::Interrupted => Ok(terminal),
            other => Err(io::Error::other(format!(
                "bash shows no prompt ({other:?})"
            ))),
        }
    }

    /// The kind of the session on top; `None` once the terminal is lost.
    pub(crate) fn top(&self) -> Option<SessionKind> {
        self.stack.last().map(|session| session.kind)
    }

    /// The stack in words, from the bottom: `bash › psql`.
    pub(crate) fn describe_stack(&self) -> String {
        let names: Vec<_> = self
            .stack
            .iter()
            .map(|session| session.kind.name())
            .collect();
        names.join(" › ")
    }

    /// The process that holds the terminal.
    pub(crate) fn pid(&self) -> u32 {
        self.pty.pid()
    }

    /// Where the host shell stands, as far as the system tells.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        std::fs::read_link(format!("/proc/{}/cwd", self.pid())).ok()
    }

    /// The random word that marks carry.
    pub(super) fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The recording so far, to mark steps in it.
    pub(crate) fn recording(&mut self) -> &mut Recording {
        &mut self.recording
    }

    /// How long a session may take to be left.
    const FAREWELL: Duration = Duration::from_millis(500);

    /// Leaves every session above the host shell as a reader would, so that no program stays in a container.
    pub(crate) fn leave_sessions(&mut self) {
        while self.stack.len() > 1 {
            let depth = self.stack.len();
            let farewell: &[u8] = match self.top() {
                Some(SessionKind::Psql) => b"\\q\r",
                Some(SessionKind::Sqlite) => b".quit\r",
                Some(SessionKind::Python) => b"exit()\r",
                Some(SessionKind::Bash | SessionKind::Sh) | None => b" exit\r",
            };
            self.pty.send(farewell);
            let mut wait = Wait::new(None, VecDeque::new());
            let reached = self.wait_for_prompt(&mut wait, Instant::now() + Self::FAREWELL);
            match reached {
                Ok(Reached::Ready(at, _)) => self.stack.truncate(at + 1),
                // Interrupted or not, the sessions below still have to be left.
                Ok(Reached::Interrupted) => {}
                _ => break,
            }
            if self.stack.len() >= depth {
                break;
            }
        }
    }

    /// Leaves every session, and ends the host shell.
    ///
    /// # Errors
    /// When the recording could not be written.
    pub(crate) fn close(mut self) -> io::Result<()> {
        self.leave_sessions();
        // The host shell too: a hang-up while it reads a line is sometimes only noticed at the next key.
        if !self.stack.is_empty() {
            self.pty.send(b" exit\r");
            let mut wait = Wait::new(None, VecDeque::new());
            let _ = self.wait_for_prompt(&mut wait, Instant::now() + Self::FAREWELL / 5);
        }
        self.pty.end();
        self.recording.finish()
    }

    /// Types the bootstrap into a program that shows a prompt. Its mark proves that the session is there.
    ///
    /// # Errors
    /// When the system refuses to read the terminal.
    pub(super) fn prove_session(&mut self, kind: SessionKind, sign: String) -> io::Result<bool> {
        let id = self.next_session;
        self.next_session += 1;
        let payload = match kind {
            SessionKind::Psql => "false,00000,",
            SessionKind::Sqlite => "",
            SessionKind::Bash | SessionKind::Sh | SessionKind::Python => "0",
        };
        if kind == SessionKind::Sqlite {
            self.reader.know_short(id);
        }
        self.stack.push(Session {
            id,
            kind,
            sign,
            payload: payload.to_owned(),
            editor: Editor::Program,
        });
        for line in bootstrap(kind, &self.nonce, id).lines() {
            self.pty.send(line.as_bytes());
            self.pty.send(b"\r");
        }
        let depth = self.stack.len() - 1;
        let deadline = Instant::now() + Self::PROOF;
        // What the program says to the bootstrap is nobody's output.
        self.recording.pause(true);
        let mut wait = Wait::new(None, VecDeque::new());
        let proved = loop {
            match self.wait_for_prompt(&mut wait, deadline)? {
                Reached::Ready(at, _) if at == depth => break true,
                Reached::Continuation(_) => {}
                Reached::Ready(at, _) => {
                    self.stack.truncate(at + 1);
                    break false;
                }
                _ => {
                    self.stack.pop();
                    break false;
                }
            }
        };
        self.recording.pause(false);
        self.prompt_shown = proved;
        Ok(proved)
    }

    /// What is known of how the terminal came to be closed; the terminal is lost from now on.
    pub(super) fn closed(&mut self) -> String {
        self.stack.clear();
        match self.pty.exit_status(Duration::from_millis(500)) {
            Some(status) => format!("the host shell has ended ({})", describe_exit(status)),
            None => "the host shell has closed its terminal".to_owned(),
        }
    }
}
