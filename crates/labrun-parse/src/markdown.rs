//! The parts of a chapter that matter to a lab: headings and code blocks, in the order of the page.
//!
//! The parser is mdBook's own, with its options, so that a block here is a block on the page.

use std::ops::Range;

use labrun_model::{SourceFile, Span};
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use crate::fences::{Draft, Fence, without_prefixes};
use crate::outline::Outline;

/// A part of the page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Element {
    /// A heading.
    Heading {
        /// Its text without markup.
        title: String,
        /// 1 to 6.
        level: u8,
        /// Where it stands.
        span: Span,
    },
    /// A code block.
    Fence {
        /// The block.
        fence: Fence,
        /// Whether nothing but blank lines and comments stands between it and the code block before it.
        adjacent: bool,
    },
    /// A line that looks like a fence but is text of raw HTML, so that the page shows its backticks.
    FenceInHtml(Span),
}

/// The elements of a chapter.
pub(crate) fn elements(source: &SourceFile) -> Vec<Element> {
    // mdBook drops a byte order mark before it parses.
    let whole = source.text();
    let text = whole.strip_prefix('\u{feff}').unwrap_or(whole);
    let outline = Outline::of(text);
    let found = walk(source, &outline);
    if found.is_none() || cfg!(debug_assertions) {
        let all = walk(source, &Outline::whole(text)).unwrap_or_default();
        debug_assert!(found.is_none_or(|found| found == all), "{whole:?}");
        return all;
    }
    found.unwrap_or_default()
}

/// The elements that are seen in the outline of a chapter; none where a paragraph of it is not one at the top of the page,
/// but for instance text of a comment.
fn walk(source: &SourceFile, outline: &Outline<'_>) -> Option<Vec<Element>> {
    let mut options = MarkdownOptions::default();
    // It changes only how inline text looks, and a section is to be named as its author typed it.
    options.smart_punctuation = false;
    let mut walk = Walk::new(source, outline);
    let events = new_cmark_parser(outline.text(), &options).into_offset_iter();
    for (event, range) in events {
        walk.event(&event, range);
    }
    (walk.paragraphs == outline.paragraphs()).then_some(walk.elements)
}

/// What has been seen of the page up to some event.
struct Walk<'a> {
    source: &'a SourceFile,
    outline: &'a Outline<'a>,
    /// How many bytes of the source stand before the text of the outline.
    before: usize,
    /// How many paragraphs of the outline have been found.
    paragraphs: usize,
    elements: Vec<Element>,
    adjacent: bool,
    heading: Option<String>,
    draft: Option<Draft<'a>>,
    in_html: bool,
    /// How many blocks and pieces of inline text are open.
    depth: usize,
}

impl<'a> Walk<'a> {
    fn new(source: &'a SourceFile, outline: &'a Outline<'a>) -> Self {
        Self {
            source,
            outline,
            before: source.text().len() - outline.in_text(outline.text().len()),
            paragraphs: 0,
            elements: Vec::new(),
            adjacent: false,
            heading: None,
            draft: None,
            in_html: false,
            depth: 0,
        }
    }

    fn event(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => {
                self.start(tag, range);
                self.depth += 1;
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                self.end(*tag, range);
            }
            Event::Text(text) if self.draft.is_some() => {
                let span = self.span(range);
                if let Some(draft) = &mut self.draft {
                    draft.text(text, span);
                }
            }
            Event::Html(_) if self.in_html => {}
            other => self.prose(other),
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        let is_top_level = self.depth == 0;
        match tag {
            Tag::CodeBlock(kind) => {
                let indented = matches!(kind, CodeBlockKind::Indented);
                let draft = Draft::new(self.source, self.span(range), indented, is_top_level);
                self.draft = Some(draft);
            }
            Tag::HtmlBlock => self.in_html = true,
            Tag::Heading { .. } => self.heading = Some(String::new()),
            Tag::Paragraph if is_top_level => {
                let is_next = self.outline.paragraph(self.paragraphs) == Some(range.start);
                self.paragraphs += usize::from(is_next);
                self.adjacent = false;
            }
            _ => self.adjacent = false,
        }
    }

    /// The end of a list or a quote puts nothing between two blocks.
    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::CodeBlock => self.end_fence(),
            TagEnd::HtmlBlock => self.end_html(self.span(range)),
            TagEnd::Heading(level) => self.end_heading(level, self.span(range)),
            _ => {}
        }
    }

    /// The place in the source of a range of the outline.
    fn span(&self, range: Range<usize>) -> Span {
        let place = |offset| self.before + self.outline.in_text(offset);
        Span::new(place(range.start), place(range.end))
    }

    /// Anything that is neither code nor a comment stands between two blocks.
    fn prose(&mut self, event: &Event<'_>) {
        self.adjacent = false;
        let Some(title) = &mut self.heading else {
            return;
        };
        match event {
            Event::Text(text) | Event::Code(text) => title.push_str(text),
            Event::SoftBreak | Event::HardBreak => title.push(' '),
            _ => {}
        }
    }

    fn end_fence(&mut self) {
        if let Some(draft) = self.draft.take() {
            self.elements.push(Element::Fence {
                fence: draft.finish(),
                adjacent: self.adjacent,
            });
            self.adjacent = true;
        }
    }

    fn end_heading(&mut self, level: HeadingLevel, span: Span) {
        self.adjacent = false;
        let title = self.heading.take().unwrap_or_default();
        let text = self.source.slice(span);
        self.elements.push(Element::Heading {
            title: title.trim().to_owned(),
            level: level as u8,
            span: Span::new(span.start, span.start + text.trim_end().len()),
        });
    }

    fn end_html(&mut self, span: Span) {
        self.in_html = false;
        let html = self.source.slice(span);
        if is_only_comments(html) {
            return;
        }
        self.adjacent = false;
        if let Some(offset) = fence_in_html(html) {
            let line = self.source.line(span.start + offset);
            let whole = self.source.line_span(line);
            self.elements.push(Element::FenceInHtml(Span::new(
                (span.start + offset).min(whole.end),
                whole.end,
            )));
        }
    }
}

