//! The JSON that a step printed against the JSON of the page. Pure; backtracks where `"..."` leaves a choice.

use jsonc_parser::ast::{Array, Object, Value};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use labrun_model::{FailureKind, JsonItem, JsonNode, JsonNumber, JsonValue, Pattern, Piece, Span};

use super::captures::Bindings;
use super::pattern::fits_exactly;

/// What is wrong with an output, and the page's line to look at; no line, where the output is no JSON.
pub(super) type Fault = Box<(Option<Span>, FailureKind)>;

/// Compares an output as a whole with the page's value.
pub(super) fn compare_json(
    root: &JsonNode,
    output: &str,
    bindings: &mut Bindings,
) -> Result<(), Fault> {
    let none = |reason: String| Box::new((None, FailureKind::NotJson { reason }));
    let parsed = parse_to_ast(output, &CollectOptions::default(), &strict()).map_err(|error| {
        let (line, column) = (error.line_display(), error.column_display());
        let what = error.kind().to_string().to_lowercase();
        none(format!(
            "{what} at line {line}, column {column} of the output"
        ))
    })?;
    let value = parsed
        .value
        .ok_or_else(|| none("nothing was printed".to_owned()))?;
    let mut comparison = Comparison {
        output,
        bindings,
        budget: Comparison::BUDGET,
    };
    comparison
        .value(root, &value, "$")
        .map_err(|difference| difference.fault())
}

fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

struct Difference {
    span: Span,
    path: String,
    expected: String,
    actual: String,
}

impl Difference {
    fn fault(self) -> Fault {
        let kind = FailureKind::Json {
            path: self.path,
            expected: self.expected,
            actual: self.actual,
        };
        Box::new((Some(self.span), kind))
    }
}

struct Comparison<'a> {
    output: &'a str,
    bindings: &'a mut Bindings,
    /// Comparisons left; a page that needs more counts as different.
    budget: u32,
}

