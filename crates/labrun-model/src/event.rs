//! What a run tells while it happens: events, verdicts and failures. The runner emits them, reporters print them.

use std::ops::Range;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::part::LeftOut;
use crate::sample::Samples;
use crate::used::{UsedImage, UsedProgram};

/// Something that happened in a run, in the order in which it happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// Everything the lab needs is there; the first step comes next.
    Started(Header),
    /// Something that takes long, or that the reader of the report should know.
    Notice(Notice),
    /// A block of the lab begins; the number is its index in [`crate::Lab::blocks`].
    BlockStarted(usize),
    /// A step has ended.
    StepFinished(usize, StepOutcome),
    /// A check has been answered.
    CheckFinished(usize, CheckOutcome),
    /// Blocks that are not in the part of the lab which was asked for: their indexes, and why.
    LeftOut(Range<usize>, LeftOut),
    /// What the world looked like at the end, before anything was removed. Comes where a block has failed, or where it
    /// was asked for.
    Evidence(Evidence),
    /// Everything is over, clean-up too.
    Finished(Summary),
}

/// What somebody needs who looks at a failure elsewhere, and what clean-up would destroy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The logs of the run's containers by name, the last mebibyte of each.
    pub logs: Vec<(String, String)>,
    /// The chapter's compose files by path, as compose itself resolves them; or why it cannot.
    pub compose: Vec<(String, String)>,
}

/// What the run found before its first step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Header {
    /// Names and values in the order in which they are shown: engine, compose, images, sudo, lab folder.
    pub facts: Vec<(String, String)>,
    /// The engine and the programs that the lab uses, as far as their versions are known.
    pub programs: Vec<UsedProgram>,
    /// The images that the lab uses and the engine has.
    pub images: Vec<UsedImage>,
}

/// A word about the run itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Notice {
    /// An image is being pulled. Bytes are zero while the registry has not said them.
    Pulling {
        /// The image's reference.
        image: String,
        /// Bytes that have arrived.
        current: u64,
        /// Bytes in all, as far as known.
        total: u64,
    },
    /// An image has arrived.
    Pulled {
        /// The image's reference.
        image: String,
    },
    /// An older run left something behind and it has been removed.
    Reclaimed {
        /// What was removed, a line each.
        removed: Vec<String>,
    },
    /// Clean-up has begun.
    CleaningUp,
    /// Something that the reader of the report should know, and that is as it should be.
    Remark(String),
    /// Something that does not change the verdict.
    Warning(String),
}

/// How a block ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// It did what the page promises.
    Passed,
    /// It did not.
    Failed,
    /// It was not reached, or its terminal was lost.
    NotRun,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepOutcome {
    /// Passed, failed or not run.
    pub verdict: Verdict,
    /// From the first key to the verdict.
    pub elapsed: Duration,
    /// How often it was tried; more than one only with `eventually`.
    pub attempts: u32,
    /// What the last attempt printed, cut in the middle beyond 64 KiB; empty for a step that writes a file.
    pub output: String,
    /// What went wrong.
    pub failure: Option<Failure>,
}

/// How a check was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckOutcome {
    /// Passed, failed or not run.
    pub verdict: Verdict,
    /// From the first question to the verdict, which is the time to converge.
    pub elapsed: Duration,
    /// How often it was asked.
    pub attempts: u32,
    /// What was answered, and when; empty where it was not asked.
    pub samples: Samples,
    /// What went wrong.
    pub failure: Option<Failure>,
}

/// The run as a whole.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Steps that passed.
    pub steps_passed: usize,
    /// Steps that failed.
    pub steps_failed: usize,
    /// Steps that were not reached.
    pub steps_not_run: usize,
    /// Expectations that held.
    pub expectations_passed: usize,
    /// Checks that passed.
    pub checks_passed: usize,
    /// Checks that failed.
    pub checks_failed: usize,
    /// Checks that were not reached.
    pub checks_not_run: usize,
    /// Blocks that are not in the part of the lab which was asked for.
    pub left_out: usize,
    /// The whole run without clean-up.
    pub elapsed: Duration,
    /// Clean-up.
    pub cleanup: Duration,
    /// What could not be removed, a line each.
    pub left_behind: Vec<String>,
    /// Where the recordings of the terminals are.
    pub recordings: Vec<String>,
    /// The folder in which the run is remembered.
    pub run_folder: String,
    /// The signal that interrupted the run, by number.
    pub interrupted_by: Option<i32>,
    /// Why the engine was away while the lab ran, where a block has failed since. The failure may be its own.
    pub engine_away: Option<String>,
}

impl Summary {
    /// Whether everything passed and nothing is left behind.
    pub fn is_green(&self) -> bool {
        self.steps_failed + self.steps_not_run + self.checks_failed + self.checks_not_run == 0
            && self.left_behind.is_empty()
            && self.interrupted_by.is_none()
    }
}
