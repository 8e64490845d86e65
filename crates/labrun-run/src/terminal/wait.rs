//! Waiting for a prompt: reads the terminal until a mark, a silence that means something, or the deadline.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use labrun_model::{Language, SessionKind};
use rustix::process::Pid;

use super::capture::Capture;
use super::foreground::{self, Foreground};
use super::mark::{Mark, MarkKind, Token};
use super::prompt::PromptShape;
use super::pty::Woken;
use super::stack::Terminal;
use super::text::render;

/// What is known while a typed line runs.
pub(crate) struct Wait {
    /// What was printed since the line began to run.
    pub(crate) capture: Capture,
    /// What the line opens, by its words.
    pub(crate) opens: Option<SessionKind>,
    /// The answers that have not been typed yet.
    pub(crate) answers: VecDeque<String>,
    tail: Vec<u8>,
    last_output: Instant,
    next_look: Instant,
    seen_reading: u32,
    full_screen: bool,
}

/// What ended a wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reached {
    /// A session says that it is ready; its depth in the stack, and its payload.
    Ready(usize, String),
    /// The session on top wants the rest of the command.
    Continuation(String),
    /// The program in front shows a prompt of this kind and is silent.
    Prompt(SessionKind),
    /// The program in front waits for keys; its prompt.
    Input(String),
    /// The program in front has taken the screen.
    FullScreen,
    /// The deadline has passed.
    TimeUp,
    /// The terminal is closed.
    Closed,
    /// A signal asks the run to end.
    Interrupted,
}

impl Wait {
    /// A silence after which the program in front is looked at.
    const SILENCE: Duration = Duration::from_millis(400);
    /// The same where a prompt is expected.
    const OPENER_SILENCE: Duration = Duration::from_millis(15);
    /// A password prompt is answered after this silence: it flushes what was typed before it was ready.
    const SECRET_SILENCE: Duration = Duration::from_millis(30);
    /// A program that cannot be looked at must be silent for longer before its prompt is taken for one.
    const OPAQUE_SILENCE: Duration = Duration::from_millis(2000);
    /// How much of the last line is kept.
    const TAIL: usize = 512;

    pub(crate) fn new(opens: Option<SessionKind>, answers: VecDeque<String>) -> Self {
        let now = Instant::now();
        let mut wait = Self {
            capture: Capture::default(),
            opens,
            answers,
            tail: Vec::new(),
            last_output: now,
            next_look: now,
            seen_reading: 0,
            full_screen: false,
        };
        wait.next_look = now + wait.first_silence();
        wait
    }

    /// The last line, which has no line end yet, as text.
    pub(crate) fn prompt(&self) -> String {
        render(&self.tail)
    }

    /// A prompt is expected of a line that opens a session, and of one that was given answers.
    fn expects_prompt(&self) -> bool {
        self.opens.is_some() || !self.answers.is_empty()
    }

    fn first_silence(&self) -> Duration {
        if self.expects_prompt() {
            Self::OPENER_SILENCE
        } else {
            Self::SILENCE
        }
    }

    fn output(&mut self, bytes: &[u8]) {
        self.capture.push(bytes);
        self.last_output = Instant::now();
        self.next_look = self.last_output + self.first_silence();
        self.seen_reading = 0;
        let line_start = memchr::memrchr(b'\n', bytes).map(|at| at + 1);
        if line_start.is_some() {
            self.tail.clear();
        }
        let rest = &bytes[line_start.unwrap_or(0)..];
        self.tail.extend_from_slice(rest);
        let excess = self.tail.len().saturating_sub(Self::TAIL);
        self.tail.drain(..excess);
        if bytes.contains(&0x1b) {
            self.note_screen(bytes);
        }
    }

    fn note_screen(&mut self, bytes: &[u8]) {
        let has = |needle: &[u8]| memchr::memmem::find(bytes, needle).is_some();
        if has(b"\x1b[?1049h") || has(b"\x1b[?47h") || has(b"\x1b[?1h") {
            self.full_screen = true;
        }
        if has(b"\x1b[?1049l") || has(b"\x1b[?47l") {
            self.full_screen = false;
        }
    }

    /// Everything so far was the echo of what was typed.
    fn begin_output(&mut self) {
        self.capture.clear();
        self.tail.clear();
    }
}

