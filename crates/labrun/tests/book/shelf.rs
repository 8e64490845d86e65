//! A book in a folder of its own, and what a command on it ended with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// What a book with diagrams says in book.toml, besides the keys of [`TOML`].
const DRAWN: &str = "additional-js = [\"theme/diagram.js\"]\n\n[preprocessor.diagram]\n";

/// A book of two chapters with nothing wrong in it, in a folder that is removed when the test ends.
pub(crate) struct Book(TempDir);

pub(crate) const TOML: &str = "[book]\ntitle = \"T\"\n\n[build]\ncreate-missing = false\n\n[output.html]\nadditional-css = [\"theme/own.css\"]\n";

impl Book {
    pub(crate) fn new() -> Self {
        let book = Self(tempfile::tempdir().unwrap());
        book.write("book.toml", TOML);
        book.write("theme/own.css", "p { color: black }\n");
        book.write(
            "src/SUMMARY.md",
            "# Summary\n\n- [One](one.md)\n- [Two](two.md)\n",
        );
        book.write(
            "src/one.md",
            "# One\n\nTo [two](two.md#second) and ![it](pictures/it.svg).\n",
        );
        book.write(
            "src/two.md",
            "# Two\n\n## Second\n\nBack to [one](one.md).\n",
        );
        book.write(
            "src/pictures/it.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n",
        );
        book
    }

    /// Gives the book what its diagrams take to be drawn. Nobody draws here, so that Mermaid is an empty file.
    pub(crate) fn with_diagrams(&self) {
        let toml = TOML.replace("own.css\"", "own.css\", \"theme/diagram.css\"");
        self.write("book.toml", &format!("{toml}{DRAWN}"));
        for file in [
            "theme/diagram.css",
            "theme/diagram.js",
            "src/mermaid/mermaid.min.js",
        ] {
            self.write(file, "");
        }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.0.path().canonicalize().unwrap()
    }

    /// A folder beside everything that the book is made from, for temporary folders.
    pub(crate) fn temporary(&self) -> PathBuf {
        let folder = self.root().join("temporary");
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn append(&self, path: &str, text: &str) {
        let old = self.read(path);
        self.write(path, &format!("{old}{text}"));
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).unwrap()
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.0.path().join(path).exists()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_labrun"));
        command
            .args(arguments)
            .current_dir(self.root())
            .env_remove("LABRUN_BOOK")
            .env("TMPDIR", self.temporary());
        command
    }

    pub(crate) fn labrun(&self, arguments: &[&str]) -> Ended {
        Ended::of(&self.command(arguments).output().unwrap())
    }

    /// Every file of a folder with its content.
    pub(crate) fn snapshot(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.root().join(folder), &mut files);
        files
    }

    /// The names in the book's folder.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.root()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(path.clone(), fs::read(path).unwrap());
        }
    }
}

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
        assert_eq!(self.code, Some(code), "{}", self.words);
        assert_eq!(self.data, "", "words go to standard error");
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
