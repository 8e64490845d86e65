//! Folders in which a book is made before it is shown. However the program ends, the next one finds and removes them.
//!
//! A folder is in use while the lock on its `alive.lock` is held, which ends with the process and not with its word.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The lock of a scratch folder.
const LOCK: &str = "alive.lock";

/// A folder that goes when the value goes, unless it is left.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: PathBuf,
    is_left: bool,
    _lock: File,
}

impl Scratch {
    /// Makes a folder below `parent` whose name begins with `prefix`.
    pub(crate) fn new(parent: &Path, prefix: &str) -> io::Result<Self> {
        let temporary = tempfile::Builder::new().prefix(prefix).tempdir_in(parent)?;
        // The lock appears under its name only when it is held, so that nobody takes the folder for a leftover.
        let early = temporary.path().join("lock");
        let lock = File::create_new(&early)?;
        lock.lock()?;
        fs::rename(&early, temporary.path().join(LOCK))?;
        Ok(Self {
            folder: temporary.keep(),
            is_left: false,
            _lock: lock,
        })
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Leaves the folder for the next sweep, because something in it is worth keeping.
    pub(crate) fn leave(mut self) {
        self.is_left = true;
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next sweep.
        if !self.is_left {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Removes the folders that programs which did not end well have left below `parent`, each only when `may_go` says so.
pub(crate) fn sweep(parent: &Path, prefix: &str, may_go: &mut dyn FnMut(&Path) -> bool) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_named_so = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.starts_with(prefix));
        let folder = entry.path();
        if is_named_so
            && let Some(_lock) = abandoned(&folder)
            && may_go(&folder)
        {
            let _ = fs::remove_dir_all(&folder);
        }
    }
}

/// The lock of a folder that nobody uses, where it is ours.
fn abandoned(folder: &Path) -> Option<File> {
    let found = fs::symlink_metadata(folder).ok()?;
    let lock = folder.join(LOCK);
    let is_plain = fs::symlink_metadata(&lock).ok()?.is_file();
    // In a shared temporary folder, another user's folder may have any name.
    let own = found.uid() == rustix::process::getuid().as_raw();
    if !found.is_dir() || !is_plain || !own {
        return None;
    }
    let lock = File::open(lock).ok()?;
    lock.try_lock().ok()?;
    Some(lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_uses_is_swept() {
        let parent = tempfile::tempdir().unwrap();
        let used = Scratch::new(parent.path(), "x-").unwrap();
        let left = parent.path().join("x-left");
        let foreign = parent.path().join("x-foreign");
        let other = parent.path().join("other");
        for folder in [&left, &foreign, &other] {
            fs::create_dir(folder).unwrap();
        }
        for folder in [&left, &other] {
            fs::write(folder.join(LOCK), "").unwrap();
        }
        std::os::unix::fs::symlink(&other, parent.path().join("x-link")).unwrap();
        let mut shown = Vec::new();
        sweep(parent.path(), "x-", &mut |_| false);
        assert!(left.exists(), "it may not go");
        sweep(parent.path(), "x-", &mut |folder| {
            shown.push(folder.to_owned());
            true
        });
        assert_eq!(shown, std::slice::from_ref(&left));
        assert!(!left.exists() && foreign.exists() && other.join(LOCK).exists());
        assert!(used.folder().exists());
        let folder = used.folder().to_owned();
        drop(used);
        assert!(!folder.exists());
        let kept = Scratch::new(parent.path(), "x-").unwrap();
        let folder = kept.folder().to_owned();
        kept.leave();
        assert!(folder.exists());
    }
}
