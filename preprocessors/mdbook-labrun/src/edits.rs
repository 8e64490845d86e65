//! Changes to a text, collected by byte spans of the original and made all at once. What no edit names stays as it is.

use std::ops::Range;

use labrun_model::Span;

/// Changes to one text.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    /// What is put in, one behind the other.
    new: String,
    /// Each change: the place in the original, and the part of what is put in.
    edits: Vec<(Span, Range<usize>)>,
}

impl Edits {
    /// Puts a text, given in pieces, in the place of a span. Spans must not overlap; of several empty ones at one offset the
    /// first comes first.
    pub(crate) fn replace(&mut self, span: Span, pieces: &[&str]) {
        let start = self.new.len();
        for piece in pieces {
            self.new.push_str(piece);
        }
        self.edits.push((span, start..self.new.len()));
    }

    /// The text with every change. A span that does not lie on character boundaries, or in another, is left out.
    pub(crate) fn apply(mut self, text: &str) -> String {
        self.edits.sort_by_key(|(span, _)| *span);
        let mut result = String::with_capacity(text.len() + self.new.len());
        let mut done = 0;
        for (span, new) in self.edits {
            let (Some(kept), Some(_)) =
                (text.get(done..span.start), text.get(span.start..span.end))
            else {
                continue;
            };
            result.push_str(kept);
            result.push_str(self.new.get(new).unwrap_or_default());
            done = span.end;
        }
        result.push_str(text.get(done..).unwrap_or(""));
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_in_the_order_of_the_text() {
        let mut edits = Edits::default();
        edits.replace(Span::new(3, 3), &["]"]);
        edits.replace(Span::new(1, 2), &["X"]);
        edits.replace(Span::new(0, 0), &["["]);
        edits.replace(Span::new(0, 0), &["("]);
        assert_eq!(edits.apply("abc"), "[(aXc]");
        assert_eq!(Edits::default().apply("äöü"), "äöü");
    }

    #[test]
    fn an_impossible_edit_is_left_out() {
        let mut edits = Edits::default();
        edits.replace(Span::new(0, 3), &["x"]);
        edits.replace(Span::new(1, 4), &["y"]);
        edits.replace(Span::new(99, 99), &["z"]);
        assert_eq!(edits.apply("abcdef"), "xdef");
        let mut edits = Edits::default();
        edits.replace(Span::new(1, 1), &["z"]);
        assert_eq!(edits.apply("ä"), "ä");
    }
}
