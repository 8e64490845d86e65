//! What `labrun accept` shows: the change of the chapter, outputs that cannot be written, and the question.

use std::io;

use labrun_accept::Refused;
use similar::TextDiff;

use super::{BAD, CAUTION, FAINT, GOOD, STRONG, data, words};

/// Shows a change of a file on standard output, in the form that `patch` reads.
pub(crate) fn change(path: &str, old: &str, new: &str) {
    let diff = TextDiff::from_lines(old, new);
    let mut unified = diff.unified_diff();
    unified.header(&format!("a/{path}"), &format!("b/{path}"));
    let drawn: String = unified
        .to_string()
        .split_inclusive('\n')
        .map(|line| {
            let (text, ending) = match line.strip_suffix('\n') {
                Some(text) => (text, "\n"),
                None => (line, ""),
            };
            let style = match text.chars().next() {
                Some('-') => BAD,
                Some('+') => GOOD,
                Some('@') => FAINT,
                _ => return line.to_owned(),
            };
            format!("{style}{text}{style:#}{ending}")
        })
        .collect();
    data(&drawn);
}

/// Says which outputs cannot be written, and why.
pub(crate) fn refused(refused: &[Refused]) {
    for one in refused {
        words(&format!(
            "{CAUTION}not accepted{CAUTION:#}: {}\n  --> {}\n  {STRONG}help{STRONG:#}: {}\n\n",
            one.reason, one.place, one.help
        ));
    }
}

/// Asks on the terminal; whatever is not a yes is a no.
pub(crate) fn confirmed(question: &str) -> bool {
    words(&format!("{STRONG}{question}{STRONG:#} [y/N] "));
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    let answer = answer.trim().to_lowercase();
    read.is_ok() && ["y", "yes"].contains(&answer.as_str())
}
