//! A chapter that has rotted, tried: a book of its own with the changed chapter, the command run on it, and whether it
//! was red where a maintainer would look.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::catalogue::{Outcome, Rot, SeenBy};

/// What came of a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Came {
    /// Red, at one of the lines that the catalogue names.
    RedThere(usize),
    /// Red, but at another line; none where no line was told.
    RedElsewhere(Option<usize>),
    /// Green.
    Green,
    /// Something around the lab was missing or broke, with the command's exit status.
    Broke(Option<i32>),
}

/// A trial that is over.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) came: Came,
    /// The lines at which it should be red.
    pub(crate) right: Vec<usize>,
    /// What the command said.
    pub(crate) words: String,
}

/// The chapter that everything is done to.
pub(crate) fn chapter() -> String {
    let path = book_root().join("src/chapter3.md");
    fs::read_to_string(path).expect("chapter 3 can be read")
}

/// The book's folder.
pub(crate) fn book_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl Rot {
    /// Runs what must see it.
    ///
    /// # Errors
    /// When the catalogue does not fit the chapter any more, or the command cannot be run.
    pub(crate) fn tried(&self, labrun: &Path) -> Result<Trial, String> {
        let changed = self.applied_to(&chapter())?;
        let right = self.right_lines(&changed)?;
        let book = book(&changed).map_err(|error| format!("{}: {error}", self.name))?;
        let (code, words) = said(labrun, &book, self.seen_by)?;
        let told = match self.seen_by {
            // A run ends at its first failure; everything that is wrong with a page is told at once.
            SeenBy::Run => places(&words).into_iter().take(1).collect(),
            SeenBy::Check => places(&words),
        };
        let came = match code {
            Some(0) => Came::Green,
            Some(1 | 2) => match told.iter().find(|line| right.contains(line)) {
                Some(line) => Came::RedThere(*line),
                None => Came::RedElsewhere(told.first().copied()),
            },
            _ => Came::Broke(code),
        };
        Ok(Trial { came, right, words })
    }

    /// Whether a trial ended as the catalogue says.
    pub(crate) fn is_as_written(&self, came: &Came) -> bool {
        match self.outcome {
            Outcome::RedAt(_) => matches!(came, Came::RedThere(_)),
            Outcome::Undetected(_) => *came == Came::Green,
        }
    }
}

/// A book with the one lab.
fn book(chapter: &str) -> std::io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let toml = "[book]\ntitle = \"T\"\n\n[preprocessor.labrun.labs.chapter3]\n";
    fs::create_dir(folder.path().join("src"))?;
    fs::write(folder.path().join("book.toml"), toml)?;
    fs::write(folder.path().join("src/chapter3.md"), chapter)?;
    Ok(folder)
}

/// The command's exit status and its words.
fn said(labrun: &Path, book: &TempDir, seen_by: SeenBy) -> Result<(Option<i32>, String), String> {
    let verb = match seen_by {
        SeenBy::Check => "check",
        SeenBy::Run => "run",
    };
    let output = Command::new(labrun)
        .arg("--book")
        .arg(book.path())
        .args([verb, "chapter3"])
        .env("LABRUN_STATE_DIR", book.path().join("state"))
        .env_remove("LABRUN_BOOK")
        .env_remove("GITHUB_ACTIONS")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{}: {error}", labrun.display()))?;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok((output.status.code(), words))
}

/// The lines of the places that a report names, in order.
fn places(words: &str) -> Vec<usize> {
    let behind = words.split("--> src/chapter3.md:").skip(1);
    behind
        .filter_map(|place| place.split(':').next()?.parse().ok())
        .collect()
}
