//! What PostgreSQL says besides results: the WARNING and NOTICE lines that psql prints among them. Pure.

use labrun_model::{Pattern, Piece};

/// What to do about a message that the page does not show.
pub(crate) const HELP: &str = "show the line in the output on the page, or mend what it is about; `...` does not stand for it";

/// The words that a page must not pass over.
const WORDS: [&str; 2] = ["WARNING:  ", "NOTICE:  "];

/// The word by which a line is such a message. psql puts two blanks behind it, which other programs do not, and for a
/// file of commands its place before it.
pub(crate) fn notice(line: &str) -> Option<&'static str> {
    let message = match line.strip_prefix("psql:") {
        Some(placed) => placed
            .split_once(": ")
            .filter(|(place, _)| place.contains(':') && !place.contains(' '))
            .map_or(line, |(_, message)| message),
        None => line,
    };
    WORDS.into_iter().find(|word| message.starts_with(word))
}

/// The messages of an output.
pub(crate) fn notices(output: &str) -> Vec<String> {
    let lines = output.lines().filter(|line| notice(line).is_some());
    lines.map(str::to_owned).collect()
}

/// Whether a line of the page can show a message with this word: only one that begins with it.
pub(super) fn shows(pattern: &Pattern, word: &str) -> bool {
    match pattern.pieces.first() {
        Some(Piece::Text(text)) => text.contains(word.trim_end()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn psql_marks_its_messages() {
        assert!(notice("WARNING:  there is no transaction in progress").is_some());
        assert!(notice("psql:load.sql:3: NOTICE:  table exists").is_some());
        for other in [
            "WARNING: psql major version 15, server major version 17.",
            " WARNING:  in a table",
            "ERROR:  no",
            "psql: WARNING:  x",
            "",
        ] {
            assert!(notice(other).is_none(), "{other}");
        }
    }
}
