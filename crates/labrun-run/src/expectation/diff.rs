//! The comparison that a failure shows: expected and actual lines side by side, aligned where they agree. Pure.

use labrun_model::{DiffLine, ExpectedLine, Pattern, TableLine};

use super::matcher::line_fits;
use super::pattern::Bindings;

/// More lines than these are not compared: a reader of the report would not read them either.
const MOST_LINES: usize = 200;

/// Aligns both sides by the longest common sequence of lines that fit on their own.
pub(super) fn diff(expected: &[&ExpectedLine], actual: &[TableLine<'_>]) -> Vec<DiffLine> {
    let expected = &expected[..expected.len().min(MOST_LINES)];
    let left_out = actual.len().saturating_sub(MOST_LINES);
    let actual = &actual[..actual.len().min(MOST_LINES)];
    let mut lines = walk(expected, actual, &lengths(expected, actual));
    if left_out > 0 {
        lines.push(DiffLine::Extra(format!("[{left_out} more lines]")));
    }
    if lines.iter().all(|line| matches!(line, DiffLine::Same(_))) {
        lines.push(DiffLine::Extra(
            "[each line fits by itself, but a name stands for different values, or `...` is in the way]".to_owned(),
        ));
    }
    lines
}

/// `lengths[e][a]`: how many lines agree from expected line `e` and actual line `a` on.
fn lengths(expected: &[&ExpectedLine], actual: &[TableLine<'_>]) -> Vec<Vec<u16>> {
    let mut lengths = vec![vec![0; actual.len() + 1]; expected.len() + 1];
    for (e, line) in expected.iter().enumerate().rev() {
        for (a, text) in actual.iter().enumerate().rev() {
            lengths[e][a] = if agree(line, text) {
                lengths[e + 1][a + 1] + 1
            } else {
                lengths[e + 1][a].max(lengths[e][a + 1])
            };
        }
    }
    lengths
}

fn walk(
    expected: &[&ExpectedLine],
    actual: &[TableLine<'_>],
    lengths: &[Vec<u16>],
) -> Vec<DiffLine> {
    let (mut e, mut a) = (0, 0);
    let mut lines = Vec::new();
    // Behind a `...` extra lines are as the page says.
    let mut skipping = false;
    while e < expected.len() || a < actual.len() {
        if e < expected.len() && matches!(expected[e], ExpectedLine::Skip) {
            lines.push(DiffLine::Same("...".to_owned()));
            skipping = true;
            e += 1;
        } else if e < expected.len() && a < actual.len() && agree(expected[e], &actual[a]) {
            lines.push(DiffLine::Same(actual_text(&actual[a])));
            skipping = false;
            (e, a) = (e + 1, a + 1);
        } else if a == actual.len()
            || (e < expected.len() && lengths[e + 1][a] >= lengths[e][a + 1])
        {
            lines.push(DiffLine::Missing(expected_text(expected[e])));
            e += 1;
        } else {
            if !skipping {
                lines.push(DiffLine::Extra(actual_text(&actual[a])));
            }
            a += 1;
        }
    }
    lines
}

fn agree(expected: &ExpectedLine, actual: &TableLine<'_>) -> bool {
    line_fits(expected, actual, &mut Bindings::default())
}

fn expected_text(line: &ExpectedLine) -> String {
    let cells = |patterns: &[Pattern]| {
        patterns
            .iter()
            .map(Pattern::to_string)
            .collect::<Vec<_>>()
            .join(" | ")
    };
    match line {
        ExpectedLine::Skip => "...".to_owned(),
        ExpectedLine::Text(pattern) => pattern.to_string(),
        ExpectedLine::TableHeader(patterns) | ExpectedLine::TableRow(patterns) => cells(patterns),
    }
}

fn actual_text(line: &TableLine<'_>) -> String {
    match line {
        TableLine::Text(text) => (*text).to_owned(),
        TableLine::Rule => String::new(),
        TableLine::Header(cells) | TableLine::Row(cells) => cells.join(" | "),
    }
}
