//! Whether Mermaid understands a diagram, and the words by which the diagram describes itself. The only file that names
//! the parser.

use std::cell::OnceCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use labrun_model::Span;
use labrun_parse::suggest;
use merman_core::{Engine, Error, ParseOptions};
use serde_json::Value;

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
            Ok(Ok(Some(diagram))) => Ok(words(&diagram.meta.diagram_type, &diagram.model)),
            Ok(Ok(None)) => Err(unknown_kind(text)),
            Ok(Err(error)) => Err(fault(text, error)),
            Err(_) => Err(Fault {
                span: first_line(text),
                message: "the parser of diagrams broke off on this one".to_owned(),
                help: Some("write it in a simpler way".to_owned()),
            }),
        }
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
            span: diagnostic.span().map_or_else(
                || first_line(text),
                |span| Span::new(span.start, span.end.max(span.start)),
            ),
            message: shortened(diagnostic.message()),
            help: Some(format!(
                "Mermaid reads this as a diagram of the kind `{diagram_type}`"
            )),
        },
        Error::DetectType(_) => unknown_kind(text),
        other => Fault {
            span: first_line(text),
            message: shortened(&other.to_string()),
            help: None,
        },
    }
}

fn unknown_kind(text: &str) -> Fault {
    let span = first_line(text);
    let line = text.get(span.start..span.end).unwrap_or_default();
    let word = line.split_whitespace().next().unwrap_or_default();
    Fault {
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
