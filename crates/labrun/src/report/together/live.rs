//! The live lines of labs that run at the same time: one for each, below the steady lines of those that have ended.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use labrun_model::{Block, Event, Lab, Notice};

use crate::report::human::{columns, lasting, passing, prefixed};
use crate::report::{printable, words};

/// The live lines.
pub(super) struct Live {
    lines: MultiProgress,
    /// Each with its lab's name.
    bars: Vec<(String, ProgressBar)>,
    style: ProgressStyle,
    width: usize,
}

impl Live {
    /// Live lines with a column of this width for the names, where standard error is a terminal.
    pub(super) fn on_a_terminal(width: usize) -> Option<Self> {
        let target = ProgressDrawTarget::stderr();
        if target.is_hidden() || columns() == 0 {
            return None;
        }
        let bar = if columns() < 80 + width {
            ""
        } else {
            "{bar:16} "
        };
        let template = format!(
            "  {{spinner}} {{prefix:{width}}}  {bar}{{pos}}/{{len}}  {{elapsed}}  {{wide_msg}}"
        );
        Some(Self {
            lines: MultiProgress::with_draw_target(target),
            bars: Vec::new(),
            style: ProgressStyle::with_template(&template)
                .ok()?
                .progress_chars("━╸─"),
            width,
        })
    }

    /// A lab begins.
    pub(super) fn begun(&mut self, lab: &Lab) {
        self.bar(lab).set_message("starting");
    }

    /// Shows what happened.
    pub(super) fn event(&mut self, lab: &Lab, event: &Event) {
        let bar = self.bar(lab);
        match event {
            Event::BlockStarted(index) => {
                let summary = lab.blocks.get(*index).map(Block::summary);
                bar.reset_elapsed();
                bar.set_message(printable(&summary.unwrap_or_default()));
            }
            Event::StepFinished(..) | Event::CheckFinished(..) => {
                bar.inc(1);
                bar.set_message("");
            }
            Event::LeftOut(blocks, _) => bar.inc(blocks.len() as u64),
            Event::Notice(notice) => self.notice(lab, &bar, notice),
            Event::Started(_) => bar.set_message(""),
            Event::Evidence(_) | Event::Finished(_) => {}
        }
    }

    /// Takes a lab's line away, and leaves a steady one.
    pub(super) fn ended(&mut self, lab: &Lab, line: &str) {
        if let Some(at) = self.bars.iter().position(|(name, _)| *name == lab.name) {
            let (_, bar) = self.bars.remove(at);
            bar.finish_and_clear();
            self.lines.remove(&bar);
        }
        self.aside(|| words(line));
    }

    /// Prints while the lines are out of the way.
    pub(super) fn aside(&self, say: impl FnOnce()) {
        self.lines.suspend(say);
    }

    /// Takes everything away.
    pub(super) fn gone(self) {
        // Nothing is left to be done where the terminal is gone.
        let _ = self.lines.clear();
    }

    fn notice(&self, lab: &Lab, bar: &ProgressBar, notice: &Notice) {
        if let Some(message) = passing(notice) {
            if matches!(notice, Notice::CleaningUp) {
                bar.reset_elapsed();
            }
            bar.set_message(message);
        }
        if let Some(text) = lasting(notice) {
            let prefix = super::prefix(&lab.name, self.width);
            self.aside(|| words(&prefixed(&prefix, &text)));
        }
    }

    /// The line of a lab, which comes with the first word about it.
    fn bar(&mut self, lab: &Lab) -> ProgressBar {
        if let Some((_, bar)) = self.bars.iter().find(|(name, _)| *name == lab.name) {
            return bar.clone();
        }
        let bar = self.lines.add(ProgressBar::new(lab.blocks.len() as u64));
        bar.set_style(self.style.clone());
        bar.set_prefix(lab.name.clone());
        bar.enable_steady_tick(Duration::from_millis(120));
        self.bars.push((lab.name.clone(), bar.clone()));
        bar
    }
}
