//! The engine stops, dies and comes back while a lab runs: the page is not blamed, and nothing is left in the end.

use std::path::Path;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::harness::{Book, Ended, rest, send, until};
use crate::own_engine::{IMAGE, OwnEngine};

/// A lab with a container and a volume, whose second step waits for a sign, and what follows it.
fn chapter(signs: &Path, rest: &str) -> String {
    let at = signs.display();
    format!(
        "# A\n\n```sh\ndocker run -d --name box --network none {IMAGE} sleep 600 > id; docker volume create one\n```\n\n\
         ```text\none\n```\n\n```sh timeout=120s\ntouch {at}/waits; until test -e {at}/sign; do sleep 0.02; done\n```\n\n{rest}"
    )
}

fn step(line: &str) -> String {
    format!("```sh timeout=60s\n{line}\n```\n\n")
}

/// Waits until the lab's second step is reached.
fn waits(signs: &TempDir) {
    until("the second step", || {
        signs.path().join("waits").exists().then_some(())
    });
}

fn give_sign(signs: &TempDir) {
    std::fs::write(signs.path().join("sign"), "").unwrap();
}

#[track_caller]
fn is_broken(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code, Some(3), "{}", ended.words);
    for word in [
        "the engine was away while the lab ran",
        "broken: 1 step failed",
    ]
    .iter()
    .chain(words)
    {
        assert!(
            ended.words.contains(word),
            "{word:?} is missing in\n{}",
            ended.words
        );
    }
}

#[test]
fn an_engine_that_stays_away_is_told_and_clean_removes_what_it_kept() {
    let (mut engine, signs) = (OwnEngine::start(), tempfile::tempdir().unwrap());
    let book = Book::at(&engine.url(), &chapter(signs.path(), &step("docker ps")));
    let child = book.start();
    waits(&signs);
    engine.stop();
    give_sign(&signs);
    let ended = rest(child);
    is_broken(
        &ended,
        &[
            "--> src/demo.md:16:1",
            "left behind: perhaps containers",
            "`labrun clean` removes it",
        ],
    );
    engine.start_again();
    let cleaned = Ended::of(&book.command(&["clean"]).output().unwrap());
    assert_eq!(cleaned.code, Some(0), "{}", cleaned.words);
    assert!(
        cleaned.words.contains("removed container box"),
        "{}",
        cleaned.words
    );
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn an_engine_that_comes_back_during_clean_up_is_cleaned_up() {
    let (mut engine, signs) = (OwnEngine::start(), tempfile::tempdir().unwrap());
    let book = Book::at(&engine.url(), &chapter(signs.path(), &step("docker ps")));
    let child = book.start();
    waits(&signs);
    engine.kill();
    give_sign(&signs);
    let (child, words) = Book::until(child, "✗   3");
    engine.start_again();
    let ended = rest(child);
    let ended = Ended {
        words: words + &ended.words,
        ..ended
    };
    is_broken(&ended, &[]);
    assert!(!ended.words.contains("left behind"), "{}", ended.words);
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn an_engine_that_is_started_again_between_two_steps_may_go_unnoticed_by_the_page() {
    let (mut engine, signs) = (OwnEngine::start(), tempfile::tempdir().unwrap());
    let steps = step("docker start box")
        + "```text\nbox\n```\n\n"
        + &step("docker volume create two")
        + "```text\ntwo\n```\n\n"
        + "```toml check\ntitle = \"It runs\"\ncontainer = \"box\"\nstate = \"running\"\n```\n";
    let book = Book::at(&engine.url(), &chapter(signs.path(), &steps));
    let child = book.start();
    waits(&signs);
    engine.stop();
    engine.start_again();
    give_sign(&signs);
    let ended = rest(child);
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    assert!(
        ended.words.contains("the engine's event stream broke"),
        "{}",
        ended.words
    );
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn an_engine_that_dies_under_a_session_in_a_container_is_not_the_pages_fault() {
    let (mut engine, signs) = (OwnEngine::start(), tempfile::tempdir().unwrap());
    let steps = step("docker exec -it box bash") + &step("echo in; cat < /dev/zero > /dev/null");
    let book = Book::at(&engine.url(), &chapter(signs.path(), &steps));
    let child = book.start();
    waits(&signs);
    give_sign(&signs);
    let (child, words) = Book::until(child, "✓   3");
    engine.kill();
    let (child, more) = Book::until(child, "✗   4");
    engine.start_again();
    let ended = rest(child);
    let ended = Ended {
        words: words + &more + &ended.words,
        ..ended
    };
    is_broken(&ended, &["--> src/demo.md:20:1"]);
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn a_killed_run_is_cleaned_up_when_the_engine_is_back() {
    let (mut engine, signs) = (OwnEngine::start(), tempfile::tempdir().unwrap());
    let book = Book::at(&engine.url(), &chapter(signs.path(), &step("docker ps")));
    let mut child = book.start();
    waits(&signs);
    // An engine that is killed forgets its events, so what it made is known only if labrun heard of it before its own end.
    until("the volume in the journal", || {
        let journal = book.run_folders().pop()?.join("journal.json");
        let text = std::fs::read_to_string(journal).ok()?;
        text.contains("\"one\"").then_some(())
    });
    engine.kill();
    send(&child, Signal::KILL);
    child.wait().unwrap();
    engine.start_again();
    book.nothing_is_left("kill -9 while the engine was away");
}

#[test]
fn a_container_that_is_killed_in_mid_command_is_named() {
    let (engine, signs) = (OwnEngine::start(), tempfile::tempdir().unwrap());
    let steps = step("docker exec -it box bash") + &step("echo in; sleep 600") + &step("echo out");
    let book = Book::at(&engine.url(), &chapter(signs.path(), &steps));
    let child = book.command(&["demo", "--keep-going"]).spawn().unwrap();
    waits(&signs);
    give_sign(&signs);
    let (child, words) = Book::until(child, "✓   3");
    until("the command in the container", || {
        let top = engine.docker(&["top", "box"]);
        (String::from_utf8_lossy(&top.stdout)
            .matches("sleep 600")
            .count()
            > 1)
        .then_some(())
    });
    assert!(engine.docker(&["kill", "box"]).status.success());
    let ended = rest(child);
    let words = words + &ended.words;
    assert_eq!(ended.code, Some(1), "{words}");
    for word in ["--> src/demo.md:20:1", "exit status 137", "✓   5  echo out"] {
        assert!(words.contains(word), "{word:?} is missing in\n{words}");
    }
    assert_eq!(book.left_behind(), Vec::<String>::new());
}
