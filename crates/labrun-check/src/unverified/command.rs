//! What shell commands do, as far as their words tell.

use std::collections::BTreeSet;

use labrun_model::{Language, Line, closes, opener};
use labrun_run::{logical_lines, simple_commands};

use super::engine::engine;
use super::{Effect, sql};
use crate::names::names;

/// Programs that fail when they have not done what they are told to, or whose status is the answer.
const STATUS: &[&str] = &[
    "cd",
    "pushd",
    "popd",
    "mkdir",
    "rmdir",
    "rm",
    "mv",
    "cp",
    "ln",
    "touch",
    "chmod",
    "chown",
    "install",
    "export",
    "set",
    "unset",
    "source",
    ".",
    "alias",
    "umask",
    "shopt",
    "read",
    "trap",
    "test",
    "[",
    "[[",
    "true",
    ":",
    "sleep",
    "wait",
    "exit",
    "logout",
    "clear",
    "done",
    "fi",
    "esac",
    "for",
    "case",
    "diff",
    "cmp",
    "pg_isready",
    "apt",
    "apt-get",
    "dnf",
    "yum",
    "apk",
    "brew",
    "pip",
    "pip3",
    "npm",
    "yarn",
    "pnpm",
    "cargo",
    "make",
    "git",
    "tar",
    "unzip",
    "gzip",
    "gunzip",
    "sha256sum",
    "kill",
    "go",
    "rustup",
    "cmake",
    "mvn",
];
/// Programs that only print.
const PRINTERS: &[&str] = &[
    "echo",
    "printf",
    "cat",
    "ls",
    "head",
    "tail",
    "wc",
    "ps",
    "env",
    "date",
    "whoami",
    "id",
    "uname",
    "hostname",
    "df",
    "du",
    "find",
    "stat",
    "which",
    "pwd",
    "sort",
    "uniq",
    "cut",
    "awk",
    "jq",
    "grep",
    "column",
    "less",
    "more",
    "tree",
    "free",
    "uptime",
    "dig",
    "nslookup",
    "ping",
    "netstat",
    "ss",
    "lsof",
    "journalctl",
    "curl",
    "wget",
    "history",
];

/// The effects of a step at a shell, each with the index of its line.
pub(super) fn effects(lines: &[Line]) -> Vec<(usize, Effect)> {
    let mut found = Vec::new();
    for (index, line) in logical_lines(lines) {
        if opener(&line).is_some() || closes(Language::Shell, &line) {
            continue;
        }
        let commands = simple_commands(&line);
        let last = commands.len().saturating_sub(1);
        for (at, words) in commands.iter().enumerate() {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            match effect(&words) {
                // What stands before a pipe prints for the next command.
                Effect::Prints if at != last => {}
                Effect::Changes(names) if at == last && is_left_running(&line) => {
                    found.push((index, serves(names, &words)));
                }
                effect => found.push((index, effect)),
            }
        }
    }
    found
}

/// Whether the shell leaves the line's last command in the background.
fn is_left_running(line: &str) -> bool {
    let line = line.trim_end();
    line.ends_with('&') && !line.ends_with("&&")
}

/// A program in the background is noticed by whoever asks at the port that it is told.
fn serves(mut names: BTreeSet<String>, words: &[&str]) -> Effect {
    let numbers = words.iter().filter_map(|word| {
        let (_, number) = word.rsplit_once([':', '=']).unwrap_or(("", word));
        number.parse::<u16>().ok()
    });
    names.extend(numbers.map(|port| format!(":{port}")));
    Effect::Changes(names)
}

/// What one command does.
pub(super) fn effect(words: &[&str]) -> Effect {
    if let Some(file) = redirected(words) {
        return changes(words, Some(file));
    }
    let Some((program, arguments)) = words.split_first() else {
        return Effect::Status;
    };
    let name = program.rsplit('/').next().unwrap_or(program);
    match name {
        "docker" | "podman" | "nerdctl" => engine(arguments, false),
        "docker-compose" => engine(arguments, true),
        "psql" => psql(arguments),
        "bash" | "sh" | "dash" if arguments.contains(&"-c") => script(arguments),
        "sed" if arguments.iter().any(|word| word.starts_with("-i")) => changes(arguments, None),
        "sed" => Effect::Prints,
        "curl" | "wget" if arguments.iter().any(|word| is_download(word)) => Effect::Status,
        "grep" if arguments.iter().any(|word| word.starts_with("-q")) => Effect::Status,
        _ if STATUS.contains(&name) => Effect::Status,
        _ if PRINTERS.contains(&name) => Effect::Prints,
        // An assignment, and what is made of variables.
        _ if name.contains('=') || name.starts_with('$') => Effect::Status,
        _ => changes(words, None),
    }
}

