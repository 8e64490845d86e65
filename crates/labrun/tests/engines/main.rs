//! The ways to an engine: a context, TLS, ssh, Podman's socket; and what is said where one leads nowhere.
//!
//! Nothing here touches the machine's own engine: each test has started its own, with certificates, keys and contexts of
//! its own. These tests need root and the programs of docker.io, openssh-server, openssl and podman; they fail without,
//! and never skip.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test says what it holds by unwrapping"
)]

mod context;
mod doctor;
#[path = "../harness/mod.rs"]
#[allow(dead_code, reason = "each target uses its own part of it")]
mod harness;
#[path = "../faults/own_engine.rs"]
#[allow(dead_code, reason = "each target uses its own part of it")]
mod own_engine;
mod own_podman;
mod podman;
mod ssh;
mod sshd;
mod tls;
mod unreachable;

use std::process::Command;

use crate::harness::{Book, Ended};
use crate::own_engine::OwnEngine;

/// Asks the engine from the terminal, and leaves it something to be removed.
const CHAPTER: &str = "# D\n\n```sh\ndocker version --format '{{.Server.Os}}'\n```\n\n```text\nlinux\n```\n\n\
    ```sh\ndocker volume create lrt-left\n```\n\n```text\nlrt-left\n```\n\n```sh timeout=120s\nsleep $NAP\n```\n";

/// The chapter, with a last step of so many seconds.
fn chapter(nap: &str) -> String {
    CHAPTER.replace("$NAP", nap)
}

/// The chapter in a book of its own, and what it leaves in this engine is seen.
fn book(engine: &OwnEngine, nap: &str) -> Book {
    Book::at(&engine.url(), &chapter(nap))
}

/// Runs a command to its end.
fn ended(mut command: Command) -> Ended {
    let ended = Ended::of(&command.output().unwrap());
    println!("exit code {:?}\n{}", ended.code, ended.words);
    ended
}

/// Green, through this way, and nothing left.
#[track_caller]
fn is_green(book: &Book, command: Command, way: &str) {
    let ended = ended(command);
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    assert!(
        ended.words.contains(&format!("at {way}")),
        "{}",
        ended.words
    );
    assert!(ended.words.contains("docker volume create lrt-left"));
    // What labrun itself has running to get there is none of the page's programs that still run.
    assert!(!ended.words.contains("dial-stdio"), "{}", ended.words);
    book.nothing_is_left("a green run");
}

/// Refused before the first step, with all of these words.
#[track_caller]
fn is_refused(command: Command, words: &[&str]) {
    let ended = ended(command);
    assert_eq!(ended.code, Some(3), "{}", ended.words);
    for word in words {
        assert!(ended.words.contains(word), "no {word:?} in {}", ended.words);
    }
    assert!(!ended.words.contains("docker version"), "{}", ended.words);
}
