//! An engine that is slow, or silent; a registry that refuses, cuts off, or says nothing.

use std::time::Duration;

use rustix::process::Signal;

use crate::harness::{Book, Ended, rest, send, until};
use crate::own_engine::{IMAGE, OwnEngine};
use crate::proxy::Proxy;
use crate::registry::{Manner, image_of};

fn steps() -> String {
    format!(
        "# S\n\n```sh\ndocker run -d --name box --network none {IMAGE} sleep 600 > id; docker volume create one\n```\n\n\
         ```text\none\n```\n\n"
    )
}

const CHECK: &str =
    "```toml check\ntitle = \"It runs\"\ncontainer = \"box\"\nstate = \"running\"\n```\n";

#[test]
fn a_slow_engine_makes_a_run_slow_and_nothing_else() {
    let engine = OwnEngine::start();
    let proxy = Proxy::before(&engine.socket(), Duration::from_millis(400));
    let book = Book::at(&engine.url(), &(steps() + CHECK));
    let ended = Ended::of(
        &book
            .command(&["demo", "--engine", &proxy.url()])
            .output()
            .unwrap(),
    );
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    assert!(
        ended
            .words
            .contains("1 step, 1 expectation, 1 check passed"),
        "{}",
        ended.words
    );
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn an_engine_that_says_nothing_is_told_before_the_first_step() {
    let engine = OwnEngine::start();
    let proxy = Proxy::before(&engine.socket(), Duration::ZERO);
    proxy.hold();
    let book = Book::at(&engine.url(), &(steps() + CHECK));
    let ended = Ended::of(
        &book
            .command(&["demo", "--engine", &proxy.url()])
            .output()
            .unwrap(),
    );
    assert_eq!(ended.code, Some(3), "{}", ended.words);
    assert!(
        ended.words.contains("no answer within 10 s"),
        "{}",
        ended.words
    );
    assert!(!ended.words.contains('✓'), "{}", ended.words);
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn a_third_signal_ends_clean_up_and_says_what_is_left() {
    let engine = OwnEngine::start();
    let proxy = Proxy::before(&engine.socket(), Duration::ZERO);
    let chapter = steps() + "```sh\nsleep 600\n```\n\n" + CHECK;
    let book = Book::at(&engine.url(), &chapter);
    let child = book
        .command(&["demo", "--engine", &proxy.url()])
        .spawn()
        .unwrap();
    let (child, words) = Book::until(child, "✓   1");
    proxy.hold();
    // Two of a kind that wait together count as one, and the clean-up in between is silent.
    for signal in [Signal::INT, Signal::TERM, Signal::INT] {
        send(&child, signal);
        std::thread::sleep(Duration::from_millis(300));
    }
    let ended = rest(child);
    let words = words + &ended.words;
    assert_eq!(ended.code, Some(130), "{words}");
    assert!(words.contains("left behind: perhaps containers"), "{words}");
    assert!(words.contains("`labrun clean` removes it"), "{words}");
    proxy.release();
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
fn what_was_made_before_labrun_heard_of_it_is_removed_after_a_kill() {
    let engine = OwnEngine::start();
    let proxy = Proxy::before(&engine.socket(), Duration::ZERO);
    let signs = tempfile::tempdir().unwrap();
    let at = signs.path().display();
    // The page speaks to the engine itself, while what labrun asks of it is held up.
    let docker = format!("docker --host {}", engine.url());
    let chapter = format!(
        "# M\n\n```sh\ntouch {at}/waits; until test -e {at}/sign; do sleep 0.02; done\n```\n\n\
         ```sh\n{docker} volume create one; {docker} run -d --network none {IMAGE} sleep 600\n```\n\n\
         ```sh\ntouch {at}/made; sleep 600\n```\n\n```text\n```\n"
    );
    let book = Book::at(&engine.url(), &chapter);
    let mut child = book
        .command(&["demo", "--engine", &proxy.url()])
        .spawn()
        .unwrap();
    until("the first step", || {
        signs.path().join("waits").exists().then_some(())
    });
    proxy.hold();
    std::fs::write(signs.path().join("sign"), "").unwrap();
    until("the last step", || {
        signs.path().join("made").exists().then_some(())
    });
    send(&child, Signal::KILL);
    child.wait().unwrap();
    assert_eq!(
        book.left_behind()
            .iter()
            .filter(|line| line.starts_with("volume"))
            .count(),
        1
    );
    proxy.release();
    book.nothing_is_left("kill -9 before the engine's word was noted");
}

/// A lab with a compose file, whose image is fetched before the first step.
fn compose(image: &str) -> String {
    let file = format!("services:\n  box:\n    image: {image}\n    network_mode: none\n");
    format!(
        "# P\n\n```yaml file=compose.yml\n{file}```\n\n```sh\ndocker compose up -d\n```\n\n```text\n```\n"
    )
}

#[test]
fn a_pull_that_is_refused_or_cut_off_is_told_before_the_first_step() {
    let engine = OwnEngine::start();
    for (manner, word) in [(Manner::Refuses, "denied"), (Manner::CutsOff, "")] {
        let image = image_of(manner, &engine);
        let book = Book::at(&engine.url(), &compose(&image));
        let ended = book.run();
        assert_eq!(ended.code, Some(3), "{manner:?}: {}", ended.words);
        for word in [&image, word, "cannot be pulled", "docker pull"] {
            assert!(
                ended.words.contains(word),
                "{manner:?}: {word:?} is missing in\n{}",
                ended.words
            );
        }
        assert!(!ended.words.contains('✓'), "{}", ended.words);
        assert_eq!(book.left_behind(), Vec::<String>::new());
    }
}

#[test]
fn a_signal_ends_a_pull_that_hangs() {
    let engine = OwnEngine::start();
    let image = image_of(Manner::SaysNothing, &engine);
    let book = Book::at(&engine.url(), &compose(&image));
    let child = book.start();
    until("the run", || (!book.run_folders().is_empty()).then_some(()));
    std::thread::sleep(Duration::from_millis(800));
    send(&child, Signal::TERM);
    let ended = rest(child);
    assert_eq!(ended.code, Some(143), "{}", ended.words);
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn an_image_that_a_step_cannot_pull_is_red_there() {
    let engine = OwnEngine::start();
    let image = image_of(Manner::Refuses, &engine);
    let chapter = format!(
        "# P\n\n```sh timeout=60s\ndocker run --rm --network none {image} true\n```\n\n```text\n```\n"
    );
    let book = Book::at(&engine.url(), &chapter);
    let ended = book.run();
    assert_eq!(ended.code, Some(1), "{}", ended.words);
    assert!(
        ended.words.contains("--> src/demo.md:4:1"),
        "{}",
        ended.words
    );
    assert!(ended.words.contains("is not here yet"), "{}", ended.words);
    assert_eq!(book.left_behind(), Vec::<String>::new());
}
