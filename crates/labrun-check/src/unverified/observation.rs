//! What a run looks at: outputs on the page, failures that must come, and checks, each with the names it mentions.

use std::collections::BTreeSet;

use labrun_model::{
    Action, Block, Check, ContainerState, ExpectedExit, ExpectedLine, Lab, Language, PortState,
    Probe, SessionKind, SessionTracker, Step,
};

use super::{Effect, command};
use crate::names::{names, ports};

/// What one block of a lab would notice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Observation {
    /// The names that it mentions.
    pub(super) names: BTreeSet<String>,
    /// Whether it fails when a container does not work.
    pub(super) needs_container: bool,
    /// Whether it fails when a container is there that should not be.
    pub(super) sees_absence: bool,
    /// Whether it starts containers itself.
    pub(super) starts: bool,
}

/// For each block what it would notice; of most steps that is nothing.
pub(super) fn observations(lab: &Lab) -> Vec<Observation> {
    let mut tracker = SessionTracker::new();
    let observe = |block: &Block| match block {
        Block::Check(check) => of_check(lab, check),
        Block::Step(_) => Observation::default(),
    };
    let mut observed = Vec::new();
    for block in &lab.blocks {
        observed.push(match block {
            Block::Step(step) => {
                let session = tracker.follow(step).session;
                let inside = session.container.is_some() || session.kind == SessionKind::Psql;
                of_step(lab, step, inside)
            }
            Block::Check(_) => observe(block),
        });
    }
    observed
}

fn of_check(lab: &Lab, check: &Check) -> Observation {
    // What the author says about it is not what it asks.
    let asked: Vec<&str> = lab
        .source
        .slice(check.span)
        .lines()
        .filter(|line| {
            let key = line.trim_start();
            !key.starts_with("title") && !key.starts_with("hint")
        })
        .collect();
    let is_gone = is_gone(&check.probe);
    let asked = asked.join("\n");
    let mut names = names(&asked);
    names.extend(ports(&asked));
    Observation {
        names,
        needs_container: !is_gone && !matches!(check.probe, Probe::File { .. } | Probe::Captures),
        sees_absence: is_gone,
        starts: false,
    }
}

/// Whether a check holds only where something is not there, or does not run.
fn is_gone(probe: &Probe) -> bool {
    match probe {
        Probe::Container {
            state: Some(state), ..
        } => !matches!(state, ContainerState::Running | ContainerState::Restarting),
        Probe::Tcp { state, .. } => *state == PortState::Closed,
        _ => false,
    }
}

fn of_step(lab: &Lab, step: &Step, inside: bool) -> Observation {
    let Action::Type { language, lines } = &step.action else {
        return Observation::default();
    };
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let typed = texts.join("\n");
    let starts = *language == Language::Shell
        && command::effects(lines)
            .iter()
            .any(|(_, effect)| *effect == Effect::Starts);
    let shown = step.expectation.as_ref().filter(|expectation| {
        let mut lines = expectation.lines().iter();
        expectation.lines().is_empty() || lines.any(|(_, line)| *line != ExpectedLine::Skip)
    });
    let fails = step.exit != ExpectedExit::Success;
    if shown.is_none() && !fails && step.eventually.is_none() {
        return Observation {
            starts,
            ..Observation::default()
        };
    }
    let mut names = names(&typed);
    names.extend(ports(&typed));
    if let Some(expectation) = shown {
        names.extend(self::names(lab.source.slice(expectation.span)));
    }
    let words: Vec<&str> = typed
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
        .collect();
    let any_of = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let engine = any_of(&["docker", "podman", "nerdctl", "docker-compose"]);
    Observation {
        names,
        needs_container: !fails
            && (inside || engine || any_of(&["psql", "curl", "wget", "nc", "redis-cli"])),
        sees_absence: fails || engine && any_of(&["ps", "inspect", "ls", "list"]),
        starts,
    }
}
