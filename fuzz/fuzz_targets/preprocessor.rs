//! Any text as a chapter. As a lab and as none, for the page and for plain Markdown: nothing panics; what is no lab
//! keeps every byte; and a lab without errors keeps every byte outside its fences, in order.

#![no_main]

use std::path::PathBuf;

use labrun_model::SourceFile;
use libfuzzer_sys::fuzz_target;
use mdbook_labrun::{Labrun, Strict};
use mdbook_preprocessor::PreprocessorContext;
use mdbook_preprocessor::book::{Book, BookItem, Chapter};

const TOML: &str = "[book]\nlanguage = \"id\"\n[preprocessor.labrun.labs.lab]\n";

fuzz_target!(|text: &str| {
    // What the author wrote and what came of it may differ in any way.
    let (author, page) = text.split_once('\u{1}').unwrap_or((text, text));
    let source = labrun_parse::expanded("src/lab.md", author, page);
    let (lab, diagnostics) =
        labrun_parse::parse_chapter("lab", source, &labrun_parse::Roles::default());
    for diagnostic in &diagnostics {
        assert!(diagnostic.draw(&lab.source).contains('^'));
    }
    for renderer in ["html", "markdown"] {
        passes(page, renderer);
    }
});

fn passes(text: &str, renderer: &str) {
    let config = TOML.parse().expect("a book.toml");
    let context = PreprocessorContext::new(PathBuf::from("/nowhere"), config, renderer.to_owned());
    let chapter = |name: &str, text: &str| {
        let path = format!("{name}.md");
        BookItem::Chapter(Chapter::new(name, text.to_owned(), path, Vec::new()))
    };
    let book = Book::new_with_items(vec![chapter("lab", text), chapter("prose", text)]);
    let Ok(processed) = Labrun::new().process(&context, book) else {
        return;
    };
    for chapter in processed.book.chapters() {
        if chapter.name == "prose" {
            assert_eq!(chapter.content, text);
        } else {
            outside_fences_stays(text, &chapter.content);
        }
    }
}

/// Each stretch between two fences is found again behind the one before it.
fn outside_fences_stays(before: &str, after: &str) {
    let source = SourceFile::new("lab.md", before);
    let fences = labrun_parse::fences(&source);
    let mut rest = after;
    let mut start = 0;
    let ends = fences
        .iter()
        .map(|fence| (fence.span.start, fence.span.end));
    for (end, next) in ends.chain([(before.len(), before.len())]) {
        let stretch = before.get(start..end).expect("spans lie in the text");
        // The box behind the heading parts the first stretch at the end of a line.
        for line in stretch.split_inclusive('\n') {
            let line = line.trim();
            let at = rest.find(line);
            assert!(at.is_some(), "{line:?} is missing in {rest:?}");
            rest = rest.get(at.unwrap_or(0) + line.len()..).unwrap_or_default();
        }
        start = next;
    }
}
