//! Removing what a run made: containers, then networks, then volumes, and looking whether all of it is gone.
//!
//! What is removed is decided by the folder in a container's labels and by the ids in the journal. A project's name
//! alone never is a reason: a neighbour's project may have the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use bollard::errors::Error;
use bollard::query_parameters::{
    ListNetworksOptions, ListVolumesOptions, RemoveContainerOptionsBuilder, RemoveVolumeOptions,
};
use futures_util::future::join_all;

use super::connection::{Engine, words};
use super::settled;
use crate::engine::ledger::{Created, Ledger, PROJECT};
use crate::engine::patience::{Patience, within};
use crate::engine::timestamp;

/// How long everything together may take.
const DEADLINE: Duration = Duration::from_secs(60);
/// How often is looked again for what appeared meanwhile, or could not be removed yet.
const ROUNDS: usize = 4;
const PAUSE: Duration = Duration::from_millis(150);

/// What is to be removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Containers that compose made from this folder, or from one below it.
    pub lab_folder: PathBuf,
    /// What the events said.
    pub created: Created,
    /// When the run began, in seconds since 1970: an older network or volume is never removed for its project's name.
    pub since: u64,
}

/// What a removal did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removal {
    /// What is gone, a line each: `container pgtest_master`.
    pub removed: Vec<String>,
    /// What is still there, a line each, with the reason.
    pub left: Vec<String>,
}

impl Engine {
    /// Removes what a run made, and says what could not be removed.
    pub fn remove_lab(&self, selection: &Selection) -> Removal {
        self.remove_lab_patiently(selection, Patience::Endless)
    }

    /// The same, and it gives up when the patience ends.
    pub(crate) fn remove_lab_patiently(
        &self,
        selection: &Selection,
        patience: Patience<'_>,
    ) -> Removal {
        let mut work = Work::new(self, selection);
        let outcome = self.block_on(within(work.rounds(), DEADLINE, patience));
        let gave_up = outcome.err().map(|no_answer| no_answer.to_string());
        work.into_removal(gave_up)
    }
}

/// Something that is to be removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Container { name: String, id: String },
    Network { name: String, id: String },
    Volume { name: String },
}

struct Work<'a> {
    engine: &'a Engine,
    selection: &'a Selection,
    ledger: Ledger,
    own_projects: BTreeSet<String>,
    removed: BTreeSet<Target>,
    /// What was still there when it was last looked, with the reason.
    left: BTreeMap<Target, String>,
    trouble: Option<String>,
}

impl<'a> Work<'a> {
    fn new(engine: &'a Engine, selection: &'a Selection) -> Self {
        Self {
            engine,
            selection,
            ledger: Ledger::new(&selection.lab_folder),
            own_projects: selection.created.projects.clone(),
            removed: BTreeSet::new(),
            left: BTreeMap::new(),
            trouble: None,
        }
    }

