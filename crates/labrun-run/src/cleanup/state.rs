//! The folder in which labrun remembers runs: journals, recordings and locks. Nothing of a lab itself lies there.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{FlockOperation, flock};
use rustix::process::geteuid;
use serde::{Deserialize, Serialize};

use super::journal::RunJournal;
use crate::engine::Lookup;
use crate::error::RunError;

/// How many runs of a lab are remembered once they are cleaned up.
const REMEMBERED: usize = 3;

/// How long a run may take to write its journal once it has its folder.
const COMING: Duration = Duration::from_secs(60);

/// Where runs are remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateFolder {
    root: PathBuf,
}

/// The right to run a lab; gone when it is dropped, or when the process dies.
#[derive(Debug)]
pub struct LabLock {
    _file: File,
}

/// The journals that were found.
#[derive(Debug, Default)]
pub struct Journals {
    /// One for each run that is remembered, the latest first.
    pub runs: Vec<RunJournal>,
    /// What could not be read, a line each.
    pub warnings: Vec<String>,
}

/// What a lock says about its holder.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    pid: u32,
    started: u64,
}

impl StateFolder {
    /// Finds the folder: LABRUN_STATE_DIR, `$XDG_STATE_HOME/labrun`, `~/.local/state/labrun`; where none can be made,
    /// one for this user among the temporary files.
    ///
    /// # Errors
    /// When none can be made, or LABRUN_STATE_DIR cannot.
    pub fn find(lookup: Lookup<'_>) -> Result<Self, RunError> {
        let named = |name: &str| {
            lookup(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        if let Some(root) = named("LABRUN_STATE_DIR") {
            return Self::at(&root).map_err(RunError::system(format!("making {}", root.display())));
        }
        let state = named("XDG_STATE_HOME").map(|folder| folder.join("labrun"));
        let home = named("HOME").map(|folder| folder.join(".local/state/labrun"));
        let own = state
            .into_iter()
            .chain(home)
            .find_map(|root| Self::at(&root).ok());
        let temporary = std::env::temp_dir().join(format!("labrun-{}", geteuid().as_raw()));
        own.map_or_else(
            || {
                Self::at(&temporary)
                    .map_err(RunError::system(format!("making {}", temporary.display())))
            },
            Ok,
        )
    }

    /// Uses this folder, and makes it where it does not exist.
    ///
    /// # Errors
    /// When it cannot be made, or belongs to somebody else, who could then tell labrun what to remove.
    pub fn at(root: &Path) -> std::io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(root)?;
        let about = root.metadata()?;
        let mode = about.mode();
        if about.uid() != geteuid().as_raw() || mode & 0o022 != 0 {
            return Err(std::io::Error::new(
                std::io::ErrorKind::PermissionDenied,
                "others may write to it",
            ));
        }
        let state = Self {
            root: root.canonicalize()?,
        };
        for inner in [state.runs(), state.locks()] {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(inner)?;
        }
        Ok(state)
    }

    /// The folder itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of a run: its journal and its recordings.
    pub fn run_folder(&self, lab: &str, run_id: &str) -> PathBuf {
        self.runs()
            .join(format!("{}-{}", file_name(lab), file_name(run_id)))
    }

    /// Takes the right to run a lab of a book.
    ///
    /// # Errors
    /// [`RunError::AlreadyRunning`] when another process has it.
    pub fn lock(&self, book_root: &Path, lab: &str) -> Result<LabLock, RunError> {
        let doing = || RunError::system(format!("locking the lab {lab}"));
        let book = book_root
            .canonicalize()
            .unwrap_or_else(|_| book_root.to_owned());
        let name = format!("{}-{:016x}", file_name(lab), fingerprint(&book));
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(self.locks().join(name))
            .map_err(doing())?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(already_running(lab, &mut file)),
            Err(error) => return Err(doing()(error.into())),
        }
        let holder = Holder {
            pid: std::process::id(),
            started: since_1970(SystemTime::now()),
        };
        let text = serde_json::to_string(&holder).unwrap_or_default();
        file.set_len(0).map_err(doing())?;
        file.write_all(text.as_bytes()).map_err(doing())?;
        Ok(LabLock { _file: file })
    }

    /// The runs that are remembered, the latest first. What is no journal is skipped with a warning.
    pub fn journals(&self) -> Journals {
        let mut found = Journals::default();
        let entries = fs::read_dir(self.runs()).into_iter().flatten().flatten();
        for entry in entries {
            let path = entry.path().join(RunJournal::FILE_NAME);
            match RunJournal::open(&path) {
                Ok(journal) => found.runs.push(journal),
                Err(_) if is_coming_or_going(&entry.path()) => {}
                Err(reason) => found.warnings.push(format!(
                    "{} is no journal and is left alone: {reason}",
                    path.display()
                )),
            }
        }
        found
            .runs
            .sort_by_key(|run| std::cmp::Reverse(run.snapshot().started));
        found.warnings.sort();
        found
    }

