//! The programs that a terminal's stack of sessions can hold, and which typed lines open one.
//!
//! Knowing an opener is knowledge about text only: the runner proves a session by its prompt, extraction turns an
//! opener into a here-document. Neither trusts this alone.

/// What a block is written in, and so where it may be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// `sh` or `bash`: typed at a shell, on the host or in a container.
    Shell,
    /// `sql`: typed at psql, SQL as well as psql's own commands.
    Sql,
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
}

/// A typed line that opens a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opener {
    /// The kind of program it starts.
    pub kind: SessionKind,
}

impl SessionKind {
    /// The language that is typed at such a program.
    pub fn language(self) -> Language {
        match self {
            Self::Bash | Self::Sh => Language::Shell,
            Self::Psql => Language::Sql,
        }
    }

    /// The program's name as messages say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Sh => "sh",
            Self::Psql => "psql",
        }
    }
}

impl Language {
    /// The language as it stands after the fence.
    pub fn fence(self) -> &'static str {
        match self {
            Self::Shell => "sh",
            Self::Sql => "sql",
        }
    }

    /// Where such a block is typed, for messages: `a shell`, `psql`.
    pub fn place(self) -> &'static str {
        match self {
            Self::Shell => "a shell",
            Self::Sql => "psql",
        }
    }
}

/// Whether a line typed at a shell looks as if it opened a session, and which kind.
pub fn opener(line: &str) -> Option<Opener> {
    let command = last_command(line)?;
    let words = words(command);
    let kind = program(skip_prefixes(&words))?;
    Some(Opener { kind })
}

/// The last simple command of a list; `None` for a pipeline, a redirected input or a background job, which are never
/// interactive sessions.
fn last_command(line: &str) -> Option<&str> {
    let command = line
        .rsplit("&&")
        .next()
        .and_then(|part| part.rsplit(';').next())?
        .trim();
    let interactive = !command.is_empty()
        && !command.contains(['|', '<', '`', '\n'])
        && !command.ends_with('&')
        && !command.starts_with('#');
    interactive.then_some(command)
}

/// Splits at blanks outside quotes; quotes around a word are taken off but not interpreted, which is enough to know
/// programs and flags.
fn words(command: &str) -> Vec<&str> {
    let mut quote = None;
    let parts = command.split(move |character: char| {
        match quote {
            Some(open) if open == character => quote = None,
            None if matches!(character, '"' | '\'') => quote = Some(character),
            _ => {}
        }
        quote.is_none() && character.is_whitespace()
    });
    parts
        .filter(|word| !word.is_empty())
        .map(|word| word.trim_matches(['"', '\'']))
        .collect()
}

/// Drops assignments, `env`, `exec` and `sudo` with its flags.
fn skip_prefixes<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    let mut rest = words;
    let mut after_sudo = false;
    while let Some(&word) = rest.first() {
        let assignment = word.contains('=') && !word.starts_with('-');
        let keeps_value = after_sudo && matches!(word, "-u" | "-g") && rest.len() > 1;
        let flag = after_sudo && word.starts_with('-') && !matches!(word, "-i" | "-s");
        if keeps_value {
            rest = &rest[2..];
        } else if assignment || flag || matches!(word, "sudo" | "env" | "exec" | "command") {
            after_sudo |= word == "sudo";
            rest = &rest[1..];
        } else {
            break;
        }
    }
    rest
}

/// The session that a simple command starts.
fn program(words: &[&str]) -> Option<SessionKind> {
    let (&name, arguments) = words.split_first()?;
    match base_name(name) {
        "bash" => interactive_shell(arguments).then_some(SessionKind::Bash),
        "sh" | "dash" | "ash" => interactive_shell(arguments).then_some(SessionKind::Sh),
        "psql" => interactive_psql(arguments).then_some(SessionKind::Psql),
        "su" => (!arguments.contains(&"-c")).then_some(SessionKind::Bash),
        "-i" | "-s" if arguments.is_empty() => Some(SessionKind::Bash),
        "docker" | "podman" => in_container(arguments),
        "docker-compose" => in_service(arguments),
        _ => None,
    }
}

