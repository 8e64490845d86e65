//! Expectations that a wrong output would pass as well. The expected output itself is changed (`t` to `f`, one row to
//! none, a count to 0, a line dropped or added), and the runner's own comparison says whether it would see it.
//!
//! Another value of a typed placeholder's type is no fault: that it may differ is what the author says with it. Nor are
//! lines in the place of `...`, unless that leaves nothing to compare, or a table without rows.

mod example;
mod mutant;

use std::collections::BTreeSet;

use labrun_model::{
    Action, Block, Check, Diagnostic, Expectation, ExpectedLine, ExpectedOutput, FilePromise, Lab,
    Pattern, Piece, Probe, RowOrder, Span, Step,
};
use labrun_run::{accepts, accepts_rows};

use self::example::{ExampleLine, drawn, example, example_rows};
use self::mutant::{Change, GUESSES, Mutant, mutants};
use crate::codes;

/// The longest output that is looked at; a page has no longer one, and each line makes more work for all.
const MOST_LINES: usize = 60;

/// The weak expectations of a lab, and its checks' weak rows.
pub(crate) fn weak(lab: &Lab) -> Vec<Diagnostic> {
    let blocks = lab.blocks.iter();
    blocks
        .filter_map(|block| match block {
            Block::Step(step) => weak_output(lab, step.expectation.as_ref()?, &typed_text(step)),
            Block::Check(check) => match &check.probe {
                Probe::Postgres {
                    rows,
                    row_order,
                    query,
                    ..
                } => weak_rows(lab, check, rows, *row_order, query),
                Probe::Http(question) => weak_output(lab, question.body.as_ref()?, ""),
                Probe::File {
                    promise: FilePromise::Text(expectation),
                    ..
                } => weak_output(lab, expectation, ""),
                _ => None,
            },
        })
        .collect()
}

/// What `typed` prints.
fn weak_output(lab: &Lab, expectation: &Expectation, typed: &str) -> Option<Diagnostic> {
    if let ExpectedOutput::Json(_) = expectation.output {
        return any_in_json(expectation);
    }
    // An example that is not met, for instance of an expression that no guess fits, proves nothing.
    let mut examples = GUESSES.into_iter().map(|guess| example(expectation, guess));
    let lines =
        examples.find(|lines| lines.len() <= MOST_LINES && accepts(expectation, &drawn(lines)))?;
    if lines.is_empty() {
        return only_skips(expectation);
    }
    let counts = |source: usize, cell: usize| is_count(expectation, typed, source, cell);
    let survivors: Vec<Mutant> = mutants(&lines, &counts)
        .into_iter()
        .filter(|mutant| is_fault(mutant.change))
        .filter(|mutant| accepts(expectation, &drawn(&mutant.lines)))
        .collect();
    report(lab, expectation, &survivors)
}

/// A value of JSON that can be any scalar.
fn any_in_json(expectation: &Expectation) -> Option<Diagnostic> {
    let mut patterns = expectation.patterns().into_iter();
    let (span, pattern) = patterns.find(|(_, pattern)| pattern.to_string() == "<any>")?;
    let message = format!("`false` would pass as well, because `{pattern}` is any value");
    let fault = Diagnostic::warning(codes::WEAK_EXPECTATION, span, message);
    Some(fault.with_help("write what does not vary, and a placeholder with a type for what does"))
}

/// An output of which only `...` is shown.
fn only_skips(expectation: &Expectation) -> Option<Diagnostic> {
    let (span, _) = expectation.lines().first()?;
    let message = "the expectation is only `...`: any output would pass, and none as well";
    let fault = Diagnostic::warning(codes::WEAK_EXPECTATION, *span, message);
    Some(fault.with_help("show the lines that matter, with `...` for those between them"))
}

/// Whether a change that passes is one that the author did not allow for: lines and rows are what `...` is for, and there
/// is no other way for them to pass.
fn is_fault(change: Change) -> bool {
    match change {
        Change::Emptied
        | Change::RowsGone
        | Change::Literal
        | Change::Anything
        | Change::Expression
        | Change::Zero => true,
        Change::RowDropped | Change::RowAdded | Change::LineDropped => false,
    }
}

