//! `labrun accept`: what it writes, what it refuses, and what it says.

use crate::ran::Ran;

const CHAPTER: &str = "# Demo\n\n```sh\necho one; echo pid $$\n```\n\n```text\nzero\npid <pid>\n```\n\n\
                       ```console\n$ echo two\n2\n```\n\n```sh\necho three\n```\n\n```text\nthree\n```\n";

fn green() -> String {
    CHAPTER
        .replace("zero\n", "one\n")
        .replace("\n2\n", "\ntwo\n")
}

#[test]
fn changed_outputs_are_written_into_the_chapter() {
    let ran = Ran::of(CHAPTER, &["accept", "demo", "--yes"], &[]);
    assert_eq!(ran.output.status.code(), Some(0), "{}", ran.words());
    assert_eq!(ran.file("src/demo.md"), green());
    let change = String::from_utf8(ran.output.stdout.clone()).unwrap();
    assert!(
        change.starts_with("--- a/src/demo.md\n+++ b/src/demo.md\n@@ "),
        "{change}"
    );
    assert!(change.contains("-zero\n+one\n pid <pid>\n"), "{change}");
    let words = ran.words();
    assert!(
        words.ends_with("labrun: wrote 2 outputs into src/demo.md\n"),
        "{words}"
    );
    let again = Ran::of(&green(), &["accept", "demo", "--yes"], &[]);
    assert_eq!(again.output.status.code(), Some(0));
    assert!(
        again.words().contains("nothing to accept"),
        "{}",
        again.words()
    );
}

#[test]
fn a_dry_run_and_a_question_that_nobody_hears_write_nothing() {
    let ran = Ran::of(CHAPTER, &["accept", "demo", "--dry-run"], &[]);
    assert_eq!(ran.output.status.code(), Some(1), "{}", ran.words());
    assert_eq!(ran.file("src/demo.md"), CHAPTER);
    assert!(
        ran.words()
            .contains("2 outputs of src/demo.md would change"),
        "{}",
        ran.words()
    );
    let ran = Ran::of(CHAPTER, &["accept", "demo"], &[]);
    assert_eq!(ran.output.status.code(), Some(2));
    assert!(
        ran.words().contains("`--yes` writes without asking"),
        "{}",
        ran.words()
    );
    assert_eq!(ran.file("src/demo.md"), CHAPTER);
}

#[test]
fn a_step_that_fails_otherwise_is_no_output() {
    let chapter = CHAPTER.replace("echo three\n", "false\n");
    let ran = Ran::of(&chapter, &["accept", "demo", "--yes"], &[]);
    let words = ran.words();
    assert_eq!(ran.output.status.code(), Some(1), "{words}");
    assert_eq!(ran.file("src/demo.md"), chapter);
    assert!(
        words.contains("expected success, but got exit status 1"),
        "{words}"
    );
    assert!(
        words.contains("failed in another way than by its outputs"),
        "{words}"
    );
}

#[test]
fn an_output_from_another_file_is_refused_and_the_others_are_written() {
    let chapter = CHAPTER.replace("zero\n", "{{#include demo.md.out}}\n");
    let ran = Ran::with_files(
        &chapter,
        &[("src/demo.md.out", "zero")],
        &["accept", "demo", "--yes"],
    );
    let words = ran.words();
    assert_eq!(ran.output.status.code(), Some(1), "{words}");
    assert!(
        words.contains("not accepted: the output comes through a directive"),
        "{words}"
    );
    assert!(words.contains("--> src/demo.md:8:1"), "{words}");
    assert_eq!(ran.file("src/demo.md"), chapter.replace("\n2\n", "\ntwo\n"));
    assert_eq!(ran.file("src/demo.md.out"), "zero");
}

#[test]
fn an_output_of_json_is_left_to_the_author() {
    let chapter = CHAPTER.replace(
        "echo three\n```\n\n```text\nthree\n",
        "echo '{\"a\": 1}'\n```\n\n```json\n{\"a\": 2}\n",
    );
    let ran = Ran::of(&chapter, &["accept", "demo", "--yes"], &[]);
    let words = ran.words();
    assert_eq!(ran.output.status.code(), Some(1), "{words}");
    assert!(words.contains("not accepted: an output of JSON"), "{words}");
    let written = chapter
        .replace("zero\n", "one\n")
        .replace("\n2\n", "\ntwo\n");
    assert_eq!(ran.file("src/demo.md"), written);
}
