//! Where a step is typed, as far as the typed text says it: on the reader's machine, in a container, in psql.
//!
//! This is for captions only. Nothing depends on it being right: the runner sees for itself where it is.

use std::collections::BTreeMap;

use labrun_model::{Action, Language, SessionKind, Step, TerminalName, opener};

/// Where a step is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The shell of the reader's machine.
    Here,
    /// A shell in a container.
    Container(String),
    /// psql.
    Psql(Server),
}

/// The server that psql talks to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Server {
    /// Not said.
    Unknown,
    /// By a port of the reader's machine.
    Port(String),
    /// The one in the same container.
    Container(String),
}

/// Follows the sessions of every terminal.
#[derive(Debug, Default)]
pub(crate) struct Tracker {
    stacks: BTreeMap<TerminalName, Vec<Place>>,
}

impl Tracker {
    /// Where the step is typed; `None` where it types nothing. What it opens or closes counts for the next.
    pub(crate) fn follow(&mut self, step: &Step) -> Option<Place> {
        let Action::Type { language, lines } = &step.action else {
            return None;
        };
        let stack = self.stacks.entry(step.terminal.clone()).or_default();
        let top = stack.last().cloned().unwrap_or(Place::Here);
        let place = match (language, top) {
            (Language::Sql, Place::Psql(server)) => Place::Psql(server),
            (Language::Sql, _) => Place::Psql(Server::Unknown),
            // The page is somewhere else than the text says.
            (Language::Shell, Place::Psql(_)) => Place::Here,
            (Language::Shell, shell) => shell,
        };
        let last = lines
            .iter()
            .map(|line| line.text.trim())
            .rfind(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("--"));
        let last = last.unwrap_or("");
        if *language == Language::Shell
            && let Some(opened) = opener(last)
        {
            stack.push(opened_place(last, opened.kind, &place));
        } else if closes(*language, last) {
            stack.pop();
        }
        Some(place)
    }
}

fn opened_place(line: &str, kind: SessionKind, from: &Place) -> Place {
    let words: Vec<&str> = line
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'']))
        .collect();
    let container = container(&words).or_else(|| match from {
        Place::Container(name) => Some(name.clone()),
        _ => None,
    });
    match (kind.language(), container) {
        (Language::Shell, Some(name)) => Place::Container(name),
        (Language::Shell, None) => Place::Here,
        (Language::Sql, Some(name)) => Place::Psql(Server::Container(name)),
        (Language::Sql, None) => Place::Psql(port(&words).map_or(Server::Unknown, Server::Port)),
    }
}

/// The name in `docker exec -it NAME …`, or the image in `docker run -it IMAGE …`.
fn container(words: &[&str]) -> Option<String> {
    const WITH_VALUE: [&str; 11] = [
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
    ];
    let engine = words
        .iter()
        .position(|word| matches!(*word, "docker" | "podman" | "docker-compose"))?;
    let verb = words[engine..]
        .iter()
        .position(|word| matches!(*word, "exec" | "run"))?;
    let mut rest = words[engine + verb + 1..].iter();
    while let Some(word) = rest.next() {
        if !word.starts_with('-') {
            return Some((*word).to_owned());
        }
        if WITH_VALUE.contains(word) {
            rest.next();
        }
    }
    None
}

/// The port in `-p 5454`, `--port=5454` or `port=5454`.
fn port(words: &[&str]) -> Option<String> {
    let port = words
        .iter()
        .enumerate()
        .find_map(|(index, word)| match *word {
            "-p" | "--port" => words.get(index + 1).copied(),
            _ => word.trim_start_matches('-').strip_prefix("port="),
        })?;
    let is_number = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| port.to_owned())
}

fn closes(language: Language, line: &str) -> bool {
    let word = line
        .split_whitespace()
        .next()
        .unwrap_or("")
        .trim_end_matches(';');
    match language {
        Language::Shell => matches!(word, "exit" | "logout"),
        Language::Sql => matches!(word, "\\q" | "exit" | "quit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use labrun_model::SourceFile;

    /// Draws where each step of a chapter is typed.
    #[track_caller]
    fn check(typed: &[&str], expected: &[&str]) {
        let chapter: String = typed
            .iter()
            .map(|text| {
                let language = if text.starts_with("SELECT") || text.starts_with('\\') {
                    "sql"
                } else {
                    "sh"
                };
                format!("```{language}\n{text}\n```\n\n")
            })
            .collect();
        let (lab, faults) = labrun_parse::parse_chapter("a", SourceFile::new("a.md", chapter));
        assert_eq!(faults, []);
        let mut tracker = Tracker::default();
        let places: Vec<String> = lab
            .steps()
            .map(|step| match tracker.follow(step) {
                None => "file".to_owned(),
                Some(Place::Here) => "here".to_owned(),
                Some(Place::Container(name)) => name,
                Some(Place::Psql(Server::Unknown)) => "psql".to_owned(),
                Some(Place::Psql(Server::Port(port))) => format!("psql :{port}"),
                Some(Place::Psql(Server::Container(name))) => format!("psql in {name}"),
            })
            .collect();
        assert_eq!(places, expected);
    }

    #[test]
    fn sessions_are_followed() {
        check(
            &[
                "ls",
                "sudo docker exec -u me -it db bash",
                "ls",
                "psql",
                "SELECT 1;",
                "\\q",
                "exit",
                "ls",
            ],
            &[
                "here",
                "here",
                "db",
                "db",
                "psql in db",
                "psql in db",
                "db",
                "here",
            ],
        );
        check(
            &[
                "psql -h 127.0.0.1 -p 5454",
                "SELECT 1;",
                "\\q",
                "psql 'host=x port=5455'",
                "SELECT 1;",
            ],
            &["here", "psql :5454", "psql :5454", "here", "psql :5455"],
        );
        check(
            &["docker compose exec db psql", "SELECT 1;"],
            &["here", "psql in db"],
        );
        check(&["bash", "ls", "exit", "exit", "ls"], &["here"; 5]);
        check(&["SELECT 1;", "ls"], &["psql", "here"]);
    }
}
