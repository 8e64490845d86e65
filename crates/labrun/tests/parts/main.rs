//! Parts of a lab, as their users ask for them: a section, a run that goes on, a run step by step. No engine is needed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what it holds by unwrapping"
)]

mod book;
mod from;
mod only;
mod served;
mod step;
mod typist;
mod watch;
