//! The info string of a fence as its author wrote it: a language, bare words and `key=value` pairs, each with its
//! place. What they mean is decided elsewhere.
//!
//! The text is lexed as it stands in the file, not as Markdown unescapes it, so that a backslash is a backslash.

use labrun_model::{Diagnostic, SourceFile, Span};

use crate::codes;

/// A word of an info string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its text; that of a quoted value is without quotes and escapes.
    pub text: String,
    /// Where it stands; that of a quoted value is without the quotes.
    pub span: Span,
}

/// `key=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// What stands before the `=`.
    pub key: Word,
    /// What stands behind it.
    pub value: Word,
}

/// What stands behind the language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attributes {
    /// The words without a value, such as `show`.
    pub words: Vec<Word>,
    /// The words with a value.
    pub pairs: Vec<Pair>,
}

/// The first word of an info string, empty where that is no bare word, and its place.
pub(crate) fn language(source: &SourceFile, info: Span) -> (String, Span) {
    let text = source.slice(info);
    let end = text.find(is_separator).unwrap_or(text.len());
    let word = text.get(..end).filter(|word| !word.contains(['=', '"']));
    let word = word.unwrap_or("");
    (
        word.to_owned(),
        Span::new(info.start, info.start + word.len()),
    )
}

/// Reads what stands in `info` behind `language`, and reports what cannot be read.
pub(crate) fn lex(
    source: &SourceFile,
    info: Span,
    language: Span,
    diagnostics: &mut Vec<Diagnostic>,
) -> Attributes {
    let mut lexer = Lexer {
        rest: source.slice(Span::new(language.end, info.end)),
        offset: language.end,
        diagnostics,
    };
    let mut attributes = Attributes::default();
    while lexer.skip_separators() {
        lexer.entry(&mut attributes);
    }
    attributes
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || character == ','
}

