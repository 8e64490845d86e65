//! Takes out of a text what belongs to the machine that made it: the names of the machine, of its user and of their
//! home, the run's own folder, and secrets.

/// What is taken out, and what stands in its place.
#[derive(Debug, Clone, Default)]
pub struct Mask {
    /// The longest first, so that a folder goes before a name in it.
    pairs: Vec<(String, String)>,
}

impl Mask {
    /// Nothing is taken out yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes out a name wherever it stands as a word of its own. Names of fewer than two characters stay: they are
    /// nobody's.
    pub fn hide(&mut self, name: &str, stands_for: &str) {
        if name.chars().count() < 2 || self.pairs.iter().any(|(known, _)| known == name) {
            return;
        }
        self.pairs.push((name.to_owned(), stands_for.to_owned()));
        self.pairs
            .sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    }

    /// The text without them.
    pub fn text(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        for (at, length, stands_for) in self.found(text).into_iter().rev() {
            masked.replace_range(at..at + length, stands_for);
        }
        masked
    }

    /// Where something is to be taken out: offset, length, and what stands in its place; in order, and apart.
    pub(crate) fn found<'a>(&'a self, text: &str) -> Vec<(usize, usize, &'a str)> {
        let mut found: Vec<(usize, usize, &str)> = Vec::new();
        for (name, stands_for) in &self.pairs {
            for (at, _) in text.match_indices(name.as_str()) {
                let end = at + name.len();
                let is_apart = |(start, length, _): &(usize, usize, &str)| {
                    end <= *start || start + length <= at
                };
                if is_word(text, at, end) && found.iter().all(is_apart) {
                    found.push((at, name.len(), stands_for));
                }
            }
        }
        found.sort_unstable();
        found
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

    proptest! {
        #[test]
        fn no_name_is_left(before in "[ -~]{0,9}", after in "[ -~]{0,9}") {
            let text = format!("{before} rani {after}/home/rani/ laptop.");
            let masked = mask().text(&text);
            prop_assert!(!masked.contains(" rani ") && !masked.contains("/home/rani/") && !masked.contains(" laptop."));
        }
    }
}
