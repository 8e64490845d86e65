//! What the book says of its labs, from the configuration that mdBook hands over.

use labrun_model::{Severity, SourceFile};
use labrun_parse::{Book, parse_book};
use labrun_preprocessor::Faults;
use mdbook_preprocessor::PreprocessorContext;

/// The labs that the book's configuration names, and what else it says of them; none where it cannot be read.
///
/// mdBook gives values and not the text of `book.toml`, so the text is made anew for the parser that everything else
/// uses, and what it finds is said without a line.
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
    for diagnostic in diagnostics {
        let help = diagnostic
            .help
            .map_or_else(String::new, |help| format!(" = help: {help}\n"));
        let message = format!(
            "[{}]: book.toml: {}\n{help}",
            diagnostic.code, diagnostic.message
        );
        match diagnostic.severity {
            Severity::Error => faults.error(format!("error{message}")),
            Severity::Warning => faults.warning(format!("warning{message}")),
        }
    }
    Some(book)
}
