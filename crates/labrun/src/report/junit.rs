//! The report for CI servers: JUnit XML, a suite for each lab and a case for each step and check.
//!
//! `file` and `line` are what GitLab and the reporters for GitHub link to, `classname` and `timestamp` what Jenkins groups
//! and sorts by, `system-out` what all of them show of a case that failed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use labrun_model::{Block, Event, Failure, Lab, Verdict};
use labrun_run::RunError;
use quick_junit::{
    NonSuccessKind, Property, Report as Document, TestCase, TestCaseStatus, TestSuite,
};

use super::{Report, failure, now};

/// Writes a run as JUnit XML.
pub(crate) struct JUnit {
    path: PathBuf,
    /// In the order of the labs.
    suites: Vec<Suite>,
}

/// The suite of a lab.
struct Suite {
    lab: String,
    suite: TestSuite,
    elapsed: Duration,
    is_closed: bool,
}

impl JUnit {
    /// A report for a file. An older one is removed at once: nobody shall take it for this run's.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub(crate) fn create(path: &Path, labs: &[&Lab]) -> io::Result<Self> {
        fs::write(path, "")?;
        let suites = labs.iter().map(|lab| Suite {
            lab: lab.name.clone(),
            suite: suite(lab),
            elapsed: Duration::ZERO,
            is_closed: false,
        });
        Ok(Self {
            path: path.to_owned(),
            suites: suites.collect(),
        })
    }

    fn suite(&mut self, lab: &Lab) -> Option<&mut Suite> {
        self.suites.iter_mut().find(|suite| suite.lab == lab.name)
    }

    /// The file is whole after each lab, so that it holds those that have ended whatever happens to the others.
    fn write(&self) -> io::Result<()> {
        let mut document = Document::new("labrun");
        let closed = || self.suites.iter().filter(|suite| suite.is_closed);
        document.set_time(closed().map(|suite| suite.elapsed).sum());
        document.add_test_suites(closed().map(|suite| suite.suite.clone()));
        let xml = document.to_string().map_err(io::Error::other)?;
        fs::write(&self.path, xml)
    }
}

impl Suite {
    fn case(&mut self, lab: &Lab, index: usize, ended: &Ended<'_>) {
        let Some(block) = lab.blocks.get(index) else {
            return;
        };
        let mut case = TestCase::new(name(block), status(ended));
        let section = lab.sections.get(block.section());
        let title = section.map_or("", |section| section.title.as_str());
        case.set_classname(classname(&lab.name, title));
        case.set_time(ended.elapsed);
        let place = ended
            .failure
            .map_or_else(|| lab.place(block.span()), |found| found.place.clone());
        case.extra.insert("file".into(), place.path.into());
        case.extra
            .insert("line".into(), place.line.to_string().into());
        if ended.attempts > 1 {
            case.add_property(Property::new("attempts", ended.attempts.to_string()));
        }
        if !ended.output.is_empty() {
            case.set_system_out(plain(ended.output));
        }
        self.suite.add_test_case(case);
    }

    /// Something that is wrong with the run and belongs to no step.
    fn wrong(&mut self, lab: &Lab, message: &str, help: Option<String>) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(plain(message));
        status.set_type("run");
        if let Some(help) = help {
            status.set_description(plain(&format!("{message}\nhelp: {help}")));
        }
        let mut case = TestCase::new("the run", status);
        case.set_classname(lab.name.as_str());
        case.extra.insert("file".into(), lab.source.path().into());
        self.suite.add_test_case(case);
    }
}

/// How a block ended, whether it is a step or a check.
struct Ended<'a> {
    verdict: Verdict,
    elapsed: Duration,
    attempts: u32,
    output: &'a str,
    failure: Option<&'a Failure>,
}

fn suite(lab: &Lab) -> TestSuite {
    let mut suite = TestSuite::new(lab.name.as_str());
    suite.set_timestamp(now());
    suite.add_property(Property::new("chapter", lab.source.path()));
    suite.add_property(Property::new("labrun", env!("CARGO_PKG_VERSION")));
    suite
}

fn status(ended: &Ended<'_>) -> TestCaseStatus {
    let mut status = match (ended.verdict, ended.failure) {
        (Verdict::Passed, _) => TestCaseStatus::success(),
        (Verdict::NotRun, None) => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message("not run");
            skipped
        }
        (Verdict::NotRun | Verdict::Failed, _) => {
            TestCaseStatus::non_success(NonSuccessKind::Failure)
        }
    };
    if let Some(found) = ended.failure {
        status.set_message(plain(&found.kind.to_string()));
        status.set_type(super::json::kind(&found.kind));
        status.set_description(anstream::adapter::strip_str(&failure::draw(found)).to_string());
    }
    status
}

/// The class of a case. Jenkins takes what stands before the last dot for a package, so that the only dot is the one
/// behind the lab's name.
fn classname(lab: &str, section: &str) -> String {
    let section = section.trim().trim_end_matches('.').replace('.', "_");
    if section.is_empty() {
        lab.to_owned()
    } else {
        format!("{}.{section}", lab.replace('.', "_"))
    }
}

/// Text whose control characters are shown: XML has no way to write them.
fn plain(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(super::printable).collect();
    lines.join("\n")
}

impl Report for JUnit {
    fn event(&mut self, lab: &Lab, event: &Event) {
        let Some(suite) = self.suite(lab) else { return };
        match event {
            Event::Started(header) => {
                for (name, value) in &header.facts {
                    suite
                        .suite
                        .add_property(Property::new(name.as_str(), value.as_str()));
                }
            }
            Event::StepFinished(index, outcome) => {
                let ended = Ended {
                    verdict: outcome.verdict,
                    elapsed: outcome.elapsed,
                    attempts: outcome.attempts,
                    output: &outcome.output,
                    failure: outcome.failure.as_ref(),
                };
                suite.case(lab, *index, &ended);
            }
            Event::CheckFinished(index, outcome) => {
                let ended = Ended {
                    verdict: outcome.verdict,
                    elapsed: outcome.elapsed,
                    attempts: outcome.attempts,
                    output: "",
                    failure: outcome.failure.as_ref(),
                };
                suite.case(lab, *index, &ended);
            }
            Event::Finished(summary) => {
                suite.elapsed = summary.elapsed;
                let interrupted = summary.interrupted_by.map(|signal| {
                    format!("interrupted by {}", labrun_run::signal_in_words(signal))
                });
                let away = summary.engine_away.as_ref();
                let away = away.map(|away| format!("the engine was away: {away}"));
                for wrong in summary
                    .left_behind
                    .iter()
                    .map(|left| format!("left behind: {left}"))
                    .chain(interrupted)
                    .chain(away)
                {
                    suite.wrong(lab, &wrong, None);
                }
            }
            Event::Notice(_) | Event::BlockStarted(_) | Event::Evidence(_) | Event::LeftOut(..) => {
            }
        }
    }

    fn close(&mut self, lab: &Lab, trouble: Option<&RunError>) -> io::Result<()> {
        if let Some(suite) = self.suite(lab) {
            if let Some(error) = trouble {
                suite.wrong(lab, &error.to_string(), error.help());
            }
            suite.suite.set_time(suite.elapsed);
            suite.is_closed = true;
        }
        self.write()
    }
}

/// A case's name: it says which block it is before it says what, because CI servers sort and cut names.
fn name(block: &Block) -> String {
    let name = match block {
        Block::Step(step) => format!("{:02} {}", step.number, step.summary()),
        Block::Check(check) => format!("check {:02} {}", check.number, check.title),
    };
    plain(&name)
}
