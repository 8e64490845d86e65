//! The README's examples do what it says: the lab is run, the tables are read, and every command is one.

use std::fs;
use std::path::Path;

use crate::book::Book;

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    fs::read_to_string(path).unwrap()
}

/// The text of the fences that open with this line.
fn fences(readme: &str, opening: &str) -> Vec<String> {
    let marker: String = opening.chars().take_while(|c| *c == '`').collect();
    let begin = format!("\n{opening}\n");
    let parts = readme.split(&begin).skip(1);
    let closed = |part: &str| {
        part.split(&format!("\n{marker}\n"))
            .next()
            .map(|text| text.to_owned() + "\n")
    };
    parts.filter_map(closed).collect()
}

#[test]
fn the_lab_runs() {
    let labs = fences(&readme(), "````markdown");
    assert_eq!(labs.len(), 1);
    let book = Book::with(&format!("# Readme\n\n{}", labs[0]));
    book.labrun(&["demo"]).is(0, &["3 steps, 1 expectation"]);
    // What passes has to be able to fail.
    let wrong = Book::with(&format!(
        "# Readme\n\n{}",
        labs[0].replace("tea|12", "tea|13")
    ));
    wrong.labrun(&["demo"]).is(1, &["- tea|13|<today_ts>"]);
}

#[test]
fn the_tables_are_read() {
    let tables = fences(&readme(), "```toml");
    assert!(!tables.is_empty());
    for table in tables {
        let book = Book::with("");
        fs::write(book.path().join("book.toml"), table).unwrap();
        fs::write(book.path().join("src/chapter1.md"), "# One\n").unwrap();
        let ended = book.labrun(&["list"]);
        ended.is(0, &[]);
        assert!(ended.data.contains("chapter1"), "{ended:?}");
    }
}

#[test]
fn every_command_is_one() {
    let readme = readme();
    let commands: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.trim().strip_prefix("script/labrun "))
        .filter_map(|rest| rest.split_whitespace().next())
        .collect();
    assert!(commands.len() > 4, "{commands:?}");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let labs = Book::with("")
        .labrun(&["--book", root.to_str().unwrap(), "list"])
        .data;
    for command in commands {
        let is_lab = labs
            .lines()
            .any(|line| line.starts_with(&format!("{command} ")));
        if !is_lab && command != "help" {
            Book::with("").labrun(&["help", command]).is(0, &[]);
        }
    }
}
