//! What a run watches in its engine, and what it writes down so that another process can take that up.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::super::processes::{CLIENTS, Family};
use super::super::typed_text::TypedText;
use super::{Journal, RunJournal};
use crate::engine::{Watch, Watched};
use crate::error::RunError;

impl RunJournal {
    /// What the engine is watched for in this run: its clients are the run's, and its objects go into the journal.
    /// What the neighbours make is theirs.
    pub fn watch(&self, neighbours: &BTreeSet<String>) -> Watch {
        // Written with the first terminal, before which nothing is typed.
        self.journal().neighbours = neighbours.clone();
        let journal = self.snapshot();
        let family = Family {
            root: Some(journal.runner),
            run_id: journal.run_id,
            bystanders: journal.bystanders,
            ..Family::default()
        };
        let journal_file = self.clone();
        Watch {
            lab_folder: journal.lab_folder,
            inherited: journal.created,
            neighbours: neighbours.clone(),
            clients: Box::new(move || family.clients()),
            // A full disk must not end the run; the labels of what was made still lead clean-up to it.
            on_created: Box::new(move |created| drop(journal_file.record(created))),
        }
    }

    /// Takes note of what a step is about to type, where it speaks to a client of the engine. A run that dies between the
    /// making of something and the engine's word of it is then known by its text.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub(crate) fn note_typing(&self, text: &str, longest: Duration) -> Result<(), RunError> {
        if !CLIENTS.iter().any(|client| text.contains(client)) {
            return Ok(());
        }
        self.change(|journal| {
            let now = SystemTime::now();
            journal.typed.push(TypedText::new(text, now, longest));
            let excess = journal.typed.len().saturating_sub(TypedText::MOST);
            journal.typed.drain(..excess);
        })
        .map_err(RunError::system("writing the journal"))
    }
}

impl Journal {
    /// What its runner was watching in the engine, for whoever cleans up after it.
    pub(in crate::cleanup) fn watched(&self) -> Watched {
        Watched {
            watch: Watch {
                lab_folder: self.lab_folder.clone(),
                inherited: self.created.clone(),
                neighbours: self.neighbours.clone(),
                clients: Box::new(Vec::new),
                on_created: Box::new(|_| {}),
            },
            since: self.began(),
            typed: self.typed.iter().map(TypedText::in_time).collect(),
        }
    }
}
