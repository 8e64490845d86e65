//! The comparison that a failure shows: expected and actual lines side by side, aligned where they agree. Pure.

use labrun_model::{DiffLine, ExpectedLine, Lab, LineOrder, Pattern, TableLine};

use super::captures::{Bindings, Captures};
use super::matcher::{Wanted, line_fits, may_be_skipped};

/// More lines than these are not compared: a reader of the report would not read them either.
const MOST_LINES: usize = 200;

/// Both sides of a comparison that failed.
pub(super) struct Sides<'a> {
    pub(super) lab: &'a Lab,
    pub(super) expected: &'a [Wanted],
    pub(super) actual: &'a [TableLine<'a>],
    pub(super) captures: &'a Captures,
}

/// Aligns both sides: by the longest common sequence of lines that fit on their own, or where no order counts by
/// finding each line its own.
pub(super) fn diff(sides: &Sides<'_>, order: LineOrder) -> Vec<DiffLine> {
    let expected = &sides.expected[..sides.expected.len().min(MOST_LINES)];
    let left_out = sides.actual.len().saturating_sub(MOST_LINES);
    let mut actual: Vec<&TableLine<'_>> = sides.actual.iter().take(MOST_LINES).collect();
    let mut bindings = Bindings::from(sides.captures);
    let agree: Vec<Vec<bool>> = expected
        .iter()
        .map(|line| {
            let fits = |text: &&TableLine<'_>| {
                let mark = bindings.mark();
                let fits = line_fits(line, text, &mut bindings);
                bindings.back_to(mark);
                fits
            };
            actual.iter().map(fits).collect()
        })
        .collect();
    let mut alignment = Alignment {
        lab: sides.lab,
        widths: widths(expected, &actual),
        expected,
        lines: Vec::new(),
    };
    match order {
        LineOrder::Any => alignment.pair(&actual, &agree),
        LineOrder::Given => alignment.walk(&actual, &agree),
        LineOrder::RowsAny => {
            let order = in_page_order(&actual, &agree);
            actual = order.iter().map(|&at| actual[at]).collect();
            let turned = |row: &Vec<bool>| order.iter().map(|&at| row[at]).collect();
            let agree: Vec<Vec<bool>> = agree.iter().map(turned).collect();
            alignment.walk(&actual, &agree);
        }
    }
    let mut lines = alignment.lines;
    if left_out > 0 {
        lines.push(DiffLine::Extra(format!("[{left_out} more lines]")));
    }
    if lines.iter().all(|line| matches!(line, DiffLine::Same(_))) {
        lines.push(DiffLine::Extra(
            "[each line fits by itself, but a name stands for different values, or `...` is in the way]".to_owned(),
        ));
    }
    lines
}

/// `lengths[e][a]`: how many lines agree from expected line `e` and actual line `a` on.
fn lengths(agree: &[Vec<bool>], actual: usize) -> Vec<Vec<u16>> {
    let mut lengths = vec![vec![0; actual + 1]; agree.len() + 1];
    for (e, row) in agree.iter().enumerate().rev() {
        for (a, agrees) in row.iter().enumerate().rev() {
            lengths[e][a] = if *agrees {
                lengths[e + 1][a + 1] + 1
            } else {
                lengths[e + 1][a].max(lengths[e][a + 1])
            };
        }
    }
    lengths
}

/// The output's lines with the rows of each table in the order in which the page has those that they fit.
fn in_page_order(actual: &[&TableLine<'_>], agree: &[Vec<bool>]) -> Vec<usize> {
    let mut page_line = vec![usize::MAX; actual.len()];
    for (e, row) in agree.iter().enumerate() {
        let own = (0..actual.len()).find(|&at| row[at] && page_line[at] == usize::MAX);
        if let Some(at) = own {
            page_line[at] = e;
        }
    }
    let mut order: Vec<usize> = (0..actual.len()).collect();
    let is_row = |at: usize| matches!(actual[at], TableLine::Row(_));
    let mut start = 0;
    while start < actual.len() {
        let rows = (start..actual.len()).take_while(|&at| is_row(at)).count();
        order[start..start + rows].sort_by_key(|&at| page_line[at]);
        start += rows.max(1);
    }
    order
}

struct Alignment<'a> {
    lab: &'a Lab,
    expected: &'a [Wanted],
    /// The width of each column, by the number of columns.
    widths: Vec<Vec<usize>>,
    lines: Vec<DiffLine>,
}

