//! The commands that start a program in a container, as they are typed: `docker exec`, `docker run` and their kin.

use super::line::{Word, commands};

/// `docker exec`, `docker run`, `docker compose exec` or `docker compose run` in a line; podman's as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineCommand<'a> {
    /// Whether Compose starts it.
    pub is_compose: bool,
    /// `exec` or `run`.
    pub verb: Word<'a>,
    /// The flags between the verb and the name, without those of their values that are words of their own.
    pub flags: Vec<Word<'a>>,
    /// The container or the service; of a `run` the name that it gives, or else the image.
    pub name: Option<&'a str>,
    /// The command inside, from its program on; empty where none is typed.
    pub command: Vec<Word<'a>>,
}

/// The short flags of `exec` and `run` that take a value.
const WITH_VALUE: &str = "acehlmpuvw";
/// The long ones that take none.
const SWITCHES: [&str; 25] = [
    "--build",
    "--detach",
    "--disable-content-trust",
    "--dry-run",
    "--init",
    "--interactive",
    "--no-deps",
    "--no-healthcheck",
    "--no-TTY",
    "--no-tty",
    "--oom-kill-disable",
    "--privileged",
    "--publish-all",
    "--quiet",
    "--quiet-build",
    "--quiet-pull",
    "--read-only",
    "--remove-orphans",
    "--replace",
    "--rm",
    "--service-ports",
    "--sig-proxy",
    "--tty",
    "--use-aliases",
    "--use-api-socket",
];

/// The commands of a line that start a program in a container, in order.
pub fn engine_commands(line: &str) -> Vec<EngineCommand<'_>> {
    commands(line)
        .iter()
        .flat_map(|command| {
            (0..command.words.len()).filter_map(|at| EngineCommand::read(&command.words[at..]))
        })
        .collect()
}

