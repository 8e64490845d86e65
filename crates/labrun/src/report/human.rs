//! The report for people: a steady line for each step, a live line on a terminal, the failure last and complete.

mod ending;

use std::io;
use std::ops::Range;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use labrun_model::{
    Block, CheckOutcome, Event, Failure, Header, Lab, LeftOut, Notice, StepOutcome, Summary,
    Verdict,
};
use labrun_run::RunError;

pub(super) use ending::{around, ending, span, verdict};

use super::{BAD, CAUTION, FAINT, GOOD, Report, STRONG, count, printable, words};

/// Says a run in words on standard error.
pub(crate) struct Human {
    live: ProgressBar,
    section: Option<usize>,
    failures: Vec<Failure>,
    not_run: usize,
    /// The block that has begun and not ended.
    running: Option<usize>,
    width: usize,
    /// Whether what a step printed is shown below it.
    shows_output: bool,
    /// What each line begins with, where the lab is one of several.
    prefix: Option<String>,
}

impl Human {
    /// How wide the text of a line is where nobody knows how wide the reader's window is.
    const WIDTH: usize = 74;
    /// What stands around the text of a line: the mark and the number before it, the time behind it.
    const AROUND: usize = 18;

    /// A report on standard error, with a live line where that is a terminal.
    pub(crate) fn new() -> Self {
        let live = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(live_line(columns())) {
            live.set_style(style.progress_chars("━╸─"));
        }
        Self {
            live,
            section: None,
            failures: Vec::new(),
            not_run: 0,
            running: None,
            width: width(),
            shows_output: false,
            prefix: None,
        }
    }

    /// A report whose lines begin with the lab's name, for labs that are run together: no live line, and its end is one
    /// sentence, because the failures of all labs come behind all of them.
    pub(super) fn one_of_several(prefix: String) -> Self {
        let human = Self {
            prefix: Some(prefix),
            ..Self::new()
        };
        human.live.set_draw_target(ProgressDrawTarget::hidden());
        human
    }

    /// A report on a run that stops and asks: without a live line, and with what each step printed, as a reader of the
    /// chapter would see it.
    pub(crate) fn step_by_step() -> Self {
        let human = Self {
            shows_output: true,
            ..Self::new()
        };
        human.live.set_draw_target(ProgressDrawTarget::hidden());
        human
    }

    fn say(&self, text: &str) {
        match &self.prefix {
            None => self.live.suspend(|| words(&format!("{text}\n"))),
            Some(prefix) => words(&prefixed(prefix, text)),
        }
    }

    fn started(&self, lab: &Lab, header: &Header) {
        self.live.set_length(lab.blocks.len() as u64);
        self.live.enable_steady_tick(Duration::from_millis(120));
        let path = lab.source.path();
        self.say(&format!(
            "{STRONG}{}{STRONG:#} · {} {FAINT}({path}){FAINT:#}",
            lab.name, lab.title
        ));
        let width = header
            .facts
            .iter()
            .map(|(name, _)| name.len())
            .max()
            .unwrap_or(0);
        for (name, value) in &header.facts {
            self.say(&format!("  {FAINT}{name:width$}{FAINT:#}  {value}"));
        }
    }

    fn block_started(&mut self, lab: &Lab, index: usize) {
        let Some(block) = lab.blocks.get(index) else {
            return;
        };
        self.running = Some(index);
        if self.section != Some(block.section()) {
            self.section = Some(block.section());
            if let Some(section) = lab.sections.get(block.section()) {
                self.say(&format!("\n{STRONG}{}{STRONG:#}", section.title));
            }
        }
        self.live.reset_elapsed();
        self.live.set_message(printable(&block.summary()));
    }

    fn step_finished(&mut self, lab: &Lab, index: usize, outcome: &StepOutcome) {
        let label = match lab.blocks.get(index) {
            Some(Block::Step(step)) => format!(
                "{:>3}  {}",
                step.number,
                shorten(&step.summary(), self.width)
            ),
            _ => String::new(),
        };
        self.finished(
            lab,
            index,
            &label,
            outcome.verdict,
            outcome.elapsed,
            outcome.attempts,
        );
        if self.shows_output && outcome.verdict == Verdict::Passed {
            self.say_output(&outcome.output);
        }
        self.failures.extend(outcome.failure.clone());
    }

