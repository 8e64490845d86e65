//! The line `engine`: whether one answers, its name and its versions.

use super::{Finding, Room};
use crate::engine::Engine;
use crate::interrupt::Interrupts;

pub(super) fn look(room: &mut Room<'_>, interrupts: &Interrupts) -> Finding {
    match &room.endpoint {
        None => Finding::not_tried("no lab needs an engine"),
        Some(Err(_)) => Finding::not_tried("there is no endpoint to ask"),
        Some(Ok(endpoint)) => match Engine::connect(endpoint, interrupts) {
            Ok(engine) => {
                let found = engine.description();
                room.engine = Some(engine);
                Finding::right(found)
            }
            Err(error) => Finding::of(&error),
        },
    }
}
