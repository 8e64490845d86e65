//! The binary as mdBook runs it.

#![cfg(test)]

mod book;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use book::{BOOK, book, content, context};
use mdbook_preprocessor::book::Book;

const PROGRAM: &str = env!("CARGO_BIN_EXE_mdbook-diagram");

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut program = Command::new(PROGRAM)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = program.stdin.take().expect("a pipe");
    // It may end before it has read everything.
    let _ = stdin.write_all(input);
    drop(stdin);
    program.wait_with_output().expect("the program ends")
}

fn input(version: &str, chapter: &str) -> String {
    let mut context = context(BOOK, "html");
    context.mdbook_version = version.to_owned();
    let input = (context, book(&[("page", chapter)]));
    serde_json::to_string(&input).expect("JSON")
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn only_html_is_supported() {
    assert!(run(&["supports", "html"], b"").status.success());
    for renderer in ["markdown", "test", "something"] {
        let output = run(&["supports", renderer], b"");
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty() && output.stderr.is_empty());
    }
}

const DIAGRAM: &str = "# A\n\n```mermaid\npie\naccTitle: A\naccDescr: B\n\"a\" : 1\n```\n";

#[test]
fn a_book_comes_back_changed() {
    let output = run(&[], input("0.5.4", DIAGRAM).as_bytes());
    assert!(output.status.success(), "{}", words(&output));
    assert_eq!(words(&output), "");
    let book: Book = serde_json::from_slice(&output.stdout).expect("a book");
    assert!(content(&book, "page").contains("<figure class=\"diagram\""));
}

#[test]
fn a_wrong_diagram_stops_the_build() {
    let output = run(&[], input("0.5.4", "# A\n\n```mermaid\n```\n").as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let words = words(&output);
    assert!(
        words.contains("src/page.md:3:1") && words.contains("1 error in the diagrams"),
        "{words}"
    );
}

#[test]
fn another_version_is_a_warning() {
    let chapter = "# A\n";
    for (version, warns) in [
        ("0.5.0", false),
        ("0.5.99", false),
        ("0.6.0", true),
        ("odd", true),
    ] {
        let output = run(&[], input(version, chapter).as_bytes());
        assert!(output.status.success());
        assert_eq!(
            words(&output).contains("this is mdBook"),
            warns,
            "{version}"
        );
    }
}

#[test]
fn what_is_no_book_is_said_in_a_sentence() {
    let old =
        r#"[{"root":"/","config":{},"renderer":"html","mdbook_version":"0.4.40"},{"sections":[]}]"#;
    let output = run(&[], old.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert!(
        words(&output).contains("mdBook 0.4.40 sends: it needs mdBook ^0.5"),
        "{}",
        words(&output)
    );
    for garbage in [&b""[..], b"hello", b"[]", b"\xff\xfe", b"{\"a\": 1}"] {
        let output = run(&[], garbage);
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        let words = words(&output);
        assert!(
            words.contains("not what mdBook ^0.5 sends") && !words.contains("panicked"),
            "{words}"
        );
    }
}

#[test]
fn usage() {
    let output = run(&["--version"], b"");
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("mdbook-diagram "));
    assert!(run(&["--help"], b"").status.success());
    assert_eq!(run(&["build"], b"").status.code(), Some(2));
}

fn install(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(PROGRAM)
        .arg("install")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &words(&output);
    (output.status.code(), said)
}

#[track_caller]
fn check(ended: &(Option<i32>, String), code: i32, words: &[&str]) {
    let (status, said) = ended;
    assert_eq!(*status, Some(code), "{said}");
    for word in words {
        assert!(said.contains(word), "{word:?} is missing in:\n{said}");
    }
}

/// From nothing to a book whose diagrams are drawn, by doing what is said.
#[test]
fn a_book_gets_what_draws_and_hears_the_rest() {
    let book = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = book.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write(
        "book.toml",
        "[output.html]\nadditional-css = [\"own.css\"]\n[preprocessor.labrun]\n",
    );
    let rest = [
        "additional-css = [\"own.css\", \"theme/diagram.css\"]",
        "additional-js = [\"theme/diagram.js\"]",
        "[preprocessor.diagram]",
        "after = [\"links\", \"labrun\"]",
        "src/mermaid/mermaid.min.js is missing",
        "pip download --no-deps mermaidx==",
        "> src/mermaid/mermaid.min.js",
        "sha256 = \"",
    ];
    let checked = install(book.path(), &["--check"]);
    check(&checked, 1, &["theme/diagram.js is missing"]);
    check(&checked, 1, &rest);
    assert!(!book.path().join("theme").exists());
    let installed = install(book.path(), &[]);
    check(&installed, 0, &["theme/diagram.js is written"]);
    check(&installed, 0, &rest);
    let (_, hash) = installed.1.rsplit_once("sha256 = \"").expect("a hash");
    let hash = hash.get(..64).expect("64 digits");
    write(
        "book.toml",
        &format!(
            "[output.html]\nadditional-css = [\"theme/diagram.css\"]\nadditional-js = [\"theme/diagram.js\"]\n\
             [preprocessor.diagram]\nsha256 = \"{hash}\"\n"
        ),
    );
    write("src/mermaid/mermaid.min.js", "another one");
    let another = install(book.path(), &["--check"]);
    let words = [
        "theme/diagram.css is up to date",
        "book.toml names them already",
        "is not the script that book.toml names",
        hash,
    ];
    check(&another, 1, &words);
    let found = another.1.split("its SHA-256 is ").nth(1).expect("a hash");
    let text = fs::read_to_string(book.path().join("book.toml")).expect("a file");
    write(
        "book.toml",
        &text.replace(hash, found.get(..64).expect("64 digits")),
    );
    let right = install(book.path(), &["--check"]);
    check(&right, 0, &["src/mermaid/mermaid.min.js is the right one"]);
}

#[test]
fn the_help_teaches() {
    for (arguments, parts) in [
        (
            &["--help"][..],
            &[
                "[preprocessor.diagram]",
                "accDescr",
                "```mermaid",
                "install",
            ][..],
        ),
        (
            &["install", "--help"],
            &["--check", "--force", "Mermaid itself", "Example"],
        ),
    ] {
        let output = run(arguments, b"");
        assert!(output.status.success());
        let said = String::from_utf8_lossy(&output.stdout);
        for part in parts {
            assert!(said.contains(part), "{part} is missing in:\n{said}");
        }
    }
    assert_eq!(run(&["install", "--forc"], b"").status.code(), Some(2));
}
