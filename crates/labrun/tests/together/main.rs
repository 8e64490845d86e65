//! Several labs of a book through the real command: at the same time, one after the other, in parts, on several engines;
//! and nothing left behind however they end. The tests of `engines` start engines of their own, which needs root and the
//! engine's programs; the others need no engine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what it holds by unwrapping"
)]

mod book;
mod ends;
mod engines;
#[path = "../harness/mod.rs"]
#[allow(dead_code, reason = "each target uses its own part of it")]
mod harness;
#[path = "../faults/own_engine.rs"]
#[allow(dead_code, reason = "each target uses its own part of it")]
mod own_engine;
mod parts;
mod reports;
mod running;
