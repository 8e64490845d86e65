//! What keeps a run from happening or from going on: not the chapter's fault, and not a failed step.

use std::time::SystemTime;

/// A broken or missing part of the world around the lab. Ends with exit code 3, except [`RunError::CannotGoOn`] (2), [`RunError::Nothing`] (4) and
/// [`RunError::Interrupted`] (128 and the signal).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
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
    #[error("interrupted by signal {0}")]
    Interrupted(i32),
    /// The operating system said no.
    #[error("{doing}: {source}")]
    System {
        /// What was being done, as in "making the lab folder".
        doing: String,
        /// What the system said.
        source: std::io::Error,
    },
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
                "put a `text` fence with what must be printed below a step, or add a `toml check`; `labrun help annotations` shows how"
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
