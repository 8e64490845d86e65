//! The rot suite's own tests: that the catalogue fits the chapter, and that what needs no engine is seen. All of it,
//! with an engine, is `script/rot`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test says what it holds by unwrapping"
)]

mod catalogue;
mod trial;

use std::collections::BTreeSet;
use std::path::Path;

use catalogue::{Outcome, SeenBy, catalogue};
use trial::chapter;

#[test]
fn the_catalogue_fits_the_chapter() {
    let chapter = chapter();
    let all = catalogue();
    assert!(all.len() >= 60, "only {} ways", all.len());
    let names: BTreeSet<_> = all.iter().map(|rot| rot.name.as_str()).collect();
    assert_eq!(names.len(), all.len(), "a name stands twice");
    for rot in &all {
        let changed = rot.applied_to(&chapter).unwrap();
        assert_ne!(changed, chapter, "{} changes nothing", rot.name);
        let lines = rot.right_lines(&changed).unwrap();
        let is_red = matches!(rot.outcome, Outcome::RedAt(_));
        assert_eq!(is_red, !lines.is_empty(), "{}: no line", rot.name);
    }
}

#[test]
fn most_ways_are_seen() {
    let all = catalogue();
    let undetected = |rot: &&catalogue::Rot| matches!(rot.outcome, Outcome::Undetected(_));
    let undetected = all.iter().filter(undetected).count();
    assert!(
        undetected * 20 <= all.len(),
        "{undetected} of {}",
        all.len()
    );
}

#[test]
fn what_needs_no_engine_is_red_at_its_line() {
    let labrun = Path::new(env!("CARGO_BIN_EXE_labrun"));
    let mut tried = 0;
    for rot in catalogue() {
        if rot.seen_by != SeenBy::Check {
            continue;
        }
        let trial = rot.tried(labrun).unwrap();
        assert!(
            rot.is_as_written(&trial.came),
            "{} ({}): {:?}, wanted a line of {:?}\n{}",
            rot.name,
            rot.way,
            trial.came,
            trial.right,
            trial.words
        );
        tried += 1;
    }
    println!("{tried} ways to rot were seen without an engine");
    assert!(tried >= 10, "only {tried}");
}
