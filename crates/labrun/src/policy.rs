//! The policy of a book, and a lab held against it: reads the file, has compose asked, and gives what is refused.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use labrun_check::{Rules, inquire};
use labrun_model::{Diagnostic, Lab, Policy, SourceFile};
use labrun_parse::parse_policy;
use labrun_run::{Interrupts, RunError, discover, real_path, resolve_projects};

use crate::args::PolicyFile;
use crate::book::{BookError, OpenBook, refuse_errors};

/// The name of the file beside book.toml.
const FILE: &str = "labrun.policy.toml";
/// How the folders begin in which compose is asked; the number of the process follows.
const SCRATCH: &str = "labrun-policy-";

/// A policy that labs are held against.
pub(crate) struct Guard {
    policy: Policy,
    /// The file's name as messages have it.
    file: String,
    is_built_in: bool,
}

/// What was found in a lab.
pub(crate) struct Judged {
    /// Compose files that the lab writes.
    pub(crate) files: usize,
    /// Typed commands that ask an engine for something.
    pub(crate) commands: usize,
    /// What is refused, by place.
    pub(crate) refused: Vec<Diagnostic>,
}

impl Guard {
    /// The policy that is named, or the book's own; `None` where there is neither.
    ///
    /// # Errors
    /// When the file cannot be read, or is wrong.
    pub(crate) fn find(book: &OpenBook, by: &PolicyFile) -> Result<Option<Self>, BookError> {
        let (path, shown) = match &by.policy {
            Some(path) => (path.clone(), path.display().to_string()),
            None => (book.root.join(FILE), FILE.to_owned()),
        };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound && by.policy.is_none() => {
                return Ok(None);
            }
            Err(error) => {
                return Err(BookError::File {
                    what: format!("the policy {shown} cannot be read: {error}"),
                    help: "a run without its policy would be another run; name the file that is meant with `--policy`"
                        .to_owned(),
                });
            }
        };
        let source = SourceFile::new(shown, text);
        let (policy, diagnostics) = parse_policy(&source);
        refuse_errors(&source, &diagnostics)?;
        Ok(Some(Self {
            policy,
            file: source.path().to_owned(),
            is_built_in: false,
        }))
    }

    /// The policy that holds without a file.
    pub(crate) fn built_in() -> Self {
        Self {
            policy: Policy::default(),
            file: FILE.to_owned(),
            is_built_in: true,
        }
    }

    /// Which policy this is, in words.
    pub(crate) fn name(&self) -> String {
        if self.is_built_in {
            format!("the built-in policy (there is no {FILE})")
        } else {
            self.file.clone()
        }
    }

    /// Holds a lab against the policy. Nothing is started but compose, which only resolves.
    ///
    /// # Errors
    /// When compose is needed and cannot be asked, or a signal came.
    pub(crate) fn judge(
        &self,
        lab: &Lab,
        engine: Option<&str>,
        interrupts: &Interrupts,
    ) -> Result<Judged, RunError> {
        let allowances = self.policy.of_lab(&lab.name);
        let endpoint = discover(engine, &|name| std::env::var_os(name));
        let socket = endpoint
            .ok()
            .and_then(|endpoint| endpoint.socket().map(Path::to_owned));
        let rules = Rules {
            allowances: &allowances,
            file: &self.file,
            sockets: socket.as_slice(),
            real: &real_path,
        };
        let inquiry = inquire(lab, &rules);
        let (files, commands) = (inquiry.files(), inquiry.commands());
        let making = || RunError::system("making a folder for what compose is asked");
        forget_old();
        let scratch = tempfile::Builder::new()
            .prefix(&format!("{SCRATCH}{}-", std::process::id()))
            .tempdir()
            .map_err(making())?;
        // The engine and compose know folders by their real paths.
        let folder = scratch.path().canonicalize().map_err(making())?;
        let answers = resolve_projects(lab, inquiry.questions(), &folder, interrupts)?;
        Ok(Judged {
            files,
            commands,
            refused: inquiry.judge(&rules, &answers, &folder.join("typed/lab")),
        })
    }

    /// Refuses a lab that asks for what is not allowed.
    ///
    /// # Errors
    /// With everything that is refused, as drawn; or when that cannot be known.
    pub(crate) fn enforce(
        &self,
        lab: &Lab,
        engine: Option<&str>,
        interrupts: &Interrupts,
    ) -> anyhow::Result<()> {
        let judged = self.judge(lab, engine, interrupts)?;
        if judged.refused.is_empty() {
            return Ok(());
        }
        let refused = judged.refused.iter();
        let mut drawn: Vec<String> = refused.map(|found| found.draw(&lab.source)).collect();
        drawn.push(format!(
            "error: the lab `{}` asks for what {} does not allow, so nothing of it is run\n",
            lab.name,
            self.name()
        ));
        Err(BookError::Diagnostics(drawn).into())
    }
}

/// Refuses a lab that asks for what the book's policy, or the one that is named, does not allow. A book without a policy
/// is not held against any.
///
/// # Errors
/// With everything that is refused; when the policy's file is wrong; or when compose cannot be asked.
pub(crate) fn enforce(
    book: &OpenBook,
    lab: &Lab,
    by: &PolicyFile,
    engine: Option<&str>,
    interrupts: &Interrupts,
) -> anyhow::Result<()> {
    match Guard::find(book, by)? {
        Some(guard) => guard.enforce(lab, engine, interrupts),
        None => Ok(()),
    }
}

/// Removes folders of processes that were killed while compose was asked.
fn forget_old() {
    let temporary = std::env::temp_dir();
    let entries = fs::read_dir(&temporary).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| {
            let rest = name.strip_prefix(SCRATCH)?;
            rest.split_once('-').map(|(process, _)| process.to_owned())
        });
        if let Some(process) = process
            && process.parse::<u32>().is_ok()
            && !PathBuf::from("/proc").join(&process).exists()
        {
            // Of another user it is not ours to remove.
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}
