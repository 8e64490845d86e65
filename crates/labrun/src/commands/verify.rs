//! `labrun verify`: how far a reader has come who builds a lab by hand.

use std::path::Path;

use labrun_model::{Block, Failure, FailureKind, Lab, Verdict};
use labrun_run::{Interrupts, RunError, verify as ask_all};

use crate::args::Verify;
use crate::book::OpenBook;
use crate::exit::Exit;
use crate::report::{self, Progress, Standing};

/// Asks the lab's checks of what is there now, and says section by section what is done.
pub(crate) fn verify(book: Option<&Path>, arguments: &Verify) -> anyhow::Result<Exit> {
    let book = OpenBook::open(book)?;
    let lab = book.lab(book.named("verify", arguments.lab.as_deref())?)?;
    let interrupts =
        Interrupts::install().map_err(RunError::system("installing the signal handlers"))?;
    let mut answers = Vec::new();
    ask_all(
        &lab,
        arguments.engine.as_deref(),
        &interrupts,
        &mut |index, outcome| answers.push((index, outcome.verdict, outcome.failure)),
    )?;
    let progress = progress(&lab, answers);
    report::progress(&lab, &progress);
    let is_done = progress
        .iter()
        .all(|one| !matches!(one.standing, Standing::NotYet(_)));
    Ok(if is_done { Exit::Passed } else { Exit::Failed })
}

/// Where the reader stands. A check that does not hold although a later one does belongs to a state that the chapter has
/// left behind: `async` before `sync`, for instance. A later check that asks what an earlier one asked says nothing about
/// how far the reader is.
fn progress(lab: &Lab, answers: Vec<(usize, Verdict, Option<Failure>)>) -> Vec<Progress> {
    let last_held = answers
        .iter()
        .filter(|(index, verdict, _)| {
            *verdict == Verdict::Passed && asks_something_new(lab, *index)
        })
        .map(|(index, ..)| *index)
        .max();
    let standing = |index: usize, verdict: Verdict, failure: Option<Failure>| match verdict {
        Verdict::Passed => Standing::Holds,
        Verdict::Failed | Verdict::NotRun if last_held.is_some_and(|last| index < last) => {
            Standing::LeftBehind
        }
        Verdict::Failed | Verdict::NotRun => {
            Standing::NotYet(failure.unwrap_or_else(|| unknown(lab, index)))
        }
    };
    answers
        .into_iter()
        .map(|(index, verdict, failure)| Progress {
            block: index,
            standing: standing(index, verdict, failure),
        })
        .collect()
}

fn asks_something_new(lab: &Lab, index: usize) -> bool {
    let probe = |block: &Block| match block {
        Block::Check(check) => Some(check.probe.clone()),
        Block::Step(_) => None,
    };
    let asked = lab.blocks.get(index).and_then(probe);
    let mut before = lab.blocks.iter().take(index).filter_map(probe);
    !before.any(|earlier| Some(earlier) == asked)
}

/// A check without a verdict and without a reason, which only a signal makes; the run has then ended already.
fn unknown(lab: &Lab, index: usize) -> Failure {
    Failure {
        place: lab.place(lab.blocks.get(index).map(Block::span).unwrap_or_default()),
        kind: FailureKind::Unreachable {
            reason: "it was not asked".to_owned(),
        },
        output: None,
        hint: None,
        dead_containers: Vec::new(),
    }
}
