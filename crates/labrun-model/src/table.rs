//! Finding psql's aligned tables in text, so that a table is rows of cells and never a matter of widths.
//!
//! Used on both sides: on what the page expects and on what a program printed. Psql's expanded display stays text; only
//! what depends on the widest value is left out: the dashes of `-[ RECORD 1 ]-----`, and the mark of a value that goes on.

use std::borrow::Cow;

/// A line of text as a table reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableLine<'a> {
    /// Not part of a table: the line without trailing blanks.
    Text(&'a str),
    /// The header, a trimmed cell for each column.
    Header(Vec<&'a str>),
    /// The rule under the header, `----+----`.
    Rule,
    /// A row, a trimmed cell for each column. The lines of a cell of several lines have line breaks between.
    Row(Vec<Cow<'a, str>>),
    /// Further lines of the cells of the row above.
    Continued,
}

/// Reads lines and says of each whether it belongs to a table of psql's aligned format: a header, a rule below it with
/// as many columns, and rows up to the `(n rows)` footer, a blank line or the end. A row whose number of cells does
/// not fit, for instance because a value contains `|`, stays text, and so does a line `...`.
pub fn table_lines<'a>(lines: &[&'a str]) -> Vec<TableLine<'a>> {
    let mut read: Vec<TableLine<'a>> = Vec::with_capacity(lines.len());
    let mut table: Option<Table> = None;
    let mut in_record = false;
    for (index, line) in lines.iter().enumerate() {
        let text = blank_end(line);
        if let Some(open) = table.as_mut() {
            let width = open.rule.len();
            if text.is_empty() && width > 1
                || is_footer(text)
                || (text.is_empty() && is_last(lines, index))
            {
                table = None;
                read.push(TableLine::Text(text));
            } else {
                open.row(text, &mut read);
            }
            continue;
        }
        let rule = index
            .checked_sub(1)
            .and_then(|above| rule(blank_end(lines[above]), text))
            // A heading over a line of dashes is a table of one column only where psql has counted its rows.
            .filter(|rule| {
                rule.len() > 1 || lines[index..].iter().any(|line| is_footer(blank_end(line)))
            });
        if let Some(rule) = rule {
            if let Some(header) = read.last_mut() {
                *header = TableLine::Header(cells(blank_end(lines[index - 1])));
            }
            read.push(TableLine::Rule);
            table = Some(Table { rule, open: None });
        } else {
            let next = lines.get(index + 1).copied().unwrap_or_default();
            read.push(TableLine::Text(expanded(text, next, &mut in_record)));
        }
    }
    read
}

/// A table whose rows are being read.
struct Table {
    /// The width of each column with its margins, as the rule below the header draws it.
    rule: Vec<usize>,
    /// The index of a row that goes on in the next line, and which of its cells do.
    open: Option<(usize, Vec<bool>)>,
}

impl Table {
    /// Reads a line that may be a row, or go on with the row above.
    fn row<'a>(&mut self, line: &'a str, read: &mut Vec<TableLine<'a>>) {
        let open = self.open.take();
        let cells = cells(line);
        if line.trim() == "..." || cells.len() != self.rule.len() {
            read.push(TableLine::Text(line));
            return;
        }
        let goes_on = self.goes_on(line);
        let texts = cells.iter().zip(&goes_on).map(|(cell, goes_on)| {
            let text = if *goes_on {
                cell.strip_suffix('+').unwrap_or(cell)
            } else {
                cell
            };
            text.trim_matches(is_blank)
        });
        let index = match open {
            Some((index, went_on)) => {
                if let Some(TableLine::Row(above)) = read.get_mut(index) {
                    for ((above, text), went_on) in above.iter_mut().zip(texts).zip(went_on) {
                        if went_on || !text.is_empty() {
                            *above = Cow::Owned(format!("{above}\n{text}"));
                        }
                    }
                }
                read.push(TableLine::Continued);
                index
            }
            None => {
                read.push(TableLine::Row(texts.map(Cow::Borrowed).collect()));
                read.len() - 1
            }
        };
        self.open = goes_on.contains(&true).then_some((index, goes_on));
    }

    /// Which cells go on in the next line: psql writes `+` into the margin behind them, where no value reaches. Behind
    /// the last column only the rule tells the margin from a value that ends with `+`.
    fn goes_on(&self, line: &str) -> Vec<bool> {
        let last = self.rule.len() - 1;
        let cells = line.split('|').zip(&self.rule).enumerate();
        cells
            .map(|(column, (cell, width))| {
                cell.ends_with('+') && (column < last || cell.chars().count() == *width)
            })
            .collect()
    }
}

