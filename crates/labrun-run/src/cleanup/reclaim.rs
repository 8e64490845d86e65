//! Removing everything that a journal says a run has left: processes, then the engine's things, then its folder.
//!
//! The same routine serves the normal end, Ctrl-C, the watchdog, the next start and `labrun clean`. It can be repeated,
//! and two processes that want to clean up the same run do it one after the other.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use labrun_model::Notice;
use rustix::fs::{FlockOperation, flock};

use super::journal::{Journal, Phase, RunJournal};
use super::mounts::unmount_below;
use super::state::{StateFolder, since_1970};
use crate::engine::patience::Patience;
use crate::engine::{Engine, Selection, program};
use crate::interrupt::Interrupts;

/// How long a process may take to end by itself.
const GRACE: Duration = Duration::from_secs(2);
/// How long another process may take that is cleaning up the same run.
const OTHERS: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);
const REMOVE_AS_OTHERS: Duration = Duration::from_secs(30);

/// What clean-up did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reclaimed {
    /// What is gone, a line each.
    pub removed: Vec<String>,
    /// What is still there, a line each, with the reason where it is known.
    pub left: Vec<String>,
}

/// Clean-up is tried again while something is left, an engine that is being restarted for instance.
const ATTEMPTS: usize = 5;
const BETWEEN: Duration = Duration::from_secs(2);
/// After this it is not tried again: an engine that never answers would take a minute each time.
const PERSISTENCE: Duration = Duration::from_secs(20);

/// Which runs `clean_stale` cleans up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// Those that were cut short.
    CutShort,
    /// Those too that were kept on purpose.
    AndKept,
}

/// How far clean-up goes when signals come: the second ends all grace, the third ends clean-up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Haste<'a> {
    grace: Patience<'a>,
    whole: Patience<'a>,
}

/// Removes what the run has left, and notes it as cleaned up when nothing is left. Processes named in `except` are
/// spared: children of the caller that it ends itself.
pub fn reclaim(
    journal: &RunJournal,
    engine: Option<&Engine>,
    except: &[u32],
    interrupts: &Interrupts,
) -> Reclaimed {
    reclaim_in_haste(journal, engine, except, Haste::by(interrupts))
}

/// The same, again and again while something is left: an engine that is being restarted is back in a moment. A second
/// signal ends it.
pub(crate) fn reclaim_persistently(
    journal: &RunJournal,
    engine: Option<&Engine>,
    except: &[u32],
    interrupts: &Interrupts,
) -> Reclaimed {
    again_and_again(Haste::by(interrupts), || {
        reclaim_in_haste(journal, engine, except, Haste::by(interrupts))
    })
}

/// Removes what earlier runs have left, tells what it removed, and gives what is still there. For the start of a run
/// and for `labrun clean`.
pub fn clean_stale(
    state: &StateFolder,
    which: Stale,
    interrupts: &Interrupts,
    emit: &mut dyn FnMut(Notice),
) -> Vec<String> {
    let found = state.journals();
    for warning in found.warnings {
        emit(Notice::Warning(warning));
    }
    let mut left = Vec::new();
    for run in found.runs {
        let journal = run.snapshot();
        let kept = journal.phase == Phase::Kept && which == Stale::AndKept;
        if !journal.is_stale() && !kept {
            continue;
        }
        let mut reclaimed = reclaim(&run, None, &[], interrupts);
        if !reclaimed.removed.is_empty() {
            emit(Notice::Reclaimed {
                removed: reclaimed.removed,
            });
        }
        left.append(&mut reclaimed.left);
    }
    state.forget_old_runs();
    left
}

pub(super) fn reclaim_in_haste(
    run: &RunJournal,
    engine: Option<&Engine>,
    except: &[u32],
    haste: Haste<'_>,
) -> Reclaimed {
    let mut done = Reclaimed::default();
    let folder = File::open(run.folder());
    if folder
        .as_ref()
        .is_ok_and(|folder| !take_turn(folder, haste))
    {
        done.left
            .push("another process is cleaning up this run".to_owned());
        return done;
    }
    if engine.is_none() {
        run.refresh();
    }
    let journal = run.snapshot();
    if journal.is_cleaned() {
        return done;
    }
    end_processes(&journal, except, haste, &mut done);
    remove_from_engine(&journal, engine, haste, &mut done);
    remove_lab_folder(&journal, &mut done);
    if done.left.is_empty()
        && let Err(error) = run.set_phase(Phase::Cleaned)
    {
        done.left
            .push(format!("the journal {}: {error}", run.path().display()));
    }
    done
}

/// Repeats an attempt until nothing is left. What is left in the end is what the last one has left.
pub(super) fn again_and_again(
    haste: Haste<'_>,
    mut attempt: impl FnMut() -> Reclaimed,
) -> Reclaimed {
    let begun = Instant::now();
    let mut whole = attempt();
    for _ in 1..ATTEMPTS {
        if whole.left.is_empty() || begun.elapsed() > PERSISTENCE || !haste.pause(BETWEEN) {
            break;
        }
        let mut next = attempt();
        whole.removed.append(&mut next.removed);
        whole.left = next.left;
    }
    whole
}

