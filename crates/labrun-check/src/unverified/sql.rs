//! What statements do, as far as their words tell.

use labrun_model::{Language, Line, closes};

use super::Effect;
use crate::names::names;

/// Statements and psql commands that set something in the session, or bracket others. psql refuses what it does not
/// understand of them, and that is all that they promise.
const SETTINGS: [&str; 27] = [
    "set",
    "reset",
    "begin",
    "start",
    "commit",
    "rollback",
    "abort",
    "end",
    "savepoint",
    "release",
    "listen",
    "discard",
    "prepare",
    "\\a",
    "\\c",
    "\\cd",
    "\\connect",
    "\\encoding",
    "\\f",
    "\\pset",
    "\\set",
    "\\setenv",
    "\\t",
    "\\timing",
    "\\x",
    "\\q",
    "\\quit",
];

/// The effect of a step at psql, at the first line that has one.
pub(super) fn effects(lines: &[Line]) -> Vec<(usize, Effect)> {
    let first = lines
        .iter()
        .position(|line| {
            let text = line.text.trim();
            !text.is_empty() && !text.starts_with("--")
        })
        .unwrap_or(0);
    let kept: Vec<&str> = lines
        .iter()
        .map(|line| line.text.as_str())
        .filter(|line| !closes(Language::Sql, line))
        .collect();
    vec![(first, effect(&kept.join("\n")))]
}

/// The effect of a text that psql is given.
pub(super) fn effect(text: &str) -> Effect {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"));
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut firsts = text
        .split(';')
        .filter_map(|statement| statement.split_whitespace().next())
        .map(str::to_lowercase);
    if firsts.all(|first| is_setting(&first)) {
        Effect::Status
    } else if text.trim_start().starts_with('.') || labrun_parse::observes(&text) {
        Effect::Prints
    } else {
        Effect::Changes(names(&text))
    }
}

/// sqlite3's own commands begin with a dot; those that set something show nothing.
fn is_setting(first: &str) -> bool {
    const SHOWING: [&str; 7] = [
        ".tables",
        ".schema",
        ".databases",
        ".dump",
        ".indexes",
        ".show",
        ".fullschema",
    ];
    SETTINGS.contains(&first) || first.starts_with('.') && !SHOWING.contains(&first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_known_by_their_first_words() {
        assert_eq!(effect("SET a = 1; begin;"), Effect::Status);
        assert_eq!(effect("\\x"), Effect::Status);
        assert_eq!(effect(""), Effect::Status);
        assert_eq!(effect("SELECT 1;"), Effect::Prints);
        assert_eq!(effect("\\dt+"), Effect::Prints);
        assert_eq!(effect(".mode box"), Effect::Status);
        assert_eq!(effect(".tables"), Effect::Prints);
        assert_eq!(
            effect("INSERT INTO shop VALUES (1);"),
            Effect::Changes(names("shop"))
        );
        assert_eq!(
            effect("SELECT pg_reload_conf();"),
            Effect::Changes(names("pg_reload_conf"))
        );
    }
}
