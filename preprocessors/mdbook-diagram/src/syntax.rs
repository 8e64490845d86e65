//! Whether Mermaid understands a diagram, and the words by which the diagram describes itself. The only file that names
//! the parser.

use std::cell::OnceCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use labrun_model::Span;
use labrun_parse::suggest;
use merman_core::{Engine, Error, ParseOptions};
use serde_json::Value;

use crate::links;

/// The words with which a diagram begins, for the help.
const BEGINNINGS: [&str; 12] = [
    "flowchart",
    "sequenceDiagram",
    "classDiagram",
    "stateDiagram-v2",
    "erDiagram",
    "gantt",
    "gitGraph",
    "journey",
    "mindmap",
    "pie",
    "quadrantChart",
    "timeline",
];

/// Kinds of diagrams in which Mermaid knows no `accTitle` and no `accDescr`.
const WITHOUT_WORDS: [&str; 5] = ["mindmap", "block", "kanban", "sankey", "zenuml"];

/// The code of what Mermaid would not understand.
const SYNTAX: &str = "diagram-syntax";

/// Reads diagrams. Made once for a book, and its large tables only when there is a diagram.
#[derive(Debug, Default)]
pub(crate) struct Checker {
    engine: OnceCell<Engine>,
}

/// What a diagram that can be drawn says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Words {
    /// Its `accTitle`.
    pub(crate) title: Option<String>,
    /// Its `accDescr`.
    pub(crate) description: Option<String>,
    /// Whether a diagram of its kind can say these things.
    pub(crate) can_be_said: bool,
}

/// Why a diagram cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Its kind.
    pub(crate) code: &'static str,
    /// Where, in bytes of the diagram's text.
    pub(crate) span: Span,
    /// What is wrong.
    pub(crate) message: String,
    /// What would mend it.
    pub(crate) help: Option<String>,
}

impl Checker {
    /// Reads one diagram.
    pub(crate) fn check(&self, text: &str) -> Result<Words, Fault> {
        // The parser is a large program that others wrote: a fault of it must be the fault of one diagram.
        let engine = self.engine.get_or_init(Engine::new);
        let parse = || engine.parse_diagram_sync(text, ParseOptions::strict());
        match catch_unwind(AssertUnwindSafe(parse)) {
            Ok(Ok(Some(diagram))) => match links::first(&diagram.meta.diagram_type, text) {
                Some(span) => Err(linked(span)),
                None => Ok(words(&diagram.meta.diagram_type, &diagram.model)),
            },
            Ok(Ok(None)) => Err(unknown_kind(text)),
            Ok(Err(error)) => Err(fault(text, error)),
            Err(_) => Err(Fault {
                code: SYNTAX,
                span: first_line(text),
                message: "the parser of diagrams broke off on this one".to_owned(),
                help: Some("write it in a simpler way".to_owned()),
            }),
        }
    }
}

/// A drawing is one picture: nobody reaches a link in it by keyboard or with a screen reader, on paper or without scripts,
/// and no check of links sees it.
fn linked(span: Span) -> Fault {
    Fault {
        code: "diagram-link",
        span,
        message:
            "a link in a diagram is reached by the mouse only, and nobody checks where it leads"
                .to_owned(),
        help: Some("take it out, and put the link into the text below the diagram".to_owned()),
    }
}

fn words(kind: &str, model: &Value) -> Words {
    let word = |key: &str| {
        // The parser gives words as they would stand in HTML, and they are escaped when they get there.
        let text = html_as_text(model.get(key)?.as_str()?.trim());
        (!text.is_empty()).then_some(text)
    };
    Words {
        title: word("accTitle").or_else(|| word("title")),
        description: word("accDescr"),
        can_be_said: !WITHOUT_WORDS.contains(&kind),
    }
}

fn html_as_text(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

fn fault(text: &str, error: Error) -> Fault {
    match error {
        Error::DiagramParse {
            diagram_type,
            diagnostic,
        } => Fault {
            code: SYNTAX,
            span: diagnostic.span().map_or_else(
                || named(text, diagnostic.message()),
                |span| of_content(text, span.start, span.end),
            ),
            message: shortened(diagnostic.message()),
            help: Some(format!(
                "Mermaid reads this as a diagram of the kind `{diagram_type}`"
            )),
        },
        Error::DetectType(_) => unknown_kind(text),
        other => Fault {
            code: SYNTAX,
            span: first_line(text),
            message: shortened(&other.to_string()),
            help: None,
        },
    }
}

/// The line that a message without a place ends with, else the first one.
fn named(text: &str, message: &str) -> Span {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        if !content.is_empty() && message.ends_with(content) {
            let start = offset + line.len() - line.trim_start().len();
            return Span::new(start, start + content.len());
        }
        offset += line.len();
    }
    first_line(text)
}

/// A place that says something. What ends too early is wrong where it ends, and the parser notices it at the line break, or
/// at the end of the text, which is a line or more behind.
fn of_content(text: &str, start: usize, end: usize) -> Span {
    let (Some(before), Some(behind)) = (text.get(..start), text.get(start..)) else {
        return first_line(text);
    };
    let noticed = text.get(start..end.max(start)).unwrap_or_default();
    if behind.starts_with(|next: char| !next.is_whitespace()) {
        return Span::new(start, end.max(start));
    }
    if !noticed.trim().is_empty() {
        let blanks = noticed.len() - noticed.trim_start().len();
        return Span::new(start + blanks, end);
    }
    let content = before.trim_end();
    let last = content.char_indices().next_back().map_or(0, |(at, _)| at);
    Span::new(last, content.len())
}

