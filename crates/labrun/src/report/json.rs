//! The report for programs: one JSON object a line, written as things happen. `report.schema.json`, which `labrun help
//! schema` prints, says every field; a test holds it against what is written here. Fields may be added, and none changes
//! its meaning.

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use labrun_model::{
    Answered, Block, CheckOutcome, DiffLine, Event, Failure, FailureKind, Header, Lab, LeftOut,
    Notice, Sample, StepOutcome, Summary, Verdict,
};
use labrun_run::RunError;
use serde_json::{Value, json};

use super::together::{Ends, Gathering};
use super::{Report, timestamp};
use crate::exit::Exit;

/// What a line of the report may be: JSON Schema, draft 2020-12.
pub(crate) const SCHEMA: &str = include_str!("json/report.schema.json");

/// Writes a run into a file, a line for each event.
pub(crate) struct JsonLines {
    file: File,
    begun: Instant,
    /// How the labs ended that are run together; nothing where one lab is run.
    ends: Option<Ends>,
    /// The first line that could not be written; the run goes on, and the report fails at its end.
    trouble: Option<io::Error>,
}

impl JsonLines {
    /// A report in a new file, which takes the place of an older one. With several labs it begins and ends with a line about
    /// all of them.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub(crate) fn create(path: &Path, together: Option<&Gathering>) -> io::Result<Self> {
        let mut report = Self {
            file: File::create(path)?,
            begun: Instant::now(),
            ends: together.map(|all| Ends::of(&all.labs)),
            trouble: None,
        };
        if let Some(all) = together {
            report.line(&all_started(all));
        }
        Ok(report)
    }

    fn line(&mut self, value: &Value) {
        if self.trouble.is_none() {
            self.trouble = writeln!(self.file, "{value}").err();
        }
    }
}

impl Report for JsonLines {
    fn event(&mut self, lab: &Lab, event: &Event) {
        if let Some(line) = line(lab, event, self.begun.elapsed()) {
            self.line(&line);
        }
        if let Some(ends) = &mut self.ends {
            ends.event(lab, event);
        }
    }

    fn close(&mut self, lab: &Lab, trouble: Option<&RunError>) -> io::Result<()> {
        if let Some(error) = trouble {
            self.line(&broke(lab, error, self.begun.elapsed()));
        }
        if let Some(ends) = &mut self.ends {
            ends.close(lab, trouble);
        }
        self.state()
    }

    fn finish(&mut self) -> io::Result<()> {
        if let Some(ends) = &self.ends {
            let line = all_finished(ends, self.begun.elapsed());
            self.line(&line);
        }
        self.state()
    }
}

impl JsonLines {
    /// Whether everything could be written until now.
    fn state(&mut self) -> io::Result<()> {
        match self.trouble.take() {
            Some(error) => Err(error),
            None => self.file.flush(),
        }
    }
}

/// An event as a line, so long after the report was begun. `None` for progress, which is for
/// eyes, and for what goes into a bundle.
pub(super) fn line(lab: &Lab, event: &Event, at: Duration) -> Option<Value> {
    let mut line = match event {
        Event::Started(header) => started(lab, header),
        Event::Notice(Notice::Remark(text)) => json!({"event": "remark", "text": text}),
        Event::LeftOut(blocks, why) => left_out(lab, blocks, *why),
        Event::Notice(Notice::Warning(text)) => json!({"event": "warning", "text": text}),
        Event::Notice(Notice::Reclaimed { removed }) => {
            json!({"event": "reclaimed", "removed": removed})
        }
        Event::Notice(Notice::Pulled { image }) => json!({"event": "pulled", "image": image}),
        Event::Notice(Notice::Pulling { .. } | Notice::CleaningUp)
        | Event::BlockStarted(_)
        | Event::Evidence(_) => {
            return None;
        }
        Event::StepFinished(index, outcome) => step(lab, *index, outcome),
        Event::CheckFinished(index, outcome) => check(lab, *index, outcome),
        Event::Finished(summary) => finished(summary),
    };
    line["at"] = json!(at.as_secs_f64());
    line["lab"] = json!(lab.name);
    Some(line)
}