    /// The beginning of what a step printed; a window has no room for more.
    fn say_output(&self, output: &str) {
        const MOST: usize = 20;
        let lines: Vec<&str> = output.trim_end().lines().collect();
        for line in lines.iter().take(MOST) {
            self.say(&format!("       {FAINT}│{FAINT:#} {}", printable(line)));
        }
        if lines.len() > MOST {
            let more = count(lines.len() - MOST, "line");
            self.say(&format!("       {FAINT}│ … and {more} more{FAINT:#}"));
        }
    }

    fn check_finished(&mut self, lab: &Lab, index: usize, outcome: &CheckOutcome) {
        let label = match lab.blocks.get(index) {
            Some(Block::Check(check)) => {
                format!(
                    "     check: {}",
                    shorten(&check.title, self.width.saturating_sub(7))
                )
            }
            _ => String::new(),
        };
        self.finished(
            lab,
            index,
            &label,
            outcome.verdict,
            outcome.elapsed,
            outcome.attempts,
        );
        self.failures.extend(outcome.failure.clone());
    }

    fn finished(
        &mut self,
        lab: &Lab,
        index: usize,
        label: &str,
        verdict: Verdict,
        elapsed: Duration,
        attempts: u32,
    ) {
        self.live.inc(1);
        self.live.set_message("");
        let is_cut_short = verdict == Verdict::NotRun;
        let took = match is_cut_short {
            true => "interrupted".to_owned(),
            false => took(elapsed, attempts),
        };
        // Where the time has more to say, the text gives way, so that the line does not wrap.
        let room = (self.width + 14).saturating_sub(took.chars().count().max(8));
        let label = &shorten(label, room - 1);
        let padding = " ".repeat(room.saturating_sub(label.chars().count()));
        let time = format!("{FAINT}{took}{FAINT:#}");
        match verdict {
            Verdict::Passed => self.say(&format!("  {GOOD}✓{GOOD:#} {label}{padding}{time}")),
            Verdict::Failed => {
                let line = lab
                    .blocks
                    .get(index)
                    .map_or(0, |block| lab.place(block.span()).line);
                // A window has no room for the place, and the failure itself says it.
                let place = match columns() {
                    0 => format!("  {}:{line}", lab.source.path()),
                    _ => String::new(),
                };
                self.say(&format!("  {BAD}✗ {label}{BAD:#}{padding}{time}{place}"));
            }
            Verdict::NotRun if self.running == Some(index) => {
                self.say(&format!("  {CAUTION}- {label}{CAUTION:#}{padding}{time}"));
            }
            Verdict::NotRun => self.not_run += 1,
        }
        self.running = None;
    }

    /// A line for a part that nobody shall take for tested.
    fn left_out(&mut self, lab: &Lab, blocks: &Range<usize>, why: LeftOut) {
        self.live.inc(blocks.len() as u64);
        let left_out = lab.blocks.get(blocks.clone()).unwrap_or_default();
        self.say(&format!(
            "  {FAINT}· {} left out: {why}{FAINT:#}",
            blocks_in_words(left_out)
        ));
    }

    fn notice(&self, notice: &Notice) {
        if let Some(message) = passing(notice) {
            if matches!(notice, Notice::CleaningUp) {
                self.live.reset_elapsed();
            }
            self.live.set_message(message);
            self.live.tick();
        }
        if let Some(text) = lasting(notice) {
            self.say(&text);
        }
    }

    fn ended(&mut self, summary: &Summary) {
        self.live.finish_and_clear();
        match self.prefix {
            None => words(&ending(self.not_run, &self.failures, summary)),
            Some(_) => self.say(&verdict(summary)),
        }
    }
}

impl Report for Human {
    fn event(&mut self, lab: &Lab, event: &Event) {
        match event {
            Event::Started(header) => self.started(lab, header),
            Event::Notice(notice) => self.notice(notice),
            Event::BlockStarted(index) => self.block_started(lab, *index),
            Event::StepFinished(index, outcome) => self.step_finished(lab, *index, outcome),
            Event::CheckFinished(index, outcome) => self.check_finished(lab, *index, outcome),
            Event::LeftOut(blocks, why) => self.left_out(lab, blocks, *why),
            Event::Evidence(_) => {}
            Event::Finished(summary) => self.ended(summary),
        }
    }

