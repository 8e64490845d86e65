//! What a run is made in, and getting ready for its first step: lab folder, environment, preflight, terminals.

use std::collections::BTreeSet;
use std::time::Instant;

use labrun_model::{Event, Header, Lab, Part};

use super::blocks::Run;
use super::{going_on, random_word};
use crate::cleanup::{RunJournal, StateFolder};
use crate::engine::{Endpoint, Engine};
use crate::environment::lab_environment;
use crate::expectation::Captures;
use crate::lab_folder::LabFolder;
use crate::preflight::{Setting, preflight};
use crate::secrets::Secrets;
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
    /// What is typed at prompts and shown nowhere.
    pub(super) secrets: &'a Secrets,
    /// Names of what other labs make at the same time.
    pub(super) neighbours: &'a BTreeSet<String>,
    /// The watchdog's process, which is none of the page's.
    pub(super) watchdog: u32,
}

impl World<'_> {
    /// Makes the lab folder, or goes on in the one that stands, and looks whether the machine is ready.
    pub(super) fn prepare(
        &self,
        part: &Part,
        emit: &mut dyn FnMut(Event),
    ) -> Result<Run<'_>, RunError> {
        let begun = Instant::now();
        let journal = self.journal.snapshot();
        let run_id = &journal.run_id;
        let goes_on = part.first() > 0;
        let nonce = random_word(16)?;
        let folder = if goes_on {
            LabFolder::reopen(&journal.lab_folder, &nonce)
        } else {
            LabFolder::create(run_id, &nonce, self.sudo)
        };
        let folder = folder.map_err(RunError::system("making the lab folder"))?;
        let environment = lab_environment(&folder, run_id, self.endpoint);
        let setting = Setting {
            lab: self.lab,
            endpoint: self.endpoint,
            environment: &environment,
            scratch: &folder.scratch(),
            folder_name: LabFolder::START,
            state: self.state,
            kept: goes_on.then_some(&journal),
        };
        let ready = preflight(&setting, self.interrupts, &mut |notice| {
            emit(Event::Notice(notice))
        })?;
        let (first, notices) = if goes_on {
            let engine = ready.engine.as_ref();
            going_on::decide(self.lab, &journal, part.first(), engine, self.interrupts)?
        } else {
            (0, Vec::new())
        };
        if let Some(engine) = &ready.engine {
            engine.watch(self.journal.watch(self.neighbours));
        }
        let mut progress = journal.progress;
        if goes_on {
            progress.continued += 1;
            self.journal.note_progress(progress.clone())?;
        }
        let mut facts = ready.facts;
        let policy = self.sudo.describe();
        facts.extend(policy.map(|policy| ("sudo".to_owned(), policy)));
        let mut terminals = Terminals::new(
            &folder,
            environment.clone(),
            &nonce,
            self.journal,
            &facts,
            self.secrets,
            self.interrupts,
        );
        let start = folder.start().display().to_string();
        facts.push(("lab folder".to_owned(), start));
        emit(Event::Started(Header {
            facts,
            programs: ready.programs,
            images: ready.images,
        }));
        notices
            .into_iter()
            .for_each(|notice| emit(Event::Notice(notice)));
        going_on::reopen(self.lab, &progress, first, &folder, &mut terminals, emit)?;
        progress.blocks.truncate(first);
        let mut captures = Captures::default();
        captures.add(progress.captured());
        Ok(Run {
            world: self,
            folder,
            since: ready.engine.as_ref().map(Engine::mark),
            engine: ready.engine,
            environment,
            terminals,
            captures,
            part: part.clone().from(first),
            progress,
            begun,
            stretches: Vec::new(),
        })
    }
}
