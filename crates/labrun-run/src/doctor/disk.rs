//! The line `disk`: room for containers and their data where the engine keeps them, for the lab folder, and for recordings.

use std::path::{Path, PathBuf};

use super::{Finding, Room};
use crate::interrupt::Interrupts;

/// What a lab with a few databases takes for a while, and more.
const ENOUGH: u64 = 1 << 30;

pub(super) fn look(room: &mut Room<'_>, interrupts: &Interrupts) -> Finding {
    let mut places = vec![
        std::env::temp_dir(),
        room.examination.state.root().to_owned(),
    ];
    let engine = room
        .engine
        .as_ref()
        .filter(|engine| engine.endpoint().is_here());
    let data = engine.and_then(|engine| engine.data_folder(interrupts));
    // What another user's engine or another namespace calls by that name is not to be seen from here.
    places.extend(data.filter(|folder| folder.is_dir()));
    let mut seen: Vec<(PathBuf, u64)> = Vec::new();
    for place in places {
        match free(&place) {
            Ok(free) => seen.push((place, free)),
            Err(error) => {
                return Finding::wrong(
                    format!("{} cannot be looked at: {error}", place.display()),
                    "TMPDIR and LABRUN_STATE_DIR say where labrun writes",
                );
            }
        }
    }
    let words: Vec<String> = seen
        .iter()
        .map(|(place, free)| format!("{} free in {}", in_words(*free), place.display()))
        .collect();
    if seen.iter().all(|(_, free)| *free >= ENOUGH) {
        return Finding::right(words.join("\n"));
    }
    Finding::wrong(
        words.join("\n"),
        format!(
            "a lab with databases takes up to {} for a while: `docker system df` and `labrun clean` say what could go",
            in_words(ENOUGH)
        ),
    )
}

fn free(place: &Path) -> std::io::Result<u64> {
    let about = rustix::fs::statvfs(place)?;
    Ok(about.f_bavail.saturating_mul(about.f_frsize))
}

fn in_words(bytes: u64) -> String {
    match bytes >> 30 {
        0 => format!("{} MiB", bytes >> 20),
        gigabytes => format!("{gigabytes} GiB"),
    }
}
