//! What a slip of the pen is answered with, and what a shell is told that completes.

use std::process::Command;

use crate::book::{Book, GREEN};

#[test]
fn a_mistyped_command_is_named_with_the_nearest() {
    let book = Book::with(GREEN);
    book.labrun(&["buld"]).is(
        2,
        &[
            "there is no lab `buld`",
            "did you mean the command `labrun build`?",
            "the labs of this book: demo",
        ],
    );
    book.labrun(&["--book", "/", "hlep"]).is(
        2,
        &[
            "no book.toml in /",
            "did you mean the command `labrun help`?",
        ],
    );
    book.labrun(&["help", "biuld"])
        .is(2, &["did you mean `labrun help build`?"]);
    let ended = book.labrun(&["far-from-everything"]);
    assert!(!ended.words.contains("did you mean"), "{ended:?}");
}

#[test]
fn a_command_that_is_not_there_is_not_told_to_be_declared() {
    let book = Book::with("# D\n\n```sh\nlss\n```\n\n```text\nx\n```\n");
    let ended = book.labrun(&["demo"]);
    ended.is(1, &["exit status 127", "there is no such command"]);
    assert!(!ended.words.contains("exit="), "{ended:?}");
}

#[test]
fn a_shell_is_told_the_names_of_the_labs() {
    let book = Book::with(GREEN);
    let script = book.labrun(&["completions", "bash"]).data;
    let complete = |words: &str| {
        let asked = format!(
            "{script}\nCOMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMP_TYPE=9\n\
             _clap_complete_labrun labrun \"${{COMP_WORDS[COMP_CWORD]}}\" x 2>&1; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash")
            .args(["-c", &asked])
            .current_dir(book.path())
            .env_remove("LABRUN_BOOK")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let first = complete("labrun ''");
    for word in ["build", "verify", "demo"] {
        assert!(first.lines().any(|line| line == word), "{first}");
    }
    assert_eq!(complete("labrun verify d"), "demo\n");
    assert_eq!(complete("labrun demo --keep-"), "--keep-going\n");
}
