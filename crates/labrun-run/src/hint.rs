//! What to look at when a command failed that should not have: one sentence by the way it ended. Pure.

use crate::terminal::Status;

/// The help for a step that failed where the page promises success.
pub(crate) fn unexpected_end(status: &Status) -> String {
    if let Some(mistake) = mistake(status) {
        return mistake.to_owned();
    }
    let declared = match status {
        Status::Exit(status) if (1..=255).contains(status) => format!("`exit={status}`"),
        Status::SqlError(state) if is_state(state) => format!("`exit={state}`"),
        _ => "`exit=`".to_owned(),
    };
    format!("where the page means to show this failure, the fence declares it with {declared}")
}

/// The help for an end that nearly always is a mistake, of the author or of the machine, and not what a page means to
/// show.
pub(crate) fn mistake(status: &Status) -> Option<&'static str> {
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
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: Status, part: &str) {
        let help = unexpected_end(&status);
        assert!(help.contains(part), "{status:?}: {help}");
    }

    #[test]
    fn a_slip_of_the_pen_is_not_told_to_be_declared() {
        let state = |state: &str| Status::SqlError(state.to_owned());
        check(Status::Exit(127), "no such command");
        check(Status::Exit(126), "executable");
        check(Status::Exit(137), "SIGKILL");
        check(state("42601"), "cannot read the statement");
        check(state("42P01"), "names something that is not there");
        for status in [Status::Exit(127), state("42703")] {
            assert!(!unexpected_end(&status).contains("exit="), "{status:?}");
        }
    }

    #[test]
    fn another_failure_is_declared_as_it_was() {
        check(Status::Exit(2), "with `exit=2`");
        check(Status::Exit(-1), "with `exit=`");
        check(Status::SqlError("22012".to_owned()), "with `exit=22012`");
        check(Status::SqlError(String::new()), "with `exit=`");
    }
}
