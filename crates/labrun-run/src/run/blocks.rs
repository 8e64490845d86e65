//! Doing the blocks of a lab in order, up to the first failure or as far as the user wants.

use std::time::Instant;

use labrun_model::{
    Action, Block, CapturedValue, Check, CheckOutcome, Event, Evidence, Failure, LeftOut, Notice,
    Part, Step, StepOutcome, Summary, Verdict,
};

use super::Options;
use super::going_on::standing;
use super::kept::fingerprint;
use super::lingering::Stretch;
use super::tally::{check_not_run, count_check, count_step, step_not_run};
use super::world::World;
use crate::check::{Outside, ask};
use crate::cleanup::{BlockDone, BlockEnd, Captured, Progress};
use crate::engine::{Engine, Mark};
use crate::evidence;
use crate::expectation::Captures;
use crate::guide::Guide;
use crate::hint;
use crate::lab_folder::LabFolder;
use crate::step::{Stage, do_step};
use crate::terminals::Terminals;

/// A run that is ready for its first step.
pub(super) struct Run<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) folder: LabFolder,
    pub(super) engine: Option<Engine>,
    /// The variables of the lab's shell.
    pub(super) environment: Vec<(String, String)>,
    pub(super) terminals: Terminals,
    /// What the names of the page stand for by now.
    pub(super) captures: Captures,
    /// The moment in the engine's events from which deaths count.
    pub(super) since: Option<Mark>,
    /// The blocks that are wanted.
    pub(super) part: Part,
    pub(super) progress: Progress,
    pub(super) begun: Instant,
    /// When the steps that were typed began and ended.
    pub(super) stretches: Vec<Stretch>,
}

