//! Every message of a run in one place, as the report for people says it: `tests/messages/*.txt`. A kind of failure, of
//! notice or of trouble without a specimen does not compile, or is found here. `SNAPSHOTS=overwrite` writes the files; they
//! are then to be read as a newcomer reads them: place, cause, help.

use std::collections::BTreeSet;
use std::path::Path;

use labrun_book::BookError;
use labrun_model::{Event, Notice, Summary};
use labrun_run::{Finding, RunError, Subject, discover};
use snapbox::{Data, assert_data_eq};

use super::json::{KINDS, kind, words_for};
use super::{book, doctor, drawn, failure, human, specimens};

words_for! {
    /// The word for a notice.
    notice_word(Notice), NOTICES:
    "pulling" = Notice::Pulling { .. },
    "pulled" = Notice::Pulled { .. },
    "reclaimed" = Notice::Reclaimed { .. },
    "cleaning up" = Notice::CleaningUp,
    "remark" = Notice::Remark(_),
    "warning" = Notice::Warning(_),
}

words_for! {
    /// The word for a reason for which a run is not made.
    trouble_word(RunError), TROUBLES:
    "missing" = RunError::Missing { .. },
    "conflict" = RunError::Conflict { .. },
    "already running" = RunError::AlreadyRunning { .. },
    "nothing" = RunError::Nothing(_),
    "cannot go on" = RunError::CannotGoOn { .. },
    "interrupted" = RunError::Interrupted(_),
    "system" = RunError::System { .. },
}

words_for! {
    /// The word for a reason for which a book is not built.
    book_word(BookError), BOOKS:
    "wrong" = BookError::Wrong(_),
    "refused" = BookError::Refused { .. },
    "port taken" = BookError::PortTaken { .. },
    "system" = BookError::System { .. },
}