impl Comparison<'_> {
    const BUDGET: u32 = 1_000_000;

    fn value(
        &mut self,
        expected: &JsonNode,
        actual: &Value<'_>,
        path: &str,
    ) -> Result<(), Difference> {
        self.budget = self.budget.saturating_sub(1);
        let fit = match (&expected.value, actual) {
            (JsonValue::Array(items), Value::Array(array)) => {
                return self.array(expected.span, items, array, path);
            }
            (JsonValue::Object { members, is_open }, Value::Object(object)) => {
                return self.object(expected.span, (members, *is_open), object, path);
            }
            (JsonValue::Null, Value::NullKeyword(_)) => true,
            (JsonValue::Bool(wanted), Value::BooleanLit(literal)) => *wanted == literal.value,
            (JsonValue::Number(wanted), Value::NumberLit(literal)) => {
                JsonNumber::read(literal.value).as_ref() == Some(wanted)
            }
            (JsonValue::Text(pattern), actual) => self.text(expected.span, pattern, actual),
            _ => false,
        };
        if fit && self.budget > 0 {
            return Ok(());
        }
        Err(Difference {
            span: expected.span,
            path: path.to_owned(),
            expected: wanted(&expected.value),
            actual: self.shown(actual),
        })
    }

    fn text(&mut self, span: Span, pattern: &Pattern, actual: &Value<'_>) -> bool {
        self.bindings.look_at(span);
        let is_value = matches!(pattern.pieces.as_slice(), [Piece::Value(_)]);
        match actual {
            Value::StringLit(literal) => fits_exactly(pattern, &literal.value, self.bindings),
            Value::NumberLit(literal) if is_value => {
                fits_exactly(pattern, literal.value, self.bindings)
            }
            Value::BooleanLit(literal) if is_value => {
                fits_exactly(pattern, &literal.value.to_string(), self.bindings)
            }
            _ => false,
        }
    }

    fn object(
        &mut self,
        span: Span,
        (members, is_open): (&[(String, JsonNode)], bool),
        actual: &Object<'_>,
        path: &str,
    ) -> Result<(), Difference> {
        let difference = |span: Span, path: String, expected: String, actual: String| Difference {
            span,
            path,
            expected,
            actual,
        };
        for (name, node) in members {
            let path = format!("{path}{}", step(name));
            let mut found = actual
                .properties
                .iter()
                .filter(|property| property.name.as_str() == name);
            let Some(property) = found.next() else {
                return Err(difference(
                    node.span,
                    path,
                    wanted(&node.value),
                    "no such key".to_owned(),
                ));
            };
            if found.next().is_some() {
                let twice = "the key twice".to_owned();
                return Err(difference(node.span, path, wanted(&node.value), twice));
            }
            self.value(node, &property.value, &path)?;
        }
        let known = |name: &str| members.iter().any(|(known, _)| known == name);
        let further: Vec<String> = actual
            .properties
            .iter()
            .map(|property| property.name.as_str())
            .filter(|name| !known(name))
            .map(|name| format!("`{name}`"))
            .collect();
        if is_open || further.is_empty() {
            return Ok(());
        }
        Err(difference(
            span,
            path.to_owned(),
            "no further keys".to_owned(),
            further.join(", "),
        ))
    }

    fn array(
        &mut self,
        span: Span,
        items: &[JsonItem],
        actual: &Array<'_>,
        path: &str,
    ) -> Result<(), Difference> {
        self.items(span, items, &actual.elements, (path, 0))
    }

    /// The items against the elements, of which the first has the index `at`. Where a skip leaves a choice, the
    /// difference is that of the attempt which came furthest.
    fn items(
        &mut self,
        span: Span,
        items: &[JsonItem],
        actual: &[Value<'_>],
        (path, at): (&str, usize),
    ) -> Result<(), Difference> {
        let (mut items, mut actual, mut at) = (items, actual, at);
        // A loop, because a long array is no reason to run out of stack.
        loop {
            let Some((item, others)) = items.split_first() else {
                return match actual {
                    [] => Ok(()),
                    more => Err(Difference {
                        span,
                        path: path.to_owned(),
                        expected: number(at),
                        actual: number(at + more.len()),
                    }),
                };
            };
            let JsonItem::Value(node) = item else {
                return self.behind_skip(span, others, actual, (path, at));
            };
            let Some((element, rest)) = actual.split_first() else {
                return Err(Difference {
                    span: node.span,
                    path: format!("{path}[{at}]"),
                    expected: wanted(&node.value),
                    actual: format!("only {}", number(at)),
                });
            };
            self.value(node, element, &format!("{path}[{at}]"))?;
            (items, actual, at) = (others, rest, at + 1);
        }
    }

    /// The items behind a skip against some of the last elements.
    fn behind_skip(
        &mut self,
        span: Span,
        items: &[JsonItem],
        actual: &[Value<'_>],
        (path, at): (&str, usize),
    ) -> Result<(), Difference> {
        if items.is_empty() {
            return Ok(());
        }
        let mut first = None;
        for skipped in 0..=actual.len() {
            let mark = self.bindings.mark();
            let rest = actual.get(skipped..).unwrap_or_default();
            match self.items(span, items, rest, (path, at + skipped)) {
                Ok(()) => return Ok(()),
                Err(difference) => first = first.or(Some(difference)),
            }
            self.bindings.back_to(mark);
            if self.budget == 0 {
                break;
            }
        }
        let none = self.nowhere(items, path, actual).or(first);
        Err(none.unwrap_or(Difference {
            span,
            path: path.to_owned(),
            expected: number(items.len()),
            actual: number(actual.len()),
        }))
    }

    /// The element behind a skip that none of the elements fits, where there is one.
    fn nowhere(
        &mut self,
        others: &[JsonItem],
        path: &str,
        actual: &[Value<'_>],
    ) -> Option<Difference> {
        let node = others.iter().find_map(|item| match item {
            JsonItem::Value(node) => Some(node),
            JsonItem::Skip => None,
        })?;
        let mark = self.bindings.mark();
        let fits = actual.iter().any(|element| {
            let fits = self.value(node, element, path).is_ok();
            self.bindings.back_to(mark);
            fits
        });
        (!fits).then(|| Difference {
            span: node.span,
            path: format!("{path}[…]"),
            expected: wanted(&node.value),
            actual: "no such element".to_owned(),
        })
    }

    /// A value of the output, shortened.
    fn shown(&self, value: &Value<'_>) -> String {
        const LONGEST: usize = 60;
        let range = value.range();
        let text = self.output.get(range.start..range.end).unwrap_or_default();
        let text = match value {
            Value::Array(_) | Value::Object(_) => {
                let words: Vec<&str> = text.split_whitespace().collect();
                words.join(" ")
            }
            _ => text.to_owned(),
        };
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }
}

fn number(count: usize) -> String {
    match count {
        1 => "1 element".to_owned(),
        count => format!("{count} elements"),
    }
}

/// What the page says, in a few words.
fn wanted(value: &JsonValue) -> String {
    match value {
        JsonValue::Null => "null".to_owned(),
        JsonValue::Bool(value) => value.to_string(),
        JsonValue::Number(number) => number.to_string(),
        JsonValue::Text(pattern) => format!("\"{pattern}\""),
        JsonValue::Array(_) => "an array as on the page".to_owned(),
        JsonValue::Object { .. } => "an object as on the page".to_owned(),
    }
}

/// A key as a step of a path: `.state`, or `["a b"]` where it is no plain word.
fn step(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !name.is_empty()
        && name.chars().all(plain)
        && !name.starts_with(|c: char| c.is_ascii_digit())
    {
        format!(".{name}")
    } else {
        format!("[\"{}\"]", name.escape_debug())
    }
}
