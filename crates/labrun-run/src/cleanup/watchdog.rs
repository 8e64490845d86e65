//! A second process that cleans up when the runner cannot any more, because it was killed or has crashed.
//!
//! It waits on a pipe that only the runner holds. A word through the pipe says that there is nothing to do; the end of
//! the pipe without the word says that the runner is gone.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rustix::process::{Pid, PidfdFlags, pidfd_open};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::journal::{Phase, RunJournal};
use super::process_table::ProcessId;
use super::reclaim::{Haste, Reclaimed, again_and_again, reclaim_in_haste};
use crate::error::RunError;

/// The first argument with which labrun's own program becomes the watchdog.
pub const WATCHDOG_COMMAND: &str = "__reap";

const DONE: &[u8] = b"done";

/// The watchdog of a run, as the runner holds it. Without [`Watchdog::dismiss`] the watchdog acts when the runner is
/// gone.
#[derive(Debug)]
pub struct Watchdog {
    child: Child,
    pipe: ChildStdin,
}

impl Watchdog {
    /// Starts the watchdog: `program __reap JOURNAL`, where the program is normally labrun's own.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn(program: &Path, journal: &RunJournal) -> Result<Self, RunError> {
        let doing = || RunError::system("starting the watchdog");
        let log = File::create(journal.folder().join("watchdog.log")).map_err(doing())?;
        let mut child = Command::new(program)
            .arg(WATCHDOG_COMMAND)
            .arg(journal.path())
            // It must not take itself for a process of the run.
            .env_remove("LABRUN_RUN")
            .current_dir("/")
            // Ctrl-C goes to the runner's group.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(doing())?;
        let pipe = child.stdin.take();
        let pipe = pipe.ok_or_else(|| doing()(io::Error::from(io::ErrorKind::BrokenPipe)))?;
        Ok(Self { child, pipe })
    }

    /// Its process, which clean-up must spare.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Says that there is nothing to do any more, and waits until it has gone.
    pub fn dismiss(mut self) {
        // If it is gone already there is nobody to tell.
        drop(self.pipe.write_all(DONE));
        drop(self.pipe);
        drop(self.child.wait());
    }
}

/// What the watchdog's process does: waits on its standard input, and cleans up by the journal if the runner dies.
/// To be called before anything heavy.
///
/// # Errors
/// When it cannot even begin.
pub fn run_watchdog(journal: &Path) -> Result<Reclaimed, RunError> {
    let doing = RunError::system("watching");
    ignore_signals().map_err(doing)?;
    let mut said = Vec::new();
    // An error on the pipe means the same as its end.
    drop(io::stdin().read_to_end(&mut said));
    if said.starts_with(DONE) {
        return Ok(Reclaimed::default());
    }
    let run = RunJournal::open(journal)
        .map_err(io::Error::other)
        .map_err(RunError::system(format!("reading {}", journal.display())))?;
    wait_for_end(run.snapshot().runner);
    Ok(clean_up(&run))
}

fn clean_up(run: &RunJournal) -> Reclaimed {
    let whole = again_and_again(Haste::NONE, || {
        run.refresh();
        // A run that was kept on purpose, or was cleaned up before its runner died, is left as it is.
        // Its lock is not asked: a child that was being forked when the runner died may hold it for a moment longer.
        if run.snapshot().phase != Phase::Running {
            return Reclaimed::default();
        }
        reclaim_in_haste(run, None, &[], Haste::NONE)
    });
    log(&whole);
    whole
}

/// Handlers that do nothing, rather than ignoring: what the watchdog starts must not inherit it.
fn ignore_signals() -> io::Result<()> {
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)))?;
    }
    Ok(())
}

/// The pipe may end a moment before the process does.
fn wait_for_end(runner: ProcessId) {
    let pid = i32::try_from(runner.pid).ok().and_then(Pid::from_raw);
    let Some(process) = pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()) else {
        return;
    };
    while runner.is_alive() {
        let mut ended = [rustix::event::PollFd::new(
            &process,
            rustix::event::PollFlags::IN,
        )];
        // An error is an interrupted wait, and the condition is looked at again.
        let _ = rustix::event::poll(&mut ended, None);
    }
}

/// Standard error is the run's `watchdog.log`.
fn log(reclaimed: &Reclaimed) {
    let mut text = String::new();
    for line in &reclaimed.removed {
        text.push_str(&format!("removed {line}\n"));
    }
    for line in &reclaimed.left {
        text.push_str(&format!("left {line}\n"));
    }
    drop(io::stderr().write_all(text.as_bytes()));
}