/// One diagnostic for an expectation: the gravest change, and how many lines the same is true of.
fn report(lab: &Lab, expectation: &Expectation, survivors: &[Mutant]) -> Option<Diagnostic> {
    let worst = survivors.iter().min_by_key(|mutant| mutant.change)?;
    let same: BTreeSet<usize> = survivors
        .iter()
        .filter(|mutant| mutant.change == worst.change)
        .map(|mutant| mutant.source)
        .collect();
    let more = match same.len() - 1 {
        0 => String::new(),
        1 => " (and so would another line)".to_owned(),
        count => format!(" (and so would {count} other lines)"),
    };
    let (line, expected) = expectation.lines().get(worst.source)?;
    let shown = &worst.shown;
    let (span, message, help) = match worst.change {
        Change::Anything => (
            within(lab, *line, "<any>"),
            format!("`{shown}` would pass as well{more}, because `<any>` is any text"),
            "write what does not vary, and a placeholder with a type for what does",
        ),
        Change::Zero => (
            *line,
            format!("`{shown}` would pass as well{more}: a count of 0 is a whole number, too"),
            "write the number, or add a check that asks for more than 0",
        ),
        Change::RowsGone => (
            *line,
            "a table without any rows would pass as well".to_owned(),
            "show the rows that must be there; `...` and a placeholder for their number promise none",
        ),
        Change::Emptied => (
            *line,
            "no output at all would pass as well".to_owned(),
            "show the lines that matter",
        ),
        Change::Expression => (
            *line,
            format!("`{shown}` would pass as well{more}: the regular expression fits it"),
            "write what does not vary, and a placeholder with a type for what does",
        ),
        Change::Literal | Change::RowDropped | Change::RowAdded | Change::LineDropped => (
            *line,
            format!(
                "`{shown}` would pass as well{more} for `{}`",
                as_written(expected)
            ),
            "write what does not vary as it is printed",
        ),
    };
    Some(Diagnostic::warning(codes::WEAK_EXPECTATION, span, message).with_help(help))
}

/// The first place of a word in a line of the chapter.
fn within(lab: &Lab, line: Span, word: &str) -> Span {
    let at = lab.source.slice(line).find(word);
    at.map_or(line, |at| {
        Span::new(line.start + at, line.start + at + word.len())
    })
}

fn as_written(line: &ExpectedLine) -> String {
    match line {
        ExpectedLine::Skip => "...".to_owned(),
        ExpectedLine::Text(pattern) => pattern.to_string(),
        ExpectedLine::TableHeader(cells) | ExpectedLine::TableRow(cells) => {
            let cells: Vec<String> = cells.iter().map(Pattern::to_string).collect();
            cells.join(" | ")
        }
    }
}

fn typed_text(step: &Step) -> String {
    let Action::Type { lines, .. } = &step.action else {
        return String::new();
    };
    let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    lines.join("\n")
}

/// Whether the number in a cell says how many of something there are.
fn is_count(expectation: &Expectation, typed: &str, source: usize, cell: usize) -> bool {
    let Some((_, line)) = expectation.lines().get(source) else {
        return false;
    };
    match line {
        ExpectedLine::TableRow(_) => {
            let mut above = expectation.lines()[..source].iter().rev();
            let header = above.find_map(|(_, line)| match line {
                ExpectedLine::TableHeader(cells) => cells.get(cell),
                _ => None,
            });
            header.is_some_and(|header| header.to_string().to_lowercase() == "count")
        }
        ExpectedLine::Text(pattern) => {
            let is_alone = matches!(pattern.pieces.as_slice(), [Piece::Value(_)]);
            let typed = typed.to_lowercase();
            is_alone
                && ["wc -l", "grep -c", "count("]
                    .iter()
                    .any(|word| typed.contains(word))
        }
        _ => false,
    }
}

fn weak_rows(
    lab: &Lab,
    check: &Check,
    rows: &[Vec<Pattern>],
    row_order: RowOrder,
    query: &str,
) -> Option<Diagnostic> {
    let counts = |_: usize, _: usize| query.to_lowercase().contains("count(");
    let passes = |lines: &[ExampleLine]| passes(rows, lines, row_order);
    let mut examples = GUESSES.into_iter().map(|guess| example_rows(rows, guess));
    let lines = examples.find(|lines| passes(lines))?;
    let worst = mutants(&lines, &counts)
        .into_iter()
        .filter(|mutant| is_fault(mutant.change) && mutant.change != Change::Emptied)
        .filter(|mutant| passes(&mutant.lines))
        .min_by_key(|mutant| mutant.change)?;
    let (message, help) = match worst.change {
        Change::Zero => (
            format!(
                "`{}` would pass as well: a count of 0 is a whole number, too",
                worst.shown
            ),
            "write the number, or ask whether it is more than 0",
        ),
        _ => (
            format!("`{}` would pass as well", worst.shown),
            "write the value, or a placeholder with a type",
        ),
    };
    let span = rows_line(lab, check.span);
    Some(Diagnostic::warning(codes::WEAK_EXPECTATION, span, message).with_help(help))
}

fn passes(rows: &[Vec<Pattern>], lines: &[ExampleLine], order: RowOrder) -> bool {
    let values: Vec<Vec<String>> = lines.iter().map(ExampleLine::values).collect();
    accepts_rows(rows, &values, order)
}

/// The line of a check that says its rows.
fn rows_line(lab: &Lab, span: Span) -> Span {
    let first = lab.source.line(span.start);
    let last = lab.source.line(span.end);
    (first..=last)
        .find(|line| lab.source.line_text(*line).trim_start().starts_with("rows"))
        .map_or(span, |line| lab.source.line_span(line))
}
