//! Which typed lines open a session, and what their words say of it.

use super::SessionKind;
use super::engine::EngineCommand;
use super::line::{Command, Word, commands};

/// A typed line that opens a session, with the parts that say which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opener<'a> {
    /// The kind of program it starts.
    pub kind: SessionKind,
    /// The word that names the program; of `sudo -i` the flag.
    pub program: Word<'a>,
    /// The program's arguments.
    pub arguments: Vec<Word<'a>>,
    /// What starts the program in a container, where something does.
    pub engine: Option<EngineCommand<'a>>,
}

impl Opener<'_> {
    /// Offset after the last word of the command; behind it there can be a comment.
    pub fn end(&self) -> usize {
        self.arguments.last().unwrap_or(&self.program).end()
    }
}

/// Whether a line typed at a shell looks as if it opened a session, and which.
pub fn opener(line: &str) -> Option<Opener<'_>> {
    opener_in(&commands(line))
}

/// The same of a line's commands.
pub(super) fn opener_in<'a>(commands: &[Command<'a>]) -> Option<Opener<'a>> {
    let last = commands.last()?;
    last.reads_terminal
        .then(|| read(&last.words, None))
        .flatten()
}

/// The simple command of a line that opens a session, without what stands before it in the line: of `cd x && psql` it
/// is `psql`.
pub fn opening_command(line: &str) -> Option<&str> {
    let opener = opener(line)?;
    let start = commands(line).pop()?.words.first()?.start;
    line.get(start..opener.end())
}

/// The session that a simple command starts, in the container of `engine` where there is one.
fn read<'a>(words: &[Word<'a>], engine: Option<EngineCommand<'a>>) -> Option<Opener<'a>> {
    let (words, login) = behind_prefixes(words);
    let Some((program, arguments)) = words.split_first() else {
        return login.map(|flag| Opener {
            kind: SessionKind::Bash,
            program: flag,
            arguments: Vec::new(),
            engine,
        });
    };
    let kind = match program.program() {
        "bash" if is_interactive_shell(arguments) => SessionKind::Bash,
        "sh" | "dash" | "ash" if is_interactive_shell(arguments) => SessionKind::Sh,
        "psql" if is_interactive_psql(arguments) => SessionKind::Psql,
        "sqlite3" if is_interactive_sqlite(arguments) => SessionKind::Sqlite,
        name if is_python(name) && is_interactive_python(arguments) => SessionKind::Python,
        "su" if arguments.iter().all(|word| word.text != "-c") => SessionKind::Bash,
        _ => {
            let inner = EngineCommand::read(words).filter(EngineCommand::has_terminal)?;
            let command = inner.command.clone();
            return read(&command, Some(inner));
        }
    };
    Some(Opener {
        kind,
        program: *program,
        arguments: arguments.to_vec(),
        engine,
    })
}

/// Drops assignments, `env`, `exec` and `sudo` with its flags. Beside the rest stands the flag by which sudo starts a
/// shell when no program follows.
fn behind_prefixes<'a, 'b>(words: &'b [Word<'a>]) -> (&'b [Word<'a>], Option<Word<'a>>) {
    const SUDO_WITH_VALUE: &str = "CDRTUghprtu";
    let mut rest = words;
    let mut after_sudo = false;
    let mut login = None;
    while let Some((word, behind)) = rest.split_first() {
        let is_assignment = word.text.contains('=') && !word.text.starts_with('-');
        if after_sudo && word.text.starts_with('-') {
            let (switches, takes_next) = word.switches(SUDO_WITH_VALUE);
            if switches.contains(['i', 's']) {
                login = Some(*word);
            }
            rest = behind.get(usize::from(takes_next)..).unwrap_or_default();
        } else if is_assignment || matches!(word.text, "sudo" | "env" | "exec" | "command") {
            after_sudo |= word.text == "sudo";
            rest = behind;
        } else {
            break;
        }
    }
    (rest, login)
}

