//! Reading TOML with places: what a key holds, which keys are unknown, and where a fault stands in the author's file.

use std::ops::Range;

use labrun_model::{Diagnostic, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::codes;
use crate::nearest::suggest;

/// A value together with its place in the author's file.
pub(crate) type Placed<T> = (T, Span);

/// What every reading of a table needs: from a range of the TOML text to a place in the file, and where faults go.
pub(crate) struct Reader<'a> {
    place: &'a dyn Fn(Range<usize>) -> Span,
    /// What has been found wrong.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    /// A reader of a text whose ranges `place` turns into places.
    pub(crate) fn new(place: &'a dyn Fn(Range<usize>) -> Span) -> Self {
        Self {
            place,
            diagnostics: Vec::new(),
        }
    }

    /// The table that a text holds; `None` where it is no TOML.
    pub(crate) fn parse<'i>(&mut self, text: &'i str) -> Option<DeTable<'i>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let place = (self.place)(error.span().unwrap_or(0..0));
            let message = format!("this is not TOML: {}", error.message());
            let fault = Diagnostic::error(codes::BAD_TOML, place, message);
            if !self.diagnostics.contains(&fault) {
                self.diagnostics.push(fault);
            }
        }
        errors.is_empty().then(|| table.into_inner())
    }

    /// The place of a range of the TOML text.
    pub(crate) fn at(&self, range: Range<usize>) -> Span {
        (self.place)(range)
    }

    /// The place of a key or a value.
    pub(crate) fn span<T>(&self, value: &Spanned<T>) -> Span {
        (self.place)(value.span())
    }

    /// From a range of the TOML to the place in the author's file.
    pub(crate) fn place(&self, range: Range<usize>) -> Span {
        (self.place)(range)
    }

    /// Reports every key that is not one of `known`.
    pub(crate) fn check_keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        let otherwise = match known.len() {
            1 => "the only key is",
            _ => "the keys are",
        };
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let place = self.span(key);
                self.fault(
                    codes::UNKNOWN_KEY,
                    place,
                    format!("unknown key `{}`", name.escape_debug()),
                    &suggest(name, known, otherwise),
                );
            }
        }
    }

    /// The place of a key of a table.
    pub(crate) fn key_span(&self, table: &DeTable<'_>, key: &str) -> Option<Span> {
        let (key, _) = table.get_key_value(key)?;
        Some(self.span(key))
    }

    /// A string; anything else is reported and as good as absent.
    pub(crate) fn string(&mut self, table: &DeTable<'_>, key: &str) -> Option<Placed<String>> {
        let value = table.get(key)?;
        let place = self.span(value);
        match value.get_ref() {
            DeValue::String(text) => Some((text.to_string(), place)),
            other => {
                self.wrong_type(key, place, "a string", other);
                None
            }
        }
    }

    /// A string that is not blank.
    pub(crate) fn words(&mut self, table: &DeTable<'_>, key: &str) -> Option<Placed<String>> {
        let (text, place) = self.string(table, key)?;
        if text.trim().is_empty() {
            let message = format!("`{key}` is empty");
            self.fault(codes::BAD_VALUE, place, message, "write it out");
            return None;
        }
        Some((text, place))
    }

    /// True or false; anything else is reported and as good as absent.
    pub(crate) fn switch(&mut self, table: &DeTable<'_>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        let place = self.span(value);
        match value.get_ref() {
            DeValue::Boolean(is_on) => Some(*is_on),
            other => {
                self.wrong_type(key, place, "true or false", other);
                None
            }
        }
    }

    /// A whole number; anything else is reported and as good as absent.
    pub(crate) fn integer(&mut self, table: &DeTable<'_>, key: &str) -> Option<Placed<i64>> {
        let value = table.get(key)?;
        let place = self.span(value);
        let number = match value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        if number.is_none() {
            self.wrong_type(key, place, "a whole number", value.get_ref());
        }
        Some((number?, place))
    }

    /// An array of strings that are not blank, without those that are something else.
    pub(crate) fn list_of_words(&mut self, table: &DeTable<'_>, key: &str) -> Vec<String> {
        let placed = self.placed_words(table, key).into_iter();
        placed.map(|(text, _)| text).collect()
    }

    /// The same, each with its place.
    pub(crate) fn placed_words(&mut self, table: &DeTable<'_>, key: &str) -> Vec<Placed<String>> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(
                key,
                self.span(value),
                "an array of strings",
                value.get_ref(),
            );
            return Vec::new();
        };
        let mut words = Vec::new();
        for item in items.iter() {
            let place = self.span(item);
            match item.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => {
                    words.push((text.to_string(), place));
                }
                DeValue::String(_) => {
                    let message = format!("an entry of `{key}` is empty");
                    self.fault(
                        codes::BAD_VALUE,
                        place,
                        message,
                        "write it out, or remove it",
                    );
                }
                other => self.wrong_type(key, place, "an array of strings", other),
            }
        }
        words
    }

    /// A table inside a table.
    pub(crate) fn table<'t, 'i>(
        &mut self,
        table: &'t DeTable<'i>,
        key: &str,
    ) -> Option<&'t DeTable<'i>> {
        let value = table.get(key)?;
        let place = self.span(value);
        match value.get_ref() {
            DeValue::Table(inner) => Some(inner),
            other => {
                self.wrong_type(key, place, "a table", other);
                None
            }
        }
    }

    /// Reports a value that is not what the key takes.
    pub(crate) fn wrong_type(
        &mut self,
        key: &str,
        place: Span,
        expected: &str,
        value: &DeValue<'_>,
    ) {
        let kind = value.type_str();
        self.fault(
            codes::BAD_VALUE,
            place,
            format!("`{}` takes {expected}", key.escape_debug()),
            &format!("this is of the type {kind}"),
        );
    }

    /// Reports a fault.
    pub(crate) fn fault(&mut self, code: &'static str, span: Span, message: String, help: &str) {
        let fault = Diagnostic::error(code, span, message);
        self.diagnostics.push(fault.with_help(help));
    }
}
