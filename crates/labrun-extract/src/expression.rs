//! Regular expressions as bash can use them: those of the kinds of values, and those of the page, of which POSIX knows
//! less and writes some otherwise.

use std::iter::Peekable;
use std::str::Chars;

use labrun_model::{Block, Diagnostic, FilePromise, Lab, Pattern, Probe, Span, ValueKind};

use crate::shell::quoted;

/// The regular expressions of a block that bash cannot compare with.
pub(crate) fn refused(block: &Block) -> Vec<Diagnostic> {
    let patterns: Vec<(Span, &Pattern)> = match block {
        Block::Step(step) => match &step.expectation {
            // What is JSON is compared by jq, which knows as much.
            Some(expectation) if !expectation.lines().is_empty() => expectation.patterns(),
            _ => Vec::new(),
        },
        Block::Check(check) => match &check.probe {
            Probe::Postgres { rows, .. } => {
                let cells = rows.iter().flatten();
                cells.map(|cell| (check.span, cell)).collect()
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
    };
    let fault = |span, what| {
        let message = format!("lab.sh cannot compare with this expression: it has {what}");
        let fault = Diagnostic::error("not-extractable", span, message);
        fault.with_help("write it as a POSIX extended regular expression")
    };
    patterns
        .into_iter()
        .flat_map(|(span, pattern)| {
            let refused = pattern.expressions().filter_map(|text| posix(text).err());
            refused.map(move |what| fault(span, what))
        })
        .collect()
}

/// What each kind of value that the page shows looks like.
pub(crate) fn expressions(lab: &Lab) -> String {
    let used: Vec<ValueKind> = patterns(lab)
        .flat_map(Pattern::placeholders)
        .map(|placeholder| placeholder.kind)
        .collect();
    let entries: String = ValueKind::ALL
        .iter()
        .filter(|(_, kind)| used.contains(kind))
        .map(|(name, kind)| format!("  [{name}]={}\n", quoted(kind.expression())))
        .collect();
    format!(
        "\n# What a <value> on the page looks like, by the last part of its name.\ndeclare -A lab_expression=(\n{entries})\n"
    )
}

fn patterns(lab: &Lab) -> impl Iterator<Item = &Pattern> {
    let outputs = lab.steps().filter_map(|step| step.expectation.as_ref());
    let contents = lab.checks().filter_map(|check| match &check.probe {
        Probe::Http(asked) => asked.body.as_ref(),
        Probe::File {
            promise: FilePromise::Text(text),
            ..
        } => Some(text),
        _ => None,
    });
    let shown = outputs
        .chain(contents)
        .flat_map(|expectation| expectation.patterns());
    let answers = lab.checks().filter_map(|check| match &check.probe {
        Probe::Postgres { rows, .. } => Some(rows.iter().flatten()),
        _ => None,
    });
    shown.map(|(_, pattern)| pattern).chain(answers.flatten())
}

/// The expression in POSIX's extended syntax, or what in it POSIX cannot say.
pub(crate) fn posix(expression: &str) -> Result<String, &'static str> {
    let mut translated = String::new();
    let mut rest = expression.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\\' => translated.push_str(&escape(&mut rest)?),
            '[' => translated.push_str(&bracket(&mut rest)?),
            '(' => {
                translated.push('(');
                if rest.next_if_eq(&'?').is_some() && rest.next() != Some(':') {
                    return Err("a group with a flag or a name");
                }
            }
            '*' | '+' | '?' | '}' => {
                translated.push(character);
                if rest.peek() == Some(&'?') {
                    return Err("a repetition that takes as little as it can");
                }
            }
            _ => translated.push(character),
        }
    }
    Ok(translated)
}

fn escape(rest: &mut Peekable<Chars<'_>>) -> Result<String, &'static str> {
    Ok(match rest.next() {
        Some('d') => "[0-9]".to_owned(),
        Some('D') => "[^0-9]".to_owned(),
        Some('w') => "[A-Za-z0-9_]".to_owned(),
        Some('W') => "[^A-Za-z0-9_]".to_owned(),
        Some('s') => "[[:space:]]".to_owned(),
        Some('S') => "[^[:space:]]".to_owned(),
        Some('t') => "\t".to_owned(),
        Some('/') => "/".to_owned(),
        Some(character) if character.is_ascii_punctuation() => format!("\\{character}"),
        _ => return Err("an escape that POSIX does not know"),
    })
}

/// A class in brackets, behind the opening one. In it POSIX knows no escapes.
fn bracket(rest: &mut Peekable<Chars<'_>>) -> Result<String, &'static str> {
    const HARD: &str = "a class in brackets that holds a bracket, or a class made of classes";
    let mut class = String::from("[");
    if rest.next_if_eq(&'^').is_some() {
        class.push('^');
    }
    if rest.peek() == Some(&']') {
        return Err(HARD);
    }
    loop {
        match rest.next().ok_or(HARD)? {
            ']' => {
                class.push(']');
                return Ok(class);
            }
            '[' => {
                let named: String = rest.clone().take_while(|c| *c != ']').collect();
                if !(named.starts_with(':') && named.ends_with(':') && named.len() > 2) {
                    return Err(HARD);
                }
                class.push_str(&format!("[{named}]"));
                // The name and the bracket behind it.
                let _ = rest.nth(named.chars().count());
            }
            '\\' => match rest.next() {
                Some('d') => class.push_str("0-9"),
                Some('w') => class.push_str("A-Za-z0-9_"),
                Some('s') => class.push_str("[:space:]"),
                Some(character)
                    if character.is_ascii_punctuation()
                        && !matches!(character, '[' | ']' | '\\' | '-' | '^') =>
                {
                    class.push(character);
                }
                _ => return Err(HARD),
            },
            '&' | '~' if matches!(rest.peek(), Some('&' | '~')) => return Err(HARD),
            character => class.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_posix_writes_otherwise_is_translated() {
        for (written, expected) in [
            (r"1[0-9]\.\d+", r"1[0-9]\.[0-9]+"),
            (r"(?:a|b){2,3}$", "(a|b){2,3}$"),
            (r"[^\d.\w]\s", "[^0-9.A-Za-z0-9_][[:space:]]"),
            ("[[:alpha:]_]x", "[[:alpha:]_]x"),
            (r"a\/b", "a/b"),
        ] {
            assert_eq!(posix(written).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_posix_cannot_say_is_refused() {
        for written in [
            "a+?", "(?i)a", "(?P<x>a)", r"\bword", "[]a]", "[a&&b]", r"[\]]", "[[a]b]",
        ] {
            assert!(posix(written).is_err(), "{written}");
        }
    }
}
