//! What is wrong with a book, drawn and counted, and the two ways in which a preprocessor can end.

use labrun_model::{Diagnostic, Severity, SourceFile};
use mdbook_preprocessor::book::Book;

/// What is wrong with a book, in the order in which it was found.
#[derive(Debug, Default)]
pub struct Faults {
    drawn: Vec<String>,
    errors: usize,
}

/// A book with its changes.
#[derive(Debug)]
#[non_exhaustive]
pub struct Processed {
    /// The book.
    pub book: Book,
    /// Warnings about it, drawn as text of several lines each.
    pub warnings: Vec<String>,
}

/// Parts of a book are wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejected {
    /// Which parts, as a plural noun: `labs`.
    pub parts: &'static str,
    /// Every error and warning, drawn as text of several lines each, in the order of the book.
    pub faults: Vec<String>,
    /// How many of them are errors.
    pub errors: usize,
}

impl Faults {
    /// An error, drawn.
    pub fn error(&mut self, drawn: String) {
        self.errors += 1;
        self.drawn.push(drawn);
    }

    /// A warning, drawn.
    pub fn warning(&mut self, drawn: String) {
        self.drawn.push(drawn);
    }

    /// What is wrong in a file.
    pub fn diagnostics(&mut self, diagnostics: &[Diagnostic], source: &SourceFile) {
        for diagnostic in diagnostics {
            self.errors += usize::from(diagnostic.severity == Severity::Error);
            self.drawn.push(diagnostic.draw(source));
        }
    }

    /// What was found elsewhere, behind what was found here.
    pub fn extend(&mut self, other: Self) {
        self.errors += other.errors;
        self.drawn.extend(other.drawn);
    }

    /// Whether there is an error among them.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The end: the book, or why it is not to be built. `parts` says in which of its parts the faults are: `labs`.
    ///
    /// # Errors
    /// When there is an error among them.
    pub fn result(self, book: Book, parts: &'static str) -> Result<Processed, Rejected> {
        if self.has_errors() {
            return Err(Rejected {
                parts,
                faults: self.drawn,
                errors: self.errors,
            });
        }
        Ok(Processed {
            book,
            warnings: self.drawn,
        })
    }
}

impl std::fmt::Display for Rejected {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for fault in &self.faults {
            writeln!(formatter, "{fault}")?;
        }
        let plural = if self.errors == 1 { "" } else { "s" };
        write!(
            formatter,
            "{} error{plural} in the {} of this book",
            self.errors, self.parts
        )
    }
}

impl std::error::Error for Rejected {}
