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
//! Nothing of a name that a lab beside it is known to give is the run's, unless its label says so.
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
    /// Names that other labs give to what they make now: objects of such a name, or of such a project, are theirs.
    neighbours: BTreeSet<String>,
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

    /// Takes note of the names that other labs give to what they make at the same time.
    pub(crate) fn leave_to(&mut self, neighbours: BTreeSet<String>) {
        self.neighbours = neighbours;
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
        if self.is_a_neighbours(&object, project.as_ref()) {
            return;
        }
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

    /// What its own labels give to the run is the run's, whatever it is called.
    fn is_a_neighbours(&self, object: &Object, project: Option<&String>) -> bool {
        let named = self.neighbours.contains(&object.name);
        let of_project = project.is_some_and(|project| self.neighbours.contains(project));
        (named || of_project) && !self.is_from_lab(&object.labels)
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
mod tests;
