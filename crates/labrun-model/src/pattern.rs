//! A line, a cell or a JSON string of the page: plain text, typed placeholders and regular expressions in turn.
//!
//! Only the shape and how it is written; whether a text fits is the runner's to say.

use crate::value::Placeholder;

/// A line or cell: plain text, placeholders and expressions in turn.
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
    /// `</…/>`: whatever a regular expression fits, the last resort.
    Expression(String),
}

impl Pattern {
    /// Reads a line or a cell: `<name>` of a known type is a placeholder, `</…/>` a regular expression, and everything
    /// else is text. A backslash before `<` keeps it as text.
    pub fn parse(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('<') {
            let (before, after) = (&rest[..at], &rest[at + 1..]);
            if let Some(before) = before.strip_suffix('\\') {
                plain.push_str(before);
                plain.push('<');
                rest = after;
                continue;
            }
            plain.push_str(before);
            if let Some((piece, length)) = special(after) {
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(piece);
                rest = &after[length..];
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

    /// The text, where nothing in it varies.
    pub fn plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The placeholders from left to right.
    pub fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Value(placeholder) => Some(placeholder),
            Piece::Text(_) | Piece::Expression(_) => None,
        })
    }

    /// The regular expressions from left to right.
    pub fn expressions(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Expression(expression) => Some(expression.as_str()),
            Piece::Text(_) | Piece::Value(_) => None,
        })
    }
}

/// What a `<` begins that is more than text, and how long it is behind the `<`.
fn special(after: &str) -> Option<(Piece, usize)> {
    if let Some(inside) = after.strip_prefix('/') {
        let end = inside.find("/>").filter(|end| *end > 0)?;
        return Some((Piece::Expression(inside[..end].to_owned()), end + 3));
    }
    let end = after.find('>')?;
    let placeholder = Placeholder::parse(&after[..end])?;
    Some((Piece::Value(placeholder), end + 1))
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) if Self::parse(text).plain().is_none() => {
                    formatter.write_str(&text.replace('<', "\\<"))?;
                }
                Piece::Text(text) => formatter.write_str(text)?,
                Piece::Value(placeholder) => write!(formatter, "<{}>", placeholder.name)?,
                Piece::Expression(expression) => write!(formatter, "</{expression}/>")?,
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

    #[test]
    fn an_expression_stands_between_slashes() {
        let pattern = Pattern::parse("v</[0-9]+/> of <id>");
        assert_eq!(pattern.expressions().collect::<Vec<_>>(), ["[0-9]+"]);
        check("v</[0-9]+/> of <id>", &["id"], "v</[0-9]+/> of <id>");
        check("</div>", &[], "</div>");
        check("</> </a", &[], "</> </a");
        assert_eq!(Pattern::parse("\\</a/>").expressions().count(), 0);
        check("\\</a/>", &[], "\\</a/>");
    }
}
