//! The line `compose`: whether docker has it, which version, and whether it accepts the files that the labs write.

use super::{Finding, Room};
use crate::interrupt::Interrupts;

pub(super) fn look(room: &mut Room<'_>, interrupts: &Interrupts) -> Finding {
    if !room.wants.compose && !room.for_any_lab() {
        return Finding::not_tried("no lab uses compose");
    }
    let Some(compose) = &room.compose else {
        return Finding::wrong(
            "there is no docker command, which compose is a plugin of",
            "install Docker's command: `apt-get install docker-cli` (Debian 13) or `docker.io`; it also speaks to Podman",
        );
    };
    match compose.version(interrupts) {
        Err(error) => Finding::of(&error),
        Ok(version) if room.wants.unresolved.is_empty() => Finding::right(version),
        Ok(version) => Finding::wrong(
            format!("{version}, and {}", room.wants.unresolved.join("\n")),
            "mend the file in the chapter; `docker compose config` says the same of it",
        ),
    }
}
