//! `mdbook-labrun install` in books of several kinds.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const CSS: &str = include_str!("../../../theme/labrun.css");

fn book() -> TempDir {
    let book = tempfile::tempdir().expect("a folder");
    fs::create_dir(book.path().join("src")).expect("a folder");
    fs::write(book.path().join("book.toml"), "[book]\n").expect("a file");
    book
}

fn install(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mdbook-labrun"))
        .arg("install")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs")
}

#[track_caller]
fn check(output: &Output, code: i32, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    for word in words {
        assert!(said.contains(word), "{word:?} is missing in:\n{said}");
    }
}

fn css(book: &TempDir) -> PathBuf {
    book.path().join("theme/labrun.css")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("the file is there")
}

#[test]
fn a_book_gets_the_files_and_hears_what_to_do() {
    let book = book();
    check(
        &install(book.path(), &["--check"]),
        1,
        &["theme/labrun.css is missing"],
    );
    assert!(
        !book.path().join("theme").exists(),
        "a check writes nothing"
    );
    // From a folder inside as well.
    let words = [
        "theme/labrun.css is written",
        "theme/labrun.js is written",
        "[output.html]",
        "additional-css = [\"theme/labrun.css\"]",
        "additional-js = [\"theme/labrun.js\"]",
    ];
    check(&install(&book.path().join("src"), &[]), 0, &words);
    assert!(read(&css(&book)).ends_with(CSS));
    check(&install(book.path(), &["--check"]), 0, &["is up to date"]);
    let toml = "[output.html]\nadditional-css = [\"theme/labrun.css\"]\n\
                additional-js = [\"a.js\", \"theme/labrun.js\"]\n";
    fs::write(book.path().join("book.toml"), toml).expect("a file");
    check(
        &install(book.path(), &[]),
        0,
        &["book.toml names them already"],
    );
}

#[test]
fn a_file_of_an_earlier_version_is_replaced() {
    let book = book();
    check(&install(book.path(), &[]), 0, &[]);
    // The same first line with the checksum of another text: as if an earlier version had said only `a`.
    let current = read(&css(&book));
    let (stamp, _) = current.split_once('\n').expect("a first line");
    let (before, _) = stamp.rsplit_once(": ").expect("a checksum");
    let old = format!("{before}: af63dc4c8601ec8c */\na");
    fs::write(css(&book), &old).expect("a file");
    check(
        &install(book.path(), &["--check"]),
        1,
        &["theme/labrun.css is of another version"],
    );
    assert_eq!(read(&css(&book)), old);
    check(
        &install(book.path(), &[]),
        0,
        &["theme/labrun.css is written"],
    );
    assert_eq!(read(&css(&book)), current);
}

#[test]
fn an_edited_file_is_kept_unless_it_is_forced() {
    let book = book();
    check(&install(book.path(), &[]), 0, &[]);
    let current = read(&css(&book));
    for edited in [current.clone() + "a {}\n", "mine".to_owned()] {
        fs::write(css(&book), &edited).expect("a file");
        check(
            &install(book.path(), &[]),
            0,
            &["theme/labrun.css is edited and kept", "--force"],
        );
        check(
            &install(book.path(), &["--check"]),
            1,
            &["theme/labrun.css is edited"],
        );
        assert_eq!(read(&css(&book)), edited);
        check(
            &install(book.path(), &["--force"]),
            0,
            &["theme/labrun.css is written"],
        );
        assert_eq!(read(&css(&book)), current);
    }
}

/// A book that has the files from elsewhere, such as this repository, needs nothing.
#[test]
fn an_equal_file_is_left_alone() {
    let book = book();
    fs::create_dir(book.path().join("theme")).expect("a folder");
    for text in [CSS.to_owned(), CSS.replace('\n', "\r\n")] {
        fs::write(css(&book), &text).expect("a file");
        check(
            &install(book.path(), &[]),
            0,
            &["theme/labrun.css is up to date"],
        );
        assert_eq!(read(&css(&book)), text);
    }
}

#[test]
fn what_cannot_be_done_is_said() {
    let empty = tempfile::tempdir().expect("a folder");
    check(
        &install(empty.path(), &["."]),
        1,
        &["there is no book.toml in ."],
    );
    check(
        &install(empty.path(), &[]),
        1,
        &["no book.toml", "install DIR"],
    );
    check(
        &install(empty.path(), &["--forc"]),
        2,
        &["Usage: mdbook-labrun install"],
    );
    check(
        &install(empty.path(), &["--force", "--check"]),
        2,
        &["Usage"],
    );
    check(
        &install(empty.path(), &["--help"]),
        0,
        &["--check", "Example"],
    );
    let book = book();
    fs::write(book.path().join("theme"), "no folder").expect("a file");
    check(&install(book.path(), &[]), 1, &["theme/labrun.css"]);
}
