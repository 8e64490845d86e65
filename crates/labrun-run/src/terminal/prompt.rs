//! What is typed to make a program's prompt carry marks, and what an unknown prompt looks like. Pure text.
//!
//! A bootstrap is one line. It is typed into a program that was just opened and ends in a prompt whose mark carries the
//! new session's number: that mark, and nothing else, proves that the session is there.

use labrun_model::SessionKind;

/// The line that teaches a freshly opened program to mark its prompts.
pub(crate) fn bootstrap(kind: SessionKind, nonce: &str, session: u32) -> String {
    match kind {
        SessionKind::Bash => bash_bootstrap(nonce, session),
        SessionKind::Sh => sh_bootstrap(nonce, session),
        SessionKind::Psql => psql_bootstrap(nonce, session),
    }
}

/// The host shell's start-up file: the same marks, without the blank that keeps a line out of the history.
pub(crate) fn bash_start_file(nonce: &str) -> String {
    format!("{}\n", bash_bootstrap(nonce, 0).trim_start())
}

/// `$?` stands literally in PS1, so that the status is there even when the chapter unsets PROMPT_COMMAND;
/// PROMPT_COMMAND repairs PS1 when the chapter changes that. PS0 marks where the echo ends and output begins.
fn bash_bootstrap(nonce: &str, session: u32) -> String {
    let mark = format!("\\e]7717;{nonce};{session};");
    format!(
        " stty -echo 2>/dev/null; bind 'set enable-bracketed-paste off' 2>/dev/null; \
         bind 'set disable-completion on' 2>/dev/null; bind 'set convert-meta off' 2>/dev/null; \
         bind 'set input-meta on' 2>/dev/null; bind 'set output-meta on' 2>/dev/null; unset HISTFILE; \
         __labrun(){{ local s=$?; shopt -s promptvars; PS1=$'\\[{mark}D;$?\\a\\]' PS2=$'\\[{mark}P\\a\\]' PS0=$'{mark}C\\a'; return $s; }}; \
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

/// What is typed to make a session that marks its prompts show them as well, and echo, for a user who types into it.
/// Teaching it the bootstrap again takes that back.
pub(crate) fn sociable(kind: SessionKind, nonce: &str, session: u32) -> String {
    match kind {
        SessionKind::Bash => {
            let mark = format!("\\e]7717;{nonce};{session};");
            format!(
                " __labrun(){{ local s=$?; PS1=$'\\[{mark}D;$?\\a\\]\\w\\$ ' PS2=$'\\[{mark}P\\a\\]> ' PS0=$'{mark}C\\a'; return $s; }}; \
                 stty echo 2>/dev/null"
            )
        }
        SessionKind::Sh => " PS1=\"$PS1\\$ \"; PS2=\"$PS2> \"; stty echo".to_owned(),
        SessionKind::Psql => {
            let mark = format!("%033]7717;{nonce};{session};");
            format!(
                "\\set PROMPT1 '%[{mark}D;%:ERROR:,%:SQLSTATE:,%x%007%]%/%R%x%# ' \\\\ \
                 \\set PROMPT2 '%[{mark}P;%R%007%]%/%R%x%# '\n\\! stty echo 2>/dev/null"
            )
        }
    }
}

/// What the last, unterminated line of a silent terminal looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PromptShape {
    /// `Password for user postgres: `
    Secret,
    /// `postgres=# `
    Psql,
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
        let lower = tail.to_ascii_lowercase();
        let trimmed = lower.trim_end();
        let secret = ["password", "passphrase", "passcode"]
            .iter()
            .any(|word| lower.contains(word));
        if secret && trimmed.ends_with(':') {
            return Self::Secret;
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

/// What a shell's continuation prompt says: nothing, so all that it can be.
pub(crate) fn missing_in_shell() -> String {
    "a quote, a here-document, `done`, `fi` or a bracket is not closed".to_owned()
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
        check("root@0a1b:/# ", PromptShape::Shell);
        check("$ ", PromptShape::Shell);
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
}
