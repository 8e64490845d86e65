//! What lines typed at Python do, as far as their words tell.

use labrun_model::{Language, Line, closes};

use super::Effect;
use crate::names::names;

/// Words that begin what Python does in silence or not at all: a name that is wrong, or a module that is missing, raises.
const SILENT: [&str; 12] = [
    "import", "from", "def", "class", "if", "else:", "for", "while", "with", "try:", "except",
    "return",
];

/// The effect of a step at Python, at the first line that has one.
pub(super) fn effects(lines: &[Line]) -> Vec<(usize, Effect)> {
    let typed = lines.iter().enumerate();
    let effects = typed.map(|(index, line)| (index, effect(&line.text)));
    effects
        .filter(|(_, effect)| *effect != Effect::Status)
        .collect()
}

fn effect(line: &str) -> Effect {
    let first = line.split_whitespace().next().unwrap_or("");
    let belongs_to_above = line.starts_with([' ', '\t']);
    let is_silent = first.is_empty()
        || first.starts_with(['#', '@', ')', ']', '}'])
        || SILENT.contains(&first)
        || is_assignment(line)
        || closes(Language::Python, line);
    if belongs_to_above || is_silent {
        Effect::Status
    } else if line.contains('.') && line.contains('(') && !line.starts_with("print") {
        Effect::Changes(names(line))
    } else {
        Effect::Prints
    }
}

fn is_assignment(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, value)| {
        !value.starts_with('=')
            && !name.trim().is_empty()
            && name.chars().all(|c| {
                c.is_alphanumeric()
                    || matches!(
                        c,
                        '_' | ' ' | ',' | '.' | '[' | ']' | '"' | '\'' | '+' | ':'
                    )
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_prints_and_a_call_may_change() {
        for line in [
            "",
            "import os",
            "a = 1",
            "a['x'] = f(2)",
            "  return x",
            "exit()",
            "# a",
            "x += 1",
        ] {
            assert_eq!(effect(line), Effect::Status, "{line}");
        }
        for line in ["1 + 1", "print(a)", "a == 1", "len(a)"] {
            assert_eq!(effect(line), Effect::Prints, "{line}");
        }
        assert_eq!(
            effect("orders.append(3)"),
            Effect::Changes(names("orders.append"))
        );
    }
}
