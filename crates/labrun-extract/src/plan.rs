//! Follows the reader through the chapter, from session to session, and cuts the lab into parts of a script.
//!
//! A lab does not say which session a step is typed into: a run finds out, and here [`SessionTracker`] works it out from
//! the typed text. Where the chapter does what a script cannot do, there is a diagnostic and no script.

use labrun_model::{
    Action, Answer, AnswerText, Block, Diagnostic, ExpectedExit, Lab, Language, Opener,
    SessionKind, SessionTracker, Span, Step, python_lines,
};

use crate::command;
use crate::effect::{Effect, effect};
use crate::expression::refused;
use crate::part::{Event, Opened, Part, Session, Typed};
use crate::shell::quoted;

/// Cuts a lab into parts.
///
/// # Errors
/// All that a script cannot do, sorted by place.
pub(crate) fn plan(lab: &Lab) -> Result<Vec<Part<'_>>, Vec<Diagnostic>> {
    let mut planner = Planner {
        lab,
        parts: Vec::new(),
        sessions: SessionTracker::new(),
        levels: Vec::new(),
        open: None,
        diagnostics: Vec::new(),
    };
    planner.check_terminals();
    for block in &lab.blocks {
        planner.block(block);
    }
    planner.end_part();
    planner.diagnostics.sort_by_key(|fault| fault.span);
    if planner.diagnostics.is_empty() {
        Ok(planner.parts)
    } else {
        Err(planner.diagnostics)
    }
}

/// What it takes to open a session anew that is open at this point of the page.
#[derive(Debug)]
struct Level<'a> {
    opened: Opened<'a>,
    /// The line that began what ends with the session.
    held: Option<Span>,
}

