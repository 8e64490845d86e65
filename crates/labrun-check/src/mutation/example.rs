//! An output that an expectation describes: its own lines, with an example in the place of each placeholder.

use std::collections::BTreeMap;

use labrun_model::{Expectation, ExpectedLine, Pattern, Piece, Placeholder, ValueKind};

/// Where a part of an example comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The page says it letter for letter.
    Literal,
    /// A typed placeholder: another value of its type is what the author expects.
    Typed(ValueKind),
    /// `<any>`.
    Anything,
    /// A regular expression.
    Expression,
}

/// A part of a line or of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// A line or a cell.
pub(super) type Parts = Vec<Part>;

/// A line of an example. `source` is the index of the expected line that it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ExampleLine {
    pub(super) source: usize,
    pub(super) kind: Kind,
    /// One for text, one for each cell of a table's line.
    pub(super) cells: Vec<Parts>,
}

/// What a line of an example is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Header,
    Row,
    /// `(2 rows)`.
    Footer,
}

/// The lines that an expectation would perhaps be met by; `...` stands for none, and a regular expression for `guess`.
pub(super) fn example(expectation: &Expectation, guess: &'static str) -> Vec<ExampleLine> {
    let mut values = Values::guessing(guess);
    let mut lines = Vec::new();
    for (source, (_, line)) in expectation.lines().iter().enumerate() {
        let (kind, patterns) = match line {
            ExpectedLine::Skip => continue,
            ExpectedLine::Text(pattern) if is_footer(pattern) => {
                (Kind::Footer, std::slice::from_ref(pattern))
            }
            ExpectedLine::Text(pattern) => (Kind::Text, std::slice::from_ref(pattern)),
            ExpectedLine::TableHeader(cells) => (Kind::Header, cells.as_slice()),
            ExpectedLine::TableRow(cells) => (Kind::Row, cells.as_slice()),
        };
        let cells = patterns
            .iter()
            .map(|pattern| values.parts(pattern))
            .collect();
        lines.push(ExampleLine {
            source,
            kind,
            cells,
        });
    }
    lines
}

/// The rows that a check's answer would be met by.
pub(super) fn example_rows(rows: &[Vec<Pattern>], guess: &'static str) -> Vec<ExampleLine> {
    let mut values = Values::guessing(guess);
    let rows = rows.iter().enumerate();
    rows.map(|(source, row)| ExampleLine {
        source,
        kind: Kind::Row,
        cells: row.iter().map(|pattern| values.parts(pattern)).collect(),
    })
    .collect()
}

/// The example as a program prints it, with the rule that psql draws below a header.
pub(super) fn drawn(lines: &[ExampleLine]) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&line.text());
        text.push('\n');
        if line.kind == Kind::Header {
            text.push_str(&vec!["---"; line.cells.len()].join("+"));
            text.push('\n');
        }
    }
    text
}

impl ExampleLine {
    /// The line as it is printed.
    pub(super) fn text(&self) -> String {
        let cells: Vec<String> = self.cells.iter().map(|parts| text(parts)).collect();
        match self.kind {
            Kind::Header | Kind::Row => format!(" {}", cells.join(" | ")),
            Kind::Text | Kind::Footer => cells.concat(),
        }
    }

    /// The values of a row.
    pub(super) fn values(&self) -> Vec<String> {
        self.cells.iter().map(|parts| text(parts)).collect()
    }
}

fn text(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect()
}

/// Examples so far: a name stands for one value, and another name for another.
#[derive(Debug)]
struct Values {
    named: BTreeMap<String, String>,
    /// What regular expressions stand for.
    guess: &'static str,
}

impl Values {
    fn guessing(guess: &'static str) -> Self {
        Self {
            named: BTreeMap::new(),
            guess,
        }
    }

    fn parts(&mut self, pattern: &Pattern) -> Parts {
        let part = |piece: &Piece| match piece {
            Piece::Text(text) => Part {
                text: text.clone(),
                origin: Origin::Literal,
            },
            Piece::Value(placeholder) => Part {
                text: self.value(placeholder),
                origin: match placeholder.kind {
                    // A capture is compared wherever the name comes again.
                    ValueKind::Any if !placeholder.is_capture() => Origin::Anything,
                    kind => Origin::Typed(kind),
                },
            },
            Piece::Expression(_) => Part {
                text: self.guess.to_owned(),
                origin: Origin::Expression,
            },
        };
        pattern.pieces.iter().map(part).collect()
    }

    fn value(&mut self, placeholder: &Placeholder) -> String {
        let nth = self.named.len() % 7 + 1;
        let value = self.named.entry(placeholder.name.clone());
        value
            .or_insert_with(|| typed(placeholder.kind, nth))
            .clone()
    }
}

fn typed(kind: ValueKind, nth: usize) -> String {
    match kind {
        ValueKind::Lsn => format!("0/{nth}000148"),
        ValueKind::Pid => format!("410{nth}"),
        ValueKind::Int => format!("1{nth}"),
        ValueKind::Id => format!("a{nth}c4"),
        ValueKind::Ip => format!("172.18.0.{nth}"),
        ValueKind::Uuid => format!("0c1f6f5e-8d0b-4b6f-9c39-5d1f0f3ad4e{nth}"),
        ValueKind::Timestamp => format!("2026-11-2{nth} 10:11:12+00"),
        ValueKind::Duration => format!("{} seconds", nth + 1),
        ValueKind::Any => "t".to_owned(),
    }
}

/// `(1 row)`, also with a placeholder for the number.
fn is_footer(pattern: &Pattern) -> bool {
    let text: String = pattern
        .pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Value(_) | Piece::Expression(_) => "1",
        })
        .collect();
    let inner = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    inner
        .and_then(|inner| {
            inner
                .strip_suffix(" rows")
                .or_else(|| inner.strip_suffix(" row"))
        })
        .is_some_and(|count| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()))
}
