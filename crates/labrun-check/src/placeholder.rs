//! Names between angle brackets: those that are nearly placeholders, and placeholders for what is known anyway.

use labrun_model::{
    Action, Block, Diagnostic, Expectation, ExpectedLine, Lab, Language, Pattern, Piece,
    Placeholder, Probe, Span, Step, ValueKind,
};

use crate::codes;

/// Names that are nearly placeholders, and so are taken for plain text without a word.
pub(crate) fn misspelt(lab: &Lab) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for block in &lab.blocks {
        match block {
            Block::Step(step) => {
                let lines = step
                    .expectation
                    .iter()
                    .flat_map(|expectation| expectation.lines());
                for (span, _) in lines {
                    look(lab, *span, &mut found);
                }
            }
            Block::Check(check) if matches!(check.probe, Probe::Postgres { .. }) => {
                let lines = lab.source.line(check.span.start)..=lab.source.line(check.span.end);
                let rows = lines.skip_while(|line| {
                    !lab.source.line_text(*line).trim_start().starts_with("rows")
                });
                let mut is_first = true;
                for line in rows {
                    let text = lab.source.line_text(line).trim_start();
                    // The rows end where the next key begins.
                    let is_key = text.split_once('=').is_some_and(|(key, _)| {
                        key.trim().bytes().all(|byte| byte.is_ascii_alphabetic())
                    });
                    if is_key && !is_first {
                        break;
                    }
                    is_first = false;
                    look(lab, lab.source.line_span(line), &mut found);
                }
            }
            Block::Check(_) => {}
        }
    }
    found
}

fn look(lab: &Lab, line: Span, found: &mut Vec<Diagnostic>) {
    let text = lab.source.slice(line);
    for (at, _) in text.match_indices('<') {
        let rest = &text[at + 1..];
        let Some(end) = rest.find('>') else { continue };
        let name = &rest[..end];
        if text[..at].ends_with('\\') {
            continue;
        }
        let Some(meant) = meant(name) else { continue };
        let span = Span::new(line.start + at, line.start + at + name.len() + 2);
        let message = format!("`<{name}>` is no placeholder, so it stands for itself");
        found.push(
            Diagnostic::warning(codes::MISSPELT_PLACEHOLDER, span, message).with_help(format!(
                "did you mean `<{meant}>`? if the output has these letters, write `\\<{name}>`"
            )),
        );
    }
}

/// Elements of HTML that look like slips of the shortest types.
const ELEMENTS: [&str; 16] = [
    "p", "i", "b", "a", "td", "tr", "th", "li", "ul", "ol", "dl", "dt", "dd", "hr", "br", "ins",
];

/// The placeholder that a name was most likely meant to be.
fn meant(name: &str) -> Option<String> {
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if !is_name || Placeholder::parse(name).is_some() {
        return None;
    }
    let lower = name.to_ascii_lowercase().replace('-', "_");
    if Placeholder::parse(&lower).is_some() {
        return Some(lower);
    }
    let (before, last) = match lower.rsplit_once('_') {
        Some((before, last)) => (format!("{before}_"), last),
        None if ELEMENTS.contains(&lower.as_str()) => return None,
        None => (String::new(), lower.as_str()),
    };
    // Of two letters everything is near to everything.
    if last.len() < 3 {
        return None;
    }
    let distance = |known: &str| strsim::damerau_levenshtein(last, known);
    let (known, _) = ValueKind::ALL
        .into_iter()
        .filter(|(known, _)| known.len() > 2 && distance(known) <= known.len() / 3)
        .min_by_key(|(known, _)| distance(known))?;
    let meant = format!("{before}{known}");
    Placeholder::parse(&meant).is_some().then_some(meant)
}

/// Placeholders that stand for what the page or the lab says elsewhere.
pub(crate) fn needless(lab: &Lab) -> Vec<Diagnostic> {
    let steps: Vec<&Step> = lab.steps().collect();
    let mut found = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let Some(expectation) = &step.expectation else {
            continue;
        };
        needless_in_table(lab, expectation, &mut found);
        let earlier = steps.get(..index).unwrap_or_default();
        found.extend(known_setting(lab, step, expectation, earlier));
    }
    found
}

/// The names of columns do not vary, and how many rows there are is known where all of them are shown.
fn needless_in_table(lab: &Lab, expectation: &Expectation, found: &mut Vec<Diagnostic>) {
    let mut rows: Option<usize> = None;
    for (span, line) in expectation.lines() {
        match line {
            ExpectedLine::TableHeader(cells) => {
                rows = Some(0);
                if let Some(placeholder) = cells.iter().find_map(first_placeholder) {
                    found.push(fault(
                        lab,
                        *span,
                        placeholder,
                        "the names of columns do not vary".to_owned(),
                    ));
                }
            }
            ExpectedLine::TableRow(_) => rows = rows.map(|count| count + 1),
            ExpectedLine::Skip => rows = None,
            ExpectedLine::Text(pattern) => {
                if let (
                    Some(count),
                    [
                        Piece::Text(open),
                        Piece::Value(placeholder),
                        Piece::Text(close),
                    ],
                ) = (rows, pattern.pieces.as_slice())
                    && open == "("
                    && matches!(close.as_str(), " row)" | " rows)")
                {
                    let noun = if count == 1 { "row" } else { "rows" };
                    let known = format!("all rows are shown: it is `({count} {noun})`");
                    found.push(fault(lab, *span, placeholder, known));
                }
                rows = None;
            }
        }
    }
}

