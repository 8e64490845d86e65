//! A whole run, from the lock to the summary: what must be there before the first step, the blocks in order, and what
//! must be gone at the end.

use std::io::Read as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use labrun_model::{
    Action, Block, CheckOutcome, Event, Failure, Header, Lab, Notice, Samples, Step, StepOutcome,
    Summary, Verdict,
};

use crate::check::ask;
use crate::cleanup::{
    Beginning, RunJournal, Stale, StateFolder, Watchdog, become_subreaper, clean_stale, reclaim,
};
use crate::engine::{Endpoint, Engine, Mark, discover};
use crate::environment::lab_environment;
use crate::expectation::Captures;
use crate::lab_folder::LabFolder;
use crate::preflight::{Setting, needs_engine, preflight};
use crate::step::{Stage, do_step};
use crate::sudo::Sudo;
use crate::terminals::Terminals;
use crate::{Interrupts, RunError};

/// How a lab is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The book's folder.
    pub book_root: PathBuf,
    /// The engine's address, where the user names one.
    pub engine: Option<String>,
    /// Leaves everything as it is at the end.
    pub keep: bool,
    /// Goes on after a failure, as long as the terminal can be used.
    pub keep_going: bool,
    /// Ends after this block, an index into [`Lab::blocks`]; without it, after the last.
    pub until: Option<usize>,
    /// The program that becomes the watchdog when it is called with [`crate::WATCHDOG_COMMAND`].
    pub watchdog: PathBuf,
}

/// Runs a lab and tells its events.
///
/// # Errors
/// When something around the lab is missing or broke before the first step, or there is nothing to run. A lab that
/// fails is no error: the summary says so.
pub fn run(
    lab: &Lab,
    options: &Options,
    interrupts: &Interrupts,
    emit: &mut dyn FnMut(Event),
) -> Result<Summary, RunError> {
    refuse_nothing(lab)?;
    let lookup = |name: &str| std::env::var_os(name);
    let state = StateFolder::find(&lookup)?;
    let _lock = state.lock(&options.book_root, &lab.name)?;
    let left = clean_stale(&state, Stale::CutShort, interrupts, &mut |notice| {
        emit(Event::Notice(notice))
    });
    for line in left {
        emit(Event::Notice(Notice::Warning(format!(
            "an older run left {line}"
        ))));
    }
    become_subreaper().map_err(RunError::system("taking charge of orphaned processes"))?;
    let sudo = Sudo::decide(lab)?;
    let endpoint = needs_engine(lab)
        .then(|| discover(options.engine.as_deref(), &lookup))
        .transpose()?;
    let run_id = random_word(6)?;
    let folder = LabFolder::path_for(&run_id);
    let journal = RunJournal::begin(
        &state,
        &Beginning {
            run_id: &run_id,
            lab: &lab.name,
            book_root: &options.book_root,
            endpoint: endpoint.as_ref().map(|endpoint| endpoint.url.as_str()),
            lab_folder: &folder,
        },
    )?;
    let watchdog = Watchdog::spawn(&options.watchdog, &journal)?;
    let world = World {
        lab,
        state: &state,
        journal: &journal,
        sudo: &sudo,
        endpoint: endpoint.as_ref(),
        interrupts,
    };
    let mut summary = Summary::default();
    let (result, engine) = match world.prepare(emit) {
        Ok(mut run) => {
            run.blocks(options, &mut summary, emit);
            (Ok(()), run.end(&mut summary, emit))
        }
        Err(error) => (Err(error), None),
    };
    summary.interrupted_by = interrupts.signal();
    let begun = Instant::now();
    if options.keep && result.is_ok() && summary.interrupted_by.is_none() {
        journal.keep()?;
        let kept = format!(
            "kept as asked: {}; `labrun clean` removes it and the containers",
            folder.join("lab").display()
        );
        emit(Event::Notice(Notice::Warning(kept)));
    } else {
        emit(Event::Notice(Notice::CleaningUp));
        summary.left_behind =
            reclaim(&journal, engine.as_ref(), &[watchdog.pid()], interrupts).left;
    }
    summary.cleanup = begun.elapsed();
    watchdog.dismiss();
    state.forget_old_runs();
    result?;
    emit(Event::Finished(summary.clone()));
    Ok(summary)
}

/// What a run is made in.
struct World<'a> {
    lab: &'a Lab,
    state: &'a StateFolder,
    journal: &'a RunJournal,
    sudo: &'a Sudo,
    endpoint: Option<&'a Endpoint>,
    interrupts: &'a Interrupts,
}

/// A run that is ready for its first step.
struct Run<'a> {
    world: &'a World<'a>,
    folder: LabFolder,
    engine: Option<Engine>,
    terminals: Terminals,
    /// What the names of the page stand for by now.
    captures: Captures,
    /// The moment in the engine's events from which deaths count.
    since: Option<Mark>,
    begun: Instant,
}

impl World<'_> {
    /// Makes the lab folder and looks whether the machine is ready.
    fn prepare(&self, emit: &mut dyn FnMut(Event)) -> Result<Run<'_>, RunError> {
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
            captures: Captures::default(),
            begun,
        })
    }
}

