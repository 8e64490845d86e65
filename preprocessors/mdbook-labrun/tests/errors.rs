//! A book with a wrong lab is not built, and everything that is wrong is said at once, with its place.

#![cfg(test)]

mod book;

use std::fs;

use book::{LAB, book, context, context_in};
use mdbook_labrun::{Labrun, Rejected};

fn rejected(toml: &str, chapters: &[(&str, &str)]) -> Rejected {
    Labrun::new()
        .process(&context(toml, "html"), book(chapters))
        .expect_err("errors")
}

#[test]
fn every_error_of_every_lab_is_drawn() {
    let toml = format!("{LAB}[preprocessor.labrun.labs.other]\n");
    let chapters = [
        (
            "lab",
            "# A\n\n```sh tiemout=5s\nls\n```\n\n```python\n```\n",
        ),
        ("other", "# B\n\n```text\nx\n```\n"),
        ("prose", "```python\n```\n"),
    ];
    let rejected = rejected(&toml, &chapters);
    assert_eq!(rejected.errors, 3);
    let drawn = rejected.to_string();
    for place in [
        "src/lab.md:3:7",
        "src/lab.md:7:4",
        "src/other.md:3:1",
        "3 errors in the labs of this book",
    ] {
        assert!(drawn.contains(place), "no {place} in\n{drawn}");
    }
}

#[test]
fn a_lab_that_is_not_in_the_book_is_an_error() {
    let rejected = rejected(LAB, &[("prose", "x")]);
    assert_eq!(rejected.errors, 1);
    assert!(rejected.to_string().contains("`lab.md`"), "{rejected}");
}

#[test]
fn a_wrong_configuration_is_an_error() {
    let toml =
        "[preprocessor.labrun]\ncomand = \"x\"\n[preprocessor.labrun.labs.lab]\nchapter = 3\n";
    let rejected = rejected(toml, &[("lab", "x")]);
    let drawn = rejected.to_string();
    assert!(
        drawn.contains("book.toml: ") && drawn.contains("comand") && drawn.contains("`command`"),
        "{drawn}"
    );
    assert_eq!(rejected.errors, 2, "{drawn}");
}

#[test]
fn a_chapter_can_have_another_name_than_its_lab() {
    let toml = "[preprocessor.labrun.labs.lab]\nchapter = \"part/one.md\"\n";
    let chapters = [
        ("part/one", "```sh name=x\nls\n```\n"),
        ("lab", "```sh name=x\n"),
    ];
    let processed = Labrun::new()
        .process(&context(toml, "html"), book(&chapters))
        .expect("a book");
    assert!(book::content(&processed.book, "part/one").contains("\n```sh\nls\n"));
    assert_eq!(book::content(&processed.book, "lab"), "```sh name=x\n");
}

/// The preprocessor sees what mdBook has made of the chapter; the author mends what the author has written.
#[test]
fn a_fault_behind_an_include_is_where_the_author_wrote_it() {
    let root = tempfile::tempdir().expect("a folder");
    fs::create_dir(root.path().join("src")).expect("a folder");
    let author = "# A\n\n{{#include b.md}}\n\n```sh tiemout=5s\nls\n```\n\n{{#include gone.md}}\n";
    fs::write(root.path().join("src/lab.md"), author).expect("a file");
    let page = author.replace("{{#include b.md}}", "1\n2\n\n```python\n```");
    let context = context_in(root.path(), LAB, "html");
    let rejected = Labrun::new()
        .process(&context, book(&[("lab", &page)]))
        .expect_err("errors");
    let drawn = rejected.to_string();
    for part in [
        "--> src/lab.md:3:1",
        "= note: line 3 of src/lab.md brings this in",
        "--> src/lab.md:5:7",
        "error[missing-include]",
        "--> src/lab.md:9:1",
    ] {
        assert!(drawn.contains(part), "no {part} in\n{drawn}");
    }
    assert_eq!(rejected.errors, 3, "{drawn}");
    let untouched = fs::read_to_string(root.path().join("src/lab.md")).expect("a file");
    assert_eq!(untouched, author);
}
