//! A stand-in for the labrun command in the tests of clean-up: a runner that is killed, and its watchdog.
//!
//! `reap __reap JOURNAL` is the watchdog. `reap run STATE LAB_FOLDER RUN_ID ENGINE SCRIPT` does what a run does around
//! its steps: it writes a journal, starts the watchdog, follows the engine, runs the script with bash, and says `ready`
//! on standard output. A line `end` on standard input makes it clean up and end; without one it waits to be killed.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use labrun_run::{
    Beginning, Endpoint, Engine, FoundBy, Interrupts, RunJournal, StateFolder, WATCHDOG_COMMAND,
    Watchdog, become_subreaper, reclaim, run_watchdog,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [WATCHDOG_COMMAND, journal] => {
            run_watchdog(Path::new(journal))?;
            Ok(())
        }
        ["run", state, lab_folder, run_id, engine, script] => {
            let lab_folder = PathBuf::from(lab_folder);
            run(Path::new(state), &lab_folder, run_id, engine, script)
        }
        _ => Err("reap is for the tests of labrun-run".into()),
    }
}

fn run(
    state: &Path,
    lab_folder: &Path,
    run_id: &str,
    engine: &str,
    script: &str,
) -> Result<(), Box<dyn Error>> {
    let interrupts = Interrupts::install()?;
    become_subreaper()?;
    let endpoint = Endpoint::named(engine, FoundBy::Flag, &|_: &str| None)?;
    let journal = RunJournal::begin(
        &StateFolder::at(state)?,
        &Beginning {
            run_id,
            lab: "killed",
            book_root: Path::new("/book"),
            endpoint: Some(&endpoint),
            lab_folder,
        },
    )?;
    let begin = Instant::now();
    let watchdog = Watchdog::spawn(&std::env::current_exe()?, &journal)?;
    let spawned = begin.elapsed();
    std::fs::create_dir(lab_folder)?;
    let engine = Engine::connect(&endpoint, &interrupts)?;
    engine.watch(journal.watch(&std::collections::BTreeSet::new()));
    engine.step_running(Some(script));
    let mut bash = Command::new("bash")
        .args(["-c", script])
        .current_dir(lab_folder)
        .env("LABRUN_RUN", run_id)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    journal.add_session(bash.id())?;
    if !bash.wait()?.success() {
        return Err("the script failed".into());
    }
    let mut out = std::io::stdout();
    writeln!(out, "ready {}", spawned.as_micros())?;
    out.flush()?;
    let mut line = String::new();
    if std::io::stdin().read_line(&mut line)? == 0 {
        std::thread::sleep(Duration::from_secs(600));
    }
    let begin = Instant::now();
    let reclaimed = reclaim(&journal, Some(&engine), &[watchdog.pid()], &interrupts);
    let cleaned = begin.elapsed();
    watchdog.dismiss();
    let dismissed = begin.elapsed() - cleaned;
    writeln!(
        out,
        "cleaned {} dismissed {}",
        cleaned.as_micros(),
        dismissed.as_micros()
    )?;
    for line in reclaimed.left {
        writeln!(out, "left {line}")?;
    }
    Ok(())
}
