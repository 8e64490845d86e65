//! The line `sudo`: how the labs' steps become root.

use super::{Finding, Room};
use crate::interrupt::Interrupts;
use crate::sudo::Sudo;

pub(super) fn look(room: &mut Room<'_>, _: &Interrupts) -> Finding {
    for lab in room.labs {
        match Sudo::decide(lab).map(|sudo| sudo.describe()) {
            Ok(Some(policy)) => return Finding::right(policy),
            Ok(None) => {}
            Err(error) => return Finding::of(&error),
        }
    }
    Finding::not_tried("no lab uses sudo")
}
