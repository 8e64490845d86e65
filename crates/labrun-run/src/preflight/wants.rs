//! What several labs want of a machine together, for somebody who looks at the machine and not at one run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use labrun_model::Lab;

use super::conflicts::{self, Present, Wanted};
use super::needs::Needs;
use super::{ports, runs, write_projects};
use crate::cleanup::StateFolder;
use crate::engine::{Compose, ComposePort, ContainerInfo};
use crate::error::RunError;
use crate::interrupt::Interrupts;
use crate::lab_folder::LabFolder;

/// What labs want.
#[derive(Debug, Default)]
pub(crate) struct Wants {
    /// Programs that a machine may lack, with where they come from.
    pub(crate) programs: BTreeMap<&'static str, &'static str>,
    /// Whether one uses compose.
    pub(crate) compose: bool,
    /// The images that they run.
    pub(crate) images: BTreeSet<String>,
    /// Fixed names of containers.
    pub(crate) container_names: BTreeSet<String>,
    /// Fixed ports.
    pub(crate) ports: BTreeSet<ComposePort>,
    /// Compose files that compose does not accept, a line each.
    pub(crate) unresolved: Vec<String>,
}

impl Wants {
    /// Reads the labs, and asks compose what their files mean. The folder is for what compose is shown.
    pub(crate) fn of(
        labs: &[Lab],
        compose: Option<&Compose>,
        scratch: &Path,
        interrupts: &Interrupts,
    ) -> Self {
        let mut wants = Self::default();
        for (index, lab) in labs.iter().enumerate() {
            wants.add(Needs::of(lab));
            if let Some(compose) = compose {
                wants.resolve(lab, compose, &scratch.join(index.to_string()), interrupts);
            }
        }
        wants
    }

    fn add(&mut self, needs: Needs) {
        self.programs.extend(needs.programs);
        self.compose |= needs.compose;
        self.images.extend(needs.images);
        self.container_names.extend(needs.container_names);
        self.ports.extend(needs.ports);
    }

    fn resolve(&mut self, lab: &Lab, compose: &Compose, scratch: &Path, interrupts: &Interrupts) {
        let projects = match write_projects(lab, scratch, LabFolder::START) {
            Ok(projects) => projects,
            Err(error) => {
                self.unresolved.push(format!("{}: {error}", lab.name));
                return;
            }
        };
        for project in projects {
            match compose.resolve(&project.folder, interrupts) {
                Ok(used) => {
                    self.images.extend(used.images);
                    self.container_names.extend(used.container_names);
                    self.ports.extend(used.ports);
                }
                Err(reason) => {
                    let file = project.file.display();
                    self.unresolved
                        .push(format!("{}: {file}: {reason}", lab.name));
                }
            }
        }
    }
}

/// Whether somebody has what labs take: these containers, other processes of this machine where the engine is `here`, or a
/// run of labrun.
///
/// # Errors
/// [`RunError::Conflict`], with the owners.
pub(crate) fn conflicts_of(
    wants: &Wants,
    containers: Vec<ContainerInfo>,
    here: bool,
    state: &StateFolder,
) -> Result<(), RunError> {
    let wanted = Wanted {
        container_names: wants.container_names.clone(),
        ports: wants.ports.clone(),
    };
    let present = Present {
        containers,
        listeners: if here { ports::listeners() } else { Vec::new() },
        runs: runs(state),
    };
    conflicts::check(&wanted, &present)
}
