//! `labrun build` and `labrun serve` as their users call them: good books, every kind of bad input, and a server under
//! attack. One binary, so that it is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it holds by unwrapping"
)]

mod bad_input;
mod destination;
mod gate;
mod good;
mod running;
mod serve;
mod shelf;
mod told_once;
