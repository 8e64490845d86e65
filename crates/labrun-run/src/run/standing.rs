//! A lab that stands: its run has begun, a watchdog guards what it makes, and blocks can be done in it.
//! In the end it is removed, or kept for another run to go on with.

use labrun_model::{Event, Lab, Notice, Summary};

use super::kept;
use super::world::World;
use super::{Options, random_word};
use crate::cleanup::{
    Beginning, Journal, LabLock, Reclaimed, RunJournal, Stale, StateFolder, Watchdog,
    become_subreaper, clean_stale, reclaim_persistently,
};
use crate::engine::{Endpoint, Engine, discover};
use crate::guide::Guide;
use crate::lab_folder::LabFolder;
use crate::preflight::needs_engine;
use crate::secrets::Secrets;
use crate::sudo::Sudo;
use crate::{Interrupts, RunError};

/// A lab whose run has begun. Dropped without [`StandingLab::clean_up`] or [`StandingLab::keep`], it is the watchdog
/// that removes it.
pub(super) struct StandingLab {
    state: StateFolder,
    _lock: LabLock,
    sudo: Sudo,
    endpoint: Option<Endpoint>,
    journal: RunJournal,
    watchdog: Watchdog,
    engine: Option<Engine>,
    secrets: Secrets,
}

impl StandingLab {
    /// Begins a run; or goes on with the one that was kept, where the wanted part does not begin with the chapter.
    ///
    /// # Errors
    /// When something around the lab is missing or broke, the lab is being run, or one cannot go on.
    pub(super) fn begin(
        lab: &Lab,
        options: &Options,
        interrupts: &Interrupts,
        emit: &mut dyn FnMut(Event),
    ) -> Result<Self, RunError> {
        let lookup = |name: &str| std::env::var_os(name);
        let secrets = Secrets::of(lab, &lookup)?;
        let state = StateFolder::find(&lookup)?;
        let lock = state.lock(&options.book_root, &lab.name)?;
        let left = clean_stale(&state, Stale::CutShort, interrupts, &mut |notice| {
            emit(Event::Notice(notice))
        });
        for line in left {
            let warning = format!("an older run left {line}");
            emit(Event::Notice(Notice::Warning(warning)));
        }
        become_subreaper().map_err(RunError::system("taking charge of orphaned processes"))?;
        let sudo = Sudo::decide(lab)?;
        let (endpoint, journal) = if options.part.first() == 0 {
            let endpoint = needs_engine(lab)
                .then(|| discover(options.engine.as_deref(), &lookup)?.allowed(options.reach))
                .transpose()?;
            let journal = first_journal(&state, lab, options, endpoint.as_ref())?;
            (endpoint, journal)
        } else {
            let journal = kept::find(&state, &options.book_root, lab)?;
            let seen = journal.snapshot();
            kept::may_go_on(
                lab,
                &seen,
                kept::first_block(lab, &seen.progress, options.part.first()),
            )?;
            (seen.endpoint()?, journal.take_over()?)
        };
        let watchdog = Watchdog::spawn(&options.watchdog, &journal)?;
        Ok(Self {
            state,
            _lock: lock,
            sudo,
            endpoint,
            journal,
            watchdog,
            engine: None,
            secrets,
        })
    }

    /// Does the wanted blocks and tells their events. The summary is not told yet: clean-up belongs to it.
    ///
    /// # Errors
    /// When something around the lab is missing or broke before the first block, or one cannot go on from there.
    pub(super) fn play(
        &mut self,
        lab: &Lab,
        options: &Options,
        guide: Option<&mut dyn Guide>,
        interrupts: &Interrupts,
        emit: &mut dyn FnMut(Event),
    ) -> Result<Summary, RunError> {
        // A watched lab goes on with a chapter that has changed since it began.
        self.secrets = Secrets::of(lab, &|name: &str| std::env::var_os(name))?;
        let world = World {
            lab,
            state: &self.state,
            journal: &self.journal,
            sudo: &self.sudo,
            endpoint: self.endpoint.as_ref(),
            interrupts,
            neighbours: &options.neighbours,
            watchdog: self.watchdog.pid(),
            secrets: &self.secrets,
        };
        let mut tell = |event| emit(self.secrets.event(event));
        let emit: &mut dyn FnMut(Event) = &mut tell;
        let mut summary = Summary::default();
        let mut run = world.prepare(&options.part, emit)?;
        run.blocks(options, guide, &mut summary, emit);
        if options.evidence || summary.steps_failed + summary.checks_failed > 0 {
            emit(Event::Evidence(run.evidence()));
        }
        self.engine = run.end(&mut summary, emit);
        summary.interrupted_by = interrupts.signal();
        Ok(summary)
    }

    /// Removes everything.
    pub(super) fn clean_up(self, interrupts: &Interrupts) -> Reclaimed {
        let spared = [self.watchdog.pid()];
        let engine = self.engine.as_ref();
        let reclaimed = reclaim_persistently(&self.journal, engine, &spared, interrupts);
        self.watchdog.dismiss();
        self.state.forget_old_runs();
        reclaimed
    }

    /// Leaves everything, for the user to look at or to go on with.
    ///
    /// # Errors
    /// When that cannot be noted.
    pub(super) fn keep(self) -> Result<(), RunError> {
        self.journal.keep()?;
        self.watchdog.dismiss();
        self.state.forget_old_runs();
        Ok(())
    }

    /// What the lab has had done to it.
    pub(super) fn journal(&self) -> Journal {
        self.journal.snapshot()
    }

    /// Whether the lab's steps become root as they did when it began.
    ///
    /// # Errors
    /// When they cannot.
    pub(super) fn has_sudo_for(&self, lab: &Lab) -> Result<bool, RunError> {
        Ok(Sudo::decide(lab)?.describe() == self.sudo.describe())
    }

    /// The folder that the chapter starts in.
    pub(super) fn folder(&self) -> std::path::PathBuf {
        self.journal.snapshot().lab_folder.join(LabFolder::START)
    }
}

fn first_journal(
    state: &StateFolder,
    lab: &Lab,
    options: &Options,
    endpoint: Option<&Endpoint>,
) -> Result<RunJournal, RunError> {
    let run_id = random_word(6)?;
    let beginning = Beginning {
        run_id: &run_id,
        lab: &lab.name,
        book_root: &options.book_root,
        endpoint,
        lab_folder: &LabFolder::path_for(&run_id),
    };
    RunJournal::begin(state, &beginning)
}
