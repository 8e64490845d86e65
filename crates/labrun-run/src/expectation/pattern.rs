//! One line, cell or JSON string against one pattern, with the values that names already stand for. Pure.

use labrun_model::{Pattern, Piece, blank_end};

use super::captures::Bindings;

/// Whether a text fits a pattern; binds its names when it does. Runs of blanks inside a line count as one, because
/// programs pad columns to the widest value; indentation counts as it is.
pub(super) fn fits(pattern: &Pattern, text: &str, bindings: &mut Bindings) -> bool {
    match pattern.plain() {
        Some(expected) => equal_but_for_padding(expected, text),
        None => fits_values(&pattern.pieces, &squeeze(text), bindings, &squeezed_plain),
    }
}

/// Whether a text fits a pattern to the letter, blanks included.
pub(super) fn fits_exactly(pattern: &Pattern, text: &str, bindings: &mut Bindings) -> bool {
    match pattern.plain() {
        Some(expected) => expected == text,
        None => fits_values(&pattern.pieces, text, bindings, &|plain, _| {
            plain.to_owned()
        }),
    }
}

fn equal_but_for_padding(expected: &str, actual: &str) -> bool {
    let (expected, actual) = (blank_end(expected), blank_end(actual));
    expected == actual || squeeze(expected) == squeeze(actual)
}

/// The text with its indentation and one blank for each run of blanks inside.
fn squeeze(text: &str) -> String {
    squeezed_plain(blank_end(text), true)
}

/// Plain text with one blank for each run of blanks. At the beginning of a line blanks are indentation, and stay.
fn squeezed_plain(plain: &str, begins_line: bool) -> String {
    let body = if begins_line {
        plain.trim_start_matches([' ', '\t'])
    } else {
        plain
    };
    let mut kept = plain[..plain.len() - body.len()].to_owned();
    let mut blank = false;
    for character in body.chars() {
        let is_blank = matches!(character, ' ' | '\t');
        if !is_blank || !blank {
            kept.push(if is_blank { ' ' } else { character });
        }
        blank = is_blank;
    }
    kept
}

/// Builds one regular expression from the pieces. A name that is bound already stands for its value, the others are
/// groups; a name that occurs twice in the line must have matched the same text both times.
fn fits_values(
    pieces: &[Piece],
    text: &str,
    bindings: &mut Bindings,
    plainly: &dyn Fn(&str, bool) -> String,
) -> bool {
    let mut expression = String::from("^");
    let mut groups = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(plain) => {
                let plain = plainly(plain, expression.len() == 1);
                if expression.len() == 1 && !text.starts_with(&plain) {
                    return false;
                }
                expression.push_str(&regex_lite::escape(&plain));
            }
            Piece::Expression(written) => expression.push_str(&format!("(?:{written})")),
            Piece::Value(placeholder) => {
                if let Some(value) = bindings.value(placeholder) {
                    let value = plainly(value, false);
                    expression.push_str(&regex_lite::escape(&value));
                } else {
                    let group = groups.len();
                    let kind = placeholder.kind.expression();
                    expression.push_str(&format!("(?P<labrun{group}>{kind})"));
                    groups.push(placeholder);
                }
            }
        }
    }
    expression.push('$');
    let Some(regex) = bindings.regex(expression) else {
        return false;
    };
    let Some(captures) = regex.captures(text) else {
        return false;
    };
    let values: Vec<String> = (0..groups.len())
        .map(|group| {
            let found = captures.name(&format!("labrun{group}"));
            found.map_or_else(String::new, |found| found.as_str().to_owned())
        })
        .collect();
    let mark = bindings.mark();
    let bound = groups
        .iter()
        .zip(&values)
        .all(|(placeholder, value)| bindings.bind(placeholder, value));
    if !bound {
        bindings.back_to(mark);
    }
    bound
}
