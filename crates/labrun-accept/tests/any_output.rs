//! Whatever steps print: a page that shows it literally is a page that it fits, with another letter it is not, and what is
//! accepted fits.

#![cfg(test)]

use labrun_accept::{Printed, accept, literal};
use labrun_model::{Block, Lab, Severity, SourceFile};
use labrun_parse::{Roles, parse_chapter};
use labrun_run::accepts;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces of what programs print and pages show.
const PIECES: &[&str] = &[
    "\n",
    "\n",
    "\n",
    " ",
    "  ",
    "\t",
    "a",
    "bc",
    "7",
    "12.5",
    "0/3000148",
    "2026-11-22",
    "10:11:12",
    "<",
    ">",
    "\\",
    "<int>",
    "<x_int>",
    "<any>",
    "<ts>",
    "</a+/>",
    "...",
    "\n...\n",
    "|",
    "+",
    "-",
    "(1 row)",
    "(2 rows)\n",
    " a | b \n---+---\n",
    " 1 | 2\n",
    " 1 | x+\n   | y\n",
    " c \n---\n",
    "-[ RECORD 1 ]-\n",
    "a | 1+\n  | 2\n",
    "[1]+  Done",
    "WARNING:  x\n",
    "NOTICE:  y\n",
    "psql:a.sql:1: ",
    "é→",
    "\u{a0}",
    "\u{2028}",
    "$ ",
    "```",
    "> ",
    "{{#x}}",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => select(PIECES).prop_map(str::to_owned),
        1 => "[^\\x00\r]{0,6}",
    ];
    vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

fn parsed(text: &str) -> Option<Lab> {
    let (lab, faults) = parse_chapter("a", SourceFile::new("a.md", text), &Roles::default());
    let is_right = faults
        .iter()
        .all(|fault| fault.severity == Severity::Warning);
    is_right.then_some(lab)
}

/// A chapter of two steps that show these outputs.
fn chapter(kind: &str, one: &str, other: &str) -> String {
    let fence = "~".repeat(40);
    let step = |shown: &str| format!("~~~sh\nx\n~~~\n\n{fence}text{kind}\n{shown}\n{fence}\n\n");
    step(one) + &step(other)
}

fn fits(lab: &Lab, printed: &Printed) -> bool {
    let Some(Block::Step(step)) = lab.blocks.get(printed.block) else {
        return false;
    };
    let expectation = step.expectation.as_ref();
    expectation.is_some_and(|expected| accepts(expected, &printed.output))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn what_was_printed_fits_a_page_that_shows_it(printed in text(), kind in select(&["", " unordered"][..])) {
        let lines: Vec<String> = printed.lines().map(literal).collect();
        let lab = parsed(&chapter(kind, &lines.join("\n"), ""));
        prop_assume!(lab.is_some());
        let lab = lab.expect("a lab");
        let fits = |output: String| fits(&lab, &Printed { block: 0, output });
        prop_assert!(fits(printed.clone()));
        let skips = lines.iter().any(|line| line.trim() == "...");
        if let Some(at) = printed.find(|c: char| c.is_ascii_lowercase()).filter(|_| !skips) {
            let mut other = printed.clone();
            other.replace_range(at..=at, "Q");
            prop_assert!(!fits(other));
        }
    }

    #[test]
    fn what_is_accepted_fits(
        shown in [text(), text()], came in [text(), text()], kind in select(&["", " unordered"][..]),
    ) {
        let text = chapter(kind, &shown[0], &shown[1]);
        let lab = parsed(&text);
        prop_assume!(lab.is_some());
        let lab = lab.expect("a lab");
        let printed = came.into_iter().enumerate().map(|(block, output)| Printed { block, output });
        let printed: Vec<Printed> = printed.filter(|printed| !fits(&lab, printed)).collect();
        let accepted = accept(&lab, &text, &printed, &parsed);
        let new = parsed(&accepted.text);
        prop_assert!(new.is_some());
        let new = new.expect("a lab");
        let left = printed.iter().filter(|printed| !fits(&new, printed)).count();
        prop_assert_eq!(left, printed.len() - accepted.count);
        prop_assert!(accepted.count + accepted.refused.len() >= printed.len());
    }
}
