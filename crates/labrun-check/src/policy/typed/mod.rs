//! What typed commands ask of an engine. Every shell step is read, wherever it is typed, and every word that names an
//! engine's program begins a command: behind `sudo`, `timeout 5` or `xargs` as well, and in the words of `sh -c`.

mod compose;
mod flags;
mod run;
mod steps;

use std::path::Path;

use labrun_model::{Lab, Span};

use super::own::Own;
use super::shell::Word;
use super::want::Want;

pub(super) use self::compose::Call;
use self::flags::Table;
use self::run::Here;
pub(super) use self::steps::{assigned, stays};

/// The programs that ask an engine.
const PROGRAMS: [&str; 3] = ["docker", "podman", "nerdctl"];
/// The same for compose alone.
const COMPOSE_PROGRAMS: [&str; 2] = ["docker-compose", "podman-compose"];
/// What is said of a lab's engine, or done to what is there: nothing that starts a container in a new way.
const HARMLESS: [&str; 47] = [
    "attach",
    "context",
    "cp",
    "df",
    "diff",
    "events",
    "export",
    "help",
    "history",
    "images",
    "info",
    "inspect",
    "kill",
    "list",
    "login",
    "logout",
    "logs",
    "ls",
    "manifest",
    "network",
    "pause",
    "port",
    "prune",
    "ps",
    "pull",
    "push",
    "rename",
    "restart",
    "rm",
    "rmi",
    "save",
    "scout",
    "search",
    "start",
    "stats",
    "stop",
    "system",
    "top",
    "trust",
    "unpause",
    "update",
    "version",
    "volume",
    "wait",
    "exists",
    "machine",
    "healthcheck",
];

/// A command of a lab that asks an engine for something.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    /// The line that it begins on.
    pub(super) span: Span,
    /// Such as `` `docker run` ``.
    pub(super) subject: String,
    pub(super) does: Does,
}

/// What a typed command does.
#[derive(Debug, Clone)]
pub(super) enum Does {
    /// It starts a container, or makes something, with these words behind the verb.
    Ask(Verb, Vec<Word>),
    /// It has compose read files.
    Compose(Call),
    /// It is refused whatever the policy says.
    Want(Want),
}

/// What is asked of an engine, by its verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Run,
    ComposeRun,
    Exec,
    Volume,
    Network,
    Tag,
    /// By the command's words.
    Build(&'static str),
}

const EXEC: Table = Table {
    switches: &[
        "--detach",
        "--interactive",
        "--no-TTY",
        "--no-tty",
        "--privileged",
        "--tty",
        "--latest",
    ],
    values: &[
        "--detach-keys",
        "--env",
        "--env-file",
        "--index",
        "--user",
        "--workdir",
    ],
    short: &[
        ('d', "--detach"),
        ('e', "--env"),
        ('i', "--interactive"),
        ('t', "--tty"),
        ('T', "--no-TTY"),
        ('u', "--user"),
        ('w', "--workdir"),
        ('l', "--latest"),
    ],
};
const MAKE: Table = Table {
    switches: &[
        "--attachable",
        "--ingress",
        "--internal",
        "--ipv6",
        "--ipv4",
        "--config-only",
    ],
    values: &[
        "--driver",
        "--opt",
        "--label",
        "--name",
        "--subnet",
        "--gateway",
        "--ip-range",
        "--aux-address",
        "--ipam-driver",
        "--ipam-opt",
        "--scope",
    ],
    short: &[('d', "--driver"), ('o', "--opt")],
};
const GLOBAL: Table = Table {
    switches: &[
        "--debug",
        "--help",
        "--remote",
        "--tls",
        "--tlsverify",
        "--version",
    ],
    values: &[
        "--config",
        "--connection",
        "--context",
        "--host",
        "--identity",
        "--log-level",
        "--tlscacert",
        "--tlscert",
        "--tlskey",
        "--url",
    ],
    short: &[
        ('D', "--debug"),
        ('H', "--host"),
        ('c', "--context"),
        ('h', "--help"),
        ('l', "--log-level"),
        ('r', "--remote"),
        ('v', "--version"),
    ],
};

/// The commands of a lab, in order.
pub(super) fn commands(lab: &Lab) -> Vec<Typed> {
    let mut found = Vec::new();
    for step in lab.steps() {
        for (span, words) in steps::of_step(step) {
            found.extend(engine_commands(&words).map(|(subject, does)| Typed {
                span,
                subject,
                does,
            }));
        }
    }
    found
}

/// Reads a command from each word that names a program of an engine.
fn engine_commands(words: &[Word]) -> impl Iterator<Item = (String, Does)> {
    words.iter().enumerate().filter_map(|(index, word)| {
        let name = word.text.rsplit('/').next().unwrap_or(&word.text);
        let behind = &words[index + 1..];
        if COMPOSE_PROGRAMS.contains(&name) {
            return compose::read(name, behind);
        }
        PROGRAMS
            .contains(&name)
            .then(|| engine_command(name, behind))?
    })
}