/// Labs begin to be run together.
fn all_started(all: &Gathering) -> Value {
    json!({
        "event": "all_started", "at": 0.0, "labrun": env!("CARGO_PKG_VERSION"), "time": timestamp(), "labs": all.labs,
        "jobs": all.jobs, "shard": all.shard, "engines": all.engines,
    })
}

/// The last line about labs that were run together.
fn all_finished(ends: &Ends, at: Duration) -> Value {
    let counts = ends.counts();
    json!({
        "event": "all_finished", "at": at.as_secs_f64(), "green": ends.exit() == Exit::Passed, "exit_code": ends.exit().code(),
        "passed": counts.passed, "failed": counts.failed, "could_not_be_run": counts.broke,
        "interrupted": counts.interrupted, "not_run": counts.not_run,
    })
}

/// Why a run ended before its summary, as its last line.
pub(super) fn broke(lab: &Lab, error: &RunError, at: Duration) -> Value {
    json!({
        "event": "broke", "at": at.as_secs_f64(), "lab": lab.name, "message": error.to_string(), "help": error.help(),
    })
}

fn started(lab: &Lab, header: &Header) -> Value {
    let programs = header.programs.iter();
    let programs = programs.map(|used| json!({"name": used.name, "version": used.version}));
    let images = header.images.iter().map(|used| {
        json!({
            "name": used.name, "digest": used.digest, "version": used.version, "stand_in": used.stand_in,
        })
    });
    let facts: serde_json::Map<String, Value> = header
        .facts
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    json!({
        "event": "started", "labrun": env!("CARGO_PKG_VERSION"), "time": timestamp(),
        "title": lab.title, "chapter": lab.source.path(), "steps": lab.steps().count(),
        "checks": lab.checks().count(), "facts": facts, "programs": programs.collect::<Value>(),
        "images": images.collect::<Value>(),
    })
}

fn step(lab: &Lab, index: usize, outcome: &StepOutcome) -> Value {
    let mut value = block(
        lab,
        index,
        outcome.verdict,
        outcome.elapsed,
        outcome.attempts,
        outcome.failure.as_ref(),
    );
    if let Some(Block::Step(step)) = lab.blocks.get(index) {
        value["event"] = json!("step");
        value["number"] = json!(step.number);
        value["name"] = json!(step.name);
        value["terminal"] = json!(step.terminal.as_str());
    }
    value["output"] = json!(outcome.output);
    value
}

fn check(lab: &Lab, index: usize, outcome: &CheckOutcome) -> Value {
    let mut value = block(
        lab,
        index,
        outcome.verdict,
        outcome.elapsed,
        outcome.attempts,
        outcome.failure.as_ref(),
    );
    if let Some(Block::Check(check)) = lab.blocks.get(index) {
        value["event"] = json!("check");
        value["number"] = json!(check.number);
    }
    value["samples"] = outcome.samples.iter().map(sample).collect();
    value
}

/// A line for each range of blocks: the lines of the chapter at which the first and the last begin.
fn left_out(lab: &Lab, blocks: &Range<usize>, why: LeftOut) -> Value {
    let left_out = lab.blocks.get(blocks.clone()).unwrap_or_default();
    let line = |block: Option<&Block>| block.map(|block| lab.place(block.span()).line);
    let steps = left_out
        .iter()
        .filter(|block| matches!(block, Block::Step(_)))
        .count();
    json!({
        "event": "left_out",
        "why": match why {
            LeftOut::Done => "done",
            LeftOut::EarlierCheck => "earlier_check",
            LeftOut::Behind => "behind",
            LeftOut::Ended => "ended",
        },
        "first_line": line(left_out.first()),
        "last_line": line(left_out.last()),
        "steps": steps,
        "checks": left_out.len() - steps,
    })
}

/// What steps and checks have in common.
fn block(
    lab: &Lab,
    index: usize,
    verdict: Verdict,
    elapsed: Duration,
    attempts: u32,
    found: Option<&Failure>,
) -> Value {
    let block = lab.blocks.get(index);
    let section = block.and_then(|block| lab.sections.get(block.section()));
    json!({
        "section": section.map(|section| &section.title),
        "line": block.map(|block| lab.place(block.span()).line),
        "text": block.map(Block::summary),
        "verdict": word(verdict),
        "seconds": elapsed.as_secs_f64(),
        "attempts": attempts,
        "failure": found.map(failure),
    })
}

