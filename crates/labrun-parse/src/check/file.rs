//! A check of a file: where it is, and what must be so of it.

use labrun_model::{FilePromise, Pattern, Piece, Probe, Span};
use toml::de::DeTable;

use super::{choice, lines};
use crate::codes;
use crate::tables::Reader;
use crate::values;

/// The keys that say what must be so; one of them is there.
const PROMISES: [&str; 3] = ["state", "contains", "text"];
const STATES: [&str; 2] = ["present", "absent"];

/// Reads a check with `file`, whose key stands at `key`; `text` is the whole of the TOML.
pub(super) fn file_probe(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: Span,
    text: &str,
) -> Option<Probe> {
    let path = reader.words(table, "file").and_then(|(path, place)| {
        values::relative_path(&path)
            .map_err(|help| {
                let message = format!("`file` cannot be `{}`", path.escape_debug());
                reader.fault(codes::BAD_VALUE, place, message, help);
            })
            .ok()
    });
    let promise = promise(reader, table, key, text);
    Some(Probe::File {
        path: path?,
        promise: promise?,
    })
}

fn promise(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: Span,
    text: &str,
) -> Option<FilePromise> {
    let mut said: Vec<Span> = PROMISES
        .iter()
        .filter_map(|promise| reader.key_span(table, promise))
        .collect();
    said.sort_unstable();
    if let Some(second) = said.get(1) {
        let message = "a check of a file says one thing, and this says two".to_owned();
        let help =
            "keep one of `state`, `contains` and `text`, and make a check of its own of the other";
        reader.fault(codes::CHECK_TARGET, *second, message, help);
        return None;
    }
    if table.contains_key("state") {
        let state = choice(reader, table, "state", &STATES)?;
        return Some(if state == "absent" {
            FilePromise::Absent
        } else {
            FilePromise::Present
        });
    }
    if table.contains_key("contains") {
        return contains(reader, table).map(FilePromise::Contains);
    }
    if table.contains_key("text") {
        return lines::expected(reader, table, "text", text).map(FilePromise::Text);
    }
    let message = "the check does not say what must be so of the file".to_owned();
    let help = "add `state = \"present\"`, texts that stand in it (`contains = [\"…\"]`), or all its lines (`text = '''…'''`)";
    reader.fault(codes::MISSING_KEY, key, message, help);
    None
}

/// Texts that stand in the file as they are, each within a line.
fn contains(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<Vec<String>> {
    let before = reader.diagnostics.len();
    let mut texts = Vec::new();
    let words = reader.placed_words(table, "contains");
    let is_empty = words.is_empty();
    for (word, place) in words {
        let help = if word.contains(['\n', '\r']) {
            "each text stands within one line: make two of it"
        } else if let Some(text) = plain(&word) {
            texts.push(text);
            continue;
        } else {
            "a text in `contains` is taken as it is: leave the value out, or write the whole lines as `text`, where \
             placeholders and `...` are welcome"
        };
        let message = format!("`contains` cannot have `{}`", word.escape_debug());
        reader.fault(codes::BAD_VALUE, place, message, help);
    }
    if is_empty && reader.diagnostics.len() == before {
        let place = reader.key_span(table, "contains").unwrap_or_default();
        let message = "`contains` is empty, so any file would do".to_owned();
        let help = "name a text that must stand in the file, or write `state = \"present\"`";
        reader.fault(codes::BAD_VALUE, place, message, help);
    }
    (reader.diagnostics.len() == before).then_some(texts)
}

/// The text that an author means, where nothing in it varies.
fn plain(word: &str) -> Option<String> {
    let pieces = Pattern::parse(word).pieces.into_iter();
    pieces
        .map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Value(_) | Piece::Expression(_) => None,
        })
        .collect()
}
