//! What `labrun LAB --watch` says between its runs: what was saved, what that means, and for what it waits.

use labrun_model::{Block, Lab};
use labrun_run::Next;

use super::{CAUTION, STRONG, error, note, words};

/// Begins a round: why it is made, and where it begins.
pub(crate) fn round(number: usize, lab: &Lab, next: &Next) {
    let text = match next {
        Next::Nothing => return,
        Next::All(why) if number == 1 && why.is_empty() => "all of it".to_owned(),
        Next::All(why) => format!("{why}: all is run, in a new lab"),
        Next::GoOn { first, why } => format!("{why}: going on {}", from(lab, *first)),
    };
    words(&format!("\n{STRONG}━━ round {number}{STRONG:#}: {text}\n"));
}

/// Says that the lab cannot be gone on with after all.
pub(crate) fn all_anew(why: &str) {
    words(&format!(
        "{CAUTION}!{CAUTION:#} {why}: all is run, in a new lab\n"
    ));
}

/// Says that a save changed nothing that runs.
pub(crate) fn unchanged(saved: &[String]) {
    let saved = saved.join(", ");
    note(&format!(
        "{saved} saved: nothing that runs has changed, so nothing is run"
    ));
}

/// Says that a save ended the round.
pub(crate) fn ended_by_save() {
    note("saved meanwhile, so this round has ended");
}

/// Says for what it waits.
pub(crate) fn waiting(chapter: &str, standing: Option<&std::path::Path>) {
    let stands = standing.map(|folder| format!(" (the lab stands in {})", folder.display()));
    let stands = stands.unwrap_or_default();
    note(&format!(
        "waiting for a save of {chapter}{stands}; Ctrl-C ends and cleans up"
    ));
}

/// Says that the watching has ended, and what clean-up could not remove.
pub(crate) fn ended(left: &[String]) {
    for line in left {
        error(
            &format!("left behind: {line}"),
            Some("`labrun clean` tries again"),
        );
    }
    if left.is_empty() {
        note("ended; nothing is left of the lab");
    }
}

fn from(lab: &Lab, first: usize) -> String {
    match lab.blocks.get(first) {
        Some(Block::Step(step)) => format!("from step {}", step.number),
        Some(Block::Check(check)) => format!("from the check “{}”", check.title),
        None => "at the end".to_owned(),
    }
}
