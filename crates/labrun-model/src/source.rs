//! Where something stands in an author's file: byte offsets inside, `line:column` only on the way out.

/// A text file that an author wrote, with the path by which messages name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    path: String,
    text: String,
    line_starts: Vec<usize>,
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
        let text = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(offset, _)| offset + 1))
            .collect();
        Self {
            path: path.into(),
            text,
            line_starts,
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

    /// The text of a span; empty where the span does not lie on character boundaries of this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    /// The place of a span's first byte. An offset past the end is the end of the file.
    pub fn place(&self, span: Span) -> Place {
        let line = self.line_index(span.start);
        let start = self.line_starts[line];
        let before = self.text.get(start..span.start.min(self.text.len()));
        Place {
            path: self.path.clone(),
            line: line + 1,
            column: before.map_or(0, |text| text.chars().count()) + 1,
        }
    }

    /// The line of an offset, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.line_index(offset) + 1
    }

    /// The text of a line counted from 1, without its line ending; empty past the end.
    pub fn line_text(&self, line: usize) -> &str {
        let span = self.line_span(line);
        self.slice(span)
    }

    /// The span of a line counted from 1, without its line ending; empty at the end of the file past the last line.
    pub fn line_span(&self, line: usize) -> Span {
        let end_of_file = self.text.len();
        let Some(&start) = self.line_starts.get(line.saturating_sub(1)) else {
            return Span::new(end_of_file, end_of_file);
        };
        let end = self
            .line_starts
            .get(line)
            .map_or(end_of_file, |next| next - 1);
        let trimmed = self.text[start..end.max(start)]
            .trim_end_matches('\r')
            .len();
        Span::new(start, start + trimmed)
    }

    fn line_index(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset) - 1
    }
}

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
    fn a_line_is_given_without_its_ending() {
        let file = SourceFile::new("a.md", "one\r\ntwo\n");
        assert_eq!(file.line_text(1), "one");
        assert_eq!(file.line_text(2), "two");
        assert_eq!(file.line_text(3), "");
        assert_eq!(file.line_text(9), "");
    }
}
