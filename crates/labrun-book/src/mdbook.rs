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
