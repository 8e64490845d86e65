//! The line `programs`: what else the labs call on this machine.

use super::{Finding, Room};
use crate::interrupt::Interrupts;

pub(super) fn look(room: &mut Room<'_>, _: &Interrupts) -> Finding {
    let (mut here, mut missing, mut remedies) = (Vec::new(), Vec::new(), Vec::new());
    for (name, origin) in &room.wants.programs {
        // It has a line of its own.
        if *name == "psql" {
            continue;
        }
        if room.find(name).is_some() {
            here.push(*name);
        } else {
            missing.push(*name);
            remedies.push(*origin);
        }
    }
    remedies.dedup();
    match (here.is_empty(), missing.is_empty()) {
        (true, true) => Finding::not_tried("no lab calls another program that a machine may lack"),
        (false, true) => Finding::right(here.join(", ")),
        (_, false) => Finding::wrong(
            format!("there is no {}", missing.join(", no ")),
            remedies.join("; "),
        ),
    }
}
