//! Why there is no book: what its author can mend, what was asked for wrongly, and what broke in the machine.

use std::io;

use crate::Fault;

/// Why there is no book.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The book is wrong.
    #[error("{} in this book{}", count(.0), remark(.0))]
    Wrong(Vec<Fault>),
    /// What was asked for is not done, because it would harm something.
    #[error("{what}")]
    Refused {
        /// What is not done, and why.
        what: String,
        /// What to do instead.
        help: String,
    },
    /// The port that was asked for is taken.
    #[error("port {port} is taken")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The machine did not do what it was asked for.
    #[error("{doing} failed: {source}")]
    System {
        /// What was being done.
        doing: String,
        /// Why it failed.
        source: io::Error,
    },
}

impl BookError {
    /// What may help.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Refused { help, .. } => Some(help),
            Self::PortTaken { .. } => Some("name another port, or 0 for any free one"),
            Self::Wrong(_) | Self::System { .. } => None,
        }
    }

    /// Turns an error of the system into one that says what was being done.
    pub(crate) fn system(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::System { doing, source }
    }
}

/// How many errors and warnings there are, in words.
fn count(faults: &[Fault]) -> String {
    let warnings = faults.iter().filter(|fault| fault.is_warning()).count();
    let words = |count: usize, word: &str| match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    };
    match (faults.len() - warnings, warnings) {
        (errors, 0) => words(errors, "error"),
        (0, warnings) => words(warnings, "warning"),
        (errors, warnings) => {
            let errors = words(errors, "error");
            format!("{errors} and {}", words(warnings, "warning"))
        }
    }
}

/// What may surprise: one that has seen no error wonders why there is no book.
fn remark(faults: &[Fault]) -> &'static str {
    if faults.iter().all(Fault::is_warning) {
        "; a warning fails a build as an error does"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_warnings_are_counted_apart() {
        let error = Fault::drawn_as("error[a]: x");
        let warning = Fault::drawn_as("warning[b]: y");
        for (faults, expected) in [
            (vec![error.clone()], "1 error in this book"),
            (
                vec![warning.clone(); 2],
                "2 warnings in this book; a warning fails a build as an error does",
            ),
            (
                vec![error.clone(), error, warning],
                "2 errors and 1 warning in this book",
            ),
        ] {
            assert_eq!(BookError::Wrong(faults).to_string(), expected);
        }
    }
}
