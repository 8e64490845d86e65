//! Variables by which compose files are resolved and which typed commands set.

use std::collections::BTreeSet;

use labrun_model::Span;

use super::shell::Word;

/// A variable that a typed command sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assigned {
    pub(super) name: String,
    /// What it is set to, where the text says it.
    pub(super) value: Option<String>,
    pub(super) span: Span,
}

/// Commands that set the variables of the words behind them.
const SETTERS: [&str; 8] = [
    "export", "declare", "typeset", "local", "readonly", "env", "sudo", "set",
];
/// Commands that read or make up the values of the variables that they name.
const READERS: [&str; 7] = [
    "read",
    "readarray",
    "mapfile",
    "printf",
    "for",
    "select",
    "getopts",
];
/// Variables of compose itself that lead it to other files.
pub(super) const LEADING: [&str; 4] = [
    "COMPOSE_FILE",
    "COMPOSE_ENV_FILES",
    "COMPOSE_PATH_SEPARATOR",
    "COMPOSE_PROJECT_DIRECTORY",
];
/// What stands for all variables, where a script is read into the shell.
pub(super) const ANY: &str = "*";

/// The variables that a simple command sets.
pub(super) fn assigned(words: &[Word], span: Span) -> Vec<Assigned> {
    let mut found = Vec::new();
    let unknown = |name: &str| Assigned {
        name: name.to_owned(),
        value: None,
        span,
    };
    let first = words.iter().position(|word| assignment(word).is_none());
    let command = first
        .and_then(|at| words.get(at))
        .map(|word| word.text.as_str());
    let sets_all = command.is_some_and(|command| SETTERS.contains(&command));
    for (index, word) in words.iter().enumerate() {
        let is_in_front = first.is_none_or(|first| index < first);
        if (is_in_front || sets_all)
            && let Some((name, value)) = assignment(word)
        {
            found.push(Assigned {
                name: name.to_owned(),
                value: (word.is_plain && !is_leading(name)).then(|| value.to_owned()),
                span,
            });
        }
    }
    match command {
        Some("source" | ".") => found.push(unknown(ANY)),
        Some(command) if READERS.contains(&command) => {
            let names = words.iter().filter(|word| is_name(&word.text));
            found.extend(names.map(|word| unknown(&word.text)));
        }
        _ => {}
    }
    found
}

/// Whether a variable changes which programs and settings are found, so that compose is never called with another value.
fn is_leading(name: &str) -> bool {
    const NAMES: [&str; 5] = ["HOME", "PATH", "PWD", "SHELL", "TMPDIR"];
    const BEGINNINGS: [&str; 7] = [
        "BASH_",
        "BUILDKIT_",
        "BUILDX_",
        "COMPOSE_",
        "DOCKER_",
        "LD_",
        "XDG_",
    ];
    NAMES.contains(&name)
        || BEGINNINGS
            .iter()
            .any(|beginning| name.starts_with(beginning))
}

/// The names of the variables that a compose file uses.
pub(super) fn used(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix('$') {
            rest = behind;
            continue;
        }
        let inner = rest.strip_prefix('{').unwrap_or(rest);
        let name: String = inner
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        if is_name(&name) {
            names.insert(name);
        }
    }
    names
}

fn assignment(word: &Word) -> Option<(&str, &str)> {
    let (name, value) = word.text.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    is_name(name).then_some((name, value))
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::super::shell::split;
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[(&str, Option<&str>)]) {
        let script = split(line);
        let found: Vec<Assigned> = script
            .commands
            .iter()
            .flat_map(|words| assigned(words, Span::default()))
            .collect();
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.name.as_str(), one.value.as_deref()))
            .collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn what_a_command_sets_is_known() {
        check(
            "A=1 B=$X docker compose up",
            &[("A", Some("1")), ("B", None)],
        );
        check("export A='x y'; docker run -e C=1 x", &[("A", Some("x y"))]);
        check("sudo A=1 docker compose up", &[("A", Some("1"))]);
        check("read -r A", &[("read", None), ("A", None)]);
        check(
            "for A in x",
            &[("for", None), ("A", None), ("in", None), ("x", None)],
        );
        check(". ./x", &[(ANY, None)]);
        check(
            "A+=1 DOCKER_CONFIG=x",
            &[("A", Some("1")), ("DOCKER_CONFIG", None)],
        );
    }

    #[test]
    fn what_a_file_uses_is_known() {
        let names: Vec<_> = used("a: $A ${B:-${C}} $$D ${E?x} $ $1")
            .into_iter()
            .collect();
        assert_eq!(names, ["A", "B", "C", "E"]);
    }
}
