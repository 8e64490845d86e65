//! Writes a lab as plain bash: `lab.sh` runs the whole chapter without labrun, for readers and for CI.
//!
//! Everything here is a pure function of a [`Lab`]: nothing is read from disk, written or run. The order of things is
//! that of the modules: `plan` follows the reader from session to session, `command` says how a command looks that
//! has no terminal, `script` writes the plan down, and `prelude` adds the bash functions that the script needs.

mod command;
mod effect;
mod expression;
mod json;
mod page;
mod part;
mod plan;
mod prelude;
mod question;
mod relation;
mod script;
mod shell;

use std::collections::BTreeMap;
use std::path::PathBuf;

use labrun_model::{Action, Diagnostic, Lab};

/// What is written for one lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extraction {
    /// Files relative to the lab's folder `labs/NAME/`: `lab.sh` first, then the last version of every file that the
    /// chapter writes, as `files/PATH`, sorted.
    pub files: Vec<(PathBuf, String)>,
}

/// Writes a lab as plain bash.
///
/// # Errors
/// Everything in the chapter that a script without a terminal cannot do, sorted by place.
pub fn extract(lab: &Lab) -> Result<Extraction, Vec<Diagnostic>> {
    let parts = plan::plan(lab)?;
    let mut files = vec![(PathBuf::from("lab.sh"), script::script(lab, &parts))];
    files.extend(written_files(lab));
    Ok(Extraction { files })
}

fn written_files(lab: &Lab) -> BTreeMap<PathBuf, String> {
    lab.steps()
        .filter_map(|step| match &step.action {
            Action::Write(file) => Some((
                PathBuf::from("files").join(&file.path),
                file.content.clone(),
            )),
            Action::Type { .. } => None,
        })
        .collect()
}
