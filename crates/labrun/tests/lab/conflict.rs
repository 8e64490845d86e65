//! What is in the way is said before the first step, with its owner.

use std::net::TcpListener;
use std::process::Command;

use crate::harness::{Book, Ended};

/// A container that is removed when the test ends.
struct Bystander;

impl Bystander {
    fn start() -> Self {
        let run = [
            "run",
            "-d",
            "--name",
            "pgtest_master",
            "postgres:17",
            "sleep",
            "infinity",
        ];
        assert!(
            Command::new("docker")
                .args(run)
                .output()
                .unwrap()
                .status
                .success()
        );
        Self
    }
}

impl Drop for Bystander {
    fn drop(&mut self) {
        let _ = Command::new("docker")
            .args(["rm", "-f", "-v", "pgtest_master"])
            .output();
    }
}

#[track_caller]
fn refused(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code, Some(3), "{}", ended.words);
    for word in words {
        assert!(
            ended.words.contains(word),
            "{word:?} is missing in\n{}",
            ended.words
        );
    }
    assert!(
        !ended.words.contains('✓'),
        "no step may have run:\n{}",
        ended.words
    );
}

#[test]
fn a_busy_port_names_the_process_that_has_it() {
    let book = Book::chapter3();
    let _listener = TcpListener::bind("0.0.0.0:5454").unwrap();
    let own = std::process::id().to_string();
    refused(&book.run(), &["5454", &own]);
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn a_taken_container_name_names_its_owner() {
    let book = Book::chapter3();
    let bystander = Bystander::start();
    refused(
        &book.run(),
        &["pgtest_master", "postgres:17", "docker rm -f"],
    );
    let alive = ["inspect", "-f", "{{.State.Running}}", "pgtest_master"];
    let output = Command::new("docker").args(alive).output().unwrap();
    assert_eq!(
        output.stdout, b"true\n",
        "somebody else's container is left alone"
    );
    drop(bystander);
}

#[test]
fn the_same_lab_twice_names_the_other_run() {
    let book = Book::with(
        "slow",
        "# S\n\n```sh\nread -t 60 < <(sleep 60)\n```\n\n```text\n```\n",
    );
    let (mut first, _) = book.start_until("lab folder");
    let refused = book.run();
    assert_eq!(refused.code, Some(3));
    assert!(
        refused.words.contains("is running already"),
        "{}",
        refused.words
    );
    assert!(
        refused.words.contains(&format!("pid {}", first.id())),
        "{}",
        refused.words
    );
    let pid = rustix::process::Pid::from_raw(i32::try_from(first.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(first.wait().unwrap().code(), Some(143));
    book.nothing_is_left("SIGTERM");
}
