//! Engines that misbehave, played by a few lines of HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::{Duration, Instant};

use labrun_run::{Endpoint, Engine, FoundBy, RunError, Watch};

use crate::scene::{interrupts, until};

/// Answers a request for a path with a status line and a body; `None` hangs up.
type Answer = fn(&str) -> Option<(&'static str, &'static str)>;

fn version_1_41(path: &str) -> Option<(&'static str, &'static str)> {
    path.ends_with("/version").then_some((
        "200 OK",
        r#"{"Version": "20.10.24+x", "ApiVersion": "1.41", "Components": []}"#,
    ))
}

fn version_1_40(_: &str) -> Option<(&'static str, &'static str)> {
    Some(("200 OK", r#"{"Version": "19.03.0", "ApiVersion": "1.40"}"#))
}

fn broken(_: &str) -> Option<(&'static str, &'static str)> {
    Some((
        "500 Internal Server Error",
        r#"{"message": "the disk is full"}"#,
    ))
}

fn talk(stream: &mut (impl Read + Write), answer: Answer) {
    let mut first = String::new();
    let mut reader = BufReader::new(&mut *stream);
    reader.read_line(&mut first).unwrap_or_default();
    let mut header = String::new();
    while reader.read_line(&mut header).is_ok_and(|read| read > 2) {
        header.clear();
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    if let Some((status, body)) = answer(path.split('?').next().unwrap_or_default()) {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        drop(stream.write_all(format!("{head}{body}").as_bytes()));
    }
}

/// An engine on a socket, for as long as the test runs.
fn engine(folder: &Path, answer: Answer) -> Endpoint {
    let socket = folder.join("engine.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            talk(&mut stream.unwrap(), answer);
        }
    });
    Endpoint::named(&socket.display().to_string(), FoundBy::Flag, &nothing).unwrap()
}

/// An environment in which nothing is set.
fn nothing(_: &str) -> Option<std::ffi::OsString> {
    None
}

#[track_caller]
fn refused(endpoint: &Endpoint) -> (String, String) {
    match Engine::connect(endpoint, interrupts()) {
        Err(RunError::Missing { what, help }) => {
            println!("{what}; {help}");
            (what, help)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_engine_that_is_too_old_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (what, help) = refused(&engine(folder.path(), version_1_40));
    assert!(
        what.contains("Docker Engine 19.03.0 (API 1.40)") && help.contains("20.10"),
        "{what}"
    );
}

#[test]
fn an_engine_that_answers_with_an_error_is_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let (what, _) = refused(&engine(folder.path(), broken));
    assert!(
        what.contains("the disk is full") && what.contains("--engine"),
        "{what}"
    );
}

#[test]
fn a_socket_without_an_engine_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("dead.sock");
    drop(UnixListener::bind(&socket).unwrap());
    let dead =
        Endpoint::named(&socket.display().to_string(), FoundBy::DockerHost, &nothing).unwrap();
    let (what, _) = refused(&dead);
    assert!(
        what.contains("nothing listens") && what.contains("DOCKER_HOST"),
        "{what}"
    );
    let absent = Endpoint::named("unix:///nowhere/docker.sock", FoundBy::Flag, &nothing).unwrap();
    assert!(refused(&absent).0.contains("no such socket"));
}

#[test]
fn an_engine_may_answer_over_tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            talk(&mut stream.unwrap(), version_1_41);
        }
    });
    let endpoint =
        Endpoint::named(&format!("tcp://127.0.0.1:{port}"), FoundBy::Flag, &nothing).unwrap();
    let engine = Engine::connect(&endpoint, interrupts()).unwrap();
    assert_eq!(engine.description(), "Docker Engine 20.10.24 (API 1.41)");
}

#[test]
fn events_that_break_are_a_warning_and_block_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::connect(&engine(folder.path(), version_1_41), interrupts()).unwrap();
    engine.watch(Watch {
        inherited: labrun_run::Created::default(),
        neighbours: std::collections::BTreeSet::new(),
        lab_folder: folder.path().to_owned(),
        clients: Box::new(Vec::new),
        on_created: Box::new(|_| {}),
    });
    let warning = until("warning", || engine.take_warnings().pop());
    assert!(warning.contains("event stream broke"), "{warning}");
    let begin = Instant::now();
    assert_eq!(engine.dead_containers_since(engine.mark()), []);
    drop(engine);
    assert!(begin.elapsed() < Duration::from_secs(1));
}

#[test]
fn an_engine_that_hangs_up_is_no_answer_to_a_check() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::connect(&engine(folder.path(), version_1_41), interrupts()).unwrap();
    let error = engine.container_state("x", interrupts()).unwrap_err();
    println!("{error}");
    assert!(!error.is_empty());
}
