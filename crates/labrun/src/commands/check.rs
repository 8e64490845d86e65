//! `labrun check`: everything that is wrong in the chapters, all at once, without an engine.

use std::path::Path;

use labrun_model::Severity;

use crate::args::Check;
use crate::book::OpenBook;
use crate::exit::Exit;
use crate::report;

/// Parses every lab and draws every diagnostic.
pub(crate) fn check(book: Option<&Path>, arguments: &Check) -> anyhow::Result<Exit> {
    let book = OpenBook::open(book)?;
    let entries = book.entries(&arguments.labs)?;
    if entries.is_empty() {
        report::note("the book has no labs");
        return Ok(Exit::Nothing);
    }
    let mut errors = 0;
    for entry in &entries {
        let (lab, diagnostics) = book.parse(entry)?;
        for diagnostic in &diagnostics {
            report::diagnostic(diagnostic, &lab.source);
        }
        errors += diagnostics
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .count();
    }
    let labs = report::count(entries.len(), "lab");
    if errors > 0 {
        report::note(&format!("{} in {labs}", report::count(errors, "error")));
        return Ok(Exit::Wrong);
    }
    report::note(&format!("{labs} checked, no errors"));
    Ok(Exit::Passed)
}
