//! What a run is made in, and getting ready for its first step: lab folder, environment, preflight, terminals.

use std::time::Instant;

use labrun_model::{Event, Header, Lab};

use super::blocks::Run;
use super::random_word;
use crate::cleanup::{RunJournal, StateFolder};
use crate::engine::{Endpoint, Engine};
use crate::environment::lab_environment;
use crate::lab_folder::LabFolder;
use crate::preflight::{Setting, preflight};
use crate::sudo::Sudo;
use crate::terminals::Terminals;
use crate::{Interrupts, RunError};

/// What a run is made in.
pub(super) struct World<'a> {
    pub(super) lab: &'a Lab,
    pub(super) state: &'a StateFolder,
    pub(super) journal: &'a RunJournal,
    pub(super) sudo: &'a Sudo,
    pub(super) endpoint: Option<&'a Endpoint>,
    pub(super) interrupts: &'a Interrupts,
}

impl World<'_> {
    /// Makes the lab folder and looks whether the machine is ready.
    pub(super) fn prepare(&self, emit: &mut dyn FnMut(Event)) -> Result<Run<'_>, RunError> {
        let begun = Instant::now();
        let run_id = self.journal.snapshot().run_id;
        let nonce = random_word(16)?;
        let folder = LabFolder::create(&run_id, &nonce, self.sudo)
            .map_err(RunError::system("making the lab folder"))?;
        let url = self.endpoint.map(|endpoint| endpoint.url.as_str());
        let environment = lab_environment(&folder, &run_id, url);
        let setting = Setting {
            lab: self.lab,
            endpoint: self.endpoint,
            environment: &environment,
            scratch: &folder.scratch(),
            folder_name: LabFolder::START,
            state: self.state,
        };
        let ready = preflight(&setting, self.interrupts, &mut |notice| {
            emit(Event::Notice(notice))
        })?;
        if let Some(engine) = &ready.engine {
            engine.watch(self.journal.watch());
        }
        let mut facts = ready.facts;
        facts.extend(
            self.sudo
                .describe()
                .map(|policy| ("sudo".to_owned(), policy)),
        );
        let terminals = Terminals::new(
            &folder,
            environment,
            &nonce,
            self.journal,
            &facts,
            self.interrupts,
        );
        facts.push((
            "lab folder".to_owned(),
            folder.start().display().to_string(),
        ));
        emit(Event::Started(Header { facts }));
        Ok(Run {
            world: self,
            folder,
            since: ready.engine.as_ref().map(Engine::mark),
            engine: ready.engine,
            terminals,
            begun,
        })
    }
}
