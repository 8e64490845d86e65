//! The command as its users call it: bad input, data, and labs that need no engine.

use std::fs;
use std::process::Command;

use crate::book::{Book, Ended, GREEN};

#[test]
fn a_green_lab_says_every_step_and_counts_them() {
    let book = Book::with(GREEN);
    let ended = book.labrun(&["demo"]);
    ended.is(
        0,
        &[
            "demo · Demo (src/demo.md)",
            "First",
            "✓   1  echo one",
            "✓   3  pwd",
            "passed: 3 steps, 2 expectations, 0 checks passed",
        ],
    );
    assert_eq!(ended.data, "", "words go to standard error");
    let runs = fs::read_dir(book.path().join("state/runs"))
        .unwrap()
        .count();
    assert_eq!(runs, 1, "the recording is kept");
}

#[test]
fn a_difference_is_shown_with_its_place() {
    let book = Book::with(&GREEN.replace("```text\none", "```text\ntwo"));
    let ended = book.labrun(&["demo"]);
    ended.is(
        1,
        &[
            "✗   1  echo one",
            "error: the output is not what the page shows",
            "--> src/demo.md:10:1",
            "- two",
            "+ one",
            "not run",
            "2 not run",
            "recording: ",
        ],
    );
}

#[test]
fn a_failing_command_is_shown_with_its_output() {
    let book = Book::with("# D\n\n```sh\necho before\nls /nowhere\n```\n\n```text\nx\n```\n");
    book.labrun(&["demo"]).is(
        1,
        &[
            "--> src/demo.md:5:1",
            "expected success, but got exit status 2",
            "| before",
            "exit=",
        ],
    );
}

#[test]
fn an_expected_failure_is_green_and_its_absence_red() {
    let book = Book::with("# D\n\n```sh exit=3\n(exit 3)\n```\n\n```text\n```\n");
    book.labrun(&["demo"]).is(0, &[]);
    let book = Book::with("# D\n\n```sh exit=3\ntrue\n```\n\n```text\n```\n");
    book.labrun(&["demo"])
        .is(1, &["expected exit status 3, but got exit status 0"]);
}

#[test]
fn eventually_repeats_a_step_until_it_is_so() {
    let chapter = "# D\n\n```sh\n(sleep 0.5; touch done) &\n```\n\n```sh eventually=20s\nls done\n```\n\n```text\ndone\n```\n";
    let ended = Book::with(chapter).labrun(&["demo"]);
    ended.is(0, &["attempts"]);
}

#[test]
fn files_are_written_below_the_lab_folder() {
    let chapter = "# D\n\n```yaml file=a/b.yml\nkey: 'v'\n```\n\n```sh\ncat a/b.yml\n```\n\n```text\nkey: 'v'\n```\n";
    Book::with(chapter)
        .labrun(&["demo"])
        .is(0, &["write a/b.yml", "2 steps, 1 expectation,"]);
}

#[test]
fn several_terminals_live_side_by_side() {
    let chapter = "# D\n\n```sh terminal=a\nx=1\n```\n\n```sh terminal=b\necho \"[$x]\"\n```\n\n```text\n[]\n```\n\n```sh terminal=a\necho \"[$x]\"\n```\n\n```text\n[1]\n```\n";
    Book::with(chapter).labrun(&["demo"]).is(0, &[]);
}

#[test]
fn a_block_in_the_wrong_session_is_not_typed() {
    let ended = Book::with("# D\n\n```sql\nDROP TABLE x;\n```\n\n```text\n```\n").labrun(&["demo"]);
    ended.is(
        1,
        &[
            "a `sql` block is typed at psql or sqlite3, but the terminal is at bash",
            "--> src/demo.md:4:1",
        ],
    );
}

#[test]
fn what_hangs_or_asks_is_reported_as_such() {
    let lab = |step: &str| {
        format!("# D\n\n```sh {step}\n```\n\n```text\n```\n\n```sh\necho after\n```\n")
    };
    let asked = Book::with(&lab("\nread -p 'Your name: ' name")).labrun(&["demo", "--keep-going"]);
    asked.is(
        1,
        &[
            "waits for input that the page does not give: \"Your name:\"",
            "✓   2  echo after",
        ],
    );
    let hung = Book::with(&lab("timeout=500ms\nsleep 60")).labrun(&["demo", "--keep-going"]);
    hung.is(
        1,
        &["timed out after 0.5 s (ended by ^C)", "✓   2  echo after"],
    );
    let open = Book::with(&lab("\necho 'open")).labrun(&["demo"]);
    open.is(1, &["the step is unfinished"]);
    let gone = Book::with(&lab("\nexit 3")).labrun(&["demo", "--keep-going"]);
    gone.is(
        1,
        &[
            "the host shell has ended (exit status 3)",
            "the terminal was lost",
        ],
    );
}

#[test]
fn the_lab_sees_neither_secrets_nor_the_machines_habits() {
    let chapter = "# E\n\n```sh exit=1\nenv | grep -c CANARY\n```\n\n```text\n0\n```\n\n```sh\necho $LC_ALL $TZ $PAGER; ls -A ~\n```\n\n```text\nC.UTF-8 UTC cat\n```\n\n```sh\necho 'é → 𝄞'\n```\n\n```text\né → 𝄞\n```\n";
    Book::with(chapter)
        .labrun(&["demo"])
        .is(0, &["3 steps, 3 expectations"]);
}

