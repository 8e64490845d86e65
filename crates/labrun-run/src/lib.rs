//! Runs a lab: types it into real terminals, asks the world its checks, tells events, and leaves nothing behind.

mod error;
mod expectation;
mod interrupt;
mod terminal;

pub use error::RunError;
pub use interrupt::Interrupts;
