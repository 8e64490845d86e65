//! Books for tests, as mdBook gives them to a preprocessor.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::Path;

use mdbook_diagram::{Diagram, Processed, Rejected, Strict};
use mdbook_preprocessor::PreprocessorContext;
use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use mdbook_preprocessor::config::Config;
use tempfile::TempDir;

/// A book.toml with a script that is there. What a test adds goes into the last table.
pub(crate) const BOOK: &str = "[book]\nlanguage = \"id\"\n[output.html]\nadditional-css = [\"theme/diagram.css\"]\n\
     additional-js = [\"theme/diagram.js\"]\n[preprocessor.diagram]\nscript = \"script.js\"\n";

pub(crate) fn context(toml: &str, renderer: &str) -> PreprocessorContext {
    let config: Config = toml.parse().expect("a book.toml");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/root");
    PreprocessorContext::new(root, config, renderer.to_owned())
}

/// A book in a folder of its own, which goes when the first value goes.
pub(crate) fn context_in(toml: &str) -> (TempDir, PreprocessorContext) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("book.toml"), toml).expect("a file");
    let mut context = context(toml, "html");
    context.root = folder.path().to_owned();
    (folder, context)
}

/// A book with these chapters, the name of each without `.md`.
pub(crate) fn book(chapters: &[(&str, &str)]) -> Book {
    let items = chapters.iter().map(|(name, content)| {
        let path = format!("{name}.md");
        BookItem::Chapter(Chapter::new(name, (*content).to_owned(), path, Vec::new()))
    });
    Book::new_with_items(items.collect())
}

pub(crate) fn content(book: &Book, name: &str) -> String {
    let chapter = book.chapters().find(|chapter| chapter.name == name);
    chapter.expect("the chapter").content.clone()
}

/// A book of one chapter, processed.
pub(crate) fn process(toml: &str, chapter: &str) -> Result<Processed, Rejected> {
    Diagram::new().process(&context(toml, "html"), book(&[("page", chapter)]))
}

/// A chapter whose diagrams are right, as it comes out.
pub(crate) fn rewritten(chapter: &str) -> String {
    content(&process(BOOK, chapter).expect("a book").book, "page")
}

/// What is said of a chapter with errors.
pub(crate) fn rejected(toml: &str, chapter: &str) -> Rejected {
    process(toml, chapter).expect_err("errors")
}
