//! What the page says of an output or an answer, as the text that a script compares with.

use labrun_model::{
    Expectation, ExpectedLine, Lab, Pattern, Piece, RowOrder, TableLine, table_lines,
};

/// The expected output of a step as a script gives it to its matcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// The chapter's line of the first line.
    pub(crate) line: usize,
    /// The lines of the page.
    pub(crate) text: String,
    /// Whether the order of rows counts.
    pub(crate) ordered: bool,
}

/// The lines of an expectation as they stand on the page; the rule below a table's header is drawn anew.
pub(crate) fn output(lab: &Lab, expectation: &Expectation) -> Output {
    let first = expectation.lines.first();
    let span = first.map_or(expectation.span, |(span, _)| *span);
    let mut text = String::new();
    let mut has_rows = false;
    for (span, expected) in &expectation.lines {
        let line = as_written(lab.source.slice(*span), expected);
        text.push_str(&line);
        text.push('\n');
        if let ExpectedLine::TableHeader(cells) = expected {
            let below = lab.source.line_text(lab.source.line(span.start) + 1);
            text.push_str(&rule(&line, below, cells.len()));
            text.push('\n');
        }
        has_rows |= matches!(expected, ExpectedLine::TableRow(_));
    }
    Output {
        line: lab.source.line(span.start),
        text,
        ordered: has_rows && expectation.row_order == RowOrder::Given,
    }
}

/// The rows of an answer, a line each, with a tab between the values.
pub(crate) fn rows(rows: &[Vec<Pattern>]) -> String {
    rows.iter()
        .map(|row| {
            let cells: Vec<String> = row.iter().map(written).collect();
            cells.join("\t") + "\n"
        })
        .collect()
}

/// The line of the page where it reads as what is expected, and otherwise a line that does.
fn as_written(line: &str, expected: &ExpectedLine) -> String {
    let read_as = |cells: &[Pattern]| {
        let read: Vec<Pattern> = line
            .split('|')
            .map(|cell| Pattern::parse(cell.trim()))
            .collect();
        read == cells
    };
    let drawn = |cells: &[Pattern]| {
        let cells: Vec<String> = cells.iter().map(written).collect();
        cells.join(" | ")
    };
    match expected {
        ExpectedLine::Skip => "...".to_owned(),
        ExpectedLine::Text(pattern) if Pattern::parse(line.trim_end()) == *pattern => {
            line.trim_end().to_owned()
        }
        ExpectedLine::Text(pattern) => written(pattern),
        ExpectedLine::TableHeader(cells) | ExpectedLine::TableRow(cells) if read_as(cells) => {
            line.to_owned()
        }
        ExpectedLine::TableHeader(cells) | ExpectedLine::TableRow(cells) => drawn(cells),
    }
}

/// A pattern as an author would write it.
fn written(pattern: &Pattern) -> String {
    pattern
        .pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.replace('<', "\\<"),
            Piece::Value(placeholder) => format!("<{}>", placeholder.name),
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
