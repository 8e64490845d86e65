//! Any chapter, and anything that its steps print. What `labrun accept` writes is a chapter that does the same and shows what
//! was printed; what it cannot write it refuses, and changes nothing else; and with what is written there is nothing more to
//! write.

#![no_main]

use labrun_accept::{Accepted, Printed, accept};
use labrun_model::{Block, Lab, Severity, SourceFile};
use labrun_parse::{Roles, parse_chapter};
use labrun_run::accepts;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut parts = text.split('\u{1}');
    let chapter = parts.next().unwrap_or("");
    let Some(lab) = parsed(chapter) else { return };
    let outputs: Vec<&str> = parts.collect();
    let printed: Vec<Printed> = lab
        .blocks
        .iter()
        .enumerate()
        .filter(|(_, block)| matches!(block, Block::Step(step) if step.expectation.is_some()))
        .zip(outputs.iter().chain(std::iter::repeat(&"")))
        .map(|((block, _), output)| Printed {
            block,
            output: (*output).to_owned(),
        })
        .filter(|printed| !fits(&lab, printed))
        .collect();
    let accepted = accept(&lab, chapter, &printed, &parsed);
    check(&lab, chapter, &printed, &accepted);
});

fn parsed(text: &str) -> Option<Lab> {
    let (lab, faults) = parse_chapter("a", SourceFile::new("a.md", text), &Roles::default());
    let is_right = faults
        .iter()
        .all(|fault| fault.severity == Severity::Warning);
    is_right.then_some(lab)
}

fn fits(lab: &Lab, printed: &Printed) -> bool {
    match lab.blocks.get(printed.block) {
        Some(Block::Step(step)) => step
            .expectation
            .as_ref()
            .is_some_and(|expected| accepts(expected, &printed.output)),
        _ => false,
    }
}

fn check(lab: &Lab, chapter: &str, printed: &[Printed], accepted: &Accepted) {
    if accepted.count == 0 {
        assert_eq!(accepted.text, chapter);
        assert_eq!(accepted.refused.is_empty(), printed.is_empty());
        return;
    }
    assert_eq!(accepted.count + accepted.refused.len(), printed.len());
    let new = parsed(&accepted.text).expect("a chapter without faults");
    assert_eq!(new.blocks.len(), lab.blocks.len());
    for (one, other) in lab.steps().zip(new.steps()) {
        assert_eq!(one.summary(), other.summary());
    }
    let left: Vec<Printed> = printed
        .iter()
        .filter(|printed| !fits(&new, printed))
        .cloned()
        .collect();
    assert_eq!(left.len(), accepted.refused.len());
    let again = accept(&new, &accepted.text, &left, &parsed);
    assert_eq!(
        (again.text.as_str(), again.count),
        (accepted.text.as_str(), 0)
    );
}
