//! The watchdog: labrun's own program, called by labrun itself with a hidden first argument.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use labrun_run::{WATCHDOG_COMMAND, run_watchdog};

use crate::exit::Exit;
use crate::report;

/// Becomes the watchdog when the first argument says so.
pub(crate) fn if_called() -> Option<Exit> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != WATCHDOG_COMMAND {
        return None;
    }
    let journal = arguments.next()?;
    match run_watchdog(Path::new(&journal)) {
        Ok(reclaimed) if reclaimed.left.is_empty() => Some(Exit::Passed),
        Ok(_) => Some(Exit::Broken),
        Err(error) => {
            report::error(&error.to_string(), None);
            Some(Exit::Broken)
        }
    }
}

/// The program that a run starts as its watchdog.
pub(crate) fn command() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("finding labrun's own program for the watchdog")
}
