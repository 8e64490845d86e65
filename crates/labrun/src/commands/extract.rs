//! `labrun extract`: writes each lab as a plain script below labs/, or says where the two differ.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use labrun_model::Severity;

use crate::args::Extract;
use crate::book::{NO_LABS, OpenBook};
use crate::exit::Exit;
use crate::report;

/// Writes or checks the scripts of all labs that are asked for.
pub(crate) fn extract(book: Option<&Path>, arguments: &Extract) -> anyhow::Result<Exit> {
    let book = OpenBook::open(book)?;
    let entries = book.entries(&arguments.labs)?;
    if entries.is_empty() {
        report::note(NO_LABS);
        return Ok(Exit::Nothing);
    }
    let mut stale = 0;
    for entry in entries {
        let lab = book.lab(entry)?;
        let extraction = match labrun_extract::extract(&lab) {
            Ok(extraction) => extraction,
            Err(diagnostics) => {
                diagnostics
                    .iter()
                    .for_each(|found| report::diagnostic(found, &lab.source));
                if diagnostics
                    .iter()
                    .any(|found| found.severity == Severity::Error)
                {
                    return Ok(Exit::Wrong);
                }
                continue;
            }
        };
        let shown = PathBuf::from("labs").join(&entry.name);
        if arguments.check {
            for problem in differences(&book.root, &shown, &extraction.files) {
                report::note(&problem);
                stale += 1;
            }
        } else {
            write(&book.root, &shown, &extraction.files)?;
        }
    }
    if stale > 0 {
        report::error(
            &match stale {
                1 => "one extracted file differs from its chapter".to_owned(),
                files => format!("{files} extracted files differ from their chapters"),
            },
            Some("run `labrun extract` and commit what it writes"),
        );
        return Ok(Exit::Failed);
    }
    Ok(Exit::Passed)
}

/// Writes what has changed and removes files that the chapter no longer writes.
fn write(root: &Path, shown: &Path, files: &[(PathBuf, String)]) -> anyhow::Result<()> {
    for path in strangers(root, shown, files) {
        fs::remove_file(root.join(&path))
            .with_context(|| format!("removing {}", path.display()))?;
        report::note(&format!("removed {}", path.display()));
    }
    for (path, content) in files {
        let path = shown.join(path);
        let full = root.join(&path);
        if fs::read_to_string(&full).is_ok_and(|there| there == *content) {
            continue;
        }
        let folder = full.parent().unwrap_or(root);
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        fs::write(&full, content).with_context(|| format!("writing {}", path.display()))?;
        report::note(&format!("wrote {}", path.display()));
    }
    Ok(())
}

/// Which files below `shown` are missing, stale or too many, each in a sentence without a full stop.
pub(crate) fn differences(root: &Path, shown: &Path, files: &[(PathBuf, String)]) -> Vec<String> {
    let stale = files.iter().filter_map(|(path, content)| {
        let path = shown.join(path);
        let problem = match fs::read_to_string(root.join(&path)) {
            Ok(there) if there == *content => return None,
            Ok(there) => format!("differs from line {}", first_difference(&there, content)),
            Err(_) => "is missing".to_owned(),
        };
        Some(format!("{} {problem}", path.display()))
    });
    let too_many = strangers(root, shown, files)
        .into_iter()
        .map(|path| format!("{} belongs to no step of the chapter", path.display()));
    stale.chain(too_many).collect()
}

fn first_difference(there: &str, wanted: &str) -> usize {
    there
        .lines()
        .zip(wanted.lines())
        .take_while(|(one, other)| one == other)
        .count()
        + 1
}

/// Files below `files/` that this extraction did not write. Recordings and other things beside are not ours.
fn strangers(root: &Path, shown: &Path, files: &[(PathBuf, String)]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![shown.join("files")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))
            .into_iter()
            .flatten()
            .flatten()
        {
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else if !files.iter().any(|(known, _)| shown.join(known) == path) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
