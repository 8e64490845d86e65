//! However labs end that run together, nothing of any is left, and the exit code says it.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use crate::book::{Books, hang, meet, step};
use crate::harness::{rest, send, until};

fn three() -> Books {
    let (a, b) = (hang("a"), hang("b"));
    Books::of(&[("a", &a), ("b", &b), ("c", &step("touch SIGNS/c", ""))])
}

#[test]
fn ctrl_c_ends_all_labs_and_leaves_nothing_of_any() {
    for (signal, code, by) in [
        (Signal::INT, 130, "Ctrl-C"),
        (Signal::TERM, 143, "SIGTERM"),
        (Signal::HUP, 129, "SIGHUP"),
    ] {
        let book = three();
        let child = book.start_until(&["--all", "-j", "2", "--report", "r.xml"], &["a", "b"]);
        let ended = book.end(child, signal);
        ended.says(
            code,
            &[
                "labrun: interrupted: every lab ends and cleans up",
                &format!("- a  interrupted by {by}"),
                &format!("- b  interrupted by {by}"),
                "- c  not run",
                &format!("interrupted by {by}: 2 labs interrupted, 1 lab not run; 0 labs passed"),
            ],
        );
        assert_eq!(book.left_behind(), Vec::<String>::new());
        assert!(!book.sign("c").exists(), "nothing is started any more");
        let report = book.read("r.xml");
        assert_eq!(report.matches("<testsuite ").count(), 3, "{report}");
    }
}

#[test]
fn a_signal_is_counted_once_by_each_lab() {
    // The step has ten seconds after the first signal; only a second one ends it before.
    let polite = step(
        "bash -c 'trap \"echo asked >> SIGNS/asked\" INT TERM; touch SIGNS/a; for i in 1 2 3 4 5 6 7 8; do sleep 0.1; done'",
        "",
    );
    let book = Books::of(&[("a", &polite), ("b", &hang("b"))]);
    let child = book.start_until(&["--all", "-j", "2"], &["a", "b"]);
    let ended = book.end(child, Signal::INT);
    ended.says(130, &["interrupted by Ctrl-C: 2 labs interrupted"]);
    assert_eq!(fs::read_to_string(book.sign("asked")).unwrap(), "asked\n");
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn a_second_signal_reaches_every_lab_too() {
    let stubborn = |sign: &str| {
        step(
            &format!(
                "bash -c 'trap \"\" INT TERM HUP QUIT; touch SIGNS/{sign}; while :; do sleep 0.05; done'"
            ),
            "",
        )
    };
    let (a, b) = (stubborn("a"), stubborn("b"));
    let book = Books::of(&[("a", &a), ("b", &b)]);
    let child = book.start_until(&["--all", "-j", "2"], &["a", "b"]);
    let (child, _) = {
        send(&child, Signal::INT);
        crate::harness::Book::until(child, "interrupted: every lab")
    };
    let ended = book.end(child, Signal::INT);
    ended.says(130, &["labrun: interrupted again: clean-up hurries"]);
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn a_kill_of_labrun_ends_its_labs_which_clean_up() {
    let book = three();
    let child = book.start_until(&["--all", "-j", "2"], &["a", "b"]);
    send(&child, Signal::KILL);
    drop(rest(child));
    until("nothing is left", || {
        book.left_behind().is_empty().then_some(())
    });
    assert!(!book.sign("c").exists());
}

#[test]
fn a_kill_of_one_lab_is_told_and_ends_no_other() {
    let (a, b) = (hang("a"), meet("b", "killed"));
    let book = Books::of(&[("a", &a), ("b", &b)]);
    let child = book.start_until(&["--all", "-j", "2"], &["a", "b"]);
    kill_process(runner_of(&book, "a"), Signal::KILL).unwrap();
    fs::write(book.sign("killed"), "").unwrap();
    let ended = rest(child);
    ended.says(
        3,
        &[
            "error: the run failed: its process was ended by signal 9",
            "✗ a  could not be run",
            "✓ b  passed",
        ],
    );
    until("nothing is left", || {
        book.left_behind().is_empty().then_some(())
    });
}

/// The process that runs a lab, as its journal has it.
fn runner_of(book: &Books, lab: &str) -> Pid {
    let runs = fs::read_dir(book.root().join("state/runs"))
        .unwrap()
        .flatten();
    let journals = runs.filter_map(|run| fs::read_to_string(run.path().join("journal.json")).ok());
    let mut journals =
        journals.map(|text| serde_json::from_str::<serde_json::Value>(&text).unwrap());
    let journal = journals.find(|journal| journal["lab"] == lab).unwrap();
    let pid = journal["runner"]["pid"].as_i64().unwrap();
    Pid::from_raw(i32::try_from(pid).unwrap()).unwrap()
}
