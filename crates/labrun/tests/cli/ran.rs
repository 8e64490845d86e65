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

    pub(crate) fn data(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).unwrap()
    }

    /// The words without what is another in each run: times, the run's folder and the book's.
    pub(crate) fn said(&self) -> String {
        let folder = self.folder.path();
        let real = folder.canonicalize().unwrap_or_default();
        let words = self
            .words()
            .replace(&real.display().to_string(), "[BOOK]")
            .replace(&folder.display().to_string(), "[BOOK]");
        let words = words
            .lines()
            .map(without_times)
            .collect::<Vec<_>>()
            .join("\n");
        without_runs(&words)
    }

    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(name)).unwrap()
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub(crate) fn lines(&self, name: &str) -> Vec<Value> {
        let text = self.file(name);
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// `12.3 ms` and `4 s` are `[TIME]`.
fn without_times(line: &str) -> String {
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    for at in 1..words.len() {
        let unit = words[at].trim_end_matches([',', ';']).to_owned();
        let number = !words[at - 1].is_empty()
            && words[at - 1]
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.');
        if number && matches!(unit.as_str(), "ms" | "s") {
            words[at - 1] = String::new();
            words[at] = words[at].replacen(&unit, "[TIME]", 1);
        }
    }
    if !words.iter().any(|word| word.contains("[TIME]")) {
        return line.to_owned();
    }
    words.retain({
        let mut first = true;
        move |word| std::mem::take(&mut first) || !word.is_empty()
    });
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    format!("{indent}{}", words.join(" ").trim_start())
}

/// A run's id is twelve hexadecimal digits behind `labrun-` or the lab's name.
fn without_runs(words: &str) -> String {
    let mut text = String::new();
    let mut rest = words;
    while let Some(at) = rest.find("-") {
        let (before, behind) = rest.split_at(at + 1);
        text.push_str(before);
        let digits = behind.bytes().take_while(u8::is_ascii_hexdigit).count();
        if digits == 12 {
            text.push_str("[RUN]");
            rest = &behind[digits..];
        } else {
            rest = behind;
        }
    }
    text.push_str(rest);
    text
}