fn failure(failure: &Failure) -> Value {
    let (diff, expected, actual) = match &failure.kind {
        FailureKind::Output(lines) | FailureKind::Content(lines) => {
            (Some(lines.iter().map(side).collect::<Vec<_>>()), None, None)
        }
        FailureKind::Answer { expected, actual } => (None, Some(expected), Some(actual)),
        _ => (None, None, None),
    };
    let dead: Vec<Value> = failure
        .dead_containers
        .iter()
        .map(|dead| json!({"name": dead.name, "exit_status": dead.exit_status, "log": dead.log}))
        .collect();
    json!({
        "path": failure.place.path, "line": failure.place.line, "column": failure.place.column,
        "kind": kind(&failure.kind), "message": failure.kind.to_string(), "diff": diff, "expected": expected, "actual": actual,
        "output": failure.output, "hint": failure.hint, "dead_containers": dead,
    })
}

/// Gives each variant a word, and a list of all words to the tests: a variant without one does not compile.
macro_rules! words_for {
    ($(#[$about:meta])* $name:ident($type:ty), $all:ident: $($word:literal = $pattern:pat),+ $(,)?) => {
        $(#[$about])*
        pub(super) fn $name(value: &$type) -> &'static str {
            match value {
                $($pattern => $word),+
            }
        }

        #[cfg(test)]
        pub(super) const $all: &[&str] = &[$($word),+];
    };
}

#[cfg(test)]
pub(super) use words_for;

words_for! {
    /// A word for the kind of a failure, which does not change when its message is worded better.
    kind(FailureKind), KINDS:
    "output" = FailureKind::Output(_),
    "content" = FailureKind::Content(_),
    "other_value" = FailureKind::OtherValue { .. },
    "json" = FailureKind::Json { .. },
    "not_json" = FailureKind::NotJson { .. },
    "notice" = FailureKind::Notice { .. },
    "relations" = FailureKind::Relations { .. },
    "exit" = FailureKind::Exit { .. },
    "wrong_session" = FailureKind::WrongSession { .. },
    "unfinished" = FailureKind::Unfinished { .. },
    "timed_out" = FailureKind::TimedOut { .. },
    "waiting_for_input" = FailureKind::WaitingForInput { .. },
    "full_screen" = FailureKind::FullScreen,
    "session_lost" = FailureKind::SessionLost { .. },
    "not_written" = FailureKind::NotWritten { .. },
    "answer" = FailureKind::Answer { .. },
    "unreachable" = FailureKind::Unreachable { .. },
}

fn sample(sample: &Sample) -> Value {
    let (rows, nothing) = match &sample.answered {
        Answered::Rows(rows) => (Some(rows), None),
        Answered::Nothing(reason) => (None, Some(reason)),
    };
    json!({"seconds": sample.elapsed.as_secs_f64(), "rows": rows, "nothing": nothing})
}

fn side(line: &DiffLine) -> Value {
    match line {
        DiffLine::Same(text) => json!({"side": "same", "text": text}),
        DiffLine::Missing { text, place } => {
            json!({"side": "missing", "text": text, "path": place.path, "line": place.line})
        }
        DiffLine::Extra(text) => json!({"side": "extra", "text": text}),
    }
}

fn finished(summary: &Summary) -> Value {
    json!({
        "event": "finished",
        "green": summary.is_green(),
        "steps": {"passed": summary.steps_passed, "failed": summary.steps_failed, "not_run": summary.steps_not_run},
        "expectations": {"passed": summary.expectations_passed},
        "checks": {"passed": summary.checks_passed, "failed": summary.checks_failed, "not_run": summary.checks_not_run},
        "left_out": summary.left_out,
        "seconds": summary.elapsed.as_secs_f64(),
        "cleanup_seconds": summary.cleanup.as_secs_f64(),
        "left_behind": summary.left_behind,
        "recordings": summary.recordings,
        "interrupted_by": summary.interrupted_by,
        "engine_away": summary.engine_away,
    })
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::NotRun => "not_run",
    }
}
