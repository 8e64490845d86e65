//! The report for a browser: one file that holds everything and asks nothing of the network, without scripts. It collects
//! the events and is written once, at the end; what stands where is in the files below.

mod block;
mod lag;
mod page;
mod plot;
#[cfg(test)]
mod tests;
mod timeline;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use labrun_model::{Event, Failure, Lab, Notice, Samples, Summary, Verdict};
use labrun_run::RunError;

use super::{Report, printable, random_word, timestamp};

/// Writes the run of a lab, or those of several, as a page.
pub(crate) struct Html {
    path: PathBuf,
    /// In the order of the labs.
    parts: Vec<Part>,
}

/// A lab's part of the page.
struct Part {
    lab: Lab,
    began: Instant,
    is_closed: bool,
    run: Run,
}

/// A run as the page tells it.
#[derive(Debug, Default)]
struct Run {
    /// What its anchors begin with, so that several labs have a place on one page.
    anchor: String,
    /// When it began, in UTC.
    time: String,
    facts: Vec<(String, String)>,
    warnings: Vec<String>,
    blocks: Vec<Ended>,
    summary: Option<Summary>,
    /// Why it ended before its summary, and what may help.
    trouble: Option<(String, Option<String>)>,
}

/// A block that has ended.
#[derive(Debug, Clone)]
struct Ended {
    /// An index into [`Lab::blocks`].
    index: usize,
    verdict: Verdict,
    /// From the first block's beginning to its own.
    began: Duration,
    elapsed: Duration,
    attempts: u32,
    samples: Samples,
    /// What a step printed.
    output: String,
    failure: Option<Failure>,
}

impl Html {
    /// A report for a file. An older one is removed at once: nobody shall take it for this run's.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub(crate) fn create(path: &Path, labs: &[&Lab]) -> io::Result<Self> {
        fs::write(path, "")?;
        let parts = labs.iter().map(|lab| Part {
            lab: (*lab).clone(),
            began: Instant::now(),
            is_closed: false,
            run: Run {
                anchor: if labs.len() > 1 {
                    format!("{}-", lab.name)
                } else {
                    String::new()
                },
                time: timestamp(),
                ..Run::default()
            },
        });
        Ok(Self {
            path: path.to_owned(),
            parts: parts.collect(),
        })
    }

    /// The page is whole after each lab, so that it shows those that have ended whatever happens to the others.
    fn write(&self) -> io::Result<()> {
        let nonce = random_word();
        let page = match self.parts.as_slice() {
            [only] => page::page(&only.lab, &only.run, &nonce),
            several => {
                let closed = several.iter().filter(|part| part.is_closed);
                let closed: Vec<_> = closed.map(|part| (&part.lab, &part.run)).collect();
                page::together(&closed, several.len(), &nonce)
            }
        };
        fs::write(&self.path, page)
    }

    fn part(&mut self, lab: &Lab) -> Option<&mut Part> {
        self.parts.iter_mut().find(|part| part.lab.name == lab.name)
    }
}

impl Report for Html {
    fn event(&mut self, lab: &Lab, event: &Event) {
        let Some(part) = self.part(lab) else { return };
        if let Event::Started(_) = event {
            part.began = Instant::now();
        }
        part.run.event(event, part.began.elapsed());
    }

    fn close(&mut self, lab: &Lab, trouble: Option<&RunError>) -> io::Result<()> {
        if let Some(part) = self.part(lab) {
            part.run.trouble = trouble.map(|error| (error.to_string(), error.help()));
            part.is_closed = true;
        }
        self.write()
    }
}

impl Run {
    /// Takes note of an event that happened so long after the run's beginning.
    fn event(&mut self, event: &Event, at: Duration) {
        match event {
            Event::Started(header) => self.facts.clone_from(&header.facts),
            Event::Notice(Notice::Warning(text)) => self.warnings.push(text.clone()),
            Event::Notice(_) | Event::BlockStarted(_) | Event::LeftOut(..) | Event::Evidence(_) => {
            }
            Event::StepFinished(index, outcome) => self.blocks.push(Ended {
                index: *index,
                verdict: outcome.verdict,
                began: at.saturating_sub(outcome.elapsed),
                elapsed: outcome.elapsed,
                attempts: outcome.attempts,
                samples: Samples::default(),
                output: outcome.output.clone(),
                failure: outcome.failure.clone(),
            }),
            Event::CheckFinished(index, outcome) => self.blocks.push(Ended {
                index: *index,
                verdict: outcome.verdict,
                began: at.saturating_sub(outcome.elapsed),
                elapsed: outcome.elapsed,
                attempts: outcome.attempts,
                samples: outcome.samples.clone(),
                output: String::new(),
                failure: outcome.failure.clone(),
            }),
            Event::Finished(summary) => self.summary = Some(summary.clone()),
        }
    }

    /// From the first block's beginning to the last one's end.
    fn length(&self) -> Duration {
        let ends = self.blocks.iter().map(|block| block.began + block.elapsed);
        ends.max().unwrap_or_default()
    }
}

/// Text as it stands in an element or in a quoted attribute; what cannot be seen is shown.
fn escaped(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(printable).collect();
    lines
        .join("\n")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A verdict as a sign, a class and a word, so that no colour is needed to tell one from another.
fn signs(verdict: Verdict) -> (&'static str, &'static str, &'static str) {
    match verdict {
        Verdict::Passed => ("✓", "passed", "passed"),
        Verdict::Failed => ("✗", "failed", "failed"),
        Verdict::NotRun => ("–", "not-run", "not run"),
    }
}
