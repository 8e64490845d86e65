//! Expectations that a wrong output would pass as well. The expected output itself is changed (`t` to `f`, one row to
//! none, a count to 0, a line dropped or added), and the runner's own comparison says whether it would see it.
//!
//! Another value of a typed placeholder's type is no fault: that it may differ is what the author says with it. Nor are
//! lines in the place of `...`, unless that leaves nothing to compare, or a table without rows, or a warning of psql.

mod example;
mod mutant;

use std::collections::BTreeSet;

use labrun_model::{
    Action, Block, Check, Diagnostic, Expectation, ExpectedLine, FilePromise, Lab, Language,
    Pattern, Piece, Probe, RowOrder, Span, Step,
};
use labrun_run::{accepts, accepts_rows};

use self::example::{ExampleLine, drawn, example, example_rows};
use self::mutant::{Change, Mutant, mutants};
use crate::codes;

/// The longest output that is looked at; a page has no longer one, and each line makes more work for all.
const MOST_LINES: usize = 60;

/// The weak expectations of a lab, and its checks' weak rows.
pub(crate) fn weak(lab: &Lab) -> Vec<Diagnostic> {
    let blocks = lab.blocks.iter();
    blocks
        .filter_map(|block| match block {
            Block::Step(step) => weak_output(
                lab,
                step.expectation.as_ref()?,
                &typed_text(step),
                is_sql(step),
            ),
            Block::Check(check) => match &check.probe {
                Probe::Postgres {
                    rows,
                    row_order,
                    query,
                    ..
                } => weak_rows(lab, check, rows, *row_order, query),
                Probe::Http(question) => weak_output(lab, question.body.as_ref()?, "", false),
                Probe::File {
                    promise: FilePromise::Text(expectation),
                    ..
                } => weak_output(lab, expectation, "", false),
                _ => None,
            },
        })
        .collect()
}

/// What `typed` prints, at psql or elsewhere.
fn weak_output(
    lab: &Lab,
    expectation: &Expectation,
    typed: &str,
    is_sql: bool,
) -> Option<Diagnostic> {
    let lines = example(expectation).filter(|lines| lines.len() <= MOST_LINES)?;
    // An example that is not met, for instance of relations between values, proves nothing.
    if !accepts(expectation, &drawn(&lines)) {
        return None;
    }
    if lines.is_empty() {
        return only_skips(expectation);
    }
    let counts = |source: usize, cell: usize| is_count(expectation, typed, source, cell);
    let survivors: Vec<Mutant> = mutants(&lines, &counts)
        .into_iter()
        .filter(|mutant| accepts(expectation, &drawn(&mutant.lines)))
        .filter(|mutant| is_fault(mutant, &lines, is_sql || typed.contains("psql")))
        .collect();
    report(lab, expectation, &survivors)
}

/// An output of which only `...` is shown.
fn only_skips(expectation: &Expectation) -> Option<Diagnostic> {
    let (span, _) = expectation.lines.first()?;
    let message = "the expectation is only `...`: any output would pass, and none as well";
    let fault = Diagnostic::warning(codes::WEAK_EXPECTATION, *span, message);
    Some(fault.with_help("show the lines that matter, with `...` for those between them"))
}

/// Whether a change that passed is one that the author did not allow for.
fn is_fault(mutant: &Mutant, lines: &[ExampleLine], at_psql: bool) -> bool {
    match mutant.change {
        Change::Emptied | Change::RowsGone | Change::Literal | Change::Anything | Change::Zero => {
            true
        }
        // That is what `...` is for, and there is no other way for it to pass.
        Change::RowDropped | Change::RowAdded | Change::LineDropped => false,
        // Beside a table psql prints nothing but warnings, notices and prompts.
        Change::WarningAdded => {
            at_psql && lines.iter().any(|line| line.kind == example::Kind::Header)
        }
    }
}

fn is_sql(step: &Step) -> bool {
    matches!(
        &step.action,
        Action::Type {
            language: Language::Sql,
            ..
        }
    )
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
    let (line, expected) = expectation.lines.get(worst.source)?;
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
        Change::WarningAdded => (
            skip_beside(expectation, worst.source).unwrap_or(*line),
            format!("`{shown}` would pass as well, in the place of `...`"),
            "beside a table psql prints only warnings, notices and prompts: write what it prints",
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

/// The `...` before or behind an expected line.
fn skip_beside(expectation: &Expectation, source: usize) -> Option<Span> {
    let skip = |at: usize| {
        let (span, line) = expectation.lines.get(at)?;
        (*line == ExpectedLine::Skip).then_some(*span)
    };
    source
        .checked_sub(1)
        .and_then(skip)
        .or_else(|| skip(source + 1))
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
    let Some((_, line)) = expectation.lines.get(source) else {
        return false;
    };
    match line {
        ExpectedLine::TableRow(_) => {
            let mut above = expectation.lines[..source].iter().rev();
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
    let lines = example_rows(rows);
    let counts = |_: usize, _: usize| query.to_lowercase().contains("count(");
    let passes = |lines: &[ExampleLine]| passes(rows, lines, row_order);
    if !passes(&lines) {
        return None;
    }
    let worst = mutants(&lines, &counts)
        .into_iter()
        .filter(|mutant| {
            matches!(
                mutant.change,
                Change::Literal | Change::Anything | Change::Zero
            )
        })
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
