//! Typing a step: line by line, the next only when the session says that it is ready for it.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use labrun_model::{KeyedLine, Language, SessionKind, opener, python_lines};

use super::prompt::{SQLITE_OPEN, missing_in, missing_in_sql, one_blank};
use super::stack::Terminal;
use super::status::Status;
use super::text::Output;
use super::wait::{Reached, Wait};

/// What came of typing a step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Typed {
    /// What the step printed.
    pub(crate) output: Output,
    /// How it ended.
    pub(crate) end: TypedEnd,
    /// The line, from 0, that was typed last.
    pub(crate) line: usize,
}

/// How typing a step ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TypedEnd {
    /// Every line was typed and every command but perhaps the last succeeded; the last one's status.
    Done(Status),
    /// A command failed before the last line.
    Stopped(Status),
    /// A line stands where another kind of program reads the keys.
    WrongSession {
        /// What the line is written in.
        language: Language,
        /// The stack of sessions in words.
        stack: String,
    },
    /// The last line leaves something open.
    Unfinished(String),
    /// The deadline passed; what brought the prompt back.
    TimedOut(String),
    /// A program asks for something that nobody declared.
    WaitingForInput(String),
    /// A pager or an editor.
    FullScreen,
    /// The terminal or the session is gone.
    Lost(String),
    /// A signal asks the run to end.
    Interrupted,
}

/// What one line came to.
enum LineEnd {
    Ended(Status),
    Continues(String),
    Other(TypedEnd),
}

impl Terminal {
    /// Types lines of one language, with the answers that its programs may ask for, before a deadline.
    ///
    /// # Errors
    /// When the system refuses to read the terminal.
    pub(crate) fn type_lines(
        &mut self,
        language: Language,
        lines: &[&str],
        answers: &[&str],
        timeout: Duration,
    ) -> io::Result<Typed> {
        let deadline = Instant::now() + timeout;
        self.catch_up()?;
        self.prepare_for(lines, deadline)?;
        let mut answers: VecDeque<String> = answers.iter().map(|&text| text.to_owned()).collect();
        let mut output = Output::default();
        let mut open: Option<String> = None;
        // What the lines before printed that belong to the same command.
        let mut carried = String::new();
        let mut last = Status::Exit(0);
        for keyed in keyed(language, lines) {
            if keyed.ends_block && open.is_none() {
                continue;
            }
            let (line, index) = (keyed.text, keyed.line);
            let typed = |output, end| {
                Ok(Typed {
                    output,
                    end,
                    line: index,
                })
            };
            if self.top().map(SessionKind::language) != Some(language) {
                let stack = self.describe_stack();
                return typed(output, TypedEnd::WrongSession { language, stack });
            }
            if self.interrupts.signal().is_some() {
                return typed(output, TypedEnd::Interrupted);
            }
            let before = output.text.len();
            let (end, printed) = self.type_line(line, &mut answers, deadline, &carried)?;
            output.append(printed);
            open = None;
            match end {
                LineEnd::Continues(missing) => {
                    carried.push_str(output.text.get(before..).unwrap_or(""));
                    open = Some(missing);
                }
                LineEnd::Other(end) => return typed(output, end),
                LineEnd::Ended(status) if !status.is_success() && index + 1 < lines.len() => {
                    return typed(output, TypedEnd::Stopped(status));
                }
                LineEnd::Ended(status) => {
                    carried.clear();
                    last = status;
                }
            }
        }
        let line = lines.len().saturating_sub(1);
        let end = match open {
            Some(missing) => {
                self.recover()?;
                TypedEnd::Unfinished(missing)
            }
            None => TypedEnd::Done(last),
        };
        Ok(Typed { output, end, line })
    }

    /// Types one line and waits for what comes of it.
    fn type_line(
        &mut self,
        line: &str,
        answers: &mut VecDeque<String>,
        deadline: Instant,
        carried: &str,
    ) -> io::Result<(LineEnd, Output)> {
        let opens = match self.top().map(SessionKind::language) {
            Some(Language::Shell) => opener(line).map(|opener| opener.kind),
            _ => None,
        };
        self.record_typed(line);
        self.send_line(line);
        let mut wait = Wait::new(opens, std::mem::take(answers));
        let reached = self.wait_for_prompt(&mut wait, deadline)?;
        *answers = std::mem::take(&mut wait.answers);
        let mut output = Output::of(std::mem::take(&mut wait.capture));
        let end = match reached {
            Reached::Ready(depth, payload) => {
                self.ready(depth, payload, line, carried, &mut output)
            }
            Reached::Continuation(payload) => {
                self.drop_continuation(&mut output);
                LineEnd::Continues(self.missing(&payload))
            }
            Reached::Prompt(kind) => self.opened(kind, &wait, &mut output)?,
            Reached::Input(prompt) => {
                self.recover()?;
                LineEnd::Other(TypedEnd::WaitingForInput(prompt))
            }
            Reached::FullScreen => {
                self.recover()?;
                LineEnd::Other(TypedEnd::FullScreen)
            }
            Reached::TimeUp => LineEnd::Other(TypedEnd::TimedOut(self.recover()?)),
            Reached::Closed => LineEnd::Other(TypedEnd::Lost(self.closed())),
            Reached::Interrupted => {
                self.interrupt()?;
                LineEnd::Other(TypedEnd::Interrupted)
            }
        };
        Ok((end, output))
    }

