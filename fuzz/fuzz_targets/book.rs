//! Any text as book.toml and as labrun.policy.toml. Every place lies in the text, faults are in the order of the file and can
//! be drawn, and no lab has a name or a chapter that leads out of the book.

#![no_main]

use std::collections::BTreeSet;
use std::path::Component;

use labrun_model::{Diagnostic, SourceFile, Span};
use labrun_parse::{parse_book, parse_policy};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = SourceFile::new("book.toml", text);
    let (book, faults) = parse_book(&source);
    assert!(parse_book(&source) == (book.clone(), faults.clone()));
    sound(&source, &faults);
    for lab in &book.labs {
        inside(&source, lab.span);
        let plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        assert!(lab.name.chars().all(plain), "{:?}", lab.name);
        assert!(!lab.name.starts_with('.') && !lab.name.is_empty());
        let mut parts = lab.chapter.components();
        assert!(
            parts.all(|part| matches!(part, Component::Normal(_))),
            "{:?}",
            lab.chapter
        );
    }
    let names: BTreeSet<&str> = book.labs.iter().map(|lab| lab.name.as_str()).collect();
    assert_eq!(names.len(), book.labs.len());
    let (policy, faults) = parse_policy(&source);
    assert!(parse_policy(&source) == (policy, faults.clone()));
    sound(&source, &faults);
});

fn sound(source: &SourceFile, faults: &[Diagnostic]) {
    assert!(faults.is_sorted_by_key(|fault| fault.span));
    for fault in faults {
        inside(source, fault.span);
        let drawn = fault.draw(source);
        assert!(drawn.contains(fault.code) && drawn.contains('^'));
    }
}

fn inside(source: &SourceFile, span: Span) {
    assert!(span.start <= span.end, "{span:?}");
    assert!(
        source.text().get(span.start..span.end).is_some(),
        "{span:?}"
    );
}
