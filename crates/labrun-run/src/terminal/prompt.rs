//! What is typed to make a program's prompt carry marks, and what an unknown prompt looks like. Pure text.
//!
//! A bootstrap is a line or two. It is typed into a program that was just opened and ends in a prompt whose mark carries the
//! new session's number: that mark, and nothing else, proves that the session is there.

use labrun_model::SessionKind;

use super::keys::EDIT_FUNCTION;
use super::mark::short_word;

/// The line that teaches a freshly opened program to mark its prompts.
pub(crate) fn bootstrap(kind: SessionKind, nonce: &str, session: u32) -> String {
    match kind {
        SessionKind::Bash => bash_bootstrap(nonce, session),
        SessionKind::Sh => sh_bootstrap(nonce, session),
        SessionKind::Psql => psql_bootstrap(nonce, session),
        SessionKind::Sqlite => sqlite_bootstrap(nonce, session),
        SessionKind::Python => python_bootstrap(nonce, session),
    }
}

/// The host shell's start-up file: the same marks. Its terminal does not echo from the start, so no program has to be
/// started for that; and its prompt is not readline's, to which brackets would say what is not seen of it.
pub(crate) fn bash_start_file(nonce: &str) -> String {
    format!("{EDIT_FUNCTION}\n{}\n", bash_settings(nonce, 0, ["", ""]))
}

fn bash_bootstrap(nonce: &str, session: u32) -> String {
    let settings = bash_settings(nonce, session, ["\\[", "\\]"]);
    format!(" stty -echo 2>/dev/null; {settings}")
}

/// `$?` stands literally in PS1, so that the status is there even when the chapter unsets PROMPT_COMMAND;
/// PROMPT_COMMAND repairs PS1 when the chapter changes that. PS0 marks where the echo ends and output begins.
fn bash_settings(nonce: &str, session: u32, [open, close]: [&str; 2]) -> String {
    let mark = format!("\\e]7717;{nonce};{session};");
    format!(
        "bind 'set enable-bracketed-paste off' 2>/dev/null; \
         bind 'set disable-completion on' 2>/dev/null; bind 'set convert-meta off' 2>/dev/null; \
         bind 'set input-meta on' 2>/dev/null; bind 'set output-meta on' 2>/dev/null; unset HISTFILE; \
         __labrun(){{ local s=$?; shopt -s promptvars; PS1=$'{open}{mark}D;$?\\a{close}' PS2=$'{open}{mark}P\\a{close}' PS0=$'{mark}C\\a'; return $s; }}; \
         PROMPT_COMMAND=__labrun"
    )
}

/// A POSIX shell expands `$?` in PS1 at each prompt. It has no PS0: output begins where the typed line ends.
fn sh_bootstrap(nonce: &str, session: u32) -> String {
    let mark = format!("\\033]7717;{nonce};{session};");
    format!(
        " stty -echo; PS1=$(printf '{mark}D;$?\\007x'); PS1=${{PS1%x}}; \
         PS2=$(printf '{mark}P\\007x'); PS2=${{PS2%x}}"
    )
}

/// psql's prompts carry whether the last statement failed, its SQLSTATE and the state of the transaction; the
/// continuation prompt says what is open (`'`, `(`, `-`).
fn psql_bootstrap(nonce: &str, session: u32) -> String {
    let mark = format!("%033]7717;{nonce};{session};");
    format!(
        "\\! stty -echo 2>/dev/null\n\\pset pager off \\\\ \\set PROMPT2 '{mark}P;%R%007' \\\\ \\set PROMPT3 '{mark}P;copy%007' \
         \\\\ \\set PROMPT1 '{mark}D;%:ERROR:,%:SQLSTATE:,%x%007'"
    )
}

/// sqlite3 before 3.42 keeps 19 bytes of a prompt, so its marks are short ones. Later ones write what is open over the
/// first three bytes of the continuation prompt, which is why blanks stand there.
fn sqlite_bootstrap(nonce: &str, session: u32) -> String {
    let word = short_word(nonce, session);
    let mark = |kind| format!("\\033]7717;{word}{kind}\\007");
    let blanks = " ".repeat(SQLITE_OPEN);
    format!(
        ".shell stty -echo 2>/dev/null\n.prompt \"{}\" \"{blanks}{}\"",
        mark('D'),
        mark('P')
    )
}

/// How many bytes before its mark sqlite3's continuation prompt has, which are no output.
pub(crate) const SQLITE_OPEN: usize = 3;

/// An object as a prompt is asked for its text each time, and so can tell whether something was raised since the last.
/// It lives in a namespace of its own, so that the page's program finds no name that it has not made.
fn python_bootstrap(nonce: &str, session: u32) -> String {
    let mark = format!("\\\\33]7717;{nonce};{session};");
    let lines = [
        "import os, sys",
        "os.system(\"stty -echo 2>/dev/null\")",
        "class Prompt:",
        " seen = (None, None)",
        " def __str__(self):",
        "  last = (getattr(sys, \"last_value\", None), getattr(sys, \"last_traceback\", None))",
        "  new = last[0] is not self.seen[0] or last[1] is not self.seen[1]",
        "  self.seen = last",
        &format!("  return \"{mark}D;\" + (type(last[0]).__name__ if new else \"0\") + \"\\\\7\""),
        "sys.ps1 = Prompt()",
        &format!("sys.ps2 = \"{mark}P\\\\7\""),
    ];
    format!("exec('{}', {{}})", lines.join("\\n"))
}

