//! Labs whose chapter brings in other files: what runs is what the page shows, and faults are where the author can mend
//! them.

use std::fs;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A book with the lab `demo` and files beside its chapter.
fn book(chapter: &str, files: &[(&str, &str)]) -> TempDir {
    let book = tempfile::tempdir().unwrap();
    let root = book.path();
    fs::create_dir_all(root.join("src/parts")).unwrap();
    let toml = "[book]\ntitle = \"T\"\n[preprocessor.labrun]\nafter = [\"links\"]\n\
                [preprocessor.labrun.labs.demo]\nchapter = \"parts/demo.md\"\n";
    fs::write(root.join("book.toml"), toml).unwrap();
    fs::write(root.join("src/SUMMARY.md"), "- [Demo](parts/demo.md)\n").unwrap();
    fs::write(root.join("src/parts/demo.md"), chapter).unwrap();
    for (name, text) in files {
        fs::write(root.join("src/parts").join(name), text).unwrap();
    }
    book
}

fn labrun(book: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_labrun"))
        .args(arguments)
        .current_dir(book.path())
        .env("LABRUN_STATE_DIR", book.path().join("state"))
        .env_remove("LABRUN_BOOK")
        .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
        .output()
        .unwrap()
}

#[track_caller]
fn check(output: &Output, code: i32, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    for word in words {
        assert!(said.contains(word), "{word:?} is missing in:\n{said}");
    }
}

const CHAPTER: &str = "# D\n\n```sh\n{{#include steps.sh}}\n```\n\n{{#include out.md}}\n\n\
                       ```sh\necho '\\{{#include steps.sh}}'\n```\n\n```text\n\\{{#include steps.sh}}\n```\n";

#[test]
fn what_an_include_brings_in_runs() {
    let files = [
        ("steps.sh", "x=brought\necho \"$x in\"\n"),
        ("out.md", "```text\nbrought in\n```\n"),
    ];
    let book = book(CHAPTER, &files);
    let ended = labrun(&book, &["demo"]);
    check(&ended, 0, &["2 steps, 2 expectations, 0 checks passed"]);
    check(&labrun(&book, &["extract"]), 0, &[]);
    let script = fs::read_to_string(book.path().join("labs/demo/lab.sh")).unwrap();
    assert!(
        script.contains("# src/parts/demo.md with its includes:4\n"),
        "{script}"
    );
    let ended = Command::new("bash")
        .arg(book.path().join("labs/demo/lab.sh"))
        .output()
        .unwrap();
    check(&ended, 0, &["2 steps, 2 outputs and 0 checks passed"]);
}

#[test]
fn a_fault_in_what_is_brought_in_is_at_the_include() {
    let files = [
        ("steps.sh", "true\necho no\n"),
        ("out.md", "```text\nyes\n```\n"),
    ];
    let book = book(CHAPTER, &files);
    check(&labrun(&book, &["demo"]), 1, &["--> src/parts/demo.md:7:1"]);
    let chapter = CHAPTER.replace("sh\necho", "sh tiemout=1s\necho");
    fs::write(book.path().join("src/parts/demo.md"), chapter).unwrap();
    fs::write(book.path().join("src/parts/out.md"), "```python\n```\n").unwrap();
    for arguments in [&["check"][..], &["build"]] {
        check(
            &labrun(&book, arguments),
            2,
            &[
                "src/parts/demo.md:7:1",
                "= note: line 7 of src/parts/demo.md brings this in",
                "src/parts/demo.md:9:7",
            ],
        );
    }
}

#[test]
fn an_include_of_a_file_that_is_not_there_is_an_error() {
    let book = book(CHAPTER, &[]);
    let words = [
        "error[include-in-lab]",
        "--> src/parts/demo.md:4:1",
        "error[missing-include]",
        "--> src/parts/demo.md:7:1",
        "= help: ",
    ];
    for arguments in [&["check"][..], &["demo"], &["extract"]] {
        check(&labrun(&book, arguments), 2, &words);
    }
    assert!(!book.path().join("labs").exists());
    // A build names the file that is not there, and says nothing a second time.
    let built = labrun(&book, &["build"]);
    let words = [
        "`src/parts/steps.sh`, which is to be included, is not there",
        "--> src/parts/demo.md:4:12",
        "--> src/parts/demo.md:7:12",
        "labrun: 2 errors in this book",
    ];
    check(&built, 2, &words);
}
