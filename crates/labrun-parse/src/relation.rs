//! A relation between captured values, `<after_lsn> - <before_lsn> < 1024`: read, and its types held against each other.

use std::ops::Range;

use labrun_model::{
    Comparison, Diagnostic, Operand, Placeholder, Quantity, QuantityKind, Relation, Side, Sign,
    Span, Term, ValueKind,
};

use crate::codes;

type Place<'a> = &'a dyn Fn(Range<usize>) -> Span;
type Read<T> = Result<T, Box<Diagnostic>>;

/// Reads a relation; `place` says where a range of its text stands in the chapter.
pub(crate) fn relation(text: &str, place: Place<'_>) -> Read<Relation> {
    let mut reader = Reader { text, at: 0, place };
    let mut left = reader.side()?;
    let comparison = reader.comparison()?;
    let mut right = reader.side()?;
    reader.end()?;
    let whole = place(0..text.len());
    // A literal in quotes is what the other side is: text, where that is text.
    as_text(&mut left, &right);
    as_text(&mut right, &left);
    let kinds = (left.kind(place)?, right.kind(place)?);
    comparable(kinds, comparison, whole)?;
    Ok(Relation {
        span: whole,
        text: text.trim().to_owned(),
        left: left.side(place),
        comparison,
        right: right.side(place),
    })
}

/// A side while it is read.
struct DraftSide {
    first: DraftTerm,
    rest: Vec<(Sign, DraftTerm)>,
}

/// A value with its range in the text, and as it was written where it stood in quotes.
struct DraftTerm {
    range: Range<usize>,
    operand: Operand,
    quoted: Option<String>,
}

impl DraftTerm {
    fn kind(&self) -> QuantityKind {
        match &self.operand {
            Operand::Captured(placeholder) => QuantityKind::of(placeholder.kind),
            Operand::Literal(quantity) => kind_of(quantity),
        }
    }

    fn term(self, place: Place<'_>) -> Term {
        Term {
            span: place(self.range),
            operand: self.operand,
        }
    }
}

impl DraftSide {
    /// What the side is, once its sums are made.
    fn kind(&self, place: Place<'_>) -> Read<QuantityKind> {
        let mut kind = self.first.kind();
        for (sign, term) in &self.rest {
            let other = term.kind();
            kind = kind.combined(*sign, other).ok_or_else(|| {
                let verb = match sign {
                    Sign::Plus => "added to",
                    Sign::Minus => "taken from",
                };
                let message = format!("{} cannot be {verb} {}", other.words(), kind.words());
                let span = place(self.first.range.start..term.range.end);
                types(span, message, "of two positions, and of two moments, there is a difference; to a position comes a number of bytes, to a moment a length of time")
            })?;
        }
        Ok(kind)
    }

    fn side(self, place: Place<'_>) -> Side {
        Side {
            first: self.first.term(place),
            rest: self
                .rest
                .into_iter()
                .map(|(sign, term)| (sign, term.term(place)))
                .collect(),
        }
    }
}

fn as_text(side: &mut DraftSide, other: &DraftSide) {
    let other_is_text =
        other.rest.is_empty() && matches!(other.first.kind(), QuantityKind::Text(_));
    if let (true, true, Some(text)) = (other_is_text, side.rest.is_empty(), &side.first.quoted) {
        side.first.operand = Operand::Literal(Quantity::Text(text.clone()));
    }
}

fn comparable(
    (left, right): (QuantityKind, QuantityKind),
    comparison: Comparison,
    span: Span,
) -> Read<()> {
    if !left.equals(right) {
        let message = format!("{} is compared with {}", left.words(), right.words());
        return Err(types(
            span,
            message,
            "both sides of a relation are of the same type",
        ));
    }
    if comparison.needs_order() && !(left.is_ordered() && right.is_ordered()) {
        let message = format!(
            "{} is neither smaller nor greater than another",
            left.words()
        );
        return Err(types(span, message, "compare it with `=` or `<>`"));
    }
    Ok(())
}

fn kind_of(quantity: &Quantity) -> QuantityKind {
    match quantity {
        Quantity::Lsn(_) => QuantityKind::Lsn,
        Quantity::Int(_) => QuantityKind::Int,
        Quantity::Pid(_) => QuantityKind::Pid,
        Quantity::Timestamp { .. } => QuantityKind::Timestamp,
        Quantity::Duration(_) => QuantityKind::Duration,
        Quantity::Text(_) => QuantityKind::Text(ValueKind::Any),
    }
}

fn types(span: Span, message: String, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(codes::RELATION_TYPES, span, message).with_help(help))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    place: Place<'a>,
}

impl<'a> Reader<'a> {
    fn side(&mut self) -> Read<DraftSide> {
        let mut side = DraftSide {
            first: self.term()?,
            rest: Vec::new(),
        };
        loop {
            let sign = match self.rest().chars().next() {
                Some('+') => Sign::Plus,
                Some('-') => Sign::Minus,
                _ => return Ok(side),
            };
            self.at += 1;
            side.rest.push((sign, self.term()?));
        }
    }

