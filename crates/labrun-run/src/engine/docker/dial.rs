//! Opening the way to an engine: a socket, TCP, TLS, or ssh.

use std::path::Path;

use bollard::errors::Error;
use bollard::models::SystemVersion;
use bollard::{API_DEFAULT_VERSION, Docker};

use super::clock::Clock;
use super::ssh;
use crate::engine::endpoint::Way;

/// How long a single request may take at most, in seconds; deadlines are set where the answer is waited for.
const LONGEST_REQUEST: u64 = 3600;

/// The first words with an engine.
pub(super) async fn hello(way: &Way) -> Result<(Docker, SystemVersion, Clock), Error> {
    let docker = open(way)?.negotiate_version().await?;
    let version = docker.version().await?;
    let clock = Clock::read(&docker).await;
    Ok((docker, version, clock))
}

fn open(way: &Way) -> Result<Docker, Error> {
    match way {
        Way::Socket(path) => {
            let path = path.to_string_lossy();
            Docker::connect_with_unix(&path, LONGEST_REQUEST, API_DEFAULT_VERSION)
        }
        Way::Plain(_) => {
            let url = way.to_string();
            Docker::connect_with_http(&url, LONGEST_REQUEST, API_DEFAULT_VERSION)
        }
        Way::Encrypted(_, folder) => encrypted(&way.to_string(), folder),
        Way::Ssh(host) => Docker::connect_with_custom_transport(
            ssh::transport(host),
            // Of the address only the path reaches the engine: the connection is the one that ssh has made.
            Some("http://docker"),
            LONGEST_REQUEST,
            API_DEFAULT_VERSION,
        ),
    }
}

fn encrypted(url: &str, folder: &Path) -> Result<Docker, Error> {
    use crate::engine::endpoint::{AUTHORITY, CERTIFICATE, KEY};
    Docker::connect_with_ssl(
        url,
        &folder.join(KEY),
        &folder.join(CERTIFICATE),
        &folder.join(AUTHORITY),
        LONGEST_REQUEST,
        API_DEFAULT_VERSION,
    )
}
