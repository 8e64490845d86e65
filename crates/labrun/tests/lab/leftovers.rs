//! What no watchdog could clean up, and what was kept on purpose: the next run and `labrun clean` take it away.

use std::fs;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{Book, Ended};

const CONTAINER: &str = "labrun-test-kept";

/// A lab that leaves a container running, as no good chapter does.
fn untidy() -> Book {
    let step = format!("docker run -d --name {CONTAINER} postgres:17 sleep infinity");
    let chapter = format!(
        "# U\n\n```sh\n{step} > id\n```\n\n```text\n```\n\n```sh\nread -t 30 < <(sleep 30)\n```\n"
    );
    Book::with("untidy", &chapter)
}

fn container_exists() -> bool {
    let list = ["ps", "-a", "-q", "--filter", &format!("name={CONTAINER}")];
    !Command::new("docker")
        .args(list)
        .output()
        .unwrap()
        .stdout
        .is_empty()
}

fn kill(pid: u32) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
}

/// The process that watches over the runs of this book.
fn watchdog(book: &Book) -> u32 {
    let state = book.state().display().to_string();
    let pids = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let mut found = pids.filter(|pid: &u32| {
        let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let text = String::from_utf8_lossy(&command).into_owned();
        text.contains("__reap") && text.contains(&state)
    });
    found.next().unwrap()
}

#[test]
fn a_run_that_died_with_its_watchdog_is_cleaned_up_later() {
    let book = untidy();
    for way in ["clean", "untidy"] {
        let (mut child, _) = book.start_until("✓   1");
        kill(watchdog(&book));
        kill(child.id());
        child.wait().unwrap();
        assert!(container_exists(), "the run must have left something");
        let mut command = book.command(&[way]);
        if way == "untidy" {
            // The next run cleans up before it begins; it is told to stop as soon as it has.
            let (mut next, words) = book.start_until("lab folder");
            assert!(
                words.contains("removed what an older run had left behind"),
                "{words}"
            );
            assert!(words.contains(CONTAINER), "{words}");
            let pid = Pid::from_raw(i32::try_from(next.id()).unwrap()).unwrap();
            kill_process(pid, Signal::TERM).unwrap();
            assert_eq!(next.wait().unwrap().code(), Some(143));
        } else {
            let ended = Ended::of(&command.output().unwrap());
            assert_eq!(ended.code, Some(0), "{}", ended.words);
            assert!(ended.words.contains(CONTAINER), "{}", ended.words);
        }
        assert!(!container_exists(), "after {way}");
        book.nothing_is_left(way);
    }
}

#[test]
fn what_is_kept_is_said_and_cleaned_on_demand() {
    let chapter = format!(
        "# K\n\n```sh\ndocker run -d --name {CONTAINER} postgres:17 sleep infinity > id\n```\n\n```text\n```\n"
    );
    let book = Book::with("kept", &chapter);
    let ended = Ended::of(&book.command(&["kept", "--keep"]).output().unwrap());
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    assert!(ended.words.contains("kept as asked"), "{}", ended.words);
    assert!(container_exists());
    let plan = Ended::of(&book.command(&["clean", "--dry-run"]).output().unwrap());
    assert!(
        plan.words
            .contains(&format!("would remove container {CONTAINER}")),
        "{}",
        plan.words
    );
    assert!(container_exists());
    let cleaned = Ended::of(&book.command(&["clean"]).output().unwrap());
    assert_eq!(cleaned.code, Some(0), "{}", cleaned.words);
    assert!(!container_exists());
    book.nothing_is_left("clean");
}
