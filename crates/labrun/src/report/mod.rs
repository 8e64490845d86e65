//! Everything the command prints: words on standard error, data on standard output. The only place that prints.
//!
//! A report of a run is a [`Report`]: it is told the events and says them in its own way.

mod accept;
mod book;
mod bundle;
mod check;
mod doctor;
mod failure;
mod github;
mod html;
mod human;
mod json;
mod junit;
#[cfg(test)]
mod messages;
mod new;
mod policy;
mod progress;
pub(crate) mod reading;
#[cfg(test)]
mod specimens;
mod together;
mod watch;

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::{self, Write as _};
use std::sync::OnceLock;

use anstyle::{AnsiColor, Style};
use labrun_model::{Diagnostic, Event, Lab, Severity, SourceFile};
use labrun_run::RunError;

use crate::book::BookError;
use crate::exit::Exit;

pub(crate) use accept::{change, confirmed, refused};
pub(crate) use book::{built, happened, no_book};
pub(crate) use bundle::Bundle;
pub(crate) use check::{Checked, Finding, Form, checked};
pub(crate) use doctor::Table;
pub(crate) use github::GitHub;
pub(crate) use html::Html;
pub(crate) use human::Human;
pub(crate) use json::{JsonLines, SCHEMA};
pub(crate) use junit::JUnit;
pub(crate) use new::made;
pub(crate) use policy::judged;
pub(crate) use progress::{
    Asked, Asking, Next, Progress, Standing, Steps, progress, progress_lines,
};
#[cfg(test)]
pub(crate) use specimens::run_errors;
pub(crate) use together::{Gathering, Together};
pub(crate) use watch::{all_anew, ended, ended_by_save, round, unchanged, waiting};

/// Listens to a run, or to the runs of several labs, whose events may come mixed: each comes with its lab.
pub(crate) trait Report {
    /// Says what happened.
    fn event(&mut self, lab: &Lab, event: &Event);

    /// The run of a lab is over. `trouble` says why it ended before its summary, where it did; a report that was asked for is
    /// then complete all the same, so that nobody takes an older one for it.
    ///
    /// # Errors
    /// When the report cannot be written.
    fn close(&mut self, lab: &Lab, trouble: Option<&RunError>) -> io::Result<()>;

    /// The runs of all labs are over.
    ///
    /// # Errors
    /// When the report cannot be written.
    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const CAUTION: Style = AnsiColor::Yellow.on_default();
pub(crate) const FAINT: Style = Style::new().dimmed();
pub(crate) const STRONG: Style = Style::new().bold();

/// Prints words, in one piece: what others print does not come between, and a step costs one call of the system.
pub(crate) fn words(text: &str) {
    static IN_COLOUR: OnceLock<bool> = OnceLock::new();
    let mut out = io::stderr();
    let in_colour = *IN_COLOUR
        .get_or_init(|| anstream::AutoStream::choice(&out) != anstream::ColorChoice::Never);
    let plain;
    let text = if in_colour {
        text
    } else {
        plain = anstream::adapter::strip_str(text).to_string();
        plain.as_str()
    };
    // Nobody is left to complain to when standard error is closed.
    let _ = out.write_all(text.as_bytes());
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

/// What others wrote, made safe for a terminal and for the log of a job: a control character cannot move the cursor,
/// colour the rest or begin a line, and a character that turns the direction of writing cannot hide a word. Each is shown
/// as a sign of its own.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(shown).collect()
}

fn shown(character: char) -> char {
    match character {
        '\t' => ' ',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{fffe}'
        | '\u{ffff}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other => other,
    }
}

/// A word that nobody can guess. The keys of the standard library's hash maps come from the system's random source.
fn random_word() -> String {
    let bits = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", bits(), bits())
}

/// This moment in UTC, as RFC 3339 writes it, to the second.
pub(crate) fn timestamp() -> String {
    now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// The day, in UTC: `2026-11-25`.
pub(crate) fn today() -> String {
    now().format("%Y-%m-%d").to_string()
}

fn now() -> chrono::DateTime<chrono::Utc> {
    let since = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
    chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

/// A number with its noun, which is never `1 steps`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Prints an error with its help.
pub(crate) fn error(text: &str, help: Option<&str>) {
    words(&drawn(text, help));
}

/// An error with its help, as lines; where it has several, those behind the first are indented.
fn drawn(text: &str, help: Option<&str>) -> String {
    let text = text.trim_end().replace('\n', "\n       ");
    let help = help.map(|help| format!("  {STRONG}help{STRONG:#}: {help}\n"));
    format!("{BAD}error{BAD:#}: {text}\n{}", help.unwrap_or_default())
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