#[derive(Debug)]
struct Planner<'a> {
    lab: &'a Lab,
    parts: Vec<Part<'a>>,
    /// Where the reader is.
    sessions: SessionTracker<'a>,
    /// The sessions on top of the shell of this machine.
    levels: Vec<Level<'a>>,
    /// The part that is being put together.
    open: Option<Session<'a>>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Planner<'a> {
    fn check_terminals(&mut self) {
        let mut steps = self.lab.steps();
        let Some(first) = steps.next() else { return };
        if let Some(step) = steps.find(|step| step.terminal != first.terminal) {
            let fault = Diagnostic::error(
                "several-terminals",
                step.span,
                format!(
                    "lab.sh runs one terminal, and this step is typed into `{}` after others were into `{}`",
                    step.terminal, first.terminal
                ),
            );
            self.diagnostics
                .push(fault.with_help("run this lab with labrun; it has no script yet"));
        }
    }

    fn block(&mut self, block: &'a Block) {
        self.diagnostics.extend(refused(block));
        match block {
            Block::Check(check) => {
                self.end_part();
                self.parts.push(Part::Check(check));
            }
            Block::Step(step) => match &step.action {
                Action::Write(file) => {
                    self.end_part();
                    self.parts.push(Part::Write(step, file));
                }
                Action::Type { language, lines } => {
                    let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
                    if self.is_at(*language, step) {
                        self.type_step(step, *language, &lines);
                    }
                }
            },
        }
    }

    /// Whether the step can be typed where the reader is by now.
    fn is_at(&mut self, language: Language, step: &Step) -> bool {
        let kind = self.sessions.current(&step.terminal).kind;
        if kind.language() == language {
            return true;
        }
        let message = format!(
            "a `{}` block is typed at {}, but the terminal is at {} here",
            language.fence(),
            language.place(),
            kind.name(),
        );
        let help = match self.levels.last().and_then(|level| level.opened.step) {
            Some(opener) => format!(
                "line {} opened {}; leave it before this block",
                self.lab.source.author_line(opener.span.start),
                kind.name(),
            ),
            None => format!("open {} before this block", language.place()),
        };
        self.diagnostics
            .push(Diagnostic::error("wrong-session", step.span, message).with_help(help));
        false
    }

    fn type_step(&mut self, step: &'a Step, language: Language, lines: &[&str]) {
        let changes = self.sessions.follow(step).changes;
        match changes.as_slice() {
            [] => self.plain(step, language, lines),
            [change] if change.is_last => {
                let (before, from) = lines.split_at(change.line.min(lines.len()));
                let command = from.first().copied().unwrap_or_default();
                match &change.opens {
                    Some(opener) => self.open(step, before, command, opener),
                    None => self.close(step, language, before, command),
                }
            }
            _ => {
                self.refuse(step, "opens or leaves a session before its last line");
                self.plain(step, language, lines);
            }
        }
    }

    fn plain(&mut self, step: &'a Step, language: Language, lines: &[&str]) {
        let kind = self.kind(language);
        let exit_fits = match step.exit {
            ExpectedExit::Success => true,
            ExpectedExit::Status(_) => kind.language() == Language::Shell,
            ExpectedExit::SqlState(_) => kind == SessionKind::Psql,
            // sqlite3 does not tell, and Python has ended by then.
            ExpectedExit::Failure => !matches!(kind, SessionKind::Sqlite | SessionKind::Python),
        };
        if !exit_fits {
            self.refuse(step, "ends in a way that its session does not tell");
        }
        let typed = self.typed(step, language, lines);
        if self.levels.is_empty() {
            self.parts.push(Part::Here(typed));
            return;
        }
        if step.eventually.is_some() {
            self.end_part();
        }
        self.session(step).eventually = step.eventually;
        self.event(step, Event::Type(typed));
        if step.eventually.is_some() {
            self.end_part();
        }
        self.remember(step, language);
    }

    /// The program at the top; the reader's own shell where there is none.
    fn kind(&self, language: Language) -> SessionKind {
        let top = self.levels.last().map(|level| level.opened.opening.kind);
        top.unwrap_or(match language {
            Language::Shell => SessionKind::Bash,
            Language::Sql => SessionKind::Psql,
            Language::Python => SessionKind::Python,
        })
    }

    fn open(&mut self, step: &'a Step, before: &[&str], command: &str, opener: &Opener<'_>) {
        if step.expectation.is_some() {
            self.refuse(step, "shows what a program prints when it opens a session");
        }
        if step.eventually.is_some() {
            self.refuse(step, "tries to open a session more than once");
        }
        if opener.kind == SessionKind::Python {
            self.check_python(step, opener);
        }
        let answer = self.answer(step);
        self.refuse_secret(step, !self.levels.is_empty() || opener.engine.is_some());
        if answer.is_some() && opener.kind != SessionKind::Psql && !asks_by_sudo(command) {
            self.refuse(step, "answers a prompt that is not PostgreSQL's");
        }
        let opened = Opened {
            step: Some(step),
            before: before
                .iter()
                .map(|line| command::without_terminal(line))
                .collect(),
            opening: command::opening(command, opener, answer.as_deref()),
            settings: Vec::new(),
        };
        self.event(step, Event::Open(opened.clone()));
        self.levels.push(Level {
            opened: Opened {
                step: Some(step),
                before: Vec::new(),
                ..opened
            },
            held: None,
        });
    }

    /// Python gets what makes a prompt of it as its program, from a variable of the script.
    fn check_python(&mut self, step: &Step, opener: &Opener<'_>) {
        let is_flag = |word: &labrun_model::Word<'_>| word.text.starts_with('-');
        if !opener.arguments.iter().all(is_flag) {
            self.refuse(step, "starts a program of Python's before its prompt");
        }
        if self
            .levels
            .iter()
            .any(|level| level.opened.opening.in_container)
        {
            self.refuse(step, "opens Python inside a session in a container");
        }
    }

    fn close(&mut self, step: &'a Step, language: Language, before: &[&str], command: &str) {
        if self.levels.is_empty() {
            self.refuse(step, "closes the reader's own shell");
            return;
        }
        if step.exit != ExpectedExit::Success {
            self.refuse(step, "leaves a session with a status of its own");
        }
        if step.eventually.is_some() {
            self.refuse(step, "leaves a session more than once");
        }
        if step.expectation.is_some() && before.is_empty() {
            self.refuse(step, "shows what a program prints when it is left");
        }
        let mut typed = self.typed(step, language, before);
        // Interactive psql knows words that it takes for SQL elsewhere, and only login shells know `logout`.
        typed.lines.push(match self.kind(language) {
            SessionKind::Psql => "\\q".to_owned(),
            SessionKind::Sqlite => ".quit".to_owned(),
            SessionKind::Python => command.trim().to_owned(),
            SessionKind::Bash | SessionKind::Sh => command.trim().replacen("logout", "exit", 1),
        });
        self.event(step, Event::Close(typed));
        self.levels.pop();
        if self.levels.is_empty() {
            self.end_part();
        }
    }

    fn typed(&mut self, step: &'a Step, language: Language, lines: &[&str]) -> Typed<'a> {
        let mut lines: Vec<String> = match language {
            Language::Shell => lines
                .iter()
                .map(|line| command::without_terminal(line))
                .collect(),
            Language::Sql => lines.iter().map(|&line| line.to_owned()).collect(),
            Language::Python => {
                let typed = python_lines(lines).into_iter();
                typed.map(|line| line.text.to_owned()).collect()
            }
        };
        let mut password = self.answer(step);
        let mut leaves_the_host = !self.levels.is_empty();
        if let Some(secret) = password.clone() {
            for line in &mut lines {
                if let Some(changed) = command::with_password_in_container(line, &secret) {
                    *line = changed;
                    password = None;
                    leaves_the_host = true;
                }
            }
            let asks = lines.iter().any(|line| command::uses_libpq(line));
            let by_sudo = lines.iter().any(|line| asks_by_sudo(line));
            if language != Language::Shell || !(asks || by_sudo) {
                self.refuse(step, "answers a prompt that is not PostgreSQL's");
            }
            password = password.filter(|_| asks);
        }
        self.refuse_secret(step, leaves_the_host);
        Typed {
            step,
            lines,
            password,
        }
    }

    /// The one text that the step answers prompts with, as the shell reads it.
    fn answer(&mut self, step: &'a Step) -> Option<String> {
        let (first, more) = step.answers.split_first()?;
        if more.iter().any(|answer| answer.text != first.text) {
            self.refuse(step, "answers prompts with different texts");
        }
        Some(match &first.text {
            AnswerText::Written(text) => quoted(text),
            AnswerText::Secret(variable) => format!("\"${{{variable}:?}}\""),
        })
    }

    /// What is not on the page is known on the host only, and in a container's command everybody could read it.
    fn refuse_secret(&mut self, step: &'a Step, leaves_the_host: bool) {
        let is_secret = |answer: &Answer| matches!(answer.text, AnswerText::Secret(_));
        if leaves_the_host && step.answers.iter().any(is_secret) {
            self.refuse(
                step,
                "answers with a variable of the reader's inside a session or a container",
            );
        }
    }

    /// Notes what the step leaves behind in its session.
    fn remember(&mut self, step: &'a Step, language: Language) {
        let Action::Type { lines, .. } = &step.action else {
            return;
        };
        let Some(level) = self.levels.last_mut() else {
            return;
        };
        for line in lines {
            match effect(language, &line.text) {
                Effect::None => {}
                Effect::Setting => level.opened.settings.push(line.text.clone()),
                Effect::Held => level.held = Some(line.span),
                Effect::Released => level.held = None,
            }
        }
    }

    fn event(&mut self, step: &'a Step, event: Event<'a>) {
        self.session(step).events.push(event);
    }

    /// The session that is being put together. After a check or a file it is opened anew, as deep as the reader is.
    fn session(&mut self, step: &'a Step) -> &mut Session<'a> {
        if self.open.is_none() {
            for level in &self.levels {
                if let Some(held) = level.held {
                    let line = self.lab.source.author_line(held.start);
                    let message = format!(
                        "lab.sh opens {} anew for this step, and what line {line} began would be gone",
                        level.opened.opening.kind.name(),
                    );
                    self.diagnostics.push(
                        Diagnostic::error("session-split", step.span, message).with_help(
                            "put the check, the file or the step with `eventually` before that line or behind its end",
                        ),
                    );
                }
            }
        }
        let levels = &self.levels;
        self.open.get_or_insert_with(|| Session {
            events: levels
                .iter()
                .map(|level| Event::Open(anew(level)))
                .collect(),
            eventually: None,
        })
    }

    fn end_part(&mut self) {
        self.parts.extend(self.open.take().map(Part::of));
    }

    fn refuse(&mut self, step: &Step, what: &str) {
        let message = format!("lab.sh cannot do what this step does: it {what}");
        self.diagnostics
            .push(Diagnostic::error("not-extractable", step.span, message));
    }
}

/// A session as it is opened when its opening step is over.
fn anew<'a>(level: &Level<'a>) -> Opened<'a> {
    Opened {
        step: None,
        ..level.opened.clone()
    }
}

/// Whether a password can be sudo's, which asks for it on the terminal also in a script.
fn asks_by_sudo(line: &str) -> bool {
    line.split_whitespace().any(|word| word == "sudo")
}
