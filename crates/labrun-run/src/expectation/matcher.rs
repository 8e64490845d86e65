//! The whole of an output against the whole of an expectation: `...` skips, lines and rows without an order, and names
//! that must stand for the same value everywhere. Pure; backtracks, within a bound.

use std::collections::HashSet;

use labrun_model::{ExpectedLine, LineOrder, Span, TableLine};

use super::captures::Bindings;
use super::notice::{notice, shows};
use super::pattern::fits;

/// An expected line with its place.
pub(super) type Wanted = (Span, ExpectedLine);

/// Whether the lines fit; then the bindings are what the names stand for.
pub(super) fn matches(
    expected: &[Wanted],
    actual: &[TableLine<'_>],
    order: LineOrder,
    bindings: &mut Bindings,
) -> bool {
    let mut matcher = Matcher {
        expected,
        actual,
        order,
        first_skip: expected
            .iter()
            .position(|(_, line)| *line == ExpectedLine::Skip)
            .unwrap_or(expected.len()),
        bound_before: bindings.mark(),
        dead_ends: HashSet::new(),
        bindings,
        budget: Matcher::BUDGET,
    };
    match order {
        LineOrder::Any => matcher.unordered(),
        LineOrder::Given | LineOrder::RowsAny => matcher.from(0, 0),
    }
}

/// Whether one line fits on its own.
pub(super) fn line_fits(
    (span, expected): &Wanted,
    actual: &TableLine<'_>,
    bindings: &mut Bindings,
) -> bool {
    bindings.look_at(*span);
    match (expected, actual) {
        (ExpectedLine::Text(pattern), TableLine::Text(text)) => {
            notice(text).is_none_or(|word| shows(pattern, word)) && fits(pattern, text, bindings)
        }
        (ExpectedLine::TableHeader(patterns), TableLine::Header(cells)) => {
            cells_fit(patterns, cells, bindings)
        }
        (ExpectedLine::TableRow(patterns), TableLine::Row(cells)) => {
            cells_fit(patterns, cells, bindings)
        }
        _ => false,
    }
}

fn cells_fit(
    patterns: &[labrun_model::Pattern],
    cells: &[impl AsRef<str>],
    bindings: &mut Bindings,
) -> bool {
    let mark = bindings.mark();
    let mut pairs = patterns.iter().zip(cells);
    let fit = patterns.len() == cells.len()
        && pairs.all(|(pattern, cell)| fits(pattern, cell.as_ref(), bindings));
    if !fit {
        bindings.back_to(mark);
    }
    fit
}

/// Whether `...` may stand for the line: not for what PostgreSQL warns of.
pub(super) fn may_be_skipped(line: &TableLine<'_>) -> bool {
    !matches!(line, TableLine::Text(text) if notice(text).is_some())
}

struct Matcher<'a> {
    expected: &'a [Wanted],
    actual: &'a [TableLine<'a>],
    order: LineOrder,
    bindings: &'a mut Bindings,
    /// The first `...` of the page.
    first_skip: usize,
    /// How many names stood for something before the comparison.
    bound_before: usize,
    /// Where a later `...` ends and nothing behind it fits, with no more names bound than those.
    dead_ends: HashSet<(usize, usize)>,
    /// Comparisons left. A page that needs more is one that nobody can read either; it then counts as different.
    budget: u32,
}

/// Where a list of wanted lines goes on when each has found a line of its own.
#[derive(Clone, Copy)]
enum Rest {
    /// With the lines behind.
    Lines { expected: usize, actual: usize },
    /// With nothing; what is left over must be skipped, where anything may be.
    LeftOver { may_be: bool },
}

