//! `labrun build`: builds the book in this process, with the preprocessors at hand, so that nobody needs mdBook installed.

use std::path::Path;

use anyhow::Context as _;

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
    let dest = match &arguments.dest_dir {
        Some(folder) => Some(std::env::current_dir()?.join(folder)),
        None => None,
    };
    let folder =
        labrun_book::build(&book.root, dest.as_deref()).context("the book cannot be built")?;
    report::note(&format!("built {}", folder.join("index.html").display()));
    Ok(Exit::Passed)
}