fn base_name(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

fn interactive_shell(arguments: &[&str]) -> bool {
    arguments
        .iter()
        .all(|word| word.starts_with('-') && *word != "-c" && *word != "-s")
}

fn interactive_psql(arguments: &[&str]) -> bool {
    const ENDS: [&str; 9] = [
        "-c",
        "-f",
        "-l",
        "-V",
        "-?",
        "--command",
        "--file",
        "--list",
        "--version",
    ];
    arguments.iter().all(|word| {
        let flag = word.split('=').next().unwrap_or(word);
        let attached = word.starts_with("-c") || word.starts_with("-f");
        !ENDS.contains(&flag) && flag != "--help" && !attached
    })
}

/// `docker exec -it X PROGRAM`, `docker run -it IMAGE PROGRAM`, `docker compose exec X PROGRAM`.
fn in_container(arguments: &[&str]) -> Option<SessionKind> {
    let (verb_at, verb) = arguments
        .iter()
        .enumerate()
        .find(|(_, word)| matches!(**word, "exec" | "run" | "compose"))?;
    let rest = &arguments[verb_at + 1..];
    if *verb == "compose" {
        return in_service(rest);
    }
    let has = |letter: char, long: &str| {
        rest.iter()
            .any(|word| *word == long || (is_short(word) && word.contains(letter)))
    };
    (has('i', "--interactive") && has('t', "--tty"))
        .then(|| inner_program(rest))
        .flatten()
}

/// `docker compose exec SERVICE PROGRAM`: compose gives a terminal unless `-T` says otherwise.
fn in_service(arguments: &[&str]) -> Option<SessionKind> {
    let at = arguments
        .iter()
        .position(|word| matches!(*word, "exec" | "run"))?;
    let rest = &arguments[at + 1..];
    (!rest.contains(&"-T"))
        .then(|| inner_program(rest))
        .flatten()
}

fn is_short(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--")
}

/// The program after the container's or image's name: the first word behind the flags, some of which take a value.
fn inner_program(words: &[&str]) -> Option<SessionKind> {
    const WITH_VALUE: [&str; 12] = [
        "-u",
        "--user",
        "-e",
        "--env",
        "-w",
        "--workdir",
        "--name",
        "--network",
        "-v",
        "-p",
        "--index",
        "--entrypoint",
    ];
    let mut rest = words;
    while let Some(&word) = rest.first() {
        if !word.starts_with('-') {
            break;
        }
        rest = &rest[if WITH_VALUE.contains(&word) {
            2.min(rest.len())
        } else {
            1
        }..];
    }
    program(rest.get(1..)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Option<SessionKind>) {
        assert_eq!(opener(line).map(|opener| opener.kind), expected, "{line}");
    }

    #[test]
    fn openers_are_known_by_their_words() {
        use SessionKind::{Bash, Psql, Sh};
        check("sudo docker exec -it pgtest_master bash", Some(Bash));
        check("docker exec -i -t -u postgres x /bin/sh", Some(Sh));
        check("docker exec -it x psql -U postgres", Some(Psql));
        check("docker exec x psql -U postgres -c 'SHOW port;'", None);
        check("docker exec -it x psql -U postgres -c 'SHOW port;'", None);
        check("docker exec -i x bash", None);
        check("sudo docker compose exec db psql", Some(Psql));
        check("docker compose exec -T db psql", None);
        check("docker run --rm -it --name a debian bash", Some(Bash));
        check("psql -h 127.0.0.1 -U postgres -p 5454 postgres", Some(Psql));
        check("PGPASSWORD=x psql postgres", Some(Psql));
        check("PGPASSWORD='two words' psql postgres", Some(Psql));
        check("psql -h 127.0.0.1 -c 'select 1'", None);
        check("psql -l", None);
        check("psql < file.sql", None);
        check("echo 1 | psql", None);
        check("bash", Some(Bash));
        check("bash script.sh", None);
        check("bash -c true", None);
        check("cd x && sh", Some(Sh));
        check("sudo -u postgres psql", Some(Psql));
        check("sudo -i", Some(Bash));
        check("su - postgres", Some(Bash));
        check("sudo docker compose up -d", None);
        check("echo bash", None);
        check("", None);
        check("# bash", None);
    }
}
