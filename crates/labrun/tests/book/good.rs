//! Books with nothing wrong in them, of every shape.

use crate::shelf::{Book, TOML};

#[test]
fn a_book_is_built_and_nothing_else_is_said_or_left() {
    let book = Book::new();
    let ended = book.labrun(&["build"]);
    ended.is(0, &["labrun: built 2 pages in", "book/index.html"]);
    assert_eq!(ended.words.lines().count(), 1, "{}", ended.words);
    assert!(book.has("book/one.html") && book.has("book/404.html"));
    assert!(!book.has("book/sitemap.xml"), "no address is known");
    book.labrun(&["build"]).is(0, &[]);
    let names = book.names();
    assert_eq!(names, ["book", "book.toml", "src", "temporary", "theme"]);
}

#[test]
fn a_book_without_a_configuration_table_is_built() {
    let book = Book::new();
    book.write("book.toml", "");
    book.labrun(&["build"]).is(0, &["built 2 pages"]);
}

#[test]
fn several_renderers_have_a_folder_each() {
    let book = Book::new();
    book.write("book.toml", &format!("{TOML}\n[output.markdown]\n"));
    book.labrun(&["build"]).is(0, &["book/html/index.html"]);
    assert!(book.has("book/markdown/one.md") && book.has("book/html/one.html"));
    book.labrun(&["build"]).is(0, &[]);
    book.append("src/one.md", "[x](gone.md)\n");
    book.labrun(&["build"]).is(2, &["--> src/one.md:4:5"]);
    book.write("book.toml", "[output.markdown]\n");
    book.labrun(&["build"]).is(0, &["/book"]);
}

#[test]
fn a_lab_is_shown_and_an_include_is_followed() {
    let book = Book::new();
    book.write(
        "book.toml",
        &format!(
            "{TOML}\n[preprocessor.labrun]\nafter = [\"links\"]\n[preprocessor.labrun.labs.two]\n"
        ),
    );
    book.append("src/two.md", "\n{{#include parts/lab.md}}\n");
    book.write(
        "src/parts/lab.md",
        "```sh\necho x\n```\n\n```text\nx\n```\n",
    );
    book.labrun(&["build"]).is(0, &[]);
    let page = book.read("book/two.html");
    assert!(
        page.contains("echo x") && page.contains("labrun two"),
        "{page}"
    );
}

#[test]
fn a_whole_address_gives_a_sitemap_and_a_base() {
    let book = Book::new();
    book.labrun(&["build", "--site-url", "https://x.org/b"])
        .is(0, &["with a sitemap"]);
    let map = book.read("book/sitemap.xml");
    for page in ["", "one.html", "two.html"] {
        assert!(
            map.contains(&format!("<loc>https://x.org/b/{page}</loc>")),
            "{map}"
        );
    }
    assert_eq!(map.matches("<loc>").count(), 3, "{map}");
    assert!(
        book.read("book/404.html")
            .contains("<base href=\"https://x.org/b/\">")
    );
    let mut command = book.command(&["build"]);
    command.env("MDBOOK_OUTPUT__HTML__SITE_URL", "https://y.org/");
    assert!(command.status().unwrap().success());
    assert!(
        book.read("book/sitemap.xml")
            .contains("<loc>https://y.org/one.html</loc>")
    );
    book.labrun(&["build", "--site-url", "/b/"]).is(0, &[]);
    assert!(!book.has("book/sitemap.xml"));
    book.labrun(&["build", "--site-url", "x.org"])
        .is(2, &["must begin with https://"]);
}

#[test]
fn pages_link_to_their_sources() {
    let book = Book::new();
    let mut command = book.command(&["build"]);
    command.env(
        "MDBOOK_OUTPUT__HTML__EDIT_URL_TEMPLATE",
        "https://x.org/edit/main/{path}",
    );
    assert!(command.status().unwrap().success());
    assert!(
        book.read("book/two.html")
            .contains("href=\"https://x.org/edit/main/src/two.md\"")
    );
}

#[test]
fn a_book_around_its_sources_does_not_swallow_itself() {
    let book = Book::new();
    book.write("book.toml", "[book]\nsrc = \".\"\n");
    book.write("SUMMARY.md", "- [Read](README.md)\n");
    book.write("README.md", "# Read\n\n[me](index.md)\n");
    book.append(
        "book.toml",
        "[output.html]\nadditional-css = [\"theme/own.css\"]\n",
    );
    // What is edited has another name in the new book, which the pages of the old one do not know.
    for style in ["p { color: black }", "p { color: blue }"] {
        book.write("theme/own.css", style);
        book.labrun(&["build"]).is(0, &["built 1 page in"]);
    }
    assert!(book.has("book/index.html") && !book.has("book/book"));
    let hidden = book.snapshot("book").into_keys();
    let hidden: Vec<_> = hidden
        .filter(|path| path.to_string_lossy().contains(".labrun-"))
        .collect();
    assert_eq!(hidden, [book.root().join("book/.labrun-book")]);
}

#[test]
fn places_that_are_sent_on_are_there() {
    let book = Book::new();
    book.write(
        "book.toml",
        &format!("{TOML}\n[output.html.redirect]\n\"/two.html#old\" = \"one.html\"\n\"/was.html\" = \"one.html\"\n"),
    );
    book.append("src/one.md", "[x](two.md#old) [y](was.html)\n");
    book.labrun(&["build", "--site-url", "https://x.org/"])
        .is(0, &[]);
    assert!(!book.read("book/sitemap.xml").contains("was.html"));
    book.write(
        "book.toml",
        &book.read("book.toml").replace(
            "\"/was.html\" = \"one.html\"",
            "\"/was.html\" = \"gone.html\"",
        ),
    );
    book.labrun(&["build"])
        .is(2, &["`gone.html` leads nowhere", "--> book.toml:12:16"]);
}
