//! Whose is it? Decides, from what the engine tells, which containers, networks and volumes the run has made. Pure.
//!
//! Other people use the same engine at the same time, and an event does not say who caused it. An object counts as the
//! run's own when
//! - it is a container whose compose working directory lies in the lab folder;
//! - it is a network or volume of a compose project that has such a container, or that the run's own compose was
//!   making at that moment while no container of the project belongs to somebody else;
//! - it carries no compose label, and a docker or podman command of the run names it at that moment, or a step that was
//!   being typed then does; a container that got no name is known by its image, and each command makes one;
//! - it is a network or volume that was made during the run and that a container of the run uses.
//!
//! Everything else is left alone. So a container that a program makes through the API, without any docker command, is
//! not known to be the run's. And where two runs start a nameless container of one image within the same few
//! milliseconds, each may take the other's for its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::doings::{Doings, Served};

/// The label with a container's, network's or volume's compose project.
pub(crate) const PROJECT: &str = "com.docker.compose.project";
/// The label with the folder from which a container's compose project was made.
pub(crate) const WORKING_DIR: &str = "com.docker.compose.project.working_dir";

/// What a run has made in the engine and not removed yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Created {
    /// Containers: id and name.
    pub containers: BTreeMap<String, String>,
    /// Networks: id and name.
    pub networks: BTreeMap<String, String>,
    /// Volumes by name.
    pub volumes: BTreeSet<String>,
    /// Compose projects that had a container from the lab folder.
    pub projects: BTreeSet<String>,
}

impl Created {
    /// Adds what is known from elsewhere.
    pub fn add(&mut self, other: Self) {
        self.containers.extend(other.containers);
        self.networks.extend(other.networks);
        self.volumes.extend(other.volumes);
        self.projects.extend(other.projects);
    }
}

/// A kind of object in the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Container,
    Network,
    Volume,
}

/// An object as the engine tells of it when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) name: String,
    /// A container's image.
    pub(crate) image: Option<String>,
    pub(crate) labels: BTreeMap<String, String>,
}

/// The objects seen so far and whose they are.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    lab_folders: Vec<PathBuf>,
    entries: Vec<Entry>,
    own_projects: BTreeSet<String>,
    foreign_projects: BTreeSet<String>,
    served: Served,
}

#[derive(Debug)]
struct Entry {
    kind: Kind,
    id: String,
    name: String,
    project: Option<String>,
    standing: Standing,
}

/// What is known of an object's owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// The run's by its own labels, or because a container of the run uses it.
    Own,
    /// The run's, unless its compose project turns out to be somebody else's.
    Presumed,
    /// Nothing speaks for the run yet.
    Open,
}

impl Ledger {
    /// A ledger for a lab folder, which compose may know by its real path or by the path it was given.
    pub(crate) fn new(lab_folder: &Path) -> Self {
        let mut lab_folders = vec![lab_folder.to_owned()];
        if let Ok(real) = lab_folder.canonicalize()
            && real != lab_folder
        {
            lab_folders.push(real);
        }
        Self {
            lab_folders,
            ..Self::default()
        }
    }

    /// Takes note of what the run had made before it was watched.
    pub(crate) fn inherit(&mut self, created: &Created) {
        let volumes = created.volumes.iter().map(|name| (name, name));
        let objects = (created
            .containers
            .iter()
            .map(|named| (Kind::Container, named)))
        .chain(created.networks.iter().map(|named| (Kind::Network, named)))
        .chain(volumes.map(|named| (Kind::Volume, named)));
        self.entries.extend(objects.map(|(kind, (id, name))| Entry {
            kind,
            id: id.clone(),
            name: name.clone(),
            project: None,
            standing: Standing::Own,
        }));
        self.own_projects.extend(created.projects.iter().cloned());
    }

    /// Whether the labels of a container say that it was made from the lab folder.
    pub(crate) fn is_from_lab(&self, labels: &BTreeMap<String, String>) -> bool {
        labels.get(WORKING_DIR).is_some_and(|folder| {
            let folder = Path::new(folder);
            self.lab_folders.iter().any(|lab| folder.starts_with(lab))
        })
    }