/// A line of psql's expanded display without what depends on the widest value: the dashes of the rule above a record, and
/// the `+` of a value that goes on in the next line. Any other line is as it is.
fn expanded<'a>(line: &'a str, next: &str, in_record: &mut bool) -> &'a str {
    if let Some(rule) = record_rule(line) {
        *in_record = true;
        return rule;
    }
    *in_record &= !line.is_empty();
    // No name is empty, so a line without one goes on with the value above.
    let goes_on = *in_record && next.trim_start().starts_with('|');
    let value = line.strip_suffix('+').filter(|_| goes_on);
    value.map_or(line, blank_end)
}

/// `-[ RECORD 1 ]` of the rule above a record.
fn record_rule(line: &str) -> Option<&str> {
    let number_at = "-[ RECORD ".len();
    let inside = line.strip_prefix("-[ RECORD ")?;
    let end = inside.find(" ]")?;
    let (record, dashes) = line.split_at(number_at + end + 2);
    let number = &record[number_at..number_at + end];
    let is_rule = number.bytes().all(|byte| byte.is_ascii_digit())
        && dashes.bytes().all(|byte| matches!(byte, b'-' | b'+'));
    is_rule.then_some(record)
}

/// Whether all lines from this one on are blank.
fn is_last(lines: &[&str], index: usize) -> bool {
    lines[index..].iter().all(|line| line.trim().is_empty())
}

/// The width of each column where `rule` is a rule and `header` has the same number of cells.
fn rule(header: &str, rule: &str) -> Option<Vec<usize>> {
    let is_rule = !rule.is_empty()
        && rule
            .split('+')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b == b'-'));
    let widths: Vec<usize> = rule.split('+').map(str::len).collect();
    let fits = !header.trim().is_empty() && header.split('|').count() == widths.len();
    (is_rule && fits).then_some(widths)
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

    fn row(cells: &[&'static str]) -> TableLine<'static> {
        TableLine::Row(cells.iter().map(|cell| Cow::Borrowed(*cell)).collect())
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
                row(&["1", "x"]),
                row(&["", ""]),
                TableLine::Text("(2 rows)"),
                TableLine::Text(""),
                TableLine::Text("rest"),
            ]
        );
    }

    #[test]
    fn one_column_has_no_bars_and_may_hold_an_empty_cell() {
        let lines = read(" port \n------\n 5432\n\n(2 rows)\n");
        assert_eq!(lines[2], row(&["5432"]));
        assert_eq!(lines[3], row(&[""]));
        assert_eq!(lines[4], TableLine::Text("(2 rows)"));
    }

    #[test]
    fn a_cell_of_several_lines_is_one_cell() {
        let lines = read(concat!(
            " id |  note  | end \n",
            "----+--------+-----\n",
            "  1 | first +| a\n",
            "    | second+| \n",
            "    | third  | \n",
            "  2 | b+     | c+\n",
            "  3 | x      | d  +\n",
            "    |        | e\n",
            "(3 rows)",
        ));
        assert_eq!(
            lines[2..],
            [
                row(&["1", "first\nsecond\nthird", "a"]),
                TableLine::Continued,
                TableLine::Continued,
                row(&["2", "b+", "c+"]),
                row(&["3", "x", "d\ne"]),
                TableLine::Continued,
                TableLine::Text("(3 rows)"),
            ]
        );
        let lines = read(" a \n----\n x +\n   +\n z\n a+\n(2 rows)");
        assert_eq!(lines[2], row(&["x\n\nz"]));
        assert_eq!(lines[5], row(&["a+"]));
    }

    #[test]
    fn the_width_of_an_expanded_display_does_not_matter() {
        assert_eq!(
            read("-[ RECORD 1 ]-+---\na | 1\n-[ RECORD x ]--\n-[ RECORD 2 ] x"),
            [
                TableLine::Text("-[ RECORD 1 ]"),
                TableLine::Text("a | 1"),
                TableLine::Text("-[ RECORD x ]--"),
                TableLine::Text("-[ RECORD 2 ] x"),
            ]
        );
    }

    #[test]
    fn a_value_of_an_expanded_display_that_goes_on_loses_its_mark() {
        assert_eq!(
            read("-[ RECORD 1 ]\na | 1   +\n  | 2+\nb | 3+\n\nc | 4+\n  | x"),
            [
                TableLine::Text("-[ RECORD 1 ]"),
                TableLine::Text("a | 1"),
                TableLine::Text("  | 2+"),
                TableLine::Text("b | 3+"),
                TableLine::Text(""),
                TableLine::Text("c | 4+"),
                TableLine::Text("  | x"),
            ]
        );
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
