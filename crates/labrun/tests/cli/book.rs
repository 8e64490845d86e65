//! A book for tests of the command, and how a call on it ended. No engine can be reached.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A book with one lab, `demo`, in a folder that is removed when the test ends.
pub(crate) struct Book(TempDir);

impl Book {
    pub(crate) fn with(chapter: &str) -> Self {
        let book = Self(tempfile::tempdir().unwrap());
        let root = book.0.path();
        fs::create_dir(root.join("src")).unwrap();
        fs::write(
            root.join("book.toml"),
            "[book]\ntitle = \"T\"\n\n[preprocessor.labrun.labs.demo]\n",
        )
        .unwrap();
        fs::write(
            root.join("src/SUMMARY.md"),
            "# Summary\n\n- [Demo](demo.md)\n",
        )
        .unwrap();
        fs::write(root.join("src/demo.md"), chapter).unwrap();
        book
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn labrun(&self, arguments: &[&str]) -> Ended {
        let output = Command::new(env!("CARGO_BIN_EXE_labrun"))
            .args(arguments)
            .current_dir(self.path())
            .env("LABRUN_STATE_DIR", self.path().join("state"))
            .env_remove("LABRUN_BOOK")
            .env("CANARY", "secret")
            .env("LC_ALL", "tr_TR.UTF-8")
            .env("TZ", "Asia/Jakarta")
            // A lab without docker must run where there is no engine.
            .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
            .output()
            .unwrap();
        Ended::of(&output)
    }
}

/// How a call ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) data: String,
    pub(crate) words: String,
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

/// A lab of three steps, which passes.
pub(crate) const GREEN: &str = "# Demo\n\n## First\n\n```sh\necho one\n```\n\n```text\none\n```\n\n```sh\ncd /tmp && true\n```\n\n```sh\npwd\n```\n\n```text\n/tmp\n```\n";
