//! One report about all labs, whatever its form.

use serde_json::Value;

use crate::book::{Books, meet, step};

fn mixed() -> Books {
    let (one, two) = (meet("one", "two"), meet("two", "one"));
    Books::of(&[
        ("one", &one),
        ("two", &two),
        ("red", &step("echo '::add-mask::x'", "y")),
    ])
}

#[test]
fn files_hold_every_lab_in_the_order_of_the_book() {
    let book = mixed();
    let ended = book.labrun(&[
        "--all", "-j", "3", "--report", "r.xml", "--report", "r.jsonl", "--report", "r.html",
        "--bundle", "b.tar.gz",
    ]);
    ended.says(
        1,
        &[
            "bundle: b-one.tar.gz",
            "bundle: b-two.tar.gz",
            "bundle: b-red.tar.gz",
        ],
    );
    for lab in ["one", "two", "red"] {
        assert!(book.root().join(format!("b-{lab}.tar.gz")).exists());
    }
    let junit = book.read("r.xml");
    let suites = junit.match_indices("<testsuite name=\"").map(|(at, text)| {
        let rest = &junit[at + text.len()..];
        rest.split('"').next().unwrap().to_owned()
    });
    assert_eq!(suites.collect::<Vec<_>>(), ["one", "two", "red"]);
    assert!(
        junit.contains("tests=\"3\"") && junit.contains("failures=\"1\""),
        "{junit}"
    );

    let lines = book.read("r.jsonl");
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.first().unwrap()["event"], "all_started");
    let last = lines.last().unwrap();
    assert_eq!(last["event"], "all_finished");
    assert_eq!(
        (&last["passed"], &last["failed"], &last["exit_code"]),
        (&2.into(), &1.into(), &1.into())
    );
    for lab in ["one", "two", "red"] {
        let of_lab = lines.iter().filter(|line| line["lab"] == lab);
        let events: Vec<&str> = of_lab.map(|line| line["event"].as_str().unwrap()).collect();
        assert_eq!(events, ["started", "step", "finished"], "{lab}");
    }

    let page = book.read("r.html");
    for part in [
        "<title>3 labs: failed</title>",
        "2 of 3 labs passed",
        "<a href=\"#red-lab\">",
        "<article id=\"red-lab\"",
        "id=\"red-block-0\"",
        "href=\"#red-block-0\"",
    ] {
        assert!(page.contains(part), "no {part} in\n{page}");
    }
    let ids: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "an id stands twice: {ids:?}");
}

#[test]
fn commands_to_the_job_are_off_from_the_first_lab_to_the_last() {
    let book = mixed();
    let ended = book.labrun(&["--all", "-j", "3", "--report", "github"]);
    ended.says(1, &["::stop-commands::"]);
    let (_, rest) = ended.words.split_once("::stop-commands::").unwrap();
    let (token, rest) = rest.split_once('\n').unwrap();
    let (during, after) = rest.split_once(&format!("::{token}::\n")).unwrap();
    assert!(during.contains("failed: 1 step failed"), "{during}");
    assert!(
        after.starts_with("::error file=src/red.md,line="),
        "{after}"
    );
    assert_eq!(after.matches("::error ").count(), 1);
}
