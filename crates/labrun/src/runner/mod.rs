//! Running a lab in a process of its own, so that several can run at the same time.
//!
//! A run finds its processes as its own descendants, takes in their orphans, and is watched over by a process that waits
//! for its end. All of that speaks of one process with one run, and stays true when each lab has its own: labrun calls its
//! own program with a hidden first argument. What the lab tells comes back through a pipe, a [`Word`] a line; the pipe to the
//! runner stays open as long as somebody listens, and its end interrupts the lab.
//!
//! [`process`] is the side of the listener, [`here`] the runner itself.

mod here;
mod process;
mod trouble;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use labrun_model::{Event, Lab};
use labrun_run::{AfterFailure, Reach};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub(crate) use self::here::if_called;
pub(crate) use self::process::{Heard, Runner};
use self::trouble::Trouble;

/// The first argument with which labrun's own program becomes a runner.
const COMMAND: &str = "__lab";

/// What a runner is to do: one line on its standard input.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Errand {
    /// The book's folder.
    pub(crate) book: PathBuf,
    /// The lab's name.
    pub(crate) lab: String,
    /// The lab as the listener has read it, by its [`fingerprint`].
    pub(crate) fingerprint: String,
    /// The engine's address, where one was chosen.
    pub(crate) engine: Option<String>,
    /// Which engines it may use.
    pub(crate) reach: Reach,
    /// Leaves everything as it is at the end.
    pub(crate) keep: bool,
    /// What happens after a failure.
    pub(crate) after_failure: AfterFailure,
    /// Collects what a bundle needs also where nothing fails.
    pub(crate) evidence: bool,
    /// Names of what other labs make at the same time.
    pub(crate) neighbours: BTreeSet<String>,
}

/// What a runner tells: a line of its standard output.
#[derive(Debug, Serialize, Deserialize)]
enum Word {
    /// Something happened in the run.
    Event(Event),
    /// The run is over; with the reason where it ended before its summary.
    Ended(Option<Trouble>),
}

/// The same for the same lab only: events speak of its blocks by number, so that both sides must have read the same.
pub(crate) fn fingerprint(lab: &Lab) -> String {
    let Lab {
        sections, blocks, ..
    } = lab;
    let (path, text) = (lab.source.path(), lab.source.text());
    let digest = Sha256::digest(format!("{path} {text} {sections:?} {blocks:?}").as_bytes());
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing into a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
