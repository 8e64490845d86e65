//! Labs at the same time, and one after the other.

use crate::book::{Books, meet, step};

#[test]
fn labs_run_at_the_same_time() {
    // Each ends only when the other has begun.
    let (one, two) = (meet("one", "two"), meet("two", "one"));
    let book = Books::of(&[("one", &one), ("two", &two)]);
    let ended = book.labrun(&["run", "--all", "-j", "2"]);
    ended.says(
        0,
        &[
            "labrun: 2 labs, at most 2 at once",
            "✓ one  passed: 1 step, 1 expectation",
            "✓ two  passed: 1 step, 1 expectation",
            "passed: 2 labs passed in ",
        ],
    );
    for line in ended.words.lines().filter(|line| line.contains('│')) {
        assert!(
            line.starts_with("one │ ") || line.starts_with("two │ "),
            "{line}"
        );
    }
}

#[test]
fn without_a_number_labs_run_one_after_the_other_as_they_were_named() {
    let alone = |name: &str| {
        let line =
            format!("mkdir SIGNS/busy && echo {name} >> SIGNS/order; rmdir SIGNS/busy; echo done");
        step(&line, "done")
    };
    let (a, b) = (alone("a"), alone("b"));
    let book = Books::of(&[("a", &a), ("b", &b)]);
    book.labrun(&["b", "a", "b"])
        .says(0, &["labrun: 2 labs, one after the other"]);
    let order = std::fs::read_to_string(book.sign("order")).unwrap();
    assert_eq!(order, "b\na\n", "each once");
}

#[test]
fn labs_that_are_in_each_others_way_are_never_run_at_once() {
    // A folder outside the labs' own: whoever finds it has a neighbour.
    let lab = step(
        "mkdir SIGNS/mine && sleep 0.3 && rmdir SIGNS/mine && echo free",
        "free",
    );
    let labs: Vec<(&str, &str)> = ["a", "b", "c", "d"].map(|name| (name, lab.as_str())).into();
    let book = Books::of(&labs);
    book.labrun(&["--all", "-j", "4"])
        .says(0, &["passed: 4 labs passed"]);
}

#[test]
fn a_lab_that_runs_alone_is_told_and_has_nothing_beside_it() {
    let alone = step(
        "mkdir SIGNS/mine && sleep 0.3 && rmdir SIGNS/mine && echo free",
        "free",
    );
    let plain = step("test -e SIGNS/mine || echo free", "free");
    let book = Books::of(&[
        ("a", &plain),
        ("alone", &alone),
        ("b", &plain),
        ("killer", &step("pkill -x no-such; echo x", "x")),
    ]);
    let toml = book
        .read("book.toml")
        .replace("labs.alone]\n", "labs.alone]\nalone = true\n");
    std::fs::write(book.root().join("book.toml"), toml).unwrap();
    book.labrun(&["--all", "-j", "auto"]).says(0, &["4 labs"]);
    let ended = book.labrun(&["--all", "-j", "3"]);
    ended.says(
        0,
        &[
            "alone runs alone: book.toml says so",
            "killer runs alone: `pkill` ends programs by their name (src/killer.md:4:1)",
            "passed: 4 labs passed",
        ],
    );
}

#[test]
fn a_lab_that_fails_does_not_end_the_others_and_is_told_whole_at_the_end() {
    let red = step("echo two", "three");
    let green = step("echo one", "one");
    let broken = step("docker ps --filter name=x", "x");
    let book = Books::of(&[("red", &red), ("green", &green)]);
    let ended = book.labrun(&["--all"]);
    ended.says(
        1,
        &[
            "red   │   ✗   1  echo two",
            "red   │ failed: 1 step failed",
            "green │ passed: 1 step",
            "red · The lab red (src/red.md)",
            "error: the output is not what the page shows",
            "--> src/red.md:8:1",
            "bundle: ",
            "✗ red    failed: 1 step failed",
            "✓ green  passed",
            "failed: 1 lab failed; 1 lab passed in ",
        ],
    );
    let nothing = "```sh\ntrue\n```\n";
    let book = Books::of(&[
        ("red", &red),
        ("broken", &broken),
        ("nothing", nothing),
        ("green", &green),
    ]);
    let ended = book.labrun(&["--all", "-j", "2"]);
    ended.says(
        3,
        &[
            "broken · The lab broken",
            "error: no engine answers at unix:///nowhere/docker.sock",
            "nothing · The lab nothing",
            "it verifies nothing",
            "✗ broken   could not be run",
            "✗ nothing  nothing to run",
            "failed: 1 lab failed, 2 labs could not be run; 1 lab passed in ",
        ],
    );
    let book = Books::of(&[("nothing", nothing), ("green", &green)]);
    book.labrun(&["--all"])
        .says(4, &["failed: 1 lab could not be run; 1 lab passed"]);
}

#[test]
fn a_chapter_that_is_wrong_keeps_all_from_starting() {
    let green = step("touch SIGNS/started; echo one", "one");
    let wrong = "```sh anwser=x\ntrue\n```\n";
    let book = Books::of(&[("a", &green), ("b", wrong), ("c", wrong)]);
    let ended = book.labrun(&["--all"]);
    ended.says(2, &["src/b.md:3:7", "src/c.md:3:7"]);
    assert!(!book.sign("started").exists());
}

#[test]
fn a_chapter_that_changes_while_others_run_is_not_run_as_another() {
    let first = step(
        "printf '# Other\\n\\n```sh\\necho x\\n```\\n\\n```text\\nx\\n```\\n' > BOOK/src/second.md; echo one",
        "one",
    );
    let second = step("echo one", "one");
    let book = Books::of(&[("first", &first), ("second", &second)]);
    let path = book.root().join("src/first.md");
    let text = book
        .read("src/first.md")
        .replace("BOOK", &book.root().display().to_string());
    std::fs::write(path, text).unwrap();
    let ended = book.labrun(&["--all"]);
    ended.says(
        2,
        &[
            "error: the chapter of `second` was changed after this run had begun",
            "help: `labrun second` runs it as it is now",
            "failed: 1 lab could not be run; 1 lab passed",
        ],
    );
}