fn engine_command(program: &str, words: &[Word]) -> Option<(String, Does)> {
    let read = GLOBAL.read(words);
    let unknown = read.flags.iter().find(|flag| !flag.is_known);
    let subject = |verb: &str| format!("`{program} {}`", verb.escape_debug());
    if let Some(flag) = unknown {
        return Some((subject(&flag.name), Does::Want(Want::unknown(&flag.name))));
    }
    if let Some(word) = read.unreadable {
        return Some((
            subject(&word.text),
            Does::Want(Want::unreadable("the command", &word.text)),
        ));
    }
    let (verb, behind) = read.rest.split_first()?;
    let name = verb.text.as_str();
    if name == "compose" {
        return compose::read(&format!("{program} compose"), behind);
    }
    let (group, name, behind) = match (name, behind.split_first()) {
        (
            "container" | "image" | "volume" | "network" | "builder" | "buildx",
            Some((inner, behind)),
        ) => (name, inner.text.as_str(), behind),
        _ => ("", name, behind),
    };
    let ask = |verb| Some(Does::Ask(verb, behind.to_vec()));
    let does = match (group, name) {
        ("" | "container", "run" | "create") => ask(Verb::Run),
        ("" | "container", "exec") => ask(Verb::Exec),
        ("volume", "create") => ask(Verb::Volume),
        ("network", "create") => ask(Verb::Network),
        ("" | "image", "tag") => ask(Verb::Tag),
        (_, "build" | "bake") => ask(Verb::Build("build")),
        ("" | "image", "load") => ask(Verb::Build("load")),
        ("" | "image", "import") => ask(Verb::Build("import")),
        ("" | "container", "commit") => ask(Verb::Build("commit")),
        ("builder" | "buildx", _) => None,
        ("network", "connect" | "disconnect") => None,
        (_, name) if HARMLESS.contains(&name) => None,
        (_, name) => Some(Does::Want(Want::unknown(&format!("{program} {name}")))),
    };
    let words = [group, name].join(" ");
    does.map(|does| (subject(words.trim()), does))
}

impl Typed {
    /// What the command asks for, whatever the policy says.
    pub(super) fn wants(&self, lab_folder: &Path, stays: bool, own: &Own) -> Vec<Want> {
        let asks = |verb: Verb, words: &[Word]| verb.asks(words, lab_folder, stays, own);
        match &self.does {
            Does::Ask(verb, words) => asks(*verb, words),
            Does::Compose(call) => {
                let inner = call.inner.as_ref();
                inner
                    .map(|(verb, words)| asks(*verb, words))
                    .unwrap_or_default()
            }
            Does::Want(want) => vec![want.clone()],
        }
    }
}

impl Verb {
    /// What the words behind the verb ask for.
    fn asks(self, words: &[Word], lab_folder: &Path, stays: bool, own: &Own) -> Vec<Want> {
        let here = Here {
            lab_folder,
            stays,
            own,
        };
        match self {
            Self::Run => run::asked(words, &here, false),
            Self::ComposeRun => run::asked(words, &here, true),
            Self::Exec => {
                let read = EXEC.read(words);
                let privileged = read
                    .flags
                    .iter()
                    .filter(|flag| flag.name == "--privileged" && flag.is_on());
                let mut wants: Vec<Want> = privileged.map(|_| Want::Privileged).collect();
                let unknown = read.flags.iter().filter(|flag| !flag.is_known);
                wants.extend(unknown.map(|flag| Want::unknown(&flag.name)));
                let quoted = read.unreadable.filter(|word| word.text.contains("priv"));
                wants.extend(quoted.map(|word| Want::unreadable("a flag", &word.text)));
                wants
            }
            Self::Volume => compose::volume_options(&MAKE.read(words)),
            Self::Network => compose::network_options(&MAKE.read(words)),
            Self::Tag => words
                .first()
                .map(|word| Want::Image(word.text.clone()))
                .into_iter()
                .collect(),
            Self::Build(by) => vec![Want::Build(by)],
        }
    }
}

/// Adds the names that typed commands give to what they make.
pub(super) fn add_names(commands: &[Typed], own: &mut Own) {
    for command in commands {
        let (verb, words) = match &command.does {
            Does::Ask(verb, words) => (verb, words),
            Does::Compose(Call {
                inner: Some((verb, words)),
                ..
            }) => (verb, words),
            Does::Compose(_) | Does::Want(_) => continue,
        };
        let (table, names) = match verb {
            Verb::Run | Verb::ComposeRun => (&run::RUN, &mut own.containers),
            Verb::Volume => (&MAKE, &mut own.volumes),
            Verb::Network => (&MAKE, &mut own.networks),
            Verb::Exec | Verb::Tag | Verb::Build(_) => continue,
        };
        let read = table.read(words);
        let given = read.flags.iter().filter(|flag| flag.name == "--name");
        names.extend(given.filter_map(|flag| Some(flag.value.as_ref()?.text.clone())));
        if matches!(verb, Verb::Volume | Verb::Network) {
            names.extend(read.rest.first().map(|word| word.text.clone()));
        }
    }
}
