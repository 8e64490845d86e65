//! The parts of a chapter that matter to a lab: headings and code blocks, in the order of the page.
//!
//! The parser is mdBook's own, with its options, so that a block here is a block on the page.

use labrun_model::{SourceFile, Span};
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use crate::fences::{Draft, Fence, without_prefixes};

/// A part of the page.
#[derive(Debug)]
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
    let mut options = MarkdownOptions::default();
    // It changes only how inline text looks, and a section is to be named as its author typed it.
    options.smart_punctuation = false;
    // mdBook drops a byte order mark before it parses.
    let whole = source.text();
    let text = whole.strip_prefix('\u{feff}').unwrap_or(whole);
    let shift = whole.len() - text.len();
    let mut walk = Walk::new(source);
    let events = new_cmark_parser(text, &options).into_offset_iter();
    for (event, range) in events {
        walk.event(&event, Span::new(range.start + shift, range.end + shift));
    }
    walk.elements
}

/// What has been seen of the page up to some event.
struct Walk<'a> {
    source: &'a SourceFile,
    elements: Vec<Element>,
    adjacent: bool,
    heading: Option<String>,
    draft: Option<Draft<'a>>,
    in_html: bool,
    /// How many blocks and pieces of inline text are open.
    depth: usize,
}

impl<'a> Walk<'a> {
    fn new(source: &'a SourceFile) -> Self {
        Self {
            source,
            elements: Vec::new(),
            adjacent: false,
            heading: None,
            draft: None,
            in_html: false,
            depth: 0,
        }
    }

    fn event(&mut self, event: &Event<'_>, span: Span) {
        let is_top_level = self.depth == 0;
        match event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let indented = matches!(kind, CodeBlockKind::Indented);
                let draft = Draft::new(self.source, span, indented, is_top_level);
                self.draft = Some(draft);
            }
            Event::End(TagEnd::CodeBlock) => self.end_fence(),
            Event::Start(Tag::HtmlBlock) => self.in_html = true,
            Event::End(TagEnd::HtmlBlock) => self.end_html(span),
            Event::Html(_) if self.in_html => {}
            Event::Start(Tag::Heading { .. }) => self.heading = Some(String::new()),
            Event::End(TagEnd::Heading(level)) => self.end_heading(*level, span),
            Event::Text(text) if self.draft.is_some() => {
                if let Some(draft) = &mut self.draft {
                    draft.text(text, span);
                }
            }
            // The end of a list or a quote puts nothing between two blocks.
            Event::End(_) => {}
            other => self.prose(other),
        }
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

    #[test]
    fn a_fence_that_html_shows_as_text_is_reported() {
        check("<div>\n```sh\nls\n```\n</div>\n", &["html \"```sh\""]);
        check("> <div>\n> ~~~ sh\n> </div>\n", &["html \"~~~ sh\""]);
        check("<div>\n\n```sh\nls\n```\n\n</div>\n", &["sh"]);
        check("<pre>\n```sh\n</pre>\n\n<!--\n```sh\n-->\n", &[]);
    }
}
