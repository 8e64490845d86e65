//! What the page says of an output or an answer, as the text that a script compares with.

use labrun_model::{ExpectedLine, Lab, LineOrder, Pattern, Piece, Span, TableLine, table_lines};

use crate::expression::posix;

/// The expected output of a step as a script gives it to its matcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// The chapter's line of the first line.
    pub(crate) line: usize,
    /// The lines of the page.
    pub(crate) text: String,
    /// Which order counts, as a word behind a blank; nothing where rows have none.
    pub(crate) order: &'static str,
}

/// The expected lines as they stand on the page; the rule below a table's header is drawn anew. `around` is the fence.
pub(crate) fn output(
    lab: &Lab,
    around: Span,
    lines: &[(Span, ExpectedLine)],
    order: LineOrder,
) -> Output {
    let span = lines.first().map_or(around, |(span, _)| *span);
    let mut text = String::new();
    let mut has_rows = false;
    for (span, expected) in lines {
        let line = as_written(lab.source.slice(*span), expected);
        text.push_str(&line);
        text.push('\n');
        if let ExpectedLine::TableHeader(cells) = expected {
            let below = lab.source.line_text(lab.source.line(span.start) + 1);
            text.push_str(&rule(&line, below, cells.len()));
            text.push('\n');
        }
        text.push_str(&continued(lab, *span, expected));
        has_rows |= matches!(expected, ExpectedLine::TableRow(_));
    }
    Output {
        line: lab.source.line(span.start),
        text,
        order: match order {
            LineOrder::Any => " unordered",
            LineOrder::Given if has_rows => " ordered",
            LineOrder::Given | LineOrder::RowsAny => "",
        },
    }
}

/// The further lines of a row with a cell of several lines.
fn continued(lab: &Lab, span: Span, expected: &ExpectedLine) -> String {
    let ExpectedLine::TableRow(cells) = expected else {
        return String::new();
    };
    let breaks = |cell: &Pattern| written(cell).matches('\n').count();
    let further = cells.iter().map(breaks).max().unwrap_or(0);
    let first = lab.source.line(span.start);
    // The marks of a quote or a list stand before every line.
    let before = lab.source.place(span).column - 1;
    (1..=further)
        .map(|offset| {
            let line = lab.source.line_text(first + offset);
            let text: String = line.chars().skip(before).collect();
            format!("{text}\n")
        })
        .collect()
}

/// The rows of an answer, a line each, with a tab between the values.
pub(crate) fn rows(rows: &[Vec<Pattern>]) -> String {
    rows.iter()
        .map(|row| {
            let cells: Vec<String> = row.iter().map(for_bash).collect();
            cells.join("\t") + "\n"
        })
        .collect()
}

/// The line of the page where it reads as what is expected, and otherwise a line that does.
fn as_written(line: &str, expected: &ExpectedLine) -> String {
    let has_lines = |cells: &[Pattern]| cells.iter().any(|cell| written(cell).contains('\n'));
    let read_as = |cells: &[Pattern]| {
        let read: Vec<Pattern> = line
            .split('|')
            .map(|cell| Pattern::parse(cell.trim()))
            .collect();
        read == cells || (has_lines(cells) && read.len() == cells.len())
    };
    let drawn = |cells: &[Pattern]| {
        let cells: Vec<String> = cells.iter().map(for_bash).collect();
        cells.join(" | ")
    };
    let is_plain = expected
        .patterns()
        .iter()
        .all(|pattern| pattern.expressions().next().is_none());
    match expected {
        ExpectedLine::Skip => "...".to_owned(),
        ExpectedLine::Text(pattern) if is_plain && Pattern::parse(line.trim_end()) == *pattern => {
            line.trim_end().to_owned()
        }
        ExpectedLine::Text(pattern) => for_bash(pattern),
        ExpectedLine::TableHeader(cells) | ExpectedLine::TableRow(cells)
            if is_plain && read_as(cells) =>
        {
            line.to_owned()
        }
        ExpectedLine::TableHeader(cells) | ExpectedLine::TableRow(cells) => drawn(cells),
    }
}

/// A pattern as an author would write it.
pub(crate) fn written(pattern: &Pattern) -> String {
    with_expressions(pattern, |expression| expression.to_owned())
}

/// The same with its expressions in the syntax that bash knows; a lab with one that it cannot know has no script.
fn for_bash(pattern: &Pattern) -> String {
    with_expressions(pattern, |expression| posix(expression).unwrap_or_default())
}

fn with_expressions(pattern: &Pattern, translated: impl Fn(&str) -> String) -> String {
    pattern
        .pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.replace('<', "\\<"),
            Piece::Value(placeholder) => format!("<{}>", placeholder.name),
            Piece::Expression(expression) => format!("</{}/>", translated(expression)),
        })
        .collect()
}

/// The rule below a header: the one of the page where there is one, behind the marks of a quote or a list.
fn rule(header: &str, below: &str, columns: usize) -> String {
    let start = below
        .trim_end()
        .rfind(|c| !matches!(c, '-' | '+'))
        .map_or(0, |last| last + 1);
    let written = below.trim_end().get(start..).unwrap_or("");
    let fits = matches!(
        table_lines(&[header, written]).as_slice(),
        [TableLine::Header(cells), _] if cells.len() == columns
    );
    if fits {
        written.to_owned()
    } else {
        vec!["-"; columns].join("+")
    }
}