impl Matcher<'_> {
    const BUDGET: u32 = 5_000_000;

    /// Whether the expectation from one line on fits the output from another line on.
    fn from(&mut self, mut expected: usize, mut actual: usize) -> bool {
        let mark = self.bindings.mark();
        // A loop, because a page of many lines is no reason to run out of stack.
        let fit = loop {
            match self.expected.get(expected) {
                None => break actual == self.actual.len(),
                Some((_, ExpectedLine::Skip)) => break self.skip(expected, actual),
                Some((_, ExpectedLine::TableRow(_))) if self.order == LineOrder::RowsAny => {
                    break self.rows(expected, actual);
                }
                Some(_) if self.one(expected, actual) => {
                    (expected, actual) = (expected + 1, actual + 1);
                }
                Some(_) => break false,
            }
        };
        if !fit {
            self.bindings.back_to(mark);
        }
        fit
    }

    fn one(&mut self, expected: usize, actual: usize) -> bool {
        self.budget = self.budget.saturating_sub(1);
        match (self.expected.get(expected), self.actual.get(actual)) {
            (Some(line), Some(text)) if self.budget > 0 => line_fits(line, text, self.bindings),
            _ => false,
        }
    }

    /// `...`: any number of lines. As the last line it takes all.
    fn skip(&mut self, expected: usize, actual: usize) -> bool {
        let end = self.actual[actual..]
            .iter()
            .position(|line| !may_be_skipped(line))
            .map_or(self.actual.len(), |skipped| actual + skipped);
        if expected + 1 == self.expected.len() {
            return end == self.actual.len();
        }
        // Where nothing was bound on the way here, the way does not matter, and there are many through several `...`.
        let is_known = expected > self.first_skip && self.bindings.mark() == self.bound_before;
        (actual..=end).any(|from| {
            if self.budget == 0 || (is_known && self.dead_ends.contains(&(expected, from))) {
                return false;
            }
            let fit = self.from(expected + 1, from);
            if !fit && is_known && self.budget > 0 {
                self.dead_ends.insert((expected, from));
            }
            fit
        })
    }

    /// A block of rows whose order means nothing, a `...` among them standing for further rows.
    fn rows(&mut self, expected: usize, actual: usize) -> bool {
        let in_block =
            |(_, line): &&Wanted| matches!(line, ExpectedLine::TableRow(_) | ExpectedLine::Skip);
        let block_end = expected
            + self.expected[expected..]
                .iter()
                .take_while(in_block)
                .count();
        // A printed row of three dots reads as text, because on a page it would be no row.
        let is_row = |line: &&TableLine<'_>| match line {
            TableLine::Row(_) => true,
            TableLine::Text(text) => text.trim() == "...",
            _ => false,
        };
        let rows_end = actual + self.actual[actual..].iter().take_while(is_row).count();
        let block = expected..block_end;
        let wanted: Vec<usize> = block.clone().filter(|&at| !self.is_skip(at)).collect();
        let more_allowed = wanted.len() < block.len();
        let there = rows_end - actual;
        if there < wanted.len() || (there > wanted.len() && !more_allowed) {
            return false;
        }
        let mut free: Vec<usize> = (actual..rows_end).collect();
        // A `...` at the end of the rows may stand for what follows the table as well.
        let open_end = self.is_skip(block_end - 1);
        let rest = Rest::Lines {
            expected: block_end - usize::from(open_end),
            actual: rows_end,
        };
        self.assign(&wanted, &mut free, rest)
    }

    /// Every line anywhere. Blank lines say nothing where there is no order.
    fn unordered(&mut self) -> bool {
        let mut wanted: Vec<usize> = (0..self.expected.len())
            .filter(|&at| !self.is_skip(at) && !self.is_blank(at))
            .collect();
        let may_be = (0..self.expected.len()).any(|at| self.is_skip(at));
        // What leaves no choice first, so that a placeholder does not take another line's.
        wanted.sort_by_key(|&at| {
            let patterns = self.expected[at].1.patterns().iter();
            patterns.filter(|pattern| pattern.plain().is_none()).count()
        });
        let mut free: Vec<usize> = (0..self.actual.len())
            .filter(
                |&at| !matches!(self.actual[at], TableLine::Text(text) if text.trim().is_empty()),
            )
            .collect();
        self.assign(&wanted, &mut free, Rest::LeftOver { may_be })
    }

    fn is_skip(&self, expected: usize) -> bool {
        matches!(self.expected.get(expected), Some((_, ExpectedLine::Skip)))
    }

    fn is_blank(&self, expected: usize) -> bool {
        matches!(
            self.expected.get(expected),
            Some((_, ExpectedLine::Text(pattern))) if pattern.plain().is_some_and(|text| text.trim().is_empty())
        )
    }

    /// Finds a line of its own for each wanted line, such that the rest fits too.
    fn assign(&mut self, wanted: &[usize], free: &mut Vec<usize>, rest: Rest) -> bool {
        let mut wanted = wanted;
        let mut taken = Vec::new();
        // Those in which nothing varies have no choice: all lines that one of them fits are alike.
        let fit = loop {
            match wanted.split_first() {
                Some((&first, others)) if self.is_plain(first) => {
                    let Some(index) = (0..free.len()).find(|&at| self.one(first, free[at])) else {
                        break false;
                    };
                    taken.push((index, free.remove(index)));
                    wanted = others;
                }
                Some((&first, others)) => break self.choose(first, others, free, rest),
                None => break self.rest_fits(free, rest),
            }
        };
        if !fit {
            for (index, line) in taken.into_iter().rev() {
                free.insert(index, line);
            }
        }
        fit
    }

    fn choose(
        &mut self,
        first: usize,
        others: &[usize],
        free: &mut Vec<usize>,
        rest: Rest,
    ) -> bool {
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

    fn rest_fits(&mut self, free: &[usize], rest: Rest) -> bool {
        match rest {
            Rest::Lines { expected, actual } => self.from(expected, actual),
            Rest::LeftOver { may_be } => free
                .iter()
                .all(|&at| may_be && may_be_skipped(&self.actual[at])),
        }
    }

    fn is_plain(&self, expected: usize) -> bool {
        let line = self.expected.get(expected);
        line.is_some_and(|(_, line)| line.patterns().iter().all(|p| p.plain().is_some()))
    }
}
