//! Leaving nothing behind: what a run may leave is written down before it is made, and removed whatever ends the run.
//!
//! In the order of a run: [`StateFolder::find`], [`StateFolder::lock`], [`clean_stale`], [`become_subreaper`],
//! [`RunJournal::begin`], [`Watchdog::spawn`], [`RunJournal::watch`] for the engine, [`RunJournal::add_session`] for
//! each terminal; at its end [`reclaim`] or [`RunJournal::keep`], then [`Watchdog::dismiss`].

mod alive;
mod journal;
mod lingering;
mod mounts;
mod process_table;
mod processes;
mod progress;
mod reclaim;
mod state;
mod typed_text;
mod watchdog;

pub use journal::{Beginning, Journal, Phase, RunJournal};
pub(crate) use lingering::{Lingering, lingering};
pub use process_table::ProcessId;
pub use processes::{become_subreaper, reap_orphans};
pub(crate) use progress::Captured;
pub use progress::{BlockDone, BlockEnd, Progress};
pub(crate) use reclaim::reclaim_persistently;
pub use reclaim::{Reclaimed, Stale, clean_stale, reclaim};
pub use state::{Journals, LabLock, StateFolder};
pub use typed_text::TypedText;
pub use watchdog::{WATCHDOG_COMMAND, Watchdog, run_watchdog};
