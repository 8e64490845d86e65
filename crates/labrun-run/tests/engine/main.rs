//! The engine side and clean-up against the real engine of this machine. Without an engine, compose, psql and the
//! image `postgres:17` these tests fail: nothing here is skipped.
//!
//! Every test uses names and ports of its own, so that they run beside each other and beside a reader's containers.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "the helpers of a test may do what tests may do"
)]

mod bystanders;
mod claims;
mod cleanup;
mod containers;
mod fake;
mod images;
mod mounts;
mod postgres;
mod preflight;
mod removal;
mod scene;
mod stand_in;
