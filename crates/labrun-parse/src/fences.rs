//! A code block with the places of its parts: what the Markdown parser reports, put together as a [`Fence`].
//!
//! The Markdown parser closes an open fence at the end of its container without saying so, and it takes the opening
//! of a second fence as text of the first. Both are found here, so that no block is lost in another.

use std::ops::Range;

use labrun_model::{Line, SourceFile, Span};

use crate::attributes;

/// A code block of a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The whole block with its markers, from the opening marker on, without blanks and line endings at its end.
    pub span: Span,
    /// The opening line from the marker on, without blanks at its end.
    pub opening: Span,
    /// The info string: what stands after the opening marker, without blanks around it.
    pub info: Span,
    /// The first word of the info string; empty where the block has none.
    pub language: String,
    /// Where the language stands.
    pub language_span: Span,
    /// The lines of the body without the prefixes of the quotes and lists around it.
    pub lines: Vec<Line>,
    /// Whether there is a closing marker.
    pub closed: bool,
    /// The first line of the body that looks like the opening of another block.
    pub swallows: Option<Span>,
    /// Whether it is a block by indentation, without markers.
    pub indented: bool,
    /// Whether it stands in no list, quote or footnote.
    pub is_top_level: bool,
}

/// A code block while the Markdown parser reports it, piece by piece.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    source: &'a SourceFile,
    span: Span,
    indented: bool,
    is_top_level: bool,
    lines: Vec<Line>,
    open_line: Option<Line>,
}

impl<'a> Draft<'a> {
    /// Begins a block that covers `span`.
    pub(crate) fn new(
        source: &'a SourceFile,
        span: Span,
        indented: bool,
        is_top_level: bool,
    ) -> Self {
        Self {
            source,
            span,
            indented,
            is_top_level,
            lines: Vec::new(),
            open_line: None,
        }
    }

    /// Takes a piece of the body. A piece can hold several lines, and a line can come in several pieces.
    pub(crate) fn text(&mut self, text: &str, span: Span) {
        // Where a tab is partly eaten by a container, the parser gives blanks that do not stand in the source.
        let literal = self.source.slice(span) == text;
        let mut offset = span.start;
        for piece in text.split_inclusive('\n') {
            let content = piece.trim_end_matches('\n');
            let place = if literal {
                Span::new(offset, offset + content.len())
            } else {
                span
            };
            self.extend_line(content, place);
            if piece.ends_with('\n') {
                self.lines.extend(self.open_line.take());
            }
            offset += piece.len();
        }
    }

    /// Ends the block.
    pub(crate) fn finish(mut self) -> Fence {
        self.lines.extend(self.open_line.take());
        let text = self.source.slice(self.span);
        let span = Span::new(self.span.start, self.span.start + text.trim_end().len());
        if self.indented {
            return self.indented_block(span);
        }
        let opening = opening(self.source, span);
        let marker = Marker::of(self.source.slice(opening)).unwrap_or(Marker {
            character: '`',
            length: 3,
        });
        let info = info(self.source, opening, marker);
        let (language, language_span) = attributes::language(self.source, info);
        Fence {
            closed: is_closed(self.source, span, opening, marker, &self.lines),
            swallows: swallowed(&self.lines, marker),
            indented: false,
            is_top_level: self.is_top_level,
            lines: self.lines,
            span,
            opening,
            info,
            language,
            language_span,
        }
    }

    fn extend_line(&mut self, content: &str, place: Span) {
        let source = self.source;
        let line = self.open_line.get_or_insert_with(|| {
            let start = before_line_ending(source, place.start);
            Line {
                text: String::with_capacity(content.len()),
                span: Span::new(start, start),
            }
        });
        if content.is_empty() {
            return;
        }
        if line.text.is_empty() {
            line.span.start = place.start;
        }
        line.text.push_str(content);
        line.span.end = place.end;
    }

    fn indented_block(self, span: Span) -> Fence {
        let nothing = Span::new(span.start, span.start);
        let first_line = opening(self.source, span);
        Fence {
            span,
            opening: first_line,
            info: nothing,
            language: String::new(),
            language_span: nothing,
            lines: self.lines,
            closed: true,
            swallows: None,
            indented: true,
            is_top_level: self.is_top_level,
        }
    }
}

/// The place of a part of a line, given by byte offsets into the line's text.
pub(crate) fn part(source: &SourceFile, line: &Line, part: Range<usize>) -> Span {
    let whole = source.slice(line.span);
    // Counted from the end: where text and source differ, it is by blanks at the beginning.
    let place = |offset: usize| {
        let behind = line.text.len().saturating_sub(offset);
        floor_boundary(whole, whole.len().saturating_sub(behind))
    };
    Span::new(
        line.span.start + place(part.start),
        line.span.start + place(part.end),
    )
}