    /// Takes note of a new object.
    pub(crate) fn created(&mut self, object: Object, doings: &Doings<'_>) {
        let project = object.labels.get(PROJECT).cloned();
        if object.kind == Kind::Container {
            self.note_project(&object, project.as_ref());
        }
        let standing = self.standing(&object, project.as_deref(), doings);
        if object.kind == Kind::Container && standing == Standing::Open {
            return;
        }
        self.entries.push(Entry {
            kind: object.kind,
            id: object.id,
            name: object.name,
            project,
            standing,
        });
    }

    /// Takes note that a container uses a network or a volume.
    pub(crate) fn used(&mut self, kind: Kind, id: &str, container: &str) {
        if !self.has_container(container) {
            return;
        }
        let foreign = &self.foreign_projects;
        let used = self.entries.iter_mut().filter(|entry| {
            let other_owner = entry.project.as_ref().is_some_and(|p| foreign.contains(p));
            entry.kind == kind && entry.id == id && !other_owner
        });
        for entry in used {
            entry.standing = Standing::Own;
        }
    }

    /// Takes note that an object is gone.
    pub(crate) fn destroyed(&mut self, kind: Kind, id: &str) {
        self.entries
            .retain(|entry| entry.kind != kind || entry.id != id);
    }

    /// Whether a container is the run's.
    pub(crate) fn has_container(&self, id: &str) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.kind == Kind::Container && entry.id == id)
    }

    /// What is the run's, as far as is known now.
    pub(crate) fn own(&self) -> Created {
        let mut created = Created {
            projects: self.own_projects.clone(),
            ..Created::default()
        };
        for entry in self.entries.iter().filter(|entry| self.is_own(entry)) {
            let (id, name) = (entry.id.clone(), entry.name.clone());
            match entry.kind {
                Kind::Container => drop(created.containers.insert(id, name)),
                Kind::Network => drop(created.networks.insert(id, name)),
                Kind::Volume => drop(created.volumes.insert(name)),
            }
        }
        created
    }

    fn note_project(&mut self, container: &Object, project: Option<&String>) {
        let Some(project) = project else { return };
        if self.is_from_lab(&container.labels) {
            self.own_projects.insert(project.clone());
        } else {
            self.foreign_projects.insert(project.clone());
        }
    }

    fn standing(
        &mut self,
        object: &Object,
        project: Option<&str>,
        doings: &Doings<'_>,
    ) -> Standing {
        let own = match (object.kind, project) {
            (Kind::Container, Some(_)) => self.is_from_lab(&object.labels),
            (Kind::Container, None) => {
                self.is_from_lab(&object.labels) || self.is_made(object, doings)
            }
            (_, Some(project)) => self.own_projects.contains(project),
            (_, None) => doings.makes(&object.name),
        };
        match (own, object.kind, project) {
            (true, _, _) => Standing::Own,
            (false, Kind::Network | Kind::Volume, Some(_)) if doings.composes() => {
                Standing::Presumed
            }
            (false, _, _) => Standing::Open,
        }
    }

    /// Whether a command of the run makes this container, which compose does not.
    fn is_made(&mut self, container: &Object, doings: &Doings<'_>) -> bool {
        let image = container.image.as_deref().unwrap_or_default();
        let maker = doings.maker(&container.name, image, &self.served);
        self.served.extend(maker);
        maker.is_some() || doings.step_creates(&container.name, image)
    }

    fn is_own(&self, entry: &Entry) -> bool {
        let project = entry.project.as_ref();
        let own = project.is_some_and(|project| self.own_projects.contains(project));
        let foreign = project.is_some_and(|project| self.foreign_projects.contains(project));
        match entry.standing {
            Standing::Own => true,
            Standing::Presumed => own || !foreign,
            Standing::Open => own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::doings::Client;
    use super::*;

    fn nothing() -> Doings<'static> {
        Doings {
            clients: &[],
            steps: &[],
        }
    }

    fn clients(line: &str) -> [Client; 1] {
        [Client {
            pid: 1,
            start: 1,
            words: line.split(' ').map(str::to_owned).collect(),
        }]
    }

    fn object(kind: Kind, name: &str, project: Option<&str>, folder: Option<&str>) -> Object {
        let labels = [(PROJECT, project), (WORKING_DIR, folder)];
        Object {
            kind,
            id: format!("id-{name}"),
            name: name.to_owned(),
            image: (kind == Kind::Container).then(|| "postgres:17".to_owned()),
            labels: labels
                .into_iter()
                .filter_map(|(label, value)| Some((label.to_owned(), value?.to_owned())))
                .collect(),
        }
    }

    fn ledger() -> Ledger {
        Ledger::new(Path::new("/labs/run1"))
    }

    fn names(ledger: &Ledger) -> Vec<String> {
        let own = ledger.own();
        let networks = own.networks.into_values();
        own.containers
            .into_values()
            .chain(networks)
            .chain(own.volumes)
            .collect()
    }

    #[test]
    fn compose_things_are_own_by_the_folder_of_their_project() {
        let mut ledger = ledger();
        ledger.created(
            object(Kind::Network, "p_default", Some("p"), None),
            &nothing(),
        );
        ledger.created(
            object(Kind::Network, "q_default", Some("q"), None),
            &nothing(),
        );
        assert!(names(&ledger).is_empty(), "nothing speaks for the run yet");
        ledger.created(
            object(Kind::Container, "p1", Some("p"), Some("/labs/run1/x")),
            &nothing(),
        );
        ledger.created(
            object(Kind::Container, "q1", Some("q"), Some("/labs/run10")),
            &nothing(),
        );
        ledger.created(object(Kind::Volume, "p_data", Some("p"), None), &nothing());
        assert_eq!(names(&ledger), ["p1", "p_default", "p_data"]);
        ledger.destroyed(Kind::Network, "id-p_default");
        assert_eq!(names(&ledger), ["p1", "p_data"]);
        assert!(ledger.own().projects.contains("p"));
    }

    #[test]
    fn a_network_without_container_is_presumed_while_own_compose_runs() {
        let compose = clients("docker compose up -d");
        let up = Doings {
            clients: &compose,
            steps: &[],
        };
        let mut ledger = ledger();
        ledger.created(object(Kind::Network, "p_default", Some("p"), None), &up);
        assert_eq!(names(&ledger), ["p_default"]);
        ledger.created(
            object(Kind::Container, "p1", Some("p"), Some("/elsewhere")),
            &up,
        );
        assert!(names(&ledger).is_empty(), "the project is somebody else's");
    }

    #[test]
    fn a_plain_container_needs_a_client_of_the_run() {
        let mut ledger = ledger();
        let mut create = |name: &str, line: &'static str| {
            let clients = clients(line);
            let doings = Doings {
                clients: &clients,
                steps: &[],
            };
            ledger.created(object(Kind::Container, name, None, None), &doings);
            names(&ledger)
        };
        assert!(create("a", "docker ps").is_empty());
        assert!(create("b", "docker run redis:8").is_empty());
        assert_eq!(create("c", "docker run postgres:17"), ["c"]);
        assert_eq!(
            create("d", "docker run postgres:17"),
            ["c"],
            "the same client makes no second one"
        );
    }

    #[test]
    fn volumes_follow_the_containers_that_use_them() {
        let mut ledger = ledger();
        ledger.created(object(Kind::Volume, "anon", None, None), &nothing());
        ledger.created(object(Kind::Volume, "other", None, None), &nothing());
        ledger.created(
            object(Kind::Container, "p1", Some("p"), Some("/labs/run1")),
            &nothing(),
        );
        ledger.used(Kind::Volume, "id-other", "id-of-a-stranger");
        ledger.used(Kind::Volume, "id-anon", "id-p1");
        assert_eq!(names(&ledger), ["p1", "anon"]);
        let step = Doings {
            clients: &[],
            steps: &["docker volume create named"],
        };
        ledger.created(object(Kind::Volume, "named", None, None), &step);
        assert_eq!(names(&ledger), ["p1", "anon", "named"]);
    }
}
