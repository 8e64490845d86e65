//! Chapter 3 through the real command and the real engine: red when the chapter is broken, and nothing left behind
//! however a run ends. These tests need the engine and the image `postgres:17`; they fail without, and never skip.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test says what it holds by unwrapping"
)]

mod conflict;
mod flood;
mod from;
#[path = "../harness/mod.rs"]
#[allow(dead_code, reason = "each target uses its own part of it")]
mod harness;
mod interrupt;
mod leftovers;
mod red;
mod script;
mod verify;