/// Whether a block of HTML shows nothing. An open comment may hide what follows, so it is more than a comment.
fn is_only_comments(html: &str) -> bool {
    let mut rest = html.trim_start_matches(HTML_BLANK);
    while let Some(comment) = rest.strip_prefix("<!--") {
        let Some((_, behind)) = comment.split_once("-->") else {
            return false;
        };
        rest = behind.trim_start_matches(HTML_BLANK);
    }
    rest.is_empty()
}

/// Blanks, and the prefixes of the quotes around.
const HTML_BLANK: [char; 5] = [' ', '\t', '\r', '\n', '>'];

/// The offset of the first line that looks like a fence; none in the elements whose text is literal in HTML too.
fn fence_in_html(html: &str) -> Option<usize> {
    const LITERAL: [&str; 5] = ["<!--", "<pre", "<script", "<style", "<textarea"];
    let lower = html.trim_start().to_ascii_lowercase();
    if LITERAL.iter().any(|tag| lower.starts_with(tag)) {
        return None;
    }
    let mut offset = 0;
    for line in html.split_inclusive('\n') {
        let text = without_prefixes(line);
        if text.starts_with("```") || text.starts_with("~~~") {
            return Some(offset + line.len() - text.len());
        }
        offset += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let source = SourceFile::new("a.md", text);
        let drawn: Vec<String> = elements(&source)
            .into_iter()
            .map(|element| match element {
                Element::Heading { title, level, .. } => format!("{level} {title}"),
                Element::Fence { fence, adjacent } => {
                    let sign = if adjacent { "+" } else { "" };
                    format!("{sign}{}", fence.language)
                }
                Element::FenceInHtml(span) => format!("html {:?}", source.slice(span)),
            })
            .collect();
        assert_eq!(drawn, expected);
    }

    #[test]
    fn a_heading_is_its_text_as_typed() {
        check(
            "# a `b` *c* \"q\" -- [x](y) {#id}\n",
            &["1 a b c \"q\" -- x"],
        );
        check(
            "Two\nlines\n---\n\n###### six\n#\n",
            &["2 Two lines", "6 six", "1 "],
        );
        check("> ## quoted\n", &["2 quoted"]);
    }

    #[test]
    fn blank_lines_and_comments_do_not_part_two_fences() {
        check("~~~a\n~~~\n~~~b\n~~~\n", &["a", "+b"]);
        check(
            "~~~a\n~~~\n\n<!-- c\n\n-->\n\n<!-- d --> <!-- e -->\n~~~b\n~~~\n",
            &["a", "+b"],
        );
        check("- ~~~a\n  ~~~\n\n~~~b\n~~~\n", &["a", "+b"]);
    }

    #[test]
    fn everything_else_does() {
        check("~~~a\n~~~\ntext\n~~~b\n~~~\n", &["a", "b"]);
        check("~~~a\n~~~\n***\n~~~b\n~~~\n", &["a", "b"]);
        check("~~~a\n~~~\n<hr>\n\n~~~b\n~~~\n", &["a", "b"]);
        check("~~~a\n~~~\n<!-- c --><b>\n\n~~~b\n~~~\n", &["a", "b"]);
        check("~~~a\n~~~\n# h\n~~~b\n~~~\n", &["a", "1 h", "b"]);
        check("1. ~~~a\n   ~~~\n   tight\n   ~~~b\n   ~~~\n", &["a", "b"]);
        check("- ~~~a\n  ~~~\n- ~~~b\n  ~~~\n", &["a", "b"]);
        check("~~~a\n~~~\n> ~~~b\n> ~~~\n", &["a", "b"]);
    }

    /// Each is read twice, with its prose and without, and a difference is a panic.
    #[test]
    fn prose_is_left_out_where_the_parser_sees_none() {
        check(
            "prose\n\n# a\n\nprose\n\n```b\nc\n\nd\n```\n",
            &["1 a", "b"],
        );
        check("<!--\n\nprose -->\n\n```a\n```\n", &["a"]);
        check("<!--\n\nprose\n\n```a\n```\n", &[]);
        check("- ```a\n\nprose\n\n# b\n", &["a", "1 b"]);
        check("-\n\nprose\n\n  ```a\n  ```\n", &["a"]);
        check("term\n\n: ```a\n  ```\n", &["a"]);
        check(
            "# [a] [^b]\n\n[a]: c\n\nprose [^b]\n\n[^b]: d\n\nmore\n",
            &["1 a"],
        );
        check("\u{feff}prose\n\n```a\n```\n", &["a"]);
        check("    ```\n\nprose\n\n```a\nb\n\nc\n```\n", &["", "a"]);
        check("~~~a\n~~~\n\nprose\n\n~~~b\n~~~\n", &["a", "b"]);
    }

    #[test]
    fn a_fence_that_html_shows_as_text_is_reported() {
        check("<div>\n```sh\nls\n```\n</div>\n", &["html \"```sh\""]);
        check("> <div>\n> ~~~ sh\n> </div>\n", &["html \"~~~ sh\""]);
        check("<div>\n\n```sh\nls\n```\n\n</div>\n", &["sh"]);
        check("<pre>\n```sh\n</pre>\n\n<!--\n```sh\n-->\n", &[]);
    }
}