impl Run<'_> {
    /// Does every block in order. After the first failure the rest is not run, unless the user wants to go on.
    fn blocks(&mut self, options: &Options, summary: &mut Summary, emit: &mut dyn FnMut(Event)) {
        let mut stopped = false;
        let blocks = &self.world.lab.blocks;
        let wanted = options
            .until
            .map_or(blocks.len(), |last| blocks.len().min(last + 1));
        summary.left_out = blocks.len() - wanted;
        for (index, block) in blocks.iter().enumerate().take(wanted) {
            let runs = !stopped && self.world.interrupts.signal().is_none();
            let verdict = match block {
                Block::Step(step) => {
                    let outcome = if runs {
                        self.step(index, step, emit)
                    } else {
                        step_not_run()
                    };
                    count_step(summary, step, outcome.verdict);
                    let verdict = outcome.verdict;
                    emit(Event::StepFinished(index, outcome));
                    verdict
                }
                Block::Check(check) => {
                    let outcome = if runs {
                        emit(Event::BlockStarted(index));
                        let mut outcome = ask(
                            check,
                            self.world.lab,
                            self.engine.as_ref(),
                            &mut self.captures,
                            self.world.interrupts,
                        );
                        self.name_the_dead(outcome.failure.as_mut());
                        outcome
                    } else {
                        check_not_run()
                    };
                    count_check(summary, outcome.verdict);
                    let verdict = outcome.verdict;
                    emit(Event::CheckFinished(index, outcome));
                    verdict
                }
            };
            stopped |= verdict != Verdict::Passed && !options.keep_going;
            self.warn(emit);
        }
        summary.elapsed = self.begun.elapsed();
    }

    fn step(&mut self, index: usize, step: &Step, emit: &mut dyn FnMut(Event)) -> StepOutcome {
        emit(Event::BlockStarted(index));
        if let Some(engine) = &self.engine {
            engine.step_running(Some(&typed_text(step)));
        }
        let mut outcome = do_step(
            step,
            &mut Stage {
                lab: self.world.lab,
                folder: &self.folder,
                sudo: self.world.sudo,
                terminals: &mut self.terminals,
                captures: &mut self.captures,
                interrupts: self.world.interrupts,
            },
        );
        if let Some(engine) = &self.engine {
            engine.step_running(None);
        }
        self.name_the_dead(outcome.failure.as_mut());
        outcome
    }

    /// A container that died while the lab ran is most likely why a block failed.
    fn name_the_dead(&self, failure: Option<&mut Failure>) {
        if let (Some(engine), Some(since), Some(failure)) = (&self.engine, self.since, failure) {
            failure.dead_containers = engine.dead_containers_since(since);
        }
    }

    fn warn(&self, emit: &mut dyn FnMut(Event)) {
        for warning in self
            .engine
            .as_ref()
            .map(Engine::take_warnings)
            .unwrap_or_default()
        {
            emit(Event::Notice(Notice::Warning(warning)));
        }
    }

    /// Closes the terminals and gives back the engine for clean-up.
    fn end(self, summary: &mut Summary, emit: &mut dyn FnMut(Event)) -> Option<Engine> {
        summary.recordings = self
            .terminals
            .recordings()
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        for trouble in self.terminals.close() {
            emit(Event::Notice(Notice::Warning(trouble)));
        }
        self.engine
    }
}

/// Everything that a step types, by which the engine's events are told from those of others.
fn typed_text(step: &Step) -> String {
    match &step.action {
        Action::Type { lines, .. } => {
            let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
            lines.join("\n")
        }
        Action::Write(_) => String::new(),
    }
}

/// A lab that does nothing, or that nothing could turn red, must not be green.
fn refuse_nothing(lab: &Lab) -> Result<(), RunError> {
    let path = lab.source.path();
    if lab.steps().next().is_none() {
        return Err(RunError::Nothing(format!(
            "lab `{}` ({path}) has no step",
            lab.name
        )));
    }
    let verifies =
        lab.steps().any(|step| step.expectation.is_some()) || lab.checks().next().is_some();
    if !verifies {
        let name = &lab.name;
        return Err(RunError::Nothing(format!(
            "lab `{name}` ({path}) has no expectation and no check: it verifies nothing"
        )));
    }
    Ok(())
}

fn step_not_run() -> StepOutcome {
    StepOutcome {
        verdict: Verdict::NotRun,
        elapsed: Duration::ZERO,
        attempts: 0,
        failure: None,
    }
}

fn check_not_run() -> CheckOutcome {
    CheckOutcome {
        verdict: Verdict::NotRun,
        elapsed: Duration::ZERO,
        attempts: 0,
        samples: Samples::default(),
        failure: None,
    }
}

fn count_step(summary: &mut Summary, step: &Step, verdict: Verdict) {
    match verdict {
        Verdict::Passed => {
            summary.steps_passed += 1;
            summary.expectations_passed += usize::from(step.expectation.is_some());
        }
        Verdict::Failed => summary.steps_failed += 1,
        Verdict::NotRun => summary.steps_not_run += 1,
    }
}

fn count_check(summary: &mut Summary, verdict: Verdict) {
    match verdict {
        Verdict::Passed => summary.checks_passed += 1,
        Verdict::Failed => summary.checks_failed += 1,
        Verdict::NotRun => summary.checks_not_run += 1,
    }
}

/// Random bytes from the system, in hexadecimal digits.
fn random_word(bytes: usize) -> Result<String, RunError> {
    let mut buffer = vec![0; bytes];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut buffer))
        .map_err(RunError::system("reading random bytes"))?;
    Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_words_are_long_enough_and_differ() {
        let (one, other) = (random_word(16).unwrap(), random_word(16).unwrap());
        assert_eq!(one.len(), 32);
        assert_ne!(one, other);
    }
}
