//! Looking whether a machine has what labs need, all of it at once: each line of the table is one file here.
//!
//! The main function is [`examine`]. What a line makes in the engine is written into a journal first and removed as a run's
//! things are, whatever ends the examination.

mod compose;
mod disk;
mod endpoint;
mod engine;
mod health;
mod images;
mod names;
mod ports;
mod programs;
mod psql;
mod room;
mod sudo;

use std::path::Path;

use labrun_model::Lab;

use self::room::Room;
use crate::cleanup::{Beginning, RunJournal, StateFolder, Watchdog, reclaim_persistently};
use crate::error::RunError;
use crate::interrupt::Interrupts;
use crate::lab_folder::LabFolder;
use crate::run::random_word;
use crate::sudo::Sudo;

/// What a line of the table is about, in the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Where the engine answers, and what named it.
    Endpoint,
    /// The engine's name and versions.
    Engine,
    /// The compose plugin, and whether it accepts the labs' files.
    Compose,
    /// The images that the labs use.
    Images,
    /// Whether one container finds another by its name.
    Names,
    /// Whether the engine asks a container for its health.
    Health,
    /// Room for data.
    Disk,
    /// Ports and names of containers that the labs take.
    Ports,
    /// PostgreSQL's client.
    Psql,
    /// Becoming root.
    Sudo,
    /// Other programs that the labs use.
    Programs,
}

/// What was found of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It is as the labs need it.
    Right {
        /// What is there.
        found: String,
    },
    /// It is not.
    Wrong {
        /// What is wrong, lines without a full stop.
        found: String,
        /// What to do about it.
        remedy: String,
    },
    /// Nobody needs it, or it cannot be looked at.
    NotTried {
        /// Why.
        reason: String,
    },
}

/// Who asks, and for what.
#[derive(Debug, Clone, Copy)]
pub struct Examination<'a> {
    /// The labs that are to run; with none, everything that any lab may need is looked at.
    pub labs: &'a [Lab],
    /// The engine's address, where the user names one.
    pub engine: Option<&'a str>,
    /// Where runs are remembered.
    pub state: &'a StateFolder,
    /// The book's folder.
    pub book_root: &'a Path,
    /// The program that becomes the watchdog when it is called with [`crate::WATCHDOG_COMMAND`].
    pub watchdog: &'a Path,
}

/// The subjects with what looks at each.
type Look = fn(&mut Room<'_>, &Interrupts) -> Finding;
const LOOKS: [(Subject, Look); 11] = [
    (Subject::Endpoint, endpoint::look),
    (Subject::Engine, engine::look),
    (Subject::Compose, compose::look),
    (Subject::Images, images::look),
    (Subject::Names, names::look),
    (Subject::Health, health::look),
    (Subject::Disk, disk::look),
    (Subject::Ports, ports::look),
    (Subject::Psql, psql::look),
    (Subject::Sudo, sudo::look),
    (Subject::Programs, programs::look),
];

/// Looks at everything and tells each line as soon as it is known. Gives what could not be removed afterwards, a line each.
///
/// # Errors
/// When a signal came, or the system does not let the journal be written.
pub fn examine(
    examination: Examination<'_>,
    interrupts: &Interrupts,
    tell: &mut dyn FnMut(Subject, &Finding),
) -> Result<Vec<String>, RunError> {
    let run_id = random_word(6)?;
    let endpoint = endpoint::wanted(&examination);
    let journal = RunJournal::begin(
        examination.state,
        &Beginning {
            run_id: &run_id,
            lab: "doctor",
            book_root: examination.book_root,
            endpoint: endpoint.as_ref().and_then(|found| found.as_ref().ok()),
            lab_folder: &LabFolder::path_for(&run_id),
        },
    )?;
    let watchdog = Watchdog::spawn(examination.watchdog, &journal)?;
    let folder = LabFolder::create(&run_id, &random_word(16)?, &Sudo::Unused);
    let looked = folder
        .map_err(RunError::system(
            "making a folder for what compose is asked",
        ))
        .map(|folder| {
            let mut room = Room::new(examination, endpoint, &folder, &journal, interrupts);
            for (subject, look) in LOOKS {
                if interrupts.signal().is_some() {
                    break;
                }
                let finding = look(&mut room, interrupts);
                if interrupts.signal().is_none() {
                    tell(subject, &finding);
                }
            }
            room.engine
        });
    let engine = looked.as_ref().ok().and_then(Option::as_ref);
    let reclaimed = reclaim_persistently(&journal, engine, &[watchdog.pid()], interrupts);
    watchdog.dismiss();
    examination.state.forget_old_runs();
    looked?;
    match interrupts.signal() {
        Some(signal) => Err(RunError::Interrupted(signal)),
        None => Ok(reclaimed.left),
    }
}

impl Subject {
    /// Its name, the first word of its line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Engine => "engine",
            Self::Compose => "compose",
            Self::Images => "images",
            Self::Names => "names",
            Self::Health => "health",
            Self::Disk => "disk",
            Self::Ports => "ports",
            Self::Psql => "psql",
            Self::Sudo => "sudo",
            Self::Programs => "programs",
        }
    }
}

impl Finding {
    fn right(found: impl Into<String>) -> Self {
        Self::Right {
            found: found.into(),
        }
    }

    fn wrong(found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Wrong {
            found: found.into(),
            remedy: remedy.into(),
        }
    }

    fn not_tried(reason: impl Into<String>) -> Self {
        Self::NotTried {
            reason: reason.into(),
        }
    }

    /// A reason for which no lab would run, as a run says it.
    fn of(error: &RunError) -> Self {
        let remedy = error.help();
        Self::wrong(
            error.to_string(),
            remedy.unwrap_or_else(|| "try again".to_owned()),
        )
    }
}
