//! The things that a lab takes, each with its place, gathered from its steps, files and checks.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use labrun_model::{Check, Lab, Probe, Span};

use super::{Claims, Shared, alone, files, typed};

/// What a lab takes of the machine, or looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) thing: Thing,
    pub(super) span: Span,
    /// Whether the lab itself makes the thing; a check, or a client, only asks there.
    pub(super) owns: bool,
}

/// Something that only one lab at a time can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Thing {
    Container(String),
    Network(String),
    Volume(String),
    /// A compose project, which compose takes for the same wherever its file lies.
    Project(String),
    /// A container without a name is known by its image; of several at once nobody can tell whose is which.
    Nameless(String),
    Port(u16),
    /// A file or folder outside the lab's own.
    Path(PathBuf),
}

impl Claim {
    /// The lab makes the thing.
    pub(super) fn made(thing: Thing, span: Span) -> Self {
        Self {
            thing,
            span,
            owns: true,
        }
    }

    /// The lab looks at the thing.
    pub(super) fn asked(thing: Thing, span: Span) -> Self {
        Self {
            thing,
            span,
            owns: false,
        }
    }

    /// Whether `labrun check` warns of the two: names and ports that stay where one of the labs was kept.
    pub(super) fn clashes_with(&self, other: &Self) -> bool {
        let stays = matches!(
            self.thing,
            Thing::Container(_) | Thing::Network(_) | Thing::Volume(_) | Thing::Port(_)
        );
        stays && self.thing == other.thing && (self.owns || other.owns)
    }

    /// Whether the two cannot be had at the same time. Two that only ask the same port are asking a server that one of them
    /// has started in a way that the text does not tell.
    pub(super) fn excludes(&self, other: &Self, shared: Shared) -> bool {
        match (&self.thing, &other.thing) {
            // A published port is on the engine's machine; whoever asks does so from this one.
            (Thing::Port(one), Thing::Port(two)) if self.owns && other.owns => {
                one == two && shared != Shared::Terminals
            }
            (Thing::Port(one), Thing::Port(two)) => one == two,
            (Thing::Path(one), Thing::Path(two)) => one.starts_with(two) || two.starts_with(one),
            (one, two) => one == two && shared == Shared::Engine,
        }
    }
}

/// What a lab takes.
pub(super) fn of(lab: &Lab) -> Claims {
    let mut all = Vec::new();
    let mut images = BTreeSet::new();
    let written = files::read(lab, &mut all, &mut images);
    typed::read(lab, &mut all, &mut images);
    all.extend(lab.checks().filter_map(of_check));
    all.sort_by_key(|claim| claim.span);
    Claims {
        claims: each_once(all),
        alone: alone::reason(lab, &written),
        images,
        place: here(lab, &written),
    }
}

/// Each thing once, at its first place.
fn each_once(all: Vec<Claim>) -> Vec<Claim> {
    let mut kept: Vec<Claim> = Vec::new();
    for claim in all {
        match kept.iter_mut().find(|known| known.thing == claim.thing) {
            Some(known) => known.owns |= claim.owns,
            None => kept.push(claim),
        }
    }
    kept
}

/// The port that a check asks on this machine.
fn of_check(check: &Check) -> Option<Claim> {
    let port = asked_port(&check.probe)?;
    Some(Claim::asked(Thing::Port(port), check.span))
}

fn asked_port(probe: &Probe) -> Option<u16> {
    let (host, port) = match probe {
        Probe::Postgres { connection, .. } => {
            let value = |key: &str| {
                let mut settings = connection.split_whitespace();
                settings.find_map(|setting| setting.strip_prefix(key)?.strip_prefix('='))
            };
            let port = value("port").map_or(Some(5432), |port| port.parse().ok())?;
            (value("host").unwrap_or("localhost"), port)
        }
        Probe::Tcp { address, .. } => (address.host.as_str(), address.port),
        Probe::Http(question) => (question.address.host.as_str(), question.address.port),
        Probe::Captures | Probe::Container { .. } | Probe::File { .. } => return None,
    };
    matches!(host, "127.0.0.1" | "localhost" | "::1").then_some(port)
}

/// What an engine on another machine could not give the lab.
fn here(lab: &Lab, written: &files::Written) -> Option<String> {
    let asked = lab.checks().find_map(|check| asked_port(&check.probe));
    let typed = typed::loopback_port(lab);
    if let Some(port) = asked.or(typed) {
        return Some(format!("it asks port {port} of this machine"));
    }
    let mounted = written.mounts.clone().or_else(|| typed::mount(lab));
    mounted.map(|folder| format!("it mounts `{folder}` into a container"))
}

impl std::fmt::Display for Thing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Container(name) => write!(formatter, "the container `{name}`"),
            Self::Network(name) => write!(formatter, "the network `{name}`"),
            Self::Volume(name) => write!(formatter, "the volume `{name}`"),
            Self::Project(name) => write!(formatter, "the compose project `{name}`"),
            Self::Nameless(image) => write!(formatter, "a container of `{image}` without a name"),
            Self::Port(port) => write!(formatter, "port {port}"),
            Self::Path(path) => write!(formatter, "{}", Path::display(path)),
        }
    }
}
