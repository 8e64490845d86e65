//! A book of several labs, and a folder in which their steps meet.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::harness::{Ended, left_of_runs, rest, send, until};

/// A book of several labs. No engine can be reached, unless arguments name one.
pub(crate) struct Books {
    folder: TempDir,
    signs: TempDir,
}

impl Books {
    /// A book of these labs: each its name, and its chapter below the heading, in which `SIGNS` is the folder of signs.
    pub(crate) fn of(labs: &[(&str, &str)]) -> Self {
        let book = Self {
            folder: tempfile::tempdir().unwrap(),
            signs: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(book.root().join("src")).unwrap();
        let mut toml = "[book]\ntitle = \"T\"\n".to_owned();
        for (name, chapter) in labs {
            toml.push_str(&format!("\n[preprocessor.labrun.labs.{name}]\n"));
            let chapter = chapter.replace("SIGNS", &book.signs.path().display().to_string());
            let path = book.root().join(format!("src/{name}.md"));
            fs::write(path, format!("# The lab {name}\n\n{chapter}")).unwrap();
        }
        fs::write(book.root().join("book.toml"), toml).unwrap();
        book
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn sign(&self, name: &str) -> PathBuf {
        self.signs.path().join(name)
    }

    /// The command on this book, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_labrun"));
        command
            .args(arguments)
            .current_dir(self.root())
            .env("LABRUN_STATE_DIR", self.root().join("state"))
            .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
            .env_remove("LABRUN_BOOK")
            .env_remove("GITHUB_ACTIONS")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it to its end, after which nothing is left.
    pub(crate) fn labrun(&self, arguments: &[&str]) -> Ended {
        let ended = Ended::of(&self.command(arguments).output().unwrap());
        assert_eq!(self.left_behind(), Vec::<String>::new(), "{}", ended.words);
        ended
    }

    /// Starts it, and waits until labs have given signs.
    pub(crate) fn start_until(&self, arguments: &[&str], signs: &[&str]) -> Child {
        let child = self.command(arguments).spawn().unwrap();
        for sign in signs {
            until(sign, || self.sign(sign).exists().then_some(()));
        }
        child
    }

    /// Sends a signal to a command that was started, and waits for its end.
    pub(crate) fn end(&self, child: Child, signal: Signal) -> Ended {
        send(&child, signal);
        rest(child)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.root().join(name)).unwrap()
    }

    pub(crate) fn left_behind(&self) -> Vec<String> {
        left_of_runs(&self.root().join("state"))
    }
}

/// A step of shell, and what it must print.
pub(crate) fn step(line: &str, printed: &str) -> String {
    format!("```sh\n{line}\n```\n\n```text\n{printed}\n```\n\n")
}

/// A step that says by a sign that it has begun, and ends when the other's sign is there.
pub(crate) fn meet(own: &str, other: &str) -> String {
    let wait = format!("touch SIGNS/{own}; until test -e SIGNS/{other}; do sleep 0.02; done");
    step(&format!("{wait}; echo met"), "met")
}

/// A step that says by a sign that it has begun, and never ends by itself.
pub(crate) fn hang(own: &str) -> String {
    step(
        &format!("setsid sleep 617 & touch SIGNS/{own}; sleep 618"),
        "",
    )
}

impl Ended {
    /// It ended with this code and said all of this, in this order.
    #[track_caller]
    pub(crate) fn says(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{}", self.words);
        let mut rest = self.words.as_str();
        for part in parts {
            let at = rest.find(part);
            let at = at.unwrap_or_else(|| panic!("no {part:?} (in this order) in\n{}", self.words));
            rest = &rest[at + part.len()..];
        }
    }
}
