//! The exit codes, which scripts and CI build on: they do not change their meaning.

use std::process::ExitCode;

use labrun_model::Summary;
use labrun_run::RunError;

/// How the command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: everything that was asked for is done, and every step, expectation and check passed.
    Passed,
    /// 1: the lab failed, or a script differs from its chapter.
    Failed,
    /// 2: a chapter or book.toml is wrong, or the arguments are.
    Wrong,
    /// 3: the engine, or a program that the lab needs, is missing or broke.
    Broken,
    /// 4: there is nothing to run: no lab, no step, or nothing that could fail.
    Nothing,
    /// 128 and the signal's number: interrupted, after cleaning up.
    Interrupted(i32),
}

impl Exit {
    /// The number.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Wrong => 2,
            Self::Broken => 3,
            Self::Nothing => 4,
            Self::Interrupted(signal) => u8::try_from(128 + signal).unwrap_or(u8::MAX),
        }
    }
}

impl Exit {
    /// How several ends are one: whoever looks at one number must see the worst. That somebody interrupted them comes first,
    /// because then nothing is known of the rest; a machine that is not as it must be says more than a lab that failed on
    /// it; and what verified nothing is better than what was wrong, but not green.
    pub(crate) fn worst(ends: impl IntoIterator<Item = Self>) -> Self {
        let rank = |exit: &Self| match exit {
            Self::Passed => 0,
            Self::Nothing => 1,
            Self::Failed => 2,
            Self::Wrong => 3,
            Self::Broken => 4,
            Self::Interrupted(_) => 5,
        };
        ends.into_iter().max_by_key(rank).unwrap_or(Self::Passed)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl From<&Summary> for Exit {
    fn from(summary: &Summary) -> Self {
        match summary.interrupted_by {
            Some(signal) => Self::Interrupted(signal),
            None if summary.is_green() => Self::Passed,
            None if summary.engine_away.is_some() => Self::Broken,
            None => Self::Failed,
        }
    }
}

impl From<&RunError> for Exit {
    fn from(error: &RunError) -> Self {
        match error {
            RunError::CannotGoOn { .. } => Self::Wrong,
            RunError::Nothing(_) => Self::Nothing,
            RunError::Interrupted(signal) => Self::Interrupted(*signal),
            RunError::Missing { .. }
            | RunError::Conflict { .. }
            | RunError::AlreadyRunning { .. }
            | RunError::System { .. } => Self::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_ends_the_worst_counts() {
        let order = [
            Exit::Passed,
            Exit::Nothing,
            Exit::Failed,
            Exit::Wrong,
            Exit::Broken,
            Exit::Interrupted(2),
        ];
        for (at, worse) in order.iter().enumerate() {
            assert_eq!(Exit::worst(order[..=at].iter().copied()), *worse);
            assert_eq!(Exit::worst(order[..=at].iter().rev().copied()), *worse);
        }
        assert_eq!(Exit::worst([]), Exit::Passed);
    }

    #[test]
    fn the_codes_are_those_of_the_help() {
        assert_eq!(Exit::Passed.code(), 0);
        assert_eq!(Exit::Failed.code(), 1);
        assert_eq!(Exit::Wrong.code(), 2);
        assert_eq!(Exit::Broken.code(), 3);
        assert_eq!(Exit::Nothing.code(), 4);
        assert_eq!(Exit::Interrupted(2).code(), 130);
        assert_eq!(Exit::Interrupted(15).code(), 143);
    }
}