fn is_interactive_shell(arguments: &[Word<'_>]) -> bool {
    arguments
        .iter()
        .all(|word| word.text.starts_with('-') && !matches!(word.text, "-c" | "-s"))
}

fn is_interactive_psql(arguments: &[Word<'_>]) -> bool {
    const WITH_VALUE: &str = "FLPRTUdhopv";
    const ENDS: [&str; 5] = ["--command", "--file", "--list", "--version", "--help"];
    arguments.iter().all(|word| {
        let (switches, _) = word.switches(WITH_VALUE);
        let flag = word.text.split('=').next().unwrap_or(word.text);
        !switches.contains(['c', 'f', 'l', 'V', '?']) && !ENDS.contains(&flag)
    })
}

/// `python`, `python3`, `python3.12`.
fn is_python(program: &str) -> bool {
    program
        .strip_prefix("python")
        .is_some_and(|version| version.bytes().all(|c| c.is_ascii_digit() || c == b'.'))
}

/// Without a program to run, or with the flag that asks for a prompt behind it.
fn is_interactive_python(arguments: &[Word<'_>]) -> bool {
    const WITH_VALUE: &str = "WXcm";
    let mut rest = arguments;
    while let Some((word, behind)) = rest.split_first() {
        let (switches, takes_next) = word.switches(WITH_VALUE);
        if switches.contains('i') {
            return true;
        }
        let behind_switches = word.text.get(1 + switches.len()..).unwrap_or("");
        let runs = !word.text.starts_with('-') || behind_switches.starts_with(['c', 'm']);
        let tells = word.text.starts_with("--") || switches.contains(['V', 'h', '?']);
        if runs || tells {
            return false;
        }
        rest = behind.get(usize::from(takes_next)..).unwrap_or_default();
    }
    true
}

/// A second word that is no flag is SQL, which sqlite3 runs instead of asking for some.
fn is_interactive_sqlite(arguments: &[Word<'_>]) -> bool {
    const WITH_VALUE: [&str; 9] = [
        "cmd",
        "init",
        "maxsize",
        "mmap",
        "newline",
        "nullvalue",
        "separator",
        "vfs",
        "heap",
    ];
    let mut databases = 0;
    let mut rest = arguments;
    while let Some((word, behind)) = rest.split_first() {
        let flag = word
            .text
            .strip_prefix('-')
            .map(|flag| flag.trim_start_matches('-'));
        match flag {
            Some("batch" | "version" | "help") => return false,
            Some("interactive") => return true,
            Some(_) => {}
            None => databases += 1,
        }
        let skipped = usize::from(flag.is_some_and(|flag| WITH_VALUE.contains(&flag)));
        rest = behind.get(skipped..).unwrap_or_default();
    }
    databases < 2
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
        use SessionKind::{Bash, Psql, Python, Sh, Sqlite};
        check("sqlite3", Some(Sqlite));
        check("sqlite3 -header -separator , ex1.db", Some(Sqlite));
        check("sqlite3 ex1.db 'SELECT 1'", None);
        check("sqlite3 ex1.db < schema.sql", None);
        check("sqlite3 -batch ex1.db", None);
        check("sqlite3 --version", None);
        check("docker exec -it x sqlite3 /data/a.db", Some(Sqlite));
        check("python3", Some(Python));
        check("python", Some(Python));
        check("/usr/bin/python3.12 -q -W ignore", Some(Python));
        check("python3 -i app.py", Some(Python));
        check("python3 -qi -c 'x = 1'", Some(Python));
        check("python3 app.py", None);
        check("python3 -m http.server", None);
        check("python3 -mtimeit x", None);
        check("python3 -c 'print(1)' -i", None);
        check("python3 -V", None);
        check("python3 --version", None);
        check("python3 - <<'END'", None);
        check("python-config", None);
        check("sudo docker exec -it pgtest_master bash", Some(Bash));
        check("docker exec -i -t -u postgres x /bin/sh", Some(Sh));
        check("docker exec -it x psql -U postgres", Some(Psql));
        check("docker exec x psql -U postgres -c 'SHOW port;'", None);
        check("docker exec -it x psql -U postgres -c 'SHOW port;'", None);
        check("docker exec -i x bash", None);
        check("docker exec x bash -it", None);
        check("docker exec -it x sudo -u postgres psql", Some(Psql));
        check("sudo docker compose exec db psql", Some(Psql));
        check("docker compose exec -T db psql", None);
        check("docker run --rm -it --name a debian bash", Some(Bash));
        check("docker run -dit debian bash", None);
        check("psql -h 127.0.0.1 -U postgres -p 5454 postgres", Some(Psql));
        check("PGPASSWORD=x psql postgres", Some(Psql));
        check("PGPASSWORD='two words' psql postgres", Some(Psql));
        check("psql -h 127.0.0.1 -c 'select 1'", None);
        check("psql -h 127.0.0.1 -Atc 'select 1'", None);
        check("psql -Uclf -dclf", Some(Psql));
        check("psql --file=x", None);
        check("psql -l", None);
        check("psql < file.sql", None);
        check("echo 1 | psql", None);
        check("psql || true", None);
        check("true || psql", None);
        check("psql &", None);
        check("bash", Some(Bash));
        check("bash;", Some(Bash));
        check("bash # a new shell", Some(Bash));
        check("bash script.sh", None);
        check("bash -c true", None);
        check("cd x && sh", Some(Sh));
        check("sudo -u postgres psql", Some(Psql));
        check("sudo -i", Some(Bash));
        check("sudo -i -u postgres", Some(Bash));
        check("sudo -iu postgres", Some(Bash));
        check("sudo -iu postgres psql", Some(Psql));
        check("sudo -u postgres", None);
        check("su - postgres", Some(Bash));
        check("su postgres -c psql", None);
        check("sudo docker compose up -d", None);
        check("echo bash", None);
        check("echo 'x && bash'", None);
        check("", None);
        check("# bash", None);
    }

    #[test]
    fn what_opens_a_session_is_told_from_what_stands_before_it() {
        let check = |line, expected| assert_eq!(opening_command(line), expected, "{line}");
        check(
            "cd x && sudo -u me psql -U 'a b' # in",
            Some("sudo -u me psql -U 'a b'"),
        );
        check(
            "docker compose up -d; docker exec -it db bash",
            Some("docker exec -it db bash"),
        );
        check("PGPASSWORD=x psql", Some("PGPASSWORD=x psql"));
        check("sudo -i", Some("sudo -i"));
        check("ls", None);
    }

    #[test]
    fn an_opener_has_the_parts_of_its_line() {
        let line = "cd x && sudo docker exec -itu me 'db' /bin/psql -U 'a b' # in";
        let opener = opener(line).unwrap();
        assert_eq!(opener.program.text, "/bin/psql");
        assert_eq!(
            &line[opener.program.start..opener.end()],
            "/bin/psql -U 'a b'"
        );
        let engine = opener.engine.unwrap();
        assert_eq!((engine.name, engine.flags[0].text), (Some("db"), "-itu"));
        assert_eq!(super::opener("sudo -i").unwrap().program.text, "-i");
        assert_eq!(super::opener("psql").unwrap().engine, None);
    }
}
