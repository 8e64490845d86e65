//! The terminals of a run, opened when the first step needs them and closed together.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use labrun_model::TerminalName;

use crate::Interrupts;
use crate::cleanup::RunJournal;
use crate::lab_folder::LabFolder;
use crate::secrets::Secrets;
use crate::terminal::{Setup, Terminal};

/// All terminals of a run, by name.
pub(crate) struct Terminals {
    open: BTreeMap<TerminalName, Terminal>,
    environment: Vec<(String, String)>,
    nonce: String,
    folder: PathBuf,
    start_file: PathBuf,
    journal: RunJournal,
    facts: Vec<String>,
    secrets: Secrets,
    interrupts: Interrupts,
}

impl Terminals {
    /// None is open yet. Recordings go to the journal's folder as `NAME.cast`, and each terminal into the journal.
    pub(crate) fn new(
        folder: &LabFolder,
        environment: Vec<(String, String)>,
        nonce: &str,
        journal: &RunJournal,
        facts: &[(String, String)],
        secrets: &Secrets,
        interrupts: &Interrupts,
    ) -> Self {
        Self {
            open: BTreeMap::new(),
            environment,
            nonce: nonce.to_owned(),
            folder: folder.start(),
            start_file: folder.start_file(),
            journal: journal.clone(),
            facts: facts
                .iter()
                .map(|(name, value)| format!("{name}: {value}"))
                .collect(),
            secrets: secrets.clone(),
            interrupts: interrupts.clone(),
        }
    }

    /// What is typed at prompts and shown nowhere.
    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The terminal of this name, opened now if it was not.
    ///
    /// # Errors
    /// When there is no terminal or no bash to be had.
    pub(crate) fn get(&mut self, name: &TerminalName) -> io::Result<&mut Terminal> {
        if !self.open.contains_key(name) {
            let terminal = self.start(name)?;
            self.journal
                .add_session(terminal.pid())
                .map_err(io::Error::other)?;
            self.open.insert(name.clone(), terminal);
        }
        self.open
            .get_mut(name)
            .ok_or_else(|| io::Error::other("the terminal was not opened"))
    }

    /// Where the host shell of a terminal stands, where that terminal is open.
    pub(crate) fn folder(&self, name: &TerminalName) -> Option<PathBuf> {
        self.open.get(name)?.folder()
    }

    /// The sessions of a terminal in words, from the bottom; of one that is not open yet, those that it will have.
    pub(crate) fn describe(&self, name: &TerminalName) -> String {
        match self.open.get(name) {
            Some(terminal) if terminal.top().is_some() => terminal.describe_stack(),
            Some(_) => "nothing: it is lost".to_owned(),
            None => "bash".to_owned(),
        }
    }

    /// Where the recordings are, in the order of the terminals' names.
    pub(crate) fn recordings(&self) -> Vec<PathBuf> {
        self.open.keys().map(|name| self.recording(name)).collect()
    }

    /// Leaves every session that was opened, so that only the host shells are there.
    pub(crate) fn leave_sessions(&mut self) {
        for terminal in self.open.values_mut() {
            terminal.leave_sessions();
        }
    }

    /// Leaves every session in every terminal, and ends the host shells. What could not be recorded is told, a line each.
    pub(crate) fn close(self) -> Vec<String> {
        let mut troubles = Vec::new();
        for (name, terminal) in self.open {
            if let Err(error) = terminal.close() {
                troubles.push(format!(
                    "the recording of terminal `{name}` is incomplete: {error}"
                ));
            }
        }
        troubles
    }

    fn start(&self, name: &TerminalName) -> io::Result<Terminal> {
        let setup = Setup {
            name,
            nonce: &self.nonce,
            start_file: &self.start_file,
            environment: &self.environment,
            folder: &self.folder,
            recording: &self.recording(name),
            facts: &self.facts,
            secrets: &self.secrets,
        };
        Terminal::open(&setup, &self.interrupts)
    }

    fn recording(&self, name: &TerminalName) -> PathBuf {
        let file = match self.journal.snapshot().progress.continued {
            0 => format!("{name}.cast"),
            // The recording of the run that was gone on with stays beside it.
            continued => format!("{name}-{}.cast", continued + 1),
        };
        self.journal.folder().join(file)
    }
}
