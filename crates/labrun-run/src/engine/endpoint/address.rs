//! What an engine's URL says: the protocol, and where it leads. Pure.

use std::net::IpAddr;
use std::path::PathBuf;

use super::{FoundBy, Way};
use crate::error::RunError;

/// The ports that engines take, without encryption and with it.
const PLAIN_PORT: u16 = 2375;
const ENCRYPTED_PORT: u16 = 2376;

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostPort {
    /// A name or an address, an IPv6 address without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// What `ssh` is told to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SshHost {
    pub(crate) user: Option<String>,
    /// A name, also one of the user's ssh configuration, or an address, an IPv6 address without brackets.
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
}

/// Reads a URL, or says how it should look. With a folder of certificates, TCP is encrypted.
pub(super) fn way(url: &str, certificates: Option<PathBuf>) -> Result<Way, &'static str> {
    if url.starts_with('/') {
        return Ok(Way::Socket(PathBuf::from(url)));
    }
    match url.split_once("://") {
        Some(("unix", path)) if path.starts_with('/') => Ok(Way::Socket(PathBuf::from(path))),
        Some(("tcp" | "http" | "https", rest)) => {
            let port = if certificates.is_some() {
                ENCRYPTED_PORT
            } else {
                PLAIN_PORT
            };
            let at = host_port(rest.strip_suffix('/').unwrap_or(rest))
                .filter(|(host, _)| is_host(host))
                .ok_or("an engine behind TCP is named as tcp://host:port")?;
            let at = HostPort {
                host: at.0,
                port: at.1.unwrap_or(port),
            };
            Ok(match certificates {
                Some(folder) => Way::Encrypted(at, folder),
                None => Way::Plain(at),
            })
        }
        Some(("ssh", rest)) => ssh(rest.strip_suffix('/').unwrap_or(rest))
            .map(Way::Ssh)
            .ok_or("an engine behind ssh is named as ssh://user@host:port, without a path or a password"),
        _ => Err(
            "an engine is named as unix:///path/to/docker.sock, tcp://host:port or ssh://user@host",
        ),
    }
}

/// What is said of a URL that cannot be used.
pub(super) fn not_spoken(url: &str, found_by: &FoundBy, help: &str) -> RunError {
    RunError::Missing {
        what: format!("{found_by} names the engine `{url}`, which labrun cannot speak to"),
        help: help.to_owned(),
    }
}

/// Whether a host is this machine, as far as its name tells.
pub(super) fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

fn ssh(rest: &str) -> Option<SshHost> {
    let (user, place) = match rest.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, rest),
    };
    // A password in a URL would stand in the list of processes.
    let is_user = |user: &str| is_word(user) && !user.contains(':');
    if !user.is_none_or(is_user) {
        return None;
    }
    let (host, port) = host_port(place).filter(|(host, _)| is_host(host))?;
    Some(SshHost {
        user: user.map(str::to_owned),
        host,
        port,
    })
}

/// `host`, `host:port`, `[address]:port`.
fn host_port(text: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            (
                host,
                port.strip_prefix(':').or(port.is_empty().then_some(""))?,
            )
        }
        None => text.split_once(':').unwrap_or((text, "")),
    };
    let port = match port {
        "" => None,
        number => Some(number.parse().ok()?),
    };
    Some((host.to_owned(), port))
}

/// Whether a text is one host and cannot be anything else to a program that gets it, an option above all.
fn is_host(host: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
    is_word(host) && host.chars().all(allowed)
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('-') && !text.contains(['/', ' ', '\t', '\n', '@'])
}

impl std::fmt::Display for HostPort {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        bracketed(&self.host, formatter)?;
        write!(formatter, ":{}", self.port)
    }
}

impl std::fmt::Display for SshHost {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(user) = &self.user {
            write!(formatter, "{user}@")?;
        }
        bracketed(&self.host, formatter)?;
        self.port
            .map_or(Ok(()), |port| write!(formatter, ":{port}"))
    }
}

fn bracketed(host: &str, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    if host.contains(':') {
        write!(formatter, "[{host}]")
    } else {
        formatter.write_str(host)
    }
}
