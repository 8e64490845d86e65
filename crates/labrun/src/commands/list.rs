//! `labrun list`: the labs of the book, as data on standard output.

use std::path::Path;

use labrun_model::{Block, Lab, Severity};
use serde_json::{Value, json};

use crate::args::List;
use crate::book::{NO_LABS, OpenBook};
use crate::exit::Exit;
use crate::report;
use crate::selection::{Named, sections};

/// Prints a line for each lab.
pub(crate) fn list(book: Option<&Path>, arguments: &List) -> anyhow::Result<Exit> {
    let book = OpenBook::open(book)?;
    if book.book.labs.is_empty() {
        report::note(NO_LABS);
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
            let line = json!({
                "name": lab.name,
                "title": lab.title,
                "chapter": lab.source.path(),
                "steps": steps,
                "checks": checks,
                "errors": errors,
            });
            let line = with_sections(line, &lab, arguments.sections);
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
            if arguments.sections {
                report::data(&drawn(&lab));
            }
        }
    }
    Ok(Exit::Passed)
}

/// A line for each section: the number, the heading, how much there is to run, and the anchor.
fn drawn(lab: &Lab) -> String {
    let sections = sections(lab);
    let indented = |section: &Named| {
        let level = usize::from(section.level.saturating_sub(2));
        format!("{}{}", "  ".repeat(level), section.title)
    };
    let width = sections
        .iter()
        .map(|section| indented(section).chars().count())
        .max()
        .unwrap_or(0);
    let lines = sections.iter().filter_map(|section| {
        let number = section.number?;
        let (steps, checks) = counts(lab, section);
        let title = indented(section);
        let padding = " ".repeat(width - title.chars().count());
        let holds = match (steps, checks) {
            (0, 0) => "nothing to run".to_owned(),
            (steps, 0) => report::count(steps, "step"),
            (steps, checks) => format!(
                "{}, {}",
                report::count(steps, "step"),
                report::count(checks, "check")
            ),
        };
        Some(format!(
            "  {number:>3}  {title}{padding}  {holds}  #{}\n",
            section.anchor
        ))
    });
    lines.collect()
}

fn with_sections(mut line: Value, lab: &Lab, wanted: bool) -> Value {
    if wanted {
        let sections = sections(lab);
        let listed = sections.iter().map(|section| {
            let (steps, checks) = counts(lab, section);
            json!({
                "number": section.number,
                "title": section.title,
                "anchor": section.anchor,
                "level": section.level,
                "steps": steps,
                "checks": checks,
            })
        });
        line["sections"] = listed.collect();
    }
    line
}

/// How many steps and checks a section and those below it have.
fn counts(lab: &Lab, section: &Named) -> (usize, usize) {
    let blocks = lab.blocks.get(section.blocks.clone()).unwrap_or_default();
    let steps = blocks
        .iter()
        .filter(|block| matches!(block, Block::Step(_)))
        .count();
    (steps, blocks.len() - steps)
}
