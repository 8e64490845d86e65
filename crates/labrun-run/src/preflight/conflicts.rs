//! Names and ports that a lab needs and somebody has, each with its owner in words. Pure, but for whom it asks.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::SystemTime;

use super::ports::{Listener, overlaps};
use crate::cleanup::Journal;
use crate::engine::{ComposePort, ContainerInfo};
use crate::error::RunError;

/// What a lab takes of the machine.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) container_names: BTreeSet<String>,
    pub(super) ports: BTreeSet<ComposePort>,
}

/// What there is already.
#[derive(Debug, Default)]
pub(super) struct Present {
    pub(super) containers: Vec<ContainerInfo>,
    pub(super) listeners: Vec<Listener>,
    /// Runs of labrun that may own a container.
    pub(super) runs: Vec<Journal>,
}

impl Wanted {
    /// What these containers have already is not wanted any more.
    pub(super) fn leave_out(&mut self, own: &[ContainerInfo]) {
        self.container_names
            .retain(|name| own.iter().all(|container| container.name != *name));
        self.ports.retain(|wanted| {
            let mut published = own.iter().flat_map(|container| &container.ports);
            published.all(|port| port.port != wanted.port || port.protocol != wanted.protocol)
        });
    }
}

/// All conflicts at once.
pub(super) fn check(wanted: &Wanted, present: &Present) -> Result<(), RunError> {
    let names = wanted
        .container_names
        .iter()
        .filter_map(|name| name_conflict(name, present));
    let ports = wanted
        .ports
        .iter()
        .filter_map(|port| port_conflict(port, present));
    let conflicts: Vec<String> = names.chain(ports).collect();
    if conflicts.is_empty() {
        return Ok(());
    }
    let help = if conflicts.iter().any(|line| line.contains("`labrun clean`")) {
        "run `labrun clean`, remove what is in the way, and try again"
    } else if conflicts.iter().all(|line| line.contains(" by process ")) {
        "end the process that is in the way, or take another port in the chapter, and try again"
    } else {
        "remove what is in the way (`docker rm -f NAME`, or `docker compose down` in its folder), or stop the process, and try again"
    };
    Err(RunError::Conflict {
        conflicts,
        help: help.to_owned(),
    })
}

fn name_conflict(name: &str, present: &Present) -> Option<String> {
    let owner = present
        .containers
        .iter()
        .find(|container| container.name == name)?;
    Some(format!(
        "the container name {name} is taken: {}",
        describe(owner, &present.runs)
    ))
}

fn port_conflict(wanted: &ComposePort, present: &Present) -> Option<String> {
    let publisher = present.containers.iter().find(|container| {
        container.ports.iter().any(|port| {
            let address = port
                .address
                .parse()
                .unwrap_or(std::net::IpAddr::from([0; 4]));
            port.port == wanted.port
                && port.protocol == wanted.protocol
                && overlaps(address, &wanted.address)
        })
    });
    let owner = match publisher {
        Some(container) => {
            format!(
                "container {}: {}",
                container.name,
                describe(container, &present.runs)
            )
        }
        None => {
            let mut listeners = present.listeners.iter();
            let listener = listeners.find(|listener| listener.blocks(wanted))?;
            process(listener, &present.runs)
        }
    };
    Some(format!(
        "the port {}/{} of this machine is taken by {owner}",
        wanted.port, wanted.protocol
    ))
}

/// A process that listens and whose it is.
fn process(listener: &Listener, runs: &[Journal]) -> String {
    let run = listener.pid().and_then(|pid| {
        let mut runs = runs.iter();
        runs.find(|run| run.marks(pid))
    });
    let mut words = vec![listener.owner()];
    words.extend(run.map(left_by));
    words.join(", ")
}

/// A container and whose it is.
fn describe(container: &ContainerInfo, runs: &[Journal]) -> String {
    let mut words = vec![
        format!("image {}", container.image),
        container.state.clone(),
    ];
    if let Some(age) = container
        .created
        .and_then(|created| SystemTime::now().duration_since(created).ok())
    {
        words.push(format!("made {} ago", rough(age.as_secs())));
    }
    let folder = container.working_dir.as_deref();
    if let Some(project) = &container.project {
        words.push(format!(
            "compose project {project} in {}",
            folder.unwrap_or("an unknown folder")
        ));
    }
    words.extend(folder.and_then(|folder| of_run(Path::new(folder), runs)));
    words.join(", ")
}

/// What a container in a run's folder means.
fn of_run(folder: &Path, runs: &[Journal]) -> Option<String> {
    runs.iter().find(|run| run.owns(folder)).map(left_by)
}

/// What it means that something is of a run.
fn left_by(run: &Journal) -> String {
    if run.is_being_run() {
        format!(
            "which labrun is using now for the lab {} (pid {})",
            run.lab, run.runner.pid
        )
    } else {
        format!(
            "which a run of the lab {} has left: `labrun clean` removes it",
            run.lab
        )
    }
}

fn rough(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} min", seconds / 60),
        7200..=172_799 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::engine::PublishedPort;

    fn container(name: &str, port: u16) -> ContainerInfo {
        ContainerInfo {
            id: "id".to_owned(),
            name: name.to_owned(),
            image: "postgres:17".to_owned(),
            state: "running".to_owned(),
            project: Some("pg".to_owned()),
            working_dir: Some("/home/x/pg".to_owned()),
            created: Some(SystemTime::now() - Duration::from_secs(3 * 3600 + 5)),
            ports: vec![PublishedPort {
                address: "0.0.0.0".to_owned(),
                port,
                protocol: "tcp".to_owned(),
            }],
        }
    }

    fn wanted(names: &[&str], ports: &[(&str, u16)]) -> Wanted {
        Wanted {
            container_names: names.iter().map(|name| (*name).to_owned()).collect(),
            ports: ports
                .iter()
                .map(|(address, port)| ComposePort {
                    address: (*address).to_owned(),
                    port: *port,
                    protocol: "tcp".to_owned(),
                })
                .collect(),
        }
    }

    #[test]
    fn every_conflict_is_listed_with_its_owner() {
        let present = Present {
            containers: vec![container("master", 5454)],
            ..Present::default()
        };
        let error = check(
            &wanted(&["master", "standby"], &[("", 5454), ("127.0.0.1", 5455)]),
            &present,
        )
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the container name master is taken: image postgres:17, running, made 3 h ago, compose project pg in /home/x/pg\n\
             the port 5454/tcp of this machine is taken by container master: image postgres:17, running, made 3 h ago, compose project pg in /home/x/pg"
        );
        assert!(check(&wanted(&["other"], &[("", 5455)]), &present).is_ok());
        let mut wanted = wanted(&["master"], &[("", 5454)]);
        wanted.leave_out(&present.containers);
        assert!(check(&wanted, &present).is_ok(), "what the run itself has");
    }
}
