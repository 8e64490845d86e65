//! One diagram as a line of HTML: mdbook-mermaid takes it over from Markdown, and here it gets its last form.

use mdbook_mermaid::Mermaid;
use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use mdbook_preprocessor::{Preprocessor as _, PreprocessorContext};

use crate::syntax::Words;

/// What the library writes around a diagram.
const OPENING: &str = "<pre class=\"mermaid\">";
const CLOSING: &str = "</pre>";

/// Has the library take over the diagrams of a book, each from a chapter of its own.
///
/// The library reads Markdown with a parser of its own, which is older than mdBook's and sees fewer fences, and what it
/// puts in their place breaks the list around them. A chapter that holds one fence and nothing else is read alike by
/// both, and the book's own text stays as it is. `None` stands for a diagram that the library did not take.
pub(crate) fn taken_over(context: &PreprocessorContext, diagrams: &[&str]) -> Vec<Option<String>> {
    let chapters = diagrams.iter().map(|text| {
        let content = alone(text);
        BookItem::Chapter(Chapter::new("diagram", content, "diagram.md", Vec::new()))
    });
    let book = Book::new_with_items(chapters.collect());
    let Ok(book) = Mermaid.run(context, book) else {
        return vec![None; diagrams.len()];
    };
    book.chapters()
        .map(|chapter| {
            let html = chapter.content.trim();
            let text = html.strip_prefix(OPENING)?.strip_suffix(CLOSING)?;
            Some(unescaped(text))
        })
        .collect()
}

/// A diagram as the only fence of a chapter.
fn alone(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let marker = "`".repeat(longest.max(2) + 1);
    format!("{marker}mermaid\n{text}{marker}\n")
}

/// The line that stands in the page. The source is JSON in a script element, because mdBook's search skips those.
///
/// The empty comment in front makes the line a block of HTML that ends where the line ends. Without it the block would
/// go on to the next blank line, and swallow the Markdown behind a fence that is followed by none.
pub(crate) fn figure(script: &str, text: &str, words: &Words, language: Option<&str>) -> String {
    format!(
        "<!----><figure class=\"diagram\" data-script=\"{}\"><script type=\"application/json\">{}</script>\
         <noscript><p>{}</p></noscript></figure>",
        escaped(script),
        json(text),
        escaped(&alternative(words, language)),
    )
}

/// A JSON text that is plain inside HTML.
fn json(text: &str) -> String {
    let text = serde_json::Value::from(text).to_string();
    text.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

/// What a reader gets who cannot see the drawing.
fn alternative(words: &Words, language: Option<&str>) -> String {
    match (&words.title, &words.description) {
        (Some(title), Some(description)) => {
            let stop = if title.ends_with(['.', '!', '?', ':']) {
                ""
            } else {
                "."
            };
            format!("{title}{stop} {description}")
        }
        (Some(text), None) | (None, Some(text)) => text.clone(),
        (None, None) => without_words(language).to_owned(),
    }
}

fn without_words(language: Option<&str>) -> &'static str {
    match language.and_then(|language| language.split(['-', '_']).next()) {
        Some("id") => "Di sini ada diagram, yang hanya dapat digambar dengan JavaScript.",
        _ => "Here is a diagram, which can only be drawn with JavaScript.",
    }
}

/// A text for HTML, on one line: a line break would let Markdown in.
fn escaped(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The text that the library escaped.
fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use proptest::prelude::*;

    use super::*;

    fn taken(texts: &[&str]) -> Vec<Option<String>> {
        let config = mdbook_preprocessor::config::Config::default();
        let context = PreprocessorContext::new(PathBuf::from("/"), config, "html".to_owned());
        taken_over(&context, texts)
    }

    #[test]
    fn markers_in_a_diagram_do_not_end_it() {
        let text = "graph LR\nA[\"````\"] --> B[\"&lt; ~~~\"]\n";
        assert_eq!(
            taken(&[text, "pie\n"]),
            [Some(text.to_owned()), Some("pie\n".to_owned())]
        );
    }

    #[test]
    fn the_source_is_plain_inside_html() {
        let line = figure(
            "a.js",
            "A[\"</script>\"] --> B & C\n",
            &Words::default(),
            None,
        );
        assert!(
            line.contains(r#">"A[\"\u003c/script\u003e\"] --\u003e B \u0026 C\n"</script>"#),
            "{line}"
        );
        assert!(line.contains("<p>Here is a diagram"), "{line}");
    }

    #[test]
    fn the_words_are_escaped_and_on_one_line() {
        let words = Words {
            title: Some("A <b>".to_owned()),
            description: Some("c\n\n& d".to_owned()),
            can_be_said: true,
        };
        let line = figure("a.js", "pie\n", &words, Some("id-ID"));
        assert!(line.contains("<p>A &lt;b&gt;. c &amp; d</p>"), "{line}");
        let line = figure("a\"b.js", "pie\n", &Words::default(), Some("id-ID"));
        assert!(
            line.contains("data-script=\"a&quot;b.js\"") && line.contains("<p>Di sini"),
            "{line}"
        );
    }

    proptest! {
        #[test]
        fn the_library_gives_back_what_it_got(text in "[ -~é→\t\n]{0,60}[!-~]\n") {
            prop_assert_eq!(taken(&[&text]), [Some(text)]);
        }
    }
}
