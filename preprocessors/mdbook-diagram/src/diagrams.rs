//! The diagrams of a chapter: which fences are diagrams, which only look like one, and what is wrong with them.
//!
//! The Markdown parser is mdBook's own, so that a fence here is a fence on the page.

use labrun_model::{Diagnostic, Line, SourceFile, Span};
use labrun_parse::Fence;
use mdbook_markdown::pulldown_cmark::{Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use crate::syntax::{Checker, Fault, Words};

/// A diagram of a chapter.
#[derive(Debug)]
pub(crate) struct Diagram {
    /// The whole fence in the chapter.
    pub(crate) span: Span,
    /// The opening line, for messages about the diagram as a whole.
    pub(crate) opening: Span,
    /// Its source, each line with a line break.
    pub(crate) text: String,
    /// What it says about itself.
    pub(crate) words: Words,
}

/// Whether a chapter can hold a diagram. Most hold none, and to parse them would be most of our work.
pub(crate) fn are_possible(text: &str) -> bool {
    text.to_ascii_lowercase().contains("mermaid")
}

/// The diagrams of a chapter that can be drawn; what is wrong with the others is reported.
pub(crate) fn diagrams(
    source: &SourceFile,
    checker: &Checker,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Diagram> {
    if !are_possible(source.text()) {
        return Vec::new();
    }
    let places = Places::of(source);
    let mut found = Vec::new();
    for fence in labrun_parse::fences(source) {
        let info = source.slice(fence.info);
        if fence.indented || !names_mermaid(info) {
            continue;
        }
        match read(&fence, info, &places, checker) {
            Ok(diagram) => {
                diagnostics.extend(without_words(&diagram));
                found.push(diagram);
            }
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    diagnostics.extend(places.fences_in_html.into_iter().map(|span| {
        let message = "a diagram inside HTML is shown as text with backticks";
        Diagnostic::error("diagram-in-html", span, message)
            .with_help("put a blank line before the fence, so that Markdown begins again")
    }));
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    found
}

fn read(
    fence: &Fence,
    info: &str,
    places: &Places,
    checker: &Checker,
) -> Result<Diagram, Box<Diagnostic>> {
    let fault = |code, span, message: &str, help: &str| {
        Err(Box::new(
            Diagnostic::error(code, span, message).with_help(help),
        ))
    };
    if info != "mermaid" {
        return fault(
            "diagram-info",
            fence.info,
            "this fence would be shown as code, not drawn",
            "the word behind the marker of a diagram is `mermaid`, and nothing else",
        );
    }
    if places.is_in_quote(fence.span) {
        return fault(
            "diagram-in-quote",
            fence.opening,
            "a diagram cannot stand in a quote or an admonition",
            "put it before or behind, because mdbook-mermaid keeps the `>` of its lines",
        );
    }
    if !fence.closed {
        return fault(
            "unclosed-diagram",
            fence.opening,
            "this diagram has no end",
            "close it with a line of the same marker",
        );
    }
    let text = text(&fence.lines);
    if text.trim().is_empty() {
        return fault(
            "empty-diagram",
            fence.opening,
            "this diagram is empty",
            "write it, or take the fence away",
        );
    }
    match checker.check(&text) {
        Ok(words) => Ok(Diagram {
            span: fence.span,
            opening: fence.opening,
            text,
            words,
        }),
        Err(fault) => Err(Box::new(syntax(fault, fence))),
    }
}

fn syntax(fault: Fault, fence: &Fence) -> Diagnostic {
    let start = place(&fence.lines, fault.span.start);
    let end = place(&fence.lines, fault.span.end).max(start);
    let span = Span::new(start, end);
    let diagnostic = Diagnostic::error(fault.code, span, fault.message);
    match fault.help {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    }
}

fn without_words(diagram: &Diagram) -> Option<Diagnostic> {
    let missing = match (&diagram.words.title, &diagram.words.description) {
        _ if !diagram.words.can_be_said => return None,
        (Some(_), Some(_)) => return None,
        (None, Some(_)) => "`accTitle`",
        (Some(_), None) => "`accDescr`",
        (None, None) => "`accTitle` and `accDescr`",
    };
    let message = format!("this diagram has no {missing}");
    let diagnostic = Diagnostic::warning("diagram-without-description", diagram.opening, message);
    Some(diagnostic.with_help(
        "say below its first line what it shows, for readers who cannot see it: `accTitle: …` and `accDescr: …`",
    ))
}

/// The lines of a fence as one text.
fn text(lines: &[Line]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        text.push_str(line.text.trim_end_matches('\r'));
        text.push('\n');
        text
    })
}

/// The place in the chapter of a byte of the diagram's text.
fn place(lines: &[Line], offset: usize) -> usize {
    let mut start = 0;
    for line in lines {
        let length = line.text.trim_end_matches('\r').len();
        if offset <= start + length {
            // Where the parser gives blanks that do not stand in the chapter, they are at the beginning.
            let behind = start + length - offset;
            return line.span.end.saturating_sub(behind).max(line.span.start);
        }
        start += length + 1;
    }
    lines.last().map_or(0, |line| line.span.end)
}

/// Whether the language is Mermaid's, whatever is written behind it.
fn names_mermaid(info: &str) -> bool {
    let end = info.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_');
    let word = info.get(..end.unwrap_or(info.len())).unwrap_or_default();
    word.eq_ignore_ascii_case("mermaid")
}

/// Where a diagram cannot stand.
#[derive(Debug, Default)]
struct Places {
    quotes: Vec<Span>,
    fences_in_html: Vec<Span>,
}

impl Places {
    fn of(source: &SourceFile) -> Self {
        let mut options = MarkdownOptions::default();
        options.smart_punctuation = false;
        // mdBook drops a byte order mark before it parses.
        let whole = source.text();
        let text = whole.strip_prefix('\u{feff}').unwrap_or(whole);
        let shift = whole.len() - text.len();
        let mut places = Self::default();
        for (event, range) in new_cmark_parser(text, &options).into_offset_iter() {
            let span = Span::new(range.start + shift, range.end + shift);
            match event {
                Event::Start(Tag::BlockQuote(_)) => places.quotes.push(span),
                Event::End(TagEnd::HtmlBlock) => {
                    places.fences_in_html.extend(fence_in_html(source, span));
                }
                _ => {}
            }
        }
        places
    }

    fn is_in_quote(&self, span: Span) -> bool {
        let holds = |quote: &&Span| quote.start <= span.start && span.start < quote.end;
        self.quotes.iter().find(holds).is_some()
    }
}

/// The opening of a diagram in a block of HTML whose text a reader sees.
fn fence_in_html(source: &SourceFile, html: Span) -> Option<Span> {
    const LITERAL: [&str; 6] = ["<!--", "<pre", "<code", "<script", "<style", "<textarea"];
    let text = source.slice(html);
    let lower = text.trim_start().to_ascii_lowercase();
    if LITERAL.iter().any(|tag| lower.starts_with(tag)) {
        return None;
    }
    let mut offset = html.start;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\t', '>']);
        let info = content.trim_start_matches(['`', '~']);
        if content.len() - info.len() >= 3 && names_mermaid(info.trim()) {
            let start = offset + line.len() - content.len();
            return Some(Span::new(start, start + content.trim_end().len()));
        }
        offset += line.len();
    }
    None
}
