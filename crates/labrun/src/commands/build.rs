//! `labrun build`: builds the book in this process, with the preprocessor at hand, so that nobody needs mdBook installed.

use std::path::Path;

use anyhow::Context as _;
use mdbook_driver::MDBook;

use crate::args::Build;
use crate::book::OpenBook;
use crate::exit::Exit;
use crate::report;

/// Builds the book.
pub(crate) fn build(book: Option<&Path>, arguments: &Build) -> anyhow::Result<Exit> {
    let book = OpenBook::open(book)?;
    let mut labs = Vec::new();
    for entry in &book.book.labs {
        labs.push(book.lab(entry)?);
    }
    let mut mdbook = MDBook::load(&book.root).context("the book cannot be loaded")?;
    if let Some(folder) = &arguments.dest_dir {
        mdbook.config.build.build_dir = std::env::current_dir()?.join(folder);
    }
    // A preprocessor of the same name takes the place of the command that book.toml names.
    mdbook.with_preprocessor(mdbook_labrun::Labrun::new());
    mdbook.build().context("the book cannot be built")?;
    let folder = mdbook.build_dir_for("html");
    report::note(&format!("built {}", folder.join("index.html").display()));
    Ok(Exit::Passed)
}
