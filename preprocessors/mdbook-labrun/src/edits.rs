//! Changes to a text, collected by byte spans of the original and made all at once. What no edit names stays as it is.

use labrun_model::Span;

/// Changes to one text.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    edits: Vec<(Span, String)>,
}

impl Edits {
    /// Puts a text in the place of a span. Spans must not overlap.
    pub(crate) fn replace(&mut self, span: Span, text: impl Into<String>) {
        self.edits.push((span, text.into()));
    }

    /// Puts a text before the byte at an offset. Of several at one offset the first comes first.
    pub(crate) fn insert(&mut self, offset: usize, text: impl Into<String>) {
        self.replace(Span::new(offset, offset), text);
    }

    /// The text with every change. A span that does not lie on character boundaries, or in another, is left out.
    pub(crate) fn apply(mut self, text: &str) -> String {
        self.edits.sort_by_key(|(span, _)| *span);
        let mut result = String::with_capacity(text.len() * 2);
        let mut done = 0;
        for (span, new) in self.edits {
            let (Some(kept), Some(_)) =
                (text.get(done..span.start), text.get(span.start..span.end))
            else {
                continue;
            };
            result.push_str(kept);
            result.push_str(&new);
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
        edits.insert(3, "]");
        edits.replace(Span::new(1, 2), "X");
        edits.insert(0, "[");
        edits.insert(0, "(");
        assert_eq!(edits.apply("abc"), "[(aXc]");
        assert_eq!(Edits::default().apply("äöü"), "äöü");
    }

    #[test]
    fn an_impossible_edit_is_left_out() {
        let mut edits = Edits::default();
        edits.replace(Span::new(0, 3), "x");
        edits.replace(Span::new(1, 4), "y");
        edits.insert(99, "z");
        assert_eq!(edits.apply("abcdef"), "xdef");
        let mut edits = Edits::default();
        edits.insert(1, "z");
        assert_eq!(edits.apply("ä"), "ä");
    }
}
