//! What a step's output must be, as resolved: lines and table rows made of plain text and typed placeholders, or JSON.
//!
//! The matching itself is the runner's; this is only the shape that parser, runner and extraction share.

use crate::json::JsonNode;
use crate::pattern::Pattern;
use crate::source::Span;

/// The expected output of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The fence or the lines of the chapter that say it.
    pub span: Span,
    /// What must be printed.
    pub output: ExpectedOutput,
}

/// What must be printed, and how it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedOutput {
    /// Lines of text and rows of tables.
    Lines {
        /// Which order counts.
        order: LineOrder,
        /// The lines with, for each, its span in the chapter.
        lines: Vec<(Span, ExpectedLine)>,
    },
    /// One JSON value, compared as a value; `None` where the page's own is none, and a diagnostic says so.
    Json(Option<JsonNode>),
}

/// Which order of an output's lines counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineOrder {
    /// That of the page, for rows as well: the typed text orders them.
    Given,
    /// That of the page, but the rows of a table come in any order: SQL promises none.
    RowsAny,
    /// None: the lines come in any order, headers and rows too.
    Any,
}

/// Whether the rows of a table must come in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOrder {
    /// The SQL orders its rows (`ORDER BY`), so the page's order is a promise.
    Given,
    /// SQL promises no order, so neither does the page.
    Any,
}

/// One line of an expectation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedLine {
    /// `...`: any number of lines, also none.
    Skip,
    /// One line of text; trailing blanks do not count.
    Text(Pattern),
    /// The header of a psql table, a cell for each column.
    TableHeader(Vec<Pattern>),
    /// A row of a psql table, a cell for each column.
    TableRow(Vec<Pattern>),
}

impl Expectation {
    /// The expected lines with their spans; none where the output is JSON.
    pub fn lines(&self) -> &[(Span, ExpectedLine)] {
        match &self.output {
            ExpectedOutput::Lines { lines, .. } => lines,
            ExpectedOutput::Json(_) => &[],
        }
    }

    /// Every pattern with the span of its line or its JSON string, in the order of the page.
    pub fn patterns(&self) -> Vec<(Span, &Pattern)> {
        match &self.output {
            ExpectedOutput::Lines { lines, .. } => lines
                .iter()
                .flat_map(|(span, line)| line.patterns().iter().map(|pattern| (*span, pattern)))
                .collect(),
            ExpectedOutput::Json(root) => root.iter().flat_map(JsonNode::patterns).collect(),
        }
    }
}

impl ExpectedLine {
    /// The text or the cells of the line; none where it only skips.
    pub fn patterns(&self) -> &[Pattern] {
        match self {
            Self::Skip => &[],
            Self::Text(pattern) => std::slice::from_ref(pattern),
            Self::TableHeader(cells) | Self::TableRow(cells) => cells,
        }
    }
}

impl From<RowOrder> for LineOrder {
    fn from(order: RowOrder) -> Self {
        match order {
            RowOrder::Given => Self::Given,
            RowOrder::Any => Self::RowsAny,
        }
    }
}
