//! The lines that a page shows as output, as the expectation of a step.

use labrun_model::{
    Action, Expectation, ExpectedLine, ExpectedOutput, Language, Line, LineOrder, Pattern,
    RowOrder, Span, TableLine, table_lines,
};

use crate::sql::{self, Script};

/// What the lines promise about the output of a step that does `action`, where the order of the page counts.
pub(crate) fn expectation(span: Span, lines: &[Line], action: &Action) -> Expectation {
    in_order(span, lines, row_order(action).into())
}

/// What the lines promise where they come in any order.
pub(crate) fn unordered(span: Span, lines: &[Line]) -> Expectation {
    in_order(span, lines, LineOrder::Any)
}

fn in_order(span: Span, lines: &[Line], order: LineOrder) -> Expectation {
    let lines = without_blank_ends(lines);
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let lines = table_lines(&texts)
        .into_iter()
        .zip(lines)
        .filter_map(|(read, line)| Some((line.span, expected_line(read)?)))
        .collect();
    Expectation {
        span,
        output: ExpectedOutput::Lines { order, lines },
    }
}

/// What the lines promise about a text that is no output of a step: the body of an answer, or a file. What orders its
/// rows is not known, so the page's order is a promise.
pub(crate) fn content(span: Span, lines: &[Line]) -> Expectation {
    in_order(span, lines, LineOrder::Given)
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
    match language {
        Language::Sql => row_order_of_query(&text(lines)),
        Language::Shell | Language::Python => {
            let lines = lines.iter().map(|line| line.text.as_str());
            order(sql::mentions_order(lines))
        }
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

/// The rule below a table's header is as wide as the values are, so it promises nothing; the further lines of a cell
/// are in its row.
fn expected_line(line: TableLine<'_>) -> Option<ExpectedLine> {
    match line {
        TableLine::Text(text) if text.trim() == "..." => Some(ExpectedLine::Skip),
        TableLine::Text(text) => Some(ExpectedLine::Text(Pattern::parse(text))),
        TableLine::Header(cells) => Some(ExpectedLine::TableHeader(
            cells.into_iter().map(Pattern::parse).collect(),
        )),
        TableLine::Row(cells) => Some(ExpectedLine::TableRow(
            cells.iter().map(|cell| Pattern::parse(cell)).collect(),
        )),
        TableLine::Rule | TableLine::Continued => None,
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
        let ExpectedOutput::Lines { order, lines } = &read.output else {
            panic!("lines are no JSON");
        };
        let mut drawn = vec![format!("{order:?}")];
        drawn.extend(lines.iter().map(|(_, line)| match line {
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
            &[
                "RowsAny",
                "header a,b",
                "row 1,<ip>",
                "skip",
                "text (1 row)",
            ],
        );
    }

    #[test]
    fn a_cell_of_several_lines_is_one_cell() {
        check(
            Language::Sql,
            "SELECT 1",
            " a |  b \n---+-----\n 1 | x  +\n   | <ip>\n(1 row)",
            &["RowsAny", "header a,b", "row 1,x\n<ip>", "text (1 row)"],
        );
    }

    #[test]
    fn the_typed_text_says_whether_rows_are_ordered() {
        check(Language::Sql, "SELECT a FROM t\nORDER BY a", "", &["Given"]);
        check(Language::Sql, "SELECT 'ORDER BY'", "", &["RowsAny"]);
        check(Language::Sql, "EXPLAIN SELECT a FROM t", "", &["Given"]);
        check(
            Language::Shell,
            "psql -c \"TABLE t order by 1\"",
            "",
            &["Given"],
        );
        check(Language::Shell, "ls", "", &["RowsAny"]);
    }

    #[test]
    fn blank_lines_are_dropped_at_both_ends_only() {
        check(
            Language::Shell,
            "x",
            "\n  ... \n\na\n\n \n",
            &["RowsAny", "skip", "text ", "text a"],
        );
        check(Language::Shell, "x", "\n\n", &["RowsAny"]);
    }
}
