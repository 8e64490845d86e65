//! The compose projects of a lab as the real compose resolves them, without an engine and without a run: for those who
//! judge what a lab asks for before it gets it. Nothing is judged here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use labrun_model::Lab;

use crate::engine::{Compose, program};
use crate::environment::still_environment;
use crate::error::RunError;
use crate::interrupt::Interrupts;

/// How many questions are asked at once: each is a process that takes a tenth of a second.
const AT_ONCE: usize = 4;

/// What compose is asked to resolve.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ComposeQuestion {
    /// How many of the files that the lab writes are there by then, in the order of the page.
    pub written: usize,
    /// The folder that compose is called in, from the lab folder.
    pub folder: PathBuf,
    /// The files that are named with `-f`, from that folder; none where compose finds its own.
    pub files: Vec<PathBuf>,
    /// The files that are named with `--env-file`.
    pub env_files: Vec<PathBuf>,
    /// Variables that the chapter sets.
    pub variables: BTreeMap<String, String>,
}

/// What compose said.
#[derive(Debug, Clone, PartialEq)]
pub struct ComposeAnswer {
    /// Where the lab folder was while it was asked.
    pub lab_folder: PathBuf,
    /// The resolved model; or compose's own words where it does not accept the files.
    pub model: Result<serde_json::Value, String>,
}

/// Asks compose all questions, in order. What compose looks at is written into `scratch`, a folder that the caller gives
/// and removes. Compose reads files that lie elsewhere where the lab's say so, and nothing from the network.
///
/// # Errors
/// [`RunError::Missing`] without docker or its compose; [`RunError::Interrupted`]; [`RunError::System`].
pub fn resolve_projects(
    lab: &Lab,
    questions: &[ComposeQuestion],
    scratch: &Path,
    interrupts: &Interrupts,
) -> Result<Vec<ComposeAnswer>, RunError> {
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let compose = compose(scratch)?;
    let mut places = Vec::new();
    for (number, question) in questions.iter().enumerate() {
        let lab_folder = scratch.join(number.to_string()).join("lab");
        write(lab, question.written, &lab_folder)
            .map_err(RunError::system("writing the lab's compose files"))?;
        let folder = lab_folder.join(&question.folder);
        fs::create_dir_all(&folder).map_err(RunError::system("writing the lab's compose files"))?;
        places.push((lab_folder, folder, question));
    }
    let mut answers = Vec::new();
    for some in places.chunks(AT_ONCE) {
        let models = std::thread::scope(|scope| {
            let asked: Vec<_> = some
                .iter()
                .map(|(_, folder, question)| {
                    let compose = &compose;
                    scope.spawn(move || {
                        let compose = compose.with(&question.variables);
                        let (files, env_files) = (&question.files, &question.env_files);
                        compose.model(folder, files, env_files, interrupts)
                    })
                })
                .collect();
            let joined = asked.into_iter().map(|thread| {
                let lost = || Err("labrun could not ask compose".to_owned());
                thread.join().unwrap_or_else(|_| lost())
            });
            joined.collect::<Vec<_>>()
        });
        if let Some(signal) = interrupts.signal() {
            return Err(RunError::Interrupted(signal));
        }
        let folders = some.iter().map(|(lab_folder, ..)| lab_folder.clone());
        answers.extend(
            folders
                .zip(models)
                .map(|(lab_folder, model)| ComposeAnswer { lab_folder, model }),
        );
    }
    // Asked last, because the question takes as long as the others and is for nothing where one of them is answered.
    if answers.iter().all(|answer| answer.model.is_err()) {
        compose.version(interrupts)?;
    }
    Ok(answers)
}

/// Compose, in an environment like that of a run, with an empty home.
fn compose(scratch: &Path) -> Result<Compose, RunError> {
    let home = scratch.join("home");
    fs::create_dir_all(&home).map_err(RunError::system("making an empty home"))?;
    let environment = still_environment(&home);
    let path = environment.iter().find(|(name, _)| name == "PATH");
    let path = path.map(|(_, value)| OsString::from(value));
    let docker = program::find("docker", path.as_ref()).ok_or_else(|| RunError::Missing {
        what: "what a compose file asks for is known from `docker compose config`, and this machine has no `docker`".to_owned(),
        help: "install docker's command with its compose plugin; an engine is not needed for this".to_owned(),
    })?;
    Ok(Compose::new(&docker, &environment))
}

/// Writes the first `count` files of the lab.
fn write(lab: &Lab, count: usize, lab_folder: &Path) -> std::io::Result<()> {
    for (_, file) in lab.files().take(count) {
        let path = lab_folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap_or(lab_folder))?;
        fs::write(path, &file.content)?;
    }
    Ok(())
}

/// Where a path leads: absolute, and without symbolic links as far as it exists. `None` where that cannot be known.
pub fn real_path(path: &Path) -> Option<PathBuf> {
    follow(path, 40)
}

fn follow(path: &Path, links: usize) -> Option<PathBuf> {
    use std::io::ErrorKind::NotFound;
    use std::path::Component;
    let mut real = PathBuf::from("/");
    if !path.is_absolute() {
        return None;
    }
    for part in path.components() {
        match part {
            Component::ParentDir => {
                real.pop();
            }
            Component::Normal(name) => {
                let next = real.join(name);
                real = match fs::symlink_metadata(&next) {
                    Ok(about) if about.is_symlink() => {
                        let target = fs::read_link(&next).ok()?;
                        follow(&real.join(target), links.checked_sub(1)?)?
                    }
                    Ok(_) => next,
                    Err(error) if error.kind() == NotFound => next,
                    Err(_) => return None,
                };
            }
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    Some(real)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_path_leads_where_its_links_lead() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("a/b")).unwrap();
        symlink("/", root.join("a/up")).unwrap();
        symlink("../a/b", root.join("a/in")).unwrap();
        symlink("/nowhere/at/all", root.join("a/dangling")).unwrap();
        symlink("loop", root.join("a/loop")).unwrap();
        let check = |path: &str, expected: Option<&str>| {
            let expected = expected.map(|path| root.join(path));
            assert_eq!(real_path(&root.join(path)), expected, "{path}");
        };
        check("a/b/../c", Some("a/c"));
        check("a/in/x/y", Some("a/b/x/y"));
        check("a/up/etc", Some("/etc"));
        check("a/up/../x", Some("/x"));
        check("a/dangling/z", Some("/nowhere/at/all/z"));
        check("a/loop", None);
        assert_eq!(real_path(Path::new("relative")), None);
    }
}