    /// Control characters are typed behind ^V, so that a TAB completes nothing and stays a TAB.
    fn send_line(&mut self, line: &str) {
        let mut keys = Vec::with_capacity(line.len() + 1);
        for byte in line.bytes() {
            if byte < 0x20 || byte == 0x7f {
                keys.push(0x16);
            }
            keys.push(byte);
        }
        keys.push(b'\r');
        self.ready_for_a_line();
        self.pty.send(&keys);
    }

    /// The echo is off, so the recording gets the line as a reader would have seen it.
    fn record_typed(&mut self, line: &str) {
        let sign = match self.stack.last() {
            Some(session) if !self.prompt_shown => session.sign.clone(),
            _ => String::new(),
        };
        self.prompt_shown = false;
        self.recording.typed(&sign, line);
    }

    /// A session is ready. When it is not the one on top, those above it have been left.
    fn ready(
        &mut self,
        depth: usize,
        payload: String,
        line: &str,
        carried: &str,
        output: &mut Output,
    ) -> LineEnd {
        let left = self.stack.drain(depth + 1..).next_back();
        let was_psql = left
            .as_ref()
            .or(self.stack.last())
            .is_some_and(|session| session.kind == SessionKind::Psql);
        if was_psql {
            drop_echo(output, line);
        }
        let Some(session) = self.stack.last_mut() else {
            return LineEnd::Ended(Status::Exit(-1));
        };
        let known = session.payload == payload;
        let status = Status::parse(session.kind, &payload);
        let status = match left {
            // `exit` hands on the status of the command before it, which the page has dealt with already.
            Some(left) if is_bare_exit(line) && left.payload == payload => Status::Exit(0),
            Some(_) => status,
            None if carried.is_empty() => status.corrected(session.kind, line, &output.text, known),
            None => {
                let printed = format!("{carried}{}", output.text);
                status.corrected(session.kind, line, &printed, known)
            }
        };
        session.payload = payload;
        LineEnd::Ended(status)
    }

    /// The line has opened a program that shows its prompt: the bootstrap has to prove it.
    fn opened(
        &mut self,
        kind: SessionKind,
        wait: &Wait,
        output: &mut Output,
    ) -> io::Result<LineEnd> {
        let sign = one_blank(&wait.prompt());
        // What was taken for bash may be another shell, such as the login shell behind `su`.
        let proved = self.prove_session(kind, sign.clone())?
            || (kind == SessionKind::Bash
                && !self.stack.is_empty()
                && self.prove_session(SessionKind::Sh, sign.clone())?);
        if !proved {
            if self.stack.is_empty() {
                return Ok(LineEnd::Other(TypedEnd::Lost(self.closed())));
            }
            self.recover()?;
            return Ok(LineEnd::Other(TypedEnd::WaitingForInput(sign)));
        }
        // The prompt itself is no output.
        let begin = output.text.rfind('\n').map_or(0, |at| at + 1);
        if output.text[begin..].trim_end() == sign.trim_end() {
            output.text.truncate(begin);
        }
        Ok(LineEnd::Ended(match kind {
            SessionKind::Psql | SessionKind::Sqlite => Status::SqlSuccess,
            SessionKind::Bash | SessionKind::Sh | SessionKind::Python => Status::Exit(0),
        }))
    }

    fn missing(&self, payload: &str) -> String {
        match self.top() {
            Some(SessionKind::Psql) => missing_in_sql(payload),
            Some(kind) => missing_in(kind),
            None => String::new(),
        }
    }

    /// What sqlite3 shows before the mark in its continuation prompt is no output.
    fn drop_continuation(&self, output: &mut Output) {
        if self.top() == Some(SessionKind::Sqlite) {
            let end = output.text.len().saturating_sub(SQLITE_OPEN);
            if output.text.is_char_boundary(end) {
                output.text.truncate(end);
            }
        }
    }
}

/// The lines as they are keyed in. Python's prompt wants an empty line where a block ends.
fn keyed<'a>(language: Language, lines: &[&'a str]) -> Vec<KeyedLine<'a>> {
    let as_written = |(line, text): (usize, &&'a str)| KeyedLine {
        text,
        line,
        ends_block: false,
    };
    match language {
        Language::Python => python_lines(lines),
        Language::Shell | Language::Sql => lines.iter().enumerate().map(as_written).collect(),
    }
}

fn is_bare_exit(line: &str) -> bool {
    matches!(line.trim(), "exit" | "logout")
}

/// A psql whose terminal could not be told to stop echoing shows the typed line again.
fn drop_echo(output: &mut Output, line: &str) {
    let echoed = output
        .text
        .strip_prefix(line)
        .and_then(|rest| rest.strip_prefix('\n'));
    if let Some(rest) = echoed.filter(|_| !line.is_empty()) {
        output.text = rest.to_owned();
    }
}
