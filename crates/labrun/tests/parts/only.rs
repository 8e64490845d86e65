//! `--only SECTION`: the section, and every step before it.

use crate::book::Book;

/// A check in the first section that nothing can answer, so that asking it would be red.
const CHAPTER: &str = "# Demo\n\n## Making\n\n```sh\necho one > file\n```\n\n```toml check\ntitle = \"Nobody answers\"\n\
                       postgres = \"host=127.0.0.1 port=1 user=x\"\nquery = \"SELECT 1\"\nrows = [[\"1\"]]\n```\n\n\
                       ## Reading it\n\n```sh\ncat file\n```\n\n```text\none\n```\n\n## Breaking\n\n```sh\nfalse\n```\n";

#[test]
fn a_section_runs_with_every_step_before_it_and_without_their_checks() {
    let book = Book::with(CHAPTER);
    for section in ["Reading it", "reading-it", "2"] {
        book.labrun(&["demo", "--only", section]).is(
            0,
            &[
                "· check: Nobody answers left out: of an earlier section",
                "· step 3 left out: behind the part that was asked for",
                "passed: 2 steps, 1 expectation, 0 checks passed",
                "; 2 blocks left out, as asked",
            ],
        );
    }
}

#[test]
fn what_a_section_needs_must_pass_too() {
    let book = Book::with(&CHAPTER.replace("echo one >", "false >"));
    let ended = book.labrun(&["demo", "--only", "Reading it"]);
    ended.is(1, &["✗   1", "1 not run"]);
}

#[test]
fn an_unknown_section_is_named_with_the_nearest() {
    let book = Book::with(CHAPTER);
    book.labrun(&["demo", "--only", "Readin it"]).is(
        2,
        &[
            "lab `demo` has no section `Readin it`",
            "did you mean `Reading it`?",
            "labrun list --sections",
        ],
    );
    book.labrun(&["demo", "--only", "1", "--until", "1"])
        .is(2, &["cannot be used with"]);
}

#[test]
fn sections_and_the_plan_are_shown() {
    let book = Book::with(CHAPTER);
    let ended = book.labrun(&["list", "--sections"]);
    ended.is(0, &[]);
    for line in [
        "    1  Making      1 step, 1 check  #making\n",
        "    2  Reading it  1 step  #reading-it\n",
    ] {
        assert!(ended.data.contains(line), "{}", ended.data);
    }
    let ended = book.labrun(&["list", "--sections", "--json"]);
    assert!(
        ended.data.contains(r#""anchor":"reading-it""#),
        "{}",
        ended.data
    );
    let ended = book.labrun(&["demo", "--only", "Reading it", "--dry-run"]);
    ended.is(0, &[]);
    for line in [
        "left out (of an earlier section): Nobody answers",
        "    3  left out (behind the part that was asked for): false",
        "2 steps, 1 expectation, 0 checks, 2 left out; nothing was run",
    ] {
        assert!(ended.data.contains(line), "{}", ended.data);
    }
}

#[test]
fn reports_for_programs_say_what_was_left_out() {
    let book = Book::with(CHAPTER);
    book.labrun(&["demo", "--only", "2", "--report", "run.jsonl"])
        .is(0, &[]);
    let report = std::fs::read_to_string(book.path().join("run.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = report
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &serde_json::Value| line["event"] == "left_out")
        .collect();
    assert_eq!(lines[0]["why"], "earlier_check");
    assert_eq!(
        (
            &lines[1]["why"],
            &lines[1]["steps"],
            &lines[1]["first_line"]
        ),
        (&"behind".into(), &1.into(), &28.into())
    );
}
