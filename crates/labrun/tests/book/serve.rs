//! `labrun serve` as a process: a save is seen in the browser, a bad save is not, and nothing is left behind.

use std::fs;
use std::net::TcpListener;

use rustix::process::Signal;

use crate::running::{Running, message};
use crate::shelf::Book;

fn serve(book: &Book) -> Running {
    Running::start(book.command(&["serve", "--port", "0"]))
}

/// The path at which a page listens.
fn live(page: &str) -> String {
    let (_, rest) = page.split_once("labrun-live/").unwrap();
    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
    format!("/labrun-live/{number}")
}

#[test]
fn a_save_reaches_the_browser_and_a_bad_one_does_not() {
    let book = Book::new();
    let mut server = serve(&book);
    let before = server.get("/two.html").body;
    assert!(before.contains("Second") && !before.contains("Third"));
    let mut page = server
        .websocket(&live(&before), &server.own_headers())
        .unwrap();

    let good = book.read("src/two.md");
    book.write("src/two.md", &format!("{good}\n[x](gone.md)\n"));
    server.wait_for("src/two.md changed");
    server.wait_for("error[dead-link]: `gone.html` leads nowhere");
    server.wait_for("1 error in this book; the browser keeps the last good one");
    assert_eq!(server.get("/two.html").body, before);

    book.write("src/two.md", &format!("{good}\n## Third\n"));
    server.wait_for("built 2 pages in");
    assert_eq!(message(&mut page), "reload");
    let after = server.get("/two.html").body;
    assert!(after.contains("Third"), "{after}");

    // A page that was loaded before the build and listens only now is told at once.
    let mut late = server
        .websocket(&live(&before), &server.own_headers())
        .unwrap();
    assert_eq!(message(&mut late), "reload");
    assert!(!book.has("book"), "the author's own folder is not touched");
}

#[test]
fn every_kind_of_input_is_watched() {
    let book = Book::new();
    book.append("src/two.md", "\n{{#include ../parts/a.md}}\n");
    book.write("parts/a.md", "part one\n");
    book.write(".gitignore", "*.log\n/src/mermaid\n");
    fs::create_dir(book.root().join("src/mermaid")).unwrap();
    let mut server = serve(&book);
    for (file, text) in [
        ("parts/a.md", "part two\n"),
        ("theme/own.css", "p { color: blue }\n"),
        ("src/mermaid/mermaid.min.js", "1;\n"),
        ("book.toml", "[book]\ntitle = \"Other\"\n"),
    ] {
        // What git ignores is no reason to build, so the next line is about the file that follows.
        book.write("src/noise.log", text);
        book.write(file, text);
        let changed = server.wait_for("changed");
        assert!(
            changed.contains(file) && !changed.contains("noise"),
            "{changed}"
        );
        server.wait_for("built 2 pages");
    }
    assert!(server.get("/two.html").body.contains("part two"));
    assert!(server.get("/two.html").body.contains("Other"));
}

#[test]
fn sources_beside_the_book_are_watched() {
    let book = Book::new();
    fs::create_dir(book.root().join("inner")).unwrap();
    book.write("inner/book.toml", "[book]\nsrc = \"../src\"\n");
    let mut server = Running::start(book.command(&["serve", "--port", "0", "--book", "inner"]));
    book.append("src/two.md", "\nfrom beside\n");
    server.wait_for("src/two.md changed");
    server.wait_for("built 2 pages");
    assert!(server.get("/two.html").body.contains("from beside"));
}

#[test]
fn a_file_that_takes_the_place_of_another_is_a_save() {
    let book = Book::new();
    let mut server = serve(&book);
    book.write("beside.md", "# Two\n\n## Second\n\nfrom beside\n");
    fs::rename(
        book.root().join("beside.md"),
        book.root().join("src/two.md"),
    )
    .unwrap();
    server.wait_for("src/two.md changed");
    server.wait_for("built 2 pages");
    assert!(server.get("/two.html").body.contains("from beside"));
}

#[test]
fn a_folder_that_was_away_is_watched_again() {
    let book = Book::new();
    let mut server = serve(&book);
    let before = server.get("/two.html").body;
    let (src, away) = (book.root().join("src"), book.root().join("away"));
    fs::rename(&src, &away).unwrap();
    server.wait_for("`src/SUMMARY.md` is not there");
    assert_eq!(server.get("/two.html").body, before);
    fs::rename(&away, &src).unwrap();
    server.wait_for("built 2 pages");
    book.append("src/two.md", "\nonce more\n");
    server.wait_for("src/two.md changed");
    server.wait_for("built 2 pages");
    assert!(server.get("/two.html").body.contains("once more"));
}

#[test]
fn nothing_is_left_however_it_ends() {
    let book = Book::new();
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let server = serve(&book);
        assert_eq!(fs::read_dir(book.temporary()).unwrap().count(), 1);
        assert_eq!(server.end(signal).code(), Some(code));
        assert_eq!(fs::read_dir(book.temporary()).unwrap().count(), 0, "{code}");
    }
    let killed = serve(&book);
    killed.end(Signal::KILL);
    assert_eq!(fs::read_dir(book.temporary()).unwrap().count(), 1);
    let first = serve(&book);
    let second = serve(&book);
    let count = fs::read_dir(book.temporary()).unwrap().count();
    assert_eq!(count, 2, "what was left is gone, and what is in use is not");
    assert_eq!(first.get("/two.html").status, 200);
    assert_eq!(second.end(Signal::INT).code(), Some(130));
    assert_eq!(first.end(Signal::INT).code(), Some(130));
    assert_eq!(book.names(), ["book.toml", "src", "temporary", "theme"]);
}

#[test]
fn a_port_that_is_taken_is_said_with_its_owner() {
    let book = Book::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ended = book.labrun(&["serve", "--port", &port]);
    let own = format!("port {port} is taken by process {}", std::process::id());
    ended.is(3, &[&own, "help"]);
    assert_eq!(fs::read_dir(book.temporary()).unwrap().count(), 0);
}

#[test]
fn without_a_port_the_next_free_one_is_taken() {
    let book = Book::new();
    // Whoever has the usual port, this test or another program, it is taken.
    let _taken = TcpListener::bind("127.0.0.1:3000");
    let server = Running::start(book.command(&["serve"]));
    assert!(server.port > 3000);
    let said = server.said.join("\n");
    assert!(said.contains("port 3000 is taken by "), "{said}");
}

#[test]
fn a_book_that_is_wrong_from_the_start_is_not_served() {
    let book = Book::new();
    book.append("src/two.md", "\n{{#include gone.md}}\n");
    let ended = book.labrun(&["serve", "--port", "0"]);
    ended.is(
        2,
        &[
            "missing-include",
            "--> src/two.md:7:12",
            "1 error in this book",
        ],
    );
    assert_eq!(fs::read_dir(book.temporary()).unwrap().count(), 0);
}
