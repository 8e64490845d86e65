//! A journal's file, and when its run counts as cut short.

use super::*;

fn begin(state: &StateFolder, run_id: &str) -> RunJournal {
    let lab_folder = PathBuf::from(format!("/tmp/labrun-{run_id}"));
    let endpoint = Endpoint::remembered("unix:///var/run/docker.sock", None).unwrap();
    let beginning = Beginning {
        run_id,
        lab: "chapter3",
        book_root: Path::new("/book"),
        endpoint: Some(&endpoint),
        lab_folder: &lab_folder,
    };
    RunJournal::begin(state, &beginning).unwrap()
}

fn edit(run: &RunJournal, change: impl FnOnce(&mut Journal)) {
    run.change(change).unwrap();
}

#[test]
fn a_journal_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let state = StateFolder::at(folder.path()).unwrap();
    let run = begin(&state, "a1");
    let mut created = Created::default();
    created
        .containers
        .insert("id".to_owned(), "name".to_owned());
    run.record(&created).unwrap();
    let again = RunJournal::open(run.path()).unwrap();
    assert_eq!(again.snapshot(), run.snapshot());
    assert_eq!(again.snapshot().created, created);
    assert!(!again.snapshot().is_stale());
    assert!(again.snapshot().owns(Path::new("/tmp/labrun-a1/lab")));
    assert!(!again.snapshot().owns(Path::new("/tmp/labrun-a12")));
}

#[test]
fn a_run_is_stale_when_nobody_holds_its_lock() {
    let folder = tempfile::tempdir().unwrap();
    let state = StateFolder::at(folder.path()).unwrap();
    let run = begin(&state, "a1");
    // As another container sees it: the number is nobody's there, or another process's.
    edit(&run, |journal| {
        journal.runner.start += 1;
        journal.pid_namespace = "pid:[1]".to_owned();
    });
    let seen = RunJournal::open(run.path()).unwrap();
    assert!(seen.snapshot().is_being_run() && !seen.snapshot().is_stale());
    assert!(!seen.snapshot().numbers_count());
    let watching = run.watch(&std::collections::BTreeSet::new());
    drop(run);
    assert!(!seen.snapshot().is_stale(), "a part of the runner lives");
    drop(watching);
    assert!(seen.snapshot().is_stale());
    seen.refresh();
    assert!(seen.snapshot().is_stale());
    seen.keep().unwrap();
    assert!(!seen.snapshot().is_stale());
    seen.record(&Created::default()).unwrap();
    assert_eq!(
        RunJournal::open(seen.path()).unwrap().snapshot().phase,
        Phase::Kept
    );
}

#[test]
fn without_a_lock_a_run_is_stale_when_its_process_or_its_boot_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let state = StateFolder::at(folder.path()).unwrap();
    let run = begin(&state, "a1");
    fs::remove_file(run.folder().join("alive.lock")).unwrap();
    assert!(!run.snapshot().is_stale());
    edit(&run, |journal| journal.runner.start += 1);
    assert!(run.snapshot().is_stale());
    edit(&run, |journal| journal.runner.start -= 1);
    edit(&run, |journal| journal.boot_id = "another".to_owned());
    assert!(run.snapshot().is_stale());
}

#[test]
fn what_is_no_journal_is_skipped_with_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let state = StateFolder::at(folder.path()).unwrap();
    begin(&state, "good");
    for (name, content) in [
        ("empty", ""),
        ("torn", "{\"run_id\": \"x"),
        ("other", "[1]"),
    ] {
        let run = state.run_folder("chapter3", name);
        fs::create_dir(&run).unwrap();
        fs::write(run.join("journal.json"), content).unwrap();
    }
    let found = state.journals();
    assert_eq!(found.runs.len(), 1);
    assert_eq!(found.warnings.len(), 3, "{:?}", found.warnings);
}

#[test]
fn the_last_three_cleaned_runs_of_a_lab_are_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let state = StateFolder::at(folder.path()).unwrap();
    for number in 0..5 {
        let run = begin(&state, &format!("r{number}"));
        edit(&run, |journal| {
            journal.started = number;
            journal.phase = Phase::Cleaned;
        });
    }
    begin(&state, "running");
    state.forget_old_runs();
    let left: Vec<_> = state
        .journals()
        .runs
        .iter()
        .map(|run| run.snapshot().run_id)
        .collect();
    assert_eq!(left, ["running", "r4", "r3", "r2"]);
}
