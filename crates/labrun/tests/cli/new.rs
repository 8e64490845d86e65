//! `labrun new`: an empty folder, a book that is there, a page alone; nothing is lost, and nothing is done twice.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::book::Ended;

fn labrun(folder: &Path, arguments: &[&str]) -> Ended {
    let output = Command::new(env!("CARGO_BIN_EXE_labrun"))
        .args(arguments)
        .current_dir(folder)
        .env("LABRUN_STATE_DIR", folder.join(".state"))
        .env_remove("LABRUN_BOOK")
        .env_remove("GITHUB_ACTIONS")
        .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
        .output()
        .unwrap();
    Ended::of(&output)
}

fn text(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn an_empty_folder_becomes_a_book_that_is_green_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let dry = labrun(folder.path(), &["new", "mybook", "--dry-run"]);
    dry.is(0, &["would write", "book.toml"]);
    assert!(!folder.path().join("mybook").exists());
    labrun(folder.path(), &["new", "mybook"]).is(
        0,
        &[
            "book.toml",
            "src/hello.md",
            "Next:\n  cd mybook\n",
            "labrun hello",
        ],
    );
    let book = folder.path().join("mybook");
    labrun(&book, &["check", "--deny-warnings"]).is(0, &["no errors, no warnings"]);
    labrun(&book, &["hello"]).is(0, &["passed: 3 steps, 2 expectations"]);
    labrun(&book, &["build"]).is(0, &["built"]);
    let page = text(book.join("book/hello.html"));
    assert!(page.contains("theme/labrun"), "the page has its looks");
    assert!(
        text(book.join("theme/labrun.css")).starts_with("/* Written by `mdbook-labrun install`")
    );
    // A second time there is nothing to do, and nothing changes.
    let before = text(book.join("book.toml"));
    labrun(folder.path(), &["new", "mybook"]).is(0, &["nothing to do"]);
    assert_eq!(text(book.join("book.toml")), before);
}

#[test]
fn a_book_keeps_its_words_and_gets_its_tables() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("src/deep")).unwrap();
    let toml = "# our book\n[book]\ntitle = 'T' # short\n\n[output.html]\n";
    fs::write(root.join("book.toml"), toml).unwrap();
    let summary = "# Summary\n\n- [A](deep/a b.md)\n- [C](c.md)\n";
    fs::write(root.join("src/SUMMARY.md"), summary).unwrap();
    let page = "# A\n\nSome words.\n\n```bash\n$ echo one\none\n```\n\n```yaml\na: 1\n```\n";
    fs::write(root.join("src/deep/a b.md"), page).unwrap();
    fs::write(root.join("src/c.md"), "# C\n\nOnly prose.\n").unwrap();
    fs::write(root.join("src/draft.md"), "# Draft\n\n```sh\nls\n```\n").unwrap();
    labrun(root, &["new"]).is(
        0,
        &[
            "wrote",
            "labrun check a-b",
            "src/draft.md is left out, because SUMMARY.md has no line for it",
        ],
    );
    let written = text(root.join("book.toml"));
    assert!(written.starts_with(toml), "{written}");
    assert!(written.contains("[output.html]\nadditional-css = [\"theme/labrun.css\"]\n"));
    assert!(root.join("theme/labrun.js").is_file());
    let table = "[preprocessor.labrun.labs.a-b]\nchapter = \"deep/a b.md\"\n\n[preprocessor.labrun.labs.a-b.roles]\nbash = \"console\"\nyaml = \"show\"\n";
    assert!(written.ends_with(table), "{written}");
    assert_eq!(text(root.join("src/deep/a b.md")), page);
    assert_eq!(text(root.join("src/SUMMARY.md")), summary);
    labrun(root, &["a-b"]).is(0, &["passed: 1 step"]);
    labrun(root, &["new"]).is(0, &["nothing to do"]);
    assert_eq!(text(root.join("book.toml")), written);
    labrun(root, &["new", "src/draft.md"]).is(
        0,
        &[
            "SUMMARY.md has no line for src/draft.md",
            "\n  - [Draft](draft.md)\n",
            "labrun check draft",
        ],
    );
    assert_eq!(text(root.join("src/SUMMARY.md")), summary);
}

#[test]
fn a_page_alone_gets_a_book_around_it_and_languages_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let page = "# How to greet\n\nType this.\n\n```\necho one\n```\n\nIt says:\n\n```\none\n```\n";
    fs::write(root.join("greet.md"), page).unwrap();
    labrun(root, &["new", "greet.md"]).is(
        0,
        &[
            "greet.md: 2 fences without a language; labrun proposes",
            "greet.md:5   ```sh",
            "it begins with a program of the shell",
            "greet.md:11  ```output",
            "it follows a command",
            "labrun new --languages",
        ],
    );
    assert_eq!(text(root.join("greet.md")), page);
    assert_eq!(
        text(root.join("SUMMARY.md")),
        "# Summary\n\n- [How to greet](greet.md)\n"
    );
    assert!(text(root.join("book.toml")).starts_with("[book]\ntitle = \"How to greet\"\n"));
    labrun(root, &["new", "greet.md", "--languages"]).is(0, &["wrote"]);
    let with_languages =
        page.replacen("```\necho", "```sh\necho", 1)
            .replacen("```\none", "```output\none", 1);
    assert_eq!(text(root.join("greet.md")), with_languages);
    labrun(root, &["greet"]).is(0, &["passed: 1 step, 1 expectation"]);
    labrun(root, &["new", "--languages"]).is(0, &["nothing to do"]);
}

#[test]
fn nothing_is_overwritten_and_what_is_wrong_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    labrun(root, &["new", "nowhere.md"]).is(
        2,
        &["there is no file nowhere.md", "help: name a Markdown file"],
    );
    fs::create_dir_all(root.join("a/src")).unwrap();
    fs::write(root.join("a/src/hello.md"), "mine").unwrap();
    fs::write(root.join("a/book.toml"), "[book\n").unwrap();
    labrun(root, &["new", "a"]).is(2, &["book.toml is wrong"]);
    labrun(root, &["new", "a/src"]).is(2, &["lies in the book"]);
    assert_eq!(text(root.join("a/src/hello.md")), "mine");
    fs::write(root.join("a/book.toml"), "preprocessor = {}\n").unwrap();
    fs::write(root.join("a/src/hello.md"), "```sh\nls\n```\n").unwrap();
    labrun(root, &["new", "a"]).is(2, &["is no table with a heading of its own"]);
    // A folder of a book alone, without book.toml.
    fs::create_dir_all(root.join("b")).unwrap();
    fs::create_dir_all(root.join("b/src")).unwrap();
    fs::write(root.join("b/src/SUMMARY.md.txt"), "x").unwrap();
    fs::write(root.join("b/src/hello.md"), "mine").unwrap();
    labrun(root, &["new", "b"]).is(0, &["book.toml"]);
    assert_eq!(text(root.join("b/src/hello.md")), "mine");
}
