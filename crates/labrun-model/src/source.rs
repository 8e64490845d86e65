//! Where something stands in an author's file: byte offsets inside, `line:column` only on the way out.
//!
//! The text need not be the author's letter for letter: mdBook replaces directives such as `{{#include}}` before anyone
//! reads a chapter. Then each line knows where it comes from, and messages name the line that the author can change.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// A text file that an author wrote, with the path by which messages name it.
#[derive(Debug, Clone)]
pub struct SourceFile {
    path: String,
    text: String,
    /// Found when the first line is asked for: a text without faults is often read without.
    line_starts: OnceLock<Vec<usize>>,
    origins: Option<Vec<LineOrigin>>,
}

/// Where a line of a text comes from; lines of the author's file count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineOrigin {
    /// The author wrote it, on this line.
    Written(usize),
    /// The author wrote it on this line with a backslash before a directive, which mdBook has taken away.
    Unescaped(usize),
    /// Directives brought it in, which stand somewhere in these lines.
    BroughtIn {
        /// The first line.
        first: usize,
        /// The last line.
        last: usize,
        /// The column of the first directive, in characters, from 1.
        column: usize,
    },
}

/// A range of bytes in a [`SourceFile`]; `end` is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

/// A place for human eyes: file, line and column, both counted from 1, the column in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file as messages name it, usually relative to the book's root.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl SourceFile {
    /// Takes a text and the path by which messages are to name it.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
            origins: None,
        }
    }

    /// Takes a text that was made of the author's, and says for each of its lines where that line comes from.
    pub fn with_origins(
        path: impl Into<String>,
        text: impl Into<String>,
        origins: Vec<LineOrigin>,
    ) -> Self {
        Self {
            origins: Some(origins),
            ..Self::new(path, text)
        }
    }

    /// The path by which messages name the file.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text alone.
    pub fn into_text(self) -> String {
        self.text
    }

    /// The text of a span; empty where the span does not lie on character boundaries of this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    /// The place of a span's first byte in the author's file. An offset past the end is the end of the file. What a
    /// directive brought in is at the place of the directive.
    pub fn place(&self, span: Span) -> Place {
        let (line, column) = match self.origin(self.line(span.start)) {
            LineOrigin::Written(line) | LineOrigin::Unescaped(line) => {
                (line, self.column(span.start))
            }
            LineOrigin::BroughtIn { first, column, .. } => (first, column),
        };
        Place {
            path: self.path.clone(),
            line,
            column,
        }
    }

    /// Whether it is known for each line where it comes from.
    pub fn has_origins(&self) -> bool {
        self.origins.is_some()
    }

    /// Where a line of the text, counted from 1, comes from.
    pub fn origin(&self, line: usize) -> LineOrigin {
        let origins = self.origins.as_deref().unwrap_or_default();
        let origin = origins.get(line.saturating_sub(1)).copied();
        origin.unwrap_or(LineOrigin::Written(line))
    }

    /// The line of an offset in the author's file, from 1.
    pub fn author_line(&self, offset: usize) -> usize {
        match self.origin(self.line(offset)) {
            LineOrigin::Written(line) | LineOrigin::Unescaped(line) => line,
            LineOrigin::BroughtIn { first, .. } => first,
        }
    }

    /// The line of an offset in the text itself, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.line_index(offset) + 1
    }

    /// The column of an offset in the text itself, in characters, from 1.
    pub(crate) fn column(&self, offset: usize) -> usize {
        let start = self.line_starts()[self.line_index(offset)];
        let before = self.text.get(start..offset.min(self.text.len()));
        before.map_or(0, |text| text.chars().count()) + 1
    }

    /// The text of a line counted from 1, without its line ending; empty past the end.
    pub fn line_text(&self, line: usize) -> &str {
        let span = self.line_span(line);
        self.slice(span)
    }

    /// The span of a line counted from 1, without its line ending; empty at the end of the file past the last line.
    pub fn line_span(&self, line: usize) -> Span {
        let end_of_file = self.text.len();
        let starts = self.line_starts();
        let Some(&start) = starts.get(line.saturating_sub(1)) else {
            return Span::new(end_of_file, end_of_file);
        };
        let end = starts.get(line).map_or(end_of_file, |next| next - 1);
        let trimmed = self.text[start..end.max(start)]
            .trim_end_matches('\r')
            .len();
        Span::new(start, start + trimmed)
    }

    fn line_index(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|&start| start <= offset) - 1
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.match_indices('\n');
            std::iter::once(0)
                .chain(breaks.map(|(offset, _)| offset + 1))
                .collect()
        })
    }
}

impl PartialEq for SourceFile {
    /// Where the lines begin follows from the text.
    fn eq(&self, other: &Self) -> bool {
        (&self.path, &self.text, &self.origins) == (&other.path, &other.text, &other.origins)
    }
}

impl Eq for SourceFile {}

impl Span {
    /// A span from its two offsets.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}:{}", self.path, self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, offset: usize, expected: (usize, usize)) {
        let file = SourceFile::new("a.md", text);
        let place = file.place(Span::new(offset, offset));
        assert_eq!((place.line, place.column), expected);
    }

    #[test]
    fn places_count_from_one_and_columns_count_characters() {
        check("", 0, (1, 1));
        check("ab\ncd", 0, (1, 1));
        check("ab\ncd", 2, (1, 3));
        check("ab\ncd", 3, (2, 1));
        check("ab\ncd", 99, (2, 3));
        check("é→x", 5, (1, 3));
    }

    #[test]
    fn a_line_that_was_brought_in_is_at_its_directive() {
        let origins = vec![
            LineOrigin::Written(1),
            LineOrigin::BroughtIn {
                first: 2,
                last: 2,
                column: 3,
            },
            LineOrigin::Unescaped(3),
        ];
        let file = SourceFile::with_origins("a.md", "one\nnew\nthree\nfour", origins);
        let place = |offset| file.place(Span::new(offset, offset)).to_string();
        assert_eq!(place(1), "a.md:1:2");
        assert_eq!(place(5), "a.md:2:3");
        assert_eq!(place(9), "a.md:3:2");
        // Where nothing is known of a line, its own number is the best there is.
        assert_eq!(place(14), "a.md:4:1");
        assert_eq!((file.line(9), file.author_line(5)), (3, 2));
    }

    #[test]
    fn a_line_is_given_without_its_ending() {
        let file = SourceFile::new("a.md", "one\r\ntwo\n");
        assert_eq!(file.line_text(1), "one");
        assert_eq!(file.line_text(2), "two");
        assert_eq!(file.line_text(3), "");
        assert_eq!(file.line_text(9), "");
    }
}
