//! What a lab takes by commands that it types at the host's shell.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use labrun_model::{Action, Lab, Span};
use labrun_run::{HostCommand, Launch, host_commands, launch};

use super::claims::{Claim, Thing};

/// Programs that change the files that they are given.
const CHANGERS: [&str; 13] = [
    "tee", "touch", "mkdir", "rm", "rmdir", "mv", "cp", "ln", "install", "chmod", "chown",
    "mkfifo", "truncate",
];
/// Clients of PostgreSQL, which ask a port.
const POSTGRES: [&str; 9] = [
    "psql",
    "pg_isready",
    "pg_dump",
    "pg_restore",
    "pg_basebackup",
    "createdb",
    "dropdb",
    "createuser",
    "pgbench",
];

/// Reads every command.
pub(super) fn read(lab: &Lab, all: &mut Vec<Claim>, images: &mut BTreeSet<String>) {
    for command in host_commands(lab) {
        let span = span_of(&command);
        if let Some(launch) = launch(&command.words) {
            of_launch(&launch, &command.words, span, all);
            images.extend(launch.image);
        }
        all.extend(made(&command.words).map(|thing| Claim::made(thing, span)));
        all.extend(project(&command).map(|name| Claim::made(Thing::Project(name), span)));
        let paths = changed(&command.words).into_iter();
        all.extend(paths.map(|path| Claim::made(Thing::Path(path), span)));
        let asked = ports_asked(&command).into_iter();
        all.extend(asked.map(|port| Claim::asked(Thing::Port(port), span)));
    }
}

/// A port of this machine that a command asks.
pub(super) fn loopback_port(lab: &Lab) -> Option<u16> {
    let commands = host_commands(lab);
    commands.iter().find_map(|command| {
        let ports = ports_asked(command);
        ports.first().copied()
    })
}

/// A folder of the host that a `docker run` gives to a container.
pub(super) fn mount(lab: &Lab) -> Option<String> {
    let commands = host_commands(lab);
    let mut launched = commands
        .iter()
        .filter(|command| launch(&command.words).is_some());
    launched.find_map(|command| {
        let mut volumes = volumes(&command.words);
        volumes.find(|source| source.starts_with(['.', '/', '~', '$']))
    })
}

/// Where a command stands in the chapter.
pub(super) fn span_of(command: &HostCommand<'_>) -> Span {
    match &command.step.action {
        Action::Type { lines, .. } => {
            let line = lines.get(command.line);
            line.map_or(command.step.span, |line| line.span)
        }
        Action::Write(_) => command.step.span,
    }
}

/// The value of a flag, in one word or in two; also of a short flag.
pub(super) fn value<'a>(words: &'a [String], flags: &[&str]) -> Option<&'a str> {
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if flags.contains(&word.as_str()) {
            return rest.next().map(String::as_str);
        }
        if let Some((flag, value)) = word.split_once('=')
            && flags.contains(&flag)
        {
            return Some(value);
        }
    }
    None
}

/// Whether a word means itself, without the shell's help.
pub(super) fn is_plain(word: &str) -> bool {
    !word.is_empty() && !word.contains(['$', '*', '?', '{', '<', '>', '\\'])
}

/// Whether a command is compose, be it the plugin or a program of its own.
pub(super) fn is_compose(words: &[String]) -> bool {
    let mut words = words.iter().map(String::as_str);
    match words.next() {
        Some("docker-compose" | "podman-compose") => true,
        Some("docker" | "podman" | "nerdctl") => {
            words.find(|word| !word.starts_with('-')) == Some("compose")
        }
        _ => false,
    }
}

fn of_launch(launch: &Launch, words: &[String], span: Span, all: &mut Vec<Claim>) {
    let of_name = match (&launch.name, &launch.image) {
        (Some(name), _) => Some(Thing::Container(name.clone())),
        (None, Some(image)) => Some(Thing::Nameless(image.clone())),
        (None, None) => None,
    };
    let ports = launch.ports.iter().filter_map(|port| host_port(port));
    let volumes = volumes(words).filter(|volume| !volume.starts_with(['.', '/', '~', '$']));
    let things = of_name.into_iter().chain(ports.map(Thing::Port));
    let things = things.chain(volumes.map(Thing::Volume));
    all.extend(things.map(|thing| Claim::made(thing, span)));
}

