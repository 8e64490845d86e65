//! A book with a wrong diagram is not built, and everything that is wrong is said at once, with its place.

#![cfg(test)]

mod book;

use book::{BOOK, book, context, context_in, process, rejected};
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
    let toml = &BOOK.replace("script.js", "a/b.js");
    let drawn = rejected(toml, "x\n\n```mermaid\npie\n \"a\" : 1\n```\n").to_string();
    for part in [
        "error[missing-script]",
        "src/page.md:3:1",
        "src/a/b.js",
        "mdbook-diagram install",
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
        drawn.contains("error[script-hash]: ")
            && drawn.contains("--> book.toml, or")
            && drawn.contains(&hash),
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
            drawn.contains(part) && drawn.contains("--> book.toml, or the environment"),
            "{drawn}"
        );
    }
    let own = "[preprocessor.diagram]\ncommand = \"x\"\nafter = [\"links\"]\nbefore = []\n\
               optional = false\nrenderers = [\"html\"]\n";
    assert!(process(own, "# A\n").is_ok());
}

#[test]
fn a_wrong_setting_has_its_place() {
    let (folder, context) = context_in("[book]\n\n[preprocessor.diagram]\nscrpt = \"a\"\n");
    let processed = Diagram::new().process(&context, book(&[("page", "# A\n")]));
    let drawn = processed.expect_err("an error").to_string();
    assert!(drawn.contains("--> book.toml:4:1"), "{drawn}");
    drop(folder);
}

#[test]
fn a_diagram_that_nothing_draws_is_an_error() {
    let page = "# A\n\n```mermaid\npie\n \"a\" : 1\n```\n";
    for (gone, words) in [
        (
            "additional-css = [\"theme/diagram.css\"]\n",
            &["`additional-css` names no diagram.css in"][..],
        ),
        (
            "additional-js = [\"theme/diagram.js\"]\n",
            &["`additional-js` names no diagram.js in"],
        ),
    ] {
        let toml = BOOK.replace(gone, "");
        let drawn = rejected(&toml, page).to_string();
        for word in words.iter().chain(&[
            "error[diagram-not-drawn]: nothing would draw this diagram",
            "src/page.md:3:1",
            "`mdbook-diagram install`",
        ]) {
            assert!(drawn.contains(word), "{word} is missing in:\n{drawn}");
        }
        assert!(process(&toml, "# A\n").is_ok(), "nothing is to be drawn");
    }
}

/// A figure and the script that draws it must fit.
#[test]
fn a_script_of_another_version_is_a_warning() {
    let (folder, context) = context_in(BOOK);
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("src/script.js", "");
    let page = "```mermaid\npie\naccTitle: a\naccDescr: b\n \"a\" : 1\n```\n";
    let warnings = || {
        let processed = Diagram::new().process(&context, book(&[("page", page)]));
        processed.expect("a book").warnings.concat()
    };
    write("theme/diagram.js", "mine");
    assert_eq!(warnings(), "", "what the author edits is the author's");
    let stamp = "/* Written by `mdbook-diagram install`, which replaces it unless it is edited: ";
    // The checksum of `a`, as if an earlier version had said only that.
    write(
        "theme/diagram.js",
        &format!("{stamp}af63dc4c8601ec8c */\na"),
    );
    let drawn = warnings();
    assert!(
        drawn.contains("warning[diagram-outdated]") && drawn.contains("src/page.md:1:1"),
        "{drawn}"
    );
}

#[test]
fn a_link_in_a_diagram_is_an_error() {
    check(
        "# A\n\n```mermaid\nflowchart LR\n  A --> B\n  click A \"gone.html\"\n```\n",
        1,
        &[
            "error[diagram-link]",
            "src/page.md:6:3",
            "the text below the diagram",
        ],
    );
}
