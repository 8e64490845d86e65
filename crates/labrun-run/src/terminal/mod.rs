//! A real terminal with a stack of sessions: types lines as a reader would and knows by marks when each has ended.
//!
//! [`Terminal`] is the main type. It knows nothing of labs, expectations or engines.

mod capture;
mod foreground;
mod keys;
mod lend;
mod mark;
mod prompt;
mod pty;
mod recording;
mod recovery;
mod sociable;
mod stack;
mod status;
mod text;
mod typing;
mod wait;

pub use capture::Capture;
pub use mark::{Mark, MarkKind, MarkReader, Token, short_word};
pub use text::Output;

pub(crate) use prompt::bash_start_file;
pub(crate) use stack::{Setup, Terminal};
pub(crate) use status::Status;
pub(crate) use text::is_job_notice;
pub(crate) use typing::{Typed, TypedEnd};

#[cfg(test)]
mod tests;
