//! Why a run ended before its summary, in a form that can be sent to another process.

use std::io;
use std::time::SystemTime;

use labrun_run::RunError;
use serde::{Deserialize, Serialize};

/// A [`RunError`] that can be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Trouble {
    Missing {
        what: String,
        help: String,
    },
    Conflict {
        conflicts: Vec<String>,
        help: String,
    },
    AlreadyRunning {
        lab: String,
        pid: u32,
        started: SystemTime,
    },
    CannotGoOn {
        what: String,
        help: String,
    },
    Nothing(String),
    Interrupted(i32),
    System {
        doing: String,
        reason: String,
    },
}

impl From<RunError> for Trouble {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Missing { what, help } => Self::Missing { what, help },
            RunError::Conflict { conflicts, help } => Self::Conflict { conflicts, help },
            RunError::AlreadyRunning { lab, pid, started } => {
                Self::AlreadyRunning { lab, pid, started }
            }
            RunError::CannotGoOn { what, help } => Self::CannotGoOn { what, help },
            RunError::Nothing(what) => Self::Nothing(what),
            RunError::Interrupted(signal) => Self::Interrupted(signal),
            RunError::System { doing, source } => Self::System {
                doing,
                reason: source.to_string(),
            },
        }
    }
}

impl From<Trouble> for RunError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Missing { what, help } => Self::Missing { what, help },
            Trouble::Conflict { conflicts, help } => Self::Conflict { conflicts, help },
            Trouble::AlreadyRunning { lab, pid, started } => {
                Self::AlreadyRunning { lab, pid, started }
            }
            Trouble::CannotGoOn { what, help } => Self::CannotGoOn { what, help },
            Trouble::Nothing(what) => Self::Nothing(what),
            Trouble::Interrupted(signal) => Self::Interrupted(signal),
            Trouble::System { doing, reason } => Self::System {
                doing,
                source: io::Error::other(reason),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::run_errors;

    #[test]
    fn a_trouble_says_the_same_on_the_other_side() {
        for error in run_errors() {
            let said = (error.to_string(), error.help());
            let sent = serde_json::to_string(&Trouble::from(error)).unwrap();
            let came = RunError::from(serde_json::from_str::<Trouble>(&sent).unwrap());
            assert_eq!((came.to_string(), came.help()), said);
        }
    }
}
