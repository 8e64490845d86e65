//! What the engine knows about containers.

use std::time::{Duration, SystemTime};

use bollard::models::{
    ContainerState as EngineState, ContainerStateStatusEnum as Status, ContainerSummary,
    HealthStatusEnum, PortSummaryTypeEnum,
};
use labrun_model::{ContainerState, Health};

use super::connection::{Engine, ORDINARY};
use super::settled;
use crate::engine::ledger::{PROJECT, WORKING_DIR};
use crate::engine::patience::Patience;
use crate::error::RunError;
use crate::interrupt::Interrupts;

/// State and health of one container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContainerStatus {
    /// Never [`ContainerState::Absent`], which is the lack of an answer.
    pub state: ContainerState,
    /// `None` where the container has no health check.
    pub health: Option<Health>,
}

/// A container that exists, running or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerInfo {
    /// The whole id.
    pub id: String,
    /// The name without the leading slash.
    pub name: String,
    /// The image as it was named.
    pub image: String,
    /// `running`, `exited` and so on, in the engine's word.
    pub state: String,
    /// The compose project.
    pub project: Option<String>,
    /// The folder from which compose made it.
    pub working_dir: Option<String>,
    /// When it was made.
    pub created: Option<SystemTime>,
    /// The host's ports that lead to it.
    pub ports: Vec<PublishedPort>,
}

/// A port of the host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublishedPort {
    /// The address it listens on; empty for all of them.
    pub address: String,
    /// Its number.
    pub port: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
}

impl Engine {
    /// State and health of the container with exactly this name; `None` when there is none.
    ///
    /// # Errors
    /// A line of words when the engine cannot be asked.
    pub fn container_state(
        &self,
        name: &str,
        interrupts: &Interrupts,
    ) -> Result<Option<ContainerStatus>, String> {
        if !is_name(name) {
            return Ok(None);
        }
        let patience = Patience::UntilSignal(interrupts);
        let answer = self.ask(settled::container(&self.docker, name), ORDINARY, patience);
        match answer {
            // The engine also takes the beginning of an id for a name; a check must not.
            Ok(container) if container.name.as_deref().map(bare) == Some(name) => {
                Ok(container.state.as_ref().map(status))
            }
            Ok(_) => Ok(None),
            Err(trouble) if trouble.is_not_found() => Ok(None),
            Err(trouble) => Err(trouble.to_string()),
        }
    }

    /// All containers of the engine, also those that do not run.
    ///
    /// # Errors
    /// When the engine cannot be asked.
    pub fn containers(&self, interrupts: &Interrupts) -> Result<Vec<ContainerInfo>, RunError> {
        let patience = Patience::UntilSignal(interrupts);
        let list = self
            .ask(settled::containers(&self.docker), ORDINARY, patience)
            .map_err(|trouble| trouble.into_run_error("for its containers"))?;
        Ok(list.into_iter().map(ContainerInfo::new).collect())
    }
}

impl ContainerInfo {
    fn new(summary: ContainerSummary) -> Self {
        let labels = summary.labels.unwrap_or_default();
        let names = summary.names.unwrap_or_default();
        let mut ports: Vec<_> = summary
            .ports
            .unwrap_or_default()
            .into_iter()
            .filter_map(|port| {
                Some(PublishedPort {
                    address: port.ip.unwrap_or_default(),
                    port: port.public_port?,
                    protocol: protocol(port.typ).to_owned(),
                })
            })
            .collect();
        ports.sort();
        Self {
            id: summary.id.unwrap_or_default(),
            name: names.first().map_or("", |name| bare(name)).to_owned(),
            image: summary.image.unwrap_or_default(),
            state: summary
                .state
                .map(|state| state.to_string())
                .unwrap_or_default(),
            project: labels.get(PROJECT).cloned(),
            working_dir: labels.get(WORKING_DIR).cloned(),
            created: summary
                .created
                .and_then(|seconds| u64::try_from(seconds).ok())
                .map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)),
            ports,
        }
    }
}

fn protocol(typ: Option<PortSummaryTypeEnum>) -> &'static str {
    match typ {
        Some(PortSummaryTypeEnum::UDP) => "udp",
        Some(PortSummaryTypeEnum::SCTP) => "sctp",
        _ => "tcp",
    }
}

fn status(state: &EngineState) -> ContainerStatus {
    let health = state.health.as_ref().and_then(|health| health.status);
    ContainerStatus {
        state: match state.status {
            Some(Status::CREATED) => ContainerState::Created,
            Some(Status::RUNNING) => ContainerState::Running,
            Some(Status::PAUSED) => ContainerState::Paused,
            Some(Status::RESTARTING) => ContainerState::Restarting,
            _ => ContainerState::Exited,
        },
        health: match health {
            Some(HealthStatusEnum::STARTING) => Some(Health::Starting),
            Some(HealthStatusEnum::HEALTHY) => Some(Health::Healthy),
            Some(HealthStatusEnum::UNHEALTHY) => Some(Health::Unhealthy),
            _ => None,
        },
    }
}

/// What the engine accepts as a name; anything else would become another request.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    !name.is_empty() && name.chars().all(allowed) && name != "." && name != ".."
}

fn bare(name: &str) -> &str {
    name.strip_prefix('/').unwrap_or(name)
}
