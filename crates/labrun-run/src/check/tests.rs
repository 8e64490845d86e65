//! What a check makes of each answer, with servers and files of its own.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;

use labrun_model::{ExpectedLine, ExpectedOutput, HttpMethod, LineOrder, SourceFile};

use super::*;

/// Asks once, in a folder.
fn asked_in(folder: &Path, probe: &Probe) -> Judged {
    let interrupts = Interrupts::install().unwrap();
    let outside = Outside {
        engine: None,
        folder,
        interrupts: &interrupts,
    };
    once(probe, outside, &mut known(&empty()))
}

fn empty() -> Lab {
    Lab {
        name: "a".to_owned(),
        title: "A".to_owned(),
        source: SourceFile::new("a.md", "0123456789"),
        sections: Vec::new(),
        blocks: Vec::new(),
    }
}

fn known(lab: &Lab) -> Known<'_> {
    Known {
        lab,
        span: Span::default(),
        captures: Captures::default(),
    }
}

fn asked(probe: &Probe) -> Judged {
    asked_in(Path::new("."), probe)
}

/// The lines as the parser gives them, each with a span of its own.
fn expectation(lines: &[&str]) -> Expectation {
    let line = |(index, text): (usize, &&str)| {
        let expected = match *text {
            "..." => ExpectedLine::Skip,
            text => ExpectedLine::Text(Pattern::parse(text)),
        };
        (Span::new(index, index), expected)
    };
    Expectation {
        span: Span::default(),
        output: ExpectedOutput::Lines {
            order: LineOrder::Given,
            lines: lines.iter().enumerate().map(line).collect(),
        },
    }
}

fn answer(expected: &str, actual: &str) -> Result<(), Wrong> {
    other_answer(expected.to_owned(), actual.to_owned())
}

#[test]
fn a_container_is_judged_by_what_the_check_names() {
    let running = || {
        Some(ContainerStatus {
            state: ContainerState::Running,
            health: Some(Health::Starting),
        })
    };
    let is_right = |state, health, status| judge_container(state, health, status).1.is_ok();
    assert!(is_right(Some(ContainerState::Running), None, running()));
    assert!(!is_right(None, Some(Health::Healthy), running()));
    assert!(is_right(Some(ContainerState::Absent), None, None));
    let judged = judge_container(Some(ContainerState::Running), Some(Health::Healthy), None);
    let expected = answer("running, healthy", "absent");
    assert_eq!(judged, (one_row(&["absent", ""]), expected));
}

#[test]
fn null_is_the_empty_text() {
    let expected = vec![vec![Pattern::parse("x"), Pattern::default()]];
    let judged = |second: Option<&str>| {
        let row = vec![Some("x".to_owned()), second.map(str::to_owned)];
        judge_rows(&expected, vec![row], RowOrder::Any, &mut known(&empty()))
    };
    assert_eq!(judged(None), (one_row(&["x", ""]), Ok(())));
    assert!(judged(Some("y")).1.is_err());
}

#[test]
fn a_question_without_an_answer_says_why() {
    let probe = Probe::Container {
        name: "x".to_owned(),
        state: None,
        health: None,
    };
    let reason = "the run has no engine".to_owned();
    let expected = (
        Answered::Nothing(reason.clone()),
        wrong(FailureKind::Unreachable { reason }),
    );
    assert_eq!(asked(&probe), expected);
}

#[test]
fn a_port_is_open_or_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = Address {
        host: "127.0.0.1".to_owned(),
        port: listener.local_addr().unwrap().port(),
    };
    let probe = |state| Probe::Tcp {
        address: address.clone(),
        state,
    };
    let open = one_row(&["open"]);
    assert_eq!(asked(&probe(PortState::Open)), (open.clone(), Ok(())));
    let (expected, actual) = (format!("{address} is closed"), format!("{address} is open"));
    assert_eq!(
        asked(&probe(PortState::Closed)),
        (open, answer(&expected, &actual))
    );
    drop(listener);
    let closed = one_row(&["closed"]);
    assert_eq!(asked(&probe(PortState::Closed)), (closed.clone(), Ok(())));
    let (answered, judged) = asked(&probe(PortState::Open));
    assert_eq!(answered, closed);
    let Err(Wrong {
        kind: FailureKind::Answer { actual, .. },
        ..
    }) = judged
    else {
        panic!("{judged:?}");
    };
    assert!(
        actual[0].contains("is closed (Connection refused"),
        "{actual:?}"
    );
}

