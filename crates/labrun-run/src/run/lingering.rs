//! Telling which programs the page has left running, and since which step. That they are ended is not decided here.

use std::time::{Duration, Instant};

use labrun_model::{Block, Event, Notice, Step};

use super::blocks::{Run, typed_text};
use crate::cleanup::{Lingering, lingering};

/// How far the beginning of a process may be off, as the kernel tells it.
const BLUR: Duration = Duration::from_millis(20);
/// How many programs are told; a page that leaves more has one cause.
const MOST: usize = 5;

/// The time of a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// The block's index.
    pub(super) block: usize,
    pub(super) begun: Instant,
    pub(super) ended: Instant,
}

impl Run<'_> {
    /// A warning for each program that still runs although every step has ended. A reader of the page would have it.
    pub(super) fn tell_what_lingers(&self, emit: &mut dyn FnMut(Event)) {
        let world = self.world;
        let journal = world.journal.snapshot();
        let found = lingering(&journal, &[world.watchdog], world.interrupts);
        let now = Instant::now();
        for program in found.iter().take(MOST) {
            let since = self.since(program, now);
            let since = since.map(|since| format!(" (since {since})"));
            let since = since.unwrap_or_default();
            let text = format!(
                "a program of the page still runs: {}{since}",
                program.command
            );
            emit(Event::Notice(Notice::Warning(text)));
        }
        if let Some(more @ 1..) = found.len().checked_sub(MOST) {
            let text = format!("and {more} more programs of the page still run");
            emit(Event::Notice(Notice::Warning(text)));
        }
    }

    /// The step that has started a program, where it can be told; the first of several.
    fn since(&self, program: &Lingering, now: Instant) -> Option<String> {
        let began = now.checked_sub(program.age)?;
        let near = self
            .stretches
            .iter()
            .filter(|stretch| stretch.begun <= began + BLUR && began <= stretch.ended + BLUR);
        let near: Vec<&Step> = near
            .filter_map(|stretch| self.step_at(stretch.block))
            .collect();
        let names_it = |step: &&&Step| typed_text(step).contains(&program.name);
        let step = near.iter().find(names_it).or(match near.as_slice() {
            [only] => Some(only),
            _ => None,
        })?;
        let place = self.world.lab.place(step.span);
        Some(format!(
            "step {}, {}:{}",
            step.number, place.path, place.line
        ))
    }

    fn step_at(&self, block: usize) -> Option<&Step> {
        match self.world.lab.blocks.get(block)? {
            Block::Step(step) => Some(step),
            Block::Check(_) => None,
        }
    }
}
