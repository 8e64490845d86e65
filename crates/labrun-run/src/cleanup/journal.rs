//! What a run would leave behind if it died now, written down before it can leave anything.
//!
//! [`Journal`] is the content, [`RunJournal`] the file. Whoever cleans up reads it: the run itself, the watchdog, the
//! next start, `labrun clean`.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::alive::{Alive, is_anybody_alive};
use super::process_table::{Process, ProcessId, boot_id, pid_namespace};
use super::processes::{Family, bystanders, is_marked};
use super::progress::Progress;
use super::state::{StateFolder, replace, since_1970};
use super::typed_text::TypedText;
use crate::engine::{ContainerInfo, Created, Endpoint};
use crate::error::RunError;

/// The journal of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    /// The run's id, also in its processes' environment as LABRUN_RUN.
    pub run_id: String,
    /// The lab's name.
    pub lab: String,
    /// The book that the lab is in.
    pub book_root: PathBuf,
    /// The process that runs it.
    pub runner: ProcessId,
    /// The boot of the machine that the process belongs to.
    pub boot_id: String,
    /// The process namespace in which the numbers mean something; a container has its own.
    #[serde(default)]
    pub pid_namespace: String,
    /// When the run began, in seconds since 1970.
    pub started: u64,
    /// The engine, where the lab needs one.
    pub endpoint: Option<String>,
    /// The folder of the certificates with which one speaks to it, where the connection is encrypted.
    #[serde(default)]
    pub certificates: Option<PathBuf>,
    /// The folder that belongs to the run wholly; its name ends with the run's id.
    pub lab_folder: PathBuf,
    /// What the run has made in the engine.
    #[serde(default)]
    pub created: Created,
    /// The first processes of its terminals.
    #[serde(default)]
    pub sessions: Vec<ProcessId>,
    /// What steps have typed to a client of the engine, the latest ones.
    #[serde(default)]
    pub typed: Vec<TypedText>,
    /// Names that are other labs' of the book.
    #[serde(default)]
    pub neighbours: BTreeSet<String>,
    /// What the runner had below it before the run.
    #[serde(default)]
    pub bystanders: Vec<ProcessId>,
    /// How far the run is.
    pub phase: Phase,
    /// What it has done, where somebody may go on from there.
    #[serde(default)]
    pub progress: Progress,
    /// The run's folder, which whoever opens the journal knows.
    #[serde(skip)]
    run_folder: PathBuf,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// It may leave something behind.
    Running,
    /// It has ended and left everything on purpose.
    Kept,
    /// Nothing is left but recordings.
    Cleaned,
}

/// What is known when a run begins.
#[derive(Debug, Clone)]
pub struct Beginning<'a> {
    /// The run's id.
    pub run_id: &'a str,
    /// The lab's name.
    pub lab: &'a str,
    /// The book that the lab is in.
    pub book_root: &'a Path,
    /// The engine, where the lab needs one.
    pub endpoint: Option<&'a Endpoint>,
    /// The folder that will belong to the run wholly.
    pub lab_folder: &'a Path,
}

/// A journal in its file. Clones share it.
#[derive(Debug, Clone)]
pub struct RunJournal {
    path: PathBuf,
    shared: Arc<Mutex<Journal>>,
    /// Only in the runner itself.
    _alive: Option<Arc<Alive>>,
}

impl RunJournal {
    pub(super) const FILE_NAME: &'static str = "journal.json";
    /// A file that keeps room for the journal on a disk that fills up.
    const RESERVE: &'static str = "reserve";
    const RESERVED: usize = 64 << 10;

