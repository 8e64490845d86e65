//! What a page says between its blocks, as plain text for a terminal: headings, paragraphs, items, rows and code that is
//! only shown. How wide it is drawn, and in which colours, is for those who draw it.

use labrun_model::{SourceFile, Span};
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

/// A piece of prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prose {
    /// A heading's text.
    Heading(String),
    /// A paragraph, an item of a list, or a row of a table.
    Text {
        /// How deep in lists it stands, from 0.
        depth: usize,
        /// What stands before an item: `- ` or `1. `; else nothing.
        marker: String,
        /// The text in one line.
        text: String,
    },
    /// Code that is only shown, with its line ends.
    Code(String),
}

/// The prose that begins in a part of a page. Code blocks that begin in one of `without` are no prose, nor are diagrams.
pub fn prose(source: &SourceFile, part: Span, without: &[Span]) -> Vec<Prose> {
    let whole = source.text();
    let text = whole.strip_prefix('\u{feff}').unwrap_or(whole);
    let shift = whole.len() - text.len();
    let mut options = MarkdownOptions::default();
    options.smart_punctuation = false;
    let mut reader = Reader {
        part,
        without,
        pieces: Vec::new(),
        text: String::new(),
        marker: String::new(),
        lists: Vec::new(),
        code: None,
    };
    for (event, range) in new_cmark_parser(text, &options).into_offset_iter() {
        reader.event(event, range.start + shift);
    }
    reader.pieces
}

struct Reader<'a> {
    part: Span,
    without: &'a [Span],
    pieces: Vec<Prose>,
    text: String,
    marker: String,
    /// For each list that is open its next number.
    lists: Vec<Option<u64>>,
    /// The code block that is open, and whether it is prose.
    code: Option<(String, bool)>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, at: usize) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                self.end_text();
                let is_prose = self.is_in(at) && !is_diagram(&kind) && !self.is_without(at);
                self.code = Some((String::new(), is_prose));
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((code, true)) = self.code.take() {
                    self.pieces.push(Prose::Code(code));
                }
            }
            Event::Text(text) if self.code.is_some() => {
                if let Some((code, _)) = &mut self.code {
                    code.push_str(&text);
                }
            }
            Event::Start(Tag::List(first)) => {
                self.end_text();
                self.lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                self.end_text();
                self.lists.pop();
            }
            Event::Start(Tag::Item) => {
                self.end_text();
                self.marker = self.next_marker();
            }
            Event::Start(Tag::Heading { .. } | Tag::Paragraph) => self.end_text(),
            Event::End(TagEnd::Heading(_)) => {
                let text = std::mem::take(&mut self.text);
                if !text.trim().is_empty() {
                    self.pieces.push(Prose::Heading(text.trim().to_owned()));
                }
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableHead | TagEnd::TableRow) => {
                self.end_text();
            }
            Event::End(TagEnd::TableCell) if self.is_in(at) => self.text.push_str(" | "),
            Event::Text(text) if self.is_in(at) => self.text.push_str(&text),
            Event::Code(code) if self.is_in(at) => self.text.push_str(&format!("`{code}`")),
            Event::SoftBreak | Event::HardBreak if self.is_in(at) => self.text.push(' '),
            _ => {}
        }
    }

    fn next_marker(&mut self) -> String {
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let marker = format!("{number}. ");
                *number += 1;
                marker
            }
            _ => "- ".to_owned(),
        }
    }

    fn end_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim().trim_end_matches('|').trim_end();
        if !text.is_empty() {
            self.pieces.push(Prose::Text {
                depth: self.lists.len().saturating_sub(1),
                marker: std::mem::take(&mut self.marker),
                text: text.to_owned(),
            });
        }
    }

    fn is_in(&self, at: usize) -> bool {
        (self.part.start..self.part.end).contains(&at)
    }

    fn is_without(&self, at: usize) -> bool {
        self.without
            .iter()
            .any(|span| (span.start..span.end).contains(&at))
    }
}

fn is_diagram(kind: &CodeBlockKind<'_>) -> bool {
    matches!(kind, CodeBlockKind::Fenced(info) if info.split([' ', ',']).next() == Some("mermaid"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_read_as_a_reader_would() {
        let page = "before\n\n## A `b`\n\nOne\n*two* [three](x).\n\n1. first\n2. second\n   - deeper\n\n| a | b |\n|---|---|\n| c | d |\n\n\
                    <!-- not seen -->\n\n```sh\nls\n```\n\n```text show\nshown\n```\n\n```mermaid\nx\n```\n\nbehind\n";
        let source = SourceFile::new("a.md", page);
        let at = |text: &str| page.find(text).unwrap();
        let step = Span::new(at("```sh"), at("```text") - 2);
        let part = Span::new(at("## A"), at("behind"));
        let drawn: Vec<String> = prose(&source, part, &[step])
            .into_iter()
            .map(|piece| match piece {
                Prose::Heading(text) => format!("# {text}"),
                Prose::Text {
                    depth,
                    marker,
                    text,
                } => format!("{depth}{marker}:{text}"),
                Prose::Code(code) => format!("code {code:?}"),
            })
            .collect();
        assert_eq!(
            drawn,
            [
                "# A `b`",
                "0:One two three.",
                "01. :first",
                "02. :second",
                "1- :deeper",
                "0:a | b",
                "0:c | d",
                "code \"shown\\n\"",
            ]
        );
    }
}
