//! How far a reader has come who builds a lab by hand: a line for each check, and what to do next.

use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use labrun_model::{Block, Failure, FailureKind, Lab, Probe};
use serde_json::{Value, json};

use super::{CAUTION, FAINT, GOOD, STRONG, count, data, failure, words};

/// What the reader has built, as far as the checks tell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Progress {
    /// The checks in the order of the chapter.
    pub(crate) checks: Vec<Asked>,
    /// What the reader does next; `None` when everything is done.
    pub(crate) next: Option<Next>,
}

/// A check, and how what the reader built stands to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    /// The check, an index into [`Lab::blocks`].
    pub(crate) block: usize,
    /// Whether it holds.
    pub(crate) standing: Standing,
    /// How long the answer took.
    pub(crate) elapsed: Duration,
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
    /// It promises that something is not there, which holds before anything is built: its place has not come.
    NotReached,
}

/// Where a reader goes on for the first check that does not hold yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Next {
    /// The check, an index into [`Lab::blocks`].
    pub(crate) check: usize,
    /// The steps that lead to it.
    pub(crate) steps: Steps,
}

/// The steps that lead to a check, as indexes into [`Lab::blocks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Steps {
    /// The first and the last of those that no check has found done.
    Ahead(usize, usize),
    /// The one that an earlier check has found done, and that has done only a part of it.
    Again(usize),
    /// There is none.
    None,
}

impl Standing {
    /// Whether the reader is done with what the check is about.
    pub(crate) fn is_done(&self) -> bool {
        matches!(self, Self::Holds | Self::LeftBehind)
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::LeftBehind => "left_behind",
            Self::NotYet(_) => "not_yet",
            Self::NotReached => "not_reached",
        }
    }
}

impl Progress {
    fn done(&self) -> usize {
        let done = self.checks.iter().filter(|asked| asked.standing.is_done());
        done.count()
    }
}

/// The line on a terminal that says which check is being asked, because a server that hangs takes its time.
pub(crate) struct Asking(ProgressBar);

