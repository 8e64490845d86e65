//! Why a block failed, and in how many ways one can. The runner finds out, reporters tell.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::lab::ExpectedExit;
use crate::session::Language;
use crate::source::Place;

/// Why a block failed: everything that a maintainer looks at first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadContainer {
    /// Its name.
    pub name: String,
    /// The status with which its program ended.
    pub exit_status: i64,
    /// Its last log lines.
    pub log: Vec<String>,
}

/// The ways in which a block can fail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FailureKind {
    /// The output is not what the page shows: the lines of both, in order.
    Output(Vec<DiffLine>),
    /// A name stands for another value than where it was captured.
    OtherValue {
        /// What was captured, and where.
        captured: Box<CapturedValue>,
        /// What came now.
        came: String,
    },
    /// The output is JSON, but not that of the page.
    Json {
        /// Where in the value, as `$.replicas[0].state`.
        path: String,
        /// What the page says of it.
        expected: String,
        /// What came.
        actual: String,
    },
    /// The output is no JSON.
    NotJson {
        /// Why, and where in the output.
        reason: String,
    },
    /// PostgreSQL said what the page does not show: its WARNING and NOTICE lines.
    Notice {
        /// The lines.
        lines: Vec<String>,
    },
    /// Relations between captured values do not hold.
    Relations {
        /// Those that do not hold, each with the reason.
        broken: Vec<BrokenRelation>,
        /// The captured values that they speak of.
        captured: Vec<CapturedValue>,
    },
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

/// A value that a name of the page stands for in the whole lab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapturedValue {
    /// The name, `sent_lsn`.
    pub name: String,
    /// What it stands for.
    pub value: String,
    /// The line of the chapter whose output or answer gave it.
    pub place: Place,
}

/// A relation that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenRelation {
    /// As the author wrote it.
    pub relation: String,
    /// Both sides with their values, or why they cannot be compared.
    pub reason: String,
}

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiffLine {
    /// Expected, and it came.
    Same(String),
    /// Expected, and it did not come.
    Missing {
        /// The line as the page has it.
        text: String,
        /// Where it stands on the page.
        place: Place,
    },
    /// Not expected, and it came.
    Extra(String),
}

impl FailureKind {
    /// Whether the step did what it should, and only printed something else than the page shows.
    pub fn is_output(&self) -> bool {
        matches!(
            self,
            Self::Output(_) | Self::Json { .. } | Self::NotJson { .. } | Self::Notice { .. }
        )
    }
}

impl std::fmt::Display for FailureKind {
    /// The failure in one line; the lines of a comparison are the reporter's.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Output(_) => formatter.write_str("the output is not what the page shows"),
            Self::OtherValue { captured, came } => write!(
                formatter,
                "`<{}>` is {} since {}, but {came} came",
                captured.name, captured.value, captured.place
            ),
            Self::Json {
                path,
                expected,
                actual,
            } => write!(
                formatter,
                "the JSON is not what the page shows: at {path} expected {expected}, but got {actual}"
            ),
            Self::NotJson { reason } => write!(formatter, "the output is not JSON: {reason}"),
            Self::Notice { lines } => write!(
                formatter,
                "PostgreSQL said what the page does not show: {}",
                lines.first().map_or("", String::as_str)
            ),
            Self::Relations { broken, .. } => {
                let relations: Vec<String> = broken
                    .iter()
                    .map(|broken| format!("`{}` does not hold: {}", broken.relation, broken.reason))
                    .collect();
                formatter.write_str(&relations.join("; "))
            }
            Self::Exit { expected, actual } => {
                write!(formatter, "expected {expected}, but got {actual}")
            }
            Self::WrongSession { language, stack } => write!(
                formatter,
                "a `{}` block is typed at {}, but the terminal is at {stack}",
                language.fence(),
                language.place(),
            ),
            Self::Unfinished { missing } => {
                write!(formatter, "the step is unfinished: it lacks {missing}")
            }
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
