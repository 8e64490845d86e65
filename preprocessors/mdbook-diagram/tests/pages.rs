//! Chapters and what becomes of them: `data/NAME.in.md` and `data/NAME.out.md`.
//!
//! A new case is a new `.in.md`; `SNAPSHOTS=overwrite cargo test` writes its `.out.md`, to be read before it is kept.

#![cfg(test)]

mod book;

use std::path::{Path, PathBuf};

use book::{BOOK, book, content, context, process, rewritten};
use mdbook_diagram::{Diagram, Strict};
use snapbox::{Data, assert_data_eq};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(data().join(name)).expect("the file can be read")
}

fn names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(data())
        .expect("the folder can be read")
        .filter_map(|entry| {
            let name = entry.expect("an entry").file_name().into_string().ok()?;
            name.strip_suffix(".in.md").map(str::to_owned)
        })
        .collect();
    names.sort();
    assert!(!names.is_empty());
    names
}

#[test]
fn every_chapter_becomes_what_it_should() {
    for name in names() {
        let out = rewritten(&read(&format!("{name}.in.md")));
        let expected = Data::read_from(&data().join(format!("{name}.out.md")), None);
        assert_data_eq!(out, expected.raw());
    }
}

/// The line endings of the chapter are kept; a diagram's source has its own.
#[test]
fn a_chapter_with_other_line_endings_keeps_them() {
    for name in names() {
        let chapter = read(&format!("{name}.in.md"));
        let expected = rewritten(&chapter).replace('\n', "\r\n");
        assert_eq!(
            rewritten(&chapter.replace('\n', "\r\n")),
            expected,
            "{name}"
        );
    }
}

#[test]
fn only_html_has_diagrams() {
    let chapter = "```mermaid\nnonsense\n```\n\n```mermaid,x\n```\n";
    for renderer in ["markdown", "test", "epub"] {
        let book = book(&[("page", chapter)]);
        let processed = Diagram::new().process(&context(BOOK, renderer), book);
        assert_eq!(content(&processed.expect("a book").book, "page"), chapter);
    }
}

#[test]
fn a_diagram_that_says_nothing_is_a_warning() {
    let warnings = |chapter: &str| process(BOOK, chapter).expect("a book").warnings;
    let found = warnings("# A\n\n```mermaid\npie\n \"a\" : 1\n```\n");
    assert_eq!(found.len(), 1);
    for part in [
        "warning[diagram-without-description]: this diagram has no `accTitle` and `accDescr`",
        "src/page.md:3:1",
        "= help: say below its first line",
    ] {
        assert!(found[0].contains(part), "{found:?}");
    }
    let found = warnings("```mermaid\npie\naccTitle: A\n \"a\" : 1\n```\n");
    assert!(found[0].contains("has no `accDescr`"), "{found:?}");
    assert!(warnings("```mermaid\npie\naccTitle: A\naccDescr: B\n \"a\" : 1\n```\n").is_empty());
    assert!(warnings("```mermaid\nmindmap\n a\n```\n").is_empty());
}