/// A command that changes what its words and its file name.
pub(super) fn changes(words: &[&str], file: Option<&str>) -> Effect {
    let mut found: BTreeSet<String> = words.iter().flat_map(|word| names(word)).collect();
    found.extend(file.into_iter().flat_map(names));
    Effect::Changes(found)
}

/// The file that a command's output goes to.
fn redirected<'a>(words: &[&'a str]) -> Option<&'a str> {
    words.iter().enumerate().find_map(|(at, word)| {
        let target = ["&>", "1>", ">"]
            .iter()
            .find_map(|sign| word.strip_prefix(sign))?;
        let target = target.trim_start_matches(['>', '|']);
        let target = match target {
            "" => words.get(at + 1).copied()?,
            target => target,
        };
        (target != "/dev/null" && !target.starts_with('&')).then_some(target)
    })
}

fn is_download(word: &str) -> bool {
    let is_short = word.starts_with('-') && !word.starts_with("--");
    word.starts_with("--output") || is_short && word.contains(['o', 'O', 'f'])
}

fn script(arguments: &[&str]) -> Effect {
    let typed = arguments.iter().skip_while(|word| **word != "-c").nth(1);
    let commands = typed
        .map(|typed| simple_commands(typed))
        .unwrap_or_default();
    let effects = commands.iter().map(|words| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        effect(&words)
    });
    strongest(effects)
}

fn psql(arguments: &[&str]) -> Effect {
    let mut texts = Vec::new();
    for (at, word) in arguments.iter().enumerate() {
        let short = word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
        if short || *word == "--command" {
            texts.extend(arguments.get(at + 1).copied());
        } else if let Some(text) = word.strip_prefix("--command=") {
            texts.push(text);
        }
    }
    if !texts.is_empty() {
        return strongest(texts.into_iter().map(sql::effect));
    }
    let lists = arguments
        .iter()
        .any(|word| matches!(*word, "-l" | "--list" | "--version" | "-V"));
    if lists {
        Effect::Prints
    } else {
        changes(arguments, None)
    }
}

/// The effect that most needs somebody who notices.
fn strongest(effects: impl Iterator<Item = Effect>) -> Effect {
    let weight = |effect: &Effect| match effect {
        Effect::Status => 0,
        Effect::Prints => 1,
        Effect::Starts => 2,
        Effect::Stops => 3,
        Effect::Changes(_) => 4,
    };
    effects.max_by_key(weight).unwrap_or(Effect::Status)
}

#[cfg(test)]
mod tests {
    use labrun_model::Span;

    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[Effect]) {
        let lines = [Line {
            text: line.to_owned(),
            span: Span::default(),
        }];
        let found: Vec<Effect> = effects(&lines)
            .into_iter()
            .map(|(_, effect)| effect)
            .collect();
        assert_eq!(found, expected, "{line}");
    }

    fn changed(text: &str) -> Effect {
        Effect::Changes(names(text))
    }

    #[test]
    fn a_status_is_all_that_some_promise() {
        check("mkdir -p a/b && cd a", &[Effect::Status, Effect::Status]);
        check("sudo docker exec -it db bash", &[]);
        check("exit", &[]);
        check("A=1", &[]);
        check("ps | grep -q x", &[Effect::Status]);
        check("docker pull postgres:17", &[Effect::Status]);
    }

    #[test]
    fn some_only_print() {
        check("ls -l", &[Effect::Prints]);
        check(
            "docker exec db psql -U me -Atc 'SHOW port'",
            &[Effect::Prints],
        );
        check("docker compose -f a.yml logs db", &[Effect::Prints]);
        check("docker run --rm hello-world", &[Effect::Prints]);
        check("curl -s example.org", &[Effect::Prints]);
        check("echo x > /dev/null", &[Effect::Prints]);
    }

    #[test]
    fn others_change_what_they_name() {
        check(
            "echo 'rule one' >> conf/hba.conf",
            &[changed("rule one conf hba.conf")],
        );
        check(
            "docker exec db sh -c 'echo rule > hba.conf'",
            &[changed("rule hba.conf")],
        );
        check(
            "sed -i s/alpha/beta/ app.ini",
            &[changed("alpha beta app.ini")],
        );
        check("./load orders.csv", &[changed("load orders.csv")]);
        check("psql -c 'DELETE FROM orders'", &[changed("orders")]);
        check("cat a | tee saved.txt", &[changed("saved.txt")]);
    }

    #[test]
    fn a_server_is_at_the_port_that_it_is_told() {
        let Effect::Changes(mut names) = changed("app.py log") else {
            return;
        };
        names.insert(":8080".to_owned());
        check(
            "./app.py --port=8080 >log 2>&1 &",
            &[Effect::Changes(names)],
        );
    }

    #[test]
    fn containers_start_and_stop() {
        check(
            "docker compose down && docker compose up -d",
            &[Effect::Stops, Effect::Starts],
        );
        check("docker run -d --name x nginx", &[Effect::Starts]);
        check("docker rm -f x", &[Effect::Stops]);
    }
}
