//! What to look at when a step did not end as the page says: one sentence by the way it ended. Pure.

use std::io::ErrorKind;

use labrun_model::{ExpectedExit, FailureKind, Language};

use crate::terminal::Status;

/// For a step whose last line leaves something open.
pub(crate) const UNFINISHED: &str =
    "a fence ends where a command ends: put the rest of it into the same fence";
/// For a step that was ended at its deadline.
pub(crate) const TIMED_OUT: &str = "a step that may take longer says so with `timeout=` on the fence; what runs on, as a server does, is left in the background with `&`";
/// For a program that waits for input that the page does not give.
pub(crate) const WAITING: &str = "a password is declared with `answer=\"…\"` on the fence; other input has to be part of the command";
/// For a pager or an editor.
pub(crate) const FULL_SCREEN: &str = "write the file with a `file=` block, or turn the pager off";

/// The help for a step that ended otherwise than the page promises.
pub(crate) fn wrong_end(expected: &ExpectedExit, status: &Status) -> String {
    match expected {
        ExpectedExit::Success => unexpected_end(status),
        _ if status.is_as_expected(&ExpectedExit::Success) => {
            "the page says that this fails; where it is right that it does not, take `exit=` off the fence".to_owned()
        }
        _ => match (mistake(status), declared(status)) {
            (Some(mistake), _) => mistake.to_owned(),
            (None, Some(declared)) => format!("where this failure is the one to show, the fence says {declared}"),
            (None, None) => "another failure than the page means: does the step before it leave what this one needs?".to_owned(),
        },
    }
}

/// The help for a line that failed in the middle of a step.
pub(crate) fn stopped(status: &Status) -> String {
    match mistake(status) {
        // A question ends with its own mark.
        Some(mistake) if mistake.ends_with('?') => {
            format!("{mistake} The lines behind it were not typed")
        }
        Some(mistake) => format!("{mistake}; the lines behind it were not typed"),
        None => "the lines behind it were not typed; `exit=` is for the last command of a step"
            .to_owned(),
    }
}

/// The help for a block that is for another program than the one that reads the terminal's keys.
pub(crate) fn wrong_session(language: Language, stack: &str) -> String {
    let on_top = stack.rsplit(" › ").next().unwrap_or(stack);
    let leave = match on_top {
        "psql" => Some("psql, with `\\q` in a `sql` fence"),
        "sqlite3" => Some("sqlite3, with `.quit` in a `sql` fence"),
        "python" | "python3" => Some("Python, with `exit()` in a `python` fence"),
        _ => None,
    };
    match (language, leave) {
        _ if stack.is_empty() => "the terminal was lost in an earlier step".to_owned(),
        (_, Some(leave)) => format!("a step before this one has to leave {leave}"),
        (Language::Shell, None) => "a step before this one has to leave the program".to_owned(),
        (Language::Sql, None) => "a step before this one has to open psql or sqlite3".to_owned(),
        (Language::Python, None) => "a step before this one has to open python3".to_owned(),
    }
}

/// The help for a session that is gone, by what is known of how.
pub(crate) fn lost(reason: &str) -> String {
    if reason.starts_with("the host shell has ended") {
        "this step ended the lab's own shell, by `exit`, `exec` or `set -e`: write what ends a shell into a shell of its own, `bash -c '…'` or `( … )`".to_owned()
    } else {
        "the terminal's recording shows its last words".to_owned()
    }
}

/// The help for a check that is asked once, and that nobody answered: what was started a moment ago often cannot yet.
pub(crate) fn asked_once(kind: &FailureKind) -> Option<&'static str> {
    matches!(kind, FailureKind::Unreachable { .. })
        .then_some("what was started a moment ago may not answer yet: `eventually = \"10s\"` asks again until it does")
}

/// The help for a file that could not be written.
pub(crate) fn not_written(error: ErrorKind) -> Option<&'static str> {
    match error {
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => Some(
            "a step before this one wrote a file of the name that this path needs for a folder",
        ),
        ErrorKind::IsADirectory => Some("a step before this one made a folder of this name"),
        ErrorKind::PermissionDenied => {
            Some("a step before this one has made the folder another user's, or closed it")
        }
        _ => None,
    }
}

/// The help for a step that failed where the page promises success.
fn unexpected_end(status: &Status) -> String {
    if let Some(mistake) = mistake(status) {
        return mistake.to_owned();
    }
    let declared = declared(status).unwrap_or_else(|| "`exit=failure`".to_owned());
    format!("where the page means to show this failure, the fence declares it with {declared}")
}

/// What declares just this failure, where its program says which it is.
fn declared(status: &Status) -> Option<String> {
    match status {
        Status::Exit(status) if (1..=255).contains(status) => Some(format!("`exit={status}`")),
        Status::SqlError(state) if is_state(state) => Some(format!("`exit={state}`")),
        _ => None,
    }
}

/// The help for an end that nearly always is a mistake, of the author or of the machine, and not what a page means to
/// show.
fn mistake(status: &Status) -> Option<&'static str> {
    match status {
        Status::Exit(127) => Some(
            "there is no such command where this is typed: is its name spelt right, and is it installed there?",
        ),
        Status::Exit(126) => {
            Some("the command is there but cannot be run: is it executable, and a program?")
        }
        Status::Exit(137) => Some(
            "something killed the command with SIGKILL; where memory is short, the system does so",
        ),
        Status::SqlError(state) => match state.as_str() {
            "42601" => Some("PostgreSQL cannot read the statement: is it spelt right?"),
            "42P01" | "42703" | "42704" | "42883" | "3D000" | "3F000" => Some(
                "the statement names something that is not there: is it spelt right, and did a step before this one make it?",
            ),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a text can stand behind `exit=` as a SQLSTATE.
fn is_state(text: &str) -> bool {
    text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests;
