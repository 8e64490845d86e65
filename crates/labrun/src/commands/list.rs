//! `labrun list`: the labs of the book, as data on standard output.

use std::path::Path;

use labrun_model::Severity;

use crate::args::List;
use crate::book::OpenBook;
use crate::exit::Exit;
use crate::report;

/// Prints a line for each lab.
pub(crate) fn list(book: Option<&Path>, arguments: &List) -> anyhow::Result<Exit> {
    let book = OpenBook::open(book)?;
    if book.book.labs.is_empty() {
        report::note(
            "the book has no labs; book.toml makes a chapter one by a table [preprocessor.labrun.labs.NAME]",
        );
        return Ok(Exit::Nothing);
    }
    let width = book
        .book
        .labs
        .iter()
        .map(|entry| entry.name.len())
        .max()
        .unwrap_or(0);
    for entry in &book.book.labs {
        let (lab, diagnostics) = book.parse(entry)?;
        let errors = diagnostics
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .count();
        let (steps, checks) = (lab.steps().count(), lab.checks().count());
        if arguments.json {
            let line = serde_json::json!({
                "name": lab.name,
                "title": lab.title,
                "chapter": lab.source.path(),
                "steps": steps,
                "checks": checks,
                "errors": errors,
            });
            report::data(&format!("{line}\n"));
        } else {
            let wrong = if errors > 0 {
                format!(", {}", report::count(errors, "error"))
            } else {
                String::new()
            };
            let counts = format!(
                "{}, {}{wrong}",
                report::count(steps, "step"),
                report::count(checks, "check")
            );
            report::data(&format!(
                "{:width$}  {}  ({}; {counts})\n",
                lab.name,
                lab.title,
                lab.source.path()
            ));
        }
    }
    Ok(Exit::Passed)
}
