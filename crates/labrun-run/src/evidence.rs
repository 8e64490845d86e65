//! What a failure is looked at with elsewhere: the logs of the run's containers and the compose files as resolved. It is
//! collected while everything is still there, and it decides nothing: what cannot be had is left out, or says why.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;

use labrun_model::{Evidence, Lab};

use crate::Interrupts;
use crate::engine::{Compose, Engine, program};
use crate::preflight::compose_files;

/// Collects the evidence of a run whose chapter started in this folder, with this environment.
pub(crate) fn collect(
    lab: &Lab,
    engine: Option<&Engine>,
    folder: &Path,
    environment: &[(String, String)],
    interrupts: &Interrupts,
) -> Evidence {
    let Some(engine) = engine else {
        return Evidence::default();
    };
    Evidence {
        logs: engine.logs(interrupts),
        compose: resolved(lab, folder, environment, interrupts),
    }
}

/// The compose files that the chapter has written so far.
fn resolved(
    lab: &Lab,
    folder: &Path,
    environment: &[(String, String)],
    interrupts: &Interrupts,
) -> Vec<(String, String)> {
    let path = environment.iter().find(|(name, _)| name == "PATH");
    let path = path.map(|(_, value)| OsString::from(value));
    let Some(docker) = program::find("docker", path.as_ref()) else {
        return Vec::new();
    };
    let compose = Compose::new(&docker, environment);
    let files: BTreeSet<&Path> = compose_files(lab).collect();
    files
        .into_iter()
        .filter(|file| folder.join(file).is_file())
        .map(|file| {
            let place = folder.join(file);
            let text = compose.resolved(place.parent().unwrap_or(folder), interrupts);
            let text =
                text.unwrap_or_else(|reason| format!("# compose does not accept it: {reason}\n"));
            (file.display().to_string(), text)
        })
        .collect()
}
