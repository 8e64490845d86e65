//! Signals to labrun in set-up, in a step and in clean-up; once, twice and three times; and a terminal that closes.

use std::fs;
use std::io::Read as _;
use std::os::unix::net::UnixListener;
use std::process::Stdio;

use rustix::process::Signal;

use crate::harness::{Book, Ended, rest, send, until};

const SIGNALS: [(Signal, i32, &str); 3] = [
    (Signal::INT, 130, "Ctrl-C"),
    (Signal::TERM, 143, "SIGTERM"),
    (Signal::HUP, 129, "SIGHUP"),
];

/// A program that tells that it was asked to end, and says goodbye a second and a half later.
const SLOW_TO_END: &str = "(setsid bash -c 'trap \"\" HUP; trap \"touch $PWD/asked; sleep 1.5; touch $PWD/goodbye; exit\" TERM; \
     touch $PWD/ready; while :; do sleep 0.05; done' &)\nuntil test -e ready; do sleep 0.01; done";

/// Where a chapter can leave signs that outlive the lab folder.
fn signs() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[track_caller]
fn is_interrupted(ended: &Ended, code: i32, by: &str) {
    assert_eq!(ended.code, Some(code), "{}", ended.words);
    let words = format!("interrupted by {by}");
    assert!(ended.words.contains(&words), "{}", ended.words);
    assert!(!ended.words.contains("panicked"), "{}", ended.words);
}

#[test]
fn in_set_up_a_signal_ends_the_wait_and_cleans_up() {
    for (signal, code, by) in SIGNALS {
        let book = Book::without_engine("# D\n\n```sh\ndocker ps\n```\n\n```text\n```\n");
        // An engine that takes the question and never answers.
        let socket = book.root().join("engine.sock");
        let engine = UnixListener::bind(&socket).unwrap();
        let url = format!("unix://{}", socket.display());
        let child = book.command(&["demo", "--engine", &url]).spawn().unwrap();
        let (mut asked, _) = engine.accept().unwrap();
        let (mut again, _) = engine.accept().unwrap();
        drop(asked.read(&mut [0]).and_then(|_| again.read(&mut [0])));
        send(&child, signal);
        is_interrupted(&rest(child), code, by);
        assert_eq!(book.left_behind(), Vec::<String>::new(), "{by}");
    }
}

#[test]
fn in_a_step_a_signal_reaches_its_program_as_a_key_does() {
    for (signal, code, by) in SIGNALS {
        let signs = signs();
        let at = signs.path().display();
        let step = format!(
            "bash -c 'trap \"echo INT > {at}/told; exit 3\" INT; touch {at}/begun; while :; do sleep 0.05; done'"
        );
        let book = Book::without_engine(&format!("# D\n\n```sh\n{step}\n```\n\n```text\n```\n"));
        let child = book.start();
        until("the step", || {
            signs.path().join("begun").exists().then_some(())
        });
        send(&child, signal);
        is_interrupted(&rest(child), code, by);
        let told = fs::read_to_string(signs.path().join("told")).unwrap_or_default();
        assert_eq!(told, "INT\n", "{by}");
        assert_eq!(book.left_behind(), Vec::<String>::new(), "{by}");
    }
}