impl<'a> EngineCommand<'a> {
    /// Reads a simple command whose first word must name the engine's program.
    pub(super) fn read(words: &[Word<'a>]) -> Option<Self> {
        let (engine, mut rest) = words.split_first()?;
        let mut is_compose = match engine.program() {
            "docker" | "podman" => false,
            "docker-compose" => true,
            _ => return None,
        };
        let (verb, rest) = loop {
            let (word, behind) = behind_global_flags(rest).split_first()?;
            match word.text {
                "exec" | "run" => break (*word, behind),
                "compose" => is_compose = true,
                "container" => {}
                _ => return None,
            }
            rest = behind;
        };
        let mut command = Self {
            is_compose,
            verb,
            flags: Vec::new(),
            name: None,
            command: Vec::new(),
        };
        let rest = command.read_flags(rest);
        if let Some((target, inner)) = rest.split_first() {
            command.name = command.name.or(Some(target.unquoted()));
            command.command = inner.to_vec();
        }
        Some(command)
    }

    /// Takes the flags, and gives the words behind them.
    fn read_flags<'b>(&mut self, words: &'b [Word<'a>]) -> &'b [Word<'a>] {
        let mut rest = words;
        while let Some((flag, behind)) = rest.split_first()
            && flag.text.starts_with('-')
        {
            self.flags.push(*flag);
            rest = behind;
            let value = match flag.text.split_once('=') {
                Some((_, attached)) => Some(attached.trim_matches(['"', '\''])),
                None if takes_next_word(*flag) => {
                    let value = rest.first().map(|word| word.unquoted());
                    rest = rest.get(1..).unwrap_or_default();
                    value
                }
                None => None,
            };
            if flag.text.split('=').next() == Some("--name") {
                self.name = value;
            }
        }
        rest
    }

    /// Whether it leaves its program alone in the background.
    pub fn is_detached(&self) -> bool {
        self.has_flag('d', "--detach")
    }

    /// Whether its program has a terminal that somebody can type into. Compose gives one unless it is told not to.
    pub(super) fn has_terminal(&self) -> bool {
        let asked = if self.is_compose {
            !(self.has_flag('T', "--no-TTY") || self.has_flag('T', "--no-tty"))
        } else {
            self.has_flag('i', "--interactive") && self.has_flag('t', "--tty")
        };
        asked && !self.is_detached()
    }

    fn has_flag(&self, letter: char, long: &str) -> bool {
        self.flags
            .iter()
            .any(|flag| flag.text == long || flag.switches(WITH_VALUE).0.contains(letter))
    }
}

fn takes_next_word(flag: Word<'_>) -> bool {
    if flag.text.starts_with("--") {
        !SWITCHES.contains(&flag.text)
    } else {
        flag.switches(WITH_VALUE).1
    }
}

/// The words behind the flags of the program itself and of Compose.
fn behind_global_flags<'a, 'b>(words: &'b [Word<'a>]) -> &'b [Word<'a>] {
    const WITH_VALUE: [&str; 21] = [
        "-H",
        "-c",
        "-f",
        "-l",
        "-p",
        "--ansi",
        "--config",
        "--connection",
        "--context",
        "--env-file",
        "--file",
        "--host",
        "--log-level",
        "--parallel",
        "--profile",
        "--progress",
        "--project-directory",
        "--project-name",
        "--tlscacert",
        "--tlscert",
        "--tlskey",
    ];
    let mut rest = words;
    while let Some((flag, behind)) = rest.split_first()
        && flag.text.starts_with('-')
    {
        let taken = usize::from(WITH_VALUE.contains(&flag.text));
        rest = behind.get(taken..).unwrap_or_default();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws each command as `[compose ]verb flags name: command`.
    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let joined = |words: &[Word<'_>]| {
            let texts: Vec<&str> = words.iter().map(|word| word.text).collect();
            texts.join(" ")
        };
        let drawn: Vec<String> = engine_commands(line)
            .iter()
            .map(|command| {
                format!(
                    "{}{} {} {}: {}",
                    if command.is_compose { "compose " } else { "" },
                    command.verb.text,
                    joined(&command.flags),
                    command.name.unwrap_or("nothing"),
                    joined(&command.command),
                )
            })
            .collect();
        assert_eq!(drawn, expected, "{line}");
    }

    #[test]
    fn flags_end_at_the_name() {
        check("docker exec -it x bash -l", &["exec -it x: bash -l"]);
        check("docker exec -u me -it x ls", &["exec -u -it x: ls"]);
        check("docker exec -itu me x ls", &["exec -itu x: ls"]);
        check("docker exec -ume -eA=b x ls", &["exec -ume -eA=b x: ls"]);
        check(
            "docker -H h --context=c container exec 'x' ls",
            &["exec  x: ls"],
        );
        check("sudo /usr/bin/podman exec x true", &["exec  x: true"]);
        check(
            "docker run --rm -v a:b --net n --name db -p 1:2 postgres:17 psql",
            &["run --rm -v --net --name -p db: psql"],
        );
        check(
            "docker run --name=db -it debian",
            &["run --name=db -it db: "],
        );
        check("docker run -it debian", &["run -it debian: "]);
        check(
            "docker compose -f a.yml --profile p exec -T --index 2 db sh",
            &["compose exec -T --index db: sh"],
        );
        check("docker-compose -p x run db", &["compose run  db: "]);
    }

    #[test]
    fn every_command_of_a_line_is_found() {
        check(
            "a && docker exec x b; echo $(docker exec y c)",
            &["exec  x: b", "exec  y: c)"],
        );
        check(
            "docker exec x docker exec y c",
            &["exec  x: docker exec y c", "exec  y: c"],
        );
        for line in ["", "docker", "docker ps exec", "echo docker exec", "exec"] {
            let expected: &[&str] = match line {
                "echo docker exec" => &["exec  nothing: "],
                _ => &[],
            };
            check(line, expected);
        }
        check("docker exec", &["exec  nothing: "]);
        check("docker exec -u", &["exec -u nothing: "]);
    }

    #[test]
    fn a_terminal_has_somebody_who_types() {
        let has_terminal = |line| {
            engine_commands(line)
                .iter()
                .any(EngineCommand::has_terminal)
        };
        for line in [
            "docker exec -it x bash",
            "docker exec -i --tty x bash",
            "docker exec -tiu me x bash",
            "docker compose exec db bash",
        ] {
            assert!(has_terminal(line), "{line}");
        }
        for line in [
            "docker exec -i x bash",
            "docker exec x ls -it",
            "docker exec -uit x bash",
            "docker run -dit debian bash",
            "docker compose exec -T db bash",
            "docker compose exec -d db bash",
        ] {
            assert!(!has_terminal(line), "{line}");
        }
    }
}