    /// Makes the run's folder and writes its journal, before anything else of the run exists.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn begin(state: &StateFolder, beginning: &Beginning<'_>) -> Result<Self, RunError> {
        let folder = state.run_folder(beginning.lab, beginning.run_id);
        let doing = || RunError::system(format!("writing the journal in {}", folder.display()));
        DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .map_err(doing())?;
        let alive = Alive::begin(&folder).map_err(doing())?;
        let runner = ProcessId::own()
            .ok_or_else(|| std::io::Error::other("/proc does not show this process"))
            .map_err(doing())?;
        let journal = Self {
            path: folder.join(Self::FILE_NAME),
            shared: Arc::new(Mutex::new(Journal {
                run_id: beginning.run_id.to_owned(),
                lab: beginning.lab.to_owned(),
                book_root: beginning.book_root.to_owned(),
                runner,
                boot_id: boot_id(),
                pid_namespace: pid_namespace(),
                started: since_1970(SystemTime::now()),
                endpoint: beginning.endpoint.map(|endpoint| endpoint.url.clone()),
                certificates: beginning
                    .endpoint
                    .and_then(Endpoint::certificates)
                    .map(Path::to_owned),
                lab_folder: beginning.lab_folder.to_owned(),
                created: Created::default(),
                sessions: Vec::new(),
                typed: Vec::new(),
                neighbours: BTreeSet::new(),
                bystanders: bystanders(runner),
                phase: Phase::Running,
                progress: Progress::default(),
                run_folder: folder.clone(),
            })),
            _alive: Some(Arc::new(alive)),
        };
        if let Err(error) = journal.create() {
            // A folder without a journal would be warned of for ever.
            drop(fs::remove_dir_all(&folder));
            return Err(doing()(error));
        }
        Ok(journal)
    }

    /// Opens the journal of another run.
    ///
    /// # Errors
    /// A line of words when there is none, or it cannot be understood.
    pub fn open(path: &Path) -> Result<Self, String> {
        let bytes = fs::read(path).map_err(|error| error.to_string())?;
        let mut journal: Journal =
            serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        journal.run_folder = path.parent().unwrap_or(path).to_owned();
        Ok(Self {
            path: path.to_owned(),
            shared: Arc::new(Mutex::new(journal)),
            _alive: None,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The run's folder, where its recordings go.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// What it says now.
    pub fn snapshot(&self) -> Journal {
        self.journal().clone()
    }

    /// Takes note of the first process of a terminal, whose session then belongs to the run.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn add_session(&self, pid: u32) -> Result<(), RunError> {
        let Some(process) = ProcessId::of(pid) else {
            return Ok(());
        };
        self.change(|journal| journal.sessions.push(process))
            .map_err(RunError::system("writing the journal"))
    }

    /// Takes note of what the run has made in the engine.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn record(&self, created: &Created) -> Result<(), RunError> {
        if self.journal().phase != Phase::Running {
            return Ok(());
        }
        self.change(|journal| journal.created = created.clone())
            .map_err(RunError::system("writing the journal"))
    }

    /// Notes that the run has ended and everything is left on purpose.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn keep(&self) -> Result<(), RunError> {
        self.set_phase(Phase::Kept)
    }

    /// Goes on with a run that was kept: from now on it is this process's, and may leave something behind.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn take_over(self) -> Result<Self, RunError> {
        let doing = || RunError::system(format!("going on with {}", self.path.display()));
        let alive = Alive::begin(self.folder()).map_err(doing())?;
        let runner = ProcessId::own()
            .ok_or_else(|| std::io::Error::other("/proc does not show this process"))
            .map_err(doing())?;
        self.change(|journal| {
            journal.runner = runner;
            journal.bystanders = bystanders(runner);
            journal.phase = Phase::Running;
        })
        .map_err(doing())?;
        Ok(Self {
            _alive: Some(Arc::new(alive)),
            ..self
        })
    }

    /// Notes what the run has done.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub(crate) fn note_progress(&self, progress: Progress) -> Result<(), RunError> {
        self.change(|journal| journal.progress = progress)
            .map_err(RunError::system("writing the journal"))
    }

    pub(super) fn set_phase(&self, phase: Phase) -> Result<(), RunError> {
        self.change(|journal| journal.phase = phase)
            .map_err(RunError::system("writing the journal"))?;
        if phase == Phase::Cleaned {
            // Whatever is remembered of a run that is over takes no more room than it needs.
            drop(fs::remove_file(self.folder().join(Self::RESERVE)));
        }
        Ok(())
    }

    /// Reads the file again, which another process may have changed.
    pub(super) fn refresh(&self) {
        if let Ok(fresh) = Self::open(&self.path) {
            *self.journal() = fresh.snapshot();
        }
    }

    fn journal(&self) -> MutexGuard<'_, Journal> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Journal)) -> std::io::Result<()> {
        let mut journal = self.journal();
        change(&mut journal);
        let text = serde_json::to_vec_pretty(&*journal)?;
        match replace(&self.path, &text) {
            Err(error) if error.kind() == ErrorKind::StorageFull => {
                // Recordings may have filled the disk, and they have ended with that.
                fs::remove_file(self.folder().join(Self::RESERVE))?;
                replace(&self.path, &text)
            }
            other => other,
        }
    }

    /// Puts the run's folder in order before anything else of the run exists.
    fn create(&self) -> std::io::Result<()> {
        fs::write(self.folder().join(Self::RESERVE), [0; Self::RESERVED])?;
        self.change(|_| {})
    }
}

