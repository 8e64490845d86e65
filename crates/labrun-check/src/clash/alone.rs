//! Labs of which nobody can know what they take, or that reach for what is not theirs: they run alone.
//!
//! A lab that is taken for one by mistake only waits; one that is not could be in another's way. So whatever is in doubt
//! counts.

use labrun_model::{Lab, Span};
use labrun_run::{HostCommand, host_commands, launch};

use super::files::Written;
use super::typed::{is_compose, is_plain, span_of, value};

/// Why a lab runs alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alone {
    /// The reason, as the rest of a sentence about the lab.
    pub why: String,
    /// The place in its chapter.
    pub span: Span,
}

/// Programs that change the machine for everybody.
const OF_THE_MACHINE: [&str; 26] = [
    "apt",
    "apt-get",
    "dpkg",
    "dnf",
    "yum",
    "apk",
    "pacman",
    "zypper",
    "snap",
    "systemctl",
    "service",
    "sysctl",
    "iptables",
    "nft",
    "ip",
    "tc",
    "hostnamectl",
    "timedatectl",
    "useradd",
    "usermod",
    "groupadd",
    "mount",
    "umount",
    "modprobe",
    "reboot",
    "shutdown",
];
/// Programs that end other programs by their names.
const BY_NAME: [&str; 3] = ["pkill", "killall", "fuser"];

/// The first reason for which nothing may run beside the lab.
pub(super) fn reason(lab: &Lab, written: &Written) -> Option<Alone> {
    let of_files = written.unknown.clone();
    let of_files = of_files.map(|(why, span)| Alone { why, span });
    let commands = host_commands(lab);
    let typed = commands.iter().filter_map(|command| {
        let why = doubt(command, written)?;
        Some(Alone {
            why,
            span: span_of(command),
        })
    });
    of_files
        .into_iter()
        .chain(typed)
        .min_by_key(|alone| alone.span)
}

fn doubt(command: &HostCommand<'_>, written: &Written) -> Option<String> {
    let words = &command.words;
    let name = words.first()?.as_str();
    if BY_NAME.contains(&name) {
        return Some(format!("`{name}` ends programs by their name"));
    }
    if OF_THE_MACHINE.contains(&name) {
        return Some(format!("`{name}` is about the whole machine"));
    }
    if is_compose(words) {
        return of_compose(words, &command.text, written);
    }
    matches!(name, "docker" | "podman" | "nerdctl")
        .then(|| of_client(command))
        .flatten()
}

fn of_compose(words: &[String], line: &str, written: &Written) -> Option<String> {
    let variable = line.split_once("COMPOSE_PROJECT_NAME=");
    let project = value(words, &["-p", "--project-name"]);
    if project.is_some_and(|name| !is_plain(name))
        || variable.is_some_and(|(_, behind)| behind.starts_with(['$', '`', '"']))
    {
        return Some("it names a compose project by a variable".to_owned());
    }
    let file = value(words, &["-f", "--file"]);
    let name = file.map(|file| file.rsplit('/').next().unwrap_or(file));
    let is_known = match name {
        Some(name) => written.compose.contains(name),
        None => !written.compose.is_empty(),
    };
    (!is_known).then(|| "it uses a compose file that none of its steps writes".to_owned())
}

fn of_client(command: &HostCommand<'_>) -> Option<String> {
    let words = &command.words;
    let name = &words[0];
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    if has("prune") {
        return Some(format!("`{name} … prune` removes what it does not name"));
    }
    if ["run", "create"].iter().any(|verb| has(verb)) {
        let dark = ["--name", "-p", "--publish", "-v", "--volume", "--mount"];
        let dark = dark.iter().find(|flag| {
            // A folder of the lab's own may stand in a variable: `$PWD/data`.
            let of_folder = matches!(**flag, "-v" | "--volume" | "--mount");
            let value = value(words, &[flag]);
            let value = value.filter(|value| !(of_folder && is_of_the_lab(value)));
            value.is_some_and(|value| value.contains(['$', '`', '*']))
        });
        if let Some(flag) = dark {
            return Some(format!("`{name}` gets the value of {flag} from a variable"));
        }
        if launch(words).is_some_and(|launch| launch.image.is_none()) {
            return Some(format!(
                "`{name}` gets its image from a variable or a command"
            ));
        }
        if matches!(value(words, &["--network", "--net"]), Some("host")) {
            return Some("it gives a container the machine's own network".to_owned());
        }
        let last = words.last().map_or("", String::as_str);
        let object = matches!(words.get(1).map(String::as_str), Some("network" | "volume"));
        if object && !is_plain(last) {
            return Some(format!("`{name} … create` gets a name from a variable"));
        }
    }
    lists_all(command).then(|| format!("`{name} {}` lists what others have made", listing(words)))
}

/// A run has a home and a folder of its own.
fn is_of_the_lab(value: &str) -> bool {
    let starts = ["$PWD/", "${PWD}/", "$HOME/", "${HOME}/", "source=$PWD/"];
    starts.iter().any(|start| value.starts_with(start))
}

/// Whether a command prints everything that the engine has, and somebody reads it: the page, or another command.
fn lists_all(command: &HostCommand<'_>) -> bool {
    let words = &command.words;
    let is_filtered = words
        .iter()
        .any(|word| word == "-f" || word == "--filter" || word.starts_with("--filter="));
    let is_read = command.step.expectation.is_some()
        || command.text.contains("$(")
        || command.text.contains(['|', '`', '>']);
    !listing(words).is_empty() && !is_filtered && is_read
}

/// The words of a command that lists, behind the client's name.
fn listing(words: &[String]) -> String {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    match (word(1), word(2)) {
        ("ps" | "stats" | "events", _) => word(1).to_owned(),
        ("container" | "network" | "volume", "ls" | "list" | "ps" | "stats") => {
            format!("{} {}", word(1), word(2))
        }
        _ => String::new(),
    }
}
