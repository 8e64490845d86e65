//! The line `endpoint`: where the engine answers, what named it, and whether it is on this machine.

use super::{Examination, Finding, Room};
use crate::engine::{Endpoint, Reach, discover};
use crate::error::RunError;
use crate::interrupt::Interrupts;
use crate::preflight::needs_engine;

/// The engine that a run would use; `None` where no lab needs one.
pub(super) fn wanted(examination: &Examination<'_>) -> Option<Result<Endpoint, RunError>> {
    let labs = examination.labs;
    (labs.is_empty() || labs.iter().any(needs_engine))
        .then(|| discover(examination.engine, &|name: &str| std::env::var_os(name)))
}

pub(super) fn look(room: &mut Room<'_>, _: &Interrupts) -> Finding {
    match &room.endpoint {
        None => Finding::not_tried("no lab needs an engine"),
        Some(Err(error)) => Finding::of(error),
        Some(Ok(endpoint)) => match endpoint.clone().allowed(Reach::ThisMachine) {
            Ok(endpoint) => Finding::right(format!("{} ({})", endpoint.url, endpoint.found_by)),
            Err(error) => Finding::of(&error),
        },
    }
}
