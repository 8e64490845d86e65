//! The report for people: a steady line for each step, a live line on a terminal, the failure last and complete.

use std::io;
use std::ops::Range;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use labrun_model::{
    Block, CheckOutcome, Event, Failure, Header, Lab, LeftOut, Notice, StepOutcome, Summary,
    Verdict,
};
use labrun_run::RunError;

use super::{BAD, CAUTION, FAINT, GOOD, Report, STRONG, count, failure, words};

/// Says a run in words on standard error.
pub(crate) struct Human {
    live: ProgressBar,
    section: Option<usize>,
    failures: Vec<Failure>,
    finished: usize,
    not_run: usize,
    /// The block that has begun and not ended.
    running: Option<usize>,
    width: usize,
}

impl Human {
    /// How wide the text of a line is where nobody knows how wide the reader's window is.
    const WIDTH: usize = 74;
    /// What stands around the text of a line: the mark and the number before it, the time behind it.
    const AROUND: usize = 18;

    /// A report on standard error, with a live line where that is a terminal.
    pub(crate) fn new() -> Self {
        let live = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg}  {elapsed}") {
            live.set_style(style);
        }
        Self {
            live,
            section: None,
            failures: Vec::new(),
            finished: 0,
            not_run: 0,
            running: None,
            width: width(),
        }
    }

    /// The same without a live line, for a run that stops and asks.
    pub(crate) fn without_live_line() -> Self {
        let human = Self::new();
        human.live.set_draw_target(ProgressDrawTarget::hidden());
        human
    }

    fn say(&self, text: &str) {
        self.live.suspend(|| words(&format!("{text}\n")));
    }

    fn started(&self, lab: &Lab, header: &Header) {
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
        let text = format!(
            "{}/{} {}",
            self.finished + 1,
            lab.blocks.len(),
            shorten(&block.summary(), self.width)
        );
        self.live.reset_elapsed();
        self.live.set_message(text);
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
        self.failures.extend(outcome.failure.clone());
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
        self.finished += 1;
        self.live.set_message("");
        let time = format!("{FAINT}{}{FAINT:#}", took(elapsed, attempts));
        let padding = " ".repeat((self.width + 6).saturating_sub(label.chars().count()));
        match verdict {
            Verdict::Passed => self.say(&format!("  {GOOD}✓{GOOD:#} {label}{padding}{time}")),
            Verdict::Failed => {
                let line = lab
                    .blocks
                    .get(index)
                    .map_or(0, |block| lab.place(block.span()).line);
                self.say(&format!(
                    "  {BAD}✗ {label}{BAD:#}{padding}{time}  {}:{line}",
                    lab.source.path()
                ));
            }
            Verdict::NotRun if self.running == Some(index) => {
                self.say(&format!(
                    "  {CAUTION}- {label}{CAUTION:#}{padding}{time}  interrupted"
                ));
            }
            // One line at the end says how many; a list of them would bury the failure.
            Verdict::NotRun => self.not_run += 1,
        }
        self.running = None;
    }

    /// A line for a part that nobody shall take for tested.
    fn left_out(&mut self, lab: &Lab, blocks: &Range<usize>, why: LeftOut) {
        self.finished += blocks.len();
        let left_out = lab.blocks.get(blocks.clone()).unwrap_or_default();
        self.say(&format!(
            "  {FAINT}· {} left out: {why}{FAINT:#}",
            blocks_in_words(left_out)
        ));
    }

    fn notice(&self, notice: &Notice) {
        match notice {
            Notice::Pulling {
                image,
                current,
                total,
            } => {
                let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
                self.live.set_message(format!(
                    "pulling {image}: {:.1} of {:.1} MiB",
                    mib(*current),
                    mib(*total)
                ));
                self.live.tick();
            }
            Notice::Pulled { image } => self.say(&format!("  pulled {image}")),
            Notice::Reclaimed { removed } => {
                self.say("  removed what an older run had left behind:");
                for line in removed {
                    self.say(&format!("    {line}"));
                }
            }
            Notice::CleaningUp => {
                self.live.reset_elapsed();
                self.live.set_message("cleaning up");
                self.live.tick();
            }
            Notice::Remark(text) => self.say(&format!("  {FAINT}{text}{FAINT:#}")),
            Notice::Warning(text) => self.say(&format!("  {CAUTION}warning{CAUTION:#}: {text}")),
        }
    }

    fn ended(&mut self, summary: &Summary) {
        self.live.finish_and_clear();
        if self.not_run > 0 {
            words(&format!(
                "  {FAINT}- {} after it not run{FAINT:#}\n",
                count(self.not_run, "block")
            ));
        }
        for failure in &self.failures {
            words(&format!("\n{}", failure::draw(failure)));
        }
        for left in &summary.left_behind {
            words(&format!("\n{BAD}left behind{BAD:#}: {left}\n"));
        }
        words(&format!("\n{}\n", verdict(summary)));
        if !summary.is_green() {
            for recording in &summary.recordings {
                words(&format!("  {FAINT}recording: {recording}{FAINT:#}\n"));
            }
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
            Event::Finished(summary) => self.ended(summary),
        }
    }

    /// Takes the live line away, which a run that ends before its summary leaves standing.
    fn close(&mut self, _lab: &Lab, _trouble: Option<&RunError>) -> io::Result<()> {
        self.live.finish_and_clear();
        Ok(())
    }
}

/// The footer: counts and times, and what did not run.
fn verdict(summary: &Summary) -> String {
    let passed = format!(
        "{}, {}, {} passed",
        count(summary.steps_passed, "step"),
        count(summary.expectations_passed, "expectation"),
        count(summary.checks_passed, "check")
    );
    let failed = summary.steps_failed + summary.checks_failed;
    let not_run = summary.steps_not_run + summary.checks_not_run;
    let time = format!(
        "in {}, cleaned up in {}",
        span(summary.elapsed),
        span(summary.cleanup)
    );
    if let Some(signal) = summary.interrupted_by {
        return format!(
            "{CAUTION}interrupted{CAUTION:#} by {}: {passed}, {not_run} not run, {time}",
            signal_name(signal)
        );
    }
    let left_out = match summary.left_out {
        0 => String::new(),
        blocks => format!("; {} left out, as asked", count(blocks, "block")),
    };
    if summary.is_green() {
        return format!("{GOOD}passed{GOOD:#}: {passed} {time}{left_out}");
    }
    format!("{BAD}failed{BAD:#}: {failed} failed, {passed}, {not_run} not run, {time}{left_out}")
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
    let window = rustix::termios::tcgetwinsize(io::stderr()).ok();
    let columns = window.map_or(0, |window| usize::from(window.ws_col));
    match columns {
        0 => Human::WIDTH,
        columns => columns.saturating_sub(Human::AROUND).clamp(30, 110),
    }
}

/// A signal by the name that people know.
fn signal_name(signal: i32) -> String {
    match signal {
        1 => "SIGHUP".to_owned(),
        2 => "Ctrl-C".to_owned(),
        15 => "SIGTERM".to_owned(),
        other => format!("signal {other}"),
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

/// A length of time as people say it.
fn span(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    if milliseconds < 10.0 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 1000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.1} s", milliseconds / 1000.0)
    }
}