/// The largest character boundary that is not above `offset`.
pub(crate) fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The run of backticks or tildes that opens a fence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marker {
    character: char,
    length: usize,
}

impl Marker {
    /// The marker that a text begins with, if it is one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let character = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        // Both characters have one byte.
        let length = text.len() - text.trim_start_matches(character).len();
        (length >= 3).then_some(Self { character, length })
    }

    /// Whether a line is the end of what the marker opens, whatever prefixes it has.
    pub(crate) fn closes(self, line: &str) -> bool {
        self.strip(without_prefixes(line))
            .is_some_and(|rest| rest.trim().is_empty())
    }

    /// What follows the marker, where the text begins with one that is at least as long.
    fn strip(self, text: &str) -> Option<&str> {
        let other = Self::of(text)?;
        (other.character == self.character && other.length >= self.length)
            .then(|| text.trim_start_matches(self.character))
    }
}

/// A line without the prefixes of quotes and lists that it may have.
pub(crate) fn without_prefixes(line: &str) -> &str {
    line.trim_start_matches([' ', '\t', '>'])
}

fn opening(source: &SourceFile, span: Span) -> Span {
    let text = source.slice(span);
    let end = text.bytes().position(is_line_end).unwrap_or(text.len());
    let line = text.get(..end).unwrap_or_default();
    Span::new(span.start, span.start + line.trim_end().len())
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn info(source: &SourceFile, opening: Span, marker: Marker) -> Span {
    let text = source.slice(opening);
    let behind = text.trim_start_matches(marker.character);
    let info = behind.trim_start();
    Span::new(opening.end - info.len(), opening.end)
}

/// A fence is closed when its last line is a marker that is no part of the body.
fn is_closed(
    source: &SourceFile,
    span: Span,
    opening: Span,
    marker: Marker,
    lines: &[Line],
) -> bool {
    let text = source.slice(span);
    let before = text.bytes().rposition(is_line_end);
    let start = span.start + before.map_or(0, |offset| offset + 1);
    let last = source.slice(Span::new(start, span.end));
    let body_end = lines.last().map_or(opening.end, |line| line.span.end);
    start > opening.start && start >= body_end && marker.closes(last)
}

/// The first line of the body that a reader would take for the opening of another fence. A shorter marker than the
/// block's own is none: that is how one fence shows another.
fn swallowed(lines: &[Line], marker: Marker) -> Option<Span> {
    let opens = |line: &&Line| {
        marker
            .strip(without_prefixes(&line.text))
            .map(str::trim_start)
            .is_some_and(|info| {
                info.starts_with(|c: char| c.is_alphanumeric() || c == '{')
                    && !(marker.character == '`' && info.contains('`'))
            })
    };
    lines.iter().find(opens).map(|line| line.span)
}

/// The offset of a line's end where `offset` is that of the second byte of a line ending of two.
fn before_line_ending(source: &SourceFile, offset: usize) -> usize {
    let text = source.text();
    let within = offset > 0
        && text
            .get(offset - 1..)
            .is_some_and(|rest| rest.starts_with("\r\n"));
    if within { offset - 1 } else { offset }
}

#[cfg(test)]
mod tests {
    use labrun_model::SourceFile;

    /// Draws every block as `closed|open language[line|line]`, and checks that every line is what its span says.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let source = SourceFile::new("a.md", text);
        let fences = crate::fences(&source);
        let drawn: Vec<String> = fences
            .iter()
            .map(|fence| {
                for line in &fence.lines {
                    assert_eq!(source.slice(line.span), line.text);
                }
                let state = match (fence.indented, fence.closed, fence.swallows) {
                    (true, _, _) => "indented".to_owned(),
                    (_, false, _) => "open".to_owned(),
                    (_, _, Some(span)) => format!("swallows {:?}", source.slice(span)),
                    _ => "closed".to_owned(),
                };
                let lines: Vec<_> = fence.lines.iter().map(|line| line.text.as_str()).collect();
                format!("{state} {}[{}]", fence.language, lines.join("|"))
            })
            .collect();
        assert_eq!(drawn, expected);
    }

    #[test]
    fn markers_of_every_kind_and_length() {
        check("```sh\nls\n```\n", &["closed sh[ls]"]);
        check("~~~ sh\nls\n~~~", &["closed sh[ls]"]);
        check("````sh\n```\n````\n", &["closed sh[```]"]);
        check("~~~~text\n~~~\n~~~~~\n", &["closed text[~~~]"]);
        check("   ```sh\n   ls\n x\n   ```   \n\n", &["closed sh[ls|x]"]);
        check("```\n\n```", &["closed []"]);
        check("```sh\n```\n\n\n", &["closed sh[]"]);
    }

    #[test]
    fn an_open_fence_is_found_at_the_end_of_its_container() {
        check("```sh", &["open sh[]"]);
        check("```", &["open []"]);
        check("```sh\nls\n\n\n", &["open sh[ls||]"]);
        check("```sh\nls\n    ```", &["open sh[ls|    ```]"]);
        check("```sh\nls\n> ```", &["open sh[ls|> ```]"]);
        check("````sh\nls\n```\n", &["open sh[ls|```]"]);
        check("> ```sh\n> ls\n\nafter", &["open sh[ls]"]);
        check("1. a\n   ```sh\n   ls\n2. b", &["open sh[ls]"]);
    }

    #[test]
    fn line_endings_of_two_bytes_leave_no_trace() {
        check(
            "```sh a=\"b\"\r\nls\r\n\r\nx\r\n```\r\n",
            &["closed sh[ls||x]"],
        );
        check("```sh\r\n\r\n\r\n```", &["closed sh[|]"]);
        check("> ```sh\r\n> ls\r\n> ```\r\n", &["closed sh[ls]"]);
    }

    #[test]
    fn containers_leave_no_trace() {
        check("> ```sh\n> ls\n>\n> x\n> ```\n", &["closed sh[ls||x]"]);
        check(
            "- a\n\n  ```sh\n  ls\n\n    x\n  ```\n",
            &["closed sh[ls||  x]"],
        );
        check(
            "- a\n\n\t```sh\n\tls\n\t\tx\n\t```\n",
            &["closed sh[ls|\tx]"],
        );
        check("> - ```sh\n>   a\n>\n>   ```\n", &["closed sh[a|]"]);
        check("> [!NOTE]\n> ```sh\n> ls\n> ```\n", &["closed sh[ls]"]);
    }

    #[test]
    fn a_fence_in_a_container_is_not_at_the_top() {
        let check = |text: &str, expected: &[bool]| {
            let fences = crate::fences(&SourceFile::new("a.md", text));
            let found: Vec<bool> = fences.iter().map(|fence| fence.is_top_level).collect();
            assert_eq!(found, expected, "{text:?}");
        };
        check("~~~\n~~~\n ~~~\n ~~~\n   ~~~\n   ~~~\n", &[true; 3]);
        check("# a\n\nb\n\n<hr>\n\n~~~\n~~~\n\n    x\n", &[true; 2]);
        check("\u{feff}~~~\n~~~\n", &[true]);
        check(
            "- ~~~\n  ~~~\n\n  ~~~\n  ~~~\n\n~~~\n~~~\n",
            &[false, false, true],
        );
        check("> ~~~\n> ~~~\n\n1. > a\n\n   ~~~\n   ~~~\n", &[false; 2]);
        check(
            "a[^1]\n\n[^1]: b\n\n    ~~~\n    ~~~\n\n~~~\n~~~\n",
            &[false, true],
        );
    }

    #[test]
    fn a_swallowed_fence_is_found() {
        check(
            "```rust\nx\n```sh\nls\n```\n",
            &["swallows \"```sh\" rust[x|```sh|ls]"],
        );
        check("```a\n  > ~~~sh\n```", &["closed a[  > ~~~sh]"]);
        check("````a\n```sh\n```\n````", &["closed a[```sh|```]"]);
        check("```a\n``` `x` y\n```", &["closed a[``` `x` y]"]);
        check("~~~a\n~~~^~~~\n~~~", &["closed a[~~~^~~~]"]);
    }

    #[test]
    fn other_code_is_told_apart() {
        check("    code\n\n    more\n\ntext", &["indented [code||more]"]);
        check("<!--\n```sh\nls\n```\n-->\n", &[]);
        check("a ```sh ls``` b", &[]);
        check("\u{feff}```sh\nls\n```", &["closed sh[ls]"]);
        check("```größe é\n→\n```", &["closed größe[→]"]);
    }

    #[test]
    fn the_parts_of_the_opening_line_have_places() {
        let source = SourceFile::new("a.md", "x\n\n> ~~~~  sh  exit=1 \t\n> ls\n> ~~~~\n");
        let fences = crate::fences(&source);
        assert_eq!(source.slice(fences[0].opening), "~~~~  sh  exit=1");
        assert_eq!(source.slice(fences[0].info), "sh  exit=1");
        assert_eq!(source.slice(fences[0].language_span), "sh");
        assert_eq!(
            source.slice(fences[0].span),
            "~~~~  sh  exit=1 \t\n> ls\n> ~~~~"
        );
    }
}
