//! Whether a run's runner lives, told by a lock that it holds as long as it does: the kernel drops it with the process,
//! and everyone who sees the state folder sees it. Process numbers do not serve: in another container of the same
//! machine they mean other processes, while the machine's boot is the same.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// Not the folder itself, by which those who clean up take turns.
const FILE_NAME: &str = "alive.lock";

/// Held by the runner, and by none of its children: what the standard library opens is closed by `exec`.
#[derive(Debug)]
pub(super) struct Alive {
    _file: File,
}

impl Alive {
    /// Begins to be alive; before the journal is written, so that nobody reads one without.
    pub(super) fn begin(run_folder: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(run_folder.join(FILE_NAME))?;
        flock(&file, FlockOperation::LockExclusive)?;
        Ok(Self { _file: file })
    }
}

/// Whether somebody is alive in the folder of a run; nothing where that cannot be told.
pub(super) fn is_anybody_alive(run_folder: &Path) -> Option<bool> {
    let file = File::open(run_folder.join(FILE_NAME)).ok()?;
    // Shared, so that two who ask at the same time do not take each other for the runner.
    match flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => Some(false),
        Err(Errno::WOULDBLOCK) => Some(true),
        Err(_) => None,
    }
}
