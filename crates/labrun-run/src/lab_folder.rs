//! The folder a run starts in, empty as a reader's new folder is, and what the run itself needs beside it.
//!
//! It lies in the system's folder for temporary files, not in the book: `git` and `docker compose` look for their files
//! in the folders above, and must not find the book's.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use labrun_model::LabFile;

use crate::sudo::Sudo;
use crate::terminal::bash_start_file;

/// A run's folders, all below one that is removed at the end.
#[derive(Debug)]
pub(crate) struct LabFolder {
    root: PathBuf,
}

/// The name of the folder that every chapter starts in. Compose names a project after the folder that its file lies in.
pub const START_FOLDER: &str = "lab";

/// readline's settings. The bytes of a character outside ASCII must arrive as they were typed, whatever the locale.
const INPUT_SETTINGS: &str = "\
set enable-bracketed-paste off
set disable-completion on
set input-meta on
set output-meta on
set convert-meta off
";

impl LabFolder {
    /// The name of the folder that the chapter starts in.
    pub(crate) const START: &str = START_FOLDER;

    /// Where the folder of a run is.
    pub(crate) fn path_for(run_id: &str) -> PathBuf {
        let temporary = std::env::temp_dir();
        // The engine knows folders by their real path, and clean-up compares with what the engine says.
        temporary
            .canonicalize()
            .unwrap_or(temporary)
            .join(format!("labrun-{run_id}"))
    }

    /// Makes the folders and the host shell's start-up files.
    ///
    /// # Errors
    /// When the system refuses; what was made is the journal's to remove.
    pub(crate) fn create(run_id: &str, nonce: &str, sudo: &Sudo) -> io::Result<Self> {
        let folder = Self {
            root: Self::path_for(run_id),
        };
        // 0711: the engine's containers may reach their own folders inside, nobody may list this one.
        fs::DirBuilder::new().mode(0o711).create(&folder.root)?;
        for inner in [
            folder.start(),
            folder.home(),
            folder.programs(),
            folder.scratch(),
        ] {
            fs::create_dir(inner)?;
        }
        fs::write(folder.start_file(), bash_start_file(nonce))?;
        fs::write(folder.input_file(), INPUT_SETTINGS)?;
        if let Some(script) = sudo.script() {
            let program = folder.programs().join("sudo");
            fs::write(&program, script)?;
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        }
        Ok(folder)
    }

    /// Goes on in the folders of a run that was kept. The host shell's start-up file is made anew, for the new marks.
    ///
    /// # Errors
    /// When the folders are not there any more, or the system refuses.
    pub(crate) fn reopen(root: &Path, nonce: &str) -> io::Result<Self> {
        let folder = Self {
            root: root.to_owned(),
        };
        folder.start().metadata()?;
        // What compose looked at in the run before is another chapter's by now.
        drop(fs::remove_dir_all(folder.scratch()));
        fs::create_dir(folder.scratch())?;
        fs::write(folder.start_file(), bash_start_file(nonce))?;
        Ok(folder)
    }

    /// The empty folder that the chapter starts in.
    pub(crate) fn start(&self) -> PathBuf {
        self.root.join(Self::START)
    }

    /// A home that holds nobody's settings.
    pub(crate) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// Comes first on the lab's PATH.
    pub(crate) fn programs(&self) -> PathBuf {
        self.root.join("bin")
    }

    /// Where preflight may write what it wants compose to look at.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.root.join("preflight")
    }

    /// The host shell's start-up file.
    pub(crate) fn start_file(&self) -> PathBuf {
        self.root.join("bashrc")
    }

    /// readline's settings, for every program on the host that uses it.
    pub(crate) fn input_file(&self) -> PathBuf {
        self.root.join("inputrc")
    }

    /// Writes a file of the chapter, as an editor would: an existing file keeps its owner and mode.
    ///
    /// # Errors
    /// When the system refuses, also with sudo where the lab has it.
    pub(crate) fn write(&self, file: &LabFile, sudo: &Sudo) -> io::Result<()> {
        let path = self.start().join(&file.path);
        let written = path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, &file.content));
        match written {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && sudo.works() => {
                write_with_sudo(&path, &file.content)
            }
            other => other,
        }
    }
}

/// The reader would call the editor with sudo.
fn write_with_sudo(path: &Path, content: &str) -> io::Result<()> {
    let mut tee = Command::new("sudo")
        .args(["-n", "tee", "--"])
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = tee.stdin.take() {
        input.write_all(content.as_bytes())?;
    }
    if tee.wait()?.success() {
        Ok(())
    } else {
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "`sudo -n tee` failed",
        ))
    }
}
