//! What keeps a run from happening or from going on: not the chapter's fault, and not a failed step.

use std::time::SystemTime;

/// A broken or missing part of the world around the lab. Ends with exit code 3, except [`RunError::CannotGoOn`] (2), [`RunError::Nothing`] (4) and
/// [`RunError::Interrupted`] (128 and the signal).
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The engine, or a program that the lab needs, is missing, too old or broke.
    #[error("{what}")]
    Missing {
        /// What is missing, in a sentence without a full stop.
        what: String,
        /// What to do about it, a line.
        help: String,
    },
    /// Names or ports that the lab needs are taken.
    #[error("{}", conflicts.join("\n"))]
    Conflict {
        /// A line for each, with the owner.
        conflicts: Vec<String>,
        /// What to do about it, a line.
        help: String,
    },
    /// The same lab is being run already.
    #[error("lab `{lab}` is running already: pid {pid}")]
    AlreadyRunning {
        /// The lab's name.
        lab: String,
        /// The process that runs it.
        pid: u32,
        /// When that run started.
        started: SystemTime,
    },
    /// A kept run cannot be gone on with as it was asked for. Ends with exit code 2.
    #[error("{what}")]
    CannotGoOn {
        /// The reason, in a sentence without a full stop.
        what: String,
        /// What to do about it, a line.
        help: String,
    },
    /// The lab has no step, or nothing that could fail.
    #[error("{0}")]
    Nothing(String),
    /// A signal ended the run before its first step.
    #[error("interrupted by {}", signal_in_words(*.0))]
    Interrupted(i32),
    /// The operating system said no.
    #[error("{doing} failed: {source}")]
    System {
        /// What was being done, as in "making the lab folder".
        doing: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A signal by the name that people know.
pub fn signal_in_words(signal: i32) -> String {
    match signal {
        1 => "SIGHUP".to_owned(),
        2 => "Ctrl-C".to_owned(),
        15 => "SIGTERM".to_owned(),
        other => format!("signal {other}"),
    }
}

impl RunError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Missing { help, .. }
            | Self::Conflict { help, .. }
            | Self::CannotGoOn { help, .. } => Some(help.clone()),
            Self::AlreadyRunning { pid, .. } => Some(format!(
                "wait until it has ended, or end it with `kill {pid}`; it cleans up"
            )),
            Self::Nothing(_) => Some(
                "a step is a fence of `sh`, `sql`, `python` or `console`; a `text` fence below it says what it must print, an empty one that it prints nothing; a `toml check` asks from outside: `labrun help annotations` shows how"
                    .to_owned(),
            ),
            Self::Interrupted(_) | Self::System { .. } => None,
        }
    }

    /// Wraps what the operating system said with what was being done.
    pub fn system(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::System { doing, source }
    }
}
