//! What a run was made with: programs and images, as far as a recording and a report name them.

use serde::{Deserialize, Serialize};

/// A program and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedProgram {
    /// `Docker Engine`, `psql`.
    pub name: String,
    /// `28.2.2`.
    pub version: String,
}

/// An image and what exactly it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedImage {
    /// As the lab names it: `postgres:17`.
    pub name: String,
    /// `sha256:…`, whole: the registry's digest where there is one, else the id of the image's configuration.
    pub digest: String,
    /// The version that the image says it has.
    pub version: Option<String>,
    /// What the image is instead of the real one, where it says so.
    pub stand_in: Option<String>,
}
