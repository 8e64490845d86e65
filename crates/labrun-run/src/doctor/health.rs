//! The line `health`: whether the engine asks a container for its health, which `docker compose up --wait` waits for.

use super::{Finding, Room};
use crate::interrupt::Interrupts;

pub(super) fn look(room: &mut Room<'_>, _: &Interrupts) -> Finding {
    let Some(tried) = &room.tried else {
        return Finding::not_tried("it takes a container, and none could be run");
    };
    if tried.is_healthy {
        return Finding::right("a container with a health check becomes healthy");
    }
    let podman = room
        .engine
        .as_ref()
        .is_some_and(|engine| engine.is_podman());
    Finding::wrong(
        "a container with a health check stays `starting`, so that `--wait` never ends",
        if podman {
            "Podman has systemd's timers ask for health: use a machine that was started with systemd, and for a user's own Podman `loginctl enable-linger`"
        } else {
            "start the engine anew; its log says why no check is made"
        },
    )
}
