//! Books for tests, as mdBook gives them to a preprocessor.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::Path;

use mdbook_preprocessor::PreprocessorContext;
use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use mdbook_preprocessor::config::Config;

/// A book.toml with the lab `lab` in `lab.md`.
pub(crate) const LAB: &str = "[book]\nlanguage = \"id\"\n[preprocessor.labrun.labs.lab]\n";

pub(crate) fn context(toml: &str, renderer: &str) -> PreprocessorContext {
    context_in(Path::new("/nowhere"), toml, renderer)
}

/// The same for a book in a folder that is there.
pub(crate) fn context_in(root: &Path, toml: &str, renderer: &str) -> PreprocessorContext {
    let config: Config = toml.parse().expect("a book.toml");
    PreprocessorContext::new(root.to_owned(), config, renderer.to_owned())
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