/// Asks a server that gives one answer.
fn asked_http(answer: &'static str, status: u16, body: Option<&[&str]>) -> Judged {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let probe = Probe::Http(HttpQuestion {
        method: HttpMethod::Get,
        address: Address {
            host: "127.0.0.1".to_owned(),
            port: listener.local_addr().unwrap().port(),
        },
        target: "/".to_owned(),
        headers: Vec::new(),
        status,
        body: body.map(expectation),
    });
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // What is asked comes in one piece, and nobody looks at it.
        let _ = stream.read(&mut [0; 1024]);
        stream.write_all(answer.as_bytes()).unwrap();
    });
    let judged = asked(&probe);
    server.join().unwrap();
    judged
}

#[test]
fn an_http_answer_has_a_status_and_a_body() {
    const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nlive\nid 42\n\n";
    let judged = |status, body: Option<&[&str]>| asked_http(OK, status, body);
    let came = one_row(&["200"]);
    assert_eq!(judged(200, None), (came.clone(), Ok(())));
    assert_eq!(judged(200, Some(&["live", "id <int>"])).1, Ok(()));
    assert_eq!(judged(200, Some(&["live", "..."])).1, Ok(()));
    let other = answer("status 503", "status 200");
    assert_eq!(judged(503, Some(&["live"])), (came, other));
    let wrong = judged(200, Some(&["live", "id 43"])).1.unwrap_err();
    assert!(matches!(wrong.kind, FailureKind::Content(_)));
    assert_eq!(wrong.span, Some(Span::new(1, 1)));
    assert!(judged(200, Some(&[])).1.is_err());
}

#[test]
fn a_file_is_there_or_not_and_has_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("a")).unwrap();
    fs::write(folder.path().join("a/conf"), "port = 5432\nuser 'me'\n").unwrap();
    let judged = |path: &str, promise| {
        let path = PathBuf::from(path);
        asked_in(folder.path(), &Probe::File { path, promise })
    };
    let contains = |texts: &[&str]| {
        FilePromise::Contains(texts.iter().map(|text| (*text).to_owned()).collect())
    };
    let text = |lines: &[&str]| FilePromise::Text(expectation(lines));
    let (present, absent) = (one_row(&["present"]), one_row(&["absent"]));
    assert_eq!(
        judged("a/conf", FilePromise::Present),
        (present.clone(), Ok(()))
    );
    assert_eq!(judged("a", FilePromise::Present).1, Ok(()));
    assert_eq!(judged("b", FilePromise::Absent), (absent.clone(), Ok(())));
    assert_eq!(
        judged("b", FilePromise::Present),
        (absent, answer("b is present", "b is absent"))
    );
    assert_eq!(
        judged("a", FilePromise::Absent),
        (present, answer("a is absent", "a is present"))
    );
    assert_eq!(judged("a/conf", contains(&["5432", "'me'"])).1, Ok(()));
    assert_eq!(
        judged("a/conf", contains(&["5432", "you"])).1,
        answer("a/conf contains: you", "no line of a/conf does")
    );
    assert_eq!(judged("a/conf", text(&["port = <int>", "..."])).1, Ok(()));
    let wrong = judged("a/conf", text(&["port = <int>"])).1.unwrap_err();
    assert!(matches!(wrong.kind, FailureKind::Content(_)));
    let reason = "a is a folder".to_owned();
    assert_eq!(
        judged("a", contains(&["x"])).1,
        super::wrong(FailureKind::Unreachable { reason })
    );
}
