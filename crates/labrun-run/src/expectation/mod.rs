//! Whether a step printed what the page shows. Pure: an expectation and a text in, a verdict and a comparison out.

mod captures;
mod diff;
mod hint;
mod json;
mod matcher;
mod notice;
mod pattern;
mod relation;

use labrun_model::{
    CapturedValue, DiffLine, Expectation, ExpectedLine, ExpectedOutput, FailureKind, JsonNode, Lab,
    LineOrder, Pattern, Piece, RowOrder, Span, TableLine, table_lines,
};

use crate::terminal::is_job_notice;
use captures::Bindings;
use diff::Sides;
use matcher::Wanted;

pub(crate) use captures::Captures;
pub(crate) use notice::{HELP as NOTICE_HELP, notices};
pub(crate) use relation::judge_relations;

/// Why an output is not what the page shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mismatch {
    /// The part of the page to look at.
    pub(crate) span: Span,
    /// What is different.
    pub(crate) kind: FailureKind,
    /// What helps, where the difference does not say it.
    pub(crate) hint: Option<String>,
}

/// Compares a step's output with what the page shows, and gives the values that it captures for the whole lab.
///
/// # Errors
/// What is different.
pub(crate) fn compare(
    expectation: &Expectation,
    output: &str,
    captures: &Captures,
    lab: &Lab,
) -> Result<Vec<CapturedValue>, Box<Mismatch>> {
    let lines = lines(expectation, output);
    let comparison = Comparison {
        span: expectation.span,
        captures,
        lab,
    };
    match &expectation.output {
        ExpectedOutput::Lines {
            order,
            lines: expected,
        } => comparison.lines(expected, &lines, *order),
        ExpectedOutput::Json(Some(root)) => comparison.json(root, &lines.join("\n")),
        ExpectedOutput::Json(None) => Err(comparison.mismatch(FailureKind::NotJson {
            reason: "the page's own is none".to_owned(),
        })),
    }
}

/// The lines of an output but for bash's words on a job that has ended, which come whenever bash likes. A page that shows
/// such a line means it.
fn lines<'a>(expectation: &Expectation, output: &'a str) -> Vec<&'a str> {
    let shows_notice = expectation.lines().iter().any(|(_, line)| {
        let begin = line
            .patterns()
            .first()
            .and_then(|begin| begin.pieces.first());
        matches!(begin, Some(Piece::Text(text)) if is_job_notice(text))
    });
    output
        .lines()
        .filter(|line| shows_notice || !is_job_notice(line))
        .collect()
}

/// Compares the rows that a server returned with those that a check promises, and gives the values that they capture.
/// NULL is the empty text.
///
/// # Errors
/// What is different.
pub(crate) fn compare_rows(
    span: Span,
    expected: &[Vec<Pattern>],
    actual: &[Vec<String>],
    order: RowOrder,
    captures: &Captures,
    lab: &Lab,
) -> Result<Vec<CapturedValue>, FailureKind> {
    let (wanted, rows) = sides_of_rows(span, expected, actual);
    let comparison = Comparison {
        span,
        captures,
        lab,
    };
    let tried = comparison.tried(|bindings| {
        if matcher::matches(&wanted, &rows, order.into(), bindings) {
            Ok(())
        } else {
            Err(())
        }
    });
    tried.map_err(|problem| match problem {
        Problem::OtherValue(mismatch) => mismatch.kind,
        Problem::Different(()) => FailureKind::Answer {
            expected: expected.iter().map(|row| joined(row)).collect(),
            actual: actual.iter().map(|row| row.join(" | ")).collect(),
        },
    })
}

fn joined(row: &[Pattern]) -> String {
    let cells: Vec<String> = row.iter().map(Pattern::to_string).collect();
    cells.join(" | ")
}

struct Comparison<'a> {
    span: Span,
    captures: &'a Captures,
    lab: &'a Lab,
}

/// What came of a comparison that failed.
enum Problem<F> {
    /// All is well but that a name stands for another value in the lab.
    OtherValue(Box<Mismatch>),
    /// It is different.
    Different(F),
}

