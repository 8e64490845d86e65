//! Two containers in a network of their own, of which one asks for the other by name. Whoever tries removes them: their
//! labels are those by which a run's things are found.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bollard::errors::Error;
use bollard::models::{
    ContainerCreateBody, ContainerStateStatusEnum, HealthConfig, HealthStatusEnum, HostConfig,
    NetworkCreateRequest,
};
use bollard::query_parameters::CreateContainerOptionsBuilder;

use super::connection::{Engine, ORDINARY, Trouble};
use super::settled;
use crate::engine::ledger::{PROJECT, WORKING_DIR};
use crate::engine::patience::Patience;
use crate::interrupt::Interrupts;

/// How long a container may take to start: an engine without overlays copies the whole image first.
const START: Duration = Duration::from_secs(60);
/// How long the asking container may take: a name server that does not answer is asked twice, for five seconds each.
const ANSWER: Duration = Duration::from_secs(40);
/// How long a container that is asked for its health every second may take to be healthy.
const HEALTH: Duration = Duration::from_secs(6);
const PAUSE: Duration = Duration::from_millis(100);
/// A second, as the engine takes it.
const SECOND: i64 = 1_000_000_000;

/// What the asking container does. A name may take a moment to be known.
const ASK: &str = "for try in 1 2 3; do
  if command -v getent >/dev/null; then getent hosts \"$0\" >/dev/null && exit 0
  elif command -v nslookup >/dev/null; then nslookup \"$0\" >/dev/null 2>&1 && exit 0
  else exit 77; fi
  sleep 1
done
exit 1";
const NO_PROGRAM: i64 = 77;

/// Who tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trial {
    /// Begins the names of everything that is made.
    pub(crate) project: String,
    /// An image that is there, with a shell.
    pub(crate) image: String,
    /// The folder by which clean-up finds the containers.
    pub(crate) lab_folder: PathBuf,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tried {
    pub(crate) heard: Heard,
    /// Whether the container that was asked for became healthy.
    pub(crate) is_healthy: bool,
}

/// What the asking container heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    Found,
    NotFound,
    /// The image has no program that asks.
    NoProgram,
}

impl Engine {
    /// Tries it.
    ///
    /// # Errors
    /// A line of words: what the engine said, or that a signal came.
    pub(crate) fn try_names(
        &self,
        trial: &Trial,
        interrupts: &Interrupts,
    ) -> Result<Tried, String> {
        self.run_trial(trial, Patience::UntilSignal(interrupts))
            .map_err(|trouble| trouble.to_string())
    }

    fn run_trial(&self, trial: &Trial, patience: Patience<'_>) -> Result<Tried, Trouble> {
        let network = NetworkCreateRequest {
            name: trial.project.clone(),
            labels: Some(trial.labels()),
            ..NetworkCreateRequest::default()
        };
        self.ask(self.docker.create_network(network), ORDINARY, patience)?;
        let asked = format!("{}-asked", trial.project);
        let health = HealthConfig {
            test: Some(vec!["CMD-SHELL".to_owned(), "true".to_owned()]),
            interval: Some(SECOND),
            timeout: Some(5 * SECOND),
            retries: Some(3),
            ..HealthConfig::default()
        };
        let sleeps = trial.container(&["sleep 120"], Some(health));
        self.start(&asked, sleeps, patience)?;
        let asking = format!("{}-asking", trial.project);
        self.start(&asking, trial.container(&[ASK, &asked], None), patience)?;
        let status = self.end_of(&asking, patience)?;
        Ok(Tried {
            heard: match status {
                0 => Heard::Found,
                NO_PROGRAM => Heard::NoProgram,
                _ => Heard::NotFound,
            },
            is_healthy: self.becomes_healthy(&asked, patience)?,
        })
    }

    fn start(
        &self,
        name: &str,
        body: ContainerCreateBody,
        patience: Patience<'_>,
    ) -> Result<(), Trouble> {
        let options = CreateContainerOptionsBuilder::new().name(name).build();
        let create = self.docker.create_container(Some(options), body);
        self.ask(create, START, patience)?;
        self.ask(self.docker.start_container(name, None), START, patience)
    }

    /// The exit status of a container that ends by itself.
    fn end_of(&self, name: &str, patience: Patience<'_>) -> Result<i64, Trouble> {
        let ended = async {
            loop {
                let container = settled::container(&self.docker, name).await?;
                let state = container.state.unwrap_or_default();
                if state.status == Some(ContainerStateStatusEnum::EXITED)
                    && let Some(code) = state.exit_code
                {
                    return Ok::<i64, Error>(code);
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        self.ask(ended, ANSWER, patience)
    }

    fn becomes_healthy(&self, name: &str, patience: Patience<'_>) -> Result<bool, Trouble> {
        let end = Instant::now() + HEALTH;
        let healthy = async {
            loop {
                let container = settled::container(&self.docker, name).await?;
                let health = container.state.and_then(|state| state.health);
                if health.and_then(|health| health.status) == Some(HealthStatusEnum::HEALTHY) {
                    return Ok::<bool, Error>(true);
                }
                if Instant::now() >= end {
                    return Ok(false);
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        self.ask(healthy, HEALTH + ORDINARY, patience)
    }
}

impl Trial {
    fn labels(&self) -> HashMap<String, String> {
        let folder = self.lab_folder.display().to_string();
        [(PROJECT, self.project.clone()), (WORKING_DIR, folder)]
            .map(|(label, value)| (label.to_owned(), value))
            .into()
    }

    /// A container that runs a shell's text, whatever the image would run.
    fn container(&self, text: &[&str], healthcheck: Option<HealthConfig>) -> ContainerCreateBody {
        ContainerCreateBody {
            image: Some(self.image.clone()),
            entrypoint: Some(vec!["sh".to_owned(), "-c".to_owned()]),
            cmd: Some(text.iter().map(|word| (*word).to_owned()).collect()),
            labels: Some(self.labels()),
            healthcheck,
            host_config: Some(HostConfig {
                network_mode: Some(self.project.clone()),
                ..HostConfig::default()
            }),
            ..ContainerCreateBody::default()
        }
    }
}