    fn comparison(&mut self) -> Read<Comparison> {
        let rest = self.rest();
        let found = Comparison::ALL
            .iter()
            .find(|(symbol, _)| rest.starts_with(symbol));
        let Some((symbol, comparison)) = found else {
            return Err(self.fault("a comparison is expected here"));
        };
        self.at += symbol.len();
        Ok(*comparison)
    }

    fn end(&mut self) -> Read<()> {
        let rest = self.rest();
        if rest.is_empty() {
            return Ok(());
        }
        let again = Comparison::ALL
            .iter()
            .any(|(symbol, _)| rest.starts_with(symbol));
        Err(self.fault(if again {
            "a relation compares once; write two relations"
        } else {
            "the relation should end here"
        }))
    }

    fn term(&mut self) -> Read<DraftTerm> {
        let rest = self.rest();
        let start = self.at;
        let (length, operand, quoted) = if rest.starts_with('<') {
            let end = rest.find('>').unwrap_or(0);
            let Some(placeholder) = rest.get(1..end).and_then(Placeholder::parse) else {
                return Err(self.fault("a captured value is expected here, as `<sent_lsn>`"));
            };
            (end + 1, Operand::Captured(placeholder), None)
        } else if let Some(inside) = rest.strip_prefix('\'') {
            let Some(end) = inside.find('\'') else {
                return Err(self.fault("the quote is not closed"));
            };
            let text = &inside[..end];
            (
                end + 2,
                Operand::Literal(quoted_literal(text)),
                Some(text.to_owned()),
            )
        } else {
            let (length, quantity) =
                literal(rest).ok_or_else(|| self.fault("a value is expected here"))?;
            (length, Operand::Literal(quantity), None)
        };
        self.at += length;
        Ok(DraftTerm {
            range: start..self.at,
            operand,
            quoted,
        })
    }

    /// What is left, from the next character that is no blank.
    fn rest(&mut self) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed
    }

    fn fault(&self, message: &str) -> Box<Diagnostic> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.chars().next().map_or(0, char::len_utf8);
        let span = (self.place)(self.at..self.at + length);
        let fault = Diagnostic::error(codes::BAD_RELATION, span, message);
        Box::new(fault.with_help(
            "a relation is `VALUE - VALUE < VALUE` or `VALUE >= VALUE`; a value is a captured one such as `<sent_lsn>`, or `1024`, `16MB`, `0/3000148`, `5s`, `00:00:01.5`, or in quotes `'2026-11-22 10:00+00'` or any text",
        ))
    }
}

/// What a literal in quotes is by its looks; text, where it looks like nothing else.
fn quoted_literal(text: &str) -> Quantity {
    [
        QuantityKind::Timestamp,
        QuantityKind::Duration,
        QuantityKind::Lsn,
        QuantityKind::Int,
    ]
    .into_iter()
    .find_map(|kind| Quantity::read(kind, text))
    .unwrap_or_else(|| Quantity::Text(text.to_owned()))
}

/// A literal without quotes at the beginning of a text, and its length: a number, an amount of bytes, a position or a
/// length of time.
fn literal(text: &str) -> Option<(usize, Quantity)> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return None;
    }
    let sign = text.len() - unsigned.len();
    let word = |allowed: fn(char) -> bool| {
        let end = unsigned.find(|c: char| !allowed(c));
        sign + end.unwrap_or(unsigned.len())
    };
    let long = word(|c| c.is_alphanumeric() || matches!(c, '/' | ':' | '.'));
    let whole = &text[..long];
    if whole.contains(['/', ':']) {
        let kinds = [QuantityKind::Lsn, QuantityKind::Duration];
        return kinds
            .into_iter()
            .find_map(|kind| Some((long, Quantity::read(kind, whole)?)));
    }
    let number = word(|c| c.is_ascii_digit() || c == '.');
    let unit = text[number..].trim_start();
    let unit_end = unit
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(unit.len());
    let with_unit = text.len() - unit.len() + unit_end;
    if let Some(bytes) = bytes(&text[..number], &unit[..unit_end]) {
        return Some((if unit_end == 0 { number } else { with_unit }, bytes));
    }
    [(long, whole), (with_unit, &text[..with_unit])]
        .into_iter()
        .find_map(|(length, word)| Some((length, Quantity::read(QuantityKind::Duration, word)?)))
}

/// A whole number, or an amount of bytes in the units of PostgreSQL's settings.
fn bytes(number: &str, unit: &str) -> Option<Quantity> {
    let scale: i128 = match unit {
        "" | "B" => 1,
        "kB" => 1 << 10,
        "MB" => 1 << 20,
        "GB" => 1 << 30,
        "TB" => 1 << 40,
        _ => return None,
    };
    let number: i128 = number.parse().ok()?;
    number.checked_mul(scale).map(Quantity::Int)
}
