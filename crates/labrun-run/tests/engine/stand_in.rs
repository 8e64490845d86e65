//! Runs whose runner is not the test's own process, so that clean-up ends no other test's commands.

use std::path::{Path, PathBuf};

use labrun_run::{Beginning, Endpoint, FoundBy, RunJournal, StateFolder};

/// A run without a living runner.
pub(crate) struct StandIn {
    pub(crate) state: StateFolder,
    pub(crate) journal: RunJournal,
    pub(crate) lab_folder: PathBuf,
}

/// A run that was cut short, with an empty lab folder, and without an engine.
pub(crate) fn stale_run(folder: &Path, run_id: &str) -> StandIn {
    begin(folder, run_id, None)
}

/// The same with an engine.
pub(crate) fn begin(folder: &Path, run_id: &str, endpoint: Option<&str>) -> StandIn {
    let folder = folder.canonicalize().unwrap();
    let state = StateFolder::at(&folder.join("state")).unwrap();
    let lab_folder = folder.join(format!("labrun-{run_id}"));
    std::fs::create_dir(&lab_folder).unwrap();
    let endpoint =
        endpoint.map(|url| Endpoint::named(url, FoundBy::Flag, &|_: &str| None).unwrap());
    let beginning = Beginning {
        run_id,
        lab: "stand-in",
        book_root: Path::new("/book"),
        endpoint: endpoint.as_ref(),
        lab_folder: &lab_folder,
    };
    let run = RunJournal::begin(&state, &beginning).unwrap();
    let text = std::fs::read_to_string(run.path()).unwrap();
    let start = format!("\"start\": {}", run.snapshot().runner.start);
    std::fs::write(run.path(), text.replace(&start, "\"start\": 1")).unwrap();
    let journal = RunJournal::open(run.path()).unwrap();
    StandIn {
        state,
        journal,
        lab_folder,
    }
}
