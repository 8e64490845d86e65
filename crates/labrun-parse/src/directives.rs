//! The directives of mdBook's `links` preprocessor in a text: what it replaces, and what is protected from it.
//!
//! Nothing is replaced here. What stands between the braces is read as mdBook reads it, so that what is a directive
//! there is one here.

use std::ops::Range;

use labrun_model::{Diagnostic, LineOrigin, SourceFile, Span};
use memchr::memmem;

use crate::codes;

/// What mdBook finds in a text, in order, each with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Directive {
    /// `{{#include …}}` and the like.
    Replaced(Range<usize>),
    /// `\{{#…}}`: shown without its backslash.
    Escaped(Range<usize>),
}

/// The words behind `{{#` that mdBook replaces; `title` with any text, the others with the path of a file.
const FILE_WORDS: [&str; 4] = ["include", "rustdoc_include", "playground", "playpen"];
const TITLE: &str = "title";

/// Whether a chapter is not yet what the page shows: mdBook replaces directives in it, or takes their backslash away.
pub fn has_directives(text: &str) -> bool {
    !directives(text).is_empty()
}

/// The directives of a text.
pub(crate) fn directives(text: &str) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut done = 0;
    while let Some(at) = find(text, done) {
        if let Some(range) = escaped(text, at, done) {
            done = range.end;
            found.push(Directive::Escaped(range));
        } else if let Some((range, is_known)) = braces(text, at) {
            done = range.end;
            if is_known {
                found.push(Directive::Replaced(range));
            }
        } else {
            done = at + 1;
        }
    }
    found
}

/// Reports the directives that mdBook has left in a chapter, because the file that they name cannot be read.
///
/// `running` are the fences whose text runs: there a directive is never to stand. Elsewhere one can be there on purpose,
/// with a backslash in the author's file, so that it is a fault only where the author's file is known.
pub(crate) fn check_left(source: &SourceFile, running: &[Span], diagnostics: &mut Vec<Diagnostic>) {
    for directive in directives(source.text()) {
        let (Directive::Replaced(range) | Directive::Escaped(range)) = &directive;
        let place = Span::new(range.start, range.end);
        let is_escaped = matches!(directive, Directive::Escaped(_));
        let origin = source.origin(source.line(place.start));
        if matches!(origin, LineOrigin::Unescaped(_)) || (is_escaped && source.has_origins()) {
            continue;
        }
        let runs = |fence: &Span| fence.start <= place.start && place.start < fence.end;
        let fault = if running.iter().any(runs) {
            Diagnostic::error(
                codes::INCLUDE_IN_LAB,
                place,
                "mdBook has not replaced this, so the directive itself would run",
            )
        } else if source.has_origins() && !is_escaped {
            Diagnostic::error(
                codes::MISSING_INCLUDE,
                place,
                "mdBook cannot bring in what this names",
            )
        } else {
            continue;
        };
        diagnostics.push(fault.with_help(
            "is the file there, and is it text? its path is relative to the chapter's folder",
        ));
    }
}

fn find(text: &str, from: usize) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    memmem::find(rest, b"{{").map(|offset| from + offset)
}

/// From a backslash to the last closing braces of the line.
fn escaped(text: &str, braces: usize, from: usize) -> Option<Range<usize>> {
    let start = braces.checked_sub(1).filter(|start| *start >= from)?;
    let inside = text.get(start..)?.strip_prefix("\\{{#")?;
    let line = inside.split('\n').next()?;
    let length = line.rfind("}}")?;
    Some(start..start + "\\{{#".len() + length + "}}".len())
}

/// From braces to braces, and whether mdBook replaces it.
fn braces(text: &str, start: usize) -> Option<(Range<usize>, bool)> {
    let inside = text.get(start + 2..)?.trim_start().strip_prefix('#')?;
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let (word, rest) = inside.split_at(end);
    let length = rest.find('}')?;
    let (argument, behind) = rest.split_at(length);
    let blanks = argument.chars().take_while(|c| c.is_whitespace()).count();
    let has_argument = blanks > 0 && argument.chars().count() > 1;
    if word.is_empty() || !has_argument || !behind.starts_with("}}") {
        return None;
    }
    let end = text.len() - behind.len() + "}}".len();
    let names_file = FILE_WORDS.contains(&word) && !argument.trim().is_empty();
    Some((start..end, names_file || word == TITLE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = directives(text)
            .into_iter()
            .map(|directive| match directive {
                Directive::Replaced(range) => text[range].to_owned(),
                Directive::Escaped(range) => format!("escaped {}", &text[range]),
            })
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn what_mdbook_replaces_is_found() {
        check("a {{#include b.sh}} c", &["{{#include b.sh}}"]);
        check("{{ #include\n b.sh:2:3 }}", &["{{ #include\n b.sh:2:3 }}"]);
        check("{{{#title x y}}}", &["{{#title x y}}"]);
        check(
            "{{#playground a.rs editable}}{{#rustdoc_include b}}",
            &["{{#playground a.rs editable}}", "{{#rustdoc_include b}}"],
        );
    }

    #[test]
    fn what_it_leaves_is_left() {
        for text in [
            "{{.Names}}",
            "{{#if a}}",
            "{{#include}}",
            "{{#include  }}",
            "{{#include a}",
            "{{#include a",
            "{{#",
            "{{",
            "{{#title}}",
            "{{# include a}}",
            "{{#inclüde a}}",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn a_backslash_protects_to_the_last_braces_of_the_line() {
        check(
            "\\{{#include a}} {{#include b}} c\n{{#include d}}",
            &["escaped \\{{#include a}} {{#include b}}", "{{#include d}}"],
        );
        check("\\{{#x}}", &["escaped \\{{#x}}"]);
        check("\\{{#include\na}}", &["{{#include\na}}"]);
        check("\\{{ #include a}}", &["{{ #include a}}"]);
    }
}
