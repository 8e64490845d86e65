//! Which questions compose is to be asked: each compose file in each state of the lab folder in which a command could
//! have it read, with the variables that the chapter sets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use labrun_model::{Block, Lab, Span, Step};
use labrun_run::ComposeQuestion;

use super::places::Written;
use super::references::{To, references};
use super::typed::{Call, Does, Typed};
use super::variables::{Assigned, used};

/// The files that compose takes by itself, in the order in which it looks for them.
const BASES: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
];
/// Those that it adds to them.
const OVERRIDES: [&str; 4] = [
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yaml",
    "docker-compose.override.yml",
];

/// The lab folder as some steps find it: each file as it was written last.
pub(super) struct State<'a> {
    /// How many files are written by then, those that are written over counted as well.
    pub(super) written: usize,
    pub(super) files: Vec<Written<'a>>,
}

/// Questions about one set of files. One answer is enough: a file that is no project alone is one with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Project {
    /// The file that it is about, or a typed command.
    pub(super) about: About,
    pub(super) questions: Vec<ComposeQuestion>,
    /// Whether it matters when compose accepts none of them: not for a file that another one brings in.
    pub(super) must_resolve: bool,
}

/// Where a project that compose does not accept is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum About {
    File(PathBuf),
    Command(Span),
}

/// The states in which something is typed, and the last one.
pub(super) fn states(lab: &Lab) -> Vec<State<'_>> {
    let mut moments = Vec::new();
    let (mut written, mut is_new) = (0, false);
    for block in &lab.blocks {
        match block {
            Block::Step(step) if is_file(step) => {
                written += 1;
                is_new = true;
            }
            Block::Step(_) => {
                if std::mem::take(&mut is_new) {
                    moments.push(written);
                }
            }
            Block::Check(_) => {}
        }
    }
    if is_new {
        moments.push(written);
    }
    moments
        .into_iter()
        .map(|written| State::after(lab, written))
        .collect()
}

fn is_file(step: &Step) -> bool {
    matches!(step.action, labrun_model::Action::Write(_))
}

impl<'a> State<'a> {
    fn after(lab: &'a Lab, written: usize) -> Self {
        let mut last: BTreeMap<&Path, Written<'a>> = BTreeMap::new();
        for (step, file) in lab.files().take(written) {
            last.insert(&file.path, Written::new(&file.path, step, &file.content));
        }
        Self {
            written,
            files: last.into_values().collect(),
        }
    }

