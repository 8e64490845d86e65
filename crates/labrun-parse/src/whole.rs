//! Fences that are none or not whole ones: by indentation, not closed, or with another fence in their text.

use labrun_model::{Diagnostic, SourceFile, Span};

use crate::codes;
use crate::fences::Fence;
use crate::roles::ROLES_HELP;

/// The fault of a fence that is not a whole one.
pub(crate) fn whole(source: &SourceFile, fence: &Fence) -> Option<Diagnostic> {
    let line = |span: Span| source.author_line(span.start);
    if fence.indented {
        let fault = Diagnostic::error(
            codes::INDENTED_CODE,
            fence.opening,
            "a code block by indentation says nothing about what it is",
        );
        return Some(fault.with_help("put it between fences; ".to_owned() + ROLES_HELP));
    }
    if !fence.closed {
        let place = match fence.swallows {
            Some(span) => format!("before line {}, where another fence opens", line(span)),
            None => "behind its last line".to_owned(),
        };
        let fault = Diagnostic::error(
            codes::UNCLOSED_FENCE,
            fence.opening,
            "the fence is not closed, so it takes everything that follows",
        );
        let marker = marker(source, fence);
        return Some(fault.with_help(format!("close it with {marker} {place}")));
    }
    let swallowed = fence.swallows?;
    let fault = Diagnostic::error(
        codes::SWALLOWED_FENCE,
        swallowed,
        format!(
            "this looks like a fence, but it is text of the fence that opens on line {}",
            line(fence.opening)
        ),
    );
    let marker = marker(source, fence);
    Some(fault.with_help(format!(
        "close that fence above this line, or give it a marker of more than {marker}"
    )))
}

/// The opening marker in words, because backticks in backticks are hard to read.
fn marker(source: &SourceFile, fence: &Fence) -> String {
    let opening = source.slice(fence.opening);
    let character = opening.chars().next().unwrap_or('`');
    let length = opening.chars().take_while(|c| *c == character).count();
    let noun = if character == '~' {
        "tildes"
    } else {
        "backticks"
    };
    format!("{length} {noun}")
}