/// What stands before the colon of `-v` and `--volume`.
fn volumes(words: &[String]) -> impl Iterator<Item = String> {
    let pairs = words
        .iter()
        .zip(words.iter().skip(1).map(Some).chain([None]));
    pairs.filter_map(|(word, next)| {
        let volume = match word.as_str() {
            "-v" | "--volume" => next?.as_str(),
            other => other.strip_prefix("--volume=")?,
        };
        let (source, _) = volume.split_once(':')?;
        Some(source.to_owned())
    })
}

/// `127.0.0.1:8080` or `8080`.
fn host_port(published: &str) -> Option<u16> {
    published.rsplit(':').next()?.parse().ok()
}

/// `docker network create NAME`, `docker volume create NAME`.
fn made(words: &[String]) -> impl Iterator<Item = Thing> {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let is_client = matches!(word(0), "docker" | "podman" | "nerdctl");
    let make = match word(1) {
        "network" => Some(Thing::Network as fn(String) -> Thing),
        "volume" => Some(Thing::Volume as fn(String) -> Thing),
        _ => None,
    };
    let make = make.filter(|_| is_client && word(2) == "create");
    let name = words.iter().skip(3).next_back();
    let name = name.filter(|name| is_plain(name) && !name.starts_with('-'));
    make.zip(name)
        .map(|(make, name)| make(name.clone()))
        .into_iter()
}

/// The project that a compose command, or a variable before it, names.
fn project(command: &HostCommand<'_>) -> Option<String> {
    let flag = is_compose(&command.words)
        .then(|| value(&command.words, &["-p", "--project-name"]))
        .flatten();
    let variable = || {
        let (_, behind) = command.text.split_once("COMPOSE_PROJECT_NAME=")?;
        behind
            .split([' ', ';', '&', '"', '\''])
            .find(|word| !word.is_empty())
    };
    let name = flag.or_else(variable)?;
    is_plain(name).then(|| name.to_owned())
}

/// The files outside the lab folder that a command writes, as far as it names them.
fn changed(words: &[String]) -> Vec<PathBuf> {
    let changes = words
        .first()
        .is_some_and(|name| CHANGERS.contains(&name.as_str()));
    let mut paths = Vec::new();
    let mut into = false;
    for word in words {
        let target = word.trim_start_matches(|c: char| c.is_ascii_digit());
        let behind = target.trim_start_matches('>');
        let redirects = target.len() != behind.len();
        if (into || redirects || changes) && !behind.is_empty() {
            paths.extend(outside(behind));
        }
        into = redirects && behind.is_empty();
    }
    paths
}

/// An absolute path, unless it is one of the system's devices.
fn outside(word: &str) -> Option<PathBuf> {
    let path = Path::new(word);
    let of_system = ["/dev", "/proc", "/sys"];
    let is_device = of_system.iter().any(|folder| path.starts_with(folder));
    let plain = path
        .components()
        .all(|part| !matches!(part, Component::ParentDir));
    (path.is_absolute() && !is_device && plain && is_plain(word)).then(|| path.to_owned())
}

/// Ports of this machine that a command names behind an address, or asks PostgreSQL at.
fn ports_asked(command: &HostCommand<'_>) -> Vec<u16> {
    let words = &command.words;
    let name = words.first().map_or("", String::as_str);
    if ["docker", "podman", "nerdctl", "docker-compose"].contains(&name) {
        return Vec::new();
    }
    let mut found: Vec<u16> = words
        .iter()
        .flat_map(|word| behind_loopback(word))
        .collect();
    if POSTGRES.contains(&name) {
        let host = value(words, &["-h", "--host"]);
        let is_here = host.is_none_or(|host| matches!(host, "localhost" | "127.0.0.1" | "::1"));
        let port = value(words, &["-p", "--port"]).map_or(Some(5432), |port| port.parse().ok());
        let speaks_here = is_here && (host.is_some() || value(words, &["-p", "--port"]).is_some());
        found.extend(port.filter(|_| speaks_here));
    }
    found
}

/// The numbers behind `127.0.0.1:` and `localhost:`.
fn behind_loopback(word: &str) -> Vec<u16> {
    let hosts = ["127.0.0.1:", "localhost:"].into_iter();
    let places = hosts.flat_map(|host| word.match_indices(host));
    let numbers = places.filter_map(|(at, host)| {
        let behind = word.get(at + host.len()..)?;
        let end = behind.find(|c: char| !c.is_ascii_digit());
        behind.get(..end.unwrap_or(behind.len()))?.parse().ok()
    });
    numbers.collect()
}
