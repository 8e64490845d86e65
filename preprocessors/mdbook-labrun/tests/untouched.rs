//! What is not ours keeps every byte.

#![cfg(test)]

mod book;

use book::{LAB, book, content, context};
use mdbook_labrun::{Labrun, Strict};
use proptest::prelude::*;

fn rewritten(chapters: &[(&str, &str)]) -> mdbook_preprocessor::book::Book {
    let processed = Labrun::new().process(&context(LAB, "html"), book(chapters));
    processed.expect("a book").book
}

/// Lines that can hold no code block, only everything else: no markers, no indentation, no HTML that hides a fence.
fn prose() -> impl Strategy<Value = String> {
    "([A-Za-zäé→*_#|\\[\\]().,:!>-][ A-Za-z0-9äé→*_#|\\[\\]().,:!\"'-]{0,30}\r?\n{1,2}){0,4}"
}

proptest! {
    #[test]
    fn a_chapter_that_is_no_lab_keeps_every_byte(text in any::<String>()) {
        let book = rewritten(&[("lab", "# A\n"), ("prose", &text)]);
        prop_assert_eq!(content(&book, "prose"), text);
    }

    #[test]
    fn text_between_fences_keeps_every_byte(texts in prop::collection::vec(prose(), 1..5)) {
        let mut chapter = String::from("# A\n\n");
        for (index, text) in texts.iter().enumerate() {
            chapter.push_str(text);
            chapter.push_str(&format!("\n\n```sh name=s{index}\necho {index}\n```\n\n"));
        }
        let out = content(&rewritten(&[("lab", &chapter)]), "lab");
        let mut rest = out.as_str();
        for (index, text) in texts.iter().enumerate() {
            for part in [text.clone(), format!("\n\n```sh\necho {index}\n```\n\n</div>\n")] {
                let at = rest.find(&part);
                prop_assert!(at.is_some(), "{:?} is missing in {:?}", part, rest);
                rest = &rest[at.unwrap_or(0) + part.len()..];
            }
        }
    }
}
