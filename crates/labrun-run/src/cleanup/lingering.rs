//! What the steps of a page have left running when the last of them has ended. A reader of the page would have it still;
//! ending it is the business of [`super::reclaim`].

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use super::journal::Journal;
use super::process_table::Process;
use super::processes::{Family, Handle, wait};
use crate::engine::patience::Patience;
use crate::interrupt::Interrupts;

/// How long a program may take that is ending anyway.
const MOMENT: Duration = Duration::from_millis(500);
/// Ticks of /proc/PID/stat in a second, the same on every machine that Linux runs on today.
const TICKS: u64 = 100;

/// A program that still runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lingering {
    /// Its name, as the kernel has it.
    pub(crate) name: String,
    /// Its command line.
    pub(crate) command: String,
    /// How long it has been running, within a fiftieth of a second.
    pub(crate) age: Duration,
}

/// The programs of a run that still run after a moment in which they could have ended. Those that another of them has
/// started, and the host shells of the terminals, are not told.
pub(crate) fn lingering(
    journal: &Journal,
    spared: &[u32],
    interrupts: &Interrupts,
) -> Vec<Lingering> {
    let shells = journal.sessions.iter().map(|shell| shell.pid);
    let family = Family {
        run_id: journal.run_id.clone(),
        root: Some(journal.runner),
        sessions: journal.sessions.clone(),
        bystanders: journal.bystanders.clone(),
        except: Vec::new(),
    };
    let known: BTreeSet<u32> = shells.chain(spared.iter().copied()).collect();
    let others = || -> Vec<Process> {
        let mut members = family.members();
        members.retain(|process| !known.contains(&process.id.pid));
        members
    };
    let mut members = others();
    if members.is_empty() {
        return Vec::new();
    }
    let handles: Vec<Handle> = members.iter().filter_map(Handle::new).collect();
    wait(&handles, MOMENT, Patience::UntilSignal(interrupts));
    members = others();
    let pids: BTreeSet<u32> = members.iter().map(|process| process.id.pid).collect();
    members.retain(|process| !pids.contains(&process.parent));
    let up = ticks_since_boot();
    members
        .into_iter()
        .map(|process| Lingering {
            command: command_line(&process),
            age: Duration::from_millis(up.saturating_sub(process.id.start) * 1000 / TICKS),
            name: process.name,
        })
        .collect()
}

/// A program may have made its command line empty.
fn command_line(process: &Process) -> String {
    let line = fs::read(format!("/proc/{}/cmdline", process.id.pid)).unwrap_or_default();
    let words: Vec<_> = line
        .split(|byte| *byte == 0)
        .map(String::from_utf8_lossy)
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        process.name.clone()
    } else {
        words.join(" ")
    }
}

fn ticks_since_boot() -> u64 {
    let text = fs::read_to_string("/proc/uptime").unwrap_or_default();
    let seconds = text
        .split(' ')
        .next()
        .and_then(|number| number.split_once('.'));
    let ticks = seconds.and_then(|(whole, hundredths)| {
        Some(whole.parse::<u64>().ok()? * TICKS + hundredths.parse::<u64>().ok()?)
    });
    ticks.unwrap_or_default()
}
