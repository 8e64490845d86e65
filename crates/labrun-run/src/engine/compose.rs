//! What a compose file uses, as the real compose resolves it. labrun never interprets a compose file itself.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;

use super::patience::{NoAnswer, Patience};
use super::program::{self, Mute, Printed};
use crate::error::RunError;
use crate::interrupt::Interrupts;

const DEADLINE: Duration = Duration::from_secs(20);

/// The `docker compose` command of the lab's environment.
#[derive(Debug, Clone)]
pub struct Compose {
    docker: PathBuf,
    environment: Vec<(String, String)>,
}

/// What the services of a compose file need from the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComposeUse {
    /// The project's name, which begins the names of its networks and volumes.
    pub project: String,
    /// Images that must be there or be pulled; not those that compose builds.
    pub images: Vec<String>,
    /// Fixed names of containers.
    pub container_names: Vec<String>,
    /// Fixed ports of the host.
    pub ports: Vec<ComposePort>,
}

/// A port of the host that a service wants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ComposePort {
    /// The address, empty for all of them.
    pub address: String,
    /// Its number.
    pub port: u16,
    /// `tcp` or `udp`.
    pub protocol: String,
}

impl Compose {
    /// Compose as the docker command at this path has it, in this environment.
    pub fn new(docker: &Path, environment: &[(String, String)]) -> Self {
        Self {
            docker: docker.to_owned(),
            environment: environment.to_vec(),
        }
    }

    /// The same with more variables, none of which changes which program is found.
    pub(crate) fn with(&self, variables: &BTreeMap<String, String>) -> Self {
        let mut more = self.clone();
        let pairs = variables
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()));
        more.environment.extend(pairs);
        more
    }

    /// The version, `2.26.1`.
    ///
    /// # Errors
    /// [`RunError::Missing`] when docker has no compose, or only the first one.
    pub fn version(&self, interrupts: &Interrupts) -> Result<String, RunError> {
        let printed = self
            .run(Path::new("/"), ["version", "--short"], interrupts)
            .map_err(|mute| muted(mute, "`docker compose version` gives nothing"))?;
        let text = String::from_utf8_lossy(&printed.stdout);
        let version = bare_version(text.trim());
        if printed.status.success() && is_new_enough(version) {
            return Ok(version.to_owned());
        }
        let what = if printed.status.success() {
            format!("docker compose {version} is too old")
        } else {
            "docker has no compose plugin".to_owned()
        };
        Err(RunError::Missing {
            what,
            help: "install compose v2: `apt-get install docker-compose-plugin` (Docker's packages) or `docker-compose-v2` (Ubuntu's); the old docker-compose command does not do".to_owned(),
        })
    }

    /// What `docker compose up` in this folder would use.
    ///
    /// # Errors
    /// Compose's own words when it does not accept the file.
    pub fn resolve(&self, folder: &Path, interrupts: &Interrupts) -> Result<ComposeUse, String> {
        let printed = self
            .run(folder, ["config", "--format", "json"], interrupts)
            .map_err(|mute| mute.to_string())?;
        if !printed.status.success() {
            return Err(last_line(&printed.stderr));
        }
        let config: Config = serde_json::from_slice(&printed.stdout)
            .map_err(|error| format!("compose says what labrun does not understand: {error}"))?;
        Ok(config.into_use())
    }

    /// The compose file of this folder as compose resolves it, in YAML.
    ///
    /// # Errors
    /// Compose's own words when it does not accept the file.
    pub fn resolved(&self, folder: &Path, interrupts: &Interrupts) -> Result<String, String> {
        let printed = self
            .run(folder, ["config"], interrupts)
            .map_err(|mute| mute.to_string())?;
        if !printed.status.success() {
            return Err(last_line(&printed.stderr));
        }
        Ok(String::from_utf8_lossy(&printed.stdout).into_owned())
    }

    /// Everything that these files say, or those that compose finds in the folder, with the services of all profiles.
    ///
    /// # Errors
    /// Compose's own words when it does not accept the files.
    pub(crate) fn model(
        &self,
        folder: &Path,
        files: &[PathBuf],
        env_files: &[PathBuf],
        interrupts: &Interrupts,
    ) -> Result<serde_json::Value, String> {
        let mut arguments = vec![OsStr::new("--profile"), OsStr::new("*")];
        for (flag, paths) in [("--file", files), ("--env-file", env_files)] {
            for path in paths {
                arguments.extend([OsStr::new(flag), path.as_os_str()]);
            }
        }
        arguments.extend(["config", "--format", "json"].map(OsStr::new));
        let printed = self
            .run(folder, arguments, interrupts)
            .map_err(|mute| mute.to_string())?;
        if !printed.status.success() {
            return Err(last_line(&printed.stderr));
        }
        serde_json::from_slice(&printed.stdout)
            .map_err(|error| format!("compose says what labrun does not understand: {error}"))
    }

    fn run(
        &self,
        folder: &Path,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        interrupts: &Interrupts,
    ) -> Result<Printed, Mute> {
        let mut command = Command::new(&self.docker);
        command
            .arg("compose")
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            // Compose may take the folder's name from PWD.
            .env("PWD", folder);
        program::run(&mut command, DEADLINE, Patience::UntilSignal(interrupts))
    }
}

