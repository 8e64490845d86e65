//! Which container engine a run uses, and how that was decided. Knows sockets and URLs, nothing of what is behind them.
//!
//! The main function is [`discover`]. The terminals get the same endpoint in DOCKER_HOST, so that the reader's `docker`
//! and labrun's own questions never go to two different engines.

mod address;
mod certificates;
mod context;
mod sockets;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::error::RunError;

pub(crate) use self::address::{HostPort, SshHost};
pub(crate) use self::certificates::{AUTHORITY, CERTIFICATE, KEY};
pub(crate) use self::sockets::permission_denied;

/// Where an engine answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `unix:///var/run/docker.sock`, `tcp://host:port` or `ssh://user@host`, as DOCKER_HOST takes it.
    pub url: String,
    /// What named it.
    pub found_by: FoundBy,
    way: Way,
}

/// How one gets there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    /// A socket of this machine.
    Socket(PathBuf),
    /// TCP, readable and open to everybody on the way.
    Plain(HostPort),
    /// TLS, with the folder of `ca.pem`, `cert.pem` and `key.pem`.
    Encrypted(HostPort, PathBuf),
    /// The real `ssh`, and `docker system dial-stdio` at its other end.
    Ssh(SshHost),
}

/// What named an [`Endpoint`], in the order in which they are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundBy {
    /// `--engine URL`.
    Flag,
    /// The variable DOCKER_HOST.
    DockerHost,
    /// The docker command's current context.
    Context,
    /// One of the places where Docker puts its socket.
    DockerSocket,
    /// One of the places where Podman puts its socket.
    PodmanSocket,
    /// The journal of an earlier run.
    Journal,
}

/// How a variable of the environment is looked up.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

impl Endpoint {
    /// An endpoint that somebody named. Whether `tcp://` is encrypted, and with which certificates, is said by
    /// DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, as for the docker command; `https://` always is.
    ///
    /// # Errors
    /// When labrun does not speak the URL's protocol, it is no URL, or certificates are missing.
    pub fn named(url: &str, found_by: FoundBy, lookup: Lookup<'_>) -> Result<Self, RunError> {
        let certificates = if url.starts_with("https://") || url.starts_with("tcp://") {
            certificates::from_environment(url, &found_by, lookup)?
        } else {
            None
        };
        Self::at(url, certificates, found_by)
    }

    /// The endpoint that a journal remembers, with the folder of its certificates.
    pub(crate) fn remembered(url: &str, certificates: Option<&Path>) -> Result<Self, RunError> {
        Self::at(url, certificates.map(Path::to_owned), FoundBy::Journal)
    }

    fn at(url: &str, certificates: Option<PathBuf>, found_by: FoundBy) -> Result<Self, RunError> {
        let way = address::way(url, certificates)
            .map_err(|help| address::not_spoken(url, &found_by, help))?;
        Ok(Self {
            url: way.to_string(),
            found_by,
            way,
        })
    }

    /// The socket's path, where the endpoint is a local socket.
    pub fn socket(&self) -> Option<&Path> {
        match &self.way {
            Way::Socket(path) => Some(path),
            _ => None,
        }
    }

    /// The folder of the certificates, where the connection is encrypted.
    pub fn certificates(&self) -> Option<&Path> {
        match &self.way {
            Way::Encrypted(_, folder) => Some(folder),
            _ => None,
        }
    }

    pub(crate) fn way(&self) -> &Way {
        &self.way
    }

    /// Whether the engine is on this machine, as far as its address tells: only then does it see the lab folder, and only
    /// then are the ports that it opens at 127.0.0.1 to be found there.
    pub fn is_here(&self) -> bool {
        match &self.way {
            Way::Socket(_) => true,
            Way::Plain(at) | Way::Encrypted(at, _) => address::is_this_machine(&at.host),
            Way::Ssh(at) => address::is_this_machine(&at.host),
        }
    }

