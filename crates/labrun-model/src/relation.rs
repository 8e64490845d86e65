//! What must hold between captured values: two sides, each a sum of values, and a comparison between them.

use std::cmp::Ordering;

use crate::quantity::Quantity;
use crate::source::Span;
use crate::value::Placeholder;

/// `<after_lsn> - <before_lsn> < 1024`, as resolved: its types fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Where it stands in the chapter.
    pub span: Span,
    /// As the author wrote it.
    pub text: String,
    /// What is compared.
    pub left: Side,
    /// How.
    pub comparison: Comparison,
    /// With what.
    pub right: Side,
}

/// One side of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The value that it begins with.
    pub first: Term,
    /// What is added or taken away, in order.
    pub rest: Vec<(Sign, Term)>,
}

/// A value of a relation with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Where it stands in the chapter.
    pub span: Span,
    /// The value.
    pub operand: Operand,
}

/// Where a value of a relation comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// From an output or an answer of the lab.
    Captured(Placeholder),
    /// From the page.
    Literal(Quantity),
}

/// Adding or taking away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// `+`
    Plus,
    /// `-`
    Minus,
}

/// How two sides are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>` or `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Relation {
    /// Every value in it, from left to right.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.left.terms().chain(self.right.terms())
    }

    /// The captured values in it, from left to right, each with its place.
    pub fn captured(&self) -> impl Iterator<Item = (Span, &Placeholder)> {
        self.terms().filter_map(|term| match &term.operand {
            Operand::Captured(placeholder) => Some((term.span, placeholder)),
            Operand::Literal(_) => None,
        })
    }
}

impl Side {
    /// Every value in it, from left to right.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        std::iter::once(&self.first).chain(self.rest.iter().map(|(_, term)| term))
    }
}

impl Sign {
    /// The sign as it is written.
    pub fn symbol(self) -> char {
        match self {
            Self::Plus => '+',
            Self::Minus => '-',
        }
    }
}

impl Comparison {
    /// Every comparison as it is written, the longer ones first; the first of two is the usual one.
    pub const ALL: [(&'static str, Self); 7] = [
        ("<=", Self::LessOrEqual),
        (">=", Self::GreaterOrEqual),
        ("<>", Self::Unequal),
        ("!=", Self::Unequal),
        ("=", Self::Equal),
        ("<", Self::Less),
        (">", Self::Greater),
    ];

    /// The comparison as it is written.
    pub fn symbol(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, comparison)| *comparison == self)
            .map_or("", |(symbol, _)| symbol)
    }

    /// Whether it asks which of the two is the smaller one.
    pub fn needs_order(self) -> bool {
        !matches!(self, Self::Equal | Self::Unequal)
    }

    /// Whether two values in this order are as the comparison says.
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}