impl Run<'_> {
    /// Does every block of the part in order. After the first failure the rest is not run, unless the user wants to go
    /// on. A guide is asked before each step.
    pub(super) fn blocks(
        &mut self,
        options: &Options,
        mut guide: Option<&mut dyn Guide>,
        summary: &mut Summary,
        emit: &mut dyn FnMut(Event),
    ) {
        let mut stopped = false;
        let blocks = &self.world.lab.blocks;
        let left_out = self.part.ranges_left_out(blocks);
        let mut left_out = left_out.into_iter().peekable();
        for (index, block) in blocks.iter().enumerate() {
            if let Some((range, why)) = left_out.next_if(|(range, _)| range.start == index) {
                summary.left_out += range.len();
                emit(Event::LeftOut(range, why));
            }
            if let Some(why) = self.part.left_out(index, block) {
                if why == LeftOut::EarlierCheck {
                    self.note(index, block, BlockEnd::LeftOut);
                }
                continue;
            }
            let runs = !stopped && self.world.interrupts.signal().is_none();
            if let Block::Step(step) = block
                && runs
                && !self.is_wanted(index, step, &mut guide, emit)
            {
                summary.left_out += blocks.len() - index;
                emit(Event::LeftOut(index..blocks.len(), LeftOut::Ended));
                break;
            }
            let (verdict, is_output) = self.block(index, block, runs, summary, emit);
            match verdict {
                // Nobody can go on with a lab that is not kept.
                _ if !options.keep => {}
                Verdict::Passed => self.note(index, block, BlockEnd::Passed),
                Verdict::Failed => self.note(index, block, BlockEnd::Failed),
                Verdict::NotRun => {}
            }
            if verdict == Verdict::Failed {
                self.look_whether_engine_is_away(summary);
            }
            stopped |= options.after_failure.stops(verdict, is_output);
            self.warn(emit);
        }
        summary.elapsed = self.begun.elapsed();
        if options.keep {
            self.note_progress(emit);
        }
    }

    /// Does a block, and says its verdict and whether nothing but an output differs.
    fn block(
        &mut self,
        index: usize,
        block: &Block,
        runs: bool,
        summary: &mut Summary,
        emit: &mut dyn FnMut(Event),
    ) -> (Verdict, bool) {
        match block {
            Block::Step(step) => {
                let outcome = if runs {
                    self.step(index, step, emit)
                } else {
                    step_not_run()
                };
                count_step(summary, step, outcome.verdict);
                let failure = outcome.failure.as_ref();
                let is_output = failure.is_some_and(|failure| failure.kind.is_output());
                let verdict = outcome.verdict;
                emit(Event::StepFinished(index, outcome));
                (verdict, is_output)
            }
            Block::Check(check) => {
                let outcome = if runs {
                    self.check(index, check, emit)
                } else {
                    check_not_run()
                };
                count_check(summary, outcome.verdict);
                let verdict = outcome.verdict;
                emit(Event::CheckFinished(index, outcome));
                (verdict, false)
            }
        }
    }

    fn check(&mut self, index: usize, check: &Check, emit: &mut dyn FnMut(Event)) -> CheckOutcome {
        emit(Event::BlockStarted(index));
        let outside = Outside {
            engine: self.engine.as_ref(),
            folder: &self.folder.start(),
            interrupts: self.world.interrupts,
        };
        let mut outcome = ask(check, self.world.lab, outside, &mut self.captures);
        if let Some(failure) = &mut outcome.failure
            && check.eventually.is_none()
        {
            let hint = hint::asked_once(&failure.kind).map(str::to_owned);
            failure.hint = failure.hint.take().or(hint);
        }
        self.name_the_dead(outcome.failure.as_mut());
        outcome
    }

    /// Remembers what became of a block, as long as nothing before it is missing.
    fn note(&mut self, index: usize, block: &Block, end: BlockEnd) {
        if self.progress.blocks.len() == index {
            let folder = match block {
                Block::Step(step) => self.terminals.folder(&step.terminal),
                Block::Check(_) => None,
            };
            let known = self.progress.captured();
            let is_new = |value: &&CapturedValue| known.iter().all(|old| old.name != value.name);
            let captured = self.captures.values().filter(is_new);
            let captured = captured.map(Captured::from).collect();
            self.progress.blocks.push(BlockDone {
                text: fingerprint(self.world.lab, block),
                end,
                folder,
                captured,
            });
        }
    }

    /// Writes down how far the run is, for whoever goes on with it.
    fn note_progress(&mut self, emit: &mut dyn FnMut(Event)) {
        if let Some(engine) = &self.engine {
            let journal = self.world.journal.snapshot();
            // Without an answer nothing is compared later, which is no reason to lose the lab.
            self.progress.containers =
                standing(engine, &journal, self.world.interrupts).unwrap_or_default();
        }
        if let Err(error) = self.world.journal.note_progress(self.progress.clone()) {
            let warning = format!("nobody can go on with this run: {error}");
            emit(Event::Notice(Notice::Warning(warning)));
        }
    }

    fn step(&mut self, index: usize, step: &Step, emit: &mut dyn FnMut(Event)) -> StepOutcome {
        emit(Event::BlockStarted(index));
        if let Some(engine) = &self.engine {
            let text = typed_text(step);
            // Where the disk is full, what is made is still known by the engine's events.
            drop(self.world.journal.note_typing(&text, step.timeout));
            engine.step_running(Some(&text));
        }
        let begun = Instant::now();
        let mut outcome = do_step(
            step,
            &mut Stage {
                lab: self.world.lab,
                folder: &self.folder,
                sudo: self.world.sudo,
                terminals: &mut self.terminals,
                captures: &mut self.captures,
                interrupts: self.world.interrupts,
                printed: String::new(),
            },
        );
        self.stretches.push(Stretch {
            block: index,
            begun,
            ended: Instant::now(),
        });
        if let Some(engine) = &self.engine {
            engine.step_running(None);
        }
        self.name_the_dead(outcome.failure.as_mut());
        outcome
    }

    /// A failure while the engine was away may be the engine's, and nobody is to look for it on the page.
    fn look_whether_engine_is_away(&self, summary: &mut Summary) {
        if let (Some(engine), None) = (&self.engine, &summary.engine_away) {
            let away = engine.away(self.world.interrupts);
            summary.engine_away = away.map(|reason| format!("{}: {reason}", engine.endpoint().url));
        }
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

    /// What clean-up would destroy, and a maintainer wants to see.
    pub(super) fn evidence(&self) -> Evidence {
        evidence::collect(
            self.world.lab,
            self.engine.as_ref(),
            &self.folder.start(),
            &self.environment,
            self.world.interrupts,
        )
    }

    /// Closes the terminals and gives back the engine for clean-up.
    pub(super) fn end(
        mut self,
        summary: &mut Summary,
        emit: &mut dyn FnMut(Event),
    ) -> Option<Engine> {
        self.terminals.leave_sessions();
        if summary.is_green() && summary.left_out == 0 {
            self.tell_what_lingers(emit);
        }
        summary.run_folder = self.world.journal.folder().display().to_string();
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
pub(super) fn typed_text(step: &Step) -> String {
    match &step.action {
        Action::Type { lines, .. } => {
            let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
            lines.join("\n")
        }
        Action::Write(_) => String::new(),
    }
}
