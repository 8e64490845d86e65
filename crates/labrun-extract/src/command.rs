//! How a typed command looks in a script: without a terminal, and with passwords where they are not asked for.
//!
//! Commands are changed word by word and nowhere else, so that a reader recognises them. This knows docker's and
//! psql's flags as text; it does not interpret bash.

use std::ops::Range;

use labrun_model::SessionKind;

use crate::engine::{EngineCommand, Word, base_name, engine_commands, words};
use crate::shell::quoted;

/// A command line that opens a session, as a script writes it before a here-document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opening {
    /// The program that reads the here-document.
    pub(crate) kind: SessionKind,
    /// The command, reading its standard input where it had a terminal.
    pub(crate) command: String,
    /// The password for the environment of the command, where it asks for one on this side of a container.
    pub(crate) password: Option<String>,
    /// Whether it runs in a container.
    pub(crate) in_container: bool,
}

/// Reads a line that [`labrun_model::opener`] has said opens a session of this kind.
pub(crate) fn opening(line: &str, kind: SessionKind, password: Option<&str>) -> Opening {
    let line = line.trim();
    let words = words(line);
    let engine = engine_commands(&words).pop();
    let in_container = engine.is_some();
    let mut edits = Edits::default();
    if let Some(engine) = &engine {
        edits.without_terminal(&words, engine);
        if let Some(password) = password.filter(|_| kind == SessionKind::Psql) {
            edits.password(&words, engine, password);
        }
    }
    let program = program(&words, kind, engine.as_ref());
    match (kind, program) {
        (SessionKind::Psql, Some(word)) if in_container => edits.psql_in_container(line, word),
        (SessionKind::Psql, Some(word)) => edits.insert(word.end, " -X -v ON_ERROR_STOP=1"),
        (SessionKind::Bash | SessionKind::Sh, Some(_)) => edits.insert(line.len(), " -s"),
        (_, None) => {}
    }
    Opening {
        kind,
        command: edits.apply(line),
        password: password
            .filter(|_| !in_container && kind == SessionKind::Psql)
            .map(str::to_owned),
        in_container,
    }
}

/// A line that is typed at a shell, without the flags that ask docker for a terminal.
pub(crate) fn without_terminal(line: &str) -> String {
    let words = words(line);
    let mut edits = Edits::default();
    for engine in engine_commands(&words) {
        edits.without_terminal(&words, &engine);
    }
    edits.apply(line)
}

/// A line that asks for a PostgreSQL password inside a container, with the password as a variable; `None` where no
/// program of PostgreSQL is started in a container.
pub(crate) fn with_password_in_container(line: &str, password: &str) -> Option<String> {
    let words = words(line);
    let asks = |engine: &EngineCommand| {
        let inner = words.get(engine.program);
        inner.is_some_and(|word| LIBPQ.contains(&base_name(word.text)))
    };
    let mut edits = Edits::default();
    let engines: Vec<_> = engine_commands(&words).into_iter().filter(asks).collect();
    for engine in &engines {
        edits.password(&words, engine, password);
    }
    (!engines.is_empty()).then(|| edits.apply(line))
}

/// Whether a line starts a program that takes its password from `PGPASSWORD`.
pub(crate) fn uses_libpq(line: &str) -> bool {
    words(line)
        .iter()
        .any(|word| LIBPQ.contains(&base_name(word.text)))
}

/// The programs of PostgreSQL that connect to a server.
const LIBPQ: [&str; 17] = [
    "psql",
    "pg_basebackup",
    "pg_dump",
    "pg_dumpall",
    "pg_restore",
    "pg_isready",
    "pg_receivewal",
    "pg_recvlogical",
    "pg_rewind",
    "pgbench",
    "createdb",
    "createuser",
    "dropdb",
    "dropuser",
    "vacuumdb",
    "reindexdb",
    "clusterdb",
];

/// The word that names the program of a session: psql, or a shell that is started by its own name.
fn program<'a>(
    words: &[Word<'a>],
    kind: SessionKind,
    engine: Option<&EngineCommand>,
) -> Option<Word<'a>> {
    let is_program = |word: &&Word<'_>| match kind {
        SessionKind::Psql => base_name(word.text) == "psql",
        SessionKind::Bash | SessionKind::Sh => {
            matches!(base_name(word.text), "bash" | "sh" | "dash" | "ash")
        }
    };
    let from = engine.map_or(0, |engine| engine.program);
    words.get(from..)?.iter().find(is_program).copied()
}

/// Changes to a line, by byte offsets.
#[derive(Debug, Default)]
struct Edits {
    edits: Vec<(Range<usize>, String)>,
}

impl Edits {
    fn insert(&mut self, at: usize, text: &str) {
        self.edits.push((at..at, text.to_owned()));
    }

