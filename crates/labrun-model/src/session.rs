//! The programs that a terminal's stack of sessions can hold, and which typed lines open and close one.
//!
//! Knowing an opener is knowledge about text only: the runner proves a session by its prompt, extraction turns an
//! opener into a here-document. Neither trusts this alone.

use serde::{Deserialize, Serialize};

mod engine;
mod line;
mod opener;
mod python;
mod tracker;
mod unfinished;

pub use engine::{EngineCommand, engine_commands};
pub use line::{Word, words};
pub use opener::{Opener, opener, opening_command};
pub use python::{KeyedLine, PythonReader, python_lines};
pub use tracker::{Followed, Session, SessionChange, SessionTracker};
pub use unfinished::shell_wants_more;

/// What a block is written in, and so where it may be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// `sh` or `bash`: typed at a shell, on the host or in a container.
    Shell,
    /// `sql`: typed at psql or sqlite3, SQL as well as the program's own commands.
    Sql,
    /// `python`: typed at Python's prompt.
    Python,
}

/// The kind of program that reads what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionKind {
    /// GNU bash.
    Bash,
    /// Any other POSIX shell: dash, busybox ash.
    Sh,
    /// PostgreSQL's psql.
    Psql,
    /// SQLite's sqlite3.
    Sqlite,
    /// Python's interactive interpreter.
    Python,
}

impl SessionKind {
    /// The language that is typed at such a program.
    pub fn language(self) -> Language {
        match self {
            Self::Bash | Self::Sh => Language::Shell,
            Self::Psql | Self::Sqlite => Language::Sql,
            Self::Python => Language::Python,
        }
    }

    /// The program's name as messages say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Sh => "sh",
            Self::Psql => "psql",
            Self::Sqlite => "sqlite3",
            Self::Python => "python",
        }
    }
}

impl Language {
    /// The language as it stands after the fence.
    pub fn fence(self) -> &'static str {
        match self {
            Self::Shell => "sh",
            Self::Sql => "sql",
            Self::Python => "python",
        }
    }

    /// Where such a block is typed, for messages: `a shell`, `psql or sqlite3`.
    pub fn place(self) -> &'static str {
        match self {
            Self::Shell => "a shell",
            Self::Sql => "psql or sqlite3",
            Self::Python => "python",
        }
    }
}

/// Whether a line leaves the session it is typed into. The line must do nothing else.
pub fn closes(language: Language, line: &str) -> bool {
    match language {
        Language::Shell => closes_shell(&line::commands(line)),
        Language::Sql => {
            let line = line.trim();
            let word = line.strip_suffix(';').unwrap_or(line).trim_end();
            let first = line.split_whitespace().next();
            matches!(first, Some("\\q" | "\\quit" | ".q" | ".quit" | ".exit"))
                || ["exit", "quit"]
                    .iter()
                    .any(|known| word.eq_ignore_ascii_case(known))
        }
        Language::Python => {
            let line = line.split('#').next().unwrap_or(line).trim();
            let call = line
                .strip_prefix("exit")
                .or_else(|| line.strip_prefix("quit"));
            let status = call
                .and_then(|rest| rest.trim_start().strip_prefix('('))
                .and_then(|rest| rest.strip_suffix(')'));
            status.is_some_and(|status| status.is_empty() || status.parse::<u8>().is_ok())
        }
    }
}

/// Whether a line of these commands leaves the shell that it is typed into.
fn closes_shell(commands: &[line::Command<'_>]) -> bool {
    let [command] = commands else {
        return false;
    };
    let leaves = |word: &Word<'_>| matches!(word.text, "exit" | "logout");
    match command.words.as_slice() {
        [first] => command.reads_terminal && leaves(first),
        [first, status] => {
            command.reads_terminal && leaves(first) && status.text.parse::<u8>().is_ok()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_known_by_their_words() {
        for line in ["exit", " exit 3 ", "exit;", "exit # back", "logout"] {
            assert!(closes(Language::Shell, line), "{line}");
        }
        for line in [
            "",
            "exit now",
            "exit 256",
            "true && exit",
            "exit | cat",
            "echo exit",
            "# exit",
            "\\q",
        ] {
            assert!(!closes(Language::Shell, line), "{line}");
        }
        for line in ["\\q", " \\quit ", "\\q x", "exit", "QUIT ;"] {
            assert!(closes(Language::Sql, line), "{line}");
        }
        for line in ["", "\\q;", "exit;;", "exit now", "logout", "SELECT 1; \\q"] {
            assert!(!closes(Language::Sql, line), "{line}");
        }
        for line in [".quit", ".exit 3", ".q"] {
            assert!(closes(Language::Sql, line), "{line}");
        }
        for line in ["exit()", "quit ()", "exit(3)  # away"] {
            assert!(closes(Language::Python, line), "{line}");
        }
        for line in ["", "exit", "quit", "exit(x)", "sys.exit()", "exit(1); x"] {
            assert!(!closes(Language::Python, line), "{line}");
        }
    }
}
