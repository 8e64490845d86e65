//! `labrun verify`: how far a reader has come who builds a lab by hand.

use std::path::Path;

use labrun_model::{Block, CheckOutcome, Failure, FailureKind, Lab, Verdict};
use labrun_run::{Interrupts, RunError, verify as ask_all};

use crate::args::Verify;
use crate::book::OpenBook;
use crate::exit::Exit;
use crate::report::{self, Asked, Asking, Next, Progress, Standing, Steps};

/// Asks the lab's checks of what is there now, and says section by section what is done.
pub(crate) fn verify(book: Option<&Path>, arguments: &Verify) -> anyhow::Result<Exit> {
    let book = OpenBook::open(book)?;
    let lab = book.lab(book.named("verify", arguments.lab.as_deref())?)?;
    let interrupts =
        Interrupts::install().map_err(RunError::system("installing the signal handlers"))?;
    let folder =
        std::env::current_dir().map_err(RunError::system("looking for the current folder"))?;
    let mut answers = Vec::new();
    let asking = Asking::new(&lab);
    ask_all(
        &lab,
        &folder,
        arguments.engine.as_deref(),
        &interrupts,
        &mut |index, outcome| {
            asking.answered();
            answers.push((index, outcome));
        },
    )?;
    drop(asking);
    let progress = progress(&lab, answers);
    if arguments.json {
        report::progress_lines(&lab, &progress);
    } else {
        report::progress(&lab, &progress, &folder);
    }
    Ok(if progress.next.is_none() {
        Exit::Passed
    } else {
        Exit::Failed
    })
}

/// Where the reader stands. A check that does not hold although a later one does belongs to a state that the chapter has
/// left behind: `async` before `sync`, for instance.
fn progress(lab: &Lab, answers: Vec<(usize, CheckOutcome)>) -> Progress {
    let holds = |outcome: &CheckOutcome| outcome.verdict == Verdict::Passed;
    let reached = answers
        .iter()
        .filter(|(index, outcome)| holds(outcome) && is_evidence(lab, *index))
        .map(|(index, _)| *index)
        .max();
    let is_reached = |index: usize| reached.is_some_and(|reached| index <= reached);
    let mut first_not_yet = None;
    let mut checks = Vec::new();
    for (index, outcome) in answers {
        let elapsed = outcome.elapsed;
        let standing = if holds(&outcome) {
            let comes_later = first_not_yet.is_some() && !is_evidence(lab, index);
            if comes_later {
                Standing::NotReached
            } else {
                Standing::Holds
            }
        } else if is_reached(index) {
            Standing::LeftBehind
        } else {
            first_not_yet = first_not_yet.or(Some(index));
            Standing::NotYet(outcome.failure.unwrap_or_else(|| unknown(lab, index)))
        };
        checks.push(Asked {
            block: index,
            standing,
            elapsed,
        });
    }
    Progress {
        next: first_not_yet.map(|check| next(lab, &checks, check)),
        checks,
    }
}

/// Whether a check that holds tells that the reader has come so far. One that asks what an earlier one asked tells nothing,
/// and neither does one that promises that something is not there: before the first step nothing is.
fn is_evidence(lab: &Lab, index: usize) -> bool {
    let probe = |block: &'_ Block| match block {
        Block::Check(check) => Some(check.probe.clone()),
        Block::Step(_) => None,
    };
    let Some(asked) = lab.blocks.get(index).and_then(probe) else {
        return false;
    };
    let mut before = lab.blocks.iter().take(index).filter_map(probe);
    !asked.promises_absence() && !before.any(|earlier| earlier.is_same(&asked))
}

/// The steps before a check, back to those that an earlier check has found done.
fn next(lab: &Lab, checks: &[Asked], check: usize) -> Next {
    let is_done = |index: usize| {
        let mut asked = checks.iter().filter(|asked| asked.block == index);
        asked.any(|asked| asked.standing.is_done())
    };
    let mut found_done = false;
    let mut steps = Steps::None;
    for (index, block) in lab.blocks.iter().enumerate().take(check).rev() {
        steps = match (block, steps) {
            (Block::Step(_), Steps::None) if found_done => Steps::Again(index),
            (Block::Step(_), Steps::None) => Steps::Ahead(index, index),
            (Block::Step(_), Steps::Ahead(_, last)) => Steps::Ahead(index, last),
            (_, steps) => steps,
        };
        if matches!(block, Block::Check(_)) {
            found_done |= is_done(index);
        }
        if found_done && steps != Steps::None {
            break;
        }
    }
    Next { check, steps }
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
