//! What a typed line leaves behind in its session: a working directory, a variable, an open transaction.
//!
//! A script sometimes has to leave a session and to open it anew, where a reader just stays. What a line has set is
//! then set again; what cannot be repeated is a diagnostic. Like every look at a line of text this can miss things
//! (`x() { …; }` over several lines), and what it misses shows as a red script, never as a green one that is wrong.

use labrun_model::Language;

/// What a line leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing that only the session knows.
    None,
    /// A setting, which the same line sets again in a new session.
    Setting,
    /// Something that lives as long as the session, such as a transaction or a temporary table.
    Held,
    /// The end of what was held.
    Released,
}

/// What a complete line leaves behind in a session of this language.
pub(crate) fn effect(language: Language, line: &str) -> Effect {
    match language {
        Language::Shell => shell(line.trim()),
        Language::Sql => sql(line.trim()),
        Language::Python => python(line.trim()),
    }
}

fn shell(line: &str) -> Effect {
    const COMMANDS: [&str; 9] = [
        "cd", "export", "set", "unset", "umask", "alias", "source", ".", "shopt",
    ];
    let first = line.split_whitespace().next().unwrap_or("");
    let is_assignment = line.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    });
    if COMMANDS.contains(&first) || (is_assignment && line.split_whitespace().count() == 1) {
        Effect::Setting
    } else {
        Effect::None
    }
}

/// Names live as long as the interpreter, and nearly every line makes some.
fn python(line: &str) -> Effect {
    let is_nothing = line.is_empty() || line.starts_with(['#', ')', ']', '}']);
    if is_nothing || line.starts_with("print(") {
        Effect::None
    } else {
        Effect::Held
    }
}

fn sql(line: &str) -> Effect {
    const COMMANDS: [&str; 20] = [
        ".bail",
        ".changes",
        ".headers",
        ".mode",
        ".nullvalue",
        ".separator",
        ".timeout",
        ".width",
        "\\a",
        "\\c",
        "\\cd",
        "\\connect",
        "\\encoding",
        "\\f",
        "\\pset",
        "\\set",
        "\\setenv",
        "\\t",
        "\\timing",
        "\\x",
    ];
    let first = line.split_whitespace().next().unwrap_or("");
    if COMMANDS.contains(&first) {
        return Effect::Setting;
    }
    let Some(statement) = line.strip_suffix(';') else {
        return Effect::None;
    };
    let upper = statement.to_ascii_uppercase();
    let words: Vec<&str> = upper.split_whitespace().collect();
    match words.as_slice() {
        ["SET", "LOCAL" | "TRANSACTION" | "CONSTRAINTS", ..] => Effect::None,
        ["SET" | "RESET", ..] => Effect::Setting,
        ["BEGIN", ..] | ["START", "TRANSACTION", ..] => Effect::Held,
        ["CREATE", "TEMP" | "TEMPORARY", ..] | ["LISTEN" | "PREPARE" | "DECLARE", ..] => {
            Effect::Held
        }
        ["ROLLBACK", "TO", ..] => Effect::None,
        ["COMMIT" | "ROLLBACK" | "ABORT" | "END", ..] => Effect::Released,
        _ => Effect::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(language: Language, line: &str, expected: Effect) {
        assert_eq!(effect(language, line), expected, "{line}");
    }

    #[test]
    fn settings_of_a_shell() {
        check(Language::Shell, "cd /tmp", Effect::Setting);
        check(Language::Shell, "  export A=b", Effect::Setting);
        check(Language::Shell, "A=b", Effect::Setting);
        check(Language::Shell, "A=b psql", Effect::None);
        check(Language::Shell, "echo a=b", Effect::None);
        check(Language::Shell, "cdrecord", Effect::None);
    }

    #[test]
    fn settings_and_transactions_of_psql() {
        check(Language::Sql, "\\x", Effect::Setting);
        check(Language::Sql, "\\c other", Effect::Setting);
        check(Language::Sql, "set work_mem = '1MB';", Effect::Setting);
        check(Language::Sql, "SET LOCAL work_mem = '1MB';", Effect::None);
        check(Language::Sql, "BEGIN;", Effect::Held);
        check(Language::Sql, "BEGIN", Effect::None);
        check(Language::Sql, "create temp table t (a int);", Effect::Held);
        check(Language::Sql, "COMMIT;", Effect::Released);
        check(Language::Sql, "ROLLBACK TO s;", Effect::None);
        check(Language::Sql, "SELECT 1;", Effect::None);
        check(Language::Sql, ".mode box", Effect::Setting);
        check(Language::Sql, ".tables", Effect::None);
        check(Language::Python, "x = 1", Effect::Held);
        check(Language::Python, "print(x)", Effect::None);
    }
}
