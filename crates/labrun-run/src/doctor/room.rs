//! What the lines of the table share: what the labs need, and the engine once it has been reached.

use std::ffi::OsString;
use std::path::PathBuf;

use labrun_model::Lab;

use super::Examination;
use crate::cleanup::RunJournal;
use crate::engine::{Compose, Endpoint, Engine, Tried, program};
use crate::environment::lab_environment;
use crate::error::RunError;
use crate::interrupt::Interrupts;
use crate::lab_folder::LabFolder;
use crate::preflight::Wants;

/// Everything that a line may look at.
pub(super) struct Room<'a> {
    pub(super) labs: &'a [Lab],
    pub(super) wants: Wants,
    /// `None` where no lab needs an engine.
    pub(super) endpoint: Option<Result<Endpoint, RunError>>,
    /// Known from the line of the engine on.
    pub(super) engine: Option<Engine>,
    /// What two containers said, from the line of names on.
    pub(super) tried: Option<Tried>,
    pub(super) journal: &'a RunJournal,
    pub(super) examination: Examination<'a>,
    pub(super) compose: Option<Compose>,
    path: Option<OsString>,
}

impl<'a> Room<'a> {
    pub(super) fn new(
        examination: Examination<'a>,
        endpoint: Option<Result<Endpoint, RunError>>,
        folder: &LabFolder,
        journal: &'a RunJournal,
        interrupts: &Interrupts,
    ) -> Self {
        let found = endpoint.as_ref().and_then(|found| found.as_ref().ok());
        let environment = lab_environment(folder, &journal.snapshot().run_id, found);
        let path = environment.iter().find(|(name, _)| name == "PATH");
        let path = path.map(|(_, value)| OsString::from(value));
        let docker = program::find("docker", path.as_ref());
        let compose = docker.map(|docker| Compose::new(&docker, &environment));
        let wants = Wants::of(
            examination.labs,
            compose.as_ref(),
            &folder.scratch(),
            interrupts,
        );
        Self {
            labs: examination.labs,
            wants,
            endpoint,
            engine: None,
            tried: None,
            journal,
            examination,
            compose,
            path,
        }
    }

    /// Whether everything is looked at, because nobody has said what is needed.
    pub(super) fn for_any_lab(&self) -> bool {
        self.labs.is_empty()
    }

    /// Where the lab's shell finds a program.
    pub(super) fn find(&self, program: &str) -> Option<PathBuf> {
        program::find(program, self.path.as_ref())
    }
}
