//! The line `images`: which of the labs' images the engine has. None is pulled.

use super::{Finding, Room};
use crate::interrupt::Interrupts;
use crate::preflight::describe;

pub(super) fn look(room: &mut Room<'_>, interrupts: &Interrupts) -> Finding {
    if room.wants.images.is_empty() {
        return Finding::not_tried("no lab says which image it uses");
    }
    let Some(engine) = &room.engine else {
        return Finding::not_tried("no engine answers");
    };
    let (mut here, mut missing) = (Vec::new(), Vec::new());
    for name in &room.wants.images {
        match engine.image(name, interrupts) {
            Ok(Some(image)) => here.push(describe(&image.used(name))),
            Ok(None) => missing.push(name.as_str()),
            Err(error) => return Finding::of(&error),
        }
    }
    if missing.is_empty() {
        return Finding::right(here.join("\n"));
    }
    here.extend(missing.iter().map(|name| format!("{name} is not here")));
    let pull: Vec<_> = missing
        .iter()
        .map(|name| format!("`docker pull {name}`"))
        .collect();
    Finding::wrong(
        here.join("\n"),
        format!(
            "{}, or let the run pull it; where no registry can be reached, bring it with `docker save` and `docker load`",
            pull.join(", ")
        ),
    )
}