#[test]
fn until_stops_after_a_step_and_says_what_it_left_out() {
    let book = Book::with(&GREEN.replace("```sh\ncd", "```sh name=go\ncd"));
    for step in ["2", "go"] {
        let ended = book.labrun(&["demo", "--until", step]);
        ended.is(
            0,
            &[
                "passed: 2 steps, 1 expectation,",
                "step 3 left out: behind the part",
                "1 block left out, as asked",
            ],
        );
    }
    book.labrun(&["demo", "--until", "9"])
        .is(2, &["has no step `9`", "its steps are 1 to 3", "go"]);
}

#[test]
fn an_unknown_lab_is_named_with_the_nearest() {
    let book = Book::with(GREEN);
    book.labrun(&["dmeo"]).is(
        2,
        &[
            "there is no lab `dmeo`",
            "did you mean `demo`?",
            "the labs of this book: demo",
        ],
    );
    book.labrun(&["extract", "other"])
        .is(2, &["there is no lab `other`"]);
}

#[test]
fn a_chapter_with_diagnostics_starts_nothing() {
    let chapter = "# D\n\n```sh anwser=\"x\"\ntouch started\n```\n\n```\nbare\n```\n";
    let book = Book::with(chapter);
    for arguments in [&["demo"][..], &["check"], &["extract"], &["build"]] {
        let ended = book.labrun(arguments);
        ended.is(
            2,
            &[
                "unknown attribute `anwser`",
                "src/demo.md:3:7",
                "src/demo.md:7:1",
            ],
        );
    }
    assert!(!book.path().join("state").exists(), "nothing was started");
}

#[test]
fn a_book_that_is_not_there_or_is_wrong_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_labrun"))
        .args(["--book"])
        .arg(folder.path())
        .arg("list")
        .output()
        .unwrap();
    Ended::of(&output).is(2, &["no book.toml in"]);
    let book = Book::with(GREEN);
    fs::write(book.path().join("book.toml"), "[book\n").unwrap();
    book.labrun(&["list"]).is(2, &["book.toml:1:"]);
    fs::write(
        book.path().join("book.toml"),
        "[preprocessor.labrun.labs.demo]\nchapter = \"gone.md\"\n",
    )
    .unwrap();
    book.labrun(&["demo"])
        .is(2, &["src/gone.md cannot be read", "book.toml:1:"]);
    fs::write(
        book.path().join("book.toml"),
        "[preprocessor.labrun.labs.demo]\nchapter = \"src/demo.md\"\n",
    )
    .unwrap();
    book.labrun(&["demo"]).is(
        2,
        &[
            "book.toml:1:",
            "begins in the book's `src`: write `chapter = \"demo.md\"`",
        ],
    );
}

#[test]
fn a_lab_that_verifies_nothing_is_not_green() {
    Book::with("# D\n\nWords.\n")
        .labrun(&["demo"])
        .is(4, &["has no step"]);
    Book::with("# D\n\n```sh\ntrue\n```\n")
        .labrun(&["demo"])
        .is(4, &["it verifies nothing"]);
    let book = Book::with(GREEN);
    fs::write(book.path().join("book.toml"), "[book]\ntitle = \"T\"\n").unwrap();
    book.labrun(&["list"]).is(4, &["no labs"]);
    book.labrun(&["check"]).is(4, &["no labs"]);
}

#[test]
fn an_engine_that_is_not_there_is_said_before_the_first_step() {
    let book = Book::with("# D\n\n```sh\ndocker ps\n```\n\n```text\n```\n");
    let ended = book.labrun(&["demo"]);
    ended.is(3, &["/nowhere/docker.sock", "help"]);
    assert!(!ended.words.contains('✓'), "{}", ended.words);
    for run in fs::read_dir(book.path().join("state/runs"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = run.file_name().to_string_lossy().into_owned();
        let id = name.rsplit('-').next().unwrap();
        let folder = std::env::temp_dir().join(format!("labrun-{id}"));
        assert!(!folder.exists(), "{} is left behind", folder.display());
    }
}

#[test]
fn list_gives_data_and_dry_run_runs_nothing() {
    let book = Book::with(GREEN);
    assert_eq!(
        book.labrun(&["list"]).data,
        "demo  Demo  (src/demo.md; 3 steps, 0 checks)\n"
    );
    let json: serde_json::Value =
        serde_json::from_str(&book.labrun(&["list", "--json"]).data).unwrap();
    assert_eq!(
        (json["name"].as_str(), json["steps"].as_u64()),
        (Some("demo"), Some(3))
    );
    let plan = book.labrun(&["demo", "--dry-run"]);
    assert!(
        plan.data.contains("echo one") && plan.data.contains("nothing was run"),
        "{}",
        plan.data
    );
    assert!(!book.path().join("state").exists());
}

#[test]
fn help_teaches() {
    let book = Book::with(GREEN);
    assert_eq!(
        book.labrun(&["help", "annotations"]).data,
        labrun_parse::REFERENCE.replace("\\{{", "{{")
    );
    assert!(
        book.labrun(&["help", "run"])
            .data
            .contains("Usage: labrun run")
    );
    assert!(book.labrun(&["--help"]).data.contains("Exit codes:"));
    book.labrun(&["help", "nonsense"])
        .is(2, &["no help on `nonsense`"]);
    book.labrun(&["demo", "--nonsense"]).is(2, &["--nonsense"]);
    assert!(
        book.labrun(&["completions", "bash"])
            .data
            .contains("labrun")
    );
}

#[test]
fn clean_says_when_there_is_nothing() {
    Book::with(GREEN)
        .labrun(&["clean"])
        .is(0, &["nothing to clean"]);
}
