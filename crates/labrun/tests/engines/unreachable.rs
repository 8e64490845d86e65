//! Ways that lead nowhere: each message names the engine, who named it, and what to do.

use crate::harness::Book;
use crate::{chapter, is_refused};

#[test]
fn an_engine_that_cannot_be_reached_is_said_with_place_and_help() {
    let book = Book::without_engine(&chapter("0"));
    for (url, words) in [
        (
            "unix:///nowhere/docker.sock",
            ["there is no such socket", "--engine"],
        ),
        ("tcp://127.0.0.1:1", ["refused", "DOCKER_TLS_VERIFY=1"]),
        (
            "ssh://nobody@127.0.0.1:1",
            ["ssh says:", "docker -H ssh://nobody@127.0.0.1:1 version"],
        ),
        (
            "npipe:////./pipe/docker_engine",
            ["cannot speak to", "unix://"],
        ),
        (
            "tcp://192.0.2.1:2375",
            ["another machine", "--without-mounts-and-ports"],
        ),
    ] {
        let mut command = book.command(&["demo"]);
        command.env("DOCKER_HOST", url);
        is_refused(command, &[url, "DOCKER_HOST", "help:", words[0], words[1]]);
        let words = ["--engine", "help:", url, words[0], words[1]];
        is_refused(book.command(&["demo", "--engine", url]), &words);
    }
}
