//! One of everything that a report can be told, for tests: a lab, every kind of failure, every event, every broken run.

use std::time::{Duration, SystemTime};

use labrun_model::{
    Answered, BrokenRelation, CapturedValue, CheckOutcome, DeadContainer, DiffLine, Event,
    Evidence, ExpectedExit, Failure, FailureKind, Header, Lab, Language, LeftOut, Notice, Place,
    Samples, SourceFile, StepOutcome, Summary, UsedImage, UsedProgram, Verdict,
};
use labrun_run::RunError;

/// A chapter with every sort of block: a file, a step with an answer, one with an expectation, two checks.
pub(super) const CHAPTER: &str = "# Demo\n\n## 1. First\n\n```yaml file=compose.yaml\nservices: {}\n```\n\n\
    ```sh answer=\"s3cret\" name=connect\npsql -h 127.0.0.1\n```\n\n```sql\nSELECT 1;\n```\n\n```text\n ?column?\n\
    ----------\n        1\n(1 row)\n```\n\n## Second\n\n```toml check\n\
    title = \"The standby has received everything\"\npostgres = \"host=127.0.0.1 password=s3cret\"\n\
    query = \"SELECT pg_current_wal_lsn() - replay_lsn FROM pg_stat_replication\"\nrows = [[\"0\"]]\n\
    eventually = \"15s\"\nhint = \"See the standby's log\"\n```\n\n```toml check\ntitle = \"The standby runs\"\n\
    container = \"standby\"\nstate = \"running\"\n```\n";

/// The lab of that chapter.
pub(super) fn lab() -> Lab {
    let (lab, diagnostics) = labrun_parse::parse_chapter(
        "demo",
        SourceFile::new("src/demo.md", CHAPTER),
        &labrun_parse::Roles::default(),
    );
    assert_eq!(diagnostics, []);
    lab
}

/// A failure of this kind, with nothing around it.
pub(super) fn failure(kind: FailureKind) -> Failure {
    Failure {
        place: place(),
        kind,
        output: None,
        hint: None,
        dead_containers: Vec::new(),
    }
}

/// The place of every failure here.
pub(super) fn place() -> Place {
    Place {
        path: "src/demo.md".to_owned(),
        line: 18,
        column: 1,
    }
}

/// One failure of each kind, as a run would tell it.
pub(super) fn failures() -> Vec<Failure> {
    let text = str::to_owned;
    let mut exit = failure(FailureKind::Exit {
        expected: ExpectedExit::Success,
        actual: text("exit status 1"),
    });
    exit.output = Some(text(
        "psql: error: connection refused\n\u{1b}[31m::add-mask::x\r::error::y",
    ));
    exit.hint = Some(text(
        "a failure that the page means to show is declared with `exit=` on the fence",
    ));
    exit.dead_containers = vec![DeadContainer {
        name: text("pgtest_master"),
        exit_status: 1,
        log: vec![
            text("Error: Database is uninitialized"),
            text("       You must specify POSTGRES_PASSWORD"),
        ],
    }];
    let mut answer = failure(FailureKind::Answer {
        expected: vec![text("streaming | sync")],
        actual: Vec::new(),
    });
    answer.hint = Some(text("See the standby's log"));
    let kinds = [
        FailureKind::WrongSession {
            language: Language::Sql,
            stack: text("bash"),
        },
        FailureKind::Unfinished {
            missing: text("a closing quote"),
        },
        FailureKind::TimedOut {
            after: Duration::from_secs(60),
            ended_by: text("^C"),
        },
        FailureKind::WaitingForInput {
            prompt: String::new(),
        },
        FailureKind::WaitingForInput {
            prompt: text("Password: "),
        },
        FailureKind::FullScreen,
        FailureKind::SessionLost {
            reason: text("bash ended with exit status 0"),
        },
        FailureKind::NotWritten {
            reason: text("data/postgresql.conf: Permission denied (os error 13)"),
        },
        FailureKind::Unreachable {
            reason: text("connection refused"),
        },
    ];
    let output = failure(FailureKind::Output(difference()));
    let content = failure(FailureKind::Content(difference()));
    let mut failures = vec![output, content, exit, answer];
    failures.extend(kinds.map(failure));
    failures.extend(expectations().map(failure));
    failures
}

/// The ways in which an output or its values can be wrong beside a plain difference.
fn expectations() -> [FailureKind; 5] {
    let text = str::to_owned;
    let captured = CapturedValue {
        name: text("sent_lsn"),
        value: text("0/3000148"),
        place: place(),
    };
    [
        FailureKind::OtherValue {
            captured: Box::new(captured.clone()),
            came: text("0/3000200"),
        },
        FailureKind::Json {
            path: text("$[0].State.Status"),
            expected: text("\"running\""),
            actual: text("\"exited\""),
        },
        FailureKind::NotJson {
            reason: text("nothing was printed"),
        },
        FailureKind::Notice {
            lines: vec![text("WARNING:  there is no transaction in progress")],
        },
        FailureKind::Relations {
            broken: vec![BrokenRelation {
                relation: text("<sent_lsn> < 0/0"),
                reason: text("0/3000148 on the left, 0/0 on the right"),
            }],
            captured: vec![captured],
        },
    ]
}