/// `SHOW name` behind a step that has set it.
fn known_setting(
    lab: &Lab,
    step: &Step,
    expectation: &Expectation,
    earlier: &[&Step],
) -> Option<Diagnostic> {
    let name = shown_setting(step)?;
    let (span, placeholder) = expectation
        .lines()
        .iter()
        .find_map(|(span, line)| match line {
            ExpectedLine::TableRow(cells) => match cells.as_slice() {
                [cell] => Some((*span, first_placeholder(cell)?)),
                _ => None,
            },
            _ => None,
        })?;
    let mut values: Vec<(String, Span)> = earlier
        .iter()
        .filter_map(|step| Some((set_to(step, &name)?, step.span)))
        .collect();
    let (value, place) = values.pop()?;
    // What was set to several values may have any of them by now.
    if values.iter().any(|(other, _)| *other != value) {
        return None;
    }
    let line = lab.source.author_line(place.start);
    let known = format!("line {line} sets `{name}` to `{value}`");
    Some(fault(lab, span, placeholder, known))
}

fn fault(lab: &Lab, line: Span, placeholder: &Placeholder, known: String) -> Diagnostic {
    let written = format!("<{}>", placeholder.name);
    let at = lab.source.slice(line).find(&written);
    let span = at.map_or(line, |at| {
        Span::new(line.start + at, line.start + at + written.len())
    });
    let message = format!("`{written}` is not needed: {known}");
    let fault = Diagnostic::warning(codes::NEEDLESS_PLACEHOLDER, span, message);
    fault.with_help("write the value: a placeholder accepts any other of its type as well")
}

fn first_placeholder(pattern: &Pattern) -> Option<&Placeholder> {
    pattern.placeholders().next()
}

/// The setting that a step shows, and nothing else.
fn shown_setting(step: &Step) -> Option<String> {
    let Action::Type { lines, .. } = &step.action else {
        return None;
    };
    let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let text = text.join(" ");
    let lower = text.to_lowercase();
    let mut statements = lower.match_indices("show ");
    let (at, word) = statements.next()?;
    let name: String = lower[at + word.len()..]
        .trim_start()
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
        .collect();
    (statements.next().is_none() && !name.is_empty()).then_some(name)
}

/// The value that a step gives a setting: by `SET` or `ALTER SYSTEM SET`, or by a line of a file.
fn set_to(step: &Step, name: &str) -> Option<String> {
    match &step.action {
        Action::Type {
            language: Language::Sql,
            lines,
        } => lines.iter().rev().find_map(|line| {
            let line = line.text.trim().trim_end_matches(';');
            let lower = line.to_lowercase();
            let start = ["alter system set ", "set "]
                .iter()
                .find_map(|begin| lower.starts_with(begin).then_some(begin.len()))?;
            assigned(line.get(start..)?, name)
        }),
        Action::Write(file) => file
            .content
            .lines()
            .rev()
            .find_map(|line| assigned(line, name)),
        Action::Type { .. } => None,
    }
}

/// The value in `name = 'value'` or `name TO value`.
fn assigned(text: &str, name: &str) -> Option<String> {
    let text = text.trim();
    let rest = text.get(name.len()..)?;
    let is_name = text.get(..name.len())?.eq_ignore_ascii_case(name);
    let rest = rest.trim_start();
    let value = rest.strip_prefix('=').or_else(|| {
        rest.strip_prefix("TO ")
            .or_else(|| rest.strip_prefix("to "))
    })?;
    let value = value.split('#').next().unwrap_or(value).trim();
    let value = value.trim_matches('\'');
    (is_name && !value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_a_type_is_known() {
        let check =
            |name, expected: Option<&str>| assert_eq!(meant(name).as_deref(), expected, "{name}");
        check("sent_lns", Some("sent_lsn"));
        check("sent-lsn", Some("sent_lsn"));
        check("Sent_LSN", Some("sent_lsn"));
        check("IP", Some("ip"));
        check("timestamp", None);
        check("duraton", Some("duration"));
        check("uiid", Some("uuid"));
        for text in [
            "lsn", "table", "p", "td", "ins", "file", "a b", "", "string", "name",
        ] {
            check(text, None);
        }
    }
}
