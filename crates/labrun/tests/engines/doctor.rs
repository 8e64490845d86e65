//! `labrun doctor` on an engine of the test's own: what it finds, and that nothing of it stays.

use std::process::{Child, Command, Stdio};

use rustix::process::Signal;

use crate::harness::{Book, Ended, rest, send, until};
use crate::own_engine::{IMAGE, OwnEngine};

/// A lab whose image is the engine's: it has a shell, and nothing that asks for a name.
fn book(engine: &OwnEngine) -> Book {
    let chapter = format!(
        "# D\n\n```sh\ndocker run --rm --network none {IMAGE} echo hi\n```\n\n```text\nhi\n```\n"
    );
    Book::at(&engine.url(), &chapter)
}

/// The table of a command, and its exit code.
fn table(mut command: Command) -> (Option<i32>, String) {
    let output = command.stdout(Stdio::piped()).output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    println!("exit code {:?}\n{table}{words}", output.status.code());
    (output.status.code(), table)
}

#[track_caller]
fn has(table: &str, lines: &[&str]) {
    for line in lines {
        assert!(table.contains(line), "no {line:?} in\n{table}");
    }
}

/// An examination, as soon as its containers are there.
fn under_way(engine: &OwnEngine, book: &Book) -> Child {
    let child = book.command(&["doctor"]).spawn().unwrap();
    until("the first container", || {
        let names = engine.docker(&["ps", "--format", "{{.Names}}"]).stdout;
        String::from_utf8_lossy(&names)
            .contains("-asked")
            .then_some(())
    });
    child
}

#[test]
fn each_line_says_what_was_found_and_nothing_stays() {
    let engine = OwnEngine::start();
    let book = book(&engine);
    let (code, drawn) = table(book.command(&["doctor", "demo"]));
    assert_eq!(code, Some(0), "{drawn}");
    has(
        &drawn,
        &[
            &format!("  ok         endpoint  {} (DOCKER_HOST)\n", engine.url()),
            "  ok         engine    Docker Engine ",
            "  not tried  compose   no lab uses compose\n",
            &format!("  ok         images    {IMAGE} sha256:"),
            "  not tried  names     tiny:1 has neither getent nor nslookup",
            "  ok         health    ",
            "  ok         disk      ",
            "  not tried  ports     ",
            "  not tried  psql      no lab types psql on this machine\n",
            "  not tried  sudo      no lab uses sudo\n",
            "  ok         programs  docker\n",
            "\nok: 6 lines right, 5 not tried\n",
        ],
    );
    book.nothing_is_left("an examination");

    let (code, lines) = table(book.command(&["doctor", "--json"]));
    assert_eq!(code, Some(0), "{lines}");
    let objects: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects.len(), 12);
    assert_eq!(objects[1]["line"], "engine");
    assert_eq!(objects[1]["status"], "ok");
    assert_eq!(objects[11]["right"], true);
}

#[test]
fn an_examination_that_is_cut_short_leaves_nothing() {
    let engine = OwnEngine::start();
    let book = book(&engine);
    let child = under_way(&engine, &book);
    send(&child, Signal::INT);
    let ended = rest(child);
    assert_eq!(ended.code, Some(130), "{}", ended.words);
    book.nothing_is_left("Ctrl-C");

    let child = under_way(&engine, &book);
    send(&child, Signal::KILL);
    rest(child);
    book.nothing_is_left("kill -9");
}

#[test]
fn what_is_not_right_stands_with_its_remedy() {
    let book = Book::without_engine(
        "# D\n\n```sh\nsudo docker run -d --name x -p 127.0.0.1:4711:80 nobody/has:1\n```\n\n```text\n```\n",
    );
    let (code, drawn) = table(book.command(&["doctor"]));
    assert_eq!(code, Some(3));
    has(
        &drawn,
        &[
            "  not right  engine    no engine answers at unix:///nowhere/docker.sock",
            "help: start the engine",
            "  not tried  images    no engine answers\n",
            "  not tried  names     no engine answers\n",
            "not right: 1 line; ",
        ],
    );
    let (_, elsewhere) = table(book.command(&["doctor", "--engine", "tcp://192.0.2.1:1"]));
    has(
        &elsewhere,
        &["another machine", "help: use an engine on this machine"],
    );
    let unknown = Ended::of(&book.command(&["doctor", "chapter9"]).output().unwrap());
    assert_eq!(unknown.code, Some(2), "{}", unknown.words);
    book.nothing_is_left("an examination");
}
