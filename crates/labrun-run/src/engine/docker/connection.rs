//! Connecting to an engine, and the thread on which everything about it happens.

use std::future::Future;
use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use bollard::Docker;
use bollard::models::SystemVersion;
use labrun_model::UsedProgram;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use super::clock::Clock;
use super::dial::hello;
use super::events::Record;
use crate::engine::endpoint::{Endpoint, Way, permission_denied};
use crate::engine::patience::{NoAnswer, Patience, within};
use crate::error::RunError;
use crate::interrupt::Interrupts;

/// How long the engine may take for an ordinary answer.
pub(super) const ORDINARY: Duration = Duration::from_secs(10);
/// The oldest API that has everything labrun uses: Docker 20.10 and Podman 4.
const OLDEST_API: (u32, u32) = (1, 41);

/// What Podman's service calls itself.
const PODMAN: &str = "Podman Engine";

/// A container engine that answers.
#[derive(Debug)]
pub struct Engine {
    pub(super) docker: Docker,
    pub(super) record: Arc<Record>,
    pub(super) clock: Clock,
    background: Background,
    endpoint: Endpoint,
    about: About,
}

/// The engine's name and versions.
#[derive(Debug, Clone, PartialEq, Eq)]
struct About {
    name: &'static str,
    version: String,
    api: String,
}

/// A thread that drives the engine's sockets and listens to its events.
#[derive(Debug)]
struct Background {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A question that the engine did not answer, or answered with an error.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("{}", words(.0))]
    Engine(#[from] bollard::errors::Error),
    #[error("the engine gave {0}")]
    NoAnswer(#[from] NoAnswer),
}

impl Engine {
    /// Connects, agrees on a version and learns what the engine is.
    ///
    /// # Errors
    /// [`RunError::Missing`] when nothing answers, when the socket may not be used, when the engine is too old;
    /// [`RunError::Interrupted`] when a signal came.
    pub fn connect(endpoint: &Endpoint, interrupts: &Interrupts) -> Result<Self, RunError> {
        Self::connect_patiently(endpoint, Patience::UntilSignal(interrupts))
    }

    /// Connects for clean-up, which a signal may have started.
    pub(crate) fn connect_patiently(
        endpoint: &Endpoint,
        patience: Patience<'_>,
    ) -> Result<Self, RunError> {
        if let Some(socket) = endpoint.socket() {
            UnixStream::connect(socket).map_err(|error| unusable(endpoint, socket, &error))?;
        }
        let background = Background::start().map_err(RunError::system("starting a thread"))?;
        let (docker, version, clock) = background
            .wait(hello(endpoint.way()), ORDINARY, patience)
            .map_err(|trouble| no_hello(endpoint, trouble))?;
        let about = About::new(&version);
        if !about.is_new_enough() {
            return Err(RunError::Missing {
                what: format!("{about} at {} is too old", endpoint.url),
                help: "labrun needs Docker Engine 20.10 or Podman 4, or newer".to_owned(),
            });
        }
        Ok(Self {
            docker,
            record: Arc::new(Record::default()),
            clock,
            background,
            endpoint: endpoint.clone(),
            about,
        })
    }

    /// Name, version and API: `Docker Engine 20.10.24 (API 1.41)`.
    pub fn description(&self) -> String {
        self.about.to_string()
    }

    /// Name and version, without where it answers.
    pub fn program(&self) -> UsedProgram {
        UsedProgram {
            name: self.about.name.to_owned(),
            version: self.about.version.clone(),
        }
    }

    /// Whether it is Podman, which does some things by other means.
    pub(crate) fn is_podman(&self) -> bool {
        self.about.name == PODMAN
    }

    /// The folder in which it keeps images and containers, by the name that it has where the engine runs.
    pub(crate) fn data_folder(&self, interrupts: &Interrupts) -> Option<PathBuf> {
        let patience = Patience::UntilSignal(interrupts);
        let info = self.ask(self.docker.info(), ORDINARY, patience).ok()?;
        info.docker_root_dir.map(PathBuf::from)
    }

    /// Where the engine answers.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// A time of this machine's clock as the engine's had it.
    pub(crate) fn time_of(&self, machine: SystemTime) -> SystemTime {
        self.clock.of_machine(machine)
    }

    /// Waits for an answer.
    pub(super) fn ask<T>(
        &self,
        question: impl Future<Output = Result<T, bollard::errors::Error>>,
        deadline: Duration,
        patience: Patience<'_>,
    ) -> Result<T, Trouble> {
        self.background.wait(question, deadline, patience)
    }

    /// Runs something that waits by itself, on the calling thread.
    pub(super) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.background.handle.block_on(future)
    }

    /// Starts something that goes on while the run types.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        drop(self.background.handle.spawn(task));
    }
}

impl Trouble {
    /// Whether the engine says that there is no such object.
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Engine(error) if is_not_found(error))
    }

    /// The same as a reason for which a run cannot go on.
    pub(super) fn into_run_error(self, asked: &str) -> RunError {
        match self {
            Self::NoAnswer(NoAnswer::Interrupted(signal)) => RunError::Interrupted(signal),
            other => RunError::Missing {
                what: format!("the engine cannot be asked {asked}: {other}"),
                help: "look at the engine: `docker info`".to_owned(),
            },
        }
    }
}

