//! The helps of failed steps: each in its place, and all of them as they are read, in `tests/messages/hints.txt`.

use std::path::Path;

use snapbox::{Data, assert_data_eq};

use super::*;
use crate::expectation::NOTICE_HELP;

#[track_caller]
fn check(status: Status, part: &str) {
    let help = unexpected_end(&status);
    assert!(help.contains(part), "{status:?}: {help}");
}

#[test]
fn a_slip_of_the_pen_is_not_told_to_be_declared() {
    let state = |state: &str| Status::SqlError(state.to_owned());
    check(Status::Exit(127), "no such command");
    check(Status::Exit(126), "executable");
    check(Status::Exit(137), "SIGKILL");
    check(state("42601"), "cannot read the statement");
    check(state("42P01"), "names something that is not there");
    for status in [Status::Exit(127), state("42703")] {
        assert!(!unexpected_end(&status).contains("exit="), "{status:?}");
    }
}

#[test]
fn another_failure_is_declared_as_it_was() {
    check(Status::Exit(2), "with `exit=2`");
    check(Status::Exit(-1), "with `exit=failure`");
    check(Status::SqlError("22012".to_owned()), "with `exit=22012`");
    check(Status::SqlError(String::new()), "with `exit=failure`");
}

#[test]
fn a_failure_that_does_not_come_is_no_failure_to_declare() {
    let one = ExpectedExit::Status(1);
    assert!(wrong_end(&one, &Status::Exit(0)).contains("take `exit=` off"));
    assert!(wrong_end(&one, &Status::Exit(2)).contains("says `exit=2`"));
}

#[test]
fn the_program_that_is_open_is_the_one_to_leave() {
    assert!(wrong_session(Language::Shell, "bash › sqlite3").ends_with("`.quit` in a `sql` fence"));
    assert!(wrong_session(Language::Shell, "bash › psql").contains("`\\q`"));
    assert!(wrong_session(Language::Sql, "bash › python").contains("leave Python"));
    assert!(wrong_session(Language::Sql, "bash").contains("open psql"));
}

/// Every help with the way of ending that it is for. `SNAPSHOTS=overwrite` writes the file.
#[test]
fn every_help_is_as_it_was_read() {
    let state = |state: &str| Status::SqlError(state.to_owned());
    let mut helps: Vec<(String, String)> = Vec::new();
    let mut add = |way: String, help: &str| helps.push((way, help.to_owned()));
    add("the line is not finished".to_owned(), UNFINISHED);
    add("past its deadline".to_owned(), TIMED_OUT);
    add("waits for input".to_owned(), WAITING);
    add("a pager or an editor".to_owned(), FULL_SCREEN);
    add("a notice the page does not show".to_owned(), NOTICE_HELP);
    let slips = ["42601", "42P01", "42703", "22012", ""].map(state);
    let exits = [1, 2, 126, 127, 137, -1].map(Status::Exit);
    for status in exits.into_iter().chain(slips) {
        for (expected, promised) in [
            (ExpectedExit::Success, "succeeds"),
            (ExpectedExit::Status(3), "fails with 3"),
        ] {
            let help = wrong_end(&expected, &status);
            add(format!("ends with {status:?}, the page {promised}"), &help);
        }
        add(format!("stopped by {status:?}"), &stopped(&status));
    }
    let succeeded = wrong_end(&ExpectedExit::Failure, &Status::Exit(0));
    add("succeeds, the page fails".to_owned(), &succeeded);
    for (language, stacks) in [
        (
            Language::Shell,
            &[
                "",
                "bash › psql",
                "bash › sqlite3",
                "bash › python3",
                "bash › less",
            ][..],
        ),
        (
            Language::Sql,
            &["bash", "bash › python3", "bash › less"][..],
        ),
        (
            Language::Python,
            &["bash", "bash › psql", "bash › sqlite3"][..],
        ),
    ] {
        for stack in stacks {
            let help = wrong_session(language, stack);
            add(format!("{language:?} typed at [{stack}]"), &help);
        }
    }
    for reason in ["the host shell has ended", "the terminal is gone"] {
        add(format!("lost: {reason}"), &lost(reason));
    }
    let refused = FailureKind::Unreachable {
        reason: "connection refused".to_owned(),
    };
    add(
        "a check is refused".to_owned(),
        asked_once(&refused).unwrap(),
    );
    for error in [
        ErrorKind::AlreadyExists,
        ErrorKind::NotADirectory,
        ErrorKind::IsADirectory,
        ErrorKind::PermissionDenied,
    ] {
        let help = not_written(error).unwrap();
        add(format!("a file is not written: {error:?}"), help);
    }
    let text: String = helps
        .iter()
        .map(|(way, help)| format!("== {way}\n{help}\n\n"))
        .collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages/hints.txt");
    assert_data_eq!(text, Data::read_from(&path, None).raw());
}
