//! `docker compose …` as it is typed: which files it reads, and what its own flags ask for; and the options of volumes
//! and networks that are made by hand.

use std::path::{Component, Path, PathBuf};

use super::super::compose::{network_driver, options_of_volume};
use super::super::want::Want;
use super::flags::{Flags, Table};
use super::{Does, Verb, Word};

/// A call of compose that reads files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Call {
    /// The files that are named with `-f`; none where compose finds its own.
    pub(in super::super) files: Vec<PathBuf>,
    /// Those that are named with `--env-file`.
    pub(in super::super) env_files: Vec<PathBuf>,
    /// What stands behind `run` or `exec`, which have flags of their own.
    pub(in super::super) inner: Option<(Verb, Vec<Word>)>,
}

const GLOBAL: Table = Table {
    switches: &[
        "--all-resources",
        "--compatibility",
        "--dry-run",
        "--help",
        "--verbose",
        "--version",
    ],
    values: &[
        "--ansi",
        "--env-file",
        "--file",
        "--parallel",
        "--profile",
        "--progress",
        "--project-directory",
        "--project-name",
    ],
    short: &[
        ('f', "--file"),
        ('h', "--help"),
        ('p', "--project-name"),
        ('v', "--version"),
    ],
};
/// Subcommands that read no file.
const WITHOUT_FILE: [&str; 3] = ["version", "ls", "help"];

/// Reads what stands behind `docker compose`.
pub(super) fn read(program: &str, words: &[Word]) -> Option<(String, Does)> {
    let read = GLOBAL.read(words);
    let subject = format!("`{program}`");
    let refused = |want| Some((subject.clone(), Does::Want(want)));
    if let Some(flag) = read.flags.iter().find(|flag| !flag.is_known) {
        return refused(Want::unknown(&flag.name));
    }
    if let Some(word) = read.unreadable {
        return refused(Want::unreadable("the command", &word.text));
    }
    let (verb, behind) = read.rest.split_first()?;
    if WITHOUT_FILE.contains(&verb.text.as_str()) {
        return None;
    }
    let mut call = Call::default();
    for flag in &read.flags {
        let Some(value) = &flag.value else {
            continue;
        };
        let path = relative(&value.text).filter(|_| value.is_plain);
        match (flag.name.as_str(), path) {
            ("--file", Some(path)) => call.files.push(path),
            ("--env-file", Some(path)) => call.env_files.push(path),
            // Paths in the files begin there.
            ("--project-directory", Some(_)) => {}
            ("--file" | "--env-file" | "--project-directory", None) => {
                return refused(Want::unreadable(&flag.name, &value.text));
            }
            _ => {}
        }
    }
    call.inner = match verb.text.as_str() {
        "run" => Some((Verb::ComposeRun, behind.to_vec())),
        "exec" => Some((Verb::Exec, behind.to_vec())),
        _ => None,
    };
    Some((
        format!("`{program} {}`", verb.text.escape_debug()),
        Does::Compose(call),
    ))
}

/// A path below the current folder, without dots; `-` is no path.
fn relative(text: &str) -> Option<PathBuf> {
    if text == "-" || text.contains("://") {
        return None;
    }
    let mut path = PathBuf::new();
    for part in Path::new(text).components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => path.push(name),
            _ => return None,
        }
    }
    Some(path)
}

/// What `docker volume create` asks for.
pub(super) fn volume_options(flags: &Flags<'_>) -> Vec<Want> {
    let mut wants = unknown(flags);
    wants.extend(
        driver(flags)
            .filter(|driver| *driver != "local")
            .map(|driver| Want::unknown(&format!("--driver {driver}"))),
    );
    let option = |key: &str| {
        let mut options = options(flags);
        options
            .find_map(|text| text.strip_prefix(key)?.strip_prefix('='))
            .unwrap_or_default()
    };
    if options(flags).next().is_some() {
        wants.extend(options_of_volume(
            option("type"),
            option("device"),
            option("o"),
        ));
    }
    wants
}

/// What `docker network create` asks for.
pub(super) fn network_options(flags: &Flags<'_>) -> Vec<Want> {
    let mut wants = unknown(flags);
    wants.extend(driver(flags).and_then(network_driver));
    wants.extend(options(flags).map(|option| Want::unknown(&format!("--opt {option}"))));
    wants
}

fn unknown(flags: &Flags<'_>) -> Vec<Want> {
    let unknown = flags.flags.iter().filter(|flag| !flag.is_known);
    unknown.map(|flag| Want::unknown(&flag.name)).collect()
}

fn driver<'a>(flags: &'a Flags<'_>) -> Option<&'a str> {
    named(flags, "--driver").next()
}

fn options<'a>(flags: &'a Flags<'_>) -> impl Iterator<Item = &'a str> {
    named(flags, "--opt")
}

fn named<'a>(flags: &'a Flags<'_>, name: &'static str) -> impl Iterator<Item = &'a str> {
    let found = flags.flags.iter().filter(move |flag| flag.name == name);
    found.filter_map(|flag| Some(flag.value.as_ref()?.text.as_str()))
}
