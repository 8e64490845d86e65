//! One thing that is wrong with a book, drawn for its author. Where there is a line to point at, it is a diagnostic.

use labrun_model::{Diagnostic, SourceFile, Span};

/// One thing that is wrong with a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    drawn: String,
}

impl Fault {
    /// A fault at a place in a file.
    pub(crate) fn at(
        file: &SourceFile,
        span: Span,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let diagnostic = Diagnostic::error(code, span, message).with_help(help);
        Self::drawn_as(diagnostic.draw(file))
    }

    /// A fault of a file or page as a whole.
    pub(crate) fn of(
        subject: &str,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let (message, help) = (message.into(), help.into());
        let help = if help.is_empty() {
            help
        } else {
            format!("  = help: {help}\n")
        };
        Self::drawn_as(format!("error[{code}]: {message}\n --> {subject}\n{help}"))
    }

    /// A fault that someone else has drawn.
    pub(crate) fn drawn_as(drawn: impl Into<String>) -> Self {
        let mut drawn = drawn.into();
        if !drawn.ends_with('\n') {
            drawn.push('\n');
        }
        Self { drawn }
    }

    /// Whether whoever drew it called it a warning. It fails a build all the same.
    pub fn is_warning(&self) -> bool {
        self.drawn.starts_with("warning")
    }

    /// Whether it is an include that mdBook has left as it was, which the parser of labs says of a page.
    pub(crate) fn is_of_include(&self) -> bool {
        const LEFT: [&str; 2] = ["error[missing-include]", "error[include-in-lab]"];
        LEFT.iter().any(|code| self.drawn.starts_with(code))
    }

    /// The fault as text of several lines, which ends in a line break.
    pub fn drawn(&self) -> &str {
        &self.drawn
    }
}
