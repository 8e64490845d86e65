//! What can be judged only over a whole lab: that a relation speaks of values which were captured by then, and that the
//! regular expressions of the page can be used.

use std::collections::BTreeMap;

use labrun_model::{
    Block, Check, Diagnostic, FilePromise, Pattern, Placeholder, Probe, Relation, SourceFile, Span,
};
use regex_lite::Regex;

use crate::codes;
use crate::nearest::nearest;

/// Reports relations of values that are not captured, and regular expressions that are none.
pub(crate) fn check_captures(
    source: &SourceFile,
    blocks: &[Block],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut everywhere = Captures::new();
    for block in blocks {
        for (span, pattern) in patterns(block) {
            note(&mut everywhere, span, pattern);
        }
    }
    let mut so_far = Captures::new();
    for block in blocks {
        for (span, pattern) in patterns(block) {
            note(&mut so_far, span, pattern);
            check_expressions(source, span, pattern, diagnostics);
        }
        let Block::Check(check) = block else { continue };
        for (span, placeholder) in check.holds.iter().flat_map(Relation::captured) {
            if !so_far.contains_key(placeholder.name.as_str()) {
                let fault = unknown(source, span, placeholder, &so_far, &everywhere);
                diagnostics.push(fault);
            }
        }
    }
}

/// The captured names, each with the place that captures it.
type Captures<'a> = BTreeMap<&'a str, Span>;

fn note<'a>(captures: &mut Captures<'a>, span: Span, pattern: &'a Pattern) {
    for placeholder in pattern.placeholders().filter(|value| value.is_capture()) {
        captures.entry(&placeholder.name).or_insert(span);
    }
}

/// What a block compares with, each with a place around it.
fn patterns(block: &Block) -> Vec<(Span, &Pattern)> {
    match block {
        Block::Step(step) => step
            .expectation
            .as_ref()
            .map_or_else(Vec::new, |expectation| expectation.patterns()),
        Block::Check(Check { probe, span, .. }) => match probe {
            Probe::Postgres { rows, .. } => {
                rows.iter().flatten().map(|cell| (*span, cell)).collect()
            }
            Probe::Http(asked) => asked
                .body
                .as_ref()
                .map_or_else(Vec::new, |body| body.patterns()),
            Probe::File {
                promise: FilePromise::Text(text),
                ..
            } => text.patterns(),
            Probe::Captures | Probe::Container { .. } | Probe::Tcp { .. } | Probe::File { .. } => {
                Vec::new()
            }
        },
    }
}

fn unknown(
    source: &SourceFile,
    span: Span,
    placeholder: &Placeholder,
    so_far: &Captures<'_>,
    everywhere: &Captures<'_>,
) -> Diagnostic {
    let name = &placeholder.name;
    if !placeholder.is_capture() {
        let message = format!("`<{name}>` is only a type and stands for no captured value");
        return Diagnostic::error(codes::UNKNOWN_CAPTURE, span, message).with_help(format!(
            "give the value a name where it is printed, as in `<before_{name}>`, and use that name here"
        ));
    }
    if let Some(later) = everywhere.get(name.as_str()) {
        let line = source.author_line(later.start);
        let message = format!("`<{name}>` is captured only below, on line {line}");
        return Diagnostic::error(codes::UNKNOWN_CAPTURE, span, message)
            .with_help("put the check below the step that prints the value");
    }
    let names: Vec<&str> = so_far.keys().copied().collect();
    let help = match nearest(name, &names) {
        Some(candidate) => format!("did you mean `<{candidate}>`?"),
        None if names.is_empty() => {
            "a value is captured where an output or a check's `rows` above shows it by name"
                .to_owned()
        }
        None => {
            let names: Vec<String> = names.iter().map(|name| format!("`<{name}>`")).collect();
            format!("captured so far: {}", names.join(", "))
        }
    };
    let message = format!("no output or answer captures `<{name}>`");
    Diagnostic::error(codes::UNKNOWN_CAPTURE, span, message).with_help(help)
}

fn check_expressions(
    source: &SourceFile,
    span: Span,
    pattern: &Pattern,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for expression in pattern.expressions() {
        let Err(error) = Regex::new(expression) else {
            continue;
        };
        let written = format!("</{expression}/>");
        let place = match source.slice(span).find(&written) {
            Some(at) => Span::new(span.start + at, span.start + at + written.len()),
            None => span,
        };
        let message = format!("this is no regular expression: {error}");
        let fault = Diagnostic::error(codes::BAD_EXPRESSION, place, message);
        diagnostics.push(fault.with_help("mend it; `\\<` before the slash makes it plain text"));
    }
}
