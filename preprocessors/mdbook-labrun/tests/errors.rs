//! A book with a wrong lab is not built, and everything that is wrong is said at once, with its place.

#![cfg(test)]

mod book;

use std::fs;

use book::{LAB, book, context, context_in};
use mdbook_labrun::{Labrun, Rejected, Strict};

fn rejected(toml: &str, chapters: &[(&str, &str)]) -> Rejected {
    Labrun::new()
        .process(&context(toml, "html"), book(chapters))
        .expect_err("errors")
}

#[test]
fn every_error_of_every_lab_is_drawn() {
    let toml = format!("{LAB}[preprocessor.labrun.labs.other]\n");
    let chapters = [
        ("lab", "# A\n\n```sh tiemout=5s\nls\n```\n\n```ruby\n```\n"),
        ("other", "# B\n\n```text\nx\n```\n"),
        ("prose", "```ruby\n```\n"),
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
    let drawn = rejected.to_string();
    assert!(
        drawn.contains("error[lab-without-chapter]") && drawn.contains("`lab.md`"),
        "{drawn}"
    );
}

#[test]
fn a_wrong_configuration_is_an_error() {
    let toml =
        "[preprocessor.labrun]\ncomand = \"x\"\n[preprocessor.labrun.labs.lab]\nchapter = 3\n";
    let rejected = rejected(toml, &[("lab", "x")]);
    let drawn = rejected.to_string();
    assert!(
        drawn.contains("--> book.toml, or the environment")
            && drawn.contains("comand")
            && drawn.contains("`command`"),
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
    let page = author.replace("{{#include b.md}}", "1\n2\n\n```ruby\n```");
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

/// Many labs are read side by side; the book gets each back in its place, and says the faults in its order.
#[test]
fn many_labs_stay_in_the_order_of_the_book() {
    let names: Vec<String> = (0..60).map(|number| format!("lab{number}")).collect();
    let mut toml = String::new();
    let mut chapters = Vec::new();
    for name in &names {
        toml.push_str(&format!("[preprocessor.labrun.labs.{name}]\n"));
        chapters.push((
            name.as_str(),
            format!("# {name}\n\n```sh\necho {name}\n```\n"),
        ));
        chapters.push(("prose", "```sh x\n```\n".to_owned()));
    }
    let context = context(&toml, "html");
    let given = |chapters: &[(&str, String)]| {
        let texts: Vec<_> = chapters
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        book(&texts)
    };
    let processed = Labrun::new().process(&context, given(&chapters));
    let after = processed.expect("a book").book;
    for ((name, before), after) in chapters.iter().zip(after.chapters()) {
        assert_eq!(after.name, *name);
        let is_lab = after.content.contains(&format!("labrun {name}</code>"));
        assert!(is_lab || after.content == *before, "{}", after.content);
    }
    for (_, text) in &mut chapters {
        *text = text.replace("```sh\n", "```sh wrong\n");
    }
    let rejected = Labrun::new().process(&context, given(&chapters));
    let rejected = rejected.expect_err("errors");
    assert_eq!((rejected.errors, rejected.faults.len()), (60, 60));
    for (name, fault) in names.iter().zip(&rejected.faults) {
        assert!(fault.contains(&format!("src/{name}.md:3:7")), "{fault}");
    }
}

/// Where mdBook's values stand in the author's file, a fault is said there: the second of two equal faults at its own place.
#[test]
fn a_fault_of_the_configuration_has_its_place() {
    let toml = "[preprocessor.labrun.labs.b]\nneed = [\"x\"]\n\n[preprocessor.labrun.labs.a]\nneed = []\n\n\
                [preprocessor.labrun.labs.gone]\n";
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("book.toml"), toml).expect("a file");
    let mut context = context(toml, "html");
    context.root = folder.path().to_owned();
    let processed = Labrun::new().process(&context, book(&[("a", "x"), ("b", "x")]));
    let drawn = processed.expect_err("errors").to_string();
    for place in ["book.toml:2:1", "book.toml:5:1", "book.toml:7:27"] {
        assert!(drawn.contains(place), "no {place} in\n{drawn}");
    }
    assert!(!drawn.contains("environment"), "{drawn}");
}
