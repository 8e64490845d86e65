//! The files that a lab writes: what their compose projects take, and what nobody can read out of them.

use std::collections::BTreeSet;
use std::path::Path;

use labrun_model::{Action, Lab, LabFile, Span, Step};
use labrun_run::START_FOLDER;

use super::claims::{Claim, Thing};
use super::compose::{self, Used};

/// What was found in the files beside claims.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The names of the compose files, without their folders.
    pub(super) compose: BTreeSet<String>,
    /// What nobody can know, with its place.
    pub(super) unknown: Option<(String, Span)>,
    /// A folder of the lab that a container gets to see.
    pub(super) mounts: Option<String>,
}

/// Programs that ask an engine: a file that calls one does what is not followed.
const CLIENTS: [&str; 4] = ["docker", "podman", "docker-compose", "nerdctl"];

/// Reads every file that a step writes.
pub(super) fn read(lab: &Lab, all: &mut Vec<Claim>, images: &mut BTreeSet<String>) -> Written {
    let mut written = Written::default();
    for step in lab.steps() {
        let Action::Write(file) = &step.action else {
            continue;
        };
        if is_yaml(&file.path) {
            of_yaml(lab, step, file, &mut written, all, images);
        } else if calls_a_client(&file.content) {
            let path = file.path.display();
            let why = format!("{path} calls the engine, and what it makes there is not known");
            written.unknown.get_or_insert((why, step.span));
        }
    }
    written
}

fn of_yaml(
    lab: &Lab,
    step: &Step,
    file: &LabFile,
    written: &mut Written,
    all: &mut Vec<Claim>,
    images: &mut BTreeSet<String>,
) {
    let opening = lab.source.line(step.span.start);
    let place = |line: usize| {
        let whole = lab.source.line_span(opening + line);
        let text = lab.source.slice(whole);
        let indentation = text.len() - text.trim_start().len();
        Span::new(whole.start + indentation, whole.end)
    };
    let Some(found) = compose::read(&file.content) else {
        return;
    };
    let name = file.path.file_name().unwrap_or_default();
    written.compose.insert(name.to_string_lossy().into_owned());
    let mut has_name = false;
    for (line, used) in found {
        let thing = match used {
            Used::Container(name) => Thing::Container(name),
            Used::Network(name) => Thing::Network(name),
            Used::Volume(name) => Thing::Volume(name),
            Used::Project(name) => {
                has_name = true;
                Thing::Project(name)
            }
            Used::Port(port) => Thing::Port(port),
            Used::Image(image) => {
                images.insert(image);
                continue;
            }
            Used::Mount(folder) => {
                written.mounts.get_or_insert(folder);
                continue;
            }
            Used::Unknown(what) => {
                let why = format!("{} {what}", file.path.display());
                written.unknown.get_or_insert((why, place(line)));
                continue;
            }
        };
        all.push(Claim::made(thing, place(line)));
    }
    if !has_name {
        let project = Thing::Project(project_of(&file.path));
        all.push(Claim::made(project, step.span));
    }
}

/// The name that compose gives a project whose file does not say one.
fn project_of(path: &Path) -> String {
    let folder = path.parent().and_then(Path::file_name);
    let folder = folder.map_or(START_FOLDER.into(), |name| name.to_string_lossy());
    normalised(&folder)
}

/// As compose writes names of projects: lower case, and only letters, digits, dashes and underscores.
fn normalised(name: &str) -> String {
    let lower = name.to_lowercase();
    let kept = lower
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let kept: String = kept.collect();
    kept.trim_start_matches(['-', '_']).to_owned()
}

fn is_yaml(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str());
    matches!(end, Some("yml" | "yaml"))
}

fn calls_a_client(content: &str) -> bool {
    let mut words = content.split(|c: char| !c.is_alphanumeric() && c != '-');
    words.any(|word| CLIENTS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_named_after_the_folder_of_its_file() {
        let name = |path: &str| project_of(Path::new(path));
        assert_eq!(name("compose.yaml"), START_FOLDER);
        assert_eq!(name("a/My.Shop_1/compose.yaml"), "myshop_1");
        assert_eq!(name("_x/compose.yaml"), "x");
    }
}
