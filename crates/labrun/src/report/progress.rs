//! How far a reader has come who builds a lab by hand: a line for each check, and what to do next.

use labrun_model::{Failure, Lab};

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
        match &one.standing {
            Standing::Holds => words(&format!("  {GOOD}✓{GOOD:#} {title}\n")),
            Standing::LeftBehind => words(&format!(
                "  {FAINT}✓ {title} (was so: a later check holds){FAINT:#}\n"
            )),
            Standing::NotYet(failure) => {
                words(&format!(
                    "  {CAUTION}·{CAUTION:#} {title} {FAINT}(not yet){FAINT:#}\n"
                ));
                next = next.or(Some(failure));
            }
        }
    }
    let done = progress
        .iter()
        .filter(|one| !matches!(one.standing, Standing::NotYet(_)))
        .count();
    match next {
        Some(failure) => words(&format!(
            "\n{}\n{CAUTION}not yet{CAUTION:#}: {done} of {}; the next one is at {}\n",
            failure::draw(failure),
            count(progress.len(), "check"),
            failure.place
        )),
        None => words(&format!(
            "\n{GOOD}done{GOOD:#}: {} of {} hold\n",
            progress.len(),
            count(progress.len(), "check")
        )),
    }
}
