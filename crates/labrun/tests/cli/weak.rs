//! `labrun check` on what is weak: as a table, as JSON and as annotations, what is accepted, and how it ends.

use std::fs;

use crate::book::Book;

/// A lab with a step that nothing verifies.
const WEAK: &str = "# Demo\n\n```sh\necho one\n```\n\n```text\none\n```\n\n```sh\necho two\n```\n";

#[test]
fn a_weakness_is_drawn_and_counted_and_fails_only_where_it_is_denied() {
    let book = Book::with(WEAK);
    let drawn = [
        "warning[unverified-step]: nothing verifies more than the exit status of `echo two`",
        "--> src/demo.md:12:1",
        "= help: show what it prints",
        "demo      2       0       0         1  (unverified-step 1)",
        "1 lab checked, no errors, 1 warning",
    ];
    book.labrun(&["check"]).is(0, &drawn);
    book.labrun(&["check", "demo", "--deny-warnings"])
        .is(2, &drawn);
    let strong = Book::with(&WEAK.replace("echo two", "cd /tmp"));
    strong
        .labrun(&["check", "--deny-warnings"])
        .is(0, &["no errors, no warnings"]);
}

#[test]
fn programs_get_an_object_a_line_and_a_job_annotations() {
    let book = Book::with(WEAK);
    let ended = book.labrun(&["check", "--json"]);
    ended.is(0, &["1 warning"]);
    assert!(!ended.words.contains("-->"), "{}", ended.words);
    // In which order the keys come is nobody's promise.
    let object: serde_json::Value = serde_json::from_str(&ended.data).unwrap();
    let expected = serde_json::json!({
        "lab": "demo", "severity": "warning", "code": "unverified-step", "path": "src/demo.md", "line": 12, "column": 1,
        "message": "nothing verifies more than the exit status of `echo two`",
        "help": "show what it prints in a `text` fence below it, so that it is compared",
        "text": "echo two",
    });
    assert_eq!(object, expected);
    book.labrun(&["check", "--github"]).is(
        0,
        &["::warning file=src/demo.md,line=12,col=1,title=demo%3A unverified-step::nothing verifies"],
    );
}

#[test]
fn an_author_accepts_a_weakness_at_its_step_or_for_the_lab() {
    let here = WEAK.replace("```sh\necho two", "```sh allow=unverified-step\necho two");
    Book::with(&here)
        .labrun(&["check", "--deny-warnings"])
        .is(0, &["no warnings"]);
    let table = "[preprocessor.labrun.labs.demo]\nallow = [\"unverified-step\"]\n";
    let book = Book::with(WEAK);
    fs::write(book.path().join("book.toml"), table).unwrap();
    book.labrun(&["check", "--deny-warnings"])
        .is(0, &["no warnings"]);
    // What accepts nothing, or no warning at all, is told.
    let idle = here.replace("echo two", "cd /tmp");
    Book::with(&idle).labrun(&["check"]).is(
        0,
        &["warning[needless-allow]: this step has no `unverified-step` to allow"],
    );
    Book::with(&here.replace("allow=unverified", "allow=unverifed"))
        .labrun(&["check"])
        .is(
            2,
            &[
                "error[unknown-warning]: `unverifed-step` is no warning",
                "did you mean `unverified-step`?",
                "warning[unverified-step]",
            ],
        );
}

#[test]
fn a_script_that_differs_and_a_lab_that_clashes_are_told() {
    let book = Book::with(&WEAK.replace("echo two", "cd /tmp"));
    let script = book.path().join("labs/demo/lab.sh");
    book.labrun(&["extract"]).is(0, &[]);
    book.labrun(&["check"]).is(0, &["no warnings"]);
    let text = fs::read_to_string(&script).unwrap() + "true\n";
    fs::write(&script, text).unwrap();
    book.labrun(&["check"]).is(
        0,
        &[
            "warning[stale-script]: labs/demo/lab.sh differs from line",
            "--> book.toml:4:",
        ],
    );
    let run = "# A\n\n```sh\ndocker run -d --name shared nginx\n```\n\n```toml check\ntitle = \"t\"\ncontainer = \"shared\"\nstate = \"running\"\n```\n";
    let book = Book::with(run);
    fs::write(book.path().join("src/other.md"), run).unwrap();
    let tables = "[preprocessor.labrun.labs.demo]\n[preprocessor.labrun.labs.other]\n";
    fs::write(book.path().join("book.toml"), tables).unwrap();
    book.labrun(&["check"]).is(
        0,
        &[
            "warning[clash]: the container `shared` is used by the lab `demo` as well",
            "--> src/other.md:4:1",
            "src/demo.md:4:1 has it",
            "2 labs checked, no errors, 1 warning",
        ],
    );
}
