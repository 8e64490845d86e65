//! The sockets by which an engine is spoken to.

use std::path::PathBuf;

/// The names of such sockets, wherever they lie.
const NAMES: [&str; 6] = [
    "docker.sock",
    "podman.sock",
    "containerd.sock",
    "crio.sock",
    "buildkitd.sock",
    "dockerd.sock",
];

/// Where they usually lie. A user's own are below the folder of the last.
const USUAL: [&str; 6] = [
    "/var/run/docker.sock",
    "/run/docker.sock",
    "/run/podman/podman.sock",
    "/run/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/user/docker.sock",
];

/// Whether a file of this name is an engine's socket.
pub(super) fn is_socket_name(name: &str) -> bool {
    NAMES.contains(&name)
}

/// The usual sockets, and those that are known besides.
pub(super) fn with_usual(known: &[PathBuf]) -> Vec<PathBuf> {
    let usual = USUAL.iter().map(PathBuf::from);
    usual.chain(known.iter().cloned()).collect()
}
