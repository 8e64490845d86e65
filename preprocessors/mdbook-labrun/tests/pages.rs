//! Chapters and what becomes of them: `data/NAME.in.md` and `data/NAME.out.md`.
//!
//! A new case is a new `.in.md`; `SNAPSHOTS=overwrite cargo test` writes its `.out.md`, to be read before it is kept.

#![cfg(test)]

mod book;

use std::path::{Path, PathBuf};

use book::{LAB, book, content, context, context_in};
use labrun_model::SourceFile;
use mdbook_labrun::{Labrun, Strict};
use snapbox::{Data, assert_data_eq};

fn rewritten(toml: &str, renderer: &str, chapter: &str) -> String {
    let processed = Labrun::new().process(&context(toml, renderer), book(&[("lab", chapter)]));
    content(&processed.expect("a book").book, "lab")
}

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
        let out = rewritten(LAB, "html", &read(&format!("{name}.in.md")));
        let expected = Data::read_from(&data().join(format!("{name}.out.md")), None);
        assert_data_eq!(out, expected.raw());
    }
}

#[test]
fn an_english_book_gets_english_words() {
    let toml = LAB.replace("\"id\"", "\"en\"");
    let out = rewritten(&toml, "html", &read("steps.in.md"));
    let expected = Data::read_from(&data().join("steps.english.md"), None);
    assert_data_eq!(out, expected.raw());
}

/// What the box at the beginning of a lab says comes from book.toml, and the script is named only where it is.
#[test]
fn a_lab_opens_with_what_it_needs() {
    let root = tempfile::tempdir().expect("a folder");
    let chapter = "# A\n\n```sh\nls\n```\n";
    let box_of = |toml: &str| {
        let context = context_in(root.path(), toml, "html");
        let processed = Labrun::new().process(&context, book(&[("lab", chapter)]));
        let out = content(&processed.expect("a book").book, "lab");
        let (_, opened) = out
            .split_once("<div class=\"labrun-box\">\n")
            .expect("a box");
        let (text, _) = opened.split_once("</div>").expect("its end");
        text.to_owned()
    };
    let facts = "needs = [\"`psql` >= 15\", \"Linux\"]\nduration = \"5 menit\"\n";
    assert_eq!(
        box_of(&format!("{LAB}{facts}")),
        "<p>Bab ini membuktikan dirinya sendiri: 1 langkah.</p>\n<dl class=\"labrun-facts\">\n\
         <dt>Yang dibutuhkan</dt>\n<dd><ul>\n<li><code>psql</code> &gt;= 15</li>\n<li>Linux</li>\n</ul></dd>\n\
         <dt>Waktu</dt>\n<dd>5 menit</dd>\n\
         <dt>Jalankan seluruhnya</dt>\n<dd><code>labrun lab</code></dd>\n</dl>\n"
    );
    let script = root.path().join("labs/lab/lab.sh");
    std::fs::create_dir_all(script.parent().expect("a folder")).expect("a folder");
    std::fs::write(script, "").expect("a file");
    assert_eq!(
        box_of(&LAB.replace("\"id\"", "\"en\"")),
        "<p>This chapter proves itself: 1 step.</p>\n<dl class=\"labrun-facts\">\n\
         <dt>Run all of it</dt>\n<dd><code>labrun lab</code></dd>\n\
         <dt>Without labrun</dt>\n<dd><code>bash labs/lab/lab.sh</code></dd>\n</dl>\n"
    );
    let ours = "[preprocessor.labrun]\nrun-with = \"script/labrun\"\n[preprocessor.labrun.labs";
    let run = box_of(&LAB.replace("[preprocessor.labrun.labs", ours));
    assert!(
        run.contains("<dd><code>script/labrun lab</code></dd>"),
        "{run}"
    );
}

#[test]
fn other_renderers_only_lose_the_attributes() {
    let chapter = "# A\n\n- ```sh name=x timeout=5s\n  ls\n  ```\n\n~~~~toml   check\ntitle = \"x\"\n\
                   container = \"a\"\nstate = \"running\"\n~~~~\n\n```sh\nls\n```\n";
    let expected = chapter
        .replace("sh name=x timeout=5s", "sh")
        .replace("toml   check", "toml");
    for renderer in ["markdown", "test", "epub"] {
        assert_eq!(rewritten(LAB, renderer, chapter), expected);
    }
}

/// The line endings of the chapter are kept, and ours are the same.
#[test]
fn a_chapter_with_other_line_endings_keeps_them() {
    for name in names() {
        let chapter = read(&format!("{name}.in.md"));
        let expected = rewritten(LAB, "html", &chapter).replace('\n', "\r\n");
        assert_eq!(
            rewritten(LAB, "html", &chapter.replace('\n', "\r\n")),
            expected,
            "{name}"
        );
    }
}

/// What runs is what the reader sees: no fence of a step or an output loses or gains a line, nor a character but the
/// backslash that keeps a `<` from beginning a placeholder.
#[test]
fn the_text_of_the_fences_stays() {
    let bodies = |text: &str| -> Vec<String> {
        let source = SourceFile::new("a.md", text);
        let fences = labrun_parse::fences(&source);
        let checks = |fence: &labrun_parse::Fence| source.slice(fence.info).contains("check");
        fences
            .iter()
            .filter(|fence| !checks(fence))
            .map(|fence| {
                let lines: Vec<&str> = fence.lines.iter().map(|line| line.text.as_str()).collect();
                let text = lines.join("\n").replace("\\<", "<");
                format!("{}\n{text}", fence.language)
            })
            .collect()
    };
    for name in names() {
        let chapter = read(&format!("{name}.in.md"));
        let mut out = bodies(&rewritten(LAB, "html", &chapter)).into_iter();
        for body in bodies(&chapter) {
            assert!(out.any(|other| other == body), "{name}: {body}");
        }
    }
}
