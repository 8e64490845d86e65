//! A fault in what an author wrote: place, cause and help, and how it is drawn with its caret.
//!
//! A diagnostic is about a file. A lab that fails is a [`crate::Failure`], a broken engine is the runner's own error.

use crate::source::{LineOrigin, SourceFile, Span};

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a look; the lab can run.
    Warning,
    /// The lab cannot be run as it is written.
    Error,
}

/// One fault in an author's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable kebab-case word for the kind of fault, such as `unknown-attribute`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// Where it is.
    pub span: Span,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What would mend it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error without help.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            span,
            message: message.into(),
            help: None,
        }
    }

    /// A warning without help.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, message)
        }
    }

    /// The same diagnostic with a word on what would mend it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Draws the diagnostic as plain text of several lines, ending in a line break: message, place, the line with a
    /// caret under the span's part of it, and help.
    pub fn draw(&self, file: &SourceFile) -> String {
        let place = file.place(self.span);
        let number = place.line.to_string();
        let margin = " ".repeat(number.len());
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let line = file.line_text(file.line(self.span.start));
        let column = file.column(self.span.start);
        // What is unseen is drawn as one blank: a column is then a column, and no character can turn the line around.
        let shown: String = line
            .chars()
            .map(|c| if is_unseen(c) { ' ' } else { c })
            .collect();
        let length = caret_length(file, self.span, column, line);
        let mut drawn = format!(
            "{word}[{code}]: {message}\n{margin}--> {place}\n{margin} |\n{number} | {shown}\n{margin} | {indent}{caret}\n",
            code = self.code,
            message = self.message,
            indent = " ".repeat(column - 1),
            caret = "^".repeat(length),
        );
        if let Some(note) = brought_in(file, self.span) {
            drawn.push_str(&format!("{margin} = note: {note}\n"));
        }
        if let Some(help) = &self.help {
            drawn.push_str(&format!("{margin} = help: {help}\n"));
        }
        drawn
    }
}

/// What the author must know where the line that is shown does not stand in the author's file.
fn brought_in(file: &SourceFile, span: Span) -> Option<String> {
    let LineOrigin::BroughtIn { first, last, .. } = file.origin(file.line(span.start)) else {
        return None;
    };
    let path = file.path();
    Some(if first == last {
        format!("line {first} of {path} brings this in")
    } else {
        format!("lines {first} to {last} of {path} bring this in")
    })
}

/// Control characters, zero-width characters, and those that change the direction of writing.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// How many characters of the first line a span covers; at least one, so that there is always a caret.
fn caret_length(file: &SourceFile, span: Span, column: usize, line: &str) -> usize {
    let covered = file
        .slice(span)
        .lines()
        .next()
        .map_or(0, |text| text.chars().count());
    let rest = (line.chars().count() + 1).saturating_sub(column);
    covered.min(rest).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_shows_place_cause_and_help() {
        let file = SourceFile::new("src/a.md", "text\n```sh anwser=\"x\"\n");
        let drawn = Diagnostic::error(
            "unknown-attribute",
            Span::new(11, 17),
            "unknown attribute `anwser`",
        )
        .with_help("did you mean `answer`?")
        .draw(&file);
        assert_eq!(
            drawn,
            "error[unknown-attribute]: unknown attribute `anwser`\n \
             --> src/a.md:2:7\n  |\n2 | ```sh anwser=\"x\"\n  |       ^^^^^^\n  = help: did you mean `answer`?\n"
        );
    }

    #[test]
    fn a_line_that_was_brought_in_is_shown_with_the_line_that_brings_it() {
        let draw = |last| {
            let origin = LineOrigin::BroughtIn {
                first: 12,
                last,
                column: 3,
            };
            let file = SourceFile::with_origins("src/a.md", "docker pss", vec![origin]);
            Diagnostic::error("x", Span::new(7, 10), "odd").draw(&file)
        };
        assert_eq!(
            draw(12),
            "error[x]: odd\n  --> src/a.md:12:3\n   |\n12 | docker pss\n   |        ^^^\n   \
             = note: line 12 of src/a.md brings this in\n"
        );
        assert!(draw(14).contains("= note: lines 12 to 14 of src/a.md bring this in\n"));
    }

    #[test]
    fn nothing_unseen_is_drawn() {
        let file = SourceFile::new("a.md", "a\tb\u{202e}c");
        let drawn = Diagnostic::error("x", Span::new(0, 1), "odd").draw(&file);
        assert!(drawn.contains("1 | a b c"), "{drawn}");
    }

    #[test]
    fn a_span_past_the_end_still_draws() {
        let file = SourceFile::new("a.md", "");
        let drawn = Diagnostic::warning("x", Span::new(40, 50), "odd").draw(&file);
        assert!(drawn.contains("a.md:1:1"), "{drawn}");
    }
}
