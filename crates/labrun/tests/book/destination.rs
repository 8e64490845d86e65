//! Where a book may be put: nothing that is not a book is ever removed.

use std::fs;

use crate::shelf::Book;

#[track_caller]
fn refused(book: &Book, folder: &str, words: &[&str]) {
    let before = book.snapshot(".");
    let ended = book.labrun(&["build", "--dest-dir", folder]);
    ended.is(2, words);
    ended.is(2, &["the book is not built into", "help", "--dest-dir"]);
    assert_eq!(book.snapshot("."), before);
}

#[test]
fn nothing_but_a_book_is_replaced() {
    let book = Book::new();
    book.write("notes/mine.txt", "mine");
    refused(&book, ".", &["would be removed"]);
    refused(&book, "src", &["would be removed"]);
    refused(&book, "theme", &["would be removed"]);
    refused(&book, "..", &["would be removed"]);
    refused(&book, "/", &["the root of the file system"]);
    refused(&book, "notes", &["what is in it is no book"]);
    refused(&book, "book.toml", &["would be removed"]);
    fs::create_dir(book.root().join("empty")).unwrap();
    book.labrun(&["build", "-d", "empty"])
        .is(0, &["empty/index.html"]);
    book.labrun(&["build", "-d", "empty"]).is(0, &[]);
    book.write("empty/mine.txt", "mine");
    refused(
        &book,
        "empty",
        &["mine.txt is in it, which labrun did not put there"],
    );
}

#[test]
fn a_link_to_a_folder_stays_a_link() {
    let book = Book::new();
    fs::create_dir(book.root().join("real")).unwrap();
    std::os::unix::fs::symlink("real", book.root().join("book")).unwrap();
    book.labrun(&["build"]).is(0, &[]);
    assert!(book.root().join("book").is_symlink() && book.has("real/index.html"));
}

#[test]
fn what_a_killed_build_left_is_removed() {
    let book = Book::new();
    book.write(".book.labrun-abc/alive.lock", "");
    book.write(".book.labrun-abc/new/index.html", "half");
    book.labrun(&["build"]).is(0, &[]);
    assert!(!book.has(".book.labrun-abc"));
}

#[test]
fn a_book_that_a_killed_build_set_aside_comes_back() {
    let book = Book::new();
    book.write(".book.labrun-abc/alive.lock", "");
    book.write(".book.labrun-abc/old/.labrun-book", "old.html\n");
    book.write(".book.labrun-abc/old/old.html", "old");
    book.append("src/one.md", "[x](gone.md)\n");
    book.labrun(&["build"])
        .is(2, &["the last good book is kept in book/"]);
    assert_eq!(book.read("book/old.html"), "old");
}
