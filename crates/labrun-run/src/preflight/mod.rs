//! Looking, before the first step, whether the machine has what the lab needs and nobody is in its way.
//!
//! The main function is [`preflight`]. It changes nothing but the engine's images, which it pulls where they are
//! missing; everything that it asks of compose lies in a folder that the caller gives and removes.

mod commands;
mod conflicts;
mod needs;
mod ports;
mod served;
mod wants;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use labrun_model::{Lab, Notice, UsedImage, UsedProgram};

pub use self::commands::{
    HostCommand, Launch, Words, host_commands, launch, logical_lines, simple_commands,
};
use self::conflicts::{Present, Wanted};
use self::needs::{Needs, files, is_compose_file};
pub(crate) use self::wants::{Wants, conflicts_of};
use crate::cleanup::{Journal, StateFolder};
use crate::engine::patience::Patience;
use crate::engine::{Compose, ComposeUse, ContainerInfo, Endpoint, Engine, program};
use crate::error::RunError;
use crate::interrupt::Interrupts;

/// How long a program may take to say its version.
const VERSION: Duration = Duration::from_secs(5);

/// What preflight looks at.
#[derive(Debug)]
pub struct Setting<'a> {
    /// The lab.
    pub lab: &'a Lab,
    /// The engine, where [`needs_engine`] says that the lab needs one.
    pub endpoint: Option<&'a Endpoint>,
    /// The environment of the lab's host shell, PATH above all.
    pub environment: &'a [(String, String)],
    /// An empty folder for what compose is to look at.
    pub scratch: &'a Path,
    /// The name of the folder that the chapter starts in, which may become a compose project's name.
    pub folder_name: &'a str,
    /// Where other runs are remembered.
    pub state: &'a StateFolder,
    /// The run that is gone on with: what it has is in nobody's way.
    pub kept: Option<&'a Journal>,
}

/// A machine that is ready.
#[derive(Debug)]
pub struct Ready {
    /// The engine, connected.
    pub engine: Option<Engine>,
    /// What was found, for the run's header: engine, compose, images, psql.
    pub facts: Vec<(String, String)>,
    /// The engine, compose and psql, with their versions.
    pub programs: Vec<UsedProgram>,
    /// The images that the lab uses and the engine has.
    pub images: Vec<UsedImage>,
}

/// Whether anything in the lab asks a container engine.
pub fn needs_engine(lab: &Lab) -> bool {
    Needs::of(lab).engine
}

/// The process that listens on a TCP port of this machine, in words.
pub fn listener_on(port: u16) -> Option<String> {
    let mut listeners = ports::listeners().into_iter();
    let found = listeners.find(|listener| listener.port == port && listener.protocol == "tcp")?;
    Some(found.owner())
}

/// The compose files that a lab writes, by their path from the lab folder, in order.
pub(crate) fn compose_files(lab: &Lab) -> impl Iterator<Item = &Path> {
    files(lab)
        .filter(|file| is_compose_file(file))
        .map(|file| file.path.as_path())
}

/// Looks at everything that the lab needs.
///
/// # Errors
/// [`RunError::Missing`] for a program, an engine or an image that cannot be had; [`RunError::Conflict`] for names and
/// ports that are taken; [`RunError::Interrupted`].
pub fn preflight(
    setting: &Setting<'_>,
    interrupts: &Interrupts,
    emit: &mut dyn FnMut(Notice),
) -> Result<Ready, RunError> {
    let needs = Needs::of(setting.lab);
    let path = setting.environment.iter().find(|(name, _)| name == "PATH");
    let path = path.map(|(_, value)| OsString::from(value));
    let find = |name: &str| program::find(name, path.as_ref());
    programs_are_there(&needs, find)?;
    let docker = find("docker");
    let compose = docker
        .filter(|_| needs.compose)
        .map(|docker| Compose::new(&docker, setting.environment));
    let projects = write_projects(setting.lab, setting.scratch, setting.folder_name)
        .map_err(RunError::system("writing the lab's compose files"))?;
    let psql = find("psql").filter(|_| needs.programs.contains_key("psql"));
    let found = look(
        setting,
        interrupts,
        compose.as_ref(),
        &projects,
        psql.as_deref(),
    );
    if let Some(signal) = interrupts.signal() {
        return Err(RunError::Interrupted(signal));
    }
    judge(setting, needs, found, interrupts, emit)
}

