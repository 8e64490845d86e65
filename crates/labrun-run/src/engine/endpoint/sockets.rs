//! The sockets that engines make by themselves, for a machine on which nobody has named one.

use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use super::{Endpoint, FoundBy, Lookup, path};
use crate::error::RunError;

/// The sockets that Docker and Podman make, in the order in which they are tried.
pub(super) fn usual(lookup: Lookup<'_>) -> Vec<(PathBuf, FoundBy)> {
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

/// The first socket that answers.
///
/// # Errors
/// When none does; where one of them may not be used, that is said.
pub(super) fn first_that_answers(sockets: &[(PathBuf, FoundBy)]) -> Result<Endpoint, RunError> {
    let mut denied = None;
    for (socket, found_by) in sockets {
        match UnixStream::connect(socket) {
            Ok(_) => return Endpoint::at(&socket.to_string_lossy(), None, found_by.clone()),
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

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

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
}
