//! Any text behind a fence's language. What is read of it stands where its place says; nothing of it is passed over in
//! silence; and a value that is quoted as the reference says comes back byte for byte.

#![no_main]

use labrun_model::{Action, Block, Diagnostic, Language, SourceFile, Span};
use labrun_parse::{Attributes, Roles, attributes, fences, parse_chapter};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    read(text);
    comes_back(text);
});

fn lexed(source: &SourceFile) -> Option<(Span, Attributes, Vec<Diagnostic>)> {
    let fences = fences(source);
    let fence = fences.first()?;
    let (attributes, faults) = attributes(source, fence);
    let rest = Span::new(fence.language_span.end, fence.info.end);
    Some((rest, attributes, faults))
}

fn read(info: &str) {
    let source = SourceFile::new("a.md", format!("~~~{info}\nx\n~~~\n"));
    let Some((rest, attributes, faults)) = lexed(&source) else {
        return;
    };
    assert!(lexed(&source) == Some((rest, attributes.clone(), faults.clone())));
    // A fault of a value is one of its key, too.
    let whole = |fault: &Diagnostic| {
        let before = source.slice(Span::new(rest.start, fault.span.start));
        let key = before
            .rsplit(|c: char| c.is_whitespace() || c == ',')
            .next();
        Span::new(fault.span.start - key.map_or(0, str::len), fault.span.end)
    };
    let mut covered: Vec<Span> = faults.iter().map(whole).collect();
    for word in &attributes.words {
        assert_eq!(source.slice(word.span), word.text);
        covered.push(word.span);
    }
    for pair in &attributes.pairs {
        assert_eq!(source.slice(pair.key.span), pair.key.text);
        let written = source.slice(pair.value.span);
        let is_plain = !written.contains('\\');
        assert!(!is_plain || written == pair.value.text);
        let between = Span::new(pair.key.span.end, pair.value.span.start);
        assert!(matches!(source.slice(between), "=" | "=\""));
        covered.extend([pair.key.span, pair.value.span]);
    }
    for span in &covered {
        assert!(rest.start <= span.start && span.start <= span.end && span.end <= rest.end);
        assert!(source.text().get(span.start..span.end).is_some());
    }
    let passed_over = |(at, c): (usize, char)| {
        let at = rest.start + at;
        let is_known = covered.iter().any(|span| span.start <= at && at < span.end);
        !is_known && !(c.is_whitespace() || matches!(c, ',' | '=' | '"'))
    };
    let lost = source
        .slice(rest)
        .char_indices()
        .find(|one| passed_over(*one));
    assert_eq!(
        lost,
        None,
        "{:?} {attributes:?} {faults:?}",
        source.slice(rest)
    );
}

/// A value between quotes, with a backslash before each quote and each backslash.
fn comes_back(text: &str) {
    // An info string is one line, and a terminal takes no control characters.
    let value: String = text.chars().filter(|c| !c.is_control()).collect();
    let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
    let chapter = format!("~~~sh answer=\"{quoted}\" answer=\"x\"\npsql\n~~~\n");
    let source = SourceFile::new("a.md", chapter);
    let (_, read, faults) = lexed(&source).expect("a fence");
    assert_eq!(faults, []);
    let values: Vec<&str> = read
        .pairs
        .iter()
        .map(|pair| pair.value.text.as_str())
        .collect();
    assert_eq!(values, [value.as_str(), "x"]);
    let (lab, faults) = parse_chapter("a", source, &Roles::default());
    let Some(Block::Step(step)) = lab.blocks.first() else {
        panic!("no step, and {faults:?}");
    };
    assert!(
        matches!(&step.action, Action::Type { language: Language::Shell, lines } if lines.len() == 1)
    );
    let answers: Vec<&str> = step
        .answers
        .iter()
        .map(|answer| answer.text.as_str())
        .collect();
    assert!(
        !faults.is_empty() || answers == [value.as_str(), "x"],
        "{answers:?}"
    );
}
