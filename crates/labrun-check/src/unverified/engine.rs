//! What commands of a container engine do, as far as their words tell.

use super::Effect;
use super::command::{changes, effect};

/// `docker …` behind its own name.
pub(super) fn engine(words: &[&str], is_compose: bool) -> Effect {
    let mut is_compose = is_compose;
    let mut rest = words;
    loop {
        let Some((word, behind)) = rest.split_first() else {
            return Effect::Prints;
        };
        match *word {
            "-f" | "-p" | "-H" | "-c" | "--file" | "--project-name" | "--profile"
            | "--env-file" | "--context" | "--host" => rest = behind.get(1..).unwrap_or_default(),
            "compose" => {
                is_compose = true;
                rest = behind;
            }
            "container" => rest = behind,
            flag if flag.starts_with('-') => rest = behind,
            verb => return engine_verb(verb, behind, is_compose),
        }
    }
}

fn engine_verb(verb: &str, rest: &[&str], is_compose: bool) -> Effect {
    match verb {
        "run" if !is_compose && !is_detached(rest) => Effect::Prints,
        "run" | "up" | "start" | "restart" | "unpause" | "create" => Effect::Starts,
        "down" | "stop" | "kill" | "pause" | "rm" => Effect::Stops,
        "ps" | "logs" | "inspect" | "images" | "version" | "info" | "stats" | "top" | "port"
        | "config" | "ls" | "events" | "history" | "diff" => Effect::Prints,
        "exec" => inside(rest),
        "network" | "volume" | "image" | "system"
            if rest
                .iter()
                .any(|word| matches!(*word, "ls" | "inspect" | "df")) =>
        {
            Effect::Prints
        }
        "network" if rest.contains(&"disconnect") => changes(rest, None),
        _ => Effect::Status,
    }
}

fn is_detached(words: &[&str]) -> bool {
    let flags = words
        .iter()
        .take_while(|word| word.starts_with('-') || !word.contains(':'));
    flags.into_iter().any(|word| {
        let is_short = word.starts_with('-') && !word.starts_with("--");
        *word == "--detach" || is_short && word.contains('d')
    })
}

/// The command that `docker exec` runs.
fn inside(words: &[&str]) -> Effect {
    let mut rest = words;
    while let Some((flag, behind)) = rest.split_first()
        && flag.starts_with('-')
    {
        let takes_next = matches!(
            *flag,
            "-u" | "-e" | "-w" | "--user" | "--env" | "--workdir" | "--index" | "--env-file"
        );
        rest = behind.get(usize::from(takes_next)..).unwrap_or_default();
    }
    rest.get(1..).map_or(Effect::Status, effect)
}
