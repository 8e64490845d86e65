//! Wrong outputs, made of a right one: a `t` that is an `f`, a number that is another, rows that are missing.

use labrun_model::ValueKind;

use super::example::{ExampleLine, Kind, Origin, Part};

/// What a regular expression may fit. One that fits two of them fits nearly everything.
pub(super) const GUESSES: [&str; 4] = ["something else", "0", "f", "t"];

/// What was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// Nothing is printed at all.
    Emptied,
    /// A table has lost all its rows.
    RowsGone,
    /// A table has lost a row.
    RowDropped,
    /// A table has a row more.
    RowAdded,
    /// A line is missing.
    LineDropped,
    /// Something that the page says letter for letter is another.
    Literal,
    /// What `<any>` stands for is another.
    Anything,
    /// What a regular expression fits is another.
    Expression,
    /// A number that is counted is 0.
    Zero,
}

/// A wrong output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mutant {
    pub(super) change: Change,
    /// Index of the expected line that the change is about.
    pub(super) source: usize,
    /// The changed line as it is printed.
    pub(super) shown: String,
    pub(super) lines: Vec<ExampleLine>,
}

/// Every wrong output that is made of an example. `counts` says whether a number in a line and a cell is one that is
/// counted, so that 0 means something else than any other number.
pub(super) fn mutants(lines: &[ExampleLine], counts: &dyn Fn(usize, usize) -> bool) -> Vec<Mutant> {
    let mut found = Vec::new();
    if !lines.is_empty() {
        found.push(mutant(Change::Emptied, 0, "no output at all", Vec::new()));
    }
    found.extend(rows(lines));
    for (at, line) in lines.iter().enumerate() {
        if line.kind != Kind::Row {
            let mut rest = lines.to_vec();
            rest.remove(at);
            found.push(mutant(Change::LineDropped, line.source, &line.text(), rest));
        }
        words(lines, at, counts, &mut found);
    }
    found
}

fn mutant(change: Change, source: usize, shown: &str, lines: Vec<ExampleLine>) -> Mutant {
    Mutant {
        change,
        source,
        shown: shown.to_owned(),
        lines,
    }
}

/// Rows that are missing or too many; psql counts them in the footer.
fn rows(lines: &[ExampleLine]) -> Vec<Mutant> {
    let mut found = Vec::new();
    let headers = lines.iter().enumerate();
    for (header, line) in headers.filter(|(_, line)| line.kind == Kind::Header) {
        let first = header + 1;
        let count = lines[first..]
            .iter()
            .take_while(|line| line.kind == Kind::Row)
            .count();
        let with = |kept: &[ExampleLine]| {
            let mut changed = lines[..first].to_vec();
            changed.extend_from_slice(kept);
            changed.extend_from_slice(&lines[first + count..]);
            recount(&mut changed, first + kept.len(), kept.len());
            changed
        };
        let there = &lines[first..first + count];
        found.push(mutant(Change::RowsGone, line.source, "(0 rows)", with(&[])));
        for (at, row) in there.iter().enumerate() {
            let mut kept = there.to_vec();
            kept.remove(at);
            found.push(mutant(
                Change::RowDropped,
                row.source,
                &row.text(),
                with(&kept),
            ));
            let mut kept = there.to_vec();
            kept.insert(at, row.clone());
            found.push(mutant(
                Change::RowAdded,
                row.source,
                &row.text(),
                with(&kept),
            ));
        }
    }
    found
}

fn recount(lines: &mut [ExampleLine], footer: usize, count: usize) {
    let Some(line) = lines
        .get_mut(footer)
        .filter(|line| line.kind == Kind::Footer)
    else {
        return;
    };
    let noun = if count == 1 { "row" } else { "rows" };
    line.cells = vec![vec![Part {
        text: format!("({count} {noun})"),
        origin: Origin::Literal,
    }]];
}

/// Every word of a line as another.
fn words(
    lines: &[ExampleLine],
    at: usize,
    counts: &dyn Fn(usize, usize) -> bool,
    found: &mut Vec<Mutant>,
) {
    let Some(line) = lines.get(at) else { return };
    for (cell, parts) in line.cells.iter().enumerate() {
        for (index, part) in parts.iter().enumerate() {
            let mut replace = |change: Change, text: String| {
                let mut changed = lines.to_vec();
                if let Some(part) = changed
                    .get_mut(at)
                    .and_then(|line| line.cells.get_mut(cell))
                    .and_then(|parts| parts.get_mut(index))
                {
                    part.text = text;
                }
                let shown = changed.get(at).map(ExampleLine::text).unwrap_or_default();
                found.push(mutant(change, line.source, shown.trim(), changed));
            };
            match part.origin {
                Origin::Literal => {
                    for text in changed_words(&part.text) {
                        replace(Change::Literal, text);
                    }
                }
                Origin::Anything => replace(Change::Anything, "f".to_owned()),
                Origin::Expression => {
                    for text in GUESSES.into_iter().filter(|text| *text != part.text) {
                        replace(Change::Expression, text.to_owned());
                    }
                }
                Origin::Typed(ValueKind::Int) if counts(line.source, cell) => {
                    replace(Change::Zero, "0".to_owned());
                }
                Origin::Typed(_) => {}
            }
        }
    }
}

/// The text with one word changed or dropped, for each of its words.
fn changed_words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut start = None;
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    for (at, character) in ends {
        let is_word = character.is_alphanumeric() || character == '_';
        match (start, is_word) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let (before, after) = (&text[..from], &text[at..]);
                found.push(format!("{before}{}{after}", other(&text[from..at])));
                found.push(format!("{before}{after}"));
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Words that a reader takes for the opposite of each other.
const OPPOSITES: [(&str, &str); 12] = [
    ("t", "f"),
    ("true", "false"),
    ("on", "off"),
    ("yes", "no"),
    ("healthy", "unhealthy"),
    ("sync", "async"),
    ("running", "exited"),
    ("active", "inactive"),
    ("enabled", "disabled"),
    ("Up", "Exited"),
    ("ok", "failed"),
    ("streaming", "catchup"),
];

fn other(word: &str) -> String {
    let opposite = OPPOSITES.iter().find_map(|(one, other)| {
        (*one == word)
            .then_some(*other)
            .or_else(|| (*other == word).then_some(*one))
    });
    match opposite {
        Some(opposite) => opposite.to_owned(),
        None if word.bytes().all(|byte| byte == b'0') => "1".to_owned(),
        None if word.bytes().all(|byte| byte.is_ascii_digit()) => "0".to_owned(),
        None => "other".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_becomes_another_and_none() {
        assert_eq!(
            changed_words("a t 12"),
            ["other t 12", " t 12", "a f 12", "a  12", "a t 0", "a t "]
        );
        assert_eq!(changed_words("(0 rows)")[0], "(1 rows)");
        assert_eq!(changed_words("é"), ["other", ""]);
        assert!(changed_words("--").is_empty());
    }
}
