//! What is wrong is told once, at the place where its author wrote it, and nothing else is told.

use crate::shelf::{Book, TOML};

/// What is said of a book that is wrong in exactly `errors` ways.
#[track_caller]
fn check(book: &Book, errors: usize, words: &[&str]) {
    let ended = book.labrun(&["build"]);
    ended.is(2, words);
    let found = ended.words.matches("error[").count();
    assert_eq!(found, errors, "{}", ended.words);
}

/// A book whose second chapter is a lab with an include in a fence that runs.
fn book_with_lab() -> Book {
    let book = Book::new();
    let toml = format!(
        "{TOML}\n[preprocessor.labrun]\nafter = [\"links\"]\n[preprocessor.labrun.labs.two]\n"
    );
    book.write("book.toml", &toml);
    book.append(
        "src/two.md",
        "\n```sh\n{{#include parts/steps.sh}}\n```\n\n{{#include parts/out.md}}\n",
    );
    book.write("src/parts/steps.sh", "echo x\n");
    book.write("src/parts/out.md", "```text\nx\n```\n");
    book
}

#[test]
fn a_missing_chapter_leaves_good_includes_alone() {
    let book = book_with_lab();
    book.labrun(&["build"]).is(0, &[]);
    book.append("src/SUMMARY.md", "- [Three](three.md)\n");
    check(&book, 1, &["the chapter `src/three.md` is not there"]);
    // What is wrong in the lab is told all the same, and a missing include once.
    book.append("src/two.md", "\n```sh oops=1\n{{#include gone.sh}}\n```\n");
    let words = [
        "unknown attribute `oops`",
        "--> src/two.md:13:7",
        "`src/gone.sh`",
    ];
    check(&book, 3, &words);
}

#[test]
fn a_missing_include_of_a_lab_is_told_once() {
    let book = book_with_lab();
    book.append(
        "src/two.md",
        "\n{{#include gone.md}}\n\n```sh\n{{#include gone.sh}}\n```\n",
    );
    let words = [
        "`src/gone.md`, which",
        "--> src/two.md:13:12",
        "`src/gone.sh`, which",
        "--> src/two.md:16:12",
    ];
    check(&book, 2, &words);
}

#[test]
fn a_part_that_a_file_does_not_have_is_an_error() {
    let book = Book::new();
    book.write(
        "src/parts/a.rs",
        "// ANCHOR: main\nfn main() {}\n// ANCHOR_END: main\n",
    );
    book.append(
        "src/two.md",
        "\n```rust\n{{#include parts/a.rs:main}}\n{{#include parts/a.rs:2}}\n{{#rustdoc_include parts/a.rs:1:3}}\n```\n",
    );
    book.labrun(&["build"]).is(0, &[]);
    book.append(
        "src/two.md",
        "\n```rust\n{{#include parts/a.rs:mian}}\n{{#include parts/a.rs:5}}\n{{#rustdoc_include parts/a.rs:2:9}}\n```\n",
    );
    let words = [
        "error[missing-part]: there is no anchor `mian` to be included from `src/parts/a.rs`",
        "--> src/two.md:14:23",
        "did you mean `main`?",
        "there is no line 5",
        "--> src/two.md:15:23",
        "there is no line 9",
        "--> src/two.md:16:31",
        "the file has 3 lines",
    ];
    check(&book, 3, &words);
}

#[test]
fn a_link_from_the_root_of_the_site_is_an_error() {
    let book = Book::new();
    book.append("src/SUMMARY.md", "- [Deep](deep/three.md)\n");
    book.write(
        "src/deep/three.md",
        "# Three\n\n[two](/two.md#second) ![it](/pictures/it.svg)\n",
    );
    let words = [
        "error[absolute-link]: `/two.html#second` is dead wherever the book does not lie at the root of its site",
        "--> src/deep/three.md:3:7",
        "help: write it from the folder of this chapter: `../two.md`",
        "--> src/deep/three.md:3:29",
        "`../pictures/it.svg`",
    ];
    check(&book, 2, &words);
    let ended = book.labrun(&["build", "--site-url", "https://x.org/project/"]);
    ended.is(2, &["`../two.md`", "labrun: 2 errors in this book"]);
}

#[test]
fn a_wrong_key_of_a_table_has_its_line() {
    let book = book_with_lab();
    let good = book.read("book.toml");
    for (more, words) in [
        (
            "need = []\n",
            ["unknown key `need`", "--> book.toml:13:1", "`needs`?"],
        ),
        (
            "\n[preprocessor.diagram]\nscirpt = \"x.js\"\n",
            ["unknown key `scirpt`", "--> book.toml:15:1", "`script`?"],
        ),
    ] {
        book.write("book.toml", &format!("{good}{more}"));
        check(&book, 1, &words);
    }
}

/// What a book of one's own was before: green, with a blank where its diagram is.
#[test]
fn a_diagram_that_nothing_draws_is_an_error() {
    let diagram = "\n```mermaid\nflowchart TD\n  accTitle: A\n  accDescr: B\n  A --> B\n```\n";
    let book = Book::new();
    book.with_diagrams();
    book.append("src/two.md", diagram);
    book.labrun(&["build"]).is(0, &[]);
    book.write("book.toml", &format!("{TOML}\n[preprocessor.diagram]\n"));
    let words = [
        "error[diagram-not-drawn]",
        "`additional-css` names no diagram.css",
        "`additional-js` names no diagram.js",
        "--> src/two.md:7:1",
        "mdbook-diagram install",
    ];
    check(&book, 1, &words);
    book.with_diagrams();
    std::fs::remove_file(book.root().join("theme/diagram.js")).unwrap();
    let words = [
        "`theme/diagram.js`, which `additional-js` names, is not there",
        "--> book.toml:9:18",
    ];
    check(&book, 1, &words);
    book.with_diagrams();
    std::fs::remove_file(book.root().join("src/mermaid/mermaid.min.js")).unwrap();
    check(&book, 1, &["error[missing-script]", "--> src/two.md:7:1"]);
}