impl Background {
    fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || {
                // Both a word and a dropped sender end the thread.
                drop(runtime.block_on(stopped));
                runtime.shutdown_background();
            })?;
        Ok(Self {
            handle,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    fn wait<T>(
        &self,
        question: impl Future<Output = Result<T, bollard::errors::Error>>,
        deadline: Duration,
        patience: Patience<'_>,
    ) -> Result<T, Trouble> {
        let answer = self.handle.block_on(within(question, deadline, patience))?;
        Ok(answer?)
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl About {
    fn new(version: &SystemVersion) -> Self {
        let components = version.components.as_deref().unwrap_or_default();
        let podman = components.iter().find(|part| part.name.contains("Podman"));
        let number = podman
            .map(|part| part.version.as_str())
            .or(version.version.as_deref())
            .unwrap_or("of unknown version");
        Self {
            name: if podman.is_some() {
                PODMAN
            } else {
                "Docker Engine"
            },
            // Debian says 20.10.24+dfsg1; the packaging is of no interest here.
            version: number.split('+').next().unwrap_or(number).to_owned(),
            api: version.api_version.clone().unwrap_or_default(),
        }
    }

    fn is_new_enough(&self) -> bool {
        let Some((major, minor)) = self.api.split_once('.') else {
            return false;
        };
        let minor = minor.split('.').next().unwrap_or(minor);
        match (major.parse(), minor.parse()) {
            (Ok(major), Ok(minor)) => (major, minor) >= OLDEST_API,
            _ => false,
        }
    }
}

impl std::fmt::Display for About {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{} {} (API {})",
            self.name, self.version, self.api
        )
    }
}

fn no_hello(endpoint: &Endpoint, trouble: Trouble) -> RunError {
    match trouble {
        Trouble::NoAnswer(NoAnswer::Interrupted(signal)) => RunError::Interrupted(signal),
        other => RunError::Missing {
            what: format!(
                "no engine answers at {} (named by {}): {other}",
                endpoint.url, endpoint.found_by
            ),
            help: help(endpoint.way()),
        },
    }
}

/// What to try where an engine gives no answer.
fn help(way: &Way) -> String {
    match way {
        Way::Socket(_) => "start the engine, or name another with --engine URL".to_owned(),
        Way::Plain(_) => "start the engine, or name another with --engine URL; one that wants encryption needs DOCKER_TLS_VERIFY=1 and its certificates in DOCKER_CERT_PATH".to_owned(),
        Way::Encrypted(_, folder) => format!(
            "is the engine there, and are ca.pem, cert.pem and key.pem in {} those of this engine, for the host as it is named?",
            folder.display()
        ),
        Way::Ssh(_) => format!(
            "`docker -H {way} version` must answer without asking anything: a key in the agent or without a passphrase, the host among the known ones, docker on that host and the right to use it"
        ),
    }
}

/// Why a socket cannot be opened, which the HTTP client would hide behind "client error (Connect)".
fn unusable(endpoint: &Endpoint, socket: &Path, error: &std::io::Error) -> RunError {
    let reason = match error.kind() {
        ErrorKind::PermissionDenied => return permission_denied(socket),
        ErrorKind::NotFound => "there is no such socket",
        ErrorKind::ConnectionRefused => "nothing listens on the socket",
        _ => {
            return no_hello(
                endpoint,
                Trouble::Engine(std::io::Error::from(error.kind()).into()),
            );
        }
    };
    RunError::Missing {
        what: format!(
            "no engine answers at {} (named by {}): {reason}",
            endpoint.url, endpoint.found_by
        ),
        help: "start the engine (`sudo systemctl start docker`), or name another with --engine URL"
            .to_owned(),
    }
}

/// Whether the engine says that there is no such object.
pub(super) fn is_not_found(error: &bollard::errors::Error) -> bool {
    matches!(
        error,
        bollard::errors::Error::DockerResponseServerError {
            status_code: 404,
            ..
        }
    )
}

/// An error of the client in words: what the engine said, or the innermost cause.
pub(super) fn words(error: &bollard::errors::Error) -> String {
    match error {
        bollard::errors::Error::DockerResponseServerError { message, .. } => {
            message.trim().to_owned()
        }
        bollard::errors::Error::DockerStreamError { error } => error.trim().to_owned(),
        other => {
            let mut cause: &dyn std::error::Error = other;
            while let Some(inner) = cause.source() {
                cause = inner;
            }
            cause.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use bollard::models::SystemVersionComponents;

    use super::*;

    fn version(number: &str, api: &str, component: &str) -> About {
        About::new(&SystemVersion {
            version: Some(number.to_owned()),
            api_version: Some(api.to_owned()),
            components: Some(vec![SystemVersionComponents {
                name: component.to_owned(),
                version: number.to_owned(),
                details: None,
            }]),
            ..SystemVersion::default()
        })
    }

    #[test]
    fn an_engine_is_described_by_name_version_and_api() {
        let docker = version("20.10.24+dfsg1", "1.41", "Engine");
        assert_eq!(docker.to_string(), "Docker Engine 20.10.24 (API 1.41)");
        let podman = version("5.2.1", "1.41", "Podman Engine");
        assert_eq!(podman.to_string(), "Podman Engine 5.2.1 (API 1.41)");
    }

    #[test]
    fn an_old_engine_is_known_by_its_api() {
        for (api, expected) in [
            ("1.41", true),
            ("1.53", true),
            ("2.0", true),
            ("1.40", false),
            ("", false),
        ] {
            assert_eq!(
                version("1", api, "Engine").is_new_enough(),
                expected,
                "{api}"
            );
        }
    }
}
