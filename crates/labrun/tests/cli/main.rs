//! The command as its users call it, where no engine is needed: bad input, data, reports, and labs of the host alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test says what it holds by unwrapping"
)]

mod accept;
mod book;
mod bundle;
mod includes;
mod new;
mod policy;
mod ran;
mod readme;
mod record;
mod reports;
mod running;
mod secrets;
mod usage;
mod verify;
mod weak;
mod words;
