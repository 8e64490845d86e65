//! How one command ended, read from a mark's payload and, for psql's own commands, from what it printed. Pure.

use labrun_model::{ExpectedExit, SessionKind};

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Status {
    /// A shell's `$?`.
    Exit(i32),
    /// A statement ran without an ERROR.
    SqlSuccess,
    /// A statement failed with this SQLSTATE; empty where psql knows none.
    SqlError(String),
}

impl Status {
    /// Reads the payload of a ready mark.
    pub(crate) fn parse(kind: SessionKind, payload: &str) -> Self {
        if kind != SessionKind::Psql {
            return Self::Exit(payload.trim().parse().unwrap_or(-1));
        }
        let mut parts = payload.split(',');
        let failed = parts.next() == Some("true");
        let state = parts.next().unwrap_or("");
        if failed {
            Self::SqlError(state.to_owned())
        } else {
            Self::SqlSuccess
        }
    }

    /// The same status, corrected by what a psql line printed: psql's own commands leave the variables of the statement
    /// before them in place, and of several statements in a line only the last one is in the variables.
    pub(crate) fn corrected(self, line: &str, output: &str) -> Self {
        if matches!(self, Self::Exit(_)) {
            return self;
        }
        let is_command = line.trim_start().starts_with('\\');
        let complained = output.lines().any(|printed| {
            printed.starts_with("ERROR:  ")
                || printed.starts_with("FATAL:  ")
                || (is_command && is_command_error(printed))
        });
        match self {
            Self::SqlError(_) if is_command && !complained => Self::SqlSuccess,
            Self::SqlSuccess if complained => Self::SqlError(String::new()),
            other => other,
        }
    }

    /// Whether a reader would go on.
    pub(crate) fn is_success(&self) -> bool {
        matches!(self, Self::Exit(0) | Self::SqlSuccess)
    }

    /// Whether the page says that it ends like this.
    pub(crate) fn is_as_expected(&self, expected: &ExpectedExit) -> bool {
        match (self, expected) {
            (status, ExpectedExit::Success) => status.is_success(),
            (Self::Exit(actual), ExpectedExit::Status(expected)) => *actual == i32::from(*expected),
            (Self::SqlError(actual), ExpectedExit::SqlState(expected)) => actual == expected,
            _ => false,
        }
    }
}

/// How psql complains about its own commands.
fn is_command_error(printed: &str) -> bool {
    let named = printed
        .strip_prefix('\\')
        .and_then(|rest| rest.split_once(": "))
        .is_some_and(|(name, _)| !name.is_empty() && !name.contains(' '));
    named
        || printed.starts_with("invalid command ")
        || printed.starts_with("Did not find any ")
        || printed.starts_with("psql: error")
        || printed.starts_with("error: ")
}

impl std::fmt::Display for Status {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exit(status @ 129..=159) => {
                let name = super::pty::signal_name(status - 128);
                write!(formatter, "exit status {status} ({name})")
            }
            Self::Exit(status) => write!(formatter, "exit status {status}"),
            Self::SqlSuccess => formatter.write_str("success"),
            Self::SqlError(state) if state.is_empty() || state == "00000" => {
                formatter.write_str("an ERROR")
            }
            Self::SqlError(state) => write!(formatter, "an ERROR with SQLSTATE {state}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_read_by_kind() {
        assert_eq!(Status::parse(SessionKind::Bash, "3"), Status::Exit(3));
        assert_eq!(Status::parse(SessionKind::Sh, "x"), Status::Exit(-1));
        assert_eq!(
            Status::parse(SessionKind::Psql, "false,00000,"),
            Status::SqlSuccess
        );
        assert_eq!(
            Status::parse(SessionKind::Psql, "true,42P01,!"),
            Status::SqlError("42P01".to_owned())
        );
    }

    #[test]
    fn psql_commands_are_judged_by_what_they_print() {
        let stale = Status::SqlError("42P01".to_owned());
        assert_eq!(
            stale
                .clone()
                .corrected("\\dt", "Did not find any relations.\n"),
            stale
        );
        assert_eq!(
            stale.corrected("\\pset pager off", "Pager usage is off.\n"),
            Status::SqlSuccess
        );
        let error = Status::SqlSuccess.corrected("\\foo", "invalid command \\foo\n");
        assert!(!error.is_success());
        let first_of_two = Status::SqlSuccess.corrected("select x; select 1;", "ERROR:  column…\n");
        assert!(!first_of_two.is_success());
        assert!(
            Status::SqlSuccess
                .corrected("select 1;", " ERROR:  in a cell\n")
                .is_success()
        );
    }
}