impl Comparison<'_> {
    fn lines(
        &self,
        expected: &[Wanted],
        lines: &[&str],
        order: LineOrder,
    ) -> Result<Vec<CapturedValue>, Box<Mismatch>> {
        let actual = without_blank_ends(table_lines(lines));
        let fits = |bindings: &mut Bindings| {
            if matcher::matches(expected, &actual, order, bindings) {
                Ok(())
            } else {
                Err(())
            }
        };
        let problem = match self.tried(fits) {
            Ok(new) => return Ok(new),
            Err(Problem::OtherValue(mismatch)) => return Err(mismatch),
            Err(Problem::Different(())) => self.unshown(expected, &actual, order),
        };
        Err(problem.unwrap_or_else(|| {
            let sides = Sides {
                lab: self.lab,
                expected,
                actual: &actual,
                captures: self.captures,
            };
            let lines = diff::diff(&sides, order);
            Box::new(Mismatch {
                span: first_difference(self, expected, &lines),
                hint: self
                    .known_values(expected, &lines)
                    .or_else(|| hint::for_lines(&lines)),
                kind: FailureKind::Output(lines),
            })
        }))
    }

    fn json(&self, root: &JsonNode, output: &str) -> Result<Vec<CapturedValue>, Box<Mismatch>> {
        let said = notices(output);
        if !said.is_empty() {
            return Err(self.mismatch(FailureKind::Notice { lines: said }));
        }
        let tried = self.tried(|bindings| json::compare_json(root, output, bindings));
        tried.map_err(|problem| match problem {
            Problem::OtherValue(mismatch) => mismatch,
            Problem::Different(fault) => {
                let (span, kind) = *fault;
                Box::new(Mismatch {
                    span: span.unwrap_or(self.span),
                    kind,
                    hint: None,
                })
            }
        })
    }

    /// Compares with what the lab has captured; where that fails, finds out whether it would do without.
    fn tried<F>(
        &self,
        compare: impl Fn(&mut Bindings) -> Result<(), F>,
    ) -> Result<Vec<CapturedValue>, Problem<F>> {
        let mut bindings = Bindings::from(self.captures);
        let Err(failure) = compare(&mut bindings) else {
            return Ok(bindings.captured(self.lab));
        };
        // A flood is not compared twice for nothing.
        let mut afresh = Bindings::default();
        let contradiction = bindings
            .were_asked()
            .then(|| compare(&mut afresh).ok())
            .flatten()
            .and_then(|()| afresh.contradiction(self.captures));
        Err(match contradiction {
            None => Problem::Different(failure),
            Some(found) => Problem::OtherValue(Box::new(Mismatch {
                span: found.span,
                hint: Some(
                    "a name that says more than its type stands for one value in the whole lab; give this one another name, or use the bare type"
                        .to_owned(),
                ),
                kind: FailureKind::OtherValue {
                    captured: Box::new(found.captured),
                    came: found.came,
                },
            })),
        })
    }

    /// The messages that the page does not show, where they are all that is different.
    fn unshown(
        &self,
        expected: &[Wanted],
        actual: &[TableLine<'_>],
        order: LineOrder,
    ) -> Option<Box<Mismatch>> {
        let is_shown = |line: &TableLine<'_>| {
            let mut bindings = Bindings::from(self.captures);
            expected
                .iter()
                .any(|wanted| matcher::line_fits(wanted, line, &mut bindings))
        };
        let (kept, said): (Vec<_>, Vec<_>) = actual
            .iter()
            .cloned()
            .partition(|line| matcher::may_be_skipped(line) || is_shown(line));
        if said.is_empty() {
            return None;
        }
        let kept = without_blank_ends(kept);
        let mut bindings = Bindings::from(self.captures);
        if !matcher::matches(expected, &kept, order, &mut bindings) {
            return None;
        }
        let lines = said.iter().filter_map(|line| match line {
            TableLine::Text(text) => Some((*text).to_owned()),
            _ => None,
        });
        Some(self.mismatch(FailureKind::Notice {
            lines: lines.collect(),
        }))
    }

    fn mismatch(&self, kind: FailureKind) -> Box<Mismatch> {
        let hint = matches!(kind, FailureKind::Notice { .. }).then(|| notice::HELP.to_owned());
        Box::new(Mismatch {
            span: self.span,
            kind,
            hint,
        })
    }

    /// What the captured names stand for in the lines that did not come.
    fn known_values(&self, expected: &[Wanted], lines: &[DiffLine]) -> Option<String> {
        let missing = |span: Span| {
            let place = self.lab.place(span);
            lines
                .iter()
                .any(|line| matches!(line, DiffLine::Missing { place: at, .. } if *at == place))
        };
        let mut known: Vec<String> = Vec::new();
        for (_, line) in expected.iter().filter(|(span, _)| missing(*span)) {
            for placeholder in line.patterns().iter().flat_map(Pattern::placeholders) {
                let Some(captured) = self.captures.get(&placeholder.name) else {
                    continue;
                };
                let CapturedValue { name, value, place } = captured;
                let words = format!("`<{name}>` is {value} since {place}");
                if !known.contains(&words) {
                    known.push(words);
                }
            }
        }
        (!known.is_empty()).then(|| known.join("; "))
    }
}