    /// Removes until nothing is left or nothing more can be done.
    async fn rounds(&mut self) {
        for _ in 0..ROUNDS {
            self.left.clear();
            self.trouble = None;
            match self.round().await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => self.trouble = Some(words(&error)),
            }
            if self.trouble.is_some() || !self.left.is_empty() {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Looks and removes once; true when there was nothing to remove.
    async fn round(&mut self) -> Result<bool, Error> {
        let containers = self.containers().await?;
        let mut clean = containers.is_empty();
        self.remove(containers).await;
        // Whose a network or volume is can be told only when the containers have told their projects.
        for targets in [self.networks().await?, self.volumes().await?] {
            clean &= targets.is_empty();
            self.remove(targets).await;
        }
        Ok(clean)
    }

    async fn remove(&mut self, targets: Vec<Target>) {
        let engine = self.engine;
        let outcomes = join_all(targets.iter().map(|target| engine.remove_one(target))).await;
        for (target, outcome) in targets.into_iter().zip(outcomes) {
            match outcome {
                Ok(()) => drop(self.removed.insert(target)),
                Err(reason) => drop(self.left.insert(target, reason)),
            }
        }
    }

    async fn containers(&mut self) -> Result<Vec<Target>, Error> {
        let mut targets = Vec::new();
        let mut foreign = BTreeSet::new();
        for container in settled::containers(&self.engine.docker).await? {
            let id = container.id.unwrap_or_default();
            let labels: BTreeMap<_, _> = container.labels.unwrap_or_default().into_iter().collect();
            let from_lab = self.ledger.is_from_lab(&labels);
            if let Some(project) = labels.get(PROJECT) {
                let projects = if from_lab {
                    &mut self.own_projects
                } else {
                    &mut foreign
                };
                projects.insert(project.clone());
            }
            if from_lab || self.selection.created.containers.contains_key(&id) {
                let names = container.names.unwrap_or_default();
                let name = names
                    .first()
                    .map_or(id.as_str(), |name| name.trim_start_matches('/'));
                targets.push(Target::Container {
                    name: name.to_owned(),
                    id,
                });
            }
        }
        self.own_projects
            .retain(|project| !foreign.contains(project));
        Ok(targets)
    }

    async fn networks(&self) -> Result<Vec<Target>, Error> {
        let networks = self
            .engine
            .docker
            .list_networks(None::<ListNetworksOptions>)
            .await?;
        let own = networks.into_iter().filter_map(|network| {
            let id = network.id.unwrap_or_default();
            let name = network.name.unwrap_or_default();
            let recorded = self.selection.created.networks.contains_key(&id);
            let project = network
                .labels
                .as_ref()
                .and_then(|labels| labels.get(PROJECT));
            (recorded || self.is_own(project, network.created.as_deref()))
                .then_some(Target::Network { id, name })
        });
        Ok(own.collect())
    }

    async fn volumes(&self) -> Result<Vec<Target>, Error> {
        let list = self
            .engine
            .docker
            .list_volumes(None::<ListVolumesOptions>)
            .await?;
        let own = list
            .volumes
            .unwrap_or_default()
            .into_iter()
            .filter_map(|volume| {
                let recorded = self.selection.created.volumes.contains(&volume.name);
                let project = volume.labels.get(PROJECT);
                (recorded || self.is_own(project, volume.created_at.as_deref()))
                    .then_some(Target::Volume { name: volume.name })
            });
        Ok(own.collect())
    }

    /// Whether a network or volume that no event told of is the run's: its project is, and it is not older than the run.
    fn is_own(&self, project: Option<&String>, created: Option<&str>) -> bool {
        project.is_some_and(|project| self.own_projects.contains(project))
            && created
                .and_then(timestamp::seconds)
                .is_some_and(|created| created >= self.selection.since)
    }

    fn into_removal(self, gave_up: Option<String>) -> Removal {
        let gone = self
            .removed
            .iter()
            .filter(|target| !self.left.contains_key(*target));
        let mut left: Vec<_> = self
            .left
            .iter()
            .map(|(target, reason)| format!("{target} ({reason})"))
            .collect();
        if let Some(reason) = gave_up.or(self.trouble) {
            left.push(format!(
                "perhaps containers, networks or volumes at {} ({reason})",
                self.engine.endpoint().url
            ));
        }
        Removal {
            removed: gone.map(Target::to_string).collect(),
            left,
        }
    }
}

impl Engine {
    async fn remove_one(&self, target: &Target) -> Result<(), String> {
        let outcome = match target {
            Target::Container { id, .. } => {
                let options = RemoveContainerOptionsBuilder::new()
                    .force(true)
                    .v(true)
                    .build();
                self.docker.remove_container(id, Some(options)).await
            }
            Target::Network { id, .. } => self.docker.remove_network(id).await,
            Target::Volume { name } => {
                self.docker
                    .remove_volume(name, None::<RemoveVolumeOptions>)
                    .await
            }
        };
        match outcome {
            Err(error) if !super::connection::is_not_found(&error) => Err(words(&error)),
            _ => Ok(()),
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Container { name, .. } => write!(formatter, "container {name}"),
            Self::Network { name, .. } => write!(formatter, "network {name}"),
            Self::Volume { name } => write!(formatter, "volume {name}"),
        }
    }
}
