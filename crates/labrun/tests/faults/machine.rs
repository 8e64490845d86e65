//! The machine around a run: another language and time zone, a clock that jumps, and another run in the way.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Book, Ended, rest, send};
use crate::own_engine::{IMAGE, OwnEngine};

#[test]
fn the_machines_language_zone_and_habits_do_not_reach_the_lab() {
    let chapter = "# L\n\n```sh\ndate +%Z; printf '%.1f\\n' 1.5; printf 'b\\nB\\na\\n' | sort; printf é | wc -m\n```\n\n\
         ```text\nUTC\n1.5\nB\na\nb\n1\n```\n\n```sh exit=2\nls nowhere\n```\n\n\
         ```text\nls: cannot access 'nowhere': No such file or directory\n```\n\n\
         ```sh exit=1\nenv | grep -e LANGUAGE -e SECRET -e POSIXLY_CORRECT -e BASH_ENV\n```\n\n```text\n```\n";
    let book = Book::without_engine(chapter);
    for language in ["tr_TR.UTF-8", "de_DE.ISO-8859-1", "nowhere", ""] {
        let mut command = book.command(&["demo"]);
        command
            .env("LANG", language)
            .env("LC_ALL", language)
            .env("LANGUAGE", "id:de")
            .env("TZ", "Asia/Jakarta");
        command
            .env("PAGER", "less")
            .env("SECRET", "x")
            .env("POSIXLY_CORRECT", "1")
            .env("BASH_ENV", "/nowhere");
        let ended = Ended::of(&command.output().unwrap());
        assert_eq!(ended.code, Some(0), "{language}: {}", ended.words);
    }
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

/// The library that stands between a program and the clock.
fn faketime() -> PathBuf {
    let folders = fs::read_dir("/usr/lib")
        .unwrap()
        .flatten()
        .map(|entry| entry.path());
    let mut found = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1"));
    found
        .find(|path| path.exists())
        .expect("libfaketime, of the package faketime")
}

/// The command with a clock that goes wrong by what a file says, from the moment at which it says so. Only labrun has it:
/// the programs of the lab do not get its environment.
fn with_clock(book: &Book, arguments: &[&str], offset: &Path) -> Command {
    let mut command = book.command(arguments);
    command
        .env("LD_PRELOAD", faketime())
        .env("FAKETIME_TIMESTAMP_FILE", offset);
    command
        .env("FAKETIME_NO_CACHE", "1")
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    command
}

#[test]
fn a_clock_that_jumps_ends_no_wait_and_prolongs_none() {
    let book = Book::without_engine("");
    let offset = book.root().join("offset");
    fs::write(&offset, "+0").unwrap();
    let at = offset.display();
    let jump = |by: &str| {
        format!(
            "```sh timeout=20s\necho '{by}' > {at}; sleep 0.3; echo slept\n```\n\n```text\nslept\n```\n\n"
        )
    };
    let chapter = format!(
        "# C\n\n{}{}```sh timeout=1s\necho '-400d' > {at}; sleep 60\n```\n\n```sh\necho after\n```\n",
        jump("+400d"),
        jump("-400d")
    );
    fs::write(book.root().join("src/demo.md"), chapter).unwrap();
    let report = book.root().join("run.jsonl");
    let mut command = with_clock(&book, &["demo", "--keep-going"], &offset);
    let ended = Ended::of(&command.arg("--report").arg(&report).output().unwrap());
    assert_eq!(ended.code, Some(1), "{}", ended.words);
    for word in [
        "✓   1",
        "✓   2",
        "timed out after 1 s (ended by ^C)",
        "✓   4",
    ] {
        assert!(
            ended.words.contains(word),
            "{word:?} is missing in\n{}",
            ended.words
        );
    }
    let lines = fs::read_to_string(&report).unwrap();
    let moments: Vec<f64> = lines
        .lines()
        .map(|line| json(line)["at"].as_f64().unwrap())
        .collect();
    assert!(
        moments.is_sorted() && moments.iter().all(|at| (0.0..60.0).contains(at)),
        "{moments:?}"
    );
    let cast = fs::read_to_string(book.run_folders()[0].join("main.cast")).unwrap();
    let pauses: Vec<f64> = cast
        .lines()
        .skip(1)
        .map(|line| json(line)[0].as_f64().unwrap())
        .collect();
    assert!(
        pauses.iter().all(|pause| (0.0..60.0).contains(pause)),
        "{pauses:?}"
    );
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn the_wrong_clock_of_these_tests_is_labruns() {
    let book = Book::without_engine("# C\n\n```sh\necho one\n```\n\n```text\none\n```\n");
    let offset = book.root().join("offset");
    fs::write(&offset, "+4000d").unwrap();
    let ended = Ended::of(
        &with_clock(&book, &["record", "demo"], &offset)
            .output()
            .unwrap(),
    );
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    let recording = fs::read_to_string(book.root().join("labs/demo/recording.json")).unwrap();
    let year: i32 = json(&recording)["date"].as_str().unwrap()[..4]
        .parse()
        .unwrap();
    let today = Command::new("date").arg("+%Y").output().unwrap();
    let today: i32 = String::from_utf8(today.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    assert!(year >= today + 10, "{year}");
}

#[test]
fn a_clock_that_is_not_the_engines_leaves_nothing() {
    let engine = OwnEngine::start();
    for (before, then) in [("+1h", "+1h"), ("-1h", "-1h"), ("+0", "-2h"), ("+0", "+2h")] {
        let book = Book::at(&engine.url(), "");
        let offset = book.root().join("offset");
        fs::write(&offset, before).unwrap();
        let at = offset.display();
        let chapter = format!(
            "# C\n\n```sh\ndocker volume create one\n```\n\n```text\none\n```\n\n```sh\necho '{then}' > {at}; sleep 0.1\n```\n\n\
             ```sh\ndocker volume create two; docker run -d --network none {IMAGE} sleep 600\n```\n"
        );
        fs::write(book.root().join("src/demo.md"), chapter).unwrap();
        let ended = Ended::of(&with_clock(&book, &["demo"], &offset).output().unwrap());
        assert_eq!(ended.code, Some(0), "{before}, {then}: {}", ended.words);
        assert_eq!(book.left_behind(), Vec::<String>::new(), "{before}, {then}");
    }
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn what_another_run_has_in_the_engine_is_named_and_left_alone() {
    let engine = OwnEngine::start();
    let chapter = format!(
        "# R\n\n```sh\ndocker run -d --name box --network none {IMAGE} sleep 600 > id\n```\n\n```text\n```\n\n```sh\nsleep 600\n```\n"
    );
    let first = Book::at(&engine.url(), &chapter);
    let (child, _) = first.start_until("✓   1");
    let second = Book::at(&engine.url(), &chapter);
    for state in [first.state(), second.state()] {
        let mut command = second.command(&["demo"]);
        let ended = Ended::of(&command.env("LABRUN_STATE_DIR", state).output().unwrap());
        assert_eq!(ended.code, Some(3), "{}", ended.words);
        assert!(ended.words.contains("box"), "{}", ended.words);
        assert!(!ended.words.contains('✓'), "{}", ended.words);
    }
    let top = engine.docker(&["inspect", "--format", "{{.State.Running}}", "box"]);
    assert_eq!(top.stdout, b"true\n");
    send(&child, rustix::process::Signal::TERM);
    assert_eq!(rest(child).code, Some(143));
    assert_eq!(first.left_behind(), Vec::<String>::new());
}
