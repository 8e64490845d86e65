//! `labrun policy`: what the labs ask of an engine, held against the book's policy, without starting anything.

use std::path::Path;

use labrun_model::Lab;
use labrun_run::{Interrupts, RunError};

use crate::args::Policy;
use crate::book::OpenBook;
use crate::exit::Exit;
use crate::policy::{Guard, Judged};
use crate::report::{self, Form};

/// Judges the labs that are asked for, and tells what is refused.
pub(crate) fn policy(book: Option<&Path>, arguments: &Policy) -> anyhow::Result<Exit> {
    let book = OpenBook::open(book)?;
    let chosen = book.entries(&arguments.labs)?;
    if chosen.is_empty() {
        report::note("the book has no labs");
        return Ok(Exit::Nothing);
    }
    let guard = Guard::find(&book, &arguments.by)?.unwrap_or_else(Guard::built_in);
    let interrupts =
        Interrupts::install().map_err(RunError::system("installing the signal handlers"))?;
    let mut judged: Vec<(Lab, Judged)> = Vec::new();
    for entry in chosen {
        let lab = book.lab(entry)?;
        let found = guard.judge(&lab, None, &interrupts)?;
        judged.push((lab, found));
    }
    let in_github = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let form = if arguments.json {
        Form::Json
    } else {
        Form::Drawn
    };
    report::judged(&judged, &guard.name(), form, arguments.github || in_github);
    let is_allowed = judged.iter().all(|(_, found)| found.refused.is_empty());
    Ok(if is_allowed {
        Exit::Passed
    } else {
        Exit::Wrong
    })
}
