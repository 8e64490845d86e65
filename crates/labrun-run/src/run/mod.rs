//! A whole run, from the lock to the summary: what must be there before the first step, the blocks in order, and what
//! must be gone at the end.

mod blocks;
mod going_on;
mod guided;
mod kept;
mod lingering;
mod standing;
mod tally;
mod watched;
mod world;

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::PathBuf;
use std::time::Instant;

use labrun_model::{Event, Lab, Notice, Part, Summary, Verdict};

use self::standing::StandingLab;
pub use self::watched::{Next, WatchedLab};
use crate::engine::Reach;
use crate::guide::Guide;
use crate::{Interrupts, RunError};

/// How a lab is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The book's folder.
    pub book_root: PathBuf,
    /// The engine's address, where the user names one.
    pub engine: Option<String>,
    /// Which engines may be used.
    pub reach: Reach,
    /// Leaves everything as it is at the end.
    pub keep: bool,
    /// What happens after a failure.
    pub after_failure: AfterFailure,
    /// Tells [`Event::Evidence`] also where nothing has failed.
    pub evidence: bool,
    /// The blocks that are wanted.
    pub part: Part,
    /// Names that other labs, which may run at the same time, give to what they make in the engine, compose projects too.
    pub neighbours: BTreeSet<String>,
    /// The program that becomes the watchdog when it is called with [`crate::WATCHDOG_COMMAND`].
    pub watchdog: PathBuf,
}

/// What a run does after a block that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum AfterFailure {
    /// Nothing more is done.
    Stop,
    /// It goes on where a step did what it should, and only printed something else than the page shows.
    GoOnAfterOutput,
    /// It goes on, as long as the terminal can be used.
    GoOn,
}

impl AfterFailure {
    /// Whether the run ends with this verdict on a block; `is_output` where nothing but its output differs.
    fn stops(self, verdict: Verdict, is_output: bool) -> bool {
        match self {
            _ if verdict == Verdict::Passed => false,
            Self::Stop => true,
            Self::GoOnAfterOutput => !is_output,
            Self::GoOn => false,
        }
    }
}

/// Runs a lab and tells its events. A part that does not begin with the chapter goes on in the lab of a kept run.
///
/// # Errors
/// When something around the lab is missing or broke before the first step, one cannot go on, or there is nothing to
/// run. A lab that fails is no error: the summary says so.
pub fn run(
    lab: &Lab,
    options: &Options,
    guide: Option<&mut dyn Guide>,
    interrupts: &Interrupts,
    emit: &mut dyn FnMut(Event),
) -> Result<Summary, RunError> {
    refuse_nothing(lab)?;
    let mut standing = StandingLab::begin(lab, options, interrupts, emit)?;
    let played = standing.play(lab, options, guide, interrupts, emit);
    let begun = Instant::now();
    let summary = match played {
        // What could not be gone on with stands as it stood.
        Err(error) if options.part.first() > 0 && interrupts.signal().is_none() => {
            standing.keep()?;
            return Err(error);
        }
        Err(error) => {
            emit(Event::Notice(Notice::CleaningUp));
            for line in standing.clean_up(interrupts).left {
                emit(Event::Notice(Notice::Warning(left_behind(&line))));
            }
            return Err(error);
        }
        Ok(summary) if options.keep && summary.interrupted_by.is_none() => {
            emit(Event::Notice(Notice::Warning(kept_as_asked(
                lab, &standing,
            ))));
            standing.keep()?;
            summary
        }
        Ok(mut summary) => {
            emit(Event::Notice(Notice::CleaningUp));
            summary.left_behind = standing.clean_up(interrupts).left;
            // A signal during clean-up, too, must reach whoever waits for the exit code.
            summary.interrupted_by = interrupts.signal();
            summary.cleanup = begun.elapsed();
            summary
        }
    };
    emit(Event::Finished(summary.clone()));
    Ok(summary)
}

fn kept_as_asked(lab: &Lab, standing: &StandingLab) -> String {
    let folder = standing.folder();
    format!(
        "kept as asked: {}; `labrun {} --from STEP` goes on there, `labrun clean` removes it and what runs there",
        folder.display(),
        lab.name
    )
}

/// What is to be said of a thing that could not be removed, where no summary says it.
fn left_behind(line: &str) -> String {
    format!("left behind: {line}; the next run and `labrun clean` try again")
}

/// Whether a lab does something, and promises something that could turn out to be otherwise.
pub fn verifies_something(lab: &Lab) -> bool {
    let shows = lab.steps().any(|step| step.expectation.is_some());
    lab.steps().next().is_some() && (shows || lab.checks().next().is_some())
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
    if !verifies_something(lab) {
        let name = &lab.name;
        return Err(RunError::Nothing(format!(
            "lab `{name}` ({path}) has no expectation and no check: it verifies nothing"
        )));
    }
    Ok(())
}

/// Random bytes from the system, in hexadecimal digits.
pub(crate) fn random_word(bytes: usize) -> Result<String, RunError> {
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
