//! Finding psql's aligned tables in text, so that a table is rows of cells and never a matter of widths.
//!
//! Used on both sides: on what the page expects and on what a program printed.

/// A line of text as a table reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableLine<'a> {
    /// Not part of a table: the line without trailing blanks.
    Text(&'a str),
    /// The header, a trimmed cell for each column.
    Header(Vec<&'a str>),
    /// The rule under the header, `----+----`.
    Rule,
    /// A row, a trimmed cell for each column.
    Row(Vec<&'a str>),
}

/// Reads lines and says of each whether it belongs to a table of psql's aligned format: a header, a rule below it with
/// as many columns, and rows up to the `(n rows)` footer, a blank line or the end. A row whose number of cells does
/// not fit, for instance because a value contains `|`, stays text, and so does a line `...`.
pub fn table_lines<'a>(lines: &[&'a str]) -> Vec<TableLine<'a>> {
    let mut read: Vec<TableLine<'a>> = Vec::with_capacity(lines.len());
    let mut columns = None;
    for (index, line) in lines.iter().enumerate() {
        let text = blank_end(line);
        if let Some(width) = columns {
            if text.is_empty() && width > 1
                || is_footer(text)
                || (text.is_empty() && is_last(lines, index))
            {
                columns = None;
                read.push(TableLine::Text(text));
            } else {
                read.push(row(text, width));
            }
            continue;
        }
        columns = index
            .checked_sub(1)
            .and_then(|above| header_width(blank_end(lines[above]), text))
            // A heading over a line of dashes is a table of one column only where psql has counted its rows.
            .filter(|&width| {
                width > 1 || lines[index..].iter().any(|line| is_footer(blank_end(line)))
            });
        if columns.is_some() {
            if let Some(header) = read.last_mut() {
                *header = TableLine::Header(cells(blank_end(lines[index - 1])));
            }
            read.push(TableLine::Rule);
        } else {
            read.push(TableLine::Text(text));
        }
    }
    read
}

/// Whether all lines from this one on are blank.
fn is_last(lines: &[&str], index: usize) -> bool {
    lines[index..].iter().all(|line| line.trim().is_empty())
}

/// The number of columns where `rule` is a rule and `header` has the same number of cells.
fn header_width(header: &str, rule: &str) -> Option<usize> {
    let is_rule = !rule.is_empty()
        && rule
            .split('+')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b == b'-'));
    let width = rule.split('+').count();
    (is_rule && !header.trim().is_empty() && header.split('|').count() == width).then_some(width)
}

/// `(1 row)` or `(23 rows)`.
fn is_footer(line: &str) -> bool {
    line.strip_prefix('(')
        .and_then(|rest| {
            rest.strip_suffix(" rows)")
                .or_else(|| rest.strip_suffix(" row)"))
        })
        .is_some_and(|count| !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit()))
}

fn row(line: &str, width: usize) -> TableLine<'_> {
    let cells = cells(line);
    if line.trim() != "..." && cells.len() == width {
        TableLine::Row(cells)
    } else {
        TableLine::Text(line)
    }
}

/// Only what a shell counts as a blank: the extracted script must judge alike.
fn is_blank(character: char) -> bool {
    character.is_ascii_whitespace() || character == '\u{b}'
}

/// A text without the blanks at its end, as a shell counts blanks.
pub fn blank_end(line: &str) -> &str {
    line.trim_end_matches(is_blank)
}

fn cells(line: &str) -> Vec<&str> {
    line.split('|')
        .map(|cell| cell.trim_matches(is_blank))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<TableLine<'_>> {
        table_lines(&text.lines().collect::<Vec<_>>())
    }

    #[test]
    fn a_table_is_header_rule_rows_and_footer() {
        let lines = read("SELECT\n a | b \n---+---\n 1 | x\n   | \n(2 rows)\n\nrest");
        assert_eq!(
            lines,
            [
                TableLine::Text("SELECT"),
                TableLine::Header(vec!["a", "b"]),
                TableLine::Rule,
                TableLine::Row(vec!["1", "x"]),
                TableLine::Row(vec!["", ""]),
                TableLine::Text("(2 rows)"),
                TableLine::Text(""),
                TableLine::Text("rest"),
            ]
        );
    }

    #[test]
    fn one_column_has_no_bars_and_may_hold_an_empty_cell() {
        let lines = read(" port \n------\n 5432\n\n(2 rows)\n");
        assert_eq!(lines[2], TableLine::Row(vec!["5432"]));
        assert_eq!(lines[3], TableLine::Row(vec![""]));
        assert_eq!(lines[4], TableLine::Text("(2 rows)"));
    }

    #[test]
    fn lines_of_dashes_without_a_header_are_text() {
        assert_eq!(
            read("\n---\nx"),
            [
                TableLine::Text(""),
                TableLine::Text("---"),
                TableLine::Text("x")
            ]
        );
        assert_eq!(read("---"), [TableLine::Text("---")]);
        assert_eq!(read("a|b\n---\nx")[1], TableLine::Text("---"));
    }

    #[test]
    fn a_heading_over_dashes_is_no_table_without_a_count_of_rows() {
        assert_eq!(read("Plan\n----\n one")[2], TableLine::Text(" one"));
    }

    #[test]
    fn a_row_that_does_not_fit_stays_text() {
        let lines = read(" a | b\n---+---\n 1 | x | y\n...\n(1 row)");
        assert_eq!(lines[2], TableLine::Text(" 1 | x | y"));
        assert_eq!(lines[3], TableLine::Text("..."));
    }
}
