//! How each of several labs ended, and so how all of them did. Pure.

use labrun_model::{Event, Lab};
use labrun_run::RunError;

use crate::exit::Exit;

/// The ends of labs that are run together.
#[derive(Debug, Clone, Default)]
pub(in crate::report) struct Ends {
    labs: Vec<(String, End)>,
}

/// How a lab ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum End {
    /// It has not been begun.
    NotRun,
    /// It goes on.
    Running,
    /// It has ended.
    Ended(Exit),
}

/// How many labs ended in each way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::report) struct Counts {
    pub(in crate::report) passed: usize,
    pub(in crate::report) failed: usize,
    /// They could not be run, or not to their end.
    pub(in crate::report) broke: usize,
    pub(in crate::report) interrupted: usize,
    pub(in crate::report) not_run: usize,
}

impl Ends {
    /// None of these labs has been begun.
    pub(in crate::report) fn of(names: &[String]) -> Self {
        let labs = names.iter().map(|name| (name.clone(), End::NotRun));
        Self {
            labs: labs.collect(),
        }
    }

    /// Something happened in a lab's run.
    pub(in crate::report) fn event(&mut self, lab: &Lab, event: &Event) {
        let end = match event {
            Event::Finished(summary) => End::Ended(Exit::from(summary)),
            _ => End::Running,
        };
        self.note(lab, end);
    }

    /// A lab's run is over. One that was interrupted before anything was told of it was not run.
    pub(in crate::report) fn close(&mut self, lab: &Lab, trouble: Option<&RunError>) {
        let Some(error) = trouble else { return };
        let never_begun = self.of_lab(&lab.name) == End::NotRun;
        if never_begun && matches!(error, RunError::Interrupted(_)) {
            return;
        }
        self.note(lab, End::Ended(Exit::from(error)));
    }

    /// How a lab ended.
    pub(in crate::report) fn of_lab(&self, name: &str) -> End {
        let mut labs = self.labs.iter();
        let found = labs.find(|(known, _)| known == name);
        found.map_or(End::NotRun, |(_, end)| *end)
    }

    /// How many ended in each way.
    pub(in crate::report) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (_, end) in &self.labs {
            let count = match end {
                End::NotRun => &mut counts.not_run,
                End::Ended(Exit::Passed) => &mut counts.passed,
                End::Ended(Exit::Failed) => &mut counts.failed,
                End::Ended(Exit::Interrupted(_)) => &mut counts.interrupted,
                End::Running | End::Ended(Exit::Wrong | Exit::Broken | Exit::Nothing) => {
                    &mut counts.broke
                }
            };
            *count += 1;
        }
        counts
    }

    /// The worst of them.
    pub(in crate::report) fn exit(&self) -> Exit {
        let ends = self.labs.iter().map(|(_, end)| match end {
            End::Ended(exit) => *exit,
            End::NotRun => Exit::Passed,
            End::Running => Exit::Broken,
        });
        Exit::worst(ends)
    }

    fn note(&mut self, lab: &Lab, end: End) {
        let known = self.labs.iter_mut().find(|(name, _)| *name == lab.name);
        if let Some((_, known)) = known {
            *known = end;
        }
    }
}
