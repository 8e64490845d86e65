//! One call of the command on a book of one lab, for tests that look at what it wrote. No engine can be reached.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// The command on a book with one lab, `demo`, in a folder that is removed when the test ends.
pub(crate) struct Ran {
    folder: TempDir,
    pub(crate) output: Output,
}

impl Ran {
    pub(crate) fn of(chapter: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::call(chapter, &[], arguments, environment)
    }

    /// With more files in the book's folder.
    pub(crate) fn with_files(chapter: &str, files: &[(&str, &str)], arguments: &[&str]) -> Self {
        Self::call(chapter, files, arguments, &[])
    }

    fn call(
        chapter: &str,
        files: &[(&str, &str)],
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        let book = "[book]\ntitle = \"T\"\n\n[preprocessor.labrun.labs.demo]\n";
        fs::write(folder.path().join("book.toml"), book).unwrap();
        fs::write(folder.path().join("src/demo.md"), chapter).unwrap();
        fs::write(folder.path().join("old.xml"), "an older report").unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_labrun"));
        command
            .args(arguments)
            .current_dir(folder.path())
            .env("LABRUN_STATE_DIR", folder.path().join("state"))
            .env_remove("LABRUN_BOOK")
            .env_remove("GITHUB_ACTIONS")
            .env("DOCKER_HOST", "unix:///nowhere/docker.sock");
        command.envs(environment.iter().copied());
        let output = command.output().unwrap();
        Self { folder, output }
    }

    pub(crate) fn words(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).unwrap()
    }

    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    pub(crate) fn lines(&self, name: &str) -> Vec<Value> {
        let text = self.file(name);
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}
