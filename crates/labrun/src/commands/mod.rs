//! One file for each command: reads what it needs, calls the crate that does the work, and says how it went.

pub(crate) mod accept;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod clean;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod extract;
pub(crate) mod help;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod plan;
pub(crate) mod policy;
pub(crate) mod reap;
pub(crate) mod record;
pub(crate) mod run;
pub(crate) mod serve;
mod together;
pub(crate) mod verify;
mod watch;
