//! Markdown that nobody here wrote: the READMEs and changelogs of every package that this workspace is built of.

#![cfg(test)]

mod book;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use book::{LAB, book, context};
use labrun_model::SourceFile;
use mdbook_labrun::{Labrun, Strict};

/// What the test must have seen, so that it cannot pass by having found nothing.
const LEAST_FILES: usize = 300;
const LEAST_BYTES: usize = 2_000_000;

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "`cargo fetch` brings what is missing: {words}"
    );
    String::from_utf8(output.stdout).expect("text")
}

/// The folders of the packages that come from elsewhere. Only this machine's: others need not be here.
fn folders() -> Vec<PathBuf> {
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let metadata = cargo(&[
        "metadata",
        "--offline",
        "--locked",
        "--format-version",
        "1",
        "--filter-platform",
        host.expect("cargo names its host"),
    ]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let strangers = packages
        .iter()
        .filter(|package| !package["source"].is_null());
    strangers
        .filter_map(|package| package["manifest_path"].as_str())
        .filter_map(|path| Path::new(path).parent().map(Path::to_owned))
        .collect()
}

/// Every Markdown file of those folders that is text, by its path.
fn chapters() -> Vec<(String, String)> {
    let mut folders = folders();
    let mut chapters = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let path = entry.path();
            if entry.file_type().expect("a type").is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "md")
                && let Ok(text) = fs::read_to_string(&path)
            {
                chapters.push((path.display().to_string(), text));
            }
        }
    }
    chapters
}

#[test]
fn a_book_of_strangers_passes_through_byte_for_byte() {
    let chapters = chapters();
    let bytes: usize = chapters.iter().map(|(_, text)| text.len()).sum();
    assert!(
        chapters.len() >= LEAST_FILES && bytes >= LEAST_BYTES,
        "only {} files with {bytes} bytes",
        chapters.len()
    );
    let all: Vec<(&str, &str)> = std::iter::once(("lab", "# A lab\n\n```sh name=x\nls\n```\n"))
        .chain(
            chapters
                .iter()
                .map(|(path, text)| (path.as_str(), text.as_str())),
        )
        .collect();
    let processed = Labrun::new()
        .process(&context(LAB, "html"), book(&all))
        .expect("a book");
    let after: Vec<&str> = processed
        .book
        .chapters()
        .map(|chapter| chapter.content.as_str())
        .collect();
    assert_eq!(after.len(), all.len());
    assert!(after[0].contains("labrun-step"), "the lab is one");
    for ((path, before), after) in all.iter().zip(after).skip(1) {
        assert!(*before == after, "{path} has changed");
    }
}

/// As a lab each of them is wrong in its own way: that is said, and every place can be drawn.
#[test]
fn a_stranger_that_is_made_a_lab_gets_diagnostics_and_no_panic() {
    let mut fences = 0;
    for (path, text) in chapters() {
        let source = SourceFile::new(path.clone(), text);
        let found = labrun_parse::fences(&source);
        for fence in &found {
            assert!(
                fence.indented || source.slice(fence.opening).starts_with(['`', '~']),
                "{path}: {fence:?}"
            );
        }
        fences += found.len();
        let (lab, diagnostics) =
            labrun_parse::parse_chapter("lab", source, &labrun_parse::Roles::default());
        for diagnostic in diagnostics {
            assert!(diagnostic.draw(&lab.source).contains("-->"), "{path}");
        }
    }
    assert!(fences > LEAST_FILES, "only {fences} fences");
}
