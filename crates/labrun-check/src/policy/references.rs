//! What a compose file has compose read while it is resolved: includes, extended files, files with variables and labels.
//! This is judged in the file itself, before compose reads any of it.

use std::path::{Component, Path, PathBuf};

use super::codes;
use super::places::Written;
use super::want::Want;
use crate::yaml::{Data, Node};

/// A file that a compose file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// The line of the file that names it, from 1.
    pub(super) line: usize,
    /// The key by which it is named.
    pub(super) key: &'static str,
    pub(super) to: To,
}

/// Where a reference leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum To {
    /// Into the lab folder, by this path from there.
    Lab(PathBuf),
    /// To what is asked for: a file of the host, or what no policy allows.
    Elsewhere(Want),
}

/// Keys that name files, at whatever place they stand.
const KEYS: [&str; 4] = ["env_file", "label_file", "include", "extends"];
/// Keys inside of those that name none.
const OTHERS: [&str; 3] = ["service", "required", "format"];

/// The files that a compose file names.
pub(super) fn references(file: &Written<'_>) -> Vec<Reference> {
    let folder = file.path.parent().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    for root in file.roots() {
        walk(root, folder, &mut found);
    }
    found
}

fn walk(node: &Node, folder: &Path, found: &mut Vec<Reference>) {
    for item in node.items() {
        walk(item, folder, found);
    }
    for (key, value) in node.pairs() {
        match KEYS.iter().find(|known| **known == key.text) {
            // A service of the same file is no file.
            Some(&"extends") => {
                if let Some(file) = value.get("file") {
                    texts(file, "extends", folder, found);
                }
            }
            Some(known) => texts(value, known, folder, found),
            None => walk(value, folder, found),
        }
    }
}

fn texts(node: &Node, key: &'static str, folder: &Path, found: &mut Vec<Reference>) {
    match &node.data {
        Data::Scalar(text) => found.push(Reference {
            line: node.line,
            key,
            to: to(text, key, folder),
        }),
        Data::Sequence(items) => {
            for item in items {
                texts(item, key, folder, found);
            }
        }
        Data::Mapping(pairs) => {
            for (name, value) in pairs {
                if !OTHERS.contains(&name.text.as_str()) {
                    texts(value, key, folder, found);
                }
            }
        }
        Data::Nothing => {}
    }
}

fn to(text: &str, key: &'static str, folder: &Path) -> To {
    let is_remote = text.contains("://")
        || text.starts_with("git@")
        || text.contains(".git#")
        || text.ends_with(".git");
    if is_remote {
        let does = format!(
            "has `{key}` read `{}` from the network",
            text.escape_debug()
        );
        return To::Elsewhere(Want::of_others(
            codes::REMOTE,
            does,
            "it can be another file tomorrow, and may name more; no line of a policy allows it: write the file in the chapter",
        ));
    }
    if text.contains('$') || text.starts_with('~') {
        return To::Elsewhere(Want::unreadable(key, text));
    }
    if text.starts_with('/') {
        return To::Elsewhere(Want::File(PathBuf::from(text)));
    }
    let mut path = PathBuf::new();
    for part in folder.join(text).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::ParentDir => {
                if !path.pop() {
                    return To::Elsewhere(above(text, key));
                }
            }
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    To::Lab(path)
}

fn above(text: &str, key: &str) -> Want {
    let does = format!(
        "has `{key}` read `{}`, which lies outside of the lab folder",
        text.escape_debug()
    );
    Want::of_others(
        codes::OUTSIDE_FILE,
        does,
        "what the file holds gets into the container; no line of a policy allows a path that goes up: name it from the root of the file system, or write the file in the chapter",
    )
}
