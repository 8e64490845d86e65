//! The lines that the page shows as one output, written anew for what was printed. Pure.

use labrun_model::{
    Expectation, ExpectedLine, ExpectedOutput, LineOrder, Pattern, Span, TableLine, table_lines,
};

use crate::align::{Change, Fit, Kind, align, in_page_order};
use crate::line::{literal, merged, merged_row};

/// Which of the printed lines may come in another order than the page's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// None.
    Given,
    /// The rows of a table.
    Rows,
    /// All of them.
    Lines,
}

/// The order that counts for an expectation; `None` where it is no lines.
pub(crate) fn order(expectation: &Expectation) -> Option<Order> {
    match expectation.output {
        ExpectedOutput::Lines {
            order: LineOrder::Given,
            ..
        } => Some(Order::Given),
        ExpectedOutput::Lines {
            order: LineOrder::RowsAny,
            ..
        } => Some(Order::Rows),
        ExpectedOutput::Lines {
            order: LineOrder::Any,
            ..
        } => Some(Order::Lines),
        ExpectedOutput::Json(_) => None,
    }
}

/// The lines of the page from the first to the last that is shown, and those that were printed.
pub(crate) struct Output<'a> {
    page: Side<'a>,
    printed: Side<'a>,
    order: Order,
}

/// One side of the comparison, without the rules below tables.
struct Side<'a> {
    kinds: Vec<Kind>,
    lines: Vec<&'a str>,
    /// For each header, the rule below it; for others nothing.
    rules: Vec<Option<&'a str>>,
}

impl<'a> Side<'a> {
    fn of(lines: &[&'a str], is_page: bool) -> Self {
        let mut side = Self {
            kinds: Vec::new(),
            lines: Vec::new(),
            rules: Vec::new(),
        };
        for (read, line) in table_lines(lines).into_iter().zip(lines) {
            let kind = match read {
                TableLine::Text(text) if is_page && text.trim() == "..." => Kind::Skip,
                TableLine::Text(_) | TableLine::Continued => Kind::Text,
                TableLine::Header(_) => Kind::Header,
                TableLine::Row(_) => Kind::Row,
                TableLine::Rule => {
                    if let Some(rule) = side.rules.last_mut() {
                        *rule = Some(line);
                    }
                    continue;
                }
            };
            side.kinds.push(kind);
            side.lines.push(line);
            side.rules.push(None);
        }
        side
    }

    fn line(&self, index: usize) -> &'a str {
        self.lines.get(index).copied().unwrap_or("")
    }

    fn kind(&self, index: usize) -> Kind {
        self.kinds.get(index).copied().unwrap_or(Kind::Text)
    }

    /// The widths of the columns of the table that a row stands in.
    fn widths(&self, row: usize) -> Vec<usize> {
        let above = self.rules.iter().take(row).rev();
        let rule = above.flatten().next();
        rule.map_or_else(Vec::new, |rule| {
            rule.trim().split('+').map(str::len).collect()
        })
    }
}

impl<'a> Output<'a> {
    /// Both sides, without blank lines at their ends.
    pub(crate) fn new(page: &[&'a str], printed: &[&'a str], order: Order) -> Self {
        Self {
            page: Side::of(page, true),
            printed: Side::of(printed, false),
            order,
        }
    }

    /// What was printed, with nothing that varies.
    pub(crate) fn literal(&self) -> Vec<String> {
        (0..self.printed.lines.len())
            .flat_map(|index| self.added(index))
            .collect()
    }

    /// The lines of the page with as few changes as possible; `None` where there are too many lines to say.
    pub(crate) fn rewritten(&self) -> Option<Vec<String>> {
        let order = self.printed_order();
        let kinds: Vec<Kind> = order.iter().map(|&a| self.printed.kind(a)).collect();
        let at = |a: usize| order.get(a).copied().unwrap_or(a);
        let changes = align(&self.page.kinds, &kinds, &mut |p, a| self.fit(p, at(a)))?;
        let lines = changes.into_iter().flat_map(|change| match change {
            Change::Keep(p) => self.kept(p),
            Change::Rewrite(p, a) => self.changed(p, at(a)),
            Change::Add(a) => self.added(at(a)),
        });
        Some(lines.collect())
    }

    fn kept(&self, p: usize) -> Vec<String> {
        let rule = self.page.rules.get(p).copied().flatten();
        let lines = [Some(self.page.line(p)), rule];
        lines.into_iter().flatten().map(str::to_owned).collect()
    }

    fn added(&self, a: usize) -> Vec<String> {
        let rule = self.printed.rules.get(a).copied().flatten();
        let mut lines = vec![literal(self.printed.line(a))];
        lines.extend(rule.map(|rule| rule.trim_end().to_owned()));
        lines
    }

    fn changed(&self, p: usize, a: usize) -> Vec<String> {
        let (page, printed) = (self.page.line(p), self.printed.line(a));
        match self.page.kind(p) {
            Kind::Row => vec![merged_row(page, printed, &self.page.widths(p), &fits)],
            Kind::Header => self.added(a),
            Kind::Text | Kind::Skip => vec![merged(page, printed, &fits)],
        }
    }

