//! The line `ports`: whether somebody has the ports and the names of containers that the labs take.

use super::{Finding, Room};
use crate::interrupt::Interrupts;
use crate::preflight::conflicts_of;

pub(super) fn look(room: &mut Room<'_>, interrupts: &Interrupts) -> Finding {
    let wants = &room.wants;
    if wants.ports.is_empty() && wants.container_names.is_empty() {
        return Finding::not_tried("no lab takes a port, or names a container");
    }
    let containers = match &room.engine {
        Some(engine) => match engine.containers(interrupts) {
            Ok(containers) => containers,
            Err(error) => return Finding::of(&error),
        },
        None => Vec::new(),
    };
    let here = match &room.endpoint {
        Some(Ok(endpoint)) => endpoint.is_here(),
        _ => true,
    };
    match conflicts_of(wants, containers, here, room.examination.state) {
        Err(error) => Finding::of(&error),
        Ok(()) => {
            let ports = wants.ports.iter().map(|port| port.port.to_string());
            let names = wants.container_names.iter().cloned();
            let all: Vec<String> = ports.chain(names).collect();
            Finding::right(format!("{} are free", all.join(", ")))
        }
    }
}