    /// Takes the live line away, which a run that ends before its summary leaves standing.
    fn close(&mut self, _lab: &Lab, _trouble: Option<&RunError>) -> io::Result<()> {
        self.live.finish_and_clear();
        Ok(())
    }
}

/// Every line of a text behind the same words; lines that say nothing are left out.
pub(super) fn prefixed(prefix: &str, text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| format!("{prefix}{line}\n")).collect()
}

/// What a notice says on the live line, until something else is said there.
pub(super) fn passing(notice: &Notice) -> Option<String> {
    match notice {
        Notice::Pulling {
            image, total: 0, ..
        } => Some(format!("pulling {image}")),
        Notice::Pulling {
            image,
            current,
            total,
        } => {
            let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
            Some(format!(
                "pulling {image}: {:.1} of {:.1} MiB",
                mib(*current),
                mib(*total)
            ))
        }
        Notice::CleaningUp => Some("cleaning up".to_owned()),
        Notice::Pulled { .. }
        | Notice::Reclaimed { .. }
        | Notice::Remark(_)
        | Notice::Warning(_) => None,
    }
}

/// What a notice says in lines that stay.
pub(super) fn lasting(notice: &Notice) -> Option<String> {
    match notice {
        Notice::Pulled { image } => Some(format!("  pulled {image}")),
        Notice::Reclaimed { removed } => {
            let mut text = "  removed what an older run had left behind:".to_owned();
            for line in removed {
                text.push_str(&format!("\n    {line}"));
            }
            Some(text)
        }
        Notice::Remark(text) => Some(format!("  {FAINT}{}{FAINT:#}", printable(text))),
        Notice::Warning(text) => Some(format!(
            "  {CAUTION}warning{CAUTION:#}: {}",
            printable(text)
        )),
        Notice::Pulling { .. } | Notice::CleaningUp => None,
    }
}

/// `steps 4 to 9, 2 checks`; of a single check its title.
fn blocks_in_words(blocks: &[Block]) -> String {
    let numbers: Vec<usize> = blocks
        .iter()
        .filter_map(|block| match block {
            Block::Step(step) => Some(step.number),
            Block::Check(_) => None,
        })
        .collect();
    let checks = blocks.len() - numbers.len();
    let steps = match numbers.as_slice() {
        [] => None,
        [one] => Some(format!("step {one}")),
        [first, .., last] => Some(format!("steps {first} to {last}")),
    };
    match (steps, blocks) {
        (None, [Block::Check(check)]) => format!("check: {}", check.title),
        (None, _) => count(checks, "check"),
        (Some(steps), _) if checks == 0 => steps,
        (Some(steps), _) => format!("{steps}, {}", count(checks, "check")),
    }
}

/// How wide a line's text may be, so that the line does not wrap where standard error is a window.
fn width() -> usize {
    match columns() {
        0 => Human::WIDTH,
        columns => columns.saturating_sub(Human::AROUND).clamp(30, 110),
    }
}

/// How wide the reader's window is; 0 where standard error is none.
pub(super) fn columns() -> usize {
    let window = rustix::termios::tcgetwinsize(io::stderr()).ok();
    window.map_or(0, |window| usize::from(window.ws_col))
}

/// What the live line shows: how far the run is, for how long the block has been running, and what it is. The bar needs
/// room.
fn live_line(columns: usize) -> &'static str {
    if columns < 70 {
        "  {spinner} {pos}/{len}  {elapsed}  {wide_msg}"
    } else {
        "  {spinner} {bar:20} {pos}/{len}  {elapsed}  {wide_msg}"
    }
}

fn shorten(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width - 1).collect();
    format!("{kept}…")
}

/// How long it took; where it had to wait, also after how many attempts it was so.
fn took(elapsed: Duration, attempts: u32) -> String {
    match attempts {
        0 | 1 => span(elapsed),
        attempts => format!("after {}, {attempts} attempts", span(elapsed)),
    }
}
