//! The lines that a page shows as output, as the expectation of a step.

use labrun_model::{
    Action, Expectation, ExpectedLine, Language, Line, Pattern, RowOrder, Span, TableLine,
    table_lines,
};

use crate::sql::{self, Script};

/// What the lines promise about the output of a step that does `action`.
pub(crate) fn expectation(span: Span, lines: &[Line], action: &Action) -> Expectation {
    expectation_with(span, lines, row_order(action))
}

fn expectation_with(span: Span, lines: &[Line], row_order: RowOrder) -> Expectation {
    let lines = without_blank_ends(lines);
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    Expectation {
        span,
        row_order,
        lines: table_lines(&texts)
            .into_iter()
            .zip(lines)
            .filter_map(|(read, line)| Some((line.span, expected_line(read)?)))
            .collect(),
    }
}

/// What the lines promise about a text that is no output of a step: the body of an answer, or a file. What orders its
/// rows is not known, so the page's order is a promise.
pub(crate) fn content(span: Span, lines: &[Line]) -> Expectation {
    expectation_with(span, lines, RowOrder::Given)
}

/// The lines from the first to the last that is not blank: blank lines at the ends of an output promise nothing.
pub(crate) fn without_blank_ends(lines: &[Line]) -> &[Line] {
    let shown = |line: &Line| !line.text.trim().is_empty();
    let first = lines.iter().position(shown).unwrap_or(lines.len());
    let end = lines.iter().rposition(shown).map_or(first, |last| last + 1);
    lines.get(first..end).unwrap_or_default()
}

/// The order of the rows of one SQL statement.
pub(crate) fn row_order_of_query(query: &str) -> RowOrder {
    order(Script::read(query).orders_rows())
}

fn row_order(action: &Action) -> RowOrder {
    let Action::Type { language, lines } = action else {
        return RowOrder::Any;
    };
    let text = text(lines);
    match language {
        Language::Sql => row_order_of_query(&text),
        Language::Shell | Language::Python => order(sql::mentions_order(&text)),
    }
}

/// The typed lines as one text.
pub(crate) fn text(lines: &[Line]) -> String {
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    texts.join("\n")
}

fn order(given: bool) -> RowOrder {
    if given {
        RowOrder::Given
    } else {
        RowOrder::Any
    }
}

/// The rule below a table's header is as wide as the values are, so it promises nothing.
fn expected_line(line: TableLine<'_>) -> Option<ExpectedLine> {
    let patterns = |cells: Vec<&str>| cells.into_iter().map(Pattern::parse).collect();
    match line {
        TableLine::Text(text) if text.trim() == "..." => Some(ExpectedLine::Skip),
        TableLine::Text(text) => Some(ExpectedLine::Text(Pattern::parse(text))),
        TableLine::Header(cells) => Some(ExpectedLine::TableHeader(patterns(cells))),
        TableLine::Row(cells) => Some(ExpectedLine::TableRow(patterns(cells))),
        TableLine::Rule => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expects the output lines of a step in `language` to be read as `expected`, after the order of the rows.
    #[track_caller]
    fn check(language: Language, typed: &str, output: &str, expected: &[&str]) {
        let lines = |text: &str| -> Vec<Line> {
            text.lines()
                .map(|line| Line {
                    text: line.to_owned(),
                    span: Span::default(),
                })
                .collect()
        };
        let action = Action::Type {
            language,
            lines: lines(typed),
        };
        let read = expectation(Span::default(), &lines(output), &action);
        let cells = |cells: &[Pattern]| {
            let shown: Vec<String> = cells.iter().map(Pattern::to_string).collect();
            shown.join(",")
        };
        let mut drawn = vec![format!("{:?}", read.row_order)];
        drawn.extend(read.lines.iter().map(|(_, line)| match line {
            ExpectedLine::Skip => "skip".to_owned(),
            ExpectedLine::Text(text) => format!("text {text}"),
            ExpectedLine::TableHeader(header) => format!("header {}", cells(header)),
            ExpectedLine::TableRow(row) => format!("row {}", cells(row)),
        }));
        assert_eq!(drawn, expected);
    }

    #[test]
    fn a_table_is_header_and_rows() {
        check(
            Language::Sql,
            "SELECT 1",
            " a | b\n---+---\n 1 | <ip>\n...\n(1 row)\n\n",
            &["Any", "header a,b", "row 1,<ip>", "skip", "text (1 row)"],
        );
    }

    #[test]
    fn the_typed_text_says_whether_rows_are_ordered() {
        check(Language::Sql, "SELECT a FROM t\nORDER BY a", "", &["Given"]);
        check(Language::Sql, "SELECT 'ORDER BY'", "", &["Any"]);
        check(
            Language::Shell,
            "psql -c \"TABLE t order by 1\"",
            "",
            &["Given"],
        );
        check(Language::Shell, "ls", "", &["Any"]);
    }

    #[test]
    fn blank_lines_are_dropped_at_both_ends_only() {
        check(
            Language::Shell,
            "x",
            "\n  ... \n\na\n\n \n",
            &["Any", "skip", "text ", "text a"],
        );
        check(Language::Shell, "x", "\n\n", &["Any"]);
    }
}
