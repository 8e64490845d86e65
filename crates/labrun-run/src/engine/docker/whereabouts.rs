//! Which engine is this, and where: so that two addresses of one engine are not taken for two engines.

use std::path::PathBuf;

use super::connection::{Engine, ORDINARY};
use crate::engine::patience::Patience;
use crate::error::RunError;
use crate::interrupt::Interrupts;

/// What an engine is told from others by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// The address, a socket by its real path.
    address: String,
    /// The name that Docker gives itself, with the folder of its data, because older ones on one machine share the name.
    /// Podman has another one at each question.
    id: Option<(String, String)>,
    /// The machine that it is on, by the name that the engine knows.
    pub machine: String,
    /// Whether its address is one of this machine.
    pub is_here: bool,
}

impl Engine {
    /// Asks the engine who and where it is.
    ///
    /// # Errors
    /// When it does not answer, or a signal came.
    pub fn whereabouts(&self, interrupts: &Interrupts) -> Result<Whereabouts, RunError> {
        let asked = self.ask(
            self.docker.info(),
            ORDINARY,
            Patience::UntilSignal(interrupts),
        );
        let about = asked.map_err(|trouble| trouble.into_run_error("where it is"))?;
        let endpoint = self.endpoint();
        let socket = endpoint.socket().map(PathBuf::from);
        let real = socket.as_ref().and_then(|path| path.canonicalize().ok());
        let address = real.or(socket);
        let is_docker = self.program().name.starts_with("Docker");
        Ok(Whereabouts {
            is_here: endpoint.is_here(),
            address: address
                .map_or_else(|| endpoint.url.clone(), |path| path.display().to_string()),
            id: about.id.zip(about.docker_root_dir).filter(|_| is_docker),
            machine: about.name.unwrap_or_else(|| endpoint.url.clone()),
        })
    }
}

impl Whereabouts {
    /// Whether both are one engine.
    pub fn is_same(&self, other: &Self) -> bool {
        self.address == other.address || (self.id.is_some() && self.id == other.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_is_the_same_by_its_address_or_by_its_name_for_itself() {
        let engine = |address: &str, id: Option<&str>| Whereabouts {
            address: address.to_owned(),
            id: id.map(|id| (id.to_owned(), "/var/lib/docker".to_owned())),
            machine: "m".to_owned(),
            is_here: true,
        };
        assert!(engine("a", Some("x")).is_same(&engine("b", Some("x"))));
        assert!(engine("a", None).is_same(&engine("a", None)));
        assert!(!engine("a", None).is_same(&engine("b", None)));
        assert!(!engine("a", Some("x")).is_same(&engine("b", Some("y"))));
    }
}
