//! What is wrong in the labs of a book that mdBook cannot load, so that no preprocessor sees them.

use std::path::Path;

use labrun_model::Severity;
use labrun_parse::{expanded, parse_book, parse_chapter};
use labrun_preprocessor::BookToml;

use crate::Fault;
use crate::mdbook::expand;
use crate::source::Sources;

/// What is wrong in the labs.
pub(crate) fn wrong(
    root: &Path,
    sources: &Sources,
    src: &Path,
    book_toml: &BookToml,
) -> Vec<Fault> {
    let (book, _) = parse_book(book_toml.file());
    let mut faults = Vec::new();
    for entry in &book.labs {
        let Some(chapter) = sources
            .find(&entry.chapter)
            .and_then(|found| found.files.first())
        else {
            continue;
        };
        let shown = src.join(&entry.chapter).display().to_string();
        // The page is what the chapter's includes bring in, and so is the lab.
        let author = chapter.text();
        let text = expand(root, &entry.chapter, author).unwrap_or_else(|_| author.to_owned());
        let (lab, diagnostics) =
            parse_chapter(&entry.name, expanded(&shown, author, &text), &entry.roles);
        let errors = diagnostics
            .iter()
            .filter(|found| found.severity == Severity::Error);
        let found = errors.map(|found| Fault::drawn_as(found.draw(&lab.source)));
        faults.extend(found.filter(|fault| !fault.is_of_include()));
    }
    faults
}
