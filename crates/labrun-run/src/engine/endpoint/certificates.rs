//! With which certificates a connection is encrypted, as the docker command finds them.

use std::path::{Path, PathBuf};

use super::{FoundBy, Lookup, docker_config, path, text};
use crate::error::RunError;

/// The files of a folder of certificates: whom to believe, and who one is. The second and third go together.
pub(crate) const AUTHORITY: &str = "ca.pem";
pub(crate) const CERTIFICATE: &str = "cert.pem";
pub(crate) const KEY: &str = "key.pem";

/// The folder of certificates that the environment names for a URL; `None` where the connection is not encrypted.
///
/// # Errors
/// When encryption is asked for without verification, or the folder does not have what it takes.
pub(super) fn from_environment(
    url: &str,
    found_by: &FoundBy,
    lookup: Lookup<'_>,
) -> Result<Option<PathBuf>, RunError> {
    let verifies = text(lookup, "DOCKER_TLS_VERIFY").is_some();
    if text(lookup, "DOCKER_TLS").is_some() && !verifies {
        return Err(unverified(url, "DOCKER_TLS without DOCKER_TLS_VERIFY"));
    }
    if !verifies && !url.starts_with("https://") {
        return Ok(None);
    }
    let named = path(lookup, "DOCKER_CERT_PATH");
    let folder = named.or_else(|| docker_config(lookup)).unwrap_or_default();
    complete(&folder, url, &found_by.to_string()).map(Some)
}

/// The folder by its absolute path, since the lab's shell stands elsewhere.
///
/// # Errors
/// When a file is missing.
pub(super) fn complete(folder: &Path, url: &str, found_by: &str) -> Result<PathBuf, RunError> {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let has = |name: &str| folder.join(name).is_file();
    let lacks = if !has(AUTHORITY) {
        Some(AUTHORITY)
    } else if has(CERTIFICATE) && !has(KEY) {
        Some(KEY)
    } else if has(KEY) && !has(CERTIFICATE) {
        Some(CERTIFICATE)
    } else {
        None
    };
    match lacks {
        None => Ok(folder),
        Some(name) => Err(RunError::Missing {
            what: format!(
                "the connection to {url} (named by {found_by}) is to be encrypted, and there is no {}",
                folder.join(name).display()
            ),
            help: format!(
                "put {AUTHORITY}, {CERTIFICATE} and {KEY} of that engine into one folder and name it in DOCKER_CERT_PATH"
            ),
        }),
    }
}

/// What is said where the other side would not be verified: whoever stands between could be the engine.
pub(super) fn unverified(url: &str, by: &str) -> RunError {
    RunError::Missing {
        what: format!(
            "the connection to {url} would be encrypted without knowing to whom ({by}), which labrun does not do"
        ),
        help: "set DOCKER_TLS_VERIFY=1, with the engine's ca.pem in DOCKER_CERT_PATH".to_owned(),
    }
}
