//! The report for CI servers: JUnit XML, a suite for the lab and a case for each step and check. Written once, at the end.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use labrun_model::{Block, Event, Failure, Lab, Verdict};
use labrun_run::RunError;
use quick_junit::{
    NonSuccessKind, Property, Report as Document, TestCase, TestCaseStatus, TestSuite,
};

use super::{Report, failure};

/// Writes a run as JUnit XML.
pub(crate) struct JUnit {
    path: PathBuf,
    suite: TestSuite,
    elapsed: Duration,
}

impl JUnit {
    /// A report for a file. An older one is removed at once: nobody shall take it for this run's.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub(crate) fn create(path: &Path, lab: &Lab) -> io::Result<Self> {
        fs::write(path, "")?;
        Ok(Self {
            path: path.to_owned(),
            suite: TestSuite::new(lab.name.as_str()),
            elapsed: Duration::ZERO,
        })
    }

    fn case(
        &mut self,
        lab: &Lab,
        index: usize,
        verdict: Verdict,
        (elapsed, attempts): (Duration, u32),
        found: Option<&Failure>,
    ) {
        let Some(block) = lab.blocks.get(index) else {
            return;
        };
        let mut status = match (verdict, found) {
            (Verdict::Passed, _) => TestCaseStatus::success(),
            (Verdict::NotRun, None) => TestCaseStatus::skipped(),
            (Verdict::NotRun | Verdict::Failed, _) => {
                TestCaseStatus::non_success(NonSuccessKind::Failure)
            }
        };
        if let Some(found) = found {
            status.set_message(found.kind.to_string());
            status.set_type("labrun");
            status.set_description(anstream::adapter::strip_str(&failure::draw(found)).to_string());
        }
        let mut case = TestCase::new(name(block), status);
        let section = lab.sections.get(block.section());
        let title = section.map_or("", |section| section.title.as_str());
        case.set_classname(format!("{}.{title}", lab.name));
        case.set_time(elapsed);
        if attempts > 1 {
            case.add_property(Property::new("attempts", attempts.to_string()));
        }
        let place = found.map_or_else(|| lab.place(block.span()), |found| found.place.clone());
        case.extra.insert("file".into(), place.path.into());
        case.extra
            .insert("line".into(), place.line.to_string().into());
        self.suite.add_test_case(case);
    }
}

impl Report for JUnit {
    fn event(&mut self, lab: &Lab, event: &Event) {
        match event {
            Event::Started(header) => {
                for (name, value) in &header.facts {
                    self.suite
                        .add_property(Property::new(name.as_str(), value.as_str()));
                }
            }
            Event::StepFinished(index, outcome) => {
                self.case(
                    lab,
                    *index,
                    outcome.verdict,
                    (outcome.elapsed, outcome.attempts),
                    outcome.failure.as_ref(),
                );
            }
            Event::CheckFinished(index, outcome) => {
                self.case(
                    lab,
                    *index,
                    outcome.verdict,
                    (outcome.elapsed, outcome.attempts),
                    outcome.failure.as_ref(),
                );
            }
            Event::Finished(summary) => {
                self.elapsed = summary.elapsed;
                let interrupted = summary
                    .interrupted_by
                    .map(|signal| format!("interrupted by signal {signal}"));
                for wrong in summary
                    .left_behind
                    .iter()
                    .map(|left| format!("left behind: {left}"))
                    .chain(interrupted)
                {
                    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                    status.set_message(wrong);
                    self.suite.add_test_case(TestCase::new("the run", status));
                }
            }
            Event::Notice(_) | Event::BlockStarted(_) | Event::LeftOut(..) => {}
        }
    }

    fn close(&mut self, lab: &Lab, trouble: Option<&RunError>) -> io::Result<()> {
        if let Some(error) = trouble {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(error.to_string());
            self.suite.add_test_case(TestCase::new("the run", status));
        }
        let mut suite = std::mem::replace(&mut self.suite, TestSuite::new(lab.name.as_str()));
        suite.set_time(self.elapsed);
        let mut document = Document::new("labrun");
        document.set_time(self.elapsed);
        document.add_test_suite(suite);
        let xml = document.to_string().map_err(io::Error::other)?;
        fs::write(&self.path, xml)
    }
}

/// A case's name: it says which block it is before it says what, because CI servers sort and cut names.
fn name(block: &Block) -> String {
    match block {
        Block::Step(step) => format!("{:02} {}", step.number, step.summary()),
        Block::Check(check) => format!("check {:02} {}", check.number, check.title),
    }
}
