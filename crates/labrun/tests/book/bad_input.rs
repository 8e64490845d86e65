//! Each kind of bad input: a message with its place and help, exit code 2, and the last good book kept to the byte.

use crate::shelf::{Book, Ended, TOML};

/// Builds a good book, spoils it, and builds again.
#[track_caller]
fn check(spoil: impl FnOnce(&Book), words: &[&str]) -> Ended {
    let book = Book::new();
    book.labrun(&["build"]).is(0, &[]);
    let before = book.snapshot("book");
    assert!(before.len() > 10);
    spoil(&book);
    let ended = book.labrun(&["build"]);
    ended.is(2, words);
    ended.is(2, &["the last good book is kept in book/"]);
    assert_eq!(book.snapshot("book"), before);
    let left: Vec<String> = book
        .names()
        .into_iter()
        .filter(|name| name.starts_with('.'))
        .collect();
    assert_eq!(left, [""; 0]);
    ended
}

#[track_caller]
fn count(ended: &Ended, errors: usize) {
    let found = ended.words.matches("error[").count();
    assert_eq!(found, errors, "{}", ended.words);
}

#[test]
fn a_missing_include() {
    let ended = check(
        |book| book.append("src/two.md", "\nSee {{#include gone.md}} here.\n"),
        &[
            "error[missing-include]: `src/gone.md`, which is to be included, is not there",
            "--> src/two.md:7:16",
            "help: the path counts from",
            "labrun: 1 error in this book",
        ],
    );
    count(&ended, 1);
}

#[test]
fn a_missing_include_in_an_included_file() {
    let ended = check(
        |book| {
            book.append("src/two.md", "\n{{#include parts/a.md}}\n");
            book.write("src/parts/a.md", "{{#include b.md}}\n");
        },
        &["`src/parts/b.md`", "--> src/parts/a.md:1:12"],
    );
    count(&ended, 1);
}

#[test]
fn a_missing_chapter() {
    let ended = check(
        |book| {
            book.append(
                "src/SUMMARY.md",
                "- [Three](three.md)\n- [Out](../out.md)\n- [Later]()\n",
            );
            book.append("src/two.md", "\n{{#include gone.md}}\n");
            book.write("book.toml", "[preprocessor.labrun.labs.one]\n");
            book.append("src/one.md", "\n```sh oops=1\ntrue\n```\n");
        },
        &[
            "the chapter `src/three.md` is not there",
            "--> src/SUMMARY.md:5:11",
            "`../out.md` does not lie in src",
            "`src/gone.md`",
            "unknown attribute `oops`",
        ],
    );
    count(&ended, 4);
}

#[test]
fn a_missing_chapter_is_not_written_unless_the_book_says_so() {
    let book = Book::new();
    book.write("book.toml", "");
    book.append("src/SUMMARY.md", "- [Three](three.md)\n");
    book.labrun(&["build"]).is(2, &["src/three.md"]);
    assert!(!book.has("src/three.md"));
    book.write("book.toml", "[build]\ncreate-missing = true\n");
    book.labrun(&["build"]).is(0, &[]);
    assert!(book.has("src/three.md"));
}

#[test]
fn a_missing_summary() {
    let book = Book::new();
    std::fs::remove_file(book.root().join("src/SUMMARY.md")).unwrap();
    book.labrun(&["build"])
        .is(2, &["`src/SUMMARY.md` is not there", "help"]);
}

#[test]
fn a_broken_lab_fence() {
    check(
        |book| {
            book.write(
                "book.toml",
                &format!("{TOML}\n[preprocessor.labrun.labs.two]\n"),
            );
            book.append("src/two.md", "\n```sh anwser=\"x\"\ntrue\n```\n");
        },
        &[
            "unknown attribute `anwser`",
            "--> src/two.md:7:7",
            "did you mean `answer`",
        ],
    );
}

#[test]
fn a_diagram_with_an_error() {
    let ended = check(
        |book| {
            book.with_diagrams();
            book.append(
                "src/two.md",
                "\n```mermaid\nflowchart TD\n  A[open --> B\n```\n",
            );
            book.append("src/one.md", "\n[x](gone.md)\n");
        },
        &["--> src/two.md:9:", "--> src/one.md:5:5"],
    );
    count(&ended, 2);
}

#[test]
fn a_warning_of_our_own() {
    check(
        |book| {
            book.with_diagrams();
            book.append("src/two.md", "\n```mermaid\nflowchart TD\n  A --> B\n```\n");
        },
        &[
            "warning[diagram-without-description]",
            "--> src/two.md:7:1",
            "labrun: 1 warning in this book; a warning fails a build as an error does",
        ],
    );
}

