//! Writes the parts of a lab down as bash.
//!
//! The main type is [`Writer`]. What it writes calls the functions of [`crate::prelude`]; everything from the chapter
//! stands in here-documents or quoted words, so that no text of a chapter can change what the script is.

use std::slice::Iter;
use std::time::Duration;

use labrun_model::{Action, Check, ExpectedExit, ExpectedOutput, Lab, Language, SessionKind, Step};

use crate::json::json;
use crate::page;
use crate::part::{Event, Opened, Part, Session, Typed};
use crate::prelude;
use crate::question::question;
use crate::relation;
use crate::shell::{comment, here_document, is_plain_command, quoted, word};

/// The script of a lab.
pub(crate) fn script(lab: &Lab, parts: &[Part<'_>]) -> String {
    let mut writer = Writer {
        lab,
        text: prelude::prelude(lab, parts),
        section: None,
    };
    for part in parts {
        writer.part(part);
    }
    writer.end();
    writer.text
}

#[derive(Debug)]
struct Writer<'a> {
    lab: &'a Lab,
    text: String,
    section: Option<usize>,
}

impl Writer<'_> {
    fn part(&mut self, part: &Part<'_>) {
        self.heading(part.section());
        match part {
            Part::Write(step, file) => {
                let line = self.line(step);
                self.place(line);
                let path = word(&file.path.to_string_lossy());
                self.push(&here_document(
                    &format!("file_at {line} {path}"),
                    &file.content,
                ));
            }
            Part::Left(step) => {
                let line = self.line(step);
                self.place(line);
                self.push(&format!("left_at {line}\n"));
            }
            Part::Here(typed) => self.here(typed),
            Part::Session(session) => self.session(session),
            Part::Check(check) => self.check(check),
        }
    }

    fn heading(&mut self, section: Option<usize>) {
        if section == self.section {
            return;
        }
        self.section = section;
        let section = section.and_then(|index| self.lab.sections.get(index));
        if let Some(section) = section.filter(|section| section.level > 0) {
            let marks = "#".repeat(usize::from(section.level));
            self.push(&format!("\n# {marks} {}\n", comment(&section.title)));
        }
    }

    fn place(&mut self, line: usize) {
        let path = comment(&prelude::named_lines(self.lab));
        self.push(&format!("\n# {path}:{line}\n"));
    }

    fn here(&mut self, typed: &Typed<'_>) {
        let line = self.line(typed.step);
        self.place(line);
        let status = match &typed.step.exit {
            ExpectedExit::Status(status) => format!(" {status}"),
            ExpectedExit::Success | ExpectedExit::SqlState(_) | ExpectedExit::Failure => {
                String::new()
            }
        };
        let function = match &typed.step.exit {
            ExpectedExit::Failure => "fails_at",
            _ => "step_at",
        };
        let indent = indent(typed.step.eventually);
        let command = format!(
            "{indent}{}{function} {line}{status}",
            environment(typed.password.as_deref())
        );
        let mut text = here_document(&command, &lines(&typed.lines));
        text.push_str(&self.output(typed.step, indent, ""));
        self.tried(line, typed.step.eventually, &text);
    }

    fn session(&mut self, session: &Session<'_>) {
        let mut events = session.events.iter();
        let Some(Event::Open(opened)) = events.next() else {
            return;
        };
        let steps: Vec<usize> = session.steps().map(|step| self.line(step)).collect();
        let (Some(from), Some(to)) = (steps.first(), steps.last()) else {
            return;
        };
        self.place(*from);
        if !opened.before.is_empty() {
            self.push(&here_document(
                &format!("type_at {from}"),
                &lines(&opened.before),
            ));
        }
        let opening = &opened.opening;
        let program = if is_plain_command(&opening.command) {
            opening.command.clone()
        } else {
            quoted(&opening.command)
        };
        let environment = environment(opening.password.as_deref());
        let indent = indent(session.eventually);
        let command = format!("{indent}{environment}session_at {from}-{to} {program}");
        let mut text = here_document(&command, &self.body(opened, true, &mut events));
        for event in &session.events {
            let Some(step) = event.step() else { continue };
            text.push_str(&self.end_of(step, indent));
            text.push_str(&self.output(step, indent, &format!(" of {}", self.line(step))));
            if let Event::Type(typed) = event {
                text.push_str(&self.quiet(typed, indent));
            }
        }
        self.tried(*from, session.eventually, &text);
    }

    /// What a session reads, up to where it is closed.
    fn body(&self, opened: &Opened<'_>, marked: bool, events: &mut Iter<'_, Event<'_>>) -> String {
        let kind = opened.opening.kind;
        let mut text = beginning(opened);
        if let Some(step) = opened.step.filter(|_| marked) {
            text.push_str(&self.mark(kind, step));
        }
        while let Some(event) = events.next() {
            match event {
                Event::Open(inner) => text.push_str(&self.inner(kind, inner, events)),
                Event::Type(typed) => text.push_str(&self.typed(kind, typed)),
                Event::Close(typed) => {
                    text.push_str(&self.typed(kind, typed));
                    break;
                }
            }
        }
        text
    }

    /// A session in a session.
    fn inner(
        &self,
        kind: SessionKind,
        inner: &Opened<'_>,
        events: &mut Iter<'_, Event<'_>>,
    ) -> String {
        let marked = inner.before.is_empty();
        let mut text = match inner.step {
            Some(step) if !marked => self.mark(kind, step),
            _ => String::new(),
        };
        text.push_str(&lines(&inner.before));
        let body = self.body(inner, marked, events);
        let document = here_document(&inner.opening.command, &body);
        text.push_str(&with_environment(
            inner.opening.password.as_deref(),
            &document,
        ));
        text
    }

    fn typed(&self, kind: SessionKind, typed: &Typed<'_>) -> String {
        let mut text = self.mark(kind, typed.step);
        let line = self.line(typed.step);
        let lines = with_environment(typed.password.as_deref(), &lines(&typed.lines));
        let is_psql = kind == SessionKind::Psql;
        match typed.step.exit {
            ExpectedExit::Success => text.push_str(&lines),
            ExpectedExit::Failure | ExpectedExit::Status(_) if !is_psql => text.push_str(&format!(
                "set +e\n{lines}printf '\\n@@ {line} status %s\\n' \"$?\"\nset -e\n"
            )),
            _ => text.push_str(&format!(
                "\\set ON_ERROR_STOP 0\n{lines}\\echo '@@ {line} sqlstate' :SQLSTATE\n\\set ON_ERROR_STOP 1\n"
            )),
        }
        text
    }

    /// The line that the session prints before a step. It begins a line also where the last output ended without one.
    fn mark(&self, kind: SessionKind, step: &Step) -> String {
        let line = self.line(step);
        match kind {
            SessionKind::Bash | SessionKind::Sh => format!("printf '\\n@@ {line}\\n'\n"),
            SessionKind::Psql => format!("\\echo '@@ {line}'\n"),
            SessionKind::Sqlite => format!(".print '@@ {line}'\n"),
            SessionKind::Python => format!("print('\\n@@ {line}')\n"),
        }
    }

    fn end_of(&self, step: &Step, indent: &str) -> String {
        let line = self.line(step);
        match &step.exit {
            ExpectedExit::Success => String::new(),
            ExpectedExit::Failure => format!("{indent}failed_at {line}\n"),
            ExpectedExit::Status(status) => format!("{indent}ended_at {line} 'status {status}'\n"),
            ExpectedExit::SqlState(state) => {
                format!("ended_at {line} {}\n", quoted(&format!("sqlstate {state}")))
            }
        }
    }

    fn output(&self, step: &Step, indent: &str, of: &str) -> String {
        let Some(expectation) = &step.expectation else {
            return String::new();
        };
        match &expectation.output {
            ExpectedOutput::Lines { order, lines } => {
                let output = page::output(self.lab, expectation.span, lines, *order);
                let command = format!("{indent}output_at {}{of}{}", output.line, output.order);
                here_document(&command, &output.text)
            }
            ExpectedOutput::Json(root) => {
                let span = root.as_ref().map_or(expectation.span, |root| root.span);
                let line = self.lab.source.line(span.start);
                let text = root.as_ref().map_or_else(String::new, json);
                here_document(&format!("{indent}json_at {line}{of}"), &text)
            }
        }
    }

    /// A step in psql without an output must do without messages as well.
    fn quiet(&self, typed: &Typed<'_>, indent: &str) -> String {
        let is_sql = matches!(
            typed.step.action,
            Action::Type {
                language: Language::Sql,
                ..
            }
        );
        if is_sql && typed.step.expectation.is_none() {
            format!("{indent}quiet_at {}\n", self.line(typed.step))
        } else {
            String::new()
        }
    }

    /// The text of a step, in a function where it is tried until it succeeds.
    fn tried(&mut self, line: usize, eventually: Option<Duration>, text: &str) {
        match eventually {
            None => self.push(text),
            Some(limit) => self.push(&format!(
                "step_{line}() {{\n{text}}}\neventually {} step_{line}\n",
                seconds(limit)
            )),
        }
    }

    fn check(&mut self, check: &Check) {
        let line = self.lab.source.line(check.span.start);
        self.place(line);
        let mut question = question(self.lab, line, &check.probe);
        for held in &check.holds {
            let line = self.lab.source.line(held.span.start);
            let words = relation::words(held);
            question.push_str(&format!("  holds_at {line} {words}\n"));
        }
        let limit = seconds(check.eventually.unwrap_or_default());
        let title = quoted(&comment(&check.title));
        let hint = check.hint.as_deref().map_or_else(String::new, |hint| {
            format!(" \\\n  {}", quoted(&comment(hint)))
        });
        self.push(&format!(
            "check_{line}() {{\n{question}}}\ncheck_at {line} {limit} check_{line} {title}{hint}\n"
        ));
    }

    fn end(&mut self) {
        let outputs = self.lab.steps().filter(|step| step.expectation.is_some());
        let counts = format!(
            "\n# The end: as much as the chapter has.\nfinish {} {} {}\n",
            self.lab.steps().count(),
            outputs.count(),
            self.lab.checks().count(),
        );
        self.push(&counts);
    }

    /// The line by which a step is known: that of the first typed line, because a fence can hold several steps.
    fn line(&self, step: &Step) -> usize {
        let span = match &step.action {
            Action::Type { lines, .. } => lines.first().map_or(step.span, |line| line.span),
            Action::Write(_) => step.span,
        };
        self.lab.source.line(span.start)
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

/// What a session reads first: how it treats failures, and what was set before it was opened anew.
fn beginning(opened: &Opened<'_>) -> String {
    let mut text = String::new();
    if opened.opening.kind.language() == Language::Shell {
        text.push_str("set -e\n");
        // Docker carries the two output streams side by side, and only inside the container their order is known.
        if opened.opening.in_container {
            text.push_str("exec 2>&1\n");
        }
    }
    text + &lines(&opened.settings)
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// A password, as the shell reads it, as an assignment before a command of the script.
fn environment(password: Option<&str>) -> String {
    password.map_or_else(String::new, |password| format!("PGPASSWORD={password} "))
}

/// Lines of a session with a password in their environment.
fn with_environment(password: Option<&str>, text: &str) -> String {
    match password {
        Some(password) => {
            format!("export PGPASSWORD={password}\n{text}unset PGPASSWORD\n")
        }
        None => text.to_owned(),
    }
}

/// What stands before a command; those that are tried are in a function.
fn indent(eventually: Option<Duration>) -> &'static str {
    if eventually.is_some() { "  " } else { "" }
}

/// Whole seconds, never fewer than asked.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
