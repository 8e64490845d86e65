//! The terminal against real programs: the failure modes that a chapter can meet, on the host and in containers.

mod bench;
mod engine;
mod host;
mod programs;
mod trouble;