impl Alignment<'_> {
    fn walk(&mut self, actual: &[&TableLine<'_>], agree: &[Vec<bool>]) {
        let lengths = lengths(agree, actual.len());
        let (mut e, mut a) = (0, 0);
        // Behind a `...` extra lines are as the page says.
        let mut skipping = false;
        while e < self.expected.len() || a < actual.len() {
            let wanted = self.expected.get(e);
            if matches!(wanted, Some((_, ExpectedLine::Skip))) {
                self.lines.push(DiffLine::Same("...".to_owned()));
                skipping = true;
                e += 1;
            } else if e < self.expected.len() && a < actual.len() && agree[e][a] {
                self.same(actual[a]);
                skipping = false;
                (e, a) = (e + 1, a + 1);
            } else if a == actual.len()
                || (e < self.expected.len() && lengths[e + 1][a] >= lengths[e][a + 1])
            {
                self.missing(e);
                e += 1;
            } else {
                if !skipping || !may_be_skipped(actual[a]) {
                    self.extra(actual[a]);
                }
                a += 1;
            }
        }
    }

    /// The page's lines in their order, then what is left over.
    fn pair(&mut self, actual: &[&TableLine<'_>], agree: &[Vec<bool>]) {
        let mut taken = vec![false; actual.len()];
        let mut more_allowed = false;
        for (e, (_, line)) in self.expected.iter().enumerate() {
            if matches!(line, ExpectedLine::Skip) {
                more_allowed = true;
                continue;
            }
            match (0..actual.len()).find(|&a| agree[e][a] && !taken[a]) {
                Some(a) => {
                    taken[a] = true;
                    self.same(actual[a]);
                }
                None => self.missing(e),
            }
        }
        for (a, line) in actual.iter().enumerate() {
            let blank = matches!(line, TableLine::Text(text) if text.trim().is_empty());
            let skipped = more_allowed && may_be_skipped(line);
            if !(taken[a] || blank || skipped) {
                self.extra(line);
            }
        }
    }

    fn same(&mut self, line: &TableLine<'_>) {
        let text = self.actual_text(line);
        self.lines.push(DiffLine::Same(text));
    }

    fn extra(&mut self, line: &TableLine<'_>) {
        let text = self.actual_text(line);
        self.lines.push(DiffLine::Extra(text));
    }

    fn missing(&mut self, expected: usize) {
        let (span, line) = &self.expected[expected];
        let text = match line {
            ExpectedLine::Skip => "...".to_owned(),
            ExpectedLine::Text(pattern) => pattern.to_string(),
            ExpectedLine::TableHeader(cells) | ExpectedLine::TableRow(cells) => {
                self.row(&cells.iter().map(Pattern::to_string).collect::<Vec<_>>())
            }
        };
        let place = self.lab.place(*span);
        self.lines.push(DiffLine::Missing { text, place });
    }

    fn actual_text(&self, line: &TableLine<'_>) -> String {
        match line {
            TableLine::Text(text) => (*text).to_owned(),
            TableLine::Rule | TableLine::Continued => String::new(),
            TableLine::Header(cells) => self.row(cells),
            TableLine::Row(cells) => self.row(cells),
        }
    }

    /// The cells below each other.
    fn row(&self, cells: &[impl AsRef<str>]) -> String {
        let widths = self
            .widths
            .iter()
            .find(|widths| widths.len() == cells.len());
        let padded: Vec<String> = cells
            .iter()
            .enumerate()
            .map(|(column, cell)| {
                let width = widths.map_or(0, |widths| widths[column]);
                format!("{:width$}", shown(cell.as_ref()))
            })
            .collect();
        padded.join(" | ").trim_end().to_owned()
    }
}

/// A cell in one line.
fn shown(cell: &str) -> String {
    cell.replace('\n', "↵")
}

/// How wide the columns of the tables of both sides are, for each number of columns.
fn widths(expected: &[Wanted], actual: &[&TableLine<'_>]) -> Vec<Vec<usize>> {
    let mut widths: Vec<Vec<usize>> = Vec::new();
    let mut measure =
        |cells: Vec<usize>| match widths.iter_mut().find(|known| known.len() == cells.len()) {
            Some(known) => {
                for (width, cell) in known.iter_mut().zip(cells) {
                    *width = cell.max(*width);
                }
            }
            None => widths.push(cells),
        };
    let length = |cell: &str| shown(cell).chars().count();
    for (_, line) in expected {
        if let ExpectedLine::TableHeader(cells) | ExpectedLine::TableRow(cells) = line {
            measure(cells.iter().map(|cell| length(&cell.to_string())).collect());
        }
    }
    for line in actual {
        match line {
            TableLine::Header(cells) => measure(cells.iter().map(|cell| length(cell)).collect()),
            TableLine::Row(cells) => measure(cells.iter().map(|cell| length(cell)).collect()),
            _ => {}
        }
    }
    widths
}
