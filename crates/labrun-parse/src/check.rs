//! A check: the TOML of a `toml check` fence as a question and its answer.
//!
//! Here is what all checks have in common, and what PostgreSQL and the engine are asked; `network` and `file` have the
//! rest, and `lines` the texts of several lines.

mod file;
mod lines;
mod network;

use std::ops::Range;
use std::time::Duration;

use labrun_model::{
    Check, ContainerState, Diagnostic, Health, Line, Pattern, Probe, SourceFile, Span,
};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::codes;
use crate::expectation::{row_order_of_query, text};
use crate::fences::{Fence, part};
use crate::holds::holds;
use crate::nearest::suggest;
use crate::sql::Script;
use crate::tables::{Placed, Reader};
use crate::values;

/// Every key that a check can have.
pub(crate) const KEYS: [&str; 19] = [
    "title",
    "postgres",
    "query",
    "rows",
    "container",
    "state",
    "health",
    "holds",
    "tcp",
    "http",
    "method",
    "headers",
    "status",
    "body",
    "file",
    "contains",
    "text",
    "eventually",
    "hint",
];

/// The keys that say what is asked, each with those that only stand beside it.
const TARGETS: [(&str, &[&str]); 5] = [
    ("postgres", &["query", "rows"]),
    ("container", &["state", "health"]),
    ("tcp", &["state"]),
    ("http", &["method", "headers", "status", "body"]),
    ("file", &["state", "contains", "text"]),
];

