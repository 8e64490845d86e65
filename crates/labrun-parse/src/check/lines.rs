//! A TOML string of several lines as lines with their places, and as what a text must be.

use std::ops::Range;

use labrun_model::{Expectation, Line};
use toml::de::{DeTable, DeValue};

use crate::expectation::content;
use crate::tables::Reader;

/// What a text must be, as the string of a key says it; `text` is the whole of the TOML.
pub(super) fn expected(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: &str,
    text: &str,
) -> Option<Expectation> {
    let (_, span) = reader.string(table, key)?;
    let value = table.get(key)?;
    let DeValue::String(string) = value.get_ref() else {
        return None;
    };
    let lines: Vec<Line> = ranges(string, text, value.span())
        .into_iter()
        .zip(string.split('\n'))
        .map(|(range, line)| Line {
            text: line.trim_end_matches('\r').to_owned(),
            span: reader.place(range),
        })
        .collect();
    Some(content(span, &lines))
}

/// The range of each line of a string. Where the lines of the string are not those of the TOML, because some end in `\n`
/// or in a backslash, each line is said to be in the whole.
fn ranges(string: &str, text: &str, whole: Range<usize>) -> Vec<Range<usize>> {
    let count = string.split('\n').count();
    let raw = text.get(whole.clone()).unwrap_or_default();
    let inner = ["\"\"\"", "'''"]
        .iter()
        .find_map(|mark| raw.strip_prefix(mark)?.strip_suffix(mark));
    // A line break just behind the opening marks is no part of the string.
    let inner = inner.map(|inner| inner.strip_prefix('\n').unwrap_or(inner));
    let Some(inner) = inner.filter(|inner| inner.split('\n').count() == count) else {
        return vec![whole; count];
    };
    let mut start = whole.end - 3 - inner.len();
    let mut ranges = Vec::with_capacity(count);
    for line in inner.split('\n') {
        ranges.push(start..start + line.len());
        start += line.len() + 1;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(toml: &str, expected: &[&str]) {
        let table = DeTable::parse(toml).unwrap().into_inner();
        let value = &table["a"];
        let DeValue::String(string) = value.get_ref() else {
            panic!("no string");
        };
        let ranges = ranges(string, toml, value.span());
        let texts: Vec<&str> = ranges.into_iter().map(|range| &toml[range]).collect();
        assert_eq!(texts, expected, "{toml}");
    }

    #[test]
    fn each_line_of_a_string_has_its_place() {
        check("a = 'x'", &["'x'"]);
        check("a = '''\nx\n  y\n'''", &["x", "  y", ""]);
        check("a = \"\"\"x\n\n\\ty\"\"\"", &["x", "", "\\ty"]);
        check("a = 'é'\n", &["'é'"]);
        check("a = \"x\\ny\"", &["\"x\\ny\"", "\"x\\ny\""]);
        check("a = \"\"\"\nx \\\ny\"\"\"", &["\"\"\"\nx \\\ny\"\"\""]);
        check("a = ''''''", &[""]);
    }
}