    /// Refuses an engine on another machine, unless that was asked for.
    ///
    /// # Errors
    /// [`RunError::Missing`], with what is lost there.
    pub fn allowed(self, reach: Reach) -> Result<Self, RunError> {
        if self.is_here() || reach == Reach::WithoutMountsAndPorts {
            return Ok(self);
        }
        Err(RunError::Missing {
            what: format!(
                "the engine at {} (named by {}) is on another machine: its containers do not see the lab folder, and the ports that they open are not at 127.0.0.1 here",
                self.url, self.found_by
            ),
            help: "use an engine on this machine (`--engine unix:///var/run/docker.sock`), or run labrun on that one; a lab that mounts no folder and asks no port may be run there with --without-mounts-and-ports".to_owned(),
        })
    }

    /// The variables by which the docker command and everything that asks as it does find the same engine.
    pub(crate) fn variables(&self, lookup: Lookup<'_>) -> Vec<(String, String)> {
        let mut variables = vec![("DOCKER_HOST".to_owned(), self.url.clone())];
        match &self.way {
            Way::Encrypted(_, folder) => {
                variables.push(("DOCKER_TLS_VERIFY".to_owned(), "1".to_owned()));
                let folder = folder.display().to_string();
                variables.push(("DOCKER_CERT_PATH".to_owned(), folder));
            }
            Way::Ssh(_) => {
                let agent = text(lookup, "SSH_AUTH_SOCK");
                variables.extend(agent.map(|agent| ("SSH_AUTH_SOCK".to_owned(), agent)));
            }
            Way::Socket(_) | Way::Plain(_) => {}
        }
        variables
    }
}

/// Which engines a run may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Reach {
    /// Those on this machine, which see the lab folder and open their ports here.
    #[default]
    ThisMachine,
    /// Those on other machines too, where neither is so.
    WithoutMountsAndPorts,
}

/// Finds the engine: what the caller names, DOCKER_HOST, the docker command's context, the usual sockets. A name that
/// somebody gave is final; of the usual sockets the first that answers is taken.
///
/// # Errors
/// When nothing is found, or what was named cannot be used.
pub fn discover(explicit: Option<&str>, lookup: Lookup<'_>) -> Result<Endpoint, RunError> {
    if let Some(url) = explicit {
        return Endpoint::named(url, FoundBy::Flag, lookup);
    }
    if let Some(url) = text(lookup, "DOCKER_HOST") {
        return Endpoint::named(&url, FoundBy::DockerHost, lookup);
    }
    match context::current(lookup)? {
        Some(context) => Endpoint::at(&context.host, context.certificates, FoundBy::Context),
        None => sockets::first_that_answers(&sockets::usual(lookup)),
    }
}

fn text(lookup: Lookup<'_>, name: &str) -> Option<String> {
    lookup(name)
        .and_then(|value| value.into_string().ok())
        .filter(|value| !value.is_empty())
}

fn path(lookup: Lookup<'_>, name: &str) -> Option<PathBuf> {
    lookup(name)
        .filter(|value| value.as_os_str() != OsStr::new(""))
        .map(PathBuf::from)
}

/// The folder of the docker command's settings.
fn docker_config(lookup: Lookup<'_>) -> Option<PathBuf> {
    path(lookup, "DOCKER_CONFIG").or_else(|| path(lookup, "HOME").map(|home| home.join(".docker")))
}

impl std::fmt::Display for Way {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Socket(path) => write!(formatter, "unix://{}", path.display()),
            Self::Plain(at) | Self::Encrypted(at, _) => write!(formatter, "tcp://{at}"),
            Self::Ssh(at) => write!(formatter, "ssh://{at}"),
        }
    }
}

impl std::fmt::Display for FoundBy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Flag => "--engine",
            Self::DockerHost => "DOCKER_HOST",
            Self::Context => "the docker command's context",
            Self::DockerSocket => "Docker's usual socket",
            Self::PodmanSocket => "Podman's usual socket",
            Self::Journal => "the journal of an earlier run",
        })
    }
}

#[cfg(test)]
mod tests;
