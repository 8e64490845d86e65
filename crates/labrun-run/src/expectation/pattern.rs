//! One line or cell against one pattern, with the values that names already stand for. Pure.

use labrun_model::{Pattern, Piece, blank_end};
use regex_lite::Regex;

/// What the names of an expectation stand for so far, in the order in which they were bound.
#[derive(Debug, Clone, Default)]
pub(super) struct Bindings(Vec<(String, String)>);

impl Bindings {
    /// A point to come back to.
    pub(super) fn mark(&self) -> usize {
        self.0.len()
    }

    /// Forgets what was bound after a point.
    pub(super) fn back_to(&mut self, mark: usize) {
        self.0.truncate(mark);
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(bound, _)| bound == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Whether a text fits a pattern; binds its names when it does. Runs of blanks inside a line count as one, because
/// programs pad columns to the widest value; indentation counts as it is.
pub(super) fn fits(pattern: &Pattern, text: &str, bindings: &mut Bindings) -> bool {
    match pattern.pieces.as_slice() {
        [] => blank_end(text).is_empty(),
        [Piece::Text(expected)] => equal_but_for_padding(expected, text),
        pieces => fits_values(pieces, text, bindings),
    }
}

fn equal_but_for_padding(expected: &str, actual: &str) -> bool {
    let (expected, actual) = (blank_end(expected), blank_end(actual));
    expected == actual || squeeze(expected) == squeeze(actual)
}

/// The text with its indentation and one blank for each run of blanks inside.
fn squeeze(text: &str) -> String {
    let body = text.trim_start_matches([' ', '\t']);
    let mut squeezed = text[..text.len() - body.len()].to_owned();
    let mut blank = false;
    for character in blank_end(body).chars() {
        let is_blank = matches!(character, ' ' | '\t');
        if !is_blank {
            squeezed.push(character);
        } else if !blank {
            squeezed.push(' ');
        }
        blank = is_blank;
    }
    squeezed
}

/// Builds one regular expression from the pieces. A name that is bound already stands for its value, the others are
/// groups; a name that occurs twice in the line must have matched the same text both times.
fn fits_values(pieces: &[Piece], text: &str, bindings: &mut Bindings) -> bool {
    let mut expression = String::from("^");
    let mut names: Vec<&str> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(plain) => expression.push_str(&escaped(plain, expression.len() == 1)),
            Piece::Value(placeholder) => match bindings.value(&placeholder.name) {
                Some(value) if placeholder.binds() => expression.push_str(&escaped(value, false)),
                _ => {
                    expression.push_str(&format!(
                        "(?P<g{}>{})",
                        names.len(),
                        placeholder.kind.expression()
                    ));
                    names.push(if placeholder.binds() {
                        &placeholder.name
                    } else {
                        ""
                    });
                }
            },
        }
    }
    expression.push('$');
    let Ok(regex) = Regex::new(&expression) else {
        return false;
    };
    let squeezed = squeeze(text);
    let Some(captures) = regex.captures(&squeezed) else {
        return false;
    };
    let mark = bindings.mark();
    for (index, name) in names
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty())
    {
        let value = captures
            .name(&format!("g{index}"))
            .map_or("", |group| group.as_str());
        match bindings.value(name) {
            Some(bound) if bound != value => {
                bindings.back_to(mark);
                return false;
            }
            Some(_) => {}
            None => bindings.0.push(((*name).to_owned(), value.to_owned())),
        }
    }
    true
}

/// Plain text as an expression; runs of blanks inside stand for one blank, as in the squeezed text. At the beginning
/// of a line blanks are indentation, and stay.
fn escaped(plain: &str, begins_line: bool) -> String {
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
    regex_lite::escape(&kept)
}
