//! `labrun doctor`: one table of what labs need of this machine, with the remedy for what is not right.

use std::path::{Path, PathBuf};

use labrun_model::Lab;
use labrun_run::{Examination, Finding, Interrupts, RunError, StateFolder, examine};

use crate::args::Doctor;
use crate::book::{BookError, OpenBook};
use crate::exit::Exit;
use crate::report::{self, Table};

/// Looks, and says line by line what was found.
pub(crate) fn doctor(book: Option<&Path>, arguments: &Doctor) -> anyhow::Result<Exit> {
    let (root, labs) = labs(book, arguments)?;
    let state = StateFolder::find(&|name: &str| std::env::var_os(name))?;
    let interrupts =
        Interrupts::install().map_err(RunError::system("installing the signal handlers"))?;
    let watchdog = super::reap::command()?;
    let examination = Examination {
        labs: &labs,
        engine: arguments.engine.as_deref(),
        state: &state,
        book_root: &root,
        watchdog: &watchdog,
    };
    let mut table = Table::new(arguments.json);
    let mut is_right = true;
    let left = examine(examination, &interrupts, &mut |subject, finding| {
        is_right &= !matches!(finding, Finding::Wrong { .. });
        table.line(subject, finding);
    })?;
    table.end();
    for line in &left {
        report::error(
            &format!("still there: {line}"),
            Some("`labrun clean` tries again"),
        );
    }
    Ok(if is_right && left.is_empty() {
        Exit::Passed
    } else {
        Exit::Broken
    })
}

/// The labs that are asked for, with their book's folder. Outside a book there are none, and nothing is wrong with that.
fn labs(book: Option<&Path>, arguments: &Doctor) -> anyhow::Result<(PathBuf, Vec<Lab>)> {
    let is_asked_for = book.is_some() || arguments.lab.is_some();
    let book = match OpenBook::open(book) {
        Err(BookError::File { .. }) if !is_asked_for => {
            let here = std::env::current_dir();
            let here = here.map_err(RunError::system("looking for the current folder"))?;
            return Ok((here, Vec::new()));
        }
        other => other?,
    };
    let named: Vec<String> = arguments.lab.iter().cloned().collect();
    let labs = book.entries(&named)?.into_iter();
    let labs = labs
        .map(|entry| book.lab(entry))
        .collect::<Result<_, _>>()?;
    Ok((book.root.clone(), labs))
}
