//! mdBook in this process, with the preprocessors at hand. The only file that names its driver.

use std::path::{Path, PathBuf};

use mdbook_driver::MDBook;

/// Builds the book below `root`, into `dest` where one is named, and gives the folder with its pages.
///
/// # Errors
/// When mdBook cannot load or build the book.
pub fn build(root: &Path, dest: Option<&Path>) -> mdbook_preprocessor::errors::Result<PathBuf> {
    let mut book = MDBook::load(root)?;
    if let Some(folder) = dest {
        book.config.build.build_dir = folder.to_owned();
    }
    // A preprocessor of the same name takes the place of the command that book.toml names.
    book.with_preprocessor(mdbook_labrun::Labrun::new());
    book.with_preprocessor(mdbook_diagram::Diagram::new());
    book.build()?;
    Ok(book.build_dir_for("html"))
}

/// A chapter's text as mdBook's own preprocessors see it first: with what `{{#include}}` and its like bring in. The
/// chapter is named by its path below the book's `src`. Nothing is written, and a directive that names a file which
/// cannot be read stays as it is.
///
/// # Errors
/// When the book's `book.toml` cannot be read.
pub fn expand(
    root: &Path,
    chapter: &Path,
    text: &str,
) -> mdbook_preprocessor::errors::Result<String> {
    use mdbook_driver::builtin_preprocessors::LinkPreprocessor;
    use mdbook_preprocessor::book::{Book, BookItem, Chapter};
    use mdbook_preprocessor::config::Config;
    use mdbook_preprocessor::{Preprocessor as _, PreprocessorContext};

    let config = Config::from_disk(root.join("book.toml"))?;
    if !config.build.use_default_preprocessors && !config.contains_key("preprocessor.links") {
        return Ok(text.to_owned());
    }
    let alone = Chapter::new("", text.to_owned(), chapter, Vec::new());
    let book = Book::new_with_items(vec![BookItem::Chapter(alone)]);
    let context = PreprocessorContext::new(root.to_owned(), config, "html".to_owned());
    let book = LinkPreprocessor::new().run(&context, book)?;
    let chapter = book.chapters().next();
    Ok(chapter.map_or_else(|| text.to_owned(), |chapter| chapter.content.clone()))
}
