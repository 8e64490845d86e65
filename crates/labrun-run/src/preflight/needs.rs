//! What a lab needs of the machine, as far as its text tells. Pure.

use std::collections::{BTreeMap, BTreeSet};

use labrun_model::{Lab, LabFile, Probe};

use super::commands::{HostCommand, Launch, host_commands, launch};
use crate::engine::ComposePort;

/// Programs that labs use and that a machine may lack, each with where it comes from. Others are the shell's to find.
const PROGRAMS: [(&str, &str); 14] = [
    (
        "docker",
        "install Docker Engine: https://docs.docker.com/engine/install/",
    ),
    ("podman", "`apt-get install podman`"),
    ("docker-compose", "`apt-get install docker-compose`"),
    ("psql", CLIENT),
    ("pg_isready", CLIENT),
    ("pg_basebackup", CLIENT),
    ("pg_dump", CLIENT),
    ("createdb", CLIENT),
    ("createuser", CLIENT),
    ("sqlite3", "`apt-get install sqlite3`"),
    ("curl", "`apt-get install curl`"),
    ("jq", "`apt-get install jq`"),
    ("git", "`apt-get install git`"),
    ("python3", "`apt-get install python3`"),
];
const CLIENT: &str = "`apt-get install postgresql-client`";
/// Programs that ask a container engine.
const ENGINE_CLIENTS: [&str; 3] = ["docker", "podman", "docker-compose"];

/// What a lab needs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// Programs of the table, with where they come from.
    pub(super) programs: BTreeMap<&'static str, &'static str>,
    pub(super) engine: bool,
    pub(super) compose: bool,
    /// Images that `docker run` names. It pulls them itself, so they are only looked for.
    pub(super) images: BTreeSet<String>,
    pub(super) container_names: BTreeSet<String>,
    pub(super) ports: BTreeSet<ComposePort>,
}

impl Needs {
    pub(super) fn of(lab: &Lab) -> Self {
        let mut needs = Self::default();
        let mut installs = false;
        for HostCommand { words, .. } in host_commands(lab) {
            let Some(name) = words.first().map(String::as_str) else {
                continue;
            };
            installs |= words.iter().any(|word| word == "install");
            // What the chapter itself installs need not be there before.
            if !installs
                && let Some((program, origin)) = PROGRAMS.iter().find(|(known, _)| *known == name)
            {
                needs.programs.insert(program, origin);
            }
            needs.engine |= ENGINE_CLIENTS.contains(&name);
            needs.compose |= name == "docker" && words.get(1).is_some_and(|word| word == "compose");
            needs.add(launch(&words).unwrap_or_default());
        }
        needs.engine |= lab
            .checks()
            .any(|check| matches!(check.probe, Probe::Container { .. }));
        needs.engine |= files(lab).any(|file| {
            let mut words = file
                .content
                .split(|c: char| !c.is_alphanumeric() && c != '-');
            is_compose_file(file) || words.any(|word| ENGINE_CLIENTS.contains(&word))
        });
        needs
    }

    fn add(&mut self, launch: Launch) {
        self.images.extend(launch.image);
        self.container_names.extend(launch.name);
        for host in launch.ports {
            let (address, port) = host.rsplit_once(':').unwrap_or(("", &host));
            self.ports.extend(port.parse().ok().map(|port| ComposePort {
                address: address.to_owned(),
                port,
                protocol: "tcp".to_owned(),
            }));
        }
    }
}

/// The files that a lab writes, in order.
pub(super) fn files(lab: &Lab) -> impl Iterator<Item = &LabFile> {
    lab.files().map(|(_, file)| file)
}

/// Whether compose takes the file by itself.
pub(super) fn is_compose_file(file: &LabFile) -> bool {
    let name = file.path.file_name().and_then(|name| name.to_str());
    matches!(
        name,
        Some("compose.yaml" | "compose.yml" | "docker-compose.yaml" | "docker-compose.yml")
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::{file, lab, sh, state_check};
    use super::*;

    #[test]
    fn a_lab_without_docker_words_needs_no_engine() {
        let plain = lab(vec![sh("echo docker\npsql -h 127.0.0.1 -c 'select 1'")]);
        let needs = Needs::of(&plain);
        assert!(!needs.engine);
        assert_eq!(needs.programs.keys().copied().collect::<Vec<_>>(), ["psql"]);
    }

    #[test]
    fn docker_a_container_check_or_a_compose_file_need_an_engine() {
        let docker = Needs::of(&lab(vec![sh("cd x && sudo docker compose up -d")]));
        assert!(docker.engine && docker.compose);
        assert!(Needs::of(&lab(vec![state_check("x")])).engine);
        assert!(Needs::of(&lab(vec![file("x/compose.yml", "services: {}")])).engine);
        assert!(Needs::of(&lab(vec![file("up.sh", "sudo docker run x")])).engine);
        assert!(!Needs::of(&lab(vec![file("a.txt", "dockers")])).engine);
    }

    #[test]
    fn what_the_chapter_installs_is_not_asked_for() {
        let lab = lab(vec![sh("curl a\nsudo apt-get install -y jq"), sh("jq . x")]);
        assert_eq!(
            Needs::of(&lab).programs.keys().copied().collect::<Vec<_>>(),
            ["curl"]
        );
    }

    #[test]
    fn docker_run_names_what_it_takes() {
        let needs = Needs::of(&lab(vec![sh(
            "docker run -d --name a -p 127.0.0.1:81:80 -p 82:80 img:1",
        )]));
        let ports: Vec<_> = needs
            .ports
            .iter()
            .map(|p| (p.address.as_str(), p.port))
            .collect();
        assert_eq!(ports, [("", 82), ("127.0.0.1", 81)]);
        assert!(needs.container_names.contains("a") && needs.images.contains("img:1"));
    }
}
