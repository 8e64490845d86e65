//! The `holds` of a check: an array of relations, each with its place in the chapter.

use labrun_model::Relation;
use toml::de::{DeTable, DeValue};

use crate::codes;
use crate::relation::relation;
use crate::tables::Reader;

/// The relations that a check says must hold, those without a fault; `text` is the whole TOML text.
pub(crate) fn holds(reader: &mut Reader<'_>, table: &DeTable<'_>, text: &str) -> Vec<Relation> {
    const SHAPE: &str = "an array of relations, each a string";
    let Some(value) = table.get("holds") else {
        return Vec::new();
    };
    let place = reader.span(value);
    let DeValue::Array(items) = value.get_ref() else {
        reader.wrong_type("holds", place, SHAPE, value.get_ref());
        return Vec::new();
    };
    if items.is_empty() {
        let message = "`holds` is empty".to_owned();
        let help = "write what must hold: `holds = [\"<replay_lsn> >= <sent_lsn>\"]`";
        reader.fault(codes::BAD_VALUE, place, message, help);
    }
    let mut relations = Vec::new();
    for item in items.iter() {
        let DeValue::String(written) = item.get_ref() else {
            let place = reader.span(item);
            reader.wrong_type("holds", place, SHAPE, item.get_ref());
            continue;
        };
        let range = item.span();
        // A string with escapes is not in the text as it is read; then every fault is at the string as a whole.
        let verbatim = text
            .get(range.clone())
            .and_then(|quoted| quoted.find(written.as_ref()));
        let place = |part: std::ops::Range<usize>| match verbatim {
            Some(at) => {
                let start = range.start + at;
                reader.at(start + part.start..start + part.end)
            }
            None => reader.at(range.clone()),
        };
        match relation(written, &place) {
            Ok(relation) => relations.push(relation),
            Err(fault) => reader.diagnostics.push(*fault),
        }
    }
    relations
}