/// What the last, unterminated line of a silent terminal looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PromptShape {
    /// `Password for user postgres: `
    Secret,
    /// `postgres=# `
    Psql,
    /// `sqlite> `
    Sqlite,
    /// `>>> `
    Python,
    /// `root@f00:/# ` or `$ `
    Shell,
    /// `Proceed? [y/N] `
    Question,
    /// None of these.
    Other,
}

impl PromptShape {
    /// Judges a line that has already lost its control codes.
    pub(crate) fn of(tail: &str) -> Self {
        let tail = &one_blank(tail);
        let lower = tail.to_ascii_lowercase();
        let trimmed = lower.trim_end();
        let secret = ["password", "passphrase", "passcode"]
            .iter()
            .any(|word| lower.contains(word));
        if secret && trimmed.ends_with(':') {
            return Self::Secret;
        }
        match tail.as_str() {
            "sqlite> " => return Self::Sqlite,
            ">>> " => return Self::Python,
            _ => {}
        }
        if tail.ends_with("# ") || tail.ends_with("> ") {
            let before = tail[..tail.len() - 2].trim_end_matches(['*', '!', '?']);
            if before.ends_with('=') {
                return Self::Psql;
            }
        }
        if tail.ends_with("# ") || tail.ends_with("$ ") {
            return Self::Shell;
        }
        let question = [
            "?",
            "[y/n]",
            "(y/n)",
            "(yes/no)",
            "[yes/no]",
            "(yes/no/[fingerprint])?",
            "]:",
        ];
        if question.iter().any(|end| trimmed.ends_with(end)) {
            return Self::Question;
        }
        Self::Other
    }
}

/// A prompt with one of the blanks that it ends with. A shell that knows nothing of its terminal, because its container
/// has no description of it, clears the line with blanks before it shows the prompt once more.
pub(super) fn one_blank(prompt: &str) -> String {
    let shown = prompt.trim_end_matches(' ');
    let blank = if shown.len() < prompt.len() { " " } else { "" };
    format!("{shown}{blank}")
}

/// What a psql continuation prompt's `%R` says is missing.
pub(crate) fn missing_in_sql(payload: &str) -> String {
    match payload.trim() {
        "'" => "a closing single quote '".to_owned(),
        "\"" => "a closing double quote \"".to_owned(),
        "(" => "a closing parenthesis )".to_owned(),
        "*" => "the end of a comment */".to_owned(),
        "$" => "the end of a dollar-quoted text".to_owned(),
        "copy" => "the end of COPY data \\.".to_owned(),
        _ => "a semicolon ;".to_owned(),
    }
}

/// What a continuation prompt says that says nothing: all that it can be.
pub(crate) fn missing_in(kind: SessionKind) -> String {
    let missing = match kind {
        SessionKind::Bash | SessionKind::Sh => {
            "the end of a quote, a here-document or a bracket, or `done` or `fi`"
        }
        SessionKind::Psql | SessionKind::Sqlite => "the end of a quote, or a semicolon ;",
        SessionKind::Python => "the end of a quote, a bracket or a block",
    };
    missing.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tail: &str, expected: PromptShape) {
        assert_eq!(PromptShape::of(tail), expected, "{tail:?}");
    }

    #[test]
    fn prompts_have_shapes() {
        check("Password for user postgres: ", PromptShape::Secret);
        check("[sudo] password for me: ", PromptShape::Secret);
        check("Enter passphrase for key:", PromptShape::Secret);
        check("postgres=# ", PromptShape::Psql);
        check("postgres=> ", PromptShape::Psql);
        check("postgres=*# ", PromptShape::Psql);
        check("sqlite> ", PromptShape::Sqlite);
        check(">>> ", PromptShape::Python);
        check("x >>> ", PromptShape::Other);
        check("root@0a1b:/# ", PromptShape::Shell);
        check("$ ", PromptShape::Shell);
        // Readline without a description of the terminal clears the line with blanks.
        check("bash-5.2#                       ", PromptShape::Shell);
        check("bash-5.2#", PromptShape::Other);
        check("Progress > ", PromptShape::Other);
        check("Continue? [y/N] ", PromptShape::Question);
        check("", PromptShape::Other);
        check("password is wrong", PromptShape::Other);
    }

    #[test]
    fn a_bootstrap_is_one_line_for_a_shell() {
        for kind in [SessionKind::Bash, SessionKind::Sh] {
            let line = bootstrap(kind, "n", 7);
            assert!(
                !line.contains('\n') && line.starts_with(' ') && line.contains("n;7;"),
                "{line}"
            );
        }
    }

    #[test]
    fn a_prompt_of_sqlite3_is_short_enough_for_all_that_are_in_use() {
        let line = bootstrap(SessionKind::Sqlite, "0123456789abcdef", 123_456);
        for prompt in line.split('"').filter(|text| text.contains("7717")) {
            let bytes = prompt.replace("\\033", "e").replace("\\007", "b");
            assert!(bytes.len() <= 19, "{prompt}");
        }
    }
}