    /// Takes out what asks for a terminal. With `--detach` nobody would look at it, and it needs none.
    fn without_terminal(&mut self, words: &[Word<'_>], engine: &EngineCommand) {
        let flags = &words[engine.flags.start..engine.flags.end.min(words.len())];
        let is_short = |text: &str| {
            text.len() > 1
                && text.starts_with('-')
                && text[1..].bytes().all(|b| b"itd".contains(&b))
        };
        let detached = |word: &Word<'_>| {
            word.text == "--detach" || is_short(word.text) && word.text.contains('d')
        };
        if flags.iter().any(detached) {
            return;
        }
        for flag in flags {
            let interactive = is_short(flag.text) && flag.text.contains('i');
            if interactive && flag.text.contains('t') && !engine.is_compose {
                self.edits.push((flag.start..flag.end, "-i".to_owned()));
            } else if flag.text == "--tty" || is_short(flag.text) && flag.text.contains('t') {
                // The blank before a flag goes with it.
                self.edits.push((flag.start - 1..flag.end, String::new()));
            }
        }
        if engine.is_compose && flags.iter().all(|flag| flag.text != "-T") {
            self.insert(words[engine.verb].end, " -T");
        }
    }

    fn password(&mut self, words: &[Word<'_>], engine: &EngineCommand, password: &str) {
        let text = format!(" -e PGPASSWORD={}", quoted(password));
        self.insert(words[engine.verb].end, &text);
    }

    /// Docker carries the two output streams side by side, and only inside the container their order is known.
    fn psql_in_container(&mut self, line: &str, psql: Word<'_>) {
        let arguments = &line[psql.end..];
        let command = format!("exec {} -X -v ON_ERROR_STOP=1{arguments} 2>&1", psql.text);
        let text = format!("sh -c {}", quoted(&command));
        self.edits.push((psql.start..line.len(), text));
    }

    fn apply(mut self, line: &str) -> String {
        // Of two edits at one place the insertion is made last, before what the other one left.
        self.edits
            .sort_by_key(|(range, _)| (range.start, range.end));
        let mut result = line.to_owned();
        for (range, text) in self.edits.into_iter().rev() {
            result.replace_range(range, &text);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let kind = labrun_model::opener(line).unwrap().kind;
        assert_eq!(opening(line, kind, None).command, expected);
    }

    #[test]
    fn sessions_read_their_standard_input() {
        check(
            "sudo docker exec -it pgtest_master bash",
            "sudo docker exec -i pgtest_master bash -s",
        );
        check(
            "docker exec -i -t -u me x /bin/sh",
            "docker exec -i -u me x /bin/sh -s",
        );
        check("docker exec -ti bash bash", "docker exec -i bash bash -s");
        check("docker exec --tty -i x bash", "docker exec -i x bash -s");
        check(
            "docker run --rm -it --name a debian bash",
            "docker run --rm -i --name a debian bash -s",
        );
        check(
            "docker compose exec db bash",
            "docker compose exec -T db bash -s",
        );
        check(
            "docker compose exec -it db sh",
            "docker compose exec -T db sh -s",
        );
        check("bash", "bash -s");
        check("su - postgres", "su - postgres");
    }

    #[test]
    fn psql_stops_at_the_first_error() {
        check(
            "psql -h 127.0.0.1 -p 5454 postgres",
            "psql -X -v ON_ERROR_STOP=1 -h 127.0.0.1 -p 5454 postgres",
        );
        check("cd x && psql", "cd x && psql -X -v ON_ERROR_STOP=1");
        check(
            "sudo -u postgres psql",
            "sudo -u postgres psql -X -v ON_ERROR_STOP=1",
        );
        check(
            "docker exec -it psql psql -U 'a b'",
            r"docker exec -i psql sh -c 'exec psql -X -v ON_ERROR_STOP=1 -U '\''a b'\'' 2>&1'",
        );
    }

    #[test]
    fn a_password_goes_where_the_program_is() {
        let host = opening("psql postgres", SessionKind::Psql, Some("a'b"));
        assert_eq!(host.command, "psql -X -v ON_ERROR_STOP=1 postgres");
        assert_eq!(host.password.as_deref(), Some("a'b"));
        let inside = opening("docker exec -it x psql", SessionKind::Psql, Some("a b"));
        assert_eq!(
            inside.command,
            "docker exec -e PGPASSWORD='a b' -i x sh -c 'exec psql -X -v ON_ERROR_STOP=1 2>&1'"
        );
        assert_eq!(inside.password, None);
        assert_eq!(
            with_password_in_container("docker exec x psql -h y -c 'select 1'", "p").as_deref(),
            Some("docker exec -e PGPASSWORD='p' x psql -h y -c 'select 1'")
        );
        assert_eq!(with_password_in_container("psql -c x", "p"), None);
    }

    #[test]
    fn other_commands_lose_only_their_terminal() {
        let same = |line: &str| assert_eq!(without_terminal(line), line);
        same("");
        same("ls -it");
        same("docker ps -it");
        same("docker run -dit debian bash");
        same("docker exec x ls -t");
        same("docker");
        same("docker exec");
        same("docker exec -u");
        assert_eq!(
            without_terminal("a && docker exec -it x true; docker exec -t y true"),
            "a && docker exec -i x true; docker exec y true"
        );
    }
}