struct Lexer<'a> {
    rest: &'a str,
    offset: usize,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Lexer<'a> {
    /// Goes to the next entry; false at the end.
    fn skip_separators(&mut self) -> bool {
        self.taken(is_separator);
        !self.rest.is_empty()
    }

    fn entry(&mut self, attributes: &mut Attributes) {
        let key = self.take_while(|c| !is_separator(c) && !matches!(c, '=' | '"'));
        if self.rest.starts_with('"') {
            let span = self.stray_quotes(key.span);
            self.fault(
                span,
                "a quote stands where a word or `key=` is expected",
                "quotes stand around a value: `answer=\"two words\"`",
            );
            return;
        }
        if !self.take_char('=') {
            attributes.words.push(key);
            return;
        }
        let Some(value) = self.value(&key) else {
            return;
        };
        if key.text.is_empty() {
            self.fault(value.span, "a value without a key", "write `key=value`");
        } else {
            attributes.pairs.push(Pair { key, value });
        }
    }

    /// Takes what stands in quotes, and what touches them, as one place.
    fn stray_quotes(&mut self, key: Span) -> Span {
        self.take_char('"');
        self.take_while(|c| c != '"');
        self.take_while(|c| !is_separator(c));
        Span::new(key.start, self.offset)
    }

    fn value(&mut self, key: &Word) -> Option<Word> {
        if self.rest.starts_with('"') {
            return self.quoted_value();
        }
        let value = self.take_while(|c| !is_separator(c));
        if value.text.is_empty() {
            let place = Span::new(key.span.start, value.span.end);
            let message = format!("`{}=` has no value", key.text);
            self.fault(place, &message, "the value follows without a blank");
            return None;
        }
        if value.text.contains('"') {
            self.fault(
                value.span,
                "a quote inside a value that is not quoted",
                "put the whole value in quotes and a backslash before a quote in it",
            );
            return None;
        }
        Some(value)
    }

    fn quoted_value(&mut self) -> Option<Word> {
        let opening = self.offset;
        self.take_char('"');
        let start = self.offset;
        let mut text = String::new();
        loop {
            text.push_str(self.taken(|c| !matches!(c, '"' | '\\')).0);
            let end = self.offset;
            if self.take_char('"') {
                self.end_of_entry();
                let span = Span::new(start, end);
                return Some(Word { text, span });
            }
            if !self.take_char('\\') {
                let place = Span::new(opening, end);
                self.fault(place, "the quote is not closed", "close it with `\"`");
                return None;
            }
            self.escape(&mut text);
        }
    }

    fn escape(&mut self, text: &mut String) {
        let backslash = self.offset - 1;
        if self.take_char('"') {
            text.push('"');
        } else if self.take_char('\\') {
            text.push('\\');
        } else {
            let place = Span::new(backslash, self.offset);
            self.fault(
                place,
                "a backslash in quotes stands before a quote or another backslash only",
                "write `\\\\` for a backslash",
            );
        }
    }

    /// Behind a closing quote an entry must end.
    fn end_of_entry(&mut self) {
        let extra = self.take_while(|c| !is_separator(c));
        if !extra.text.is_empty() {
            self.fault(
                extra.span,
                "a blank is missing behind the closing quote",
                "put a backslash before a quote that belongs to the value",
            );
        }
    }

    fn take_while(&mut self, matches: impl Fn(char) -> bool) -> Word {
        let (text, span) = self.taken(matches);
        Word {
            text: text.to_owned(),
            span,
        }
    }

    fn taken(&mut self, matches: impl Fn(char) -> bool) -> (&'a str, Span) {
        let end = self.rest.find(|c| !matches(c)).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        let span = Span::new(self.offset, self.offset + end);
        self.rest = rest;
        self.offset = span.end;
        (text, span)
    }

    fn take_char(&mut self, character: char) -> bool {
        let Some(rest) = self.rest.strip_prefix(character) else {
            return false;
        };
        self.rest = rest;
        self.offset += character.len_utf8();
        true
    }

    fn fault(&mut self, span: Span, message: &str, help: &str) {
        let fault = Diagnostic::error(codes::BAD_INFO_STRING, span, message).with_help(help);
        self.diagnostics.push(fault);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws the language, the words and the pairs with the text under their spans, then the faults.
    #[track_caller]
    fn check(info: &str, expected: &[&str]) {
        let source = SourceFile::new("a.md", format!("```{info}"));
        let whole = Span::new(3, 3 + info.len());
        let (language, span) = language(&source, whole);
        assert_eq!(source.slice(span), language);
        let mut faults = Vec::new();
        let attributes = lex(&source, whole, span, &mut faults);
        let mut drawn = vec![language];
        for word in attributes.words {
            assert_eq!(source.slice(word.span), word.text);
            drawn.push(word.text);
        }
        for Pair { key, value } in attributes.pairs {
            assert_eq!(source.slice(key.span), key.text);
            drawn.push(format!(
                "{}={}:{}",
                key.text,
                source.slice(value.span),
                value.text
            ));
        }
        for fault in faults {
            drawn.push(format!("!{} {}", source.slice(fault.span), fault.message));
        }
        assert_eq!(drawn, expected);
    }

    #[test]
    fn blanks_and_commas_part_the_entries() {
        check("", &[""]);
        check("sh", &["sh"]);
        check("sh,show", &["sh", "show"]);
        check("sh , a=1,b=2\tshow", &["sh", "show", "a=1:1", "b=2:2"]);
        check("file=a/b.yml", &["", "file=a/b.yml:a/b.yml"]);
        check("größe k=é→", &["größe", "k=é→:é→"]);
    }

    #[test]
    fn a_quoted_value_may_hold_anything() {
        check("sh a=\"b, c=d\" e=f", &["sh", "a=b, c=d:b, c=d", "e=f:f"]);
        check(r#"sh a="\"\\""#, &["sh", r#"a=\"\\:"\"#]);
        check("sh a=\"\"", &["sh", "a=:"]);
        check("sh a=b=c", &["sh", "a=b=c:b=c"]);
    }

    #[test]
    fn what_cannot_be_read_is_reported_and_the_rest_is_read() {
        check("sh a= b=1", &["sh", "b=1:1", "!a= `a=` has no value"]);
        check("sh =1", &["sh", "!1 a value without a key"]);
        check("sh a=\"b c", &["sh", "!\"b c the quote is not closed"]);
        check(
            "sh \"a b\" c=1",
            &[
                "sh",
                "c=1:1",
                "!\"a b\" a quote stands where a word or `key=` is expected",
            ],
        );
        check(
            "sh a=b\"c\"",
            &["sh", "!b\"c\" a quote inside a value that is not quoted"],
        );
        check(
            "sh a=\"b\"c d",
            &[
                "sh",
                "d",
                "a=b:b",
                "!c a blank is missing behind the closing quote",
            ],
        );
        check(
            r#"sh a="\n""#,
            &[
                "sh",
                r"a=\n:n",
                r"!\ a backslash in quotes stands before a quote or another backslash only",
            ],
        );
    }
}
