//! `--watch`: the lab stands, and is run again on each save. Every wait is for what the command says.

use std::fs;
use std::path::PathBuf;

use crate::book::Book;
use crate::typist::Typist;

/// The second step changes the lab, the third only observes.
const CHAPTER: &str = "# Demo\n\nWords.\n\n```sh\nmkdir work && cd work\n```\n\n```sh\necho one >> file\n```\n\n\
                       ```sh\ncat file\n```\n\n```text\none\n```\n";
const WAITING: &str = "; Ctrl-C ends and cleans up";

/// A lab that was run once and is green.
fn watched(arguments: &[&str]) -> (Book, Typist) {
    let book = Book::with(CHAPTER);
    let mut arguments = arguments.to_vec();
    arguments.splice(0..0, ["demo", "--watch"]);
    let mut typist = Typist::start(&book, &arguments);
    typist.sees("round 1");
    typist.sees("passed: 3 steps");
    typist.sees("waiting for a save of src/demo.md (the lab stands in ");
    typist.sees(WAITING);
    (book, typist)
}

/// Ends by Ctrl-C, and nothing is left.
#[track_caller]
fn ends(book: &Book, mut typist: Typist) -> String {
    typist.types("\u{3}");
    let (code, seen) = typist.ends();
    assert_eq!(code, Some(130), "{seen}");
    assert!(!seen.contains("panicked"), "{seen}");
    book.labrun(&["clean"]).is(0, &["nothing to clean"]);
    seen
}

#[test]
fn it_goes_on_with_the_first_step_that_has_changed() {
    let (book, mut typist) = watched(&[]);
    // An expectation of a step that observes, then a step behind everything.
    book.write(&CHAPTER.replace("```text\none", "```text\ntwo"));
    typist.sees("round 2: step 3 has changed (src/demo.md:13:1): going on from step 3");
    typist.sees("✗   3");
    typist.sees(WAITING);
    book.write(CHAPTER);
    typist.sees("round 3: step 3 has changed (src/demo.md:13:1): going on from step 3");
    typist.sees("passed: 1 step,");
    typist.sees(WAITING);
    book.write(&format!(
        "{CHAPTER}\n```sh\ncat file\n```\n\n```text\none\n```\n"
    ));
    typist.sees("step 4 was not done yet (src/demo.md:21:1): going on from step 4");
    typist.sees("passed: 1 step,");
    typist.sees(WAITING);
    let seen = ends(&book, typist);
    assert!(seen.contains("nothing is left of the lab"), "{seen}");
}

#[test]
fn a_change_before_what_was_done_runs_all() {
    let (book, mut typist) = watched(&[]);
    book.write(&CHAPTER.replace("echo one", "echo 'one'"));
    typist.sees("step 2 has changed (src/demo.md:9:1); step 2 was begun in the lab that stands");
    typist.sees("all is run, in a new lab");
    // The file has one line again.
    typist.sees("passed: 3 steps");
    typist.sees(WAITING);
    ends(&book, typist);
}

#[test]
fn words_run_nothing_and_a_wrong_chapter_is_waited_out() {
    let (book, mut typist) = watched(&[]);
    book.write(&CHAPTER.replace("Words.", "Other words.\n\nAnd more."));
    typist.sees("src/demo.md saved: nothing that runs has changed");
    typist.sees(WAITING);
    book.write(&CHAPTER.replace("```text\none", "```text colour=red\none"));
    typist.sees("colour");
    typist.sees(WAITING);
    book.write(CHAPTER);
    typist.sees("so nothing is run");
    typist.sees(WAITING);
    fs::write(book.path().join("book.toml"), "[book\n").unwrap();
    typist.sees("book.toml");
    typist.sees(WAITING);
    let seen = ends(&book, typist);
    assert!(!seen.contains("round 2"), "{seen}");
}

#[test]
fn what_a_shell_knew_is_not_lost_without_a_word() {
    let book = Book::with(&CHAPTER.replace("mkdir work && cd work", "export COLOUR=red"));
    let mut typist = Typist::start(&book, &["demo", "--watch"]);
    typist.sees(WAITING);
    book.write(&book.chapter().replace("```text\none", "```text\n..."));
    typist.sees("what this set would be missing: src/demo.md:6:1 `export COLOUR=red`: all is run");
    typist.sees(WAITING);
    ends(&book, typist);
}

#[test]
fn an_included_file_counts_and_a_save_ends_a_round_before_its_next_step() {
    let book = Book::with(
        "# Demo\n\n```sh\nuntil test -e go; do :; done\n```\n\n```sh\n{{#include two.sh}}\n```\n\n```text\n...\n```\n",
    );
    let include = book.path().join("src/two.sh");
    fs::write(&include, "echo two\n").unwrap();
    let mut typist = Typist::start(&book, &["demo", "--watch"]);
    typist.sees("lab folder  ");
    typist.sees("until test -e go");
    fs::write(&include, "echo three\n").unwrap();
    let folder = typist.seen.split("lab folder  ").nth(1).unwrap();
    let folder = folder.split_whitespace().next().unwrap().to_owned();
    fs::write(format!("{folder}/go"), "").unwrap();
    typist.sees("round 2");
    typist.sees("echo three");
    typist.sees(WAITING);
    ends(&book, typist);
}

#[test]
fn who_is_killed_leaves_nothing() {
    let (book, mut typist) = watched(&[]);
    let (_, folder) = typist.seen.split_once("lab folder  ").unwrap();
    let folder = PathBuf::from(folder.lines().next().unwrap().trim());
    assert!(folder.is_dir(), "{}", typist.seen);
    typist.kills();
    // The watchdog removes it.
    while folder.parent().unwrap().exists() {
        std::thread::yield_now();
    }
    book.labrun(&["clean"]).is(0, &["nothing to clean"]);
}

#[test]
fn it_does_not_go_with_what_contradicts_it() {
    let book = Book::with(CHAPTER);
    for other in ["--step", "--dry-run", "--keep", "--from=2"] {
        book.labrun(&["demo", "--watch", other])
            .is(2, &["cannot be used with"]);
    }
    book.labrun(&["demo", "--watch", "--until", "9"])
        .is(2, &["has no step `9`"]);
    let (book, mut typist) = watched_until("2");
    book.write(&CHAPTER.replace("cat file", "cat -n file"));
    typist.sees("nothing is run");
    ends(&book, typist);
}

fn watched_until(step: &str) -> (Book, Typist) {
    let book = Book::with(CHAPTER);
    let mut typist = Typist::start(&book, &["demo", "--watch", "--until", step]);
    typist.sees(WAITING);
    (book, typist)
}
