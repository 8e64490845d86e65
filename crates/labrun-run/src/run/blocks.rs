//! Doing the blocks of a lab in order, up to the first failure or as far as the user wants.

use std::time::Instant;

use labrun_model::{Action, Block, Event, Failure, Notice, Step, StepOutcome, Summary, Verdict};

use super::Options;
use super::tally::{check_not_run, count_check, count_step, step_not_run};
use super::world::World;
use crate::check::ask;
use crate::engine::{Engine, Mark};
use crate::lab_folder::LabFolder;
use crate::step::{Stage, do_step};
use crate::terminals::Terminals;

/// A run that is ready for its first step.
pub(super) struct Run<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) folder: LabFolder,
    pub(super) engine: Option<Engine>,
    pub(super) terminals: Terminals,
    /// The moment in the engine's events from which deaths count.
    pub(super) since: Option<Mark>,
    pub(super) begun: Instant,
}

impl Run<'_> {
    /// Does every block in order. After the first failure the rest is not run, unless the user wants to go on.
    pub(super) fn blocks(
        &mut self,
        options: &Options,
        summary: &mut Summary,
        emit: &mut dyn FnMut(Event),
    ) {
        let mut stopped = false;
        let blocks = &self.world.lab.blocks;
        let part = &options.part;
        let left_out = part.ranges_left_out(blocks);
        summary.left_out = left_out.iter().map(|(range, _)| range.len()).sum();
        let mut left_out = left_out.into_iter().peekable();
        for (index, block) in blocks.iter().enumerate() {
            if let Some((range, why)) = left_out.next_if(|(range, _)| range.start == index) {
                emit(Event::LeftOut(range, why));
            }
            if part.left_out(index, block).is_some() {
                continue;
            }
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
                interrupts: self.world.interrupts,
                printed: String::new(),
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
    pub(super) fn end(self, summary: &mut Summary, emit: &mut dyn FnMut(Event)) -> Option<Engine> {
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