impl Journal {
    /// Whether the run was cut short: it may have left something, and nobody runs it any more.
    pub fn is_stale(&self) -> bool {
        self.phase == Phase::Running && !self.is_being_run()
    }

    /// Whether the process that runs it is alive, be it in another container. Where there is no lock to tell, its
    /// number does.
    pub fn is_being_run(&self) -> bool {
        is_anybody_alive(&self.run_folder)
            .unwrap_or_else(|| self.numbers_count() && self.runner.is_alive())
    }

    /// The engine, where the lab needs one.
    ///
    /// # Errors
    /// When labrun cannot speak to what the journal names.
    pub(crate) fn endpoint(&self) -> Result<Option<Endpoint>, RunError> {
        let url = self.endpoint.as_deref();
        url.map(|url| Endpoint::remembered(url, self.certificates.as_deref()))
            .transpose()
    }

    /// Whether the process numbers still mean the same: not after a new start of the machine, nor in another container.
    pub(crate) fn numbers_count(&self) -> bool {
        let same_namespace = self.pid_namespace.is_empty() || self.pid_namespace == pid_namespace();
        self.boot_id == boot_id() && same_namespace
    }

    /// When the run began, by this machine's clock.
    pub(super) fn began(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.started)
    }

    /// Whether a terminal was ever opened, without which nothing can have been made in an engine.
    pub(crate) fn has_typed(&self) -> bool {
        !self.sessions.is_empty() || self.created != Created::default()
    }

    /// Whether nothing is left but recordings.
    pub fn is_cleaned(&self) -> bool {
        self.phase == Phase::Cleaned
    }

    /// Whether the run has made a container.
    pub(crate) fn made(&self, container: &ContainerInfo) -> bool {
        let folder = container.working_dir.as_deref();
        self.created.containers.contains_key(&container.id)
            || folder.is_some_and(|folder| self.owns(Path::new(folder)))
    }

    /// How to know the run's processes, but those that are spared.
    pub(super) fn family(&self, except: &[u32]) -> Family {
        let numbers_count = self.numbers_count();
        Family {
            run_id: self.run_id.clone(),
            root: Some(self.runner).filter(|_| numbers_count),
            // After a new start of the machine, and in another container, the numbers are other processes'.
            sessions: if numbers_count {
                self.sessions.clone()
            } else {
                Vec::new()
            },
            bystanders: self.bystanders.clone(),
            except: except.to_vec(),
        }
    }

    /// Whether a process carries the run's mark.
    pub(crate) fn marks(&self, pid: u32) -> bool {
        is_marked(pid, &self.run_id)
    }

    /// What still runs of it, a line for each process.
    pub fn running(&self) -> Vec<String> {
        let members = self.family(&[]).members();
        members.iter().map(Process::describe).collect()
    }

    /// Whether a path lies in the run's own folder.
    pub fn owns(&self, path: &Path) -> bool {
        path.starts_with(&self.lab_folder)
    }
}

mod watching;

#[cfg(test)]
mod tests;
