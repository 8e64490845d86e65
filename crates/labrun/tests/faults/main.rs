//! What a run survives: each fault is made to happen, and what the manual's chapter "What a run survives" promises is
//! looked at. Chapter 3 itself, broken and interrupted, is the matter of `tests/lab`.
//!
//! Nothing here touches the machine's own engine or clock: an engine that is stopped is one that the test has started.
//! These tests need root, the engine's programs and libfaketime; they fail without, and never skip.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what it holds by unwrapping"
)]

mod disk;
mod engine_away;
mod engine_slow;
#[path = "../harness/mod.rs"]
#[allow(dead_code, reason = "each target uses its own part of it")]
mod harness;
mod kills;
mod machine;
mod output;
mod own_engine;
mod promises;
mod proxy;
mod readiness;
mod registry;
mod shell;
mod signals;
mod stubborn;
