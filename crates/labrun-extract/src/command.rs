//! How a typed command looks in a script: without a terminal, and with passwords where they are not asked for.
//!
//! Commands are changed word by word and nowhere else, so that a reader recognises them. What the words are is
//! [`labrun_model`]'s to say.

use std::ops::Range;

use labrun_model::{EngineCommand, Opener, SessionKind, engine_commands, words};

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

/// Writes a line as a script opens the session that it opens; the password is as the shell reads it.
pub(crate) fn opening(line: &str, opener: &Opener<'_>, password: Option<&str>) -> Opening {
    let password = password.filter(|_| opener.kind == SessionKind::Psql);
    let mut edits = Edits::default();
    edits.without_terminals(&line[..opener.program.start]);
    if let Some((engine, password)) = opener.engine.as_ref().zip(password) {
        edits.password(engine, password);
    }
    let end = opener.program.end();
    match (opener.program.program(), &opener.engine) {
        ("psql", Some(_)) => edits.in_container(line, opener, PSQL),
        ("psql", None) => edits.insert(end, PSQL),
        ("sqlite3", Some(_)) => edits.in_container(line, opener, SQLITE),
        ("sqlite3", None) => edits.insert(end, SQLITE),
        ("bash" | "sh" | "dash" | "ash", _) => edits.insert(opener.end(), " -s"),
        _ if opener.kind == SessionKind::Python => edits.insert(end, " -u -c \"$lab_python\""),
        _ => {}
    }
    Opening {
        kind: opener.kind,
        command: edits.apply(line).trim().to_owned(),
        password: password
            .filter(|_| opener.engine.is_none())
            .map(str::to_owned),
        in_container: opener.engine.is_some(),
    }
}

/// What makes psql stop at the first error, and read no settings of the machine.
const PSQL: &str = " -X -v ON_ERROR_STOP=1";
/// The same of sqlite3.
const SQLITE: &str = " -init /dev/null -bail";

/// A line that is typed at a shell, without the flags that ask docker for a terminal.
pub(crate) fn without_terminal(line: &str) -> String {
    let mut edits = Edits::default();
    edits.without_terminals(line);
    edits.apply(line)
}

/// A line that asks for a PostgreSQL password inside a container, with the password as a variable; `None` where no
/// program of PostgreSQL is started in a container.
pub(crate) fn with_password_in_container(line: &str, password: &str) -> Option<String> {
    let asks = |engine: &EngineCommand<'_>| {
        let program = engine.command.first();
        program.is_some_and(|word| LIBPQ.contains(&word.program()))
    };
    let mut edits = Edits::default();
    let engines: Vec<_> = engine_commands(line).into_iter().filter(asks).collect();
    for engine in &engines {
        edits.password(engine, password);
    }
    (!engines.is_empty()).then(|| edits.apply(line))
}

/// Whether a line starts a program that takes its password from `PGPASSWORD`.
pub(crate) fn uses_libpq(line: &str) -> bool {
    words(line)
        .iter()
        .any(|word| LIBPQ.contains(&word.program()))
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
    fn without_terminals(&mut self, line: &str) {
        let engines = engine_commands(line).into_iter();
        for engine in engines.filter(|engine| !engine.is_detached()) {
            self.without_terminal(&engine);
        }
    }

    fn without_terminal(&mut self, engine: &EngineCommand<'_>) {
        // Compose keeps the standard input open without being asked.
        let dropped: &[char] = if engine.is_compose {
            &['i', 't']
        } else {
            &['t']
        };
        for flag in &engine.flags {
            let letters = flag.text.trim_start_matches('-');
            let end = letters.find(|letter| !"iPqtT".contains(letter));
            let (switches, rest) = letters.split_at(end.unwrap_or(letters.len()));
            let is_short = flag.text.len() == letters.len() + 1;
            let kept = switches.replace(dropped, "") + rest;
            if flag.text == "--tty" || is_short && kept.is_empty() && switches.contains('t') {
                // The blank before a flag goes with it.
                self.edits.push((flag.start - 1..flag.end(), String::new()));
            } else if is_short && switches.contains('t') {
                self.edits
                    .push((flag.start..flag.end(), format!("-{kept}")));
            }
        }
        if engine.is_compose && engine.flags.iter().all(|flag| flag.text != "-T") {
            self.insert(engine.verb.end(), " -T");
        }
    }

    fn password(&mut self, engine: &EngineCommand<'_>, password: &str) {
        let text = format!(" -e PGPASSWORD={password}");
        self.insert(engine.verb.end(), &text);
    }

    /// Docker carries the two output streams side by side, and only inside the container their order is known.
    fn in_container(&mut self, line: &str, opener: &Opener<'_>, flags: &str) {
        let (program, end) = (opener.program, opener.end());
        let arguments = &line[program.end()..end];
        let command = format!("exec {}{flags}{arguments} 2>&1", program.text);
        let text = format!("sh -c {}", quoted(&command));
        self.edits.push((program.start..end, text));
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
    fn opened(line: &str, password: Option<&str>) -> Opening {
        opening(line, &labrun_model::opener(line).unwrap(), password)
    }

    #[track_caller]
    fn check(line: &str, expected: &str) {
        assert_eq!(opened(line, None).command, expected);
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
        check("docker exec -itu me x sh", "docker exec -iu me x sh -s");
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
            "docker exec -it x docker exec -it y psql # docker exec -it",
            "docker exec -i x docker exec -i y sh -c 'exec psql -X -v ON_ERROR_STOP=1 2>&1' # docker exec -it",
        );
        check(
            "docker exec -it x psql docker exec -t y",
            "docker exec -i x sh -c 'exec psql -X -v ON_ERROR_STOP=1 docker exec -t y 2>&1'",
        );
        check(
            "docker exec -it psql psql -U 'a b'",
            r"docker exec -i psql sh -c 'exec psql -X -v ON_ERROR_STOP=1 -U '\''a b'\'' 2>&1'",
        );
    }

    #[test]
    fn other_programs_stop_at_the_first_error() {
        check("sqlite3 a.db", "sqlite3 -init /dev/null -bail a.db");
        check(
            "docker exec -it x sqlite3 a.db",
            "docker exec -i x sh -c 'exec sqlite3 -init /dev/null -bail a.db 2>&1'",
        );
        check("python3 -q", "python3 -u -c \"$lab_python\" -q");
    }

    #[test]
    fn a_password_goes_where_the_program_is() {
        let host = opened("psql postgres", Some("'a b'"));
        assert_eq!(host.command, "psql -X -v ON_ERROR_STOP=1 postgres");
        assert_eq!(host.password.as_deref(), Some("'a b'"));
        let inside = opened("docker exec -it x psql", Some("'a b'"));
        assert_eq!(
            inside.command,
            "docker exec -e PGPASSWORD='a b' -i x sh -c 'exec psql -X -v ON_ERROR_STOP=1 2>&1'"
        );
        assert_eq!(inside.password, None);
        assert_eq!(
            with_password_in_container("docker exec x psql -h y -c 'select 1'", "'p'").as_deref(),
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
