//! `book.toml` as a text: where a value stands in it. What mdBook makes of the values is `mdbook`'s.

use labrun_model::{SourceFile, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::Fault;

/// The text of a `book.toml`; empty where there is none.
#[derive(Debug)]
pub(crate) struct BookToml {
    pub(crate) file: SourceFile,
}

impl BookToml {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            file: SourceFile::new("book.toml", text),
        }
    }

    /// A fault of a value below `keys`: where the value stands in the file, else of the file as a whole, since a value
    /// can also come from the environment.
    pub(crate) fn fault(
        &self,
        keys: &[&str],
        value: &str,
        code: &'static str,
        message: String,
        help: &str,
    ) -> Fault {
        match self.place(keys, value) {
            Some(span) => Fault::at(&self.file, span, code, message, help),
            None => Fault::of("book.toml, or the environment", code, message, help),
        }
    }

    /// Whether the file itself says that a key is true.
    pub(crate) fn says_true(&self, keys: &[&str]) -> bool {
        self.find(keys, |found| {
            matches!(found.get_ref(), DeValue::Boolean(true)).then_some(())
        })
        .is_some()
    }

    /// Where a string stands: as the value of the key, or in the list that is its value.
    fn place(&self, keys: &[&str], value: &str) -> Option<Span> {
        let is_wanted = |found: &Spanned<DeValue<'_>>| {
            let range = found.span();
            let is_wanted = matches!(found.get_ref(), DeValue::String(text) if text == value);
            is_wanted.then(|| Span::new(range.start, range.end))
        };
        self.find(keys, |found| match found.get_ref() {
            DeValue::Array(values) => values.iter().find_map(is_wanted),
            _ => is_wanted(found),
        })
    }

    fn find<T>(
        &self,
        keys: &[&str],
        look: impl Fn(&Spanned<DeValue<'_>>) -> Option<T>,
    ) -> Option<T> {
        let (table, _) = DeTable::parse_recoverable(self.file.text());
        let (last, tables) = keys.split_last()?;
        let mut table = table.get_ref();
        for key in tables {
            match table.get(*key)?.get_ref() {
                DeValue::Table(inner) => table = inner,
                _ => return None,
            }
        }
        look(table.get(*last)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_its_place_in_the_file() {
        let toml = BookToml::new(
            "# \"a.css\"\n[build]\ncreate-missing = true\n[output.html]\ntheme = 't'\nadditional-css = [\"b.css\", \"a.css\"]\n",
        );
        let keys = ["output", "html", "additional-css"];
        let fault = toml.fault(&keys, "a.css", "x", "m".to_owned(), "h");
        assert!(
            fault.drawn().contains("book.toml:6:28"),
            "{}",
            fault.drawn()
        );
        let fault = toml.fault(&["output", "html", "theme"], "t", "x", "m".to_owned(), "h");
        assert!(fault.drawn().contains("book.toml:5:9"), "{}", fault.drawn());
        let fault = toml.fault(&keys, "c.css", "x", "m".to_owned(), "h");
        assert!(fault.drawn().contains("environment"), "{}", fault.drawn());
        assert!(toml.says_true(&["build", "create-missing"]));
        assert!(
            !toml.says_true(&["output", "create-missing"])
                && !BookToml::new("x = [").says_true(&["x"])
        );
    }
}
