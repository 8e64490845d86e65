//! The end of the report for people: what was not run, the failures, and the verdict in one sentence.

use std::time::Duration;

use labrun_model::{Failure, Summary};
use labrun_run::signal_in_words;

use crate::report::{BAD, CAUTION, FAINT, GOOD, STRONG, count, drawn, failure};

/// The end of a report: what was not run, the failures, what is left, the verdict, and where the recordings are.
pub(in crate::report) fn ending(not_run: usize, failures: &[Failure], summary: &Summary) -> String {
    let mut text = String::new();
    if not_run > 0 {
        // One line says how many; a list of them would bury the failure.
        let blocks = count(not_run, "block");
        text.push_str(&format!("  {FAINT}- {blocks} not run{FAINT:#}\n"));
    }
    for failure in failures {
        text.push_str(&format!("\n{}", failure::draw(failure)));
    }
    text.push_str(&around(summary));
    text.push_str(&format!("\n{}\n", verdict(summary)));
    if !summary.is_green() {
        for recording in &summary.recordings {
            text.push_str(&format!("  {FAINT}recording: {recording}{FAINT:#}\n"));
        }
    }
    text
}

/// What is wrong around the lab: an engine that was away, and what could not be removed.
pub(in crate::report) fn around(summary: &Summary) -> String {
    let mut text = String::new();
    if let Some(away) = &summary.engine_away {
        let what = format!("the engine was away while the lab ran: {away}");
        let help =
            "the failure may be the engine's: look at it (`docker info`), and run the lab again";
        text.push_str(&format!("\n{}", drawn(&what, Some(help))));
    }
    for left in &summary.left_behind {
        text.push_str(&format!("\n{BAD}left behind{BAD:#}: {left}\n"));
    }
    if !summary.left_behind.is_empty() {
        let help = "`labrun clean` removes it, and so does the next run";
        text.push_str(&format!("  {STRONG}help{STRONG:#}: {help}\n"));
    }
    text
}

/// The footer: what went wrong first, then what passed, and how long it took.
pub(in crate::report) fn verdict(summary: &Summary) -> String {
    // A lab that stands for the next run was not cleaned up at all.
    let cleaned_up = match summary.cleanup {
        Duration::ZERO => String::new(),
        time => format!(", cleaned up in {}", span(time)),
    };
    let passed = format!(
        "{}, {}, {} passed in {}{cleaned_up}",
        count(summary.steps_passed, "step"),
        count(summary.expectations_passed, "expectation"),
        count(summary.checks_passed, "check"),
        span(summary.elapsed)
    );
    let left_out = match summary.left_out {
        0 => String::new(),
        blocks if summary.interrupted_by.is_some() => {
            format!("; {} left out", count(blocks, "block"))
        }
        blocks => format!("; {} left out, as asked", count(blocks, "block")),
    };
    let word = match summary.interrupted_by {
        Some(signal) => format!(
            "{CAUTION}interrupted{CAUTION:#} by {}",
            signal_in_words(signal)
        ),
        None if summary.is_green() => format!("{GOOD}passed{GOOD:#}"),
        None if summary.engine_away.is_some() => format!("{BAD}broken{BAD:#}"),
        None => format!("{BAD}failed{BAD:#}"),
    };
    let wrong = wrong(summary);
    let between = if wrong.is_empty() { "" } else { "; " };
    format!("{word}: {wrong}{between}{passed}{left_out}")
}

/// What did not pass, and what is not as it was.
fn wrong(summary: &Summary) -> String {
    let not_run = summary.steps_not_run + summary.checks_not_run;
    let parts = [
        (
            summary.steps_failed,
            count(summary.steps_failed, "step") + " failed",
        ),
        (
            summary.checks_failed,
            count(summary.checks_failed, "check") + " failed",
        ),
        (not_run, format!("{not_run} not run")),
        (
            summary.left_behind.len(),
            count(summary.left_behind.len(), "thing") + " left behind",
        ),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(_, words)| words)
        .collect();
    parts.join(", ")
}

/// A length of time as people say it.
pub(in crate::report) fn span(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    if milliseconds < 10.0 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 1000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.1} s", milliseconds / 1000.0)
    }
}
