//! A book with one lab, whose chapter can be changed between runs, and the command on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A book with one lab, `demo`, in a folder that is removed when the test ends.
pub(crate) struct Book(TempDir);

/// How a call of the command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) data: String,
    pub(crate) words: String,
}

impl Book {
    pub(crate) fn with(chapter: &str) -> Self {
        let book = Self(tempfile::tempdir().unwrap());
        fs::create_dir(book.path().join("src")).unwrap();
        let table = "[book]\ntitle = \"T\"\n\n[preprocessor.labrun.labs.demo]\n";
        fs::write(book.path().join("book.toml"), table).unwrap();
        book.write(chapter);
        book
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes the chapter anew.
    pub(crate) fn write(&self, chapter: &str) {
        fs::write(self.path().join("src/demo.md"), chapter).unwrap();
    }

    /// The chapter as it is now.
    pub(crate) fn chapter(&self) -> String {
        fs::read_to_string(self.path().join("src/demo.md")).unwrap()
    }

    /// The command, not started yet. No engine can be reached.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_labrun"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env("LABRUN_STATE_DIR", self.state())
            .env_remove("LABRUN_BOOK")
            .env_remove("GITHUB_ACTIONS")
            .env("DOCKER_HOST", "unix:///nowhere/docker.sock");
        command
    }

    pub(crate) fn labrun(&self, arguments: &[&str]) -> Ended {
        Ended::of(&self.command(arguments).output().unwrap())
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path().join("state")
    }
}

impl Ended {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            data: String::from_utf8_lossy(&output.stdout).into_owned(),
            words: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    #[track_caller]
    pub(crate) fn is(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for word in words {
            assert!(
                self.words.contains(word),
                "{word:?} is missing in:\n{}",
                self.words
            );
        }
        assert!(!self.words.contains("panicked"), "{}", self.words);
    }
}
