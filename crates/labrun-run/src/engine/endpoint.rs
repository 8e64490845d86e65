//! Which container engine a run uses, and how that was decided. Knows sockets and URLs, nothing of what is behind them.
//!
//! The main function is [`discover`]. The terminals get the same endpoint in DOCKER_HOST, so that the reader's `docker`
//! and labrun's own questions never go to two different engines.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::RunError;

/// Where an engine answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `unix:///var/run/docker.sock` or `tcp://host:port`, as DOCKER_HOST takes it.
    pub url: String,
    /// What named it.
    pub found_by: FoundBy,
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
    /// The socket's path, where the endpoint is a local socket.
    pub fn socket(&self) -> Option<&Path> {
        self.url.strip_prefix("unix://").map(Path::new)
    }

    /// An endpoint that somebody named.
    ///
    /// # Errors
    /// When labrun does not speak the URL's protocol.
    pub fn named(url: &str, found_by: FoundBy) -> Result<Self, RunError> {
        let url = if url.starts_with('/') {
            format!("unix://{url}")
        } else {
            url.to_owned()
        };
        let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
        let help = match scheme {
            "unix" | "tcp" | "http" => return Ok(Self { url, found_by }),
            "https" => {
                "use a local socket (`--engine unix:///var/run/docker.sock`) or a plain tcp:// address"
            }
            "ssh" => {
                "forward the socket (`ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock HOST`) and use `--engine unix:///tmp/engine.sock`"
            }
            _ => "an engine is named as unix:///path/to/docker.sock or tcp://host:port",
        };
        Err(RunError::Missing {
            what: format!("{found_by} names the engine `{url}`, which labrun cannot speak to"),
            help: help.to_owned(),
        })
    }
}

/// Finds the engine: what the caller names, DOCKER_HOST, the docker command's context, the usual sockets. A name that
/// somebody gave is final; of the usual sockets the first that answers is taken.
///
/// # Errors
/// When nothing is found, or what was named cannot be used.
pub fn discover(explicit: Option<&str>, lookup: Lookup<'_>) -> Result<Endpoint, RunError> {
    if let Some(url) = explicit {
        return Endpoint::named(url, FoundBy::Flag);
    }
    if let Some(url) = text(lookup, "DOCKER_HOST") {
        let encrypted = url.starts_with("tcp://") && text(lookup, "DOCKER_TLS_VERIFY").is_some();
        let url = if encrypted {
            url.replacen("tcp://", "https://", 1)
        } else {
            url
        };
        return Endpoint::named(&url, FoundBy::DockerHost);
    }
    if uses_a_context(lookup)
        && let Some(url) = context_url(lookup)
    {
        return Endpoint::named(&url, FoundBy::Context);
    }
    first_that_answers(&usual_sockets(lookup))
}

/// The sockets that Docker and Podman make, in the order in which they are tried.
fn usual_sockets(lookup: Lookup<'_>) -> Vec<(PathBuf, FoundBy)> {
    let home = path(lookup, "HOME");
    let runtime = path(lookup, "XDG_RUNTIME_DIR");
    let below = |base: &Option<PathBuf>, rest: &str| base.as_ref().map(|base| base.join(rest));
    let docker = [
        Some(PathBuf::from("/var/run/docker.sock")),
        below(&runtime, "docker.sock"),
        below(&home, ".docker/run/docker.sock"),
        below(&home, ".docker/desktop/docker.sock"),
    ];
    let podman = [
        below(&runtime, "podman/podman.sock"),
        Some(PathBuf::from("/run/podman/podman.sock")),
    ];
    let docker = docker
        .into_iter()
        .flatten()
        .map(|socket| (socket, FoundBy::DockerSocket));
    let podman = podman
        .into_iter()
        .flatten()
        .map(|socket| (socket, FoundBy::PodmanSocket));
    docker.chain(podman).collect()
}

fn first_that_answers(sockets: &[(PathBuf, FoundBy)]) -> Result<Endpoint, RunError> {
    let mut denied = None;
    for (socket, found_by) in sockets {
        match UnixStream::connect(socket) {
            Ok(_) => {
                return Ok(Endpoint {
                    url: format!("unix://{}", socket.display()),
                    found_by: found_by.clone(),
                });
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                denied.get_or_insert(socket);
            }
            Err(_) => {}
        }
    }
    Err(denied.map_or_else(no_engine, |socket| permission_denied(socket)))
}

fn no_engine() -> RunError {
    RunError::Missing {
        what: "no container engine answers".to_owned(),
        help: "start Docker (`sudo systemctl start docker`) or Podman (`systemctl --user start podman.socket`), or name an engine with --engine URL".to_owned(),
    }
}

