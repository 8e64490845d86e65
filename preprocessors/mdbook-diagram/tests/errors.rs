//! A book with a wrong diagram is not built, and everything that is wrong is said at once, with its place.

#![cfg(test)]

mod book;

use book::{BOOK, book, context, process, rejected};
use mdbook_diagram::{Diagram, Strict};

/// Every part must be in what is said, and nothing must be said but `errors` errors.
#[track_caller]
fn check(chapter: &str, errors: usize, parts: &[&str]) {
    let rejected = rejected(BOOK, chapter);
    let drawn = rejected.to_string();
    assert_eq!(rejected.errors, errors, "{drawn}");
    for part in parts {
        assert!(drawn.contains(part), "no {part} in\n{drawn}");
    }
}

#[test]
fn every_fault_of_every_chapter_is_drawn() {
    let chapters = [
        (
            "one",
            "# A\n\n```mermaid\nflowchart TD\n  A -> B\n```\n\n```mermaid\n```\n",
        ),
        ("two", "é ```mermaid\n\n  ~~~mermaid\n  grph TD\n  ~~~\n"),
        ("three", "```mermaid\npie\n \"a\" : 1\n```\n"),
    ];
    let processed = Diagram::new().process(&context(BOOK, "html"), book(&chapters));
    let rejected = processed.expect_err("errors");
    let drawn = rejected.to_string();
    assert_eq!(rejected.errors, 3, "{drawn}");
    for part in [
        "error[diagram-syntax]",
        "src/one.md:5:5",
        "error[empty-diagram]",
        "src/one.md:8:1",
        "src/two.md:4:3",
        "= help: ",
        "warning[diagram-without-description]",
        "3 errors in the diagrams of this book",
    ] {
        assert!(drawn.contains(part), "no {part} in\n{drawn}");
    }
}

#[test]
fn a_fault_in_a_list_or_a_footnote_has_its_own_column() {
    check(
        "1. a\n   - ~~~mermaid\n     flowchart TD\n       é -> B\n     ~~~\n",
        1,
        &["src/page.md:4:10"],
    );
    check(
        "a[^1]\n\n[^1]: b\n\n    ```mermaid\n    flowchart TD\n     A -> B\n    ```\n",
        1,
        &["diagram-syntax", "src/page.md:7:8"],
    );
    check(
        "a\n: b\n\n  ```mermaid\n  flowchart TD\n   A -> B\n  ```\n",
        1,
        &["diagram-syntax", "src/page.md:6:6"],
    );
}

/// `root/src/expanded.md` is the author's file: what is included there, and what another program adds, moves no place.
#[test]
fn a_place_is_in_the_file_of_the_author() {
    let diagram = "```mermaid\nflowchart TD\n  A -> B\n```\n";
    let chapter = format!("# A\n\none\ntwo\nthree\n\n{diagram}");
    let added = chapter.replace("# A\n", "# A\n\n<div>added</div>\n");
    for chapter in [chapter, added] {
        let book = book(&[("expanded", &chapter)]);
        let processed = Diagram::new().process(&context(BOOK, "html"), book);
        let drawn = processed.expect_err("an error").to_string();
        assert!(drawn.contains("src/expanded.md:7:5"), "{drawn}");
    }
}

#[test]
fn line_endings_do_not_move_a_place() {
    check(
        "# A\r\n\r\n```mermaid\r\nflowchart TD\r\n  A -> B\r\n```\r\n",
        1,
        &["src/page.md:5:5"],
    );
}

#[test]
fn a_quote_holds_no_diagram() {
    for chapter in [
        "> ```mermaid\n> pie\n> \"a\" : 1\n> ```\n",
        "> [!NOTE]\n> a\n>\n> ```mermaid\n> pie\n> ```\n",
        "- a\n  > - ~~~mermaid\n  >   pie\n  >   ~~~\n",
    ] {
        check(chapter, 1, &["error[diagram-in-quote]", "src/page.md:"]);
    }
    assert!(process(BOOK, "> a\n\n```mermaid\npie\n \"a\" : 1\n```\n").is_ok());
}

#[test]
fn a_word_too_many_is_an_error() {
    for info in [
        "mermaid,foo",
        "mermaid foo",
        "Mermaid",
        "mermaid{x}",
        "mermaid show",
    ] {
        let chapter = format!("```{info}\npie\n```\n");
        check(&chapter, 1, &["error[diagram-info]", "src/page.md:1:4"]);
    }
    assert!(
        process(
            BOOK,
            "```mermaid-example\nx\n```\n\n```text\nmermaid\n```\n"
        )
        .is_ok()
    );
}

#[test]
fn html_that_shows_a_diagram_as_text_is_an_error() {
    check(
        "<div>\n```mermaid\npie\n```\n</div>\n",
        1,
        &["error[diagram-in-html]", "src/page.md:2:1"],
    );
    for chapter in [
        "<pre>\n```mermaid\npie\n```\n</pre>\n",
        "<!--\n```mermaid\n```\n-->\n",
        "<div>\n```text\nmermaid\n```\n</div>\n",
    ] {
        assert!(process(BOOK, chapter).is_ok(), "{chapter}");
    }
}

#[test]
fn a_diagram_without_an_end_is_an_error() {
    check(
        "```mermaid\npie\n",
        1,
        &["error[unclosed-diagram]", "src/page.md:1:1"],
    );
}

#[test]
fn a_missing_script_matters_where_something_is_drawn() {
    let toml = "[preprocessor.diagram]\nscript = \"a/b.js\"\n";
    let drawn = rejected(toml, "x\n\n```mermaid\npie\n \"a\" : 1\n```\n").to_string();
    for part in [
        "error[missing-script]",
        "src/page.md:3:1",
        "src/a/b.js",
        "script/bootstrap",
    ] {
        assert!(drawn.contains(part), "{drawn}");
    }
    assert!(process(toml, "# A\n").is_ok());
}

#[test]
fn another_script_is_an_error_with_both_hashes() {
    let page = "```mermaid\npie\n \"a\" : 1\n```\n";
    let hash = "0".repeat(64);
    let drawn = rejected(&format!("{BOOK}sha256 = \"{hash}\"\n"), page).to_string();
    assert!(
        drawn.contains("error[script-hash]: book.toml: ") && drawn.contains(&hash),
        "{drawn}"
    );
    let found = drawn
        .split("its SHA-256 is ")
        .nth(1)
        .expect("the hash that was found");
    let found = found.get(..64).expect("64 digits").to_uppercase();
    assert!(process(&format!("{BOOK}sha256 = \"{found}\"\n"), page).is_ok());
}

#[test]
fn wrong_settings_are_errors() {
    for (line, part) in [
        ("scrpt = \"a\"", "did you mean `script`?"),
        ("script = 3", "`script` is no path"),
        ("script = \"../a.js\"", "`script` is no path"),
        ("sha256 = \"abc\"", "`sha256` is no hash"),
        ("sha256 = true", "`sha256` is no hash"),
    ] {
        let drawn = rejected(&format!("[preprocessor.diagram]\n{line}\n"), "# A\n").to_string();
        assert!(
            drawn.contains(part) && drawn.contains("book.toml: "),
            "{drawn}"
        );
    }
    let own = "[preprocessor.diagram]\ncommand = \"x\"\nafter = [\"links\"]\nbefore = []\n\
               optional = false\nrenderers = [\"html\"]\n";
    assert!(process(own, "# A\n").is_ok());
}
