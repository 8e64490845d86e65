//! What the command says to a user who asks for something wrong, and a whole report of a run: `tests/messages/usage.txt`
//! and `runs.txt`. `SNAPSHOTS=overwrite` writes them; they are then to be read.

use std::path::Path;

use snapbox::{Data, assert_data_eq};

use crate::ran::Ran;

/// A chapter that is green, whose first step has a name.
const GREEN: &str = "# Demo\n\n## First\n\n```sh name=one\necho one\n```\n\n```text\none\n```\n\n## Second\n\n```sh\ntrue\n```\n";

/// What is asked for, of which chapter, and the exit code that it must end with.
const WRONG: [(&str, &[&str], &str, i32); 33] = [
    ("a lab that is mistyped", &["dmo"], GREEN, 2),
    ("a lab that is not there", &["run", "chapter99"], GREEN, 2),
    (
        "an option that is mistyped",
        &["demo", "--untill", "1"],
        GREEN,
        2,
    ),
    ("a value that is missing", &["demo", "--until"], GREEN, 2),
    (
        "a step that is not there",
        &["demo", "--until", "9"],
        GREEN,
        2,
    ),
    (
        "two that exclude each other",
        &["demo", "--dry-run", "--keep"],
        GREEN,
        2,
    ),
    (
        "a report of no kind",
        &["demo", "--report", "run.txt"],
        GREEN,
        2,
    ),
    (
        "a report that cannot be written",
        &["demo", "--report", "nowhere/run.xml"],
        GREEN,
        2,
    ),
    (
        "a bundle that cannot be written",
        &["demo", "--bundle", "nowhere/run.tar.gz"],
        GREEN,
        2,
    ),
    (
        "a bundle of another kind",
        &["demo", "--bundle", "run.zip"],
        GREEN,
        2,
    ),
    (
        "a help that is not there",
        &["help", "anotations"],
        GREEN,
        2,
    ),
    ("no book", &["--book", "/", "list"], GREEN, 2),
    (
        "a folder that is not there",
        &["--book", "nowhere", "list"],
        GREEN,
        2,
    ),
    (
        "a lab to check that is mistyped",
        &["check", "dem"],
        GREEN,
        2,
    ),
    (
        "a lab to extract that is mistyped",
        &["extract", "dem"],
        GREEN,
        2,
    ),
    (
        "a chapter with an error",
        &["demo"],
        "# D\n\n```sh anwser=x\ntrue\n```\n",
        2,
    ),
    ("a chapter without a step", &["demo"], "# D\n\nText.\n", 4),
    (
        "a chapter that verifies nothing",
        &["demo"],
        "# D\n\n```sh\ntrue\n```\n",
        4,
    ),
    ("a lab without checks", &["verify", "demo"], GREEN, 4),
    ("no lab", &["run"], GREEN, 2),
    ("all labs, and one", &["run", "demo", "--all"], GREEN, 2),
    ("what is for one lab", &["--all", "--step"], GREEN, 2),
    ("no lab at once", &["demo", "-j", "0"], GREEN, 2),
    ("so many labs at once", &["demo", "-j", "many"], GREEN, 2),
    ("shard 0", &["--all", "--shard", "0/5"], GREEN, 2),
    (
        "a shard behind the last",
        &["--all", "--shard", "6/5"],
        GREEN,
        2,
    ),
    ("a shard of none", &["--all", "--shard", "1/0"], GREEN, 2),
    (
        "a shard of another kind",
        &["--all", "--shard", "a/b"],
        GREEN,
        2,
    ),
    ("a shard of nothing", &["run", "--shard", "1/2"], GREEN, 2),
    (
        "an unreachable engine among several",
        &[
            "demo",
            "--engine",
            "unix:///nowhere/a.sock",
            "--engine",
            "ftp://b",
        ],
        "# D\n\n```sh\ndocker ps\n```\n\n```text\n```\n",
        3,
    ),
    (
        "a report about all that cannot be written",
        &["--all", "--report", "nowhere/run.xml"],
        GREEN,
        2,
    ),
    (
        "a plan for nobody",
        &["plan", "--format", "jenkins"],
        GREEN,
        2,
    ),
    ("a plan for no shard", &["plan", "--shards", "0"], GREEN, 2),
];

#[test]
fn every_wrong_use_is_told_with_its_remedy() {
    let mut text = String::new();
    for (what, arguments, chapter, code) in WRONG {
        let ran = Ran::of(chapter, arguments, &[]);
        let said = ran.said();
        assert_eq!(ran.output.status.code(), Some(code), "{what}: {said}");
        assert_eq!(ran.data(), "", "{what}");
        text.push_str(&format!(
            "== {what}: labrun {}\n{}\n(exit code {code})\n\n",
            arguments.join(" "),
            said.trim_end()
        ));
    }
    check("usage", &text);
}

#[test]
fn a_run_is_told_from_its_first_line_to_its_verdict() {
    let red = GREEN.replace("```text\none", "```text\ntwo");
    let mut text = String::new();
    for (what, chapter, arguments) in [
        ("green", GREEN, &["demo"][..]),
        ("red", red.as_str(), &["demo"]),
        ("a part", GREEN, &["demo", "--until", "one"]),
        (
            "a failure that is gone past",
            red.as_str(),
            &["demo", "--keep-going"],
        ),
    ] {
        let said = Ran::of(chapter, arguments, &[]).said();
        text.push_str(&format!(
            "== {what}: labrun {}\n{said}\n",
            arguments.join(" ")
        ));
    }
    check("runs", &text);
}

#[track_caller]
fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/messages/{name}.txt"));
    assert_data_eq!(text, Data::read_from(&path, None).raw());
}
