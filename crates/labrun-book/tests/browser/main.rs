//! The book as a reader meets it: built, served on this machine, and looked at in a real Chromium.
//!
//! Each test has a browser of its own with a fresh profile, which no name but 127.0.0.1 resolves for. What needs a page that
//! the book may not have (a bad diagram, a fence of every kind) has it in `book/` or in a page beside its test. Not here:
//! what can be known without a browser, which is tested where it is made.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it holds by unwrapping"
)]

mod accessibility;
mod browser;
mod copying;
mod diagrams;
mod fault;
mod keyboard;
mod pages;
mod paper;
mod screenshots;
mod searching;
mod site;
mod themes;
mod without;