    /// The file of this path from the lab folder.
    pub(super) fn file(&self, path: &Path) -> Option<&Written<'a>> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The files that compose is known to read, or could be given.
    pub(super) fn compose_files(&self) -> impl Iterator<Item = &Written<'a>> {
        self.files.iter().filter(|file| is_compose(file))
    }

    /// The file that compose takes by itself in a folder.
    fn base(&self, folder: &Path) -> Option<&Written<'a>> {
        BASES.iter().find_map(|name| self.file(&folder.join(name)))
    }

    /// The projects of this state.
    pub(super) fn projects(&self, typed: &[Typed], assigned: &[Assigned]) -> Vec<Project> {
        let mut brought_in: BTreeSet<PathBuf> = self
            .compose_files()
            .flat_map(references)
            .filter_map(|reference| match reference.to {
                To::Lab(path) => Some(path),
                To::Elsewhere(_) => None,
            })
            .collect();
        brought_in.extend(self.named_together(typed));
        let variables = self.variables(assigned);
        let mut projects = Vec::new();
        for file in self.compose_files() {
            let folder = file.path.parent().unwrap_or(Path::new(""));
            let base = self.base(folder);
            let name = PathBuf::from(file.path.file_name().unwrap_or_default());
            let question = |files: Vec<PathBuf>| self.question(folder, files, Vec::new());
            let questions = match base {
                Some(base) if base.path == file.path => vec![question(Vec::new())],
                // Compose adds it to its base by itself.
                Some(_) if is_named(file.path, &OVERRIDES) => continue,
                Some(base) => {
                    let base = PathBuf::from(base.path.file_name().unwrap_or_default());
                    vec![question(vec![name.clone()]), question(vec![base, name])]
                }
                None => vec![question(vec![name])],
            };
            projects.push(Project {
                about: About::File(file.path.to_owned()),
                questions: with_variables(questions, &variables),
                must_resolve: !brought_in.contains(file.path),
            });
        }
        for command in typed {
            let Does::Compose(call) = &command.does else {
                continue;
            };
            let questions = self.of_call(call);
            if !questions.is_empty() {
                projects.push(Project {
                    about: About::Command(command.span),
                    questions: with_variables(questions, &variables),
                    must_resolve: true,
                });
            }
        }
        projects
    }

    /// The files that calls name together with others, and that are resolved with those.
    fn named_together(&self, typed: &[Typed]) -> Vec<PathBuf> {
        let calls = typed.iter().filter_map(|command| match &command.does {
            Does::Compose(call) if call.files.len() > 1 => Some(call),
            _ => None,
        });
        calls
            .flat_map(|call| {
                let folders = self.folders_of(call).into_iter();
                folders.flat_map(|folder| call.files.iter().map(|file| folder.join(file)))
            })
            .collect()
    }

    /// What a call asks for that names files: in each folder in which all of them are.
    fn of_call(&self, call: &Call) -> Vec<ComposeQuestion> {
        if call.files.len() < 2 && call.env_files.is_empty() {
            // One file alone is judged alone already.
            return Vec::new();
        }
        self.folders_of(call)
            .into_iter()
            .map(|folder| self.question(folder, call.files.clone(), call.env_files.clone()))
            .collect()
    }

    /// The folders from which all the files of a call are there.
    pub(super) fn folders_of(&self, call: &Call) -> BTreeSet<&Path> {
        let folders = self
            .files
            .iter()
            .flat_map(|file| file.path.ancestors().skip(1));
        folders
            .filter(|folder| {
                let mut named = call.files.iter().chain(&call.env_files);
                let are_there = named.all(|path| self.file(&folder.join(path)).is_some());
                are_there && (!call.files.is_empty() || self.base(folder).is_some())
            })
            .collect()
    }

    fn question(
        &self,
        folder: &Path,
        files: Vec<PathBuf>,
        env_files: Vec<PathBuf>,
    ) -> ComposeQuestion {
        ComposeQuestion {
            written: self.written,
            folder: folder.to_owned(),
            files,
            env_files,
            variables: BTreeMap::new(),
        }
    }

    /// The variables that this state's compose files use and the chapter sets, each with all its values.
    fn variables(&self, assigned: &[Assigned]) -> BTreeMap<String, Vec<String>> {
        let used: BTreeSet<String> = self
            .compose_files()
            .flat_map(|file| used(file.content))
            .collect();
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for one in assigned.iter().filter(|one| used.contains(&one.name)) {
            if let Some(value) = &one.value {
                let all = values.entry(one.name.clone()).or_default();
                if !all.contains(value) {
                    all.push(value.clone());
                }
            }
        }
        values
    }
}

/// Each question without the variables, and again so often that each variable has each of its values once.
fn with_variables(
    questions: Vec<ComposeQuestion>,
    variables: &BTreeMap<String, Vec<String>>,
) -> Vec<ComposeQuestion> {
    let most = variables.values().map(Vec::len).max().unwrap_or(0);
    let mut all = questions.clone();
    for round in 0..most {
        let set: BTreeMap<String, String> = variables
            .iter()
            .filter_map(|(name, values)| {
                Some((name.clone(), values.get(round).or(values.last())?.clone()))
            })
            .collect();
        all.extend(questions.iter().map(|question| ComposeQuestion {
            variables: set.clone(),
            ..question.clone()
        }));
    }
    all
}

/// Whether a file is one that compose takes by itself, or has a compose file's keys.
fn is_compose(file: &Written<'_>) -> bool {
    let has_keys =
        |root: &crate::yaml::Node| root.get("services").is_some() || root.get("include").is_some();
    is_found(file.path) || file.roots().iter().any(has_keys)
}

/// Whether compose finds a file of this name by itself.
pub(super) fn is_found(path: &Path) -> bool {
    is_named(path, &BASES) || is_named(path, &OVERRIDES)
}

fn is_named(path: &Path, names: &[&str]) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| names.contains(&name))
}
