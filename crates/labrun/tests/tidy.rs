//! The architecture as a test: which crate may use which, how long a file may be, and that each says what it is for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test says what it holds by unwrapping"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each crate of the workspace and the crates of the workspace that it uses. An arrow that is not here is a mistake or a
/// decision; a decision is written here and in ARCHITECTURE.md in the same commit.
const ARROWS: [(&str, &[&str]); 12] = [
    ("labrun-model", &[]),
    ("labrun-parse", &["labrun-model"]),
    ("labrun-extract", &["labrun-model"]),
    ("labrun-run", &["labrun-model"]),
    (
        "labrun-check",
        &["labrun-model", "labrun-parse", "labrun-run"],
    ),
    (
        "labrun-accept",
        &["labrun-model", "labrun-parse", "labrun-run"],
    ),
    ("labrun-recording", &["labrun-model"]),
    ("labrun-preprocessor", &["labrun-model"]),
    (
        "mdbook-labrun",
        &[
            "labrun-model",
            "labrun-parse",
            "labrun-preprocessor",
            "labrun-recording",
        ],
    ),
    (
        "mdbook-diagram",
        &["labrun-model", "labrun-parse", "labrun-preprocessor"],
    ),
    (
        "labrun-book",
        &[
            "labrun-model",
            "labrun-parse",
            "labrun-preprocessor",
            "mdbook-diagram",
            "mdbook-labrun",
        ],
    ),
    (
        "labrun",
        &[
            "labrun-accept",
            "labrun-book",
            "labrun-check",
            "labrun-extract",
            "labrun-model",
            "labrun-parse",
            "labrun-recording",
            "labrun-run",
        ],
    ),
];

/// The outside crates that only these files, or files in these folders, may name.
const ENGINES: [(&str, &str); 11] = [
    ("bollard", "crates/labrun-run/src/engine/docker"),
    ("tokio_postgres", "crates/labrun-run/src/engine/postgres.rs"),
    ("hyper", "crates/labrun-run/src/engine/http.rs"),
    ("pty_process", "crates/labrun-run/src/terminal"),
    ("mdbook_driver", "crates/labrun-book/src/mdbook.rs"),
    ("axum", "crates/labrun-book/src/serve"),
    ("notify", "crates/labrun-book/src/serve"),
    ("mdbook_mermaid", "preprocessors/mdbook-diagram/src"),
    ("merman_core", "preprocessors/mdbook-diagram/src/syntax.rs"),
    ("indicatif", "crates/labrun/src/report"),
    ("saphyr", "crates/labrun-check/src/yaml.rs"),
];

const LONGEST_FILE: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Every Rust file of the workspace, by its path from the root.
fn rust_files() -> Vec<(String, String)> {
    let root = root();
    let mut files = Vec::new();
    let mut folders = vec![root.join("crates"), root.join("preprocessors")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let shown = path.strip_prefix(&root).unwrap().display().to_string();
                files.push((shown, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(
        files.len() > 50,
        "the walk has lost its way: {} files",
        files.len()
    );
    files
}

#[test]
fn arrows_run_one_way() {
    let metadata = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let names: BTreeSet<&str> = packages
        .iter()
        .map(|package| package["name"].as_str().unwrap())
        .collect();
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in packages {
        let uses = package["dependencies"].as_array().unwrap().iter();
        let uses = uses
            .filter(|dependency| dependency["kind"].as_str() != Some("dev"))
            .filter_map(|dependency| dependency["name"].as_str())
            .filter(|name| names.contains(name));
        found.insert(package["name"].as_str().unwrap(), uses.collect());
    }
    let wanted: BTreeMap<&str, BTreeSet<&str>> = ARROWS
        .iter()
        .map(|(name, uses)| (*name, uses.iter().copied().collect()))
        .collect();
    assert_eq!(
        found, wanted,
        "an arrow changed: change ARCHITECTURE.md and ARROWS in the same commit"
    );
}

#[test]
fn each_engine_is_named_in_one_place() {
    for (path, text) in rust_files() {
        for (engine, place) in ENGINES {
            let named =
                text.contains(&format!("{engine}::")) || text.contains(&format!("use {engine};"));
            let allowed = path.starts_with(place) || path.contains("/tests/");
            assert!(
                !named || allowed,
                "{path} names {engine}, which belongs to {place}"
            );
        }
    }
}

#[test]
fn each_file_says_what_it_is_for_and_is_short() {
    for (path, text) in rust_files() {
        assert!(text.starts_with("//!"), "{path} does not open with `//!`");
        let lines = text.lines().count();
        assert!(
            lines <= LONGEST_FILE,
            "{path} has {lines} lines: is there a second subject in it?"
        );
    }
}

#[test]
fn there_is_no_drawer_for_odds_and_ends() {
    for (path, _) in rust_files() {
        let stem = Path::new(&path).file_stem().unwrap().to_str().unwrap();
        assert!(
            !["utils", "util", "common", "helpers", "misc"].contains(&stem),
            "{path}"
        );
    }
}

#[test]
fn no_test_is_switched_off() {
    for (path, text) in rust_files() {
        let switch = ["#[", "ignore"].concat();
        assert!(!text.contains(&switch), "{path}");
    }
}

#[test]
fn the_architecture_page_is_short_and_names_every_crate() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    assert!(page.lines().count() <= 150);
    for (name, _) in ARROWS {
        assert!(page.contains(name), "ARCHITECTURE.md does not name {name}");
    }
}

#[test]
fn every_exit_code_of_the_help_is_in_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for code in ["0", "1", "2", "3", "4", "130"] {
        assert!(
            readme.contains(&format!("| {code} ")),
            "README.md does not explain exit code {code}"
        );
    }
}
