//! A whole run, from the lock to the summary: what must be there before the first step, the blocks in order, and what
//! must be gone at the end.

mod blocks;
mod tally;
mod world;

use std::io::Read as _;
use std::path::PathBuf;
use std::time::Instant;

use labrun_model::{Event, Lab, Notice, Part, Summary};

use self::world::World;
use crate::cleanup::{
    Beginning, RunJournal, Stale, StateFolder, Watchdog, become_subreaper, clean_stale, reclaim,
};
use crate::engine::discover;
use crate::lab_folder::LabFolder;
use crate::preflight::needs_engine;
use crate::sudo::Sudo;
use crate::{Interrupts, RunError};

/// How a lab is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The book's folder.
    pub book_root: PathBuf,
    /// The engine's address, where the user names one.
    pub engine: Option<String>,
    /// Leaves everything as it is at the end.
    pub keep: bool,
    /// Goes on after a failure, as long as the terminal can be used.
    pub keep_going: bool,
    /// The blocks that are wanted.
    pub part: Part,
    /// The program that becomes the watchdog when it is called with [`crate::WATCHDOG_COMMAND`].
    pub watchdog: PathBuf,
}

/// Runs a lab and tells its events.
///
/// # Errors
/// When something around the lab is missing or broke before the first step, or there is nothing to run. A lab that
/// fails is no error: the summary says so.
pub fn run(
    lab: &Lab,
    options: &Options,
    interrupts: &Interrupts,
    emit: &mut dyn FnMut(Event),
) -> Result<Summary, RunError> {
    refuse_nothing(lab)?;
    let lookup = |name: &str| std::env::var_os(name);
    let state = StateFolder::find(&lookup)?;
    let _lock = state.lock(&options.book_root, &lab.name)?;
    let left = clean_stale(&state, Stale::CutShort, interrupts, &mut |notice| {
        emit(Event::Notice(notice))
    });
    for line in left {
        emit(Event::Notice(Notice::Warning(format!(
            "an older run left {line}"
        ))));
    }
    become_subreaper().map_err(RunError::system("taking charge of orphaned processes"))?;
    let sudo = Sudo::decide(lab)?;
    let endpoint = needs_engine(lab)
        .then(|| discover(options.engine.as_deref(), &lookup))
        .transpose()?;
    let run_id = random_word(6)?;
    let folder = LabFolder::path_for(&run_id);
    let journal = RunJournal::begin(
        &state,
        &Beginning {
            run_id: &run_id,
            lab: &lab.name,
            book_root: &options.book_root,
            endpoint: endpoint.as_ref().map(|endpoint| endpoint.url.as_str()),
            lab_folder: &folder,
        },
    )?;
    let watchdog = Watchdog::spawn(&options.watchdog, &journal)?;
    let world = World {
        lab,
        state: &state,
        journal: &journal,
        sudo: &sudo,
        endpoint: endpoint.as_ref(),
        interrupts,
    };
    let mut summary = Summary::default();
    let (result, engine) = match world.prepare(emit) {
        Ok(mut run) => {
            run.blocks(options, &mut summary, emit);
            (Ok(()), run.end(&mut summary, emit))
        }
        Err(error) => (Err(error), None),
    };
    summary.interrupted_by = interrupts.signal();
    let begun = Instant::now();
    if options.keep && result.is_ok() && summary.interrupted_by.is_none() {
        journal.keep()?;
        let kept = format!(
            "kept as asked: {}; `labrun clean` removes it and the containers",
            folder.join("lab").display()
        );
        emit(Event::Notice(Notice::Warning(kept)));
    } else {
        emit(Event::Notice(Notice::CleaningUp));
        summary.left_behind =
            reclaim(&journal, engine.as_ref(), &[watchdog.pid()], interrupts).left;
    }
    summary.cleanup = begun.elapsed();
    watchdog.dismiss();
    state.forget_old_runs();
    result?;
    emit(Event::Finished(summary.clone()));
    Ok(summary)
}

/// A lab that does nothing, or that nothing could turn red, must not be green.
fn refuse_nothing(lab: &Lab) -> Result<(), RunError> {
    let path = lab.source.path();
    if lab.steps().next().is_none() {
        return Err(RunError::Nothing(format!(
            "lab `{}` ({path}) has no step",
            lab.name
        )));
    }
    let verifies =
        lab.steps().any(|step| step.expectation.is_some()) || lab.checks().next().is_some();
    if !verifies {
        let name = &lab.name;
        return Err(RunError::Nothing(format!(
            "lab `{name}` ({path}) has no expectation and no check: it verifies nothing"
        )));
    }
    Ok(())
}

/// Random bytes from the system, in hexadecimal digits.
fn random_word(bytes: usize) -> Result<String, RunError> {
    let mut buffer = vec![0; bytes];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut buffer))
        .map_err(RunError::system("reading random bytes"))?;
    Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_words_are_long_enough_and_differ() {
        let (one, other) = (random_word(16).unwrap(), random_word(16).unwrap());
        assert_eq!(one.len(), 32);
        assert_ne!(one, other);
    }
}
