//! Whether a step printed what the page shows. Pure: an expectation and a text in, a verdict and a comparison out.

mod diff;
mod matcher;
mod pattern;

use labrun_model::{
    DiffLine, Expectation, ExpectedLine, Pattern, RowOrder, Span, TableLine, table_lines,
};

use crate::terminal::is_job_notice;

/// Compares a step's output with what the page shows.
///
/// # Errors
/// The comparison, line by line, when they differ.
pub(crate) fn compare(expectation: &Expectation, output: &str) -> Result<(), Vec<DiffLine>> {
    let lines: Vec<&str> = output.lines().filter(|line| !is_job_notice(line)).collect();
    let actual = without_blank_ends(table_lines(&lines));
    let expected: Vec<&ExpectedLine> = expectation.lines.iter().map(|(_, line)| line).collect();
    if matcher::matches(&expected, &actual, expectation.row_order) {
        Ok(())
    } else {
        Err(diff::diff(&expected, &actual))
    }
}

/// The expected line at which the two sides part.
pub(crate) fn first_difference(expectation: &Expectation, lines: &[DiffLine]) -> Span {
    let before = lines
        .iter()
        .take_while(|line| matches!(line, DiffLine::Same(_)))
        .count();
    let last = expectation.lines.len().saturating_sub(1);
    expectation
        .lines
        .get(before.min(last))
        .map_or(expectation.span, |(span, _)| *span)
}

/// Compares the rows that a server returned with those that a check promises. NULL is the empty text.
pub(crate) fn compare_rows(
    expected: &[Vec<Pattern>],
    actual: &[Vec<String>],
    order: RowOrder,
) -> bool {
    let expected: Vec<ExpectedLine> = expected
        .iter()
        .cloned()
        .map(ExpectedLine::TableRow)
        .collect();
    let actual: Vec<TableLine<'_>> = actual
        .iter()
        .map(|row| TableLine::Row(row.iter().map(|cell| cell.trim()).collect()))
        .collect();
    matcher::matches(&expected.iter().collect::<Vec<_>>(), &actual, order)
}

/// Whether a step that prints this output would pass.
pub fn accepts(expectation: &Expectation, output: &str) -> bool {
    let lines: Vec<&str> = output.lines().filter(|line| !is_job_notice(line)).collect();
    let actual = without_blank_ends(table_lines(&lines));
    let expected: Vec<&ExpectedLine> = expectation.lines.iter().map(|(_, line)| line).collect();
    matcher::matches(&expected, &actual, expectation.row_order)
}

/// Whether a check would pass with these rows, every value as text and NULL as the empty text.
pub fn accepts_rows(expected: &[Vec<Pattern>], actual: &[Vec<String>], order: RowOrder) -> bool {
    compare_rows(expected, actual, order)
}

/// Rules carry no content, and blank lines at the two ends of an output no meaning.
fn without_blank_ends(lines: Vec<TableLine<'_>>) -> Vec<TableLine<'_>> {
    let blank =
        |line: &TableLine<'_>| matches!(line, TableLine::Text(text) if text.trim().is_empty());
    let mut kept: Vec<_> = lines
        .into_iter()
        .filter(|line| *line != TableLine::Rule)
        .collect();
    while kept.last().is_some_and(blank) {
        kept.pop();
    }
    let leading = kept.iter().take_while(|line| blank(line)).count();
    kept.drain(..leading);
    kept
}

#[cfg(test)]
mod tests;
