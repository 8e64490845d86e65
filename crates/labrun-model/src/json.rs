//! Expected JSON, as resolved: a value whose strings are patterns, and in which parts may be left open.
//!
//! Reading the page's JSON is the parser's and comparing it the runner's; here is only what both speak of.

use crate::pattern::Pattern;
use crate::source::Span;

/// A value of the page's JSON with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonNode {
    /// Where the value stands in the chapter.
    pub span: Span,
    /// What must be there.
    pub value: JsonValue,
}

/// What must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonValue {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, by its value.
    Number(JsonNumber),
    /// A string. One that is nothing but a placeholder stands for any scalar of its type: a number, too.
    Text(Pattern),
    /// An array, in the page's order.
    Array(Vec<JsonItem>),
    /// An object, its keys in any order.
    Object {
        /// The keys that must be there.
        members: Vec<(String, JsonNode)>,
        /// Whether the key `"..."` allows others.
        is_open: bool,
    },
}

/// An element of an expected array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonItem {
    /// `"..."`: any number of elements, also none.
    Skip,
    /// One element.
    Value(JsonNode),
}

/// A number by its value: `1.0`, `1` and `10e-1` are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonNumber {
    is_negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: String,
    /// The power of ten by which the digits, read as a whole number, are multiplied.
    exponent: i64,
}

impl JsonNode {
    /// Every string with its place, in the order of the page.
    pub fn patterns(&self) -> Vec<(Span, &Pattern)> {
        match &self.value {
            JsonValue::Text(pattern) => vec![(self.span, pattern)],
            JsonValue::Array(items) => {
                let nodes = items.iter().filter_map(|item| match item {
                    JsonItem::Value(node) => Some(node),
                    JsonItem::Skip => None,
                });
                nodes.flat_map(Self::patterns).collect()
            }
            JsonValue::Object { members, .. } => members
                .iter()
                .flat_map(|(_, node)| node.patterns())
                .collect(),
            JsonValue::Null | JsonValue::Bool(_) | JsonValue::Number(_) => Vec::new(),
        }
    }
}

impl JsonNumber {
    /// Reads a number as JSON writes it; `None` where it is none, or has an exponent beyond all use.
    pub fn read(text: &str) -> Option<Self> {
        let (is_negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if whole.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits = all.trim_end_matches('0');
        let places = i64::try_from(fraction.len()).ok()?;
        let zeros = i64::try_from(all.len() - digits.len()).ok()?;
        let digits = digits.trim_start_matches('0').to_owned();
        let is_zero = digits.is_empty();
        Some(Self {
            is_negative: is_negative && !is_zero,
            exponent: if is_zero {
                0
            } else {
                i64::from(exponent) - places + zeros
            },
            digits,
        })
    }
}

impl std::fmt::Display for JsonNumber {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.is_negative { "-" } else { "" };
        let digits = if self.digits.is_empty() {
            "0"
        } else {
            &self.digits
        };
        match usize::try_from(self.exponent) {
            Ok(zeros) if zeros < 20 => write!(formatter, "{sign}{digits}{}", "0".repeat(zeros)),
            Err(_) if self.exponent > -20 => {
                let places = usize::try_from(-self.exponent).unwrap_or(0);
                let padded = format!("{digits:0>width$}", width = places + 1);
                let (whole, fraction) = padded.split_at(padded.len() - places);
                write!(formatter, "{sign}{whole}.{fraction}")
            }
            _ => write!(formatter, "{sign}{digits}e{}", self.exponent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_value() {
        let same = |one, other| {
            let read = (JsonNumber::read(one), JsonNumber::read(other));
            read.0.is_some() && read.0 == read.1
        };
        assert!(same("1", "1.0"));
        assert!(same("100", "1e2"));
        assert!(same("0.5", "5E-1"));
        assert!(same("-0", "0.00"));
        assert!(same("1000000000000000000001", "1000000000000000000001.0"));
        assert!(!same("1000000000000000000001", "1000000000000000000002"));
        assert!(!same("1", "-1"));
        assert!(!same("10", "1"));
        let shown = |text| JsonNumber::read(text).map(|number| number.to_string());
        for (text, number) in [
            ("1.50e2", "150"),
            ("-0.25", "-0.25"),
            ("0", "0"),
            ("12e40", "12e40"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(number));
        }
        assert_eq!(JsonNumber::read("x"), None);
        assert_eq!(JsonNumber::read(""), None);
        assert_eq!(JsonNumber::read("1e99999999999"), None);
    }
}
