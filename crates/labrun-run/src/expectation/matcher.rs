//! The whole of an output against the whole of an expectation: `...` skips, rows without an order, and names that
//! must stand for the same value everywhere. Pure; backtracks, within a bound.

use labrun_model::{ExpectedLine, RowOrder, TableLine};

use super::pattern::{Bindings, fits};

/// Whether the lines fit.
pub(super) fn matches(
    expected: &[&ExpectedLine],
    actual: &[TableLine<'_>],
    order: RowOrder,
) -> bool {
    let mut matcher = Matcher {
        expected,
        actual,
        order,
        bindings: Bindings::default(),
        budget: Matcher::BUDGET,
    };
    matcher.from(0, 0)
}

/// Whether one line fits on its own.
pub(super) fn line_fits(
    expected: &ExpectedLine,
    actual: &TableLine<'_>,
    bindings: &mut Bindings,
) -> bool {
    match (expected, actual) {
        (ExpectedLine::Text(pattern), TableLine::Text(text)) => fits(pattern, text, bindings),
        (ExpectedLine::TableHeader(patterns), TableLine::Header(cells))
        | (ExpectedLine::TableRow(patterns), TableLine::Row(cells)) => {
            let mark = bindings.mark();
            let fit = patterns.len() == cells.len()
                && patterns
                    .iter()
                    .zip(cells)
                    .all(|(pattern, cell)| fits(pattern, cell, bindings));
            if !fit {
                bindings.back_to(mark);
            }
            fit
        }
        _ => false,
    }
}

struct Matcher<'a> {
    expected: &'a [&'a ExpectedLine],
    actual: &'a [TableLine<'a>],
    order: RowOrder,
    bindings: Bindings,
    /// Comparisons left. A page that needs more is one that nobody can read either; it then counts as different.
    budget: u32,
}

impl Matcher<'_> {
    const BUDGET: u32 = 5_000_000;

    /// Whether the expectation from one line on fits the output from another line on.
    fn from(&mut self, expected: usize, actual: usize) -> bool {
        match self.expected.get(expected) {
            None => actual == self.actual.len(),
            Some(ExpectedLine::Skip) => self.skip(expected, actual),
            Some(ExpectedLine::TableRow(_)) if self.order == RowOrder::Any => {
                self.rows(expected, actual)
            }
            Some(_) => {
                let mark = self.bindings.mark();
                let fit = self.one(expected, actual) && self.from(expected + 1, actual + 1);
                if !fit {
                    self.bindings.back_to(mark);
                }
                fit
            }
        }
    }

    fn one(&mut self, expected: usize, actual: usize) -> bool {
        self.budget = self.budget.saturating_sub(1);
        match (self.expected.get(expected), self.actual.get(actual)) {
            (Some(line), Some(text)) if self.budget > 0 => {
                line_fits(line, text, &mut self.bindings)
            }
            _ => false,
        }
    }

    /// `...`: any number of lines. As the last line it takes all.
    fn skip(&mut self, expected: usize, actual: usize) -> bool {
        if expected + 1 == self.expected.len() {
            return true;
        }
        (actual..=self.actual.len()).any(|from| self.budget > 0 && self.from(expected + 1, from))
    }

    /// A block of rows whose order means nothing, a `...` among them standing for further rows.
    fn rows(&mut self, expected: usize, actual: usize) -> bool {
        let in_block =
            |line: &&&ExpectedLine| matches!(line, ExpectedLine::TableRow(_) | ExpectedLine::Skip);
        let block_end = expected
            + self.expected[expected..]
                .iter()
                .take_while(in_block)
                .count();
        let is_row = |line: &&TableLine<'_>| matches!(line, TableLine::Row(_));
        let rows_end = actual + self.actual[actual..].iter().take_while(is_row).count();
        let block = expected..block_end;
        let wanted: Vec<usize> = block
            .clone()
            .filter(|&at| matches!(self.expected[at], ExpectedLine::TableRow(_)))
            .collect();
        let more_allowed = wanted.len() < block.len();
        let there = rows_end - actual;
        if there < wanted.len() || (there > wanted.len() && !more_allowed) {
            return false;
        }
        let mut free: Vec<usize> = (actual..rows_end).collect();
        // A `...` at the end of the rows may stand for what follows the table as well.
        let open_end = matches!(self.expected[block_end - 1], ExpectedLine::Skip);
        self.assign(
            &wanted,
            &mut free,
            (block_end - usize::from(open_end), rows_end),
        )
    }

    /// Finds a row of its own for each wanted row, such that the rest fits too.
    fn assign(&mut self, wanted: &[usize], free: &mut Vec<usize>, rest: (usize, usize)) -> bool {
        let Some((&first, others)) = wanted.split_first() else {
            return self.from(rest.0, rest.1);
        };
        for index in 0..free.len() {
            let mark = self.bindings.mark();
            if self.one(first, free[index]) {
                let taken = free.remove(index);
                if self.assign(others, free, rest) {
                    return true;
                }
                free.insert(index, taken);
            }
            self.bindings.back_to(mark);
            if self.budget == 0 {
                return false;
            }
        }
        false
    }
}
