//! The docker command's contexts, asked of the docker command: only it knows where and how it stores them.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::{FoundBy, Lookup, certificates, docker_config, text};
use crate::engine::program;
use crate::error::RunError;

/// Where a context leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Context {
    pub(super) host: String,
    pub(super) certificates: Option<PathBuf>,
}

/// The context that the docker command would use; `None` where it is the default one, or there is no docker command that
/// could have contexts.
///
/// # Errors
/// When the context cannot be read: the docker command could not use it either, and another engine would be a surprise.
pub(super) fn current(lookup: Lookup<'_>) -> Result<Option<Context>, RunError> {
    let Some(name) = name(lookup) else {
        return Ok(None);
    };
    let Some(docker) = program::find("docker", lookup("PATH").as_ref()) else {
        return Ok(None);
    };
    let mut command = Command::new(docker);
    command
        .args(["context", "inspect", "--", &name])
        .stdin(Stdio::null());
    for variable in ["PATH", "HOME", "DOCKER_CONFIG"] {
        match lookup(variable) {
            Some(value) => command.env(variable, value),
            None => command.env_remove(variable),
        };
    }
    // The context is asked for by its name.
    command.env_remove("DOCKER_CONTEXT");
    let output = command
        .output()
        .map_err(|error| unreadable(&name, &error.to_string()))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(unreadable(&name, reason.trim()));
    }
    let inspected: [Inspected; 1] = serde_json::from_slice(&output.stdout)
        .map_err(|error| unreadable(&name, &error.to_string()))?;
    let [inspected] = inspected;
    inspected.into_context(&name).map(Some)
}

/// The context's name, told without starting the docker command.
fn name(lookup: Lookup<'_>) -> Option<String> {
    let named = text(lookup, "DOCKER_CONTEXT").or_else(|| {
        let config = std::fs::read(docker_config(lookup)?.join("config.json")).ok()?;
        let config: serde_json::Value = serde_json::from_slice(&config).ok()?;
        Some(config.get("currentContext")?.as_str()?.to_owned())
    });
    named.filter(|name| name != "default" && !name.is_empty())
}

/// What `docker context inspect` says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inspected {
    endpoints: Endpoints,
    #[serde(default, rename = "TLSMaterial")]
    tls_material: std::collections::BTreeMap<String, Vec<String>>,
    storage: Storage,
}

#[derive(Debug, Deserialize)]
struct Endpoints {
    docker: DockerEndpoint,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DockerEndpoint {
    host: String,
    #[serde(default, rename = "SkipTLSVerify")]
    skip_tls_verify: bool,
}

#[derive(Debug, Deserialize)]
struct Storage {
    #[serde(default, rename = "TLSPath")]
    tls_path: PathBuf,
}

impl Inspected {
    fn into_context(self, name: &str) -> Result<Context, RunError> {
        let host = self.endpoints.docker.host;
        let is_tcp = host.starts_with("tcp://") || host.starts_with("https://");
        if is_tcp && self.endpoints.docker.skip_tls_verify {
            let by = format!("the docker command's context `{name}`");
            return Err(certificates::unverified(&host, &by));
        }
        let has_material = self.tls_material.contains_key("docker");
        let certificates = (is_tcp && has_material)
            .then(|| {
                let folder = self.storage.tls_path.join("docker");
                certificates::complete(&folder, &host, &FoundBy::Context.to_string())
            })
            .transpose()?;
        Ok(Context { host, certificates })
    }
}

fn unreadable(name: &str, reason: &str) -> RunError {
    RunError::Missing {
        what: format!("the docker command's context `{name}` cannot be used: {reason}"),
        help: "`docker context ls` lists the contexts and `docker context use NAME` chooses one; --engine URL names an engine without them".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn a_context_is_seen_without_starting_docker() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_owned();
        let lookup = |variable: &str| {
            (variable == "DOCKER_CONFIG").then(|| OsString::from(home.as_os_str()))
        };
        assert_eq!(name(&lookup), None);
        for (config, expected) in [
            (r#"{"currentContext":"pod"}"#, Some("pod")),
            (r#"{"currentContext":"default"}"#, None),
            (r#"{"auths":{}}"#, None),
            ("not json", None),
        ] {
            std::fs::write(folder.path().join("config.json"), config).unwrap();
            assert_eq!(name(&lookup).as_deref(), expected, "{config}");
        }
        let named = |wanted: &'static str| {
            move |variable: &str| (variable == "DOCKER_CONTEXT").then(|| OsString::from(wanted))
        };
        assert_eq!(name(&named("pod")).as_deref(), Some("pod"));
        assert_eq!(name(&named("default")), None);
    }

    #[test]
    fn what_docker_says_of_a_context_is_read() {
        let said = r#"{"Name": "x", "Metadata": {}, "Endpoints": {"docker": {"Host": "ssh://a", "SkipTLSVerify": false}},
            "TLSMaterial": {}, "Storage": {"MetadataPath": "/m", "TLSPath": "/t"}}"#;
        let inspected: Inspected = serde_json::from_str(said).unwrap();
        let context = inspected.into_context("x").unwrap();
        assert_eq!(
            (context.host.as_str(), context.certificates),
            ("ssh://a", None)
        );
        let blind = said
            .replace("ssh://a", "tcp://a:1")
            .replace("false", "true");
        let inspected: Inspected = serde_json::from_str(&blind).unwrap();
        let error = inspected.into_context("x").unwrap_err();
        assert!(error.to_string().contains("context `x`"), "{error}");
    }
}
