//! Chapters and what they become when their steps print something else.

use labrun_model::{Lab, Severity, SourceFile};
use labrun_parse::{Roles, expanded, parse_chapter};

use super::*;

fn parsed(text: &str) -> Option<Lab> {
    let (lab, diagnostics) = parse_chapter(
        "demo",
        SourceFile::new("src/demo.md", text),
        &Roles::default(),
    );
    let is_right = diagnostics
        .iter()
        .all(|found| found.severity == Severity::Warning);
    is_right.then_some(lab)
}

/// The text when these steps, counted from 1, print these outputs.
fn accepted(text: &str, printed: &[(usize, &str)]) -> Accepted {
    let lab = parsed(text).expect("a chapter without faults");
    let block = |number: usize| {
        let is_it = |block: &Block| matches!(block, Block::Step(step) if step.number == number);
        lab.blocks.iter().position(is_it).expect("a step")
    };
    let printed: Vec<Printed> = printed
        .iter()
        .map(|(number, output)| Printed {
            block: block(*number),
            output: (*output).to_owned(),
        })
        .collect();
    accept(&lab, text, &printed, &parsed)
}

#[track_caller]
fn check(text: &str, printed: &[(usize, &str)], expected: &str) {
    let accepted = accepted(text, printed);
    assert_eq!(accepted.refused, []);
    assert_eq!(accepted.text, expected);
    assert_eq!(accepted.count, printed.len());
}

#[test]
fn only_the_lines_that_differ_are_written() {
    let chapter = |second: &str| {
        format!(
            "# A\n\nWords: a b.\n\n```sh name=x\necho hello\n```\n\n```text\nhello  <ts>\n{second}\n```\n\nMore words.\n"
        )
    };
    check(
        &chapter("version 16"),
        &[(1, "hello 2026-11-22\nversion 17\n")],
        &chapter("version 17"),
    );
    check(
        &chapter("..."),
        &[(1, "hello now\nx\ny\n")],
        &chapter("...").replace("hello  <ts>", "hello now"),
    );
}

#[test]
fn several_outputs_change_at_once() {
    let step =
        |number: u8, line: &str| format!("```sh\nstep {number}\n```\n\n```text\n{line}\n```\n\n");
    check(
        &(step(1, "a") + &step(2, "b") + &step(3, "c")),
        &[(1, "x\ny\n"), (3, "")],
        &(step(1, "x\ny") + &step(2, "b") + &step(3, "c").replace("c\n", "")),
    );
}

#[test]
fn marks_of_quotes_and_lists_stay() {
    check(
        "> ```sh\n> a\n> ```\n>\n> ```text\n> one\n> ```\n",
        &[(1, "two\n\nthree\n")],
        "> ```sh\n> a\n> ```\n>\n> ```text\n> two\n>\n> three\n> ```\n",
    );
    check(
        "1. Do:\n\n   ```sh\n   a\n   ```\n\n   ```text\n   one\n     in\n   ```\n\nEnd.\n",
        &[(1, "two\n  in\n")],
        "1. Do:\n\n   ```sh\n   a\n   ```\n\n   ```text\n   two\n     in\n   ```\n\nEnd.\n",
    );
    check(
        "- ```sh\n  a\n  ```\n\n  ```text\n  ```\n",
        &[(1, "now\n")],
        "- ```sh\n  a\n  ```\n\n  ```text\n  now\n  ```\n",
    );
}

#[test]
fn line_endings_stay() {
    check(
        "```sh\r\na\r\n```\r\n\r\n```text\r\none\r\n```\r\n",
        &[(1, "two\nthree\n")],
        "```sh\r\na\r\n```\r\n\r\n```text\r\ntwo\r\nthree\r\n```\r\n",
    );
}

#[test]
fn a_console_fence_keeps_its_commands() {
    check(
        "```console\n$ a\none\n\n$ b\n<int> files\nlast\n```\n",
        &[(1, "two\nmore\n"), (2, "7 files\nend\n")],
        "```console\n$ a\ntwo\nmore\n\n$ b\n<int> files\nend\n```\n",
    );
}

#[test]
fn tables_keep_what_still_matches() {
    let chapter = |rows: &str| {
        format!(
            "```sh\npsql\n```\n\n```sql\nSELECT;\n```\n\n```text\n client_addr | state\n-------------+-----------\n{rows}\n```\n"
        )
    };
    check(
        &chapter(" <ip>        | streaming\n(1 row)"),
        &[(
            2,
            " client_addr |  state  \n-------------+---------\n 10.0.0.1    | catchup\n 10.0.0.2    | catchup\n(2 rows)\n\n",
        )],
        &chapter(" <ip>        | catchup\n 10.0.0.2    | catchup\n(2 rows)"),
    );
}

#[test]
fn what_was_printed_is_taken_as_it_is() {
    let chapter = |line: &str| format!("```sh\na\n```\n\n```text\n{line}\n```\n");
    check(&chapter("x"), &[(1, "see <ip>\n")], &chapter("see \\<ip>"));
    // The same name cannot stand for two values, so the second is written out.
    check(
        &chapter("<a_int>\n<a_int>"),
        &[(1, "1\n2\n")],
        &chapter("1\n2"),
    );
}

#[test]
fn what_cannot_be_written_is_refused_and_changes_nothing() {
    let refused = |text: &str, output: &str, reason: &str| {
        let accepted = accepted(text, &[(1, output)]);
        assert_eq!(accepted.text, text);
        assert_eq!(accepted.count, 0);
        assert_eq!(accepted.refused.len(), 1);
        assert!(accepted.refused[0].reason.contains(reason), "{accepted:?}");
    };
    let fence = "```sh\na\n```\n\n```text\nx\n```\n";
    refused(fence, "```\n", "cannot be written");
    refused(fence, "{{#include x}}\n", "cannot be written");
    refused("```console\n$ a\nx\n```\n", "$ b\n", "cannot be written");
    refused(fence, "y\n[labrun: 9 bytes left out]\nz\n", "too long");
}

#[test]
fn an_output_that_is_brought_in_is_refused_with_its_place() {
    let author =
        "```sh\na\n```\n\n```text\n{{#include out.txt}}\n```\n\n```sh\nb\n```\n\n```text\nx\n```\n";
    let page = author.replace("{{#include out.txt}}", "one\ntwo");
    let parse = |text: &str| {
        let page = text.replace("{{#include out.txt}}", "one\ntwo");
        let (lab, diagnostics) = parse_chapter(
            "demo",
            expanded("src/demo.md", text, &page),
            &Roles::default(),
        );
        diagnostics.is_empty().then_some(lab)
    };
    assert!(page.contains("two"));
    let lab = parse(author).unwrap();
    let printed = [(0, "one\nTWO"), (1, "y")].map(|(block, output)| Printed {
        block,
        output: output.to_owned(),
    });
    let accepted = accept(&lab, author, &printed, &parse);
    assert_eq!(accepted.text, author.replace("\nx\n", "\ny\n"));
    assert_eq!((accepted.count, accepted.refused.len()), (1, 1));
    assert_eq!(accepted.refused[0].place.line, 6);
    assert!(accepted.refused[0].reason.contains("directive"));
}
