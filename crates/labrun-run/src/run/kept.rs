//! Whether one can go on in the lab that a run has left standing, and with how much right. Nothing is typed here.

use std::path::Path;

use labrun_model::{Action, Block, Lab};
use sha2::{Digest as _, Sha256};

use crate::RunError;
use crate::cleanup::{BlockEnd, Journal, Phase, Progress, RunJournal, StateFolder};
use crate::preflight::needs_engine;

/// The latest run of a lab that was kept.
///
/// # Errors
/// When none was, or what it has left cannot be trusted any more.
pub(super) fn find(
    state: &StateFolder,
    book_root: &Path,
    lab: &Lab,
) -> Result<RunJournal, RunError> {
    let name = &lab.name;
    let is_kept = |run: &RunJournal| {
        let journal = run.snapshot();
        journal.phase == Phase::Kept && journal.lab == *name && journal.book_root == book_root
    };
    let Some(run) = state.journals().runs.into_iter().find(is_kept) else {
        return Err(RunError::CannotGoOn {
            what: format!("no run of lab `{name}` was kept, so there is nothing to go on with"),
            help: format!("`labrun {name} --keep` keeps the lab, also when a step fails"),
        });
    };
    stands(&run.snapshot())?;
    Ok(run)
}

/// Whether what a run has left can still be there as it was left.
fn stands(journal: &Journal) -> Result<(), RunError> {
    let folder = journal.lab_folder.display();
    let what = if !journal.numbers_count() {
        "the machine was started anew since the run was kept, or this is another container"
            .to_owned()
    } else if !journal.lab_folder.is_dir() {
        format!("the lab folder {folder} of the kept run is gone")
    } else {
        return Ok(());
    };
    Err(RunError::CannotGoOn {
        what,
        help: run_all(&journal.lab),
    })
}

/// What to do where one cannot go on.
pub(super) fn run_all(lab: &str) -> String {
    format!("run the whole lab: `labrun clean`, then `labrun {lab}`")
}

/// The block from which one goes on who wants to go on from `first`: checks right before it that have not passed as
/// they stand in the chapter now are asked too, because the world is where they ask it.
pub(super) fn first_block(lab: &Lab, progress: &Progress, mut first: usize) -> usize {
    while let Some(before) = first.checked_sub(1)
        && let Some(block @ Block::Check(_)) = lab.blocks.get(before)
        && !has_passed(lab, progress, before, block)
    {
        first = before;
    }
    first
}

fn has_passed(lab: &Lab, progress: &Progress, index: usize, block: &Block) -> bool {
    progress
        .blocks
        .get(index)
        .is_some_and(|done| done.end == BlockEnd::Passed && done.text == fingerprint(lab, block))
}

/// Whether everything before `first` was done as the chapter has it now. What the user must know then, where it is
/// less than a whole run.
///
/// # Errors
/// With the place of the first block that was not, and what to do.
pub(super) fn may_go_on(
    lab: &Lab,
    journal: &Journal,
    first: usize,
) -> Result<Option<String>, RunError> {
    let progress = &journal.progress;
    let refuse = |what, help| Err(RunError::CannotGoOn { what, help });
    for (index, block) in lab.blocks.iter().enumerate().take(first) {
        let (name, place) = (name(block), lab.place(block.span()));
        let Some(done) = progress.blocks.get(index) else {
            return refuse(
                format!("the kept run did not come so far: {name} ({place}) was not done"),
                from_help(lab, index),
            );
        };
        if done.text != fingerprint(lab, block) {
            return refuse(
                format!(
                    "{name} has changed since the run was kept ({place}), and what follows builds on it"
                ),
                run_all(&lab.name),
            );
        }
        if done.end == BlockEnd::Failed {
            return refuse(
                format!("{name} failed in the kept run ({place}), and what follows builds on it"),
                from_help(lab, index),
            );
        }
    }
    if needs_engine(lab) && journal.endpoint.is_none() {
        return refuse(
            "the kept run had no container engine, and the chapter needs one now".to_owned(),
            run_all(&lab.name),
        );
    }
    Ok(repeated(lab, progress, first))
}

/// Which steps are typed a second time, in a world that they have changed already.
fn repeated(lab: &Lab, progress: &Progress, first: usize) -> Option<String> {
    let again = lab.blocks.get(first..progress.blocks.len())?;
    let mut numbers = again.iter().filter_map(|block| match block {
        Block::Step(step) => Some(step.number),
        Block::Check(_) => None,
    });
    let begin = numbers.next()?;
    let again = match numbers.next_back() {
        Some(end) => {
            format!("steps {begin} to {end} were begun in the kept run and are typed again")
        }
        None => format!("step {begin} was begun in the kept run and is typed again"),
    };
    Some(format!(
        "{again}, on what that has left; only a whole run proves the page"
    ))
}

/// The step from which one can go on who cannot from further behind.
fn from_help(lab: &Lab, index: usize) -> String {
    let mut behind = lab.blocks.iter().skip(index);
    let step = behind.find_map(|block| match block {
        Block::Step(step) => Some(step.number),
        Block::Check(_) => None,
    });
    match step {
        Some(step) => format!("`--from {step}` goes on there"),
        None => run_all(&lab.name),
    }
}

/// A block as messages name it.
pub(super) fn name(block: &Block) -> String {
    match block {
        Block::Step(step) => format!("step {}", step.number),
        Block::Check(check) => format!("the check “{}”", check.title),
    }
}

/// A hash of everything that the chapter says of a block, and nothing of where it stands.
pub(super) fn fingerprint(lab: &Lab, block: &Block) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    };
    add(lab.source.slice(block.span()));
    if let Block::Step(step) = block {
        add(step.terminal.as_str());
        add(&step.exit.to_string());
        step.answers
            .iter()
            .for_each(|answer| add(&answer.text.shown()));
        match &step.action {
            Action::Type { language, lines } => {
                add(language.fence());
                lines.iter().for_each(|line| add(&line.text));
            }
            Action::Write(file) => {
                add(&file.path.to_string_lossy());
                add(&file.content);
            }
        }
        let shown = step.expectation.as_ref();
        add(shown.map_or("", |expectation| lab.source.slice(expectation.span)));
    }
    let digest = hash.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
