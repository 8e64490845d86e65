//! Labs with containers: at the same time on one engine, and shared out among several. Each engine is the test's own.

use std::fs;

use crate::book::{Books, hang, step};
use crate::harness::{rest, send, until};
use crate::own_engine::{IMAGE, OwnEngine};
use rustix::process::Signal;

/// A lab with a container of this name, which meets another lab while its container runs.
fn with_container(name: &str, own: &str, other: &str) -> String {
    let run = format!(
        "docker run -d --net none --name {name} {IMAGE} sleep 619 > id; docker exec {name} cat /etc/hostname | wc -l"
    );
    let meet =
        format!("touch SIGNS/{own}; until test -e SIGNS/{other}; do sleep 0.02; done; echo met");
    step(&run, "1") + &step(&meet, "met")
}

/// What an engine has that no engine has by itself.
fn left_at(engine: &OwnEngine) -> String {
    let list = |arguments: &[&str]| String::from_utf8(engine.docker(arguments).stdout).unwrap();
    list(&["ps", "-aq"])
        + &list(&["volume", "ls", "-q"])
        + &list(&["network", "ls", "-q", "--filter", "type=custom"])
}

#[test]
fn two_labs_with_containers_run_on_one_engine_at_once_and_each_removes_its_own() {
    let engine = OwnEngine::start();
    let one = with_container("one", "one", "two") + &step("docker volume create of_one", "of_one");
    let two = with_container("two", "two", "one")
        + &step(
            "mkdir of_one; docker inspect -f '{{.State.Running}}' two",
            "true",
        );
    let book = Books::of(&[("one", &one), ("two", &two)]);
    let url = engine.url();
    let ended = book.labrun(&["--all", "-j", "2", "--engine", &url]);
    ended.says(0, &["passed: 2 labs passed"]);
    assert_eq!(left_at(&engine), "");
}

#[test]
fn an_interrupt_removes_the_containers_of_every_lab() {
    let engine = OwnEngine::start();
    let lab = |name: &str| {
        let run = format!("docker run -d --net none --name {name} {IMAGE} sleep 619 > id");
        step(&run, "") + &hang(name)
    };
    let (one, two) = (lab("one"), lab("two"));
    let book = Books::of(&[("one", &one), ("two", &two)]);
    for signal in [Signal::INT, Signal::KILL] {
        for sign in ["one", "two"] {
            let _ = fs::remove_file(book.sign(sign));
        }
        let child = book.start_until(
            &["--all", "-j", "2", "--engine", &engine.url()],
            &["one", "two"],
        );
        send(&child, signal);
        drop(rest(child));
        until("nothing is left", || {
            (left_at(&engine).is_empty() && book.left_behind().is_empty()).then_some(())
        });
    }
}

#[test]
fn labs_that_clash_on_one_engine_run_at_once_on_two() {
    let (first, second) = (OwnEngine::start(), OwnEngine::start());
    // Both give the same name, so that one engine could not have them at once; and each waits for the other.
    let one =
        with_container("same", "one", "two") + &step("echo $DOCKER_HOST > SIGNS/host-one", "");
    let two =
        with_container("same", "two", "one") + &step("echo $DOCKER_HOST > SIGNS/host-two", "");
    let book = Books::of(&[("one", &one), ("two", &two)]);
    let ended = book.labrun(&[
        "--all",
        "-j",
        "2",
        "--engine",
        &first.url(),
        "--engine",
        &second.url(),
    ]);
    ended.says(
        0,
        &[
            &format!("engine  {} · Docker Engine", first.url()),
            &second.url(),
            "passed: 2 labs passed",
        ],
    );
    let host = |name: &str| fs::read_to_string(book.sign(name)).unwrap();
    assert_eq!(host("host-one").trim(), first.url());
    assert_eq!(host("host-two").trim(), second.url());
    assert_eq!(left_at(&first) + &left_at(&second), "");
    // The same engine by another address is no second one.
    let link = book.root().join("link.sock");
    std::os::unix::fs::symlink(first.socket(), &link).unwrap();
    let other = format!("unix://{}", link.display());
    let ended = book.labrun(&["--all", "--engine", &first.url(), "--engine", &other]);
    ended.says(2, &["are the same engine", "help: name each engine once"]);
}

#[test]
fn an_engine_that_does_not_answer_is_told_before_the_first_lab_starts() {
    let engine = OwnEngine::start();
    let started = step("touch SIGNS/started; docker ps --filter name=x -q", "");
    let book = Books::of(&[("one", &started)]);
    let ended = book.labrun(&[
        "one",
        "--engine",
        &engine.url(),
        "--engine",
        "unix:///nowhere/a.sock",
        "--engine",
        "tcp://127.0.0.1:9",
    ]);
    ended.says(
        3,
        &[
            "error: no engine answers at unix:///nowhere/a.sock (named by --engine): there is no such socket",
            "help: ",
            "error: no engine answers at tcp://127.0.0.1:9",
            "help: ",
        ],
    );
    assert!(!book.sign("started").exists());
    assert!(!book.root().join("state/runs").exists(), "{}", ended.words);
}
