//! `labrun build`: builds the book in this process and checks it, so that nobody needs mdBook installed.

use std::path::Path;
use std::time::Instant;

use labrun_book::Settings;

use crate::args::Build;
use crate::book::OpenBook;
use crate::exit::Exit;
use crate::report;

/// Builds the book.
pub(crate) fn build(book: Option<&Path>, arguments: &Build) -> anyhow::Result<Exit> {
    let started = Instant::now();
    let book = OpenBook::open(book)?;
    let dest = match &arguments.dest_dir {
        Some(folder) => Some(std::env::current_dir()?.join(folder)),
        None => None,
    };
    let settings = Settings {
        root: book.root,
        dest,
        site_url: arguments.site_url.clone(),
    };
    match labrun_book::build(&settings) {
        Ok(built) => {
            report::built(&built, started.elapsed());
            Ok(Exit::Passed)
        }
        Err(error) => {
            let exit = report::no_book(&error);
            if let Some(folder) = labrun_book::last_good(&settings) {
                report::note(&format!("the last good book is kept in {folder}"));
            }
            Ok(exit)
        }
    }
}
