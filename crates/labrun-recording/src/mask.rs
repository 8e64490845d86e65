//! Takes out of a text what belongs to the machine that made it: the names of the machine, of its user and of their
//! home, the run's own folder, and secrets.

use std::ops::Range;

use labrun_model::secret_forms;

/// What is taken out, and what stands in its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mask {
    /// The longest first, so that a folder goes before a name in it.
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    text: String,
    stand_in: String,
    /// Only where it is not a part of a longer word.
    whole_word: bool,
}

impl Mask {
    /// Nothing is taken out yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes out a name wherever it stands as a word of its own. Names of one character stay: they are nobody's.
    pub fn hide(&mut self, name: &str, stand_in: &str) {
        if name.chars().count() > 1 {
            self.add(name, stand_in, true);
        }
    }

    /// Takes out a text wherever it stands. A short one is taken out as a word only: a `y` that is typed somewhere must not
    /// eat every y.
    pub fn hide_everywhere(&mut self, text: &str, stand_in: &str) {
        const SHORT: usize = 4;
        self.add(text, stand_in, text.chars().count() < SHORT);
    }

    /// The text without them.
    pub fn text(&self, text: &str) -> String {
        self.part(text, 0..text.len(), &self.found(text))
    }

    /// Where something is to be taken out: in order, apart, and what stands in its place.
    pub(crate) fn found<'a>(&'a self, text: &str) -> Vec<(Range<usize>, &'a str)> {
        let mut found: Vec<(Range<usize>, &str)> = Vec::new();
        for rule in &self.rules {
            for (start, _) in text.match_indices(&rule.text) {
                let range = start..start + rule.text.len();
                let fits = !rule.whole_word || is_word(text, range.start, range.end);
                let overlaps = |(other, _): &(Range<usize>, &str)| {
                    other.start < range.end && range.start < other.end
                };
                if fits && !found.iter().any(overlaps) {
                    found.push((range, &rule.stand_in));
                }
            }
        }
        found.sort_by_key(|(range, _)| range.start);
        found
    }

    /// A part of a text without what was found. What goes stands for itself in the part in which it begins, and is gone from
    /// those behind.
    pub(crate) fn part(
        &self,
        whole: &str,
        part: Range<usize>,
        found: &[(Range<usize>, &str)],
    ) -> String {
        let mut kept = String::with_capacity(part.len());
        let mut at = part.start;
        // What was found is in order and apart, so that the ends are in order, too.
        let first = found.partition_point(|(range, _)| range.end <= part.start);
        let here = found[first..].iter();
        for (range, stand_in) in here.take_while(|(range, _)| range.start < part.end) {
            if range.start >= part.start {
                kept.push_str(&whole[at..range.start]);
                kept.push_str(stand_in);
            }
            at = range.end.min(part.end);
        }
        kept.push_str(&whole[at..part.end]);
        kept
    }

    /// Adds a text, also as it stands in JSON, in an address and in Base64.
    fn add(&mut self, text: &str, stand_in: &str, whole_word: bool) {
        for text in secret_forms(text) {
            if !text.is_empty() && self.rules.iter().all(|rule| rule.text != text) {
                self.rules.push(Rule {
                    text,
                    stand_in: stand_in.to_owned(),
                    whole_word,
                });
            }
        }
        self.rules
            .sort_by_key(|rule| std::cmp::Reverse(rule.text.len()));
    }
}

/// Whether a name at this place is not a part of a longer word.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let inner = |c: char| c.is_alphanumeric() || c == '_';
    let name = &text[start..end];
    let joins = |outside: Option<char>, edge: Option<char>| {
        outside.is_some_and(inner) && edge.is_some_and(inner)
    };
    !joins(text[..start].chars().next_back(), name.chars().next())
        && !joins(text[end..].chars().next(), name.chars().next_back())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mask() -> Mask {
        let mut mask = Mask::new();
        mask.hide("rani", "user");
        mask.hide("laptop", "host");
        mask.hide("/home/rani", "~");
        mask.hide("x", "never");
        mask
    }

    #[test]
    fn names_are_taken_out_as_words() {
        let masked = mask().text("rani@laptop:/home/rani$ ls -l x; berani, laptops\n-rw rani rani");
        assert_eq!(
            masked,
            "user@host:~$ ls -l x; berani, laptops\n-rw user user"
        );
    }

    #[test]
    fn a_secret_is_known_in_json_and_in_an_address() {
        let mut mask = Mask::new();
        mask.hide_everywhere("p\"a/ß@1", "***");
        assert_eq!(mask.text(r#"{"a": "p\"a/ß@1"}"#), r#"{"a": "***"}"#);
        assert_eq!(
            mask.text("postgres://u:p%22a%2F%C3%9F%401@h"),
            "postgres://u:***@h"
        );
    }

    #[test]
    fn a_short_secret_is_taken_out_as_a_word_only() {
        let mut mask = Mask::new();
        mask.hide_everywhere("y", "***");
        assert_eq!(mask.text("y yes y."), "*** yes ***.");
    }

    proptest! {
        #[test]
        fn no_name_is_left(before in "[ -~]{0,9}", after in "[ -~]{0,9}") {
            let text = format!("{before} rani {after}/home/rani/ laptop.");
            let masked = mask().text(&text);
            prop_assert!(!masked.contains(" rani ") && !masked.contains("/home/rani/") && !masked.contains(" laptop."));
        }
    }
}
