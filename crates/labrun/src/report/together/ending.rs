//! The end of the report about several labs: a line for each, and one sentence about all.

use std::time::Duration;

use labrun_model::Summary;
use labrun_run::signal_in_words;

use super::ends::{End, Ends};
use crate::exit::Exit;
use crate::report::human::{span, verdict};
use crate::report::{BAD, CAUTION, FAINT, GOOD, STRONG, count};

/// A lab's line: a sign, its name in a column of this width, and how it ended.
pub(in crate::report) fn line(
    name: &str,
    width: usize,
    end: End,
    summary: Option<&Summary>,
) -> String {
    let (style, sign) = match end {
        End::Ended(Exit::Passed) => (GOOD, "✓"),
        End::Ended(Exit::Interrupted(_)) | End::NotRun => (CAUTION, "-"),
        End::Ended(_) | End::Running => (BAD, "✗"),
    };
    let how = how(end, summary);
    format!("{style}{sign}{style:#} {STRONG}{name:width$}{STRONG:#}  {how}\n")
}

/// How a lab ended.
pub(super) fn how(end: End, summary: Option<&Summary>) -> String {
    match (end, summary) {
        (End::NotRun, _) => format!("{FAINT}not run{FAINT:#}"),
        (End::Ended(_), Some(summary)) => verdict(summary),
        (End::Ended(Exit::Nothing), None) => "nothing to run".to_owned(),
        (End::Ended(Exit::Interrupted(signal)), None) => {
            format!("interrupted by {}", signal_in_words(signal))
        }
        (End::Ended(_) | End::Running, _) => format!("{BAD}could not be run{BAD:#}"),
    }
}

/// All labs in one sentence: what went wrong first, then what passed.
pub(in crate::report) fn sentence(ends: &Ends, elapsed: Duration) -> String {
    let counts = ends.counts();
    let word = match ends.exit() {
        Exit::Interrupted(signal) => format!(
            "{CAUTION}interrupted{CAUTION:#} by {}",
            signal_in_words(signal)
        ),
        Exit::Passed => format!("{GOOD}passed{GOOD:#}"),
        Exit::Failed | Exit::Wrong | Exit::Broken | Exit::Nothing => {
            format!("{BAD}failed{BAD:#}")
        }
    };
    let parts = [
        (counts.failed, "failed"),
        (counts.broke, "could not be run"),
        (counts.interrupted, "interrupted"),
        (counts.not_run, "not run"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, how)| format!("{} {how}", count(*number, "lab")))
        .collect();
    let wrong = parts.join(", ");
    let between = if wrong.is_empty() { "" } else { "; " };
    let passed = count(counts.passed, "lab");
    format!(
        "\n{word}: {wrong}{between}{passed} passed in {}\n",
        span(elapsed)
    )
}
