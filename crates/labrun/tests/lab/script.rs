//! The extracted script, alone with bash: green as the chapter is, red when a step is broken, and nothing left behind.

use std::process::Command;

use crate::harness::{Book, Ended};

/// Extracts the lab of a book and runs the script without labrun.
fn run_script(book: &Book) -> Ended {
    let extracted = Ended::of(&book.command(&["extract"]).output().unwrap());
    assert_eq!(extracted.code, Some(0), "{}", extracted.words);
    let script = book.root().join("labs/chapter3/lab.sh");
    let ended = Ended::of(
        &Command::new("bash")
            .arg(script)
            .current_dir("/")
            .output()
            .unwrap(),
    );
    println!("ran lab.sh against the engine: exit code {:?}", ended.code);
    ended
}

#[test]
fn the_script_is_green_alone() {
    let book = Book::chapter3();
    let ended = run_script(&book);
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    assert!(
        ended
            .words
            .contains("52 steps, 24 outputs and 13 checks passed"),
        "{}",
        ended.words
    );
    book.nothing_is_left("lab.sh");
}

#[test]
fn the_script_is_red_when_a_step_is_broken() {
    let book = Book::changed(|chapter| {
        chapter.replace(
            "WITH REPLICATION ENCRYPTED PASSWORD 'replicator'",
            "WITH REPLICATION PASSWORD 'other'",
        )
    });
    let line = book.line_of("user=replicator replication=true", 1);
    let ended = run_script(&book);
    assert_eq!(ended.code, Some(1), "{}", ended.words);
    assert!(
        ended
            .words
            .contains(&format!("src/chapter3.md:{line}: expected")),
        "{}",
        ended.words
    );
    book.nothing_is_left("lab.sh");
}