    fn fit(&self, p: usize, a: usize) -> Fit {
        let (page, printed) = (self.page.line(p), self.printed.line(a));
        if !matches!(self.page.kind(p), Kind::Header | Kind::Row) {
            let words: Vec<&str> = page.split_whitespace().collect();
            return match fits(page, printed) {
                true => Fit::Whole,
                false if printed.split_whitespace().any(|word| words.contains(&word)) => Fit::Part,
                false => Fit::None,
            };
        }
        let (old, new): (Vec<&str>, Vec<&str>) =
            (page.split('|').collect(), printed.split('|').collect());
        let pairs = || {
            old.iter()
                .zip(&new)
                .map(|(old, new)| (old.trim(), new.trim()))
        };
        if old.len() == new.len() && pairs().all(|(old, new)| fits(old, new)) {
            Fit::Whole
        } else if pairs().any(|(old, new)| fits(old, new)) {
            Fit::Part
        } else {
            Fit::None
        }
    }

    /// The printed lines in the order in which they are compared: rows whose order means nothing come in the page's.
    fn printed_order(&self) -> Vec<usize> {
        let all: Vec<usize> = (0..self.printed.lines.len()).collect();
        let shown = |p: &usize| self.page.kind(*p) != Kind::Skip;
        let mut fit = |p, a| self.fit(p, a);
        match self.order {
            Order::Given => return all,
            Order::Lines => {
                let wanted: Vec<usize> = (0..self.page.lines.len()).filter(shown).collect();
                return in_page_order(&wanted, &all, &mut fit);
            }
            Order::Rows => {}
        }
        let mut ordered = Vec::with_capacity(all.len());
        let mut tables = blocks(&self.page.kinds).into_iter();
        for block in all.chunk_by(|one, other| self.printed.kind(*one) == self.printed.kind(*other))
        {
            let is_rows = block
                .first()
                .is_some_and(|a| self.printed.kind(*a) == Kind::Row);
            match is_rows.then(|| tables.next()).flatten() {
                Some(wanted) => {
                    ordered.extend(in_page_order(&wanted, block, &mut fit));
                }
                None => ordered.extend(block),
            }
        }
        ordered
    }
}

/// The rows of each table of the page.
fn blocks(kinds: &[Kind]) -> Vec<Vec<usize>> {
    let mut tables: Vec<Vec<usize>> = Vec::new();
    for (index, kind) in kinds.iter().enumerate() {
        match kind {
            Kind::Header => tables.push(Vec::new()),
            Kind::Row => tables
                .iter_mut()
                .last()
                .into_iter()
                .for_each(|rows| rows.push(index)),
            Kind::Text | Kind::Skip => {}
        }
    }
    tables
}

/// Whether a line or a cell as the page writes it stands for one that was printed.
fn fits(page: &str, printed: &str) -> bool {
    let expectation = Expectation {
        span: Span::default(),
        output: ExpectedOutput::Lines {
            order: LineOrder::Given,
            lines: vec![(Span::default(), ExpectedLine::Text(Pattern::parse(page)))],
        },
    };
    // A blank line is no output at all, and an expectation of nothing but a blank line is one of nothing.
    match (page.trim().is_empty(), printed.trim().is_empty()) {
        (false, false) => labrun_run::accepts(&expectation, printed),
        (page, printed) => page == printed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, printed: &str, order: Order, expected: &str) {
        let (page, printed): (Vec<&str>, Vec<&str>) =
            (page.lines().collect(), printed.lines().collect());
        let rewritten = Output::new(&page, &printed, order).rewritten().unwrap();
        assert_eq!(rewritten.join("\n"), expected);
    }

    #[test]
    fn lines_that_still_match_stay_as_written() {
        check(
            "started   <ts>\npid <int>\n...\nversion 16\ndone",
            "started 2026-11-22\npid 7\nx\ny\nversion 17\ndone",
            Order::Rows,
            "started   <ts>\npid <int>\n...\nversion 17\ndone",
        );
        check("a\n\nb", "a\n\nc", Order::Given, "a\n\nc");
        check("", "a", Order::Given, "a");
        check("a", "", Order::Given, "");
        check("x", "see <ip>", Order::Given, "see \\<ip>");
    }

    const TABLE: &str = " client_addr | state\n-------------+-------\n <ip>        | streaming\n 10.0.0.9    | x\n(2 rows)";

    #[test]
    fn rows_that_still_match_stay_as_written() {
        check(
            TABLE,
            " client_addr |   state\n-------------+-----------\n 10.0.0.9    | y\n 10.0.0.1    | streaming\n(2 rows)",
            Order::Rows,
            " client_addr | state\n-------------+-------\n <ip>        | streaming\n 10.0.0.9    | y\n(2 rows)",
        );
        check(
            TABLE,
            " client_addr |   state\n-------------+-----------\n 10.0.0.1    | catchup\n(1 row)",
            Order::Rows,
            " client_addr | state\n-------------+-------\n <ip>        | catchup\n(1 row)",
        );
    }

    #[test]
    fn lines_without_an_order_keep_the_page_order() {
        check("b\na", "a\nc\nb", Order::Lines, "b\na\nc");
        check("<int>\na", "a\nx", Order::Lines, "x\na");
    }

    #[test]
    fn another_header_brings_its_rule() {
        check(
            " a | b\n---+---\n 1 | 2\n(1 row)",
            " a | long\n---+------\n 1 |    2\n(1 row)",
            Order::Given,
            " a | long\n---+------\n 1 | 2\n(1 row)",
        );
        check(
            " a | b\n---+---\n 1 | 2\n(1 row)",
            " a | b | c\n---+---+---\n 1 | 2 | 3\n(1 row)",
            Order::Given,
            " a | b | c\n---+---+---\n 1 | 2 | 3\n(1 row)",
        );
    }
}