/// The part of compose's resolved configuration that matters before a run.
#[derive(Debug, Deserialize)]
struct Config {
    #[serde(default)]
    name: String,
    #[serde(default)]
    services: BTreeMap<String, Service>,
}

#[derive(Debug, Deserialize)]
struct Service {
    image: Option<String>,
    build: Option<serde_json::Value>,
    container_name: Option<String>,
    #[serde(default)]
    ports: Vec<Port>,
}

#[derive(Debug, Deserialize)]
struct Port {
    #[serde(default)]
    host_ip: String,
    published: Option<Published>,
    protocol: Option<String>,
}

/// Compose writes the port as text; older versions wrote a number.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Published {
    Text(String),
    Number(u16),
}

impl Config {
    fn into_use(self) -> ComposeUse {
        let mut needs = ComposeUse {
            project: self.name,
            ..ComposeUse::default()
        };
        for service in self.services.into_values() {
            needs.container_names.extend(service.container_name);
            needs
                .ports
                .extend(service.ports.into_iter().flat_map(Port::fixed));
            if service.build.is_none() {
                needs.images.extend(service.image);
            }
        }
        needs.images.sort();
        needs.images.dedup();
        needs
    }
}

impl Port {
    /// The ports that are fixed; a range of choices or a free port is none.
    fn fixed(self) -> Option<ComposePort> {
        let port = match self.published? {
            Published::Number(port) => port,
            Published::Text(text) => text.parse().ok()?,
        };
        (port != 0).then(|| ComposePort {
            address: self.host_ip,
            port,
            protocol: self.protocol.unwrap_or_else(|| "tcp".to_owned()),
        })
    }
}

/// `v2.26.1-4` is 2.26.1: the rest is packaging.
fn bare_version(text: &str) -> &str {
    let text = text.trim_start_matches('v');
    text.split(['-', '+']).next().unwrap_or(text)
}

fn is_new_enough(version: &str) -> bool {
    let major = version
        .split('.')
        .next()
        .and_then(|major| major.parse().ok());
    major.is_some_and(|major: u32| major >= 2)
}

fn last_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().rev().find(|line| !line.trim().is_empty());
    line.unwrap_or("no reason given").trim().to_owned()
}

fn muted(mute: Mute, what: &str) -> RunError {
    match mute {
        Mute::NoAnswer(NoAnswer::Interrupted(signal)) => RunError::Interrupted(signal),
        other => RunError::Missing {
            what: format!("{what}: {other}"),
            help: "try it by hand".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resolved_file_says_what_it_uses() {
        let config: Config = serde_json::from_str(
            r#"{"name": "pg", "networks": {"default": null}, "services": {
                "a": {"image": "postgres:17", "container_name": "m", "command": null, "ports": [
                    {"mode": "ingress", "target": 5432, "published": "5454", "protocol": "tcp"},
                    {"mode": "ingress", "host_ip": "127.0.0.1", "target": 80, "published": 5912, "protocol": "udp"},
                    {"mode": "ingress", "target": 81, "protocol": "tcp"},
                    {"mode": "ingress", "target": 82, "published": "6000-6010", "protocol": "tcp"}]},
                "b": {"image": "postgres:17"},
                "c": {"image": "mine", "build": {"context": "."}}}}"#,
        )
        .unwrap();
        let needs = config.into_use();
        assert_eq!(needs.project, "pg");
        assert_eq!(needs.images, ["postgres:17"]);
        assert_eq!(needs.container_names, ["m"]);
        let ports: Vec<_> = needs
            .ports
            .iter()
            .map(|p| (p.address.as_str(), p.port, p.protocol.as_str()))
            .collect();
        assert_eq!(ports, [("", 5454, "tcp"), ("127.0.0.1", 5912, "udp")]);
    }

    #[test]
    fn versions_are_read_without_their_packaging() {
        assert_eq!(bare_version("2.26.1-4"), "2.26.1");
        assert_eq!(bare_version("v2.40.0+ds1"), "2.40.0");
        assert!(is_new_enough("5.0.1"));
        assert!(!is_new_enough("1.29.2"));
        assert!(!is_new_enough(""));
    }
}
