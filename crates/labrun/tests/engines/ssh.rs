//! An engine at the other end of ssh, for labrun and for the docker command in the terminal.

use std::process::Command;

use rustix::process::Signal;

use crate::harness::{Book, rest, send};
use crate::own_engine::OwnEngine;
use crate::sshd::Sshd;
use crate::{book, is_green, is_refused};

fn run(server: &Sshd, book: &Book, arguments: &[&str], url: &str) -> Command {
    let mut command = book.command(arguments);
    command.env("DOCKER_HOST", url).env("PATH", server.path());
    command
}

#[test]
fn a_lab_runs_through_ssh_and_is_removed_through_it() {
    let engine = OwnEngine::start();
    let server = Sshd::start(&engine);
    let quick = book(&engine, "0");
    is_green(
        &quick,
        run(&server, &quick, &["demo"], &server.url()),
        &server.url(),
    );

    let slow = book(&engine, "100");
    let child = run(&server, &slow, &["demo"], &server.url())
        .spawn()
        .unwrap();
    let (child, _) = Book::until(child, "✓   2");
    send(&child, Signal::INT);
    let ended = rest(child);
    assert_eq!(ended.code, Some(130), "{}", ended.words);
    assert!(!ended.words.contains("still runs"), "{}", ended.words);
    slow.nothing_is_left("Ctrl-C");

    let slow = book(&engine, "100");
    let child = run(&server, &slow, &["demo"], &server.url())
        .spawn()
        .unwrap();
    let (child, _) = Book::until(child, "✓   2");
    send(&child, Signal::KILL);
    rest(child);
    slow.nothing_is_left("kill -9");
    assert!(server.log().contains("Accepted publickey"));
}

#[test]
fn another_machine_is_refused_unless_it_is_asked_for() {
    let engine = OwnEngine::start();
    let server = Sshd::start(&engine);
    let book = book(&engine, "0");
    let url = "ssh://elsewhere";
    is_refused(
        run(&server, &book, &["demo"], url),
        &[
            url,
            "another machine",
            "lab folder",
            "127.0.0.1",
            "--without-mounts-and-ports",
        ],
    );
    let asked = ["demo", "--without-mounts-and-ports"];
    is_green(&book, run(&server, &book, &asked, url), url);
}

#[test]
fn what_ssh_says_is_passed_on() {
    let engine = OwnEngine::start();
    let server = Sshd::start(&engine);
    let book = book(&engine, "0");
    let url = server.url();
    server.show_a_strangers_key();
    let help = format!("docker -H {url} version");
    is_refused(
        run(&server, &book, &["demo"], &url),
        &["ssh says:", "Permission denied (publickey)", &help],
    );
    server.forget_the_host();
    is_refused(
        run(&server, &book, &["demo"], &url),
        &["ssh says:", "Host key verification failed", &help],
    );
}
