//! Languages that other books have for what labs have a language of their own for, and what a fence without one begins
//! with: the help that names the one that was most likely meant. Pure.

use crate::nearest::nearest;
use crate::roles::{LANGUAGES, ROLES_HELP};

/// Names in use elsewhere, each with the language of labs that means the same.
const OTHERS: [(&str, &[&str]); 6] = [
    ("sh", &["shell", "zsh", "shellscript", "ash", "dash"]),
    (
        "console",
        &[
            "shell-session",
            "sh-session",
            "bash-session",
            "terminal",
            "session",
            "shellsession",
            "pycon",
            "doctest",
        ],
    ),
    (
        "sql",
        &[
            "psql",
            "postgres",
            "postgresql",
            "pgsql",
            "sqlite",
            "sqlite3",
        ],
    ),
    ("python", &["py", "python3", "ipython"]),
    (
        "text",
        &[
            "txt",
            "plain",
            "plaintext",
            "output",
            "out",
            "stdout",
            "log",
            "none",
        ],
    ),
    ("json", &["json5", "jsonc", "jsonl"]),
];

/// The help for a fence in a language that labs do not know.
pub(crate) fn help_for(language: &str) -> String {
    let other = OTHERS
        .iter()
        .find(|(_, names)| names.contains(&language.to_lowercase().as_str()))
        .map(|(known, _)| *known);
    match other.or_else(|| nearest(language, &LANGUAGES)) {
        Some(known) => format!(
            "did you mean `{known}`? Where the whole book calls it `{language}`, [preprocessor.labrun.roles] in book.toml says what that is; `labrun help annotations` has all"
        ),
        None => ROLES_HELP.to_owned(),
    }
}

/// The help for a fence without a language, by its first line.
pub(crate) fn help_without(first: &str) -> String {
    const PROMPTS: [&str; 4] = ["$ ", ">>> ", "postgres=# ", "sqlite> "];
    let writes = "`labrun new --languages` writes the likely language behind each such fence";
    if PROMPTS
        .iter()
        .any(|prompt| first.trim_start().starts_with(prompt))
    {
        format!("it begins with a prompt, so it is most likely `console`; {writes}")
    } else {
        format!("{writes}; {ROLES_HELP}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_another_book_leads_to_the_one_of_labs() {
        for (other, known) in [
            ("shell", "sh"),
            ("txt", "text"),
            ("output", "text"),
            ("Python3", "python"),
            ("pthon", "python"),
        ] {
            let help = help_for(other);
            assert!(
                help.starts_with(&format!("did you mean `{known}`?")),
                "{help}"
            );
        }
        assert_eq!(help_for("yaml"), ROLES_HELP);
    }

    #[test]
    fn a_prompt_says_what_a_fence_is() {
        assert!(help_without("  $ ls").contains("`console`"));
        assert!(!help_without("ls").contains("most likely `console`"));
    }
}
