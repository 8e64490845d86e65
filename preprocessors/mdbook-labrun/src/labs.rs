//! What the book says of its labs, from the configuration that mdBook hands over.

use std::path::Path;

use labrun_model::{Diagnostic, Severity, SourceFile};
use labrun_parse::{Book, LabEntry, parse_book};
use labrun_preprocessor::{BookToml, Faults};
use mdbook_preprocessor::PreprocessorContext;

/// The labs that the book's configuration names, and what else it says of them; none where it cannot be read.
///
/// mdBook gives values and not the text of `book.toml`, so the text is made anew for the parser that everything else
/// uses. What it finds there is said at its place in the author's own text, where it stands in there as well: values can
/// also come from the environment.
pub(crate) fn labs(context: &PreprocessorContext, faults: &mut Faults) -> Option<Book> {
    let text = match toml::to_string(&context.config) {
        Ok(text) => text,
        Err(error) => {
            faults.error(format!(
                "error: the configuration cannot be read: {error}\n"
            ));
            return None;
        }
    };
    let (book, diagnostics) = parse_book(&SourceFile::new("book.toml", text));
    if diagnostics.is_empty() {
        return Some(book);
    }
    let author = BookToml::read(&context.root);
    let (_, mut placed) = parse_book(author.file());
    for diagnostic in diagnostics {
        let is_same = |other: &Diagnostic| {
            (other.code, &other.message) == (diagnostic.code, &diagnostic.message)
        };
        // Each is taken once: two tables can have the same fault.
        match placed.iter().position(is_same) {
            Some(at) => faults.diagnostics(&[placed.remove(at)], author.file()),
            None => without_place(&diagnostic, faults),
        }
    }
    Some(book)
}

/// A lab of a chapter that is not in the book.
pub(crate) fn without_chapter(entry: &LabEntry, root: &Path, faults: &mut Faults) {
    let message = format!(
        "the lab `{}` is the chapter `{}`, but SUMMARY.md has no such chapter",
        entry.name,
        entry.chapter.display()
    );
    let help =
        "write the chapter and name it in SUMMARY.md; `chapter = \"FILE.md\"` names another file";
    let author = BookToml::read(root);
    let place = author.key(&["preprocessor", "labrun", "labs", &entry.name]);
    let diagnostic = Diagnostic::error("lab-without-chapter", place.unwrap_or_default(), message);
    let diagnostic = diagnostic.with_help(help);
    match place {
        Some(_) => faults.diagnostics(&[diagnostic], author.file()),
        None => without_place(&diagnostic, faults),
    }
}

fn without_place(diagnostic: &Diagnostic, faults: &mut Faults) {
    let help = diagnostic
        .help
        .as_ref()
        .map_or_else(String::new, |help| format!("  = help: {help}\n"));
    let message = format!(
        "[{}]: {}\n --> book.toml, or the environment\n{help}",
        diagnostic.code, diagnostic.message
    );
    match diagnostic.severity {
        Severity::Error => faults.error(format!("error{message}")),
        Severity::Warning => faults.warning(format!("warning{message}")),
    }
}