fn unknown_kind(text: &str) -> Fault {
    let span = first_line(text);
    let line = text.get(span.start..span.end).unwrap_or_default();
    let word = line.split_whitespace().next().unwrap_or_default();
    Fault {
        code: SYNTAX,
        span: Span::new(span.start, span.start + word.len()),
        message: format!("`{word}` begins no diagram that Mermaid knows"),
        help: Some(suggest(
            word,
            &BEGINNINGS,
            "a diagram begins for instance with",
        )),
    }
}

/// The first line that says something, without the blanks around it: comments say nothing.
fn first_line(text: &str) -> Span {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        if !content.is_empty() && !content.starts_with("%%") {
            let start = offset + line.len() - line.trim_start().len();
            return Span::new(start, start + content.len());
        }
        offset += line.len();
    }
    Span::new(0, 0)
}

/// One line of a readable length: a grammar's list of what it expected can be long.
fn shortened(message: &str) -> String {
    const LONGEST: usize = 200;
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault_of(text: &str) -> (String, String) {
        let fault = Checker::default().check(text).expect_err("a fault");
        let place = text.get(fault.span.start..fault.span.end);
        (fault.message, place.unwrap_or_default().to_owned())
    }

    #[test]
    fn a_fault_has_its_place() {
        let (message, place) = fault_of("flowchart TD\n A --> B\n é -> C\n");
        assert_eq!(place, "->", "{message}");
        let (message, place) = fault_of("%%{init: {}}%%\n%% c\n\n  flowchrt TD\n A-->B\n");
        assert_eq!(message, "`flowchrt` begins no diagram that Mermaid knows");
        assert_eq!(place, "flowchrt");
    }

    /// The line of the fault, and not one behind it.
    #[test]
    fn what_ends_too_early_is_wrong_where_it_ends() {
        for (text, line) in [
            ("flowchart TD\n A[open --> B\n B --> C\n", 2),
            ("flowchart TD\n A --> B\n B --\n\n\n", 3),
            ("flowchart TD\n %% a note\n A -> B\n C --> D\n", 3),
            ("---\ntitle: x\n---\nflowchart TD\n A -> B\n C --> D\n", 5),
            ("%%{init: {}}%%\nflowchart TD\n A -> B\n", 3),
            ("flowchart TD\n subgraph x\n A --> B\n\n", 3),
            ("sequenceDiagram\n A->>B: x\n A->>\n B->>A: y\n", 3),
            ("sequenceDiagram\n loop y\n A->>B: z\n\n\n", 3),
            ("classDiagram\n class A {\n  int x\n\n", 3),
            ("stateDiagram-v2\n A --> B\n A -->\n", 3),
            ("erDiagram\n A ||--o{ B : x\n A ||--o{\n", 3),
            ("pie\n \"a\" : 1\n \"b\" :\n", 3),
        ] {
            let fault = Checker::default().check(text).expect_err(text);
            let before = text.get(..fault.span.start).expect("a place in the text");
            assert_eq!(before.matches('\n').count() + 1, line, "{text}{fault:?}");
        }
    }

    #[test]
    fn the_help_names_the_word_that_was_meant() {
        let fault = Checker::default()
            .check("flowchrt TD\n")
            .expect_err("a fault");
        assert_eq!(fault.help.as_deref(), Some("did you mean `flowchart`?"));
    }

    #[test]
    fn a_long_message_is_cut() {
        let (message, _) = fault_of("sequenceDiagram\n A->>B: x\n loop y\n A->>B: z\n");
        assert!(message.starts_with("unexpected end of input"), "{message}");
        assert!(message.chars().count() <= 201, "{message}");
    }

    #[test]
    fn a_diagram_says_what_it_is() {
        let checker = Checker::default();
        let found = checker.check("flowchart TD\naccTitle: A b\naccDescr {\n c\n d\n}\nA --> B\n");
        let words = found.expect("a diagram");
        assert_eq!(words.title.as_deref(), Some("A b"));
        assert_eq!(words.description.as_deref(), Some("c\nd"));
        assert!(words.can_be_said);
        let words = checker.check("mindmap\n a\n  b\n").expect("a diagram");
        assert_eq!(words, Words::default());
        let words = checker.check("pie\n \"a\" : 1\n").expect("a diagram");
        assert!(words.can_be_said && words.title.is_none() && words.description.is_none());
    }

    #[test]
    fn kinds_without_words_know_none() {
        for (kind, text) in [
            ("mindmap", "mindmap\n a\n"),
            ("block", "block-beta\n a\n"),
            ("kanban", "kanban\n a\n"),
            ("sankey", "sankey-beta\n\na,b,1\n"),
        ] {
            let engine = Engine::new();
            let diagram = engine.parse_diagram_sync(text, ParseOptions::strict());
            let diagram = diagram.expect("no error").expect("a diagram");
            assert_eq!(diagram.meta.diagram_type, kind);
            assert!(WITHOUT_WORDS.contains(&kind));
        }
    }
}