/// What the questions that are asked at the same time have answered.
struct Found {
    engine: Result<Option<(Engine, Vec<ContainerInfo>)>, RunError>,
    compose: Result<Option<String>, RunError>,
    /// Compose files as the chapter names them, and what compose says of each.
    uses: Vec<(PathBuf, Result<ComposeUse, String>)>,
    psql: Option<String>,
    listeners: Vec<ports::Listener>,
}

/// A compose file of the chapter with everything that the chapter has written before it.
struct Project {
    /// The file as the chapter names it.
    file: PathBuf,
    /// The copy of the folder that it lies in.
    folder: PathBuf,
}

fn programs_are_there(
    needs: &Needs,
    find: impl Fn(&str) -> Option<PathBuf>,
) -> Result<(), RunError> {
    let missing: Vec<_> = needs
        .programs
        .iter()
        .filter(|(name, _)| find(name).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = missing
        .iter()
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    let origins: BTreeSet<_> = missing.iter().map(|(_, origin)| **origin).collect();
    Err(RunError::Missing {
        what: format!(
            "the lab uses {}, which this machine does not have",
            names.join(", ")
        ),
        help: origins.into_iter().collect::<Vec<_>>().join("; "),
    })
}

/// Asks everything that takes long at the same time: each compose command alone takes a tenth of a second.
fn look(
    setting: &Setting<'_>,
    interrupts: &Interrupts,
    compose: Option<&Compose>,
    projects: &[Project],
    psql: Option<&Path>,
) -> Found {
    std::thread::scope(|scope| {
        let uses: Vec<_> = projects
            .iter()
            .filter_map(|project| {
                let compose = compose?;
                let resolve = move || compose.resolve(&project.folder, interrupts);
                Some((project.file.clone(), scope.spawn(resolve)))
            })
            .collect();
        let version = scope.spawn(|| {
            compose
                .map(|compose| compose.version(interrupts))
                .transpose()
        });
        let psql = psql.map(|psql| scope.spawn(move || version_of(psql)));
        let engine = setting
            .endpoint
            .map(|endpoint| connect(endpoint, interrupts))
            .transpose();
        Found {
            // The kernel takes milliseconds to list them, so only where a lab takes ports.
            listeners: if setting.endpoint.is_some() || served::serves(setting.lab) {
                ports::listeners()
            } else {
                Vec::new()
            },
            engine,
            compose: joined(version).unwrap_or(Ok(None)),
            uses: uses
                .into_iter()
                .filter_map(|(file, thread)| Some((file, joined(thread)?)))
                .collect(),
            psql: psql.and_then(joined).flatten(),
        }
    })
}

fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> Option<T> {
    thread.join().ok()
}

fn connect(
    endpoint: &Endpoint,
    interrupts: &Interrupts,
) -> Result<(Engine, Vec<ContainerInfo>), RunError> {
    let engine = Engine::connect(endpoint, interrupts)?;
    let containers = engine.containers(interrupts)?;
    Ok((engine, containers))
}

/// `psql (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` is 15.18.
pub(crate) fn version_of(program: &Path) -> Option<String> {
    let printed = program::run(
        Command::new(program).arg("--version"),
        VERSION,
        Patience::Endless,
    )
    .ok()?;
    let text = String::from_utf8_lossy(&printed.stdout).into_owned();
    let numbered = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    text.split_whitespace().find(numbered).map(str::to_owned)
}

/// Turns answers into facts, or into the first reason for which the lab cannot be run.
fn judge(
    setting: &Setting<'_>,
    needs: Needs,
    found: Found,
    interrupts: &Interrupts,
    emit: &mut dyn FnMut(Notice),
) -> Result<Ready, RunError> {
    let mut facts = Vec::new();
    let mut programs = Vec::new();
    let mut used_images = Vec::new();
    let mut wanted = Wanted {
        container_names: needs.container_names,
        ports: needs.ports,
    };
    let mut images = BTreeSet::new();
    let runs = runs(setting.state);
    let compose = found.compose?;
    if setting.kept.is_none() {
        served::check(setting.lab, &found.listeners, &runs)?;
    }
    for (file, used) in found.uses {
        match used {
            Ok(used) => {
                wanted.container_names.extend(used.container_names);
                wanted.ports.extend(used.ports);
                images.extend(used.images);
            }
            Err(reason) => {
                let place = file.display();
                emit(Notice::Warning(format!(
                    "compose does not accept {place} as the chapter writes it: {reason}"
                )));
            }
        }
    }
    let engine = match found.engine? {
        Some((engine, containers)) => {
            facts.push((
                "engine".to_owned(),
                format!("{} at {}", engine.description(), engine.endpoint().url),
            ));
            programs.push(engine.program());
            programs.extend(compose.as_deref().map(|version| used("Compose", version)));
            facts.extend(compose.map(|version| ("compose".to_owned(), version)));
            let local = engine.endpoint().is_here();
            let (own, containers): (Vec<_>, Vec<_>) = containers
                .into_iter()
                .partition(|container| setting.kept.is_some_and(|kept| kept.made(container)));
            wanted.leave_out(&own);
            let present = Present {
                containers,
                // The ports of another machine cannot be seen from here.
                listeners: if local { found.listeners } else { Vec::new() },
                runs,
            };
            conflicts::check(&wanted, &present)?;
            used_images = here(&engine, &images, &needs.images, interrupts, emit)?;
            facts.extend(
                used_images
                    .iter()
                    .map(|image| ("image".to_owned(), describe(image))),
            );
            Some(engine)
        }
        None => None,
    };
    programs.extend(found.psql.as_deref().map(|version| used("psql", version)));
    facts.extend(found.psql.map(|version| ("psql".to_owned(), version)));
    Ok(Ready {
        engine,
        facts,
        programs,
        images: used_images,
    })
}

/// What is remembered of other runs.
fn runs(state: &StateFolder) -> Vec<Journal> {
    let journals = state.journals();
    journals.runs.iter().map(|run| run.snapshot()).collect()
}

fn used(name: &str, version: &str) -> UsedProgram {
    UsedProgram {
        name: name.to_owned(),
        version: version.to_owned(),
    }
}

/// Finds or pulls what compose needs; looks for what `docker run` would pull by itself.
fn here(
    engine: &Engine,
    needed: &BTreeSet<String>,
    named: &BTreeSet<String>,
    interrupts: &Interrupts,
    emit: &mut dyn FnMut(Notice),
) -> Result<Vec<UsedImage>, RunError> {
    let mut found = Vec::new();
    for name in needed.union(named) {
        let mut image = engine.image(name, interrupts)?;
        if image.is_none() && needed.contains(name) {
            engine.pull(name, interrupts, emit)?;
            image = engine.image(name, interrupts)?;
        }
        match image {
            Some(image) => found.push(image.used(name)),
            None => emit(Notice::Warning(format!(
                "the image {name} is not here yet; the step that runs it must pull it"
            ))),
        }
    }
    Ok(found)
}

/// `postgres:17 sha256:6283809ca09a (17.11)  stand-in: …`
pub(crate) fn describe(image: &UsedImage) -> String {
    let digest: String = image.digest.chars().take("sha256:".len() + 12).collect();
    let mut text = format!("{} {digest}", image.name);
    if let Some(version) = &image.version {
        text.push_str(&format!(" ({version})"));
    }
    if let Some(stand_in) = &image.stand_in {
        text.push_str(&format!("  stand-in: {stand_in}"));
    }
    text
}

/// Writes, for each compose file of the chapter, the files that the chapter has written up to it.
fn write_projects(lab: &Lab, scratch: &Path, folder_name: &str) -> std::io::Result<Vec<Project>> {
    let all: Vec<_> = files(lab).collect();
    let mut projects = Vec::new();
    for (index, compose_file) in all
        .iter()
        .enumerate()
        .filter(|(_, file)| is_compose_file(file))
    {
        let lab_folder = scratch.join(index.to_string()).join(folder_name);
        for file in &all[..=index] {
            let path = lab_folder.join(&file.path);
            fs::create_dir_all(path.parent().unwrap_or(&lab_folder))?;
            fs::write(path, &file.content)?;
        }
        let path = lab_folder.join(&compose_file.path);
        projects.push(Project {
            file: compose_file.path.clone(),
            folder: path.parent().unwrap_or(&lab_folder).to_owned(),
        });
    }
    Ok(projects)
}

#[cfg(test)]
mod tests;