#[test]
fn a_second_signal_does_not_wait_for_a_step_that_ignores_the_first() {
    let signs = signs();
    let at = signs.path().display();
    let step = format!(
        "bash -c 'trap \"\" INT TERM HUP QUIT; touch {at}/begun; while :; do sleep 0.05; done'"
    );
    let book = Book::without_engine(&format!("# D\n\n```sh\n{step}\n```\n\n```text\n```\n"));
    let child = book.start();
    until("the step", || {
        signs.path().join("begun").exists().then_some(())
    });
    send(&child, Signal::INT);
    taken(&child);
    send(&child, Signal::INT);
    is_interrupted(&rest(child), 130, "Ctrl-C");
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

/// A lab that is green, and whose clean-up has something to wait for.
fn slow_to_end(signs: &std::path::Path) -> Book {
    let at = signs.display();
    let chapter =
        format!("# D\n\n```sh\ncd {at}\n{SLOW_TO_END}\necho done\n```\n\n```text\ndone\n```\n");
    Book::without_engine(&chapter)
}

#[test]
fn in_clean_up_a_signal_ends_nothing_and_is_told() {
    for (signal, code, by) in SIGNALS {
        let signs = signs();
        let book = slow_to_end(signs.path());
        let child = book.start();
        until("clean-up", || {
            signs.path().join("asked").exists().then_some(())
        });
        send(&child, signal);
        let ended = rest(child);
        is_interrupted(&ended, code, by);
        assert!(
            ended
                .words
                .contains("1 step, 1 expectation, 0 checks passed"),
            "{}",
            ended.words
        );
        assert!(
            signs.path().join("goodbye").exists(),
            "{by}: the grace was cut short"
        );
        assert_eq!(book.left_behind(), Vec::<String>::new(), "{by}");
    }
}

#[test]
fn a_second_signal_in_clean_up_ends_the_grace() {
    let signs = signs();
    let book = slow_to_end(signs.path());
    let child = book.start();
    until("clean-up", || {
        signs.path().join("asked").exists().then_some(())
    });
    send(&child, Signal::INT);
    taken(&child);
    send(&child, Signal::INT);
    is_interrupted(&rest(child), 130, "Ctrl-C");
    assert!(
        !signs.path().join("goodbye").exists(),
        "the grace was not ended"
    );
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

/// Waits until a signal was delivered: two of a kind that wait together count as one.
fn taken(child: &std::process::Child) {
    until("taken", || {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let mut pending = status
            .lines()
            .filter(|line| line.starts_with("ShdPnd:") || line.starts_with("SigPnd:"));
        pending
            .all(|line| line.ends_with("0000000000000000"))
            .then_some(())
    });
}

#[test]
fn a_terminal_that_closes_is_a_hang_up() {
    let signs = signs();
    let at = signs.path().display();
    let chapter = format!("# D\n\n```sh\ntouch {at}/begun; sleep 600\n```\n\n```text\n```\n");
    let book = Book::without_engine(&chapter);
    let (terminal, other_side) = pty_process::blocking::open().unwrap();
    let mut command = pty_process::blocking::Command::new(env!("CARGO_BIN_EXE_labrun"));
    for (name, value) in book.command(&[]).get_envs() {
        command = match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let command = command.arg("--book").arg(book.root()).arg("demo");
    let mut child = command.spawn(other_side).unwrap();
    until("the step", || {
        signs.path().join("begun").exists().then_some(())
    });
    // The kernel says SIGHUP, and everything that is printed from now on is an error.
    drop(terminal);
    assert_eq!(child.wait().unwrap().code(), Some(129));
    book.nothing_is_left("a closed terminal");
}

#[test]
fn a_reader_of_the_words_who_goes_away_ends_nothing() {
    let book = Book::without_engine("# D\n\n```sh\necho one\n```\n\n```text\none\n```\n");
    let mut child = book
        .command(&["demo"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn a_run_that_is_stopped_goes_on_where_it_was() {
    let signs = signs();
    let at = signs.path().display();
    // The step ends while labrun cannot look, and long before labrun looks again.
    let step = format!("touch {at}/begun; sleep 0.3; echo slept; touch {at}/ended");
    let chapter = format!("# D\n\n```sh timeout=1s\n{step}\n```\n\n```text\nslept\n```\n");
    let book = Book::without_engine(&chapter);
    let child = book.start();
    until("the step", || {
        signs.path().join("begun").exists().then_some(())
    });
    send(&child, Signal::STOP);
    until("its end", || {
        signs.path().join("ended").exists().then_some(())
    });
    std::thread::sleep(std::time::Duration::from_millis(1200));
    send(&child, Signal::CONT);
    let ended = rest(child);
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    assert_eq!(book.left_behind(), Vec::<String>::new());
}
