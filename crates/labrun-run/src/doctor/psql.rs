//! The line `psql`: PostgreSQL's client, and its version.

use super::{Finding, Room};
use crate::interrupt::Interrupts;
use crate::preflight::version_of;

pub(super) fn look(room: &mut Room<'_>, _: &Interrupts) -> Finding {
    let wanted = room.wants.programs.contains_key("psql");
    if !wanted && !room.for_any_lab() {
        return Finding::not_tried("no lab types psql on this machine");
    }
    match room.find("psql") {
        Some(psql) => match version_of(&psql) {
            Some(version) => Finding::right(version),
            None => Finding::wrong(
                format!("{} does not say its version", psql.display()),
                "`psql --version` must work; `apt-get install postgresql-client` installs it",
            ),
        },
        None => Finding::wrong(
            "there is no psql",
            "`apt-get install postgresql-client`; the server is not needed",
        ),
    }
}
