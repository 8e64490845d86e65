//! Why there is no book: what its author can mend, what was asked for wrongly, and what broke in the machine.

use std::io;

use crate::Fault;

/// Why there is no book.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BookError {
    /// The book is wrong.
    #[error("{} in this book", count(.0.len()))]
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
    #[error("{doing}: {source}")]
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
            Self::Wrong(_) | Self::PortTaken { .. } | Self::System { .. } => None,
        }
    }

    /// Turns an error of the system into one that says what was being done.
    pub(crate) fn system(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::System { doing, source }
    }
}

/// A number of errors, in words.
pub(crate) fn count(errors: usize) -> String {
    let plural = if errors == 1 { "" } else { "s" };
    format!("{errors} error{plural}")
}
