//! Runs a lab: types it into real terminals, asks the world its checks, tells events, and leaves nothing behind.

mod attempt;
mod check;
mod cleanup;
mod doctor;
mod engine;
mod environment;
mod error;
mod evidence;
mod expectation;
mod guide;
mod hint;
mod interrupt;
mod lab_folder;
mod preflight;
mod projects;
mod reopening;
mod run;
mod secrets;
mod step;
pub mod stream;
mod sudo;
mod terminal;
mod terminals;
mod verify;

pub use cleanup::{
    Beginning, BlockDone, BlockEnd, Journal, Journals, LabLock, Phase, ProcessId, Progress,
    Reclaimed, RunJournal, Stale, StateFolder, TypedText, WATCHDOG_COMMAND, Watchdog,
    become_subreaper, clean_stale, reap_orphans, reclaim, run_watchdog,
};
pub use doctor::{Examination, Finding, Subject, examine};
pub use engine::{
    Client, Compose, ComposePort, ComposeUse, ContainerInfo, ContainerStatus, Created, Endpoint,
    Engine, FoundBy, Image, Lookup, Mark, PublishedPort, Reach, Removal, Rows, Selection, Watch,
    Whereabouts, discover, query,
};
pub use error::{RunError, signal_in_words};
pub use expectation::{accepts, accepts_rows, difference};
pub use guide::{Choice, Guide, Lent};
pub use interrupt::Interrupts;
pub use lab_folder::START_FOLDER;
pub use preflight::{
    HostCommand, Launch, Ready, Setting, Words, host_commands, launch, listener_on, logical_lines,
    needs_engine, preflight, simple_commands,
};
pub use projects::{ComposeAnswer, ComposeQuestion, real_path, resolve_projects};
pub use run::{AfterFailure, Next, Options, WatchedLab, run, verifies_something};
pub use verify::verify;