/// Reads a check. It has neither number nor section yet. `None` where the diagnostics say why it asks nothing.
pub(crate) fn check(
    source: &SourceFile,
    fence: &Fence,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Check> {
    let text = text(&fence.lines);
    let place = |range: Range<usize>| place(source, fence, range);
    let mut reader = Reader::new(&place);
    let check = reader
        .parse(&text)
        .and_then(|table| read(&mut reader, &table, fence, &text));
    diagnostics.append(&mut reader.diagnostics);
    check
}

fn read(reader: &mut Reader<'_>, table: &DeTable<'_>, fence: &Fence, text: &str) -> Option<Check> {
    reader.check_keys(table, &KEYS);
    let title = required(reader, table, "title", fence.opening);
    let eventually = eventually(reader, table);
    let hint = reader.words(table, "hint").map(|(hint, _)| hint);
    let holds = holds(reader, table, text);
    let probe = probe(reader, table, fence, text);
    Some(Check {
        number: 0,
        title: title?.0,
        span: fence.span,
        section: 0,
        probe: probe?,
        holds,
        eventually,
        hint,
    })
}

/// From a range of the joined lines to the place in the chapter.
fn place(source: &SourceFile, fence: &Fence, range: Range<usize>) -> Span {
    let start = position(source, &fence.lines, range.start);
    let end = position(source, &fence.lines, range.end);
    let start = start.unwrap_or(fence.opening.end);
    Span::new(start, end.unwrap_or(start).max(start))
}

fn position(source: &SourceFile, lines: &[Line], offset: usize) -> Option<usize> {
    let mut line_start = 0;
    for line in lines {
        let line_end = line_start + line.text.len();
        if offset <= line_end {
            let within = offset - line_start;
            return Some(part(source, line, within..within).start);
        }
        line_start = line_end + 1;
    }
    lines.last().map(|line| line.span.end)
}

/// A string that the check cannot do without; `beside` is where its absence is reported.
fn required(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: &str,
    beside: Span,
) -> Option<Placed<String>> {
    if !table.contains_key(key) {
        missing(reader, key, beside);
    }
    reader.words(table, key)
}

fn missing(reader: &mut Reader<'_>, key: &str, beside: Span) {
    let help = match key {
        "title" => "say in a sentence what the check promises: `title = \"…\"`",
        "query" => "write the statement to ask: `query = \"SELECT …\"`",
        "status" => "write the status that must be answered: `status = 200`",
        "state" => "write `state = \"open\"`, or `\"closed\"` where nobody may listen",
        _ => "write the rows that must come, every value as text: `rows = [[\"0\"]]`",
    };
    let message = format!("the check has no `{key}`");
    reader.fault(codes::MISSING_KEY, beside, message, help);
}

fn eventually(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<Duration> {
    let (text, place) = reader.string(table, "eventually")?;
    match values::duration(&text) {
        Ok(length) => Some(length),
        Err(help) => {
            let message = format!("`eventually` cannot be `{}`", text.escape_debug());
            reader.fault(codes::BAD_VALUE, place, message, help);
            None
        }
    }
}

fn probe(reader: &mut Reader<'_>, table: &DeTable<'_>, fence: &Fence, text: &str) -> Option<Probe> {
    let mut asked = TARGETS
        .iter()
        .filter_map(|(target, keys)| Some((*target, *keys, reader.key_span(table, target)?)));
    let Some((target, keys, key)) = asked.next() else {
        drop(asked);
        if table.contains_key("holds") {
            return Some(captures_probe(reader, table));
        }
        let message = "the check does not say what it asks";
        target_fault(reader, fence.opening, message);
        return None;
    };
    let second = asked.map(|(_, _, span)| span).max();
    if let Some(second) = second {
        let message = "a check asks one thing, and this asks more";
        target_fault(reader, second.max(key), message);
        return None;
    }
    foreign_keys(reader, table, keys);
    match target {
        "postgres" => postgres_probe(reader, table, key),
        "container" => container_probe(reader, table, key),
        "tcp" => network::tcp_probe(reader, table, key),
        "http" => network::http_probe(reader, table, key, text),
        _ => file::file_probe(reader, table, key, text),
    }
}

/// A check that is only its relations: nothing else can stand beside them, and to ask again would change nothing.
fn captures_probe(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Probe {
    foreign_keys(reader, table, &[]);
    if let Some(key) = reader.key_span(table, "eventually") {
        let message = "`eventually` asks again, and this check asks nobody";
        target_fault(reader, key, message);
    }
    Probe::Captures
}

fn target_fault(reader: &mut Reader<'_>, span: Span, message: &str) {
    reader.fault(
        codes::CHECK_TARGET,
        span,
        message.to_owned(),
        "it has one of `postgres` (with `query` and `rows`), `container` (with `state` or `health`), `tcp` (with `state`), \
          `http` (with `status`) and `file` (with `state`, `contains` or `text`), or only `holds`",
    );
}

/// Reports the keys that stand beside other targets only.
fn foreign_keys(reader: &mut Reader<'_>, table: &DeTable<'_>, own: &[&str]) {
    let mut seen: Vec<&str> = own.to_vec();
    for key in TARGETS.iter().flat_map(|(_, keys)| *keys) {
        if seen.contains(key) {
            continue;
        }
        seen.push(key);
        if let Some(place) = reader.key_span(table, key) {
            let owners: Vec<String> = TARGETS
                .iter()
                .filter(|(_, keys)| keys.contains(key))
                .map(|(target, _)| format!("`{target}`"))
                .collect();
            reader.fault(
                codes::CHECK_TARGET,
                place,
                format!("`{key}` belongs to a check with {}", owners.join(" or ")),
                "remove it, or ask this in a check of its own",
            );
        }
    }
}

fn postgres_probe(reader: &mut Reader<'_>, table: &DeTable<'_>, key: Span) -> Option<Probe> {
    let connection = reader.words(table, "postgres");
    let query = required(reader, table, "query", key);
    if let Some((query, place)) = &query {
        check_query(reader, query, *place);
    }
    let rows = rows(reader, table, key);
    let (query, _) = query?;
    Some(Probe::Postgres {
        connection: connection?.0,
        row_order: row_order_of_query(&query),
        query,
        rows: rows?,
    })
}

/// A check is one question, and asking must not change the answer.
fn check_query(reader: &mut Reader<'_>, query: &str, place: Span) {
    const HELP: &str = "write one SQL statement that observes, with SELECT or SHOW";
    let script = Script::read(query);
    if let Some(command) = script.command() {
        let name = command.split_whitespace().next().unwrap_or("");
        let message = format!("`\\{name}` is a command of psql, which a check does not use");
        reader.fault(codes::BAD_VALUE, place, message, HELP);
    } else if script.statements() != 1 {
        let message = format!(
            "a check asks one statement, and this has {}",
            script.statements()
        );
        reader.fault(codes::BAD_VALUE, place, message, HELP);
    } else if let Some(word) = script.change() {
        let message = format!("a check only asks, and `{word}` may change something");
        reader.fault(codes::CHECK_CHANGES, place, message, HELP);
    }
}

fn rows(reader: &mut Reader<'_>, table: &DeTable<'_>, key: Span) -> Option<Vec<Vec<Pattern>>> {
    let Some(value) = table.get("rows") else {
        missing(reader, "rows", key);
        return None;
    };
    let values = array(reader, value)?;
    // Everything is read before anything is given up, so that all faults are reported at once.
    let rows: Vec<_> = values.iter().map(|value| row(reader, value)).collect();
    let rows: Vec<Vec<Pattern>> = rows.into_iter().collect::<Option<_>>()?;
    let width = rows.first().map_or(0, Vec::len);
    let odd = rows
        .iter()
        .position(|row| row.is_empty() || row.len() != width);
    let Some(index) = odd else {
        return Some(rows);
    };
    let message = match rows.get(index).map_or(0, Vec::len) {
        0 => "a row without values".to_owned(),
        length => format!("the rows differ in length: {length} here, {width} in the first"),
    };
    let place = values.get(index).map_or(key, |value| reader.span(value));
    reader.fault(
        codes::BAD_VALUE,
        place,
        message,
        "a row has a value for each column",
    );
    None
}

fn row(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) -> Option<Vec<Pattern>> {
    let values = array(reader, value)?;
    let cells: Vec<_> = values.iter().map(|value| cell(reader, value)).collect();
    cells.into_iter().collect()
}

fn array<'t, 'i>(
    reader: &mut Reader<'_>,
    value: &'t Spanned<DeValue<'i>>,
) -> Option<&'t [Spanned<DeValue<'i>>]> {
    match value.get_ref() {
        DeValue::Array(values) => Some(values),
        other => {
            let place = reader.span(value);
            reader.wrong_type(
                "rows",
                place,
                "an array of rows, each an array of strings",
                other,
            );
            None
        }
    }
}

fn cell(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) -> Option<Pattern> {
    if let DeValue::String(text) = value.get_ref() {
        return Some(Pattern::parse(text));
    }
    let place = reader.span(value);
    reader.fault(
        codes::BAD_VALUE,
        place,
        "a value in `rows` is text, as psql shows it".to_owned(),
        "put it in quotes: `\"0\"`, and `\"t\"` for true; NULL is `\"\"`",
    );
    None
}

fn container_probe(reader: &mut Reader<'_>, table: &DeTable<'_>, key: Span) -> Option<Probe> {
    let name = reader.words(table, "container");
    let states = ContainerState::ALL.map(|(word, _)| word);
    let healths = Health::ALL.map(|(word, _)| word);
    let state = choice(reader, table, "state", &states);
    let health = choice(reader, table, "health", &healths);
    if !table.contains_key("state") && !table.contains_key("health") {
        let message = "the check does not say how the container must be".to_owned();
        let help = "add `state = \"running\"`, `health = \"healthy\"` or both";
        reader.fault(codes::MISSING_KEY, key, message, help);
        return None;
    }
    Some(Probe::Container {
        name: name?.0,
        state: state.as_deref().and_then(ContainerState::from_name),
        health: health.as_deref().and_then(Health::from_name),
    })
}

/// One of several words.
fn choice(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: &str,
    words: &[&str],
) -> Option<String> {
    let (word, place) = reader.string(table, key)?;
    if words.contains(&word.as_str()) {
        return Some(word);
    }
    let message = format!("`{key}` cannot be `{}`", word.escape_debug());
    let help = suggest(&word, words, &format!("`{key}` is one of"));
    reader.fault(codes::BAD_VALUE, place, message, &help);
    None
}
