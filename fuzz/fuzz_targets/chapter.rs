//! Any text as a chapter, in a book with any fences of its own. Every place lies in the text, faults are in the order of the
//! page and can be drawn, each fence is a step, an output, a check, shown or a fault, and what `labrun check` says of the
//! lab is sound, too.

#![no_main]

use labrun_model::{Action, Block, Diagnostic, Lab, SourceFile, Span};
use labrun_parse::{Fence, Roles, attributes, fences, parse_book, parse_chapter};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (roles, text) = text.split_once('\u{1}').unwrap_or(("", text));
    let toml = format!("[preprocessor.labrun.labs.a]\n[preprocessor.labrun]\n{roles}");
    let (book, _) = parse_book(&SourceFile::new("book.toml", toml));
    let of_book = book.labs.first().map(|lab| lab.roles.clone());
    let parse = |roles: &Roles| parse_chapter("a", SourceFile::new("a.md", text), roles);
    let roles = of_book.unwrap_or_default();
    let (lab, faults) = parse(&roles);
    assert!(parse(&roles) == (lab.clone(), faults.clone()));
    sound(&lab, &faults);
    if roles == Roles::default() {
        accounted_for(&lab, &faults);
    }
    let found = labrun_check::inspect(&lab);
    sound(&lab, &found);
});

fn sound(lab: &Lab, faults: &[Diagnostic]) {
    let source = &lab.source;
    assert!(faults.is_sorted_by_key(|fault| fault.span));
    for fault in faults {
        inside(source, fault.span);
        assert!(fault.draw(source).contains('^'));
    }
    let (mut steps, mut checks) = (0, 0);
    for block in &lab.blocks {
        inside(source, block.span());
        assert!(lab.sections.get(block.section()).is_some());
        let step = match block {
            Block::Step(step) => step,
            Block::Check(check) => {
                checks += 1;
                assert_eq!(check.number, checks);
                continue;
            }
        };
        steps += 1;
        assert_eq!(step.number, steps);
        let expectation = step.expectation.as_ref();
        let lines = expectation
            .iter()
            .flat_map(|e| e.lines().iter().map(|line| line.0));
        let patterns = expectation
            .iter()
            .flat_map(|e| e.patterns().into_iter().map(|p| p.0));
        lines.chain(patterns).for_each(|span| inside(source, span));
        step.answers
            .iter()
            .for_each(|answer| inside(source, answer.span));
        match &step.action {
            Action::Type { lines, .. } => {
                assert!(!lines.is_empty());
                lines.iter().for_each(|line| inside(source, line.span));
            }
            Action::Write(file) => {
                use std::path::Component::Normal;
                assert!(file.path.components().all(|part| matches!(part, Normal(_))));
                assert!(file.content.is_empty() || file.content.ends_with('\n'));
            }
        }
    }
    assert!(lab.blocks.is_sorted_by_key(|block| block.span().start));
}

fn inside(source: &SourceFile, span: Span) {
    assert!(span.start <= span.end, "{span:?}");
    assert!(
        source.text().get(span.start..span.end).is_some(),
        "{span:?}"
    );
}

/// A fence that came to nothing has a fault of its own, or is the output of one that has.
fn accounted_for(lab: &Lab, faults: &[Diagnostic]) {
    let spans = lab.blocks.iter().flat_map(|block| {
        let expected = match block {
            Block::Step(step) => step.expectation.as_ref().map(|expected| expected.span),
            Block::Check(_) => None,
        };
        [Some(block.span()), expected].into_iter().flatten()
    });
    let used: Vec<Span> = spans.collect();
    let mut has_fault = false;
    for fence in fences(&lab.source) {
        let within = |span: &Span| fence.span.start <= span.start && span.end <= fence.span.end;
        let is_used = used.iter().any(within);
        let own_fault = faults.iter().any(|fault| within(&fault.span));
        assert!(
            is_used || own_fault || has_fault || is_shown(&lab.source, &fence),
            "{fence:?}"
        );
        has_fault = own_fault || (has_fault && !is_used);
    }
}

fn is_shown(source: &SourceFile, fence: &Fence) -> bool {
    let (attributes, _) = attributes(source, fence);
    fence.language == "mermaid" || attributes.words.iter().any(|word| word.text == "show")
}