impl Terminal {
    /// Waits until the typed line has ended or something else happens that the caller must know.
    ///
    /// # Errors
    /// When the system refuses to read the terminal.
    pub(crate) fn wait_for_prompt(
        &mut self,
        wait: &mut Wait,
        deadline: Instant,
    ) -> io::Result<Reached> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let reached = loop {
            let now = Instant::now();
            let until = deadline.min(wait.next_look).saturating_duration_since(now);
            match self.pty.wait(&mut buffer, until, &self.interrupts)? {
                Woken::Read(length) => {
                    if let Some(reached) = self.digest(&buffer[..length], wait) {
                        break reached;
                    }
                }
                Woken::Closed => break Reached::Closed,
                Woken::Interrupted => break Reached::Interrupted,
                Woken::TimeUp if Instant::now() >= deadline => break Reached::TimeUp,
                Woken::TimeUp => {
                    if let Some(reached) = self.look(wait) {
                        break reached;
                    }
                }
            }
        };
        self.buffer = buffer;
        Ok(reached)
    }

    /// Reads what has come since the last command ended: a session can be lost while nobody types, and the next line
    /// must not be typed at the session below it.
    ///
    /// # Errors
    /// When the system refuses to read the terminal.
    pub(crate) fn catch_up(&mut self) -> io::Result<()> {
        if let Some(depth) = self.fallen_to.take() {
            self.stack.truncate(depth + 1);
        }
        loop {
            let mut wait = Wait::new(None, VecDeque::new());
            match self.wait_for_prompt(&mut wait, Instant::now())? {
                Reached::Ready(depth, _) => self.stack.truncate(depth + 1),
                Reached::Continuation(_) => {}
                Reached::Closed => {
                    self.closed();
                    return Ok(());
                }
                _ => return Ok(()),
            }
        }
    }

    /// Reads what has arrived; the first mark that ends the wait wins, and what follows it only goes to the recording.
    fn digest(&mut self, bytes: &[u8], wait: &mut Wait) -> Option<Reached> {
        let mut reached = None;
        let mut fallen_to = None;
        let (stack, recording) = (&self.stack, &mut self.recording);
        self.reader.read(bytes, |token| match token {
            Token::Output(output) => {
                recording.output(output);
                if reached.is_none() {
                    wait.output(output);
                }
            }
            Token::Mark(mark) => {
                let depth = stack.iter().rposition(|session| session.id == mark.session);
                match (depth, &reached) {
                    (Some(depth), None) => {
                        reached = at_mark(depth, depth + 1 == stack.len(), mark, wait)
                    }
                    // A session can end right behind its own prompt; the line must not be typed at the one below.
                    (Some(depth), Some(Reached::Ready(ready, _))) if depth < *ready => {
                        fallen_to = Some(depth)
                    }
                    _ => {}
                }
            }
        });
        self.fallen_to = fallen_to.or(self.fallen_to);
        self.answer_queries(bytes);
        reached
    }

    /// The terminal has been silent for a while: is it waiting for us?
    fn look(&mut self, wait: &mut Wait) -> Option<Reached> {
        let silence = wait.last_output.elapsed();
        let prompt = wait.prompt();
        let shape = PromptShape::of(&prompt);
        let pause = if wait.expects_prompt() {
            Wait::SECRET_SILENCE
        } else {
            Wait::SILENCE / 4
        };
        wait.next_look = Instant::now() + pause;
        if shape == PromptShape::Secret
            && silence >= Wait::SECRET_SILENCE
            && let Some(answer) = wait.answers.pop_front()
        {
            self.pty.send(answer.as_bytes());
            self.pty.send(b"\r");
            wait.output(b"\n");
            return None;
        }
        if wait.opens.is_some() {
            match shape {
                PromptShape::Psql => return Some(Reached::Prompt(SessionKind::Psql)),
                PromptShape::Sqlite => return Some(Reached::Prompt(SessionKind::Sqlite)),
                PromptShape::Python => return Some(Reached::Prompt(SessionKind::Python)),
                PromptShape::Shell => {
                    let is_shell = |kind: &SessionKind| kind.language() == Language::Shell;
                    let kind = wait.opens.filter(is_shell);
                    return Some(Reached::Prompt(kind.unwrap_or(SessionKind::Sh)));
                }
                PromptShape::Secret | PromptShape::Question | PromptShape::Other => {}
            }
        }
        if silence < Wait::SILENCE {
            return None;
        }
        if wait.full_screen {
            return Some(Reached::FullScreen);
        }
        self.look_at_foreground(wait, shape, silence)
            .then(|| Reached::Input(prompt.trim_end().to_owned()))
    }

    /// Whether the program in front waits for keys that nobody will type.
    fn look_at_foreground(&self, wait: &mut Wait, shape: PromptShape, silence: Duration) -> bool {
        match self
            .pty
            .foreground()
            .map_or(Foreground::Busy, |group: Pid| foreground::look(group))
        {
            // Seen twice, because a program may read for a moment with a time-out of its own.
            Foreground::ReadsKeys => {
                wait.seen_reading += 1;
                wait.seen_reading >= 2
            }
            Foreground::Opaque => match shape {
                PromptShape::Secret => true,
                PromptShape::Other => false,
                _ => silence >= Wait::OPAQUE_SILENCE,
            },
            Foreground::Busy => false,
        }
    }

    /// Answers what programs ask a terminal about itself, because some wait for the answer.
    fn answer_queries(&mut self, bytes: &[u8]) {
        if !bytes.contains(&0x1b) {
            return;
        }
        if memchr::memmem::find(bytes, b"\x1b[6n").is_some() {
            self.pty.send(b"\x1b[1;1R");
        }
        if memchr::memmem::find(bytes, b"\x1b[c").is_some() {
            self.pty.send(b"\x1b[?1;2c");
        }
    }
}

/// What a mark of a known session means.
fn at_mark(depth: usize, is_top: bool, mark: Mark, wait: &mut Wait) -> Option<Reached> {
    match mark.kind {
        MarkKind::Ready => Some(Reached::Ready(depth, mark.payload)),
        MarkKind::Continuation if is_top => Some(Reached::Continuation(mark.payload)),
        MarkKind::Executing if is_top => {
            wait.begin_output();
            None
        }
        MarkKind::Continuation | MarkKind::Executing => None,
    }
}
