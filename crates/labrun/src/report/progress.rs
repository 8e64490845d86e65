//! How far a reader has come who builds a lab by hand: a line for each check, and what to do next.

use labrun_model::{Block, Failure, Lab};

use super::{CAUTION, FAINT, GOOD, STRONG, count, failure, words};

/// A check, and how what the reader built stands to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Progress {
    /// The check, an index into [`Lab::blocks`].
    pub(crate) block: usize,
    /// Whether it holds.
    pub(crate) standing: Standing,
}

/// How what the reader built stands to a check.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Standing {
    /// It holds.
    Holds,
    /// It does not hold any more, because the chapter has gone on from there.
    LeftBehind,
    /// It does not hold yet.
    NotYet(Failure),
}

/// Says all of it on standard error. Only the first check that does not hold is explained: the others follow from it.
pub(crate) fn progress(lab: &Lab, progress: &[Progress]) {
    let path = lab.source.path();
    words(&format!(
        "{STRONG}{}{STRONG:#} · {} {FAINT}({path}){FAINT:#}\n",
        lab.name, lab.title
    ));
    let mut section = None;
    let mut next = None;
    for one in progress {
        let Some(block) = lab.blocks.get(one.block) else {
            continue;
        };
        if section != Some(block.section()) {
            section = Some(block.section());
            let title = lab
                .sections
                .get(block.section())
                .map_or("", |section| section.title.as_str());
            words(&format!("\n{STRONG}{title}{STRONG:#}\n"));
        }
        let title = block.summary();
        let place = match step_before(lab, one.block) {
            Some(step) => format!("after step {step}"),
            None => "before the first step".to_owned(),
        };
        match &one.standing {
            Standing::Holds => words(&format!(
                "  {GOOD}✓{GOOD:#} {title} {FAINT}({place}){FAINT:#}\n"
            )),
            Standing::LeftBehind => words(&format!(
                "  {FAINT}✓ {title} ({place}; was so: a later check holds){FAINT:#}\n"
            )),
            Standing::NotYet(failure) => {
                words(&format!(
                    "  {CAUTION}·{CAUTION:#} {title} {FAINT}({place}; not yet){FAINT:#}\n"
                ));
                next = next.or(Some((one.block, failure)));
            }
        }
    }
    let done = progress
        .iter()
        .filter(|one| !matches!(one.standing, Standing::NotYet(_)))
        .count();
    match next {
        Some((block, failure)) => words(&format!(
            "\n{}\n{CAUTION}not yet{CAUTION:#}: {done} of {}; {}\n",
            failure::draw(failure),
            count(progress.len(), "check"),
            what_is_next(lab, progress, block)
        )),
        None => words(&format!(
            "\n{GOOD}done{GOOD:#}: {} of {} hold\n",
            progress.len(),
            count(progress.len(), "check")
        )),
    }
}

/// The number of the last step before a block.
fn step_before(lab: &Lab, block: usize) -> Option<usize> {
    let before = lab.blocks.iter().take(block);
    let mut steps = before.filter_map(|block| match block {
        Block::Step(step) => Some(step.number),
        Block::Check(_) => None,
    });
    steps.next_back()
}

/// Where a reader goes on for the first check that does not hold yet, as the page has it: by steps and section.
fn what_is_next(lab: &Lab, progress: &[Progress], next: usize) -> String {
    let section = lab
        .blocks
        .get(next)
        .and_then(|block| lab.sections.get(block.section()))
        .filter(|section| !section.title.is_empty())
        .map(|section| format!(", in the section “{}”", section.title))
        .unwrap_or_default();
    let held = progress.iter().take_while(|one| one.block < next).last();
    let done = held.and_then(|held| step_before(lab, held.block));
    let first = done.unwrap_or(0) + 1;
    match step_before(lab, next) {
        Some(last) if first < last => format!("go on with steps {first} to {last}{section}"),
        Some(last) if first == last => format!("go on with step {last}{section}"),
        Some(last) => format!("look at step {last} again{section}"),
        None => format!("begin before the first step{section}"),
    }
}
