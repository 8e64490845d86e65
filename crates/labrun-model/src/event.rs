//! What a run tells while it happens: events, verdicts and failures. The runner emits them, reporters print them.

use std::ops::Range;
use std::time::Duration;

use crate::lab::ExpectedExit;
use crate::part::LeftOut;
use crate::sample::Samples;
use crate::session::Language;
use crate::source::Place;
use crate::used::{UsedImage, UsedProgram};

/// Something that happened in a run, in the order in which it happened.
#[derive(Debug, Clone, PartialEq)]
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
    /// Everything is over, clean-up too.
    Finished(Summary),
}

/// What the run found before its first step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// Names and values in the order in which they are shown: engine, compose, images, sudo, lab folder.
    pub facts: Vec<(String, String)>,
    /// The engine and the programs that the lab uses, as far as their versions are known.
    pub programs: Vec<UsedProgram>,
    /// The images that the lab uses and the engine has.
    pub images: Vec<UsedImage>,
}

/// A word about the run itself.
#[derive(Debug, Clone, PartialEq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It did what the page promises.
    Passed,
    /// It did not.
    Failed,
    /// It was not reached, or its terminal was lost.
    NotRun,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq)]
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
#[derive(Debug, Clone, PartialEq)]
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

/// Why a block failed: everything that a maintainer looks at first.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The line of the chapter to look at.
    pub place: Place,
    /// What happened.
    pub kind: FailureKind,
    /// What the step printed, shortened in the middle where it is long.
    pub output: Option<String>,
    /// What to try or to look at.
    pub hint: Option<String>,
    /// Containers that died during the run, with their last log lines.
    pub dead_containers: Vec<DeadContainer>,
}

/// A container whose program ended with an error while the lab ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadContainer {
    /// Its name.
    pub name: String,
    /// The status with which its program ended.
    pub exit_status: i64,
    /// Its last log lines.
    pub log: Vec<String>,
}

/// The ways in which a block can fail.
#[derive(Debug, Clone, PartialEq)]
pub enum FailureKind {
    /// The output is not what the page shows: the lines of both, in order.
    Output(Vec<DiffLine>),
    /// A command ended otherwise than the page says.
    Exit {
        /// What the page says.
        expected: ExpectedExit,
        /// What happened, in words: `exit status 2`, `killed by SIGKILL`, `ERROR 42P01`.
        actual: String,
    },
    /// The block is for another place than the terminal is at.
    WrongSession {
        /// What the block is written in.
        language: Language,
        /// What reads the terminal's keys now, from the bottom of the stack: `bash › psql`.
        stack: String,
    },
    /// The step's last line leaves something open.
    Unfinished {
        /// What is missing, in words.
        missing: String,
    },
    /// The deadline passed.
    TimedOut {
        /// The deadline.
        after: Duration,
        /// What it took to get the prompt back: `^C`, `SIGKILL`; or that the terminal is lost.
        ended_by: String,
    },
    /// A program waits for input that nobody declared.
    WaitingForInput {
        /// The prompt it shows; empty where it shows none.
        prompt: String,
    },
    /// A program took the whole screen: a pager or an editor.
    FullScreen,
    /// The terminal, or the session the step was typed into, is gone.
    SessionLost {
        /// What is known of how.
        reason: String,
    },
    /// A file could not be written.
    NotWritten {
        /// The file and the reason.
        reason: String,
    },
    /// A check was answered, and the answer is wrong.
    Answer {
        /// Expected rows or states, a line each.
        expected: Vec<String>,
        /// What came instead.
        actual: Vec<String>,
    },
    /// A check was answered, and the text of the answer or of the file is not what the check says: the lines of both.
    Content(Vec<DiffLine>),
    /// A check could not be asked.
    Unreachable {
        /// The reason.
        reason: String,
    },
}

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiffLine {
    /// Expected, and it came.
    Same(String),
    /// Expected, and it did not come.
    Missing(String),
    /// Not expected, and it came.
    Extra(String),
}

/// The run as a whole.
#[derive(Debug, Clone, PartialEq, Default)]
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
    /// The signal that interrupted the run, by number.
    pub interrupted_by: Option<i32>,
}

impl Summary {
    /// Whether everything passed and nothing is left behind.
    pub fn is_green(&self) -> bool {
        self.steps_failed + self.steps_not_run + self.checks_failed + self.checks_not_run == 0
            && self.left_behind.is_empty()
            && self.interrupted_by.is_none()
    }
}

impl std::fmt::Display for FailureKind {
    /// The failure in one line; the lines of a comparison are the reporter's.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Output(_) => formatter.write_str("the output is not what the page shows"),
            Self::Exit { expected, actual } => {
                write!(formatter, "expected {expected}, but got {actual}")
            }
            Self::WrongSession { language, stack } => write!(
                formatter,
                "a `{}` block is typed at {}, but the terminal is at {stack}",
                language.fence(),
                language.place(),
            ),
            Self::Unfinished { missing } => write!(formatter, "the step is unfinished: {missing}"),
            Self::TimedOut { after, ended_by } => {
                write!(
                    formatter,
                    "timed out after {} s ({ended_by})",
                    after.as_secs_f64()
                )
            }
            Self::WaitingForInput { prompt } if prompt.is_empty() => {
                formatter.write_str("a program waits for input that the page does not give")
            }
            Self::WaitingForInput { prompt } => write!(
                formatter,
                "a program waits for input that the page does not give: {prompt:?}"
            ),
            Self::FullScreen => {
                formatter.write_str("a program took the whole screen, a pager or an editor")
            }
            Self::SessionLost { reason } => write!(formatter, "the session is gone: {reason}"),
            Self::NotWritten { reason } => write!(formatter, "the file was not written: {reason}"),
            Self::Answer { .. } => formatter.write_str("the answer is not what the page promises"),
            Self::Content(_) => formatter.write_str("the text is not what the page promises"),
            Self::Unreachable { reason } => {
                write!(formatter, "the question could not be asked: {reason}")
            }
        }
    }
}
