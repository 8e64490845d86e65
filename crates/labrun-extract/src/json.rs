//! Expected JSON, written as the page's JSON again: what is a pattern there is a pattern here.

use labrun_model::{JsonItem, JsonNode, JsonValue};

use crate::page::written;

/// The value over several lines.
pub(crate) fn json(root: &JsonNode) -> String {
    let mut text = String::new();
    push(&mut text, root, 0);
    text.push('\n');
    text
}

fn push(text: &mut String, node: &JsonNode, depth: usize) {
    match &node.value {
        JsonValue::Null => text.push_str("null"),
        JsonValue::Bool(value) => text.push_str(&value.to_string()),
        JsonValue::Number(number) => text.push_str(&number.to_string()),
        JsonValue::Text(pattern) => text.push_str(&string(&written(pattern))),
        JsonValue::Array(items) => {
            let parts = items.iter().map(|item| {
                let mut part = String::new();
                match item {
                    JsonItem::Skip => part.push_str("\"...\""),
                    JsonItem::Value(node) => push(&mut part, node, depth + 1),
                }
                part
            });
            list(text, ('[', ']'), &parts.collect::<Vec<_>>(), depth);
        }
        JsonValue::Object { members, is_open } => {
            let mut parts: Vec<String> = members
                .iter()
                .map(|(name, node)| {
                    let mut part = format!("{}: ", string(name));
                    push(&mut part, node, depth + 1);
                    part
                })
                .collect();
            parts.extend(is_open.then(|| "\"...\": \"...\"".to_owned()));
            list(text, ('{', '}'), &parts, depth);
        }
    }
}

fn list(text: &mut String, (open, close): (char, char), parts: &[String], depth: usize) {
    text.push(open);
    if !parts.is_empty() {
        let indent = "  ".repeat(depth + 1);
        let joined = parts.join(&format!(",\n{indent}"));
        text.push_str(&format!("\n{indent}{joined}\n{}", "  ".repeat(depth)));
    }
    text.push(close);
}

fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(character);
            }
            control if control.is_control() && u32::from(control) < 0x1_0000 => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
