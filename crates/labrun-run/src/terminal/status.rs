//! How one command ended, read from a mark's payload and, where the program does not tell, from what it printed. Pure.

use labrun_model::{ExpectedExit, SessionKind};

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Status {
    /// A shell's `$?`.
    Exit(i32),
    /// A statement ran without an ERROR.
    SqlSuccess,
    /// A statement failed with this SQLSTATE; empty where psql knows none, as sqlite3 never does.
    SqlError(String),
    /// Python has raised an exception of this class.
    Raised(String),
}

impl Status {
    /// Reads the payload of a ready mark.
    pub(crate) fn parse(kind: SessionKind, payload: &str) -> Self {
        match kind {
            SessionKind::Psql => Self::parse_psql(payload),
            SessionKind::Sqlite => Self::SqlSuccess,
            SessionKind::Python if payload != "0" => Self::Raised(payload.to_owned()),
            SessionKind::Bash | SessionKind::Sh | SessionKind::Python => {
                Self::Exit(payload.trim().parse().unwrap_or(-1))
            }
        }
    }

    fn parse_psql(payload: &str) -> Self {
        let mut parts = payload.split(',');
        let failed = parts.next() == Some("true");
        let state = parts.next().unwrap_or("");
        if failed {
            Self::SqlError(state.to_owned())
        } else {
            Self::SqlSuccess
        }
    }

    /// The same status, corrected by what psql printed: of several statements in a line only the last one is in psql's
    /// variables, and psql's own commands mostly leave the variables of the statement before them in place. `known`
    /// says that the variables stood like this before the line was typed.
    pub(crate) fn corrected(
        self,
        kind: SessionKind,
        line: &str,
        output: &str,
        known: bool,
    ) -> Self {
        match kind {
            SessionKind::Psql => self.corrected_psql(line, output, known),
            SessionKind::Sqlite if output.lines().any(is_sqlite_error) => {
                Self::SqlError(String::new())
            }
            _ => self,
        }
    }

    fn corrected_psql(self, line: &str, output: &str, known: bool) -> Self {
        let command = line
            .trim_start()
            .strip_prefix('\\')
            .map(|rest| rest.split_whitespace().next().unwrap_or(""));
        let complained = output.lines().any(|printed| {
            is_server_error(printed) || (command.is_some() && is_command_error(printed))
        });
        match self {
            Self::SqlError(_) if known && !complained && command.is_some_and(leaves_variables) => {
                Self::SqlSuccess
            }
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
            (status, ExpectedExit::Failure) => !status.is_success(),
            (Self::Exit(actual), ExpectedExit::Status(expected)) => *actual == i32::from(*expected),
            (Self::SqlError(actual), ExpectedExit::SqlState(expected)) => actual == expected,
            _ => false,
        }
    }
}

/// psql's commands that run no statement. Those that do, such as `\\i` and `\\gexec`, set the variables.
fn leaves_variables(command: &str) -> bool {
    let runs = [
        "i",
        "ir",
        "include",
        "include_relative",
        "copy",
        "watch",
        "bind",
        "parse",
        "sendpipeline",
    ];
    !command.starts_with('g') && !runs.contains(&command)
}

/// An error of the server as psql prints it, behind the file and the line where it comes from a file.
fn is_server_error(printed: &str) -> bool {
    let message = match printed
        .strip_prefix("psql:")
        .and_then(|rest| rest.split_once(": "))
    {
        Some((_, message)) => message,
        None => printed,
    };
    message.starts_with("ERROR:  ")
        || message.starts_with("FATAL:  ")
        || message.starts_with("PANIC:  ")
}

/// An error of sqlite3: in a statement while it is read or runs, or in one of its own commands.
fn is_sqlite_error(printed: &str) -> bool {
    [
        "Error: ",
        "Parse error",
        "Runtime error",
        "Usage: ",
        "unknown option: ",
    ]
    .iter()
    .any(|begin| printed.starts_with(begin))
}

/// How psql complains about its own commands.
fn is_command_error(printed: &str) -> bool {
    let named = printed
        .strip_prefix('\\')
        .and_then(|rest| rest.split_once(": "))
        .is_some_and(|(name, _)| !name.is_empty() && !name.contains(' '));
    named
        || [
            "invalid command ",
            "Did not find any relation named ",
            "psql: error",
            "error: ",
        ]
        .iter()
        .any(|begin| printed.starts_with(begin))
        || [
            ": No such file or directory",
            ": Permission denied",
            ": Is a directory",
        ]
        .iter()
        .any(|end| printed.ends_with(end))
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
            Self::Raised(class) => formatter.write_str(class),
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
        assert_eq!(Status::parse(SessionKind::Python, "0"), Status::Exit(0));
        let raised = Status::parse(SessionKind::Python, "KeyError");
        assert_eq!(raised.to_string(), "KeyError");
        assert!(raised.is_as_expected(&ExpectedExit::Failure) && !raised.is_success());
        assert_eq!(Status::parse(SessionKind::Sqlite, ""), Status::SqlSuccess);
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
        let stale = || Status::SqlError("42P01".to_owned());
        let judged = |status: Status, line, output| {
            let status = status.corrected(SessionKind::Psql, line, output, true);
            status.is_success()
        };
        assert!(judged(stale(), "\\dt", "Did not find any relations.\n"));
        assert!(!judged(
            stale(),
            "\\d x",
            "Did not find any relation named \"x\".\n"
        ));
        assert!(judged(stale(), "\\pset pager off", "Pager usage is off.\n"));
        assert!(!judged(stale(), "\\i file.sql", ""));
        assert!(
            !stale()
                .corrected(SessionKind::Psql, "\\pset pager off", "", false)
                .is_success()
        );
        let fine = || Status::SqlSuccess;
        assert!(!judged(fine(), "\\foo", "invalid command \\foo\n"));
        assert!(!judged(fine(), "\\i x", "x: No such file or directory\n"));
        assert!(!judged(fine(), "\\i x", "psql:x:1: ERROR:  syntax error\n"));
        assert!(!judged(fine(), "select x; select 1;", "ERROR:  column…\n"));
        assert!(judged(fine(), "select 1;", " ERROR:  in a cell\n"));
    }

    #[test]
    fn sqlite3_is_judged_by_what_it_prints() {
        let judged = |output| {
            let status = Status::SqlSuccess.corrected(SessionKind::Sqlite, "x;", output, true);
            status.is_success()
        };
        assert!(judged("1|Error: in a cell\n"));
        assert!(!judged("Parse error: no such table: x\n"));
        assert!(!judged(
            "1|2\nRuntime error: UNIQUE constraint failed: t.a (19)\n"
        ));
        assert!(!judged(
            "Error: unknown command or invalid arguments:  \"x\".\n"
        ));
    }
}
