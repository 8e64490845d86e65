//! A recording: what a green run of a lab printed, when, and with which programs and images, bound by a seal to
//! everything that was run.
//!
//! Pure: who runs a lab fills a [`Collector`] with its events, who shows a page asks [`Standing::of`] whether a
//! recording still fits. Nothing is run, read or written here, and no place of the machine that made a recording is in
//! it: [`Mask`] takes them out.

mod cast;
mod collector;
mod mask;
mod recording;
mod seal;
mod standing;

pub use cast::masked_cast;
pub use collector::{Collector, NotRecorded};
pub use mask::Mask;
pub use recording::{RecordedImage, RecordedProgram, RecordedStep, Recording, Unreadable};
pub use seal::seal;
pub use standing::Standing;