impl<'a> Haste<'a> {
    fn by(interrupts: &'a Interrupts) -> Self {
        Self {
            grace: Patience::UntilSignals(interrupts, 2),
            whole: Patience::UntilSignals(interrupts, 3),
        }
    }
}

impl Haste<'_> {
    /// Lets some time pass; false when there is no time for it.
    fn pause(self, time: Duration) -> bool {
        let end = Instant::now() + time;
        while Instant::now() < end && self.grace.ended_by().is_none() {
            std::thread::sleep(PAUSE);
        }
        self.grace.ended_by().is_none()
    }

    /// For the watchdog, which nobody hurries.
    pub(super) const NONE: Self = Self {
        grace: Patience::Endless,
        whole: Patience::Endless,
    };
}

/// Waits until no other process is cleaning up this run. The turn ends when the folder is closed.
fn take_turn(folder: &File, haste: Haste<'_>) -> bool {
    let end = Instant::now() + OTHERS;
    loop {
        match flock(folder, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return true,
            Err(_) if Instant::now() >= end || haste.whole.ended_by().is_some() => return false,
            Err(_) => std::thread::sleep(PAUSE),
        }
    }
}

fn end_processes(journal: &Journal, except: &[u32], haste: Haste<'_>, done: &mut Reclaimed) {
    let mut ended = journal.family(except).end(GRACE, haste.grace);
    done.removed.append(&mut ended.gone);
    done.left.append(&mut ended.left);
}

fn remove_from_engine(
    journal: &Journal,
    engine: Option<&Engine>,
    haste: Haste<'_>,
    done: &mut Reclaimed,
) {
    let Some(url) = &journal.endpoint else { return };
    if !journal.has_typed() {
        return;
    }
    let connected;
    let engine = match engine {
        Some(engine) => engine,
        None => {
            let endpoint = journal.endpoint();
            let engine = endpoint.and_then(|endpoint| {
                let connect = |endpoint| Engine::connect_patiently(&endpoint, haste.whole);
                endpoint.map(connect).transpose()
            });
            match engine {
                Ok(Some(engine)) => {
                    engine.take_up(journal.watched());
                    connected = engine;
                    &connected
                }
                Ok(None) => return,
                Err(error) => {
                    done.left.push(format!(
                        "perhaps containers of {}: {error}",
                        journal.lab_folder.display()
                    ));
                    return;
                }
            }
        }
    };
    // The last command of a step has ended before its event is read.
    let unheard = engine.catch_up(haste.whole).err();
    let mut created = journal.created.clone();
    created.add(engine.created());
    let selection = Selection {
        lab_folder: journal.lab_folder.clone(),
        created,
        since: since_1970(engine.time_of(journal.began())),
    };
    let mut removal = engine.remove_lab_patiently(&selection, haste.whole);
    done.removed.append(&mut removal.removed);
    done.left.append(&mut removal.left);
    done.left
        .extend(unheard.map(|reason| format!("perhaps what a step made last at {url} ({reason})")));
}

fn remove_lab_folder(journal: &Journal, done: &mut Reclaimed) {
    let folder = &journal.lab_folder;
    if fs::symlink_metadata(folder).is_err() {
        return;
    }
    let name = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    if !name.is_some_and(|name| name.ends_with(&journal.run_id)) || journal.run_id.is_empty() {
        // A journal that somebody has edited must not name a folder that was never a lab's.
        done.left.push(format!(
            "{} (its name is not that of run {})",
            folder.display(),
            journal.run_id
        ));
        return;
    }
    match unmount_below(folder) {
        Ok(mounted) if mounted.is_empty() => {}
        Ok(mounted) => {
            let mounted = mounted.iter().map(|mount| {
                let (mount, folder) = (mount.display(), folder.display());
                format!("mount {mount} (it cannot be unmounted, so {folder} is not removed)")
            });
            done.left.extend(mounted);
            return;
        }
        Err(error) => {
            done.left.push(format!(
                "folder {} (what is mounted there cannot be read: {error})",
                folder.display()
            ));
            return;
        }
    }
    let removed = fs::remove_dir_all(folder);
    if removed.is_err() {
        remove_as_others(folder);
    }
    match removed {
        _ if fs::symlink_metadata(folder).is_err() => {
            done.removed.push(format!("folder {}", folder.display()));
        }
        Err(error) => done
            .left
            .push(format!("folder {} ({error})", folder.display())),
        Ok(()) => done.left.push(format!("folder {}", folder.display())),
    }
}

/// Containers leave files of other users: root may remove them; and those of a rootless Podman's containers, whoever has
/// started it and stands among its users.
fn remove_as_others(folder: &Path) {
    for others in [["sudo", "-n"], ["podman", "unshare"]] {
        if fs::symlink_metadata(folder).is_err() {
            return;
        }
        let mut remove = Command::new(others[0]);
        remove
            .args([others[1], "rm", "-rf", "--one-file-system", "--"])
            .arg(folder);
        // Whether it worked is seen by looking at the folder.
        drop(program::run(
            &mut remove,
            REMOVE_AS_OTHERS,
            Patience::Endless,
        ));
    }
}
