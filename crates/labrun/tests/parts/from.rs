//! `--from STEP`: going on in the lab that an earlier run has kept.

use std::fs;

use crate::book::Book;

/// A chapter that opens a second shell in a folder of its own.
const MENDED: &str = "# Demo\n\n## A\n\n```sh\nmkdir work && cd work\n```\n\n```sh\necho one > file\n```\n\n\
                      ```sh\nexport COLOUR=red\n```\n\n## B\n\n```sh\nbash\n```\n\n\
                      ```sh\npwd | sed 's|.*/||'\n```\n\n```text\nwork\n```\n\n\
                      ```sh name=look\ncat file\n```\n\n```text\none\n```\n\n```sh\nls\n```\n\n```text\nfile\n```\n";

/// The same with a sixth step that fails.
fn red() -> String {
    MENDED.replace("```text\none", "```text\ntwo")
}

/// A book whose run failed at its sixth step and was kept.
fn kept() -> Book {
    let book = Book::with(&red());
    book.labrun(&["demo", "--keep"]).is(
        1,
        &[
            "✗   6",
            "kept as asked: ",
            "`labrun demo --from STEP` goes on there",
        ],
    );
    book
}

#[test]
fn a_failed_step_is_mended_and_the_run_goes_on_where_it_was() {
    let book = kept();
    book.write(MENDED);
    for step in ["6", "look"] {
        let ended = book.labrun(&["demo", "--from", step, "--keep"]);
        ended.is(
            0,
            &[
                "going on in the lab that run ",
                "/lab/work, `bash`",
                "variables, functions and settings are not brought back: src/demo.md:14:1 `export COLOUR=red`",
                "· steps 1 to 5 left out: done in the kept run",
                "✓   6",
                "✓   7",
                "passed: 2 steps, 2 expectations, 0 checks passed",
                "; 5 blocks left out, as asked",
            ],
        );
        let again = match step {
            "6" => "step 6 was begun in the kept run and is typed again",
            _ => "steps 6 to 7 were begun in the kept run and are typed again",
        };
        ended.is(0, &[again]);
    }
    let run = fs::read_dir(book.state().join("runs"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    for recording in ["main.cast", "main-2.cast", "main-3.cast"] {
        assert!(run.join(recording).exists(), "{recording}");
    }
    let ended = book.labrun(&["demo", "--from", "7"]);
    ended.is(0, &["passed: 1 step"]);
    book.labrun(&["clean"]).is(0, &["nothing to clean"]);
    book.labrun(&["demo", "--from", "7"])
        .is(2, &["no run of lab `demo` was kept"]);
}

#[test]
fn a_chapter_that_has_changed_before_the_step_is_refused_with_the_place() {
    let book = kept();
    book.write(&MENDED.replace("echo one", "echo  one"));
    let ended = book.labrun(&["demo", "--from", "6"]);
    ended.is(
        2,
        &[
            "step 2 has changed since the run was kept (src/demo.md:9:1)",
            "run the whole lab: `labrun clean`, then `labrun demo`",
        ],
    );
    book.write(&format!("A new sentence.\n\n{}", MENDED));
    book.labrun(&["demo", "--from", "6"])
        .is(0, &["passed: 2 steps"]);
}

#[test]
fn a_step_that_failed_or_was_not_reached_is_not_taken_for_done() {
    let book = kept();
    book.labrun(&["demo", "--from", "7"]).is(
        2,
        &["step 6 failed in the kept run", "`--from 6` goes on there"],
    );
    book.labrun(&["clean"]).is(0, &["removed folder "]);
    book.labrun(&["demo", "--keep", "--until", "3"])
        .is(0, &["kept as asked"]);
    book.labrun(&["demo", "--from", "6"]).is(
        2,
        &[
            "the kept run did not come so far: step 4",
            "`--from 4` goes on there",
        ],
    );
    book.labrun(&["demo", "--from", "6", "--until", "5"])
        .is(2, &["stands before the step of `--from`"]);
    book.labrun(&["demo", "--from", "4", "--until", "5"]).is(
        0,
        &[
            "passed: 2 steps",
            "steps 1 to 3 left out: done",
            "steps 6 to 7 left out: behind",
        ],
    );
}

#[test]
fn what_is_gone_cannot_be_gone_on_with() {
    let book = kept();
    let ended = book.labrun(&["clean", "--dry-run"]);
    let (_, folder) = ended.words.split_once("would remove ").unwrap();
    fs::remove_dir_all(folder.lines().next().unwrap()).unwrap();
    book.labrun(&["demo", "--from", "6"]).is(
        2,
        &[
            "the lab folder ",
            " of the kept run is gone",
            "labrun clean",
        ],
    );
    book.labrun(&["clean"]).is(0, &[]);
}

/// A check that failed is asked again by who goes on right behind it.
#[test]
fn a_check_before_the_step_is_asked_again() {
    let check = "```toml check\ntitle = \"Nobody answers\"\npostgres = \"host=127.0.0.1 port=1 user=x\"\nquery = \"SELECT 1\"\nrows = [[\"1\"]]\n```\n\n";
    let book = Book::with(&MENDED.replace("```sh name=look", &format!("{check}```sh name=look")));
    book.labrun(&["demo", "--keep"])
        .is(1, &["✗      check: Nobody answers"]);
    book.labrun(&["demo", "--from", "look"]).is(
        1,
        &[
            "✗      check: Nobody answers",
            "steps 1 to 5 left out: done",
        ],
    );
}

/// A name of the page means one value in the whole lab, also for who goes on behind the step that gave it.
#[test]
fn a_captured_value_is_known_to_who_goes_on() {
    let chapter = "# Demo\n\n```sh\necho 17\n```\n\n```text\n<first_int>\n```\n\n```sh\necho 17\n```\n\n```text\n<first_int>\n```\n";
    let book = Book::with(chapter);
    book.labrun(&["demo", "--keep"]).is(0, &["passed: 2 steps"]);
    book.labrun(&["demo", "--from", "2", "--keep"])
        .is(0, &["passed: 1 step"]);
    let (before, _) = chapter.rsplit_once("echo 17").unwrap();
    book.write(&format!(
        "{before}echo 18\n```\n\n```text\n<first_int>\n```\n"
    ));
    book.labrun(&["demo", "--from", "2"])
        .is(1, &["✗   2", "first_int", "17", "18"]);
}