/// Compares a text without its colours with what is kept of it.
#[track_caller]
fn check(name: &str, messages: &[(&str, String)]) {
    let mut text = String::new();
    for (word, message) in messages {
        let message = anstream::adapter::strip_str(message).to_string();
        text.push_str(&format!("== {word}\n{}\n\n", message.trim_end()));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/messages/{name}.txt"));
    assert_data_eq!(text, Data::read_from(&path, None).raw());
}

/// The words are those of all variants: every one has its specimen.
#[track_caller]
fn whole(words: &[(&str, String)], all: &[&str]) {
    let found: BTreeSet<&str> = words.iter().map(|(word, _)| *word).collect();
    assert_eq!(found, all.iter().copied().collect());
}

#[test]
fn every_failure_says_place_cause_and_help() {
    let messages: Vec<(&str, String)> = specimens::failures()
        .iter()
        .map(|found| (kind(&found.kind), failure::draw(found)))
        .collect();
    whole(&messages, KINDS);
    check("failures", &messages);
}

#[test]
fn every_notice_is_said_on_the_live_line_or_in_lines_that_stay() {
    let messages: Vec<(&str, String)> = specimens::events()
        .iter()
        .filter_map(|event| match event {
            Event::Notice(notice) => Some(notice),
            _ => None,
        })
        .map(|notice| {
            let passing = human::passing(notice).map(|text| format!("(live) {text}"));
            let said = passing.or_else(|| human::lasting(notice));
            (notice_word(notice), said.unwrap_or_default())
        })
        .collect();
    assert!(messages.iter().all(|(_, said)| !said.is_empty()));
    whole(&messages, NOTICES);
    check("notices", &messages);
}

#[test]
fn every_trouble_before_the_first_step_says_what_to_do() {
    let messages: Vec<(&str, String)> = specimens::run_errors()
        .iter()
        .map(|error| {
            let text = drawn(&error.to_string(), error.help().as_deref());
            (trouble_word(error), text)
        })
        .collect();
    whole(&messages, TROUBLES);
    check("troubles", &messages);
}

#[test]
fn every_finding_says_what_is_there_or_what_to_do() {
    let text = str::to_owned;
    let findings = [
        Finding::Right {
            found: text("Docker Engine 20.10.24 (API 1.41)"),
        },
        Finding::Right {
            found: text("22 GiB free in /tmp\n9 GiB free in /var/lib/docker"),
        },
        Finding::Wrong {
            found: text("one container does not find another by its name"),
            remedy: text("`apt-get install netavark aardvark-dns`"),
        },
        Finding::NotTried {
            reason: text("no lab uses sudo"),
        },
    ];
    let words = ["ok", "ok in two lines", "not right", "not tried"];
    let subjects = [
        Subject::Engine,
        Subject::Disk,
        Subject::Names,
        Subject::Sudo,
    ];
    let drawn = findings.iter().zip(subjects);
    let drawn = drawn.map(|(finding, subject)| doctor::drawn(subject, finding));
    let messages: Vec<(&str, String)> = words.into_iter().zip(drawn).collect();
    check("doctor", &messages);
}

#[test]
fn every_way_that_leads_nowhere_says_what_does() {
    let urls = [
        ("another protocol", "npipe:////./pipe/docker_engine"),
        ("no host", "tcp://"),
        ("a path behind ssh", "ssh://build/run/docker.sock"),
        ("encryption without certificates", "https://build:2376"),
    ];
    let messages: Vec<(&str, String)> = urls
        .iter()
        .map(|(word, url)| {
            let nothing = |_: &str| Some("/nowhere".into()).filter(|_| url.starts_with("https"));
            let error = discover(Some(url), &nothing).unwrap_err();
            (*word, drawn(&error.to_string(), error.help().as_deref()))
        })
        .collect();
    check("engines", &messages);
}

#[test]
fn every_reason_for_no_book_says_what_to_do() {
    let errors = [
        BookError::Wrong(Vec::new()),
        BookError::Refused {
            what: "src is no book and is not replaced".to_owned(),
            help: "name a new or an empty folder".to_owned(),
        },
        BookError::PortTaken { port: 3000 },
        BookError::System {
            doing: "making the folder /book".to_owned(),
            source: std::io::Error::from_raw_os_error(13),
        },
    ];
    let messages: Vec<(&str, String)> = errors
        .iter()
        .map(|error| (book_word(error), book::reason(error)))
        .collect();
    whole(&messages, BOOKS);
    check("books", &messages);
}

#[test]
fn every_end_of_a_run_is_one_sentence() {
    let green = specimens::summary();
    let red = Summary {
        steps_passed: 1,
        steps_failed: 1,
        checks_passed: 0,
        checks_not_run: 2,
        steps_not_run: 1,
        ..green.clone()
    };
    let left = Summary {
        left_behind: vec!["container pgtest_master: the engine does not answer".to_owned()],
        ..green.clone()
    };
    let away = Summary {
        engine_away: Some("unix:///var/run/docker.sock: Connection refused".to_owned()),
        ..red.clone()
    };
    let cut = |signal| Summary {
        interrupted_by: Some(signal),
        steps_not_run: 1,
        ..green.clone()
    };
    let out = |left_out| Summary {
        left_out,
        ..green.clone()
    };
    let failures = [specimens::failures().remove(0)];
    let messages = [
        ("green", human::ending(0, &[], &green)),
        ("red", human::ending(3, &failures, &red)),
        ("engine away", human::ending(3, &failures, &away)),
        ("left behind", human::ending(0, &[], &left)),
        ("Ctrl-C", human::ending(1, &[], &cut(2))),
        ("SIGTERM", human::ending(1, &[], &cut(15))),
        ("one block left out", human::ending(0, &[], &out(1))),
        ("more left out", human::ending(0, &[], &out(7))),
    ];
    check("endings", &messages);
}

#[test]
fn every_end_of_several_labs_is_a_line_for_each_and_one_sentence() {
    let names = ["green", "red", "broken", "empty", "cut", "early", "late"].map(str::to_owned);
    let summary = specimens::summary();
    let red = Summary {
        steps_failed: 1,
        ..summary.clone()
    };
    let cut = Summary {
        interrupted_by: Some(2),
        ..summary.clone()
    };
    let [missing, .., nothing] = &specimens::run_errors()[..4] else {
        panic!("there are specimens");
    };
    let together = |ends: &[(usize, Result<&Summary, &RunError>)]| {
        let mut all = super::together::Ends::of(&names);
        let mut text = String::new();
        let mut lab = specimens::lab();
        for (at, end) in ends {
            lab.name.clone_from(&names[*at]);
            match end {
                Ok(summary) => all.event(&lab, &Event::Finished((*summary).clone())),
                Err(error) => all.close(&lab, Some(error)),
            }
        }
        for (at, name) in names.iter().enumerate() {
            let end = ends.iter().find(|(lab, _)| *lab == at);
            let summary = end.and_then(|(_, end)| end.ok());
            text.push_str(&super::together::line(name, 6, all.of_lab(name), summary));
        }
        text + &super::together::sentence(&all, std::time::Duration::from_millis(15_300))
    };
    let interrupted = RunError::Interrupted(2);
    let all: [(usize, Result<&Summary, &RunError>); 7] =
        [0, 1, 2, 3, 4, 5, 6].map(|at| (at, Ok(&summary)));
    let messages = [
        ("all green", together(&all)),
        (
            "some not",
            together(&[
                (0, Ok(&summary)),
                (1, Ok(&red)),
                (2, Err(missing)),
                (3, Err(nothing)),
                (4, Ok(&summary)),
                (5, Ok(&summary)),
                (6, Ok(&summary)),
            ]),
        ),
        (
            "interrupted",
            together(&[
                (0, Ok(&summary)),
                (1, Ok(&red)),
                (4, Ok(&cut)),
                (6, Err(&interrupted)),
            ]),
        ),
    ];
    check("together", &messages);
}
