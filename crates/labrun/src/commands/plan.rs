//! `labrun plan`: what CI would run, as data on standard output.

use std::path::Path;

use super::together::{candidate, read};
use crate::args::{Plan, PlanFormat};
use crate::book::OpenBook;
use crate::exit::Exit;
use crate::matrix::{Planned, data, github, gitlab};
use crate::report;

/// Prints the plan.
pub(crate) fn plan(book: Option<&Path>, arguments: &Plan) -> anyhow::Result<Exit> {
    let book = OpenBook::open(book)?;
    let entries = book.entries(&arguments.labs)?;
    if entries.is_empty() {
        report::error("there is no lab to plan", Some(&book.what_there_is()));
        return Ok(Exit::Nothing);
    }
    let Some(labs) = read(&book, &entries) else {
        return Ok(Exit::Wrong);
    };
    let planned: Vec<Planned> = entries
        .iter()
        .zip(labs)
        .map(|(entry, lab)| Planned {
            candidate: candidate(entry, &lab),
            lab,
        })
        .collect();
    let write = match arguments.format {
        PlanFormat::Github => github,
        PlanFormat::Gitlab => gitlab,
        PlanFormat::Json => data,
    };
    report::data(&write(&planned, arguments.shards));
    Ok(Exit::Passed)
}
