//! What is not ours keeps every byte, and no text makes the preprocessor panic.

#![cfg(test)]

mod book;

use book::{BOOK, process, rewritten};
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
use proptest::prelude::*;

const DIAGRAM: &str = "pie\naccTitle: A\naccDescr: B\n\"a\" : 1\n";

/// Pieces of Markdown that open, close and nest everything a fence can meet.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "```mermaid",
        "~~~mermaid",
        "```",
        "````",
        "~~~",
        "pie",
        "mermaid",
        " ",
        "  ",
        "    ",
        "\t",
        "- ",
        "1. ",
        "> ",
        "> [!NOTE]",
        "[^1]: ",
        ": ",
        "\n",
        "\n",
        "\n",
        "\n\n",
        "\r\n",
        "<div>",
        "</div>",
        "<pre class=\"mermaid\">",
        "</pre>",
        "<!--",
        "-->",
        "# ",
        "| a |",
        "|-|",
        "é",
        "\u{feff}",
        "\r",
        "\0",
        "%%{init:",
        "---",
        "&lt;",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// What a page says besides its diagrams. `None` stands for a diagram, before or after.
fn events(text: &str) -> Vec<Option<String>> {
    let mut options = MarkdownOptions::default();
    options.smart_punctuation = false;
    let mut events = Vec::new();
    let mut in_diagram = false;
    let mut html: Option<String> = None;
    for event in new_cmark_parser(text, &options) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if &*info == "mermaid" => {
                in_diagram = true;
            }
            Event::End(TagEnd::CodeBlock) if in_diagram => {
                in_diagram = false;
                events.push(None);
            }
            _ if in_diagram => {}
            Event::Start(Tag::HtmlBlock) => html = Some(String::new()),
            Event::End(TagEnd::HtmlBlock) => {
                let html = html.take().unwrap_or_default();
                let is_figure = html
                    .trim_start()
                    .starts_with("<!----><figure class=\"diagram\"");
                assert!(
                    !is_figure || html.trim_end().ends_with("</figure>"),
                    "{html}"
                );
                events.push((!is_figure).then_some(html));
            }
            // The indentation of a block of HTML comes as text.
            Event::Html(piece) | Event::Text(piece) if html.is_some() => {
                if let Some(html) = &mut html {
                    html.push_str(&piece);
                }
            }
            event => events.push(Some(format!("{event:?}"))),
        }
    }
    events
}

proptest! {
    #[test]
    fn a_chapter_without_a_diagram_keeps_every_byte(text in any::<String>()) {
        prop_assume!(!text.to_lowercase().contains("mermaid"));
        prop_assert_eq!(rewritten(&text), text);
    }

    #[test]
    fn nothing_panics(text in pieces()) {
        let _ = process(BOOK, &text);
    }

    #[test]
    fn text_that_only_looks_like_a_diagram_stays(text in pieces()) {
        let text = text.replace("```mermaid", "`mermaid`").replace("~~~mermaid", "x");
        if let Ok(processed) = process(BOOK, &text) {
            prop_assert_eq!(book::content(&processed.book, "page"), text);
        }
    }

    /// Lists stay lists, tight lists stay tight, and what follows a fence stays Markdown.
    #[test]
    fn a_diagram_changes_nothing_around_it(
        before in prop::sample::select(vec!["", "a\n", "a\n\n", "- a\n- b\n", "1. a\n\n", "> a\n\n", "# A\n"]),
        container in prop::sample::select(vec!["", "  ", "- ", "1. ", "- - ", "[^1]: ", "   "]),
        after in prop::sample::select(vec!["", "a", "*a*", "- b", "1. b", "\na", "# A", "> a", "<b>", "| a |", "```\nx\n```"]),
        marker in prop::sample::select(vec!["```", "~~~~", "`````"]),
        ending in prop::sample::select(vec!["\n", "\r\n"]),
        aligned in any::<bool>(),
    ) {
        let indent = " ".repeat(if container == "[^1]: " { 4 } else { container.len() });
        let lines: Vec<String> = DIAGRAM.lines().map(|line| format!("{indent}{line}\n")).collect();
        let behind = if aligned { &indent } else { "" };
        let text = format!(
            "{before}{container}{marker}mermaid\n{}{indent}{marker}\n{behind}{after}\n",
            lines.concat()
        ).replace('\n', ending);
        if let Ok(processed) = process(BOOK, &text) {
            let out = book::content(&processed.book, "page");
            prop_assert_eq!(events(&out), events(&text), "{}", out);
        }
    }
}

#[test]
fn the_figures_of_the_property_are_found() {
    let text = format!("a\n```mermaid\n{DIAGRAM}```\nb\n");
    assert_eq!(
        events(&text).iter().filter(|event| event.is_none()).count(),
        1
    );
    assert_eq!(events(&rewritten(&text)), events(&text));
    assert_ne!(events(&text), events(&text.replace("\nb\n", "\n")));
}
