//! Steps that hang, that ignore signals, that leave processes behind, and that die.

use crate::harness::{Book, Ended};

fn keep_going(chapter: &str) -> (Book, Ended) {
    let book = Book::without_engine(chapter);
    let ended = Ended::of(&book.command(&["demo", "--keep-going"]).output().unwrap());
    (book, ended)
}

#[track_caller]
fn holds(ended: &Ended, code: i32, words: &[&str]) {
    assert_eq!(ended.code, Some(code), "{}", ended.words);
    for word in words {
        assert!(
            ended.words.contains(word),
            "{word:?} is missing in\n{}",
            ended.words
        );
    }
}

#[test]
fn a_step_that_hangs_is_timed_out_and_never_green() {
    let (book, ended) = keep_going(
        "# H\n\n```sh timeout=300ms\nsleep 621\n```\n\n```text\n```\n\n```sh\necho after\n```\n",
    );
    holds(
        &ended,
        1,
        &[
            "timed out after 0.3 s (ended by ^C)",
            "--> src/demo.md:4:1",
            "✓   2  echo after",
        ],
    );
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn a_step_that_waits_for_keys_is_told_with_its_prompt() {
    let (book, ended) = keep_going(
        "# H\n\n```sh\nread -p 'Your name: ' name\n```\n\n```text\n```\n\n```sh\necho after\n```\n",
    );
    holds(
        &ended,
        1,
        &[
            "waits for input that the page does not give: \"Your name:\"",
            "✓   2  echo after",
        ],
    );
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn a_step_that_ignores_every_signal_is_killed() {
    let step = "bash -c \"trap '' INT QUIT TSTP TERM HUP; while :; do sleep 0.1; done\"";
    let (book, ended) = keep_going(&format!(
        "# I\n\n```sh timeout=300ms\n{step}\n```\n\n```text\n```\n\n```sh\necho after\n```\n"
    ));
    holds(
        &ended,
        1,
        &[
            "timed out after 0.3 s (ended by SIGKILL)",
            "✓   2  echo after",
        ],
    );
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn daemons_are_ended_however_they_have_left() {
    // Twice forked, in a session of its own, without the run's mark, and deaf: only its descent tells whose it is.
    let daemon = "(trap '' TERM HUP INT; exec env -i setsid sleep 622 &) ; (setsid bash -c 'sleep 623 & sleep 624' &) ; (nohup sleep 625 >/dev/null 2>&1 &)";
    let (book, ended) = keep_going(&format!(
        "# D\n\n```sh\n{daemon}\nuntil pgrep -fx 'sleep 622' && pgrep -fx 'sleep 623' && pgrep -fx 'sleep 625'; do sleep 0.01; done >/dev/null\necho done\n```\n\n```text\ndone\n```\n"
    ));
    holds(&ended, 0, &[]);
    for number in 622..=625 {
        let found = std::process::Command::new("pgrep")
            .args(["-fx", &format!("sleep {number}")])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&found.stdout), "", "sleep {number}");
    }
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn what_a_step_leaves_running_holds_nothing_up_and_is_reported() {
    // It keeps the terminal, which is its standard output.
    let (book, ended) = keep_going(
        "# L\n\n```sh\necho one\n```\n\n```text\none\n```\n\n```sh\nsleep 626 &\n```\n\n```sh\necho two\n```\n\n```text\ntwo\n```\n",
    );
    holds(
        &ended,
        0,
        &[
            "✓   3  echo two",
            "still runs: sleep 626 (since step 2, src/demo.md:11)",
        ],
    );
    assert_eq!(book.left_behind(), Vec::<String>::new());
    let (_, ended) = keep_going(
        "# L\n\n```sh\nsleep 627 &\n```\n\n```sh\nkill %1; wait %1 2>/dev/null; echo\n```\n\n```text\n```\n",
    );
    holds(&ended, 0, &[]);
    assert!(!ended.words.contains("still runs"), "{}", ended.words);
}

#[test]
fn what_a_program_says_of_itself_counts_for_nothing() {
    let (_, ended) = keep_going(
        "# P\n\n```sh\nsh -c 'echo PASS: all checks passed; exit 1'\n```\n\n```text\nPASS: all checks passed\n```\n",
    );
    holds(
        &ended,
        1,
        &[
            "expected success, but got exit status 1",
            "| PASS: all checks passed",
        ],
    );
}

#[test]
fn a_program_that_a_signal_ends_has_failed() {
    let (book, ended) = keep_going(
        "# S\n\n```sh\nsh -c 'echo PASS; kill -SEGV $$'\n```\n\n```text\nPASS\n```\n\n```sh\necho after\n```\n",
    );
    holds(&ended, 1, &["SIGSEGV", "✓   2  echo after"]);
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn nothing_is_tried_again_unless_the_page_says_so() {
    let flaky = "if test -e tried; then echo right; else touch tried; echo wrong; fi";
    let chapter =
        |attribute: &str| format!("# F\n\n```sh{attribute}\n{flaky}\n```\n\n```text\nright\n```\n");
    let (_, ended) = keep_going(&chapter(""));
    holds(&ended, 1, &["- right", "+ wrong"]);
    let (_, ended) = keep_going(&chapter(" eventually=20s"));
    holds(&ended, 0, &["2 attempts"]);
}

#[test]
fn a_lab_that_does_nothing_is_not_green() {
    let (_, ended) = keep_going("# N\n\nOnly words.\n");
    holds(&ended, 4, &["has no step"]);
    let (_, ended) = keep_going("# N\n\n```sh\ntrue\n```\n");
    holds(&ended, 4, &["it verifies nothing"]);
}
