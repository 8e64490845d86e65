//! `labrun record`: keeps what a green run printed beside the lab's script, or says whether what is kept still fits.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use labrun_model::{Event, Lab, Part};
use labrun_recording::{Collector, Mask, NotRecorded, Recording, Standing, masked_cast};
use labrun_run::{AfterFailure, Interrupts, Options, RunError};

use crate::args::Record;
use crate::book::{NO_LABS, OpenBook};
use crate::exit::Exit;
use crate::machine;
use crate::policy;
use crate::report::{self, Human, Report as _};

/// The name of a recording's file below `labs/LAB/`.
const FILE: &str = "recording.json";

/// Records the labs that are asked for, or looks at their recordings.
pub(crate) fn record(book: Option<&Path>, arguments: &Record) -> anyhow::Result<Exit> {
    let book = OpenBook::open(book)?;
    let entries = book.entries(&arguments.labs)?;
    if entries.is_empty() {
        report::note(NO_LABS);
        return Ok(Exit::Nothing);
    }
    let interrupts =
        Interrupts::install().map_err(RunError::system("installing the signal handlers"))?;
    let mut exit = Exit::Passed;
    for entry in entries {
        let lab = book.lab(entry)?;
        let folder = book.root.join("labs").join(&lab.name);
        if arguments.check {
            if !fits(&lab, &folder)? {
                exit = Exit::Failed;
            }
            continue;
        }
        let engine = arguments.engine.as_deref();
        policy::enforce(&book, &lab, &arguments.by, engine, &interrupts)?;
        let options = Options {
            book_root: book.root.clone(),
            engine: arguments.engine.clone(),
            reach: arguments.reach.get(),
            keep: false,
            after_failure: AfterFailure::Stop,
            evidence: false,
            part: Part::whole(),
            neighbours: BTreeSet::new(),
            watchdog: super::reap::command()?,
        };
        match record_one(&lab, &options, &interrupts, &folder)? {
            Exit::Passed => {}
            other => return Ok(other),
        }
    }
    if exit == Exit::Failed {
        report::error(
            "not every recording is of its lab as it is now",
            Some(
                "run `labrun record` and commit what it writes; until then the book says that a lab is not verified",
            ),
        );
    }
    Ok(exit)
}

/// Says what a lab's recording is worth; whether it fits.
fn fits(lab: &Lab, folder: &Path) -> anyhow::Result<bool> {
    let name = &lab.name;
    let shown = PathBuf::from("labs").join(name).join(FILE);
    let shown = shown.display();
    let text = match fs::read_to_string(folder.join(FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            report::note(&format!("{name} has no recording"));
            return Ok(false);
        }
        Err(error) => return Err(error).with_context(|| format!("reading {shown}")),
    };
    let (fits, says) = match Standing::of(&text, lab) {
        Ok(Standing::Verified(recording)) => (true, format!("is verified, {}", recording.date)),
        Ok(Standing::Outdated(recording)) => {
            let says = format!("has changed since its recording of {}", recording.date);
            (false, says)
        }
        Err(unreadable) => (
            false,
            format!("has a recording that cannot be read: {}", unreadable.reason),
        ),
    };
    report::note(&format!("{name} {says} ({shown})"));
    Ok(fits)
}

fn record_one(
    lab: &Lab,
    options: &Options,
    interrupts: &Interrupts,
    folder: &Path,
) -> anyhow::Result<Exit> {
    let today = report::today();
    let mut collector = Collector::new(lab, &today, env!("CARGO_PKG_VERSION"));
    let mut human = Human::new();
    let mut lab_folder = None;
    let result = labrun_run::run(lab, options, None, interrupts, &mut |event| {
        if let Event::Started(header) = &event {
            let mut facts = header.facts.iter();
            let found = facts.find(|(name, _)| name == "lab folder");
            lab_folder = found.map(|(_, folder)| PathBuf::from(folder));
        }
        collector.event(lab, &event);
        human.event(lab, &event);
    });
    human
        .close(lab, result.as_ref().err())
        .map_err(RunError::system("writing the report"))?;
    let summary = result?;
    if let Some(signal) = summary.interrupted_by {
        return Ok(Exit::Interrupted(signal));
    }
    let mask = machine::mask(lab_folder.as_deref());
    let recording = match collector.finish(lab, &mask) {
        Ok(recording) => recording,
        Err(NotRecorded::Red | NotRecorded::Part) => {
            report::error("the run was not green, so it is not recorded", None);
            return Ok(Exit::Failed);
        }
    };
    let casts: Vec<PathBuf> = summary.recordings.iter().map(PathBuf::from).collect();
    write(folder, &recording, &casts, &mask)?;
    report::note(&format!("recorded in labs/{}/", lab.name));
    Ok(Exit::Passed)
}

/// Writes the recording and what each terminal showed, and removes terminals that the lab has no more.
fn write(
    folder: &Path,
    recording: &Recording,
    casts: &[PathBuf],
    mask: &Mask,
) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let tags = tags(recording);
    let mut files = vec![(PathBuf::from(FILE), recording.text())];
    for cast in casts {
        let text =
            fs::read_to_string(cast).with_context(|| format!("reading {}", cast.display()))?;
        let name = cast.file_name().map(PathBuf::from).unwrap_or_default();
        files.push((name, masked_cast(&text, mask, Some(&tags))));
    }
    if let Err(error) = replace_all(folder, &files) {
        for (name, _) in &files {
            drop(fs::remove_file(draft(&folder.join(name))));
        }
        return Err(error);
    }
    for entry in fs::read_dir(folder)?.flatten() {
        let name = PathBuf::from(entry.file_name());
        let is_cast = name
            .extension()
            .is_some_and(|extension| extension == "cast");
        if is_cast && files.iter().all(|(kept, _)| *kept != name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Writes every file whole beside the older one before the first takes its place: a full disk must not leave a recording
/// of two runs.
fn replace_all(folder: &Path, files: &[(PathBuf, String)]) -> anyhow::Result<()> {
    for (name, text) in files {
        let path = folder.join(name);
        let written = fs::File::create(draft(&path)).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.with_context(|| format!("writing {}", path.display()))?;
    }
    for (name, _) in files {
        let path = folder.join(name);
        fs::rename(draft(&path), &path).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// Where a file is written before it takes its place.
fn draft(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

/// What a recording was made with, as an asciicast's tags.
fn tags(recording: &Recording) -> Vec<String> {
    let programs = recording.programs.iter();
    let programs = programs.map(|program| format!("{} {}", program.name, program.version));
    let images = recording.images.iter();
    programs
        .chain(images.map(|image| format!("{} {}", image.name, image.digest)))
        .collect()
}
