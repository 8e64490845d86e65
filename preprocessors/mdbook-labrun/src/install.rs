//! `mdbook-labrun install`: the looks of the steps, put into a book's theme folder, and whether they are still ours.
//!
//! A file that is written here carries in its first line a checksum of the rest. So a later version knows an old file of
//! its own, which it may replace, from one that the book's author has edited, which it keeps.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// What is done about a book's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write what is missing or old, keep what is edited.
    Write,
    /// Write everything, also over what is edited.
    Force,
    /// Write nothing and say what would be written.
    Check,
}

/// What was found or done, in lines, and whether every file is now as it should be.
#[derive(Debug)]
pub(crate) struct Installed {
    pub(crate) report: String,
    pub(crate) is_current: bool,
}

/// A file of ours: its name in the theme folder, its text, and the key of book.toml that names it.
struct Asset {
    name: &'static str,
    text: &'static str,
    key: &'static str,
}

const FOLDER: &str = "theme";

const ASSETS: [Asset; 2] = [
    Asset {
        name: "labrun.css",
        text: include_str!("../../../theme/labrun.css"),
        key: "additional-css",
    },
    Asset {
        name: "labrun.js",
        text: include_str!("../../../theme/labrun.js"),
        key: "additional-js",
    },
];

/// What a file in the book is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Missing,
    /// It says what we say.
    Current,
    /// An earlier version of this program wrote it, and nobody has changed it.
    Old,
    Edited,
}

/// Installs the files into a book, the one around the current folder where none is named.
pub(crate) fn install(book: Option<&Path>, mode: Mode) -> Result<Installed> {
    let root = root(book)?;
    let mut report = String::new();
    let mut is_current = true;
    for asset in &ASSETS {
        let shown = format!("{FOLDER}/{}", asset.name);
        let path = root.join(&shown);
        let state = state(asset, &path)?;
        let (is_fine, word) = match (state, mode) {
            (State::Current, _) => (true, "is up to date"),
            (State::Missing, Mode::Check) => (false, "is missing"),
            (State::Old, Mode::Check) => (false, "is of another version"),
            (State::Edited, Mode::Check) => (false, "is edited"),
            (State::Edited, Mode::Write) => (false, "is edited and kept; --force replaces it"),
            (State::Missing | State::Old | State::Edited, _) => {
                write(asset, &path)?;
                (true, "is written")
            }
        };
        is_current &= is_fine;
        report.push_str(&format!("{shown} {word}\n"));
    }
    report.push_str(&wanted_lines(&root)?);
    // A file that its author has edited is as the author wants it, except for one who asks whether all is ours.
    Ok(Installed {
        report,
        is_current: is_current || mode != Mode::Check,
    })
}

/// The folder with the book.toml.
fn root(book: Option<&Path>) -> Result<PathBuf> {
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
            "there is no book.toml in {} or above it; name the book's folder: mdbook-labrun install DIR",
            here.display()
        ),
    }
}

fn state(asset: &Asset, path: &Path) -> Result<State> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(State::Missing),
        Err(error) => {
            return Err(error).with_context(|| format!("reading {}", path.display()));
        }
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return Ok(State::Edited);
    };
    // A checkout may have changed the line endings; that is no edit.
    let text = text.replace("\r\n", "\n");
    let own = asset.text.replace("\r\n", "\n");
    Ok(if text == own || text == stamped(&own) {
        State::Current
    } else if is_unedited(&text) {
        State::Old
    } else {
        State::Edited
    })
}

fn write(asset: &Asset, path: &Path) -> Result<()> {
    let text = stamped(&asset.text.replace("\r\n", "\n"));
    path.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, text))
        .with_context(|| format!("writing {}", path.display()))
}

const STAMP: &str =
    "/* Written by `mdbook-labrun install`, which replaces it unless it is edited: ";
const STAMP_END: &str = " */";

fn stamped(text: &str) -> String {
    format!("{STAMP}{:016x}{STAMP_END}\n{text}", checksum(text))
}

/// Whether a text says itself what it was when it was written.
fn is_unedited(text: &str) -> bool {
    let parts = text
        .strip_prefix(STAMP)
        .and_then(|behind| behind.split_once('\n'));
    parts.is_some_and(|(stamp, rest)| {
        let sum = stamp.strip_suffix(STAMP_END);
        sum.and_then(|sum| u64::from_str_radix(sum, 16).ok()) == Some(checksum(rest))
    })
}

/// FNV-1a: it tells an edit, and is the same in every version of this program.
fn checksum(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The lines that book.toml still needs.
fn wanted_lines(root: &Path) -> Result<String> {
    let path = root.join("book.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let table: toml::Table = text
        .parse()
        .with_context(|| format!("reading {}", path.display()))?;
    let html = table.get("output").and_then(|output| output.get("html"));
    let names = |asset: &Asset| {
        let list = html.and_then(|html| html.get(asset.key)?.as_array());
        let name = format!("{FOLDER}/{}", asset.name);
        list.is_some_and(|list| list.iter().any(|item| item.as_str() == Some(&name)))
    };
    if ASSETS.iter().all(names) {
        return Ok("book.toml names them already\n".to_owned());
    }
    let lines = ASSETS
        .iter()
        .map(|asset| format!("  {} = [\"{FOLDER}/{}\"]\n", asset.key, asset.name));
    Ok(format!(
        "book.toml must name them, under [output.html]:\n\n{}",
        lines.collect::<String>()
    ))
}