    /// Forgets the older ones of the runs that are cleaned up.
    pub fn forget_old_runs(&self) {
        let mut seen: Vec<(PathBuf, String)> = Vec::new();
        for run in self.journals().runs {
            let journal = run.snapshot();
            if !journal.is_cleaned() {
                continue;
            }
            let lab = (journal.book_root, journal.lab);
            seen.push(lab.clone());
            if seen.iter().filter(|other| **other == lab).count() > REMEMBERED {
                // A folder that cannot be removed now is tried again after the next run.
                drop(fs::remove_dir_all(run.folder()));
            }
        }
    }

    fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    fn locks(&self) -> PathBuf {
        self.root.join("locks")
    }
}

/// Whether a run's folder is being made or removed by another process at this moment. The journal is written before anything
/// of the run exists, so that without one there is nothing to remove.
fn is_coming_or_going(folder: &Path) -> bool {
    let age = |about: fs::Metadata| about.modified().ok()?.elapsed().ok();
    match folder.metadata() {
        Ok(about) if !folder.join(RunJournal::FILE_NAME).exists() => {
            age(about).is_none_or(|age| age < COMING)
        }
        Ok(_) => false,
        Err(_) => true,
    }
}

fn already_running(lab: &str, file: &mut File) -> RunError {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    let holder = read
        .ok()
        .and_then(|_| serde_json::from_str::<Holder>(&text).ok());
    // Between taking the lock and writing it nobody is named yet.
    let holder = holder.unwrap_or(Holder {
        pid: 0,
        started: since_1970(SystemTime::now()),
    });
    RunError::AlreadyRunning {
        lab: lab.to_owned(),
        pid: holder.pid,
        started: SystemTime::UNIX_EPOCH + Duration::from_secs(holder.started),
    }
}

/// Writes a file so that a reader sees either the old content or the new, also after a power cut.
pub(super) fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let draft = path.with_extension("draft");
    let written = File::create(&draft).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    if let Err(error) = written {
        // Half a draft would take the room that is missing.
        drop(fs::remove_file(&draft));
        return Err(error);
    }
    fs::rename(&draft, path)
}

/// Whole seconds since 1970.
pub(super) fn since_1970(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// A lab's name as part of a file's name.
fn file_name(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    name.chars()
        .map(|c| if plain(c) { c } else { '-' })
        .collect()
}

/// FNV-1a: the same for the same path in every version of labrun, which the standard library's hash does not promise.
fn fingerprint(path: &Path) -> u64 {
    let bytes = path.as_os_str().as_encoded_bytes().iter();
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_folder_is_the_first_that_can_be_made() {
        let folder = tempfile::tempdir().unwrap();
        let lookup = |name: &str| match name {
            "XDG_STATE_HOME" => Some(OsString::from("/proc/nowhere")),
            "HOME" => Some(folder.path().as_os_str().to_owned()),
            _ => None,
        };
        let state = StateFolder::find(&lookup).unwrap();
        assert_eq!(
            state.root,
            folder
                .path()
                .canonicalize()
                .unwrap()
                .join(".local/state/labrun")
        );
        assert_eq!(
            state.root.metadata().unwrap().permissions().mode() & 0o777,
            0o700
        );
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(StateFolder::at(folder.path()).is_err());
    }

    #[test]
    fn a_lab_is_run_once_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::at(folder.path()).unwrap();
        let lock = state.lock(Path::new("/book"), "chapter3").unwrap();
        let error = state.lock(Path::new("/book"), "chapter3").unwrap_err();
        let own = std::process::id();
        assert!(
            matches!(&error, RunError::AlreadyRunning { lab, pid, .. } if lab == "chapter3" && *pid == own),
            "{error}"
        );
        state.lock(Path::new("/book"), "chapter4").unwrap();
        state.lock(Path::new("/other"), "chapter3").unwrap();
        drop(lock);
        state.lock(Path::new("/book"), "chapter3").unwrap();
    }

    #[test]
    fn a_run_that_is_just_beginning_is_nothing_to_warn_of() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::at(folder.path()).unwrap();
        let run = state.runs().join("demo-1");
        fs::create_dir(&run).unwrap();
        assert_eq!(state.journals().warnings, Vec::<String>::new());
        let long_ago = SystemTime::now() - COMING * 2;
        File::open(&run).unwrap().set_modified(long_ago).unwrap();
        assert_eq!(state.journals().warnings.len(), 1);
        fs::write(run.join(RunJournal::FILE_NAME), "{").unwrap();
        assert_eq!(state.journals().warnings.len(), 1);
    }

    #[test]
    fn names_of_labs_cannot_leave_the_folder() {
        assert_eq!(file_name("../a b"), "..-a-b");
    }
}