/// What a socket that exists but may not be opened means for the reader.
pub(crate) fn permission_denied(socket: &Path) -> RunError {
    RunError::Missing {
        what: format!("you may not use the engine's socket {}", socket.display()),
        help: "join the docker group (`sudo usermod -aG docker $USER`, then log in again), or run as root".to_owned(),
    }
}

/// Whether the docker command would use a context of its own, told without starting it.
fn uses_a_context(lookup: Lookup<'_>) -> bool {
    if let Some(name) = text(lookup, "DOCKER_CONTEXT") {
        return name != "default";
    }
    let folder = path(lookup, "DOCKER_CONFIG")
        .or_else(|| path(lookup, "HOME").map(|home| home.join(".docker")));
    let Some(config) = folder.and_then(|folder| std::fs::read(folder.join("config.json")).ok())
    else {
        return false;
    };
    serde_json::from_slice::<serde_json::Value>(&config)
        .ok()
        .and_then(|config| Some(config.get("currentContext")?.as_str()? != "default"))
        .unwrap_or(false)
}

/// Asks the docker command, because only it knows where and how it stores contexts.
fn context_url(lookup: Lookup<'_>) -> Option<String> {
    let mut command = Command::new("docker");
    command
        .args([
            "context",
            "inspect",
            "--format",
            "{{.Endpoints.docker.Host}}",
        ])
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    for name in ["PATH", "HOME", "DOCKER_CONTEXT", "DOCKER_CONFIG"] {
        match lookup(name) {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.output().ok()?;
    let url = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !url.is_empty()).then_some(url)
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
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    fn variables<'a>(
        pairs: &'a [(&'a str, &'a str)],
    ) -> impl Fn(&str) -> Option<OsString> + use<'a> {
        move |name| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        }
    }

    #[test]
    fn what_is_named_is_taken_in_order() {
        let lookup = variables(&[("DOCKER_HOST", "tcp://127.0.0.1:1")]);
        let flag = discover(Some("/a.sock"), &lookup).unwrap();
        assert_eq!(
            (flag.url.as_str(), flag.found_by),
            ("unix:///a.sock", FoundBy::Flag)
        );
        let host = discover(None, &lookup).unwrap();
        assert_eq!(host.url, "tcp://127.0.0.1:1");
        assert_eq!(host.found_by, FoundBy::DockerHost);
    }

    #[test]
    fn a_protocol_that_is_not_spoken_is_said_with_help() {
        for url in ["https://a:1", "ssh://a", "npipe:////./pipe/x", "nonsense"] {
            let error = discover(Some(url), &variables(&[])).unwrap_err();
            assert!(
                matches!(&error, RunError::Missing { what, help } if what.contains(url) && !help.is_empty())
            );
        }
        let lookup = variables(&[("DOCKER_HOST", "tcp://h:2376"), ("DOCKER_TLS_VERIFY", "1")]);
        assert!(
            discover(None, &lookup)
                .unwrap_err()
                .to_string()
                .contains("https://h:2376")
        );
    }

    #[test]
    fn of_the_usual_sockets_the_first_that_answers_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let dead = folder.path().join("dead.sock");
        drop(UnixListener::bind(&dead).unwrap());
        let alive = folder.path().join("alive.sock");
        let _listener = UnixListener::bind(&alive).unwrap();
        let sockets = [
            (folder.path().join("absent.sock"), FoundBy::DockerSocket),
            (dead, FoundBy::DockerSocket),
            (alive.clone(), FoundBy::PodmanSocket),
        ];
        let endpoint = first_that_answers(&sockets).unwrap();
        assert_eq!(endpoint.socket(), Some(alive.as_path()));
        assert_eq!(endpoint.found_by, FoundBy::PodmanSocket);
        assert!(matches!(
            first_that_answers(&sockets[..2]),
            Err(RunError::Missing { .. })
        ));
    }

    #[test]
    fn a_context_is_seen_without_starting_docker() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_str().unwrap();
        let pairs = [("DOCKER_CONFIG", home)];
        let lookup = variables(&pairs);
        assert!(!uses_a_context(&lookup));
        for (config, expected) in [
            (r#"{"currentContext":"pod"}"#, true),
            (r#"{"currentContext":"default"}"#, false),
            (r#"{"auths":{}}"#, false),
            ("not json", false),
        ] {
            std::fs::write(folder.path().join("config.json"), config).unwrap();
            assert_eq!(uses_a_context(&lookup), expected, "{config}");
        }
        assert!(uses_a_context(&variables(&[("DOCKER_CONTEXT", "pod")])));
        assert!(!uses_a_context(&variables(&[(
            "DOCKER_CONTEXT",
            "default"
        )])));
    }
}
