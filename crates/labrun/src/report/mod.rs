//! Everything the command prints: words on standard error, data on standard output. The only place that prints.
//!
//! A report of a run is a [`Report`]: it is told the events and says them in its own way.

mod accept;
mod book;
mod check;
mod failure;
mod github;
mod human;
mod json;
mod junit;
mod progress;
pub(crate) mod reading;

use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};
use labrun_model::{Diagnostic, Event, Lab, Severity, SourceFile};
use labrun_run::RunError;

use crate::book::BookError;
use crate::exit::Exit;

pub(crate) use accept::{change, confirmed, refused};
pub(crate) use book::{built, happened, no_book};
pub(crate) use check::{Checked, Finding, Form, checked};
pub(crate) use github::GitHub;
pub(crate) use human::Human;
pub(crate) use json::JsonLines;
pub(crate) use junit::JUnit;
pub(crate) use progress::{
    Asked, Asking, Next, Progress, Standing, Steps, progress, progress_lines,
};

/// Listens to a run.
pub(crate) trait Report {
    /// Says what happened.
    fn event(&mut self, lab: &Lab, event: &Event);

    /// The run is over. `trouble` says why it ended before its summary, where it did; a report that was asked for is
    /// then complete all the same, so that nobody takes an older one for it.
    ///
    /// # Errors
    /// When the report cannot be written.
    fn close(&mut self, lab: &Lab, trouble: Option<&RunError>) -> io::Result<()>;
}

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const CAUTION: Style = AnsiColor::Yellow.on_default();
pub(crate) const FAINT: Style = Style::new().dimmed();
pub(crate) const STRONG: Style = Style::new().bold();

/// Prints words.
pub(crate) fn words(text: &str) {
    // Nobody is left to complain to when standard error is closed.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Prints data.
pub(crate) fn data(text: &str) {
    let mut out = anstream::stdout();
    // A reader that has seen enough, such as `head`, closes the pipe; that is no error.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints a line of words.
pub(crate) fn note(text: &str) {
    words(&format!("labrun: {text}\n"));
}

/// A number with its noun, which is never `1 steps`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Prints an error with its help.
pub(crate) fn error(text: &str, help: Option<&str>) {
    words(&format!("{BAD}error{BAD:#}: {text}\n"));
    if let Some(help) = help {
        words(&format!("  {STRONG}help{STRONG:#}: {help}\n"));
    }
}

/// Prints a diagnostic with its caret.
pub(crate) fn diagnostic(diagnostic: &Diagnostic, source: &SourceFile) {
    words(&coloured(&diagnostic.draw(source), diagnostic.severity));
    words("\n");
}

/// Prints why a command could not do its work, and gives the exit code for it.
pub(crate) fn complain(trouble: &anyhow::Error) -> Exit {
    if let Some(run) = trouble.downcast_ref::<RunError>() {
        error(&run.to_string(), run.help().as_deref());
        return Exit::from(run);
    }
    if let Some(book) = trouble.downcast_ref::<labrun_book::BookError>() {
        return no_book(book);
    }
    match trouble.downcast_ref::<BookError>() {
        Some(BookError::File { what, help }) => error(what, Some(help)),
        Some(BookError::Diagnostics(drawn)) => {
            for one in drawn {
                let severity = if one.starts_with("warning") {
                    Severity::Warning
                } else {
                    Severity::Error
                };
                words(&coloured(one, severity));
                words("\n");
            }
        }
        None => error(&format!("{trouble:#}"), None),
    }
    Exit::Wrong
}

/// Colours the first word of a drawn diagnostic.
fn coloured(drawn: &str, severity: Severity) -> String {
    let style = match severity {
        Severity::Error => BAD,
        Severity::Warning => CAUTION,
    };
    match drawn.split_once(':') {
        Some((first, rest)) => format!("{style}{first}{style:#}:{rest}"),
        None => drawn.to_owned(),
    }
}