/// The expected line at which the two sides part.
fn first_difference(comparison: &Comparison<'_>, expected: &[Wanted], lines: &[DiffLine]) -> Span {
    let missing = lines.iter().find_map(|line| match line {
        DiffLine::Missing { place, .. } => expected
            .iter()
            .map(|(span, _)| *span)
            .find(|span| comparison.lab.place(*span) == *place),
        DiffLine::Same(_) | DiffLine::Extra(_) => None,
    });
    let before = lines
        .iter()
        .take_while(|line| matches!(line, DiffLine::Same(_)))
        .count();
    let last = expected.len().saturating_sub(1);
    let parted = match lines.get(before) {
        Some(DiffLine::Missing { .. }) => missing,
        _ => expected.get(before.min(last)).map(|(span, _)| *span),
    };
    parted.unwrap_or(comparison.span)
}

/// Whether a step that prints this output would pass, where nothing is captured yet.
pub fn accepts(expectation: &Expectation, output: &str) -> bool {
    let lines = lines(expectation, output);
    let mut bindings = Bindings::default();
    match &expectation.output {
        ExpectedOutput::Lines {
            order,
            lines: expected,
        } => {
            let actual = without_blank_ends(table_lines(&lines));
            matcher::matches(expected, &actual, *order, &mut bindings)
        }
        ExpectedOutput::Json(root) => root
            .as_ref()
            .is_some_and(|root| json::compare_json(root, &lines.join("\n"), &mut bindings).is_ok()),
    }
}

/// Why a step that prints this output would fail, where nothing is captured yet; `None` where it would pass.
pub fn difference(expectation: &Expectation, output: &str, lab: &Lab) -> Option<FailureKind> {
    let compared = compare(expectation, output, &Captures::default(), lab);
    compared.err().map(|mismatch| mismatch.kind)
}

/// Whether a check would pass with these rows, every value as text and NULL as the empty text, where nothing is captured
/// yet.
pub fn accepts_rows(expected: &[Vec<Pattern>], actual: &[Vec<String>], order: RowOrder) -> bool {
    let (wanted, rows) = sides_of_rows(Span::default(), expected, actual);
    matcher::matches(&wanted, &rows, order.into(), &mut Bindings::default())
}

fn sides_of_rows<'a>(
    span: Span,
    expected: &[Vec<Pattern>],
    actual: &'a [Vec<String>],
) -> (Vec<Wanted>, Vec<TableLine<'a>>) {
    let wanted = expected
        .iter()
        .map(|row| (span, ExpectedLine::TableRow(row.clone())));
    let rows = actual
        .iter()
        .map(|row| TableLine::Row(row.iter().map(|cell| cell.trim().into()).collect()));
    (wanted.collect(), rows.collect())
}

/// Rules carry no content, further lines of cells are in their rows, and blank lines at the two ends of an output have
/// no meaning.
fn without_blank_ends(lines: Vec<TableLine<'_>>) -> Vec<TableLine<'_>> {
    let blank =
        |line: &TableLine<'_>| matches!(line, TableLine::Text(text) if text.trim().is_empty());
    let mut kept: Vec<_> = lines
        .into_iter()
        .filter(|line| !matches!(line, TableLine::Rule | TableLine::Continued))
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