#[test]
fn missing_assets() {
    let ended = check(
        |book| {
            let toml = TOML.replace("own.css\"", "own.css\", \"theme/gone.css\"");
            book.write(
                "book.toml",
                &format!("{toml}additional-js = ['gone.js']\ninput-404 = \"gone.md\"\n"),
            );
            book.append("src/two.md", "\n![x](pictures/is.svg)\n");
            book.write(
                "theme/head.hbs",
                "<link rel=\"icon\" href=\"{{ path_to_root }}gone.ico\">\n",
            );
        },
        &[
            "`theme/gone.css`, which `additional-css` names, is not there",
            "--> book.toml:8:36",
            "`gone.js`, which `additional-js` names",
            "--> book.toml:9:18",
            "`gone.md`, which `input-404` names",
            "--> book.toml:10:13",
            "`pictures/is.svg` leads nowhere: there is no such file in the book",
            "--> src/two.md:7:6",
            "did you mean `pictures/it.svg`?",
            "`gone.ico` leads nowhere",
            "--> theme/head.hbs:1:42",
        ],
    );
    count(&ended, 5);
}

#[test]
fn a_theme_that_is_not_there() {
    let ended = check(
        |book| book.append("book.toml", "theme = \"skin\"\n"),
        &[
            "`skin`, which `theme` names, is not there",
            "--> book.toml:9:9",
        ],
    );
    count(&ended, 1);
}

#[test]
fn dead_links() {
    let ended = check(
        |book| {
            book.append(
                "src/one.md",
                "\n[a](tow.md) <a href=\"tow.md\">b</a> [c](../up.md)\n",
            );
            book.append(
                "src/two.md",
                "\n[d](notes.md)\n\n[e][r]\n\n[r]: nowhere/at/all.html\n",
            );
            book.write("src/notes.md", "# Notes\n");
            book.write("src/404.md", "# Lost\n\n[home](hoem.md)\n");
        },
        &[
            "`tow.html` leads nowhere",
            "--> src/one.md:5:5",
            "did you mean `two.md`?",
            "`../up.html` leads out of the book",
            "`notes.html` leads nowhere",
            "--> src/two.md:7:5",
            "notes.md is there, but SUMMARY.md does not name it",
            "`nowhere/at/all.html`",
            "--> src/two.md:9:1",
            "--> src/404.md:3:8",
        ],
    );
    count(&ended, 6);
}

#[test]
fn dead_fragments() {
    let ended = check(
        |book| {
            book.append(
                "src/one.md",
                "\n[a](two.md#secnod) [b](#here) [c](#one) [d](two.md#second)\n",
            )
        },
        &[
            "error[dead-fragment]: `two.html#secnod` leads nowhere: two.html has no `#secnod`",
            "--> src/one.md:5:5",
            "did you mean `#second`?",
            "`#here` leads nowhere: one.html has no `#here`",
            "--> src/one.md:5:24",
        ],
    );
    // The first chapter is the front page as well; that is no second error.
    assert!(
        ended.words.matches("`#here`").count() <= 4,
        "{}",
        ended.words
    );
}

#[test]
fn a_warning_of_mdbook() {
    let ended = check(
        |book| {
            book.append(
                "src/two.md",
                "\n<div>\n\n<div class=\"x\">\n\n</div>\n\n[^n]: unused\n",
            )
        },
        &[
            "error[mdbook]: unclosed HTML tag `<div>` found in `two.md`",
            "--> src/two.md:7:1",
            "footnote `n` in `two.md` is defined but not referenced",
            "--> src/two.md:13:1",
        ],
    );
    count(&ended, 2);
}

#[test]
fn everything_is_told_at_once() {
    let ended = check(
        |book| {
            book.write(
                "book.toml",
                &format!("{TOML}additional-js = [\"gone.js\"]\n\n[preprocessor.labrun.labs.two]\n"),
            );
            book.append("src/one.md", "\n{{#include gone.md}} [x](gone.md) <b>\n");
            book.append("src/two.md", "\n```\nbare\n```\n\n[y](#gone)\n");
        },
        &[
            "gone.js",
            "src/gone.md",
            "`gone.html`",
            "<b>",
            "--> src/two.md:7:1",
            "`#gone`",
        ],
    );
    assert!(
        ended.words.contains("labrun: 6 errors in this book"),
        "{}",
        ended.words
    );
}

#[test]
fn a_configuration_that_mdbook_does_not_take() {
    check(
        |book| book.write("book.toml", "[book]\ntitel = \"T\"\n"),
        &[
            "error[book-toml]: unknown field `titel`",
            "--> book.toml:2:1",
        ],
    );
    check(
        |book| book.write("book.toml", "[output.html]\nfold = 3\n"),
        &["fold"],
    );
}

#[test]
fn a_preprocessor_that_is_not_there() {
    check(
        |book| book.append("book.toml", "\n[preprocessor.nonesuch]\n"),
        &["nonesuch"],
    );
}
