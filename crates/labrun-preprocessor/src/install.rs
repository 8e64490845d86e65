//! `install`: a preprocessor's files for the pages, put into a book's theme folder, and the lines that book.toml needs.
//!
//! book.toml itself is never written: it is the author's, with comments and an order of its own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::asset::{Asset, State};

/// The theme folder, where a book does not say another.
const FOLDER: &str = "theme";

/// The files of a preprocessor for the pages of a book.
#[derive(Debug, Clone, Copy)]
pub struct Looks {
    /// The program that installs them.
    pub program: &'static str,
    /// The files.
    pub assets: &'static [Asset],
}

/// What is done about a book's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Write what is missing or old, keep what is edited.
    Write,
    /// Write everything, also over what is edited.
    Force,
    /// Write nothing and say what would be written.
    Check,
}

/// A book with a preprocessor's files.
#[derive(Debug)]
pub struct Installed {
    /// The folder with its book.toml.
    pub root: PathBuf,
    /// Its book.toml.
    pub book_toml: toml::Table,
    /// What was found or done, in lines.
    pub report: String,
    /// Whether everything is as it should be.
    pub is_current: bool,
}

/// What `install` is asked to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Call<'a> {
    Help,
    Install(Option<&'a Path>, Mode),
}

impl<'a> Call<'a> {
    /// Reads the words behind `install`; nothing where they say nothing that it knows.
    pub(crate) fn read(arguments: &[&'a str]) -> Option<Self> {
        let mut book = None;
        let mut mode = Mode::Write;
        for argument in arguments {
            match *argument {
                "--help" | "-h" => return Some(Self::Help),
                "--force" if mode == Mode::Write => mode = Mode::Force,
                "--check" if mode == Mode::Write => mode = Mode::Check,
                folder if book.is_none() && !folder.starts_with('-') => {
                    book = Some(Path::new(folder));
                }
                _ => return None,
            }
        }
        Some(Self::Install(book, mode))
    }
}

/// A file of a preprocessor as it is written into a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LooksFile {
    /// Its path from the book's folder.
    pub path: String,
    /// What it says.
    pub text: String,
    /// The key of `[output.html]` in book.toml that names it.
    pub key: &'static str,
}

impl Looks {
    /// The files as they are written into a book.
    pub fn files(self) -> impl Iterator<Item = LooksFile> {
        self.assets.iter().map(move |asset| LooksFile {
            path: shown(asset),
            text: asset.stamped(self.program),
            key: asset.key,
        })
    }

    /// Installs the files into a book, the one around the current folder where none is named.
    pub(crate) fn install(self, book: Option<&Path>, mode: Mode) -> Result<Installed> {
        let root = root(self.program, book)?;
        let mut report = String::new();
        let mut is_current = true;
        for asset in self.assets {
            let shown = shown(asset);
            let path = root.join(&shown);
            let state = asset
                .state(self.program, &path)
                .with_context(|| format!("reading {}", path.display()))?;
            let (is_fine, word) = match (state, mode) {
                (State::Current, _) => (true, "is up to date"),
                (State::Missing, Mode::Check) => (false, "is missing"),
                (State::Old, Mode::Check) => (false, "is of another version"),
                (State::Edited, Mode::Check) => (false, "is edited"),
                (State::Edited, Mode::Write) => (false, "is edited and kept; --force replaces it"),
                (State::Missing | State::Old | State::Edited, _) => {
                    self.write(asset, &path)?;
                    (true, "is written")
                }
            };
            is_current &= is_fine;
            report.push_str(&format!("{shown} {word}\n"));
        }
        let book_toml = read(&root)?;
        report.push_str(&self.wanted_lines(&book_toml));
        Ok(Installed {
            root,
            book_toml,
            report,
            is_current,
        })
    }

    fn write(self, asset: &Asset, path: &Path) -> Result<()> {
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(path, asset.stamped(self.program)))
            .with_context(|| format!("writing {}", path.display()))
    }

    /// The lines that book.toml still needs, with what they name already.
    fn wanted_lines(self, book_toml: &toml::Table) -> String {
        let mut lines: Vec<(&str, Vec<String>)> = Vec::new();
        for asset in self.assets {
            let named = named(book_toml, asset.key);
            if named.contains(&shown(asset)) {
                continue;
            }
            match lines.iter_mut().find(|(key, _)| *key == asset.key) {
                Some((_, names)) => names.push(shown(asset)),
                None => lines.push((asset.key, [named, vec![shown(asset)]].concat())),
            }
        }
        if lines.is_empty() {
            return "book.toml names them already\n".to_owned();
        }
        let lines = lines.iter().map(|(key, names)| {
            let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
            format!("  {key} = [{}]\n", names.join(", "))
        });
        format!(
            "book.toml must name them, under [output.html]:\n\n{}",
            lines.collect::<String>()
        )
    }
}

fn shown(asset: &Asset) -> String {
    format!("{FOLDER}/{}", asset.name)
}

/// The files that a key of `[output.html]` names.
fn named(book_toml: &toml::Table, key: &str) -> Vec<String> {
    let html = book_toml
        .get("output")
        .and_then(|output| output.get("html"));
    let list = html.and_then(|html| html.get(key)?.as_array());
    let names = list.into_iter().flatten().filter_map(toml::Value::as_str);
    names.map(str::to_owned).collect()
}

/// The folder with the book.toml.
fn root(program: &str, book: Option<&Path>) -> Result<PathBuf> {
    if let Some(folder) = book {
        if !folder.join("book.toml").is_file() {
            bail!("there is no book.toml in {}", folder.display());
        }
        return Ok(folder.to_owned());
    }
    let here = std::env::current_dir().context("finding the current folder")?;
    let root = here
        .ancestors()
        .find(|folder| folder.join("book.toml").is_file());
    match root {
        Some(root) => Ok(root.to_owned()),
        None => bail!(
            "there is no book.toml in {} or above it; name the book's folder: {program} install DIR",
            here.display()
        ),
    }
}

fn read(root: &Path) -> Result<toml::Table> {
    let path = root.join("book.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    text.parse()
        .with_context(|| format!("reading {}", path.display()))
}
