//! `book.toml` as a text: where a key or a value stands in it. mdBook hands over values only, which have no place.

use std::path::Path;

use labrun_model::{SourceFile, Span};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// The text of a `book.toml`; empty where there is none.
#[derive(Debug)]
pub struct BookToml {
    file: SourceFile,
}

impl BookToml {
    /// A `book.toml` with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            file: SourceFile::new("book.toml", text),
        }
    }

    /// The one of the book in `root`.
    pub fn read(root: &Path) -> Self {
        Self::new(std::fs::read_to_string(root.join("book.toml")).unwrap_or_default())
    }

    /// The file, for messages.
    pub fn file(&self) -> &SourceFile {
        &self.file
    }

    /// The file alone.
    pub fn into_file(self) -> SourceFile {
        self.file
    }

    /// Whether the file itself says that a key is true.
    pub fn says_true(&self, keys: &[&str]) -> bool {
        self.find(keys, |_, found| {
            matches!(found.get_ref(), DeValue::Boolean(true)).then_some(())
        })
        .is_some()
    }

    /// Where a key stands.
    pub fn key(&self, keys: &[&str]) -> Option<Span> {
        self.find(keys, |key, _| Some(span(key.span())))
    }

    /// Where a string stands: as the value of the key, or in the list that is its value.
    pub fn value(&self, keys: &[&str], value: &str) -> Option<Span> {
        let is_wanted = |found: &Spanned<DeValue<'_>>| {
            let is_wanted = matches!(found.get_ref(), DeValue::String(text) if text == value);
            is_wanted.then(|| span(found.span()))
        };
        self.find(keys, |_, found| match found.get_ref() {
            DeValue::Array(values) => values.iter().find_map(is_wanted),
            _ => is_wanted(found),
        })
    }

    /// The strings of the list that is a key's value.
    pub fn list(&self, keys: &[&str]) -> Vec<String> {
        let list = self.find(keys, |_, found| {
            let DeValue::Array(values) = found.get_ref() else {
                return None;
            };
            let texts = values.iter().filter_map(|value| match value.get_ref() {
                DeValue::String(text) => Some(text.to_string()),
                _ => None,
            });
            Some(texts.collect())
        });
        list.unwrap_or_default()
    }

    fn find<T>(
        &self,
        keys: &[&str],
        look: impl Fn(&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>) -> Option<T>,
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
        let (key, value) = table.get_key_value(*last)?;
        look(key, value)
    }
}

fn span(range: std::ops::Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_and_a_value_have_their_places() {
        let toml = BookToml::new(
            "# \"a.css\"\n[build]\ncreate-missing = true\n[output.html]\ntheme = 't'\nadditional-css = [\"b.css\", \"a.css\"]\n",
        );
        let slice = |span: Span| (toml.file().line(span.start), toml.file().slice(span));
        let css = ["output", "html", "additional-css"];
        assert_eq!(toml.value(&css, "a.css").map(slice), Some((6, "\"a.css\"")));
        assert_eq!(toml.value(&css, "c.css"), None);
        assert_eq!(toml.list(&css), ["b.css", "a.css"]);
        assert_eq!(
            toml.value(&["output", "html", "theme"], "t").map(slice),
            Some((5, "'t'"))
        );
        assert_eq!(toml.key(&css).map(slice), Some((6, "additional-css")));
        assert_eq!(toml.key(&["build", "x"]), None);
        assert!(toml.says_true(&["build", "create-missing"]));
        assert!(!toml.says_true(&["output", "create-missing"]));
        assert!(!BookToml::new("x = [").says_true(&["x"]));
    }
}
