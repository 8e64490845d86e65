//! What a step's output must be, as resolved: lines and table rows made of plain text and typed placeholders.
//!
//! The matching itself is the runner's; this is only the shape that parser, runner and extraction share.

use crate::source::Span;
use crate::value::Placeholder;

/// The expected output of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The fence or the lines of the chapter that say it.
    pub span: Span,
    /// Whether the order of table rows counts.
    pub row_order: RowOrder,
    /// The expected lines with, for each, the span of the line in the chapter.
    pub lines: Vec<(Span, ExpectedLine)>,
}

/// Whether the rows of a table must come in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOrder {
    /// The SQL orders its rows (`ORDER BY`), so the page's order is a promise.
    Given,
    /// SQL promises no order, so neither does the page.
    Any,
}

/// One line of an expectation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedLine {
    /// `...`: any number of lines, also none.
    Skip,
    /// One line of text; trailing blanks do not count.
    Text(Pattern),
    /// The header of a psql table, a cell for each column.
    TableHeader(Vec<Pattern>),
    /// A row of a psql table, a cell for each column.
    TableRow(Vec<Pattern>),
}

/// A line or cell: plain text and placeholders in turn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pattern {
    /// The pieces from left to right.
    pub pieces: Vec<Piece>,
}

/// A part of a [`Pattern`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text that must stand there as it is.
    Text(String),
    /// A value that varies.
    Value(Placeholder),
}

impl Pattern {
    /// Reads a line or a cell: `<name>` of a known type is a placeholder, everything else is text. A backslash before
    /// `<` keeps it as text.
    pub fn parse(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('<') {
            if rest[..at].ends_with('\\') {
                plain.push_str(&rest[..at - 1]);
                plain.push('<');
                rest = &rest[at + 1..];
                continue;
            }
            plain.push_str(&rest[..at]);
            let after = &rest[at + 1..];
            let name = after.find('>').map(|end| &after[..end]);
            if let Some((name, placeholder)) =
                name.and_then(|name| Some((name, Placeholder::parse(name)?)))
            {
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(Piece::Value(placeholder));
                rest = &after[name.len() + 1..];
            } else {
                plain.push('<');
                rest = after;
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Self { pieces }
    }

    /// The placeholders from left to right.
    pub fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Value(placeholder) => Some(placeholder),
            Piece::Text(_) => None,
        })
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) if Self::parse(text).placeholders().next().is_some() => {
                    formatter.write_str(&text.replace('<', "\\<"))?;
                }
                Piece::Text(text) => formatter.write_str(text)?,
                Piece::Value(placeholder) => write!(formatter, "<{}>", placeholder.name)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, placeholders: &[&str], shown: &str) {
        let pattern = Pattern::parse(text);
        let names: Vec<_> = pattern.placeholders().map(|p| p.name.as_str()).collect();
        assert_eq!(names, placeholders);
        assert_eq!(pattern.to_string(), shown);
    }

    #[test]
    fn known_names_are_placeholders_and_the_rest_is_text() {
        check("plain", &[], "plain");
        check("<ip>", &["ip"], "<ip>");
        check(
            "a <sent_lsn> b <pid>",
            &["sent_lsn", "pid"],
            "a <sent_lsn> b <pid>",
        );
        check("<table> < 3 <", &[], "<table> < 3 <");
        check("\\<ip> <ip>", &["ip"], "\\<ip> <ip>");
        check("<<ip>>", &["ip"], "<<ip>>");
        check("", &[], "");
    }
}