impl Asking {
    /// Shows nothing yet.
    pub(crate) fn new(lab: &Lab) -> Self {
        let checks = u64::try_from(lab.checks().count()).unwrap_or(u64::MAX);
        let bar = ProgressBar::with_draw_target(Some(checks), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("  {spinner} asking {pos} of {len}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// One more has been answered.
    pub(crate) fn answered(&self) {
        self.0.inc(1);
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Says all of it on standard error. Only the first check that does not hold is explained: the others follow from it.
pub(crate) fn progress(lab: &Lab, progress: &Progress, folder: &Path) {
    let path = lab.source.path();
    words(&format!(
        "{STRONG}{}{STRONG:#} · {} {FAINT}({path}){FAINT:#}\n",
        lab.name, lab.title
    ));
    let sections = progress.checks.chunk_by(|one, other| {
        let section = |asked: &Asked| lab.blocks.get(asked.block).map(Block::section);
        section(one) == section(other)
    });
    for checks in sections {
        section(lab, checks);
    }
    let (done, all) = (progress.done(), count(progress.checks.len(), "check"));
    let Some(next) = progress.next else {
        words(&format!(
            "\n{GOOD}done{GOOD:#}: {} of {all} hold\n",
            progress.checks.len()
        ));
        return;
    };
    let mut standings = progress.checks.iter().map(|asked| &asked.standing);
    let failed = standings.find_map(|standing| match standing {
        Standing::NotYet(failure) => Some(failure),
        _ => None,
    });
    if let Some(found) = failed {
        words(&format!("\n{}", failure::draw(found)));
    }
    if looks_at_files(lab, next.check) {
        let folder = folder.display();
        words(&format!(
            "  {FAINT}files were looked for in {folder}, the current folder{FAINT:#}\n"
        ));
    }
    words(&format!(
        "\n{CAUTION}not yet{CAUTION:#}: {done} of {all}; {}\n",
        what_is_next(lab, next)
    ));
}

/// A section's checks below its heading.
fn section(lab: &Lab, checks: &[Asked]) {
    let block = checks.first().and_then(|asked| lab.blocks.get(asked.block));
    let section = block.and_then(|block| lab.sections.get(block.section()));
    let title = section.map_or("", |section| section.title.as_str());
    words(&format!("\n{STRONG}{title}{STRONG:#}\n"));
    for asked in checks {
        let Some(block) = lab.blocks.get(asked.block) else {
            continue;
        };
        let (title, place) = (block.summary(), place(lab, asked.block));
        words(&match &asked.standing {
            Standing::Holds => format!("  {GOOD}✓{GOOD:#} {title} {FAINT}({place}){FAINT:#}\n"),
            Standing::LeftBehind => {
                format!("  {FAINT}✓ {title} ({place}; was so: a later check holds){FAINT:#}\n")
            }
            Standing::NotYet(_) => {
                format!("  {CAUTION}·{CAUTION:#} {title} {FAINT}({place}; not yet){FAINT:#}\n")
            }
            Standing::NotReached => {
                format!("  {FAINT}· {title} ({place}; comes later){FAINT:#}\n")
            }
        });
    }
}

/// Where a check stands, in steps.
fn place(lab: &Lab, check: usize) -> String {
    let before = lab.blocks.iter().take(check).rev();
    let mut steps = before.filter_map(|block| match block {
        Block::Step(step) => Some(step.number),
        Block::Check(_) => None,
    });
    match steps.next() {
        Some(step) => format!("after step {step}"),
        None => "before the first step".to_owned(),
    }
}

fn looks_at_files(lab: &Lab, check: usize) -> bool {
    match lab.blocks.get(check) {
        Some(Block::Check(check)) => matches!(check.probe, Probe::File { .. }),
        _ => false,
    }
}

/// Where a reader goes on, as the page has it: by steps and section, and the first step with its line and its text.
fn what_is_next(lab: &Lab, next: Next) -> String {
    let section = lab
        .blocks
        .get(next.check)
        .and_then(|block| lab.sections.get(block.section()))
        .filter(|section| !section.title.is_empty())
        .map(|section| format!(", in the section “{}”", section.title))
        .unwrap_or_default();
    let number = |index: usize| match lab.blocks.get(index) {
        Some(Block::Step(step)) => step.number,
        _ => 0,
    };
    let (words, first) = match next.steps {
        Steps::Ahead(first, last) if first == last => {
            (format!("go on with step {}", number(first)), first)
        }
        Steps::Ahead(first, last) => (
            format!("go on with steps {} to {}", number(first), number(last)),
            first,
        ),
        Steps::Again(step) => (format!("look at step {} again", number(step)), step),
        Steps::None => return format!("begin before the first step{section}"),
    };
    let step = lab.blocks.get(first).map(|block| {
        let place = lab.place(block.span());
        format!(
            "\n  step {} is at {place}: {}",
            number(first),
            block.summary()
        )
    });
    format!("{words}{section}{}", step.unwrap_or_default())
}

/// Says all of it as JSON lines on standard output: one for each check, and one for the whole.
pub(crate) fn progress_lines(lab: &Lab, progress: &Progress) {
    for asked in &progress.checks {
        data(&format!("{}\n", check_line(lab, asked)));
    }
    let step = |index: usize| match lab.blocks.get(index) {
        Some(block @ Block::Step(step)) => json!({
            "step": step.number,
            "name": step.name,
            "line": lab.place(block.span()).line,
            "text": block.summary(),
        }),
        _ => Value::Null,
    };
    let steps = progress.next.and_then(|next| match next.steps {
        Steps::Ahead(first, last) => Some((first, last)),
        Steps::Again(step) => Some((step, step)),
        Steps::None => None,
    });
    let line = json!({
        "event": "verified",
        "lab": lab.name,
        "path": lab.source.path(),
        "done": progress.next.is_none(),
        "checks": progress.checks.len(),
        "hold": progress.done(),
        "next": steps.map(|(first, _)| step(first)),
        "next_until": steps.map(|(_, last)| step(last)),
    });
    data(&format!("{line}\n"));
}

fn check_line(lab: &Lab, asked: &Asked) -> Value {
    let Some(Block::Check(check)) = lab.blocks.get(asked.block) else {
        return Value::Null;
    };
    let failure = match &asked.standing {
        Standing::NotYet(failure) => failure_value(failure),
        _ => Value::Null,
    };
    json!({
        "event": "check",
        "number": check.number,
        "section": lab.sections.get(check.section).map(|section| &section.title),
        "title": check.title,
        "line": lab.place(check.span).line,
        "standing": asked.standing.name(),
        "seconds": asked.elapsed.as_secs_f64(),
        "failure": failure,
    })
}

fn failure_value(failure: &Failure) -> Value {
    let (expected, actual) = match &failure.kind {
        FailureKind::Answer { expected, actual } => (Some(expected), Some(actual)),
        _ => (None, None),
    };
    json!({
        "path": failure.place.path,
        "line": failure.place.line,
        "message": failure.kind.to_string(),
        "expected": expected,
        "actual": actual,
        "hint": failure.hint,
    })
}