fn difference() -> Vec<DiffLine> {
    vec![
        DiffLine::Same("state | sync_state".to_owned()),
        DiffLine::Missing {
            text: "streaming | sync".to_owned(),
            place: place(),
        },
        DiffLine::Extra("streaming | async".to_owned()),
    ]
}

/// A step that passed, failed or was not run.
pub(super) fn step(verdict: Verdict, failure: Option<Failure>) -> StepOutcome {
    StepOutcome {
        verdict,
        elapsed: Duration::from_millis(1234),
        attempts: 1,
        output: " ?column?\n----------\n        1\n(1 row)".to_owned(),
        failure,
    }
}

/// A check that converged: the standby was behind, could not be asked once, and then had everything.
pub(super) fn check(verdict: Verdict, failure: Option<Failure>) -> CheckOutcome {
    let mut samples = Samples::default();
    let answers = [Some("16777216"), None, Some("65536"), Some("0")];
    for (number, answer) in (0u64..).zip(answers) {
        let answered = match answer {
            Some(behind) => Answered::Rows(vec![vec![behind.to_owned()]]),
            None => Answered::Nothing("connection refused".to_owned()),
        };
        samples.push(Duration::from_millis(number * 700), answered);
    }
    CheckOutcome {
        verdict,
        elapsed: Duration::from_millis(2100),
        attempts: 4,
        samples,
        failure,
    }
}

/// A run from its beginning to its end, with one event of each kind at least; blocks as [`CHAPTER`] has them.
pub(super) fn events() -> Vec<Event> {
    let text = str::to_owned;
    let mut events = vec![
        Event::Notice(Notice::Reclaimed {
            removed: vec![text("container pgtest_master")],
        }),
        Event::Notice(Notice::Pulling {
            image: text("postgres:17"),
            current: 3 << 20,
            total: 9 << 20,
        }),
        Event::Notice(Notice::Pulled {
            image: text("postgres:17"),
        }),
        Event::Started(Header {
            facts: vec![
                (text("engine"), text("Docker Engine 28.0")),
                (text("sudo"), text("passed through, as root")),
            ],
            programs: vec![UsedProgram {
                name: text("psql"),
                version: text("17.6"),
            }],
            images: vec![UsedImage {
                name: text("postgres:17"),
                digest: text("sha256:66b526ee4fe3"),
                version: Some(text("17.12")),
                stand_in: None,
            }],
        }),
    ];
    for index in 0..3 {
        events.push(Event::BlockStarted(index));
        events.push(Event::StepFinished(index, step(Verdict::Passed, None)));
    }
    events.extend([
        Event::BlockStarted(3),
        Event::Notice(Notice::Remark(text("it takes up the run that was kept"))),
        Event::Notice(Notice::Warning(text("the engine's events stopped"))),
        Event::CheckFinished(3, check(Verdict::Passed, None)),
        Event::CheckFinished(4, check(Verdict::NotRun, None)),
        Event::LeftOut(4..5, LeftOut::Behind),
        Event::Evidence(evidence()),
        Event::Notice(Notice::CleaningUp),
        Event::Finished(summary()),
    ]);
    events
}

/// A container's log with a secret, and a compose file.
pub(super) fn evidence() -> Evidence {
    Evidence {
        logs: vec![(
            "pgtest_master".to_owned(),
            "password s3cret is wrong\n".to_owned(),
        )],
        compose: vec![("compose.yaml".to_owned(), "services: {}\n".to_owned())],
    }
}

/// A summary that is green.
pub(super) fn summary() -> Summary {
    Summary {
        steps_passed: 3,
        expectations_passed: 1,
        checks_passed: 2,
        elapsed: Duration::from_millis(15_300),
        cleanup: Duration::from_millis(890),
        recordings: vec!["/state/runs/demo-1/main.cast".to_owned()],
        ..Summary::default()
    }
}

/// One of each reason for which a run is not made.
pub(crate) fn run_errors() -> Vec<RunError> {
    let text = str::to_owned;
    vec![
        RunError::Missing {
            what: text("the lab uses `psql`, which this machine does not have"),
            help: text("`apt-get install postgresql-client`"),
        },
        RunError::Conflict {
            conflicts: vec![
                text("port 5454 is taken by postgres (pid 77)"),
                text("the name pgtest_master is taken by a container of another project"),
            ],
            help: text("stop what holds them"),
        },
        RunError::AlreadyRunning {
            lab: text("demo"),
            pid: 4711,
            started: SystemTime::UNIX_EPOCH,
        },
        RunError::Nothing(text("lab `demo` (src/demo.md) has no step")),
        RunError::CannotGoOn {
            what: text("the chapter before step 3 is not as it was"),
            help: text("run the lab again with `--keep`"),
        },
        RunError::Interrupted(2),
        RunError::System {
            doing: text("making the lab folder"),
            source: std::io::Error::from_raw_os_error(28),
        },
    ]
}
