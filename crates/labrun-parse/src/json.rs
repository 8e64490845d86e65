//! A `json` fence as the JSON that a step must print: strings are patterns, `"..."` leaves the rest of an array or an
//! object open.

use std::ops::Range;

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use labrun_model::{
    Diagnostic, Expectation, ExpectedOutput, JsonItem, JsonNode, JsonNumber, JsonValue, Line,
    Pattern, SourceFile, Span,
};

use crate::codes;
use crate::expectation::text;
use crate::fences::{Fence, part};

const OPEN: &str = "...";

/// What a `json` fence promises.
pub(crate) fn json(
    source: &SourceFile,
    fence: &Fence,
    diagnostics: &mut Vec<Diagnostic>,
) -> Expectation {
    let text = text(&fence.lines);
    let mut reader = Reader {
        source,
        lines: &fence.lines,
        diagnostics,
    };
    let root = match parse_to_ast(&text, &CollectOptions::default(), &strict()) {
        Ok(parsed) => match &parsed.value {
            Some(value) => reader.node(value),
            None => {
                let message = "the fence holds no JSON".to_owned();
                reader.fault(
                    fence.opening,
                    message,
                    "write the value that the step prints",
                );
                None
            }
        },
        Err(error) => {
            let range = error.range();
            let place = reader.place(range.start..range.start);
            let message = format!(
                "this is not JSON: {}",
                error.kind().to_string().to_lowercase()
            );
            let help = "placeholders stand in strings, `\"<id>\"`; an element or a key `\"...\"` leaves the rest open";
            reader.fault(place, message, help);
            None
        }
    };
    Expectation {
        span: fence.span,
        output: ExpectedOutput::Json(root),
    }
}

/// JSON as its standard has it, nothing more.
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

struct Reader<'a> {
    source: &'a SourceFile,
    lines: &'a [Line],
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn node(&mut self, value: &Value<'_>) -> Option<JsonNode> {
        let range = value.range();
        let span = self.place(range.start..range.end);
        let value = match value {
            Value::NullKeyword(_) => JsonValue::Null,
            Value::BooleanLit(literal) => JsonValue::Bool(literal.value),
            Value::StringLit(literal) => JsonValue::Text(Pattern::parse(&literal.value)),
            Value::NumberLit(literal) => match JsonNumber::read(literal.value) {
                Some(number) => JsonValue::Number(number),
                None => {
                    let message = format!("the number {} is beyond all use", literal.value);
                    self.fault(span, message, "write it as a string with a placeholder");
                    return None;
                }
            },
            Value::Array(array) => {
                let items: Vec<_> = array.elements.iter().map(|item| self.item(item)).collect();
                JsonValue::Array(items.into_iter().collect::<Option<_>>()?)
            }
            Value::Object(object) => self.object(object)?,
        };
        Some(JsonNode { span, value })
    }

    fn item(&mut self, value: &Value<'_>) -> Option<JsonItem> {
        match value {
            Value::StringLit(literal) if literal.value == OPEN => Some(JsonItem::Skip),
            value => self.node(value).map(JsonItem::Value),
        }
    }

    fn object(&mut self, object: &Object<'_>) -> Option<JsonValue> {
        let mut members: Vec<(String, Option<JsonNode>)> = Vec::new();
        let mut is_open = false;
        for property in &object.properties {
            let name = property.name.as_str();
            let range = property.range;
            let repeated = members.iter().any(|(known, _)| known == name);
            if repeated || (is_open && name == OPEN) {
                let place = self.place(range.start..range.end);
                let message = format!("the key `{}` stands here twice", name.escape_debug());
                self.fault(place, message, "an object has each key once");
            } else if name == OPEN {
                is_open = true;
            } else {
                let node = self.node(&property.value);
                members.push((name.to_owned(), node));
            }
        }
        let members: Option<Vec<_>> = members
            .into_iter()
            .map(|(name, node)| Some((name, node?)))
            .collect();
        Some(JsonValue::Object {
            members: members?,
            is_open,
        })
    }

    fn fault(&mut self, span: Span, message: String, help: &str) {
        let fault = Diagnostic::error(codes::BAD_JSON, span, message);
        self.diagnostics.push(fault.with_help(help));
    }

    /// The place of a range of the joined lines.
    fn place(&self, range: Range<usize>) -> Span {
        let start = self.position(range.start);
        Span::new(start, self.position(range.end).max(start))
    }

    fn position(&self, offset: usize) -> usize {
        let mut begins = 0;
        for line in self.lines {
            let ends = begins + line.text.len();
            if offset <= ends {
                let within = offset - begins;
                return part(self.source, line, within..within).start;
            }
            begins = ends + 1;
        }
        self.lines.last().map_or(0, |line| line.span.end)
    }
}
