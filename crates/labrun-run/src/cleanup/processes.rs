//! The processes of a run, found in /proc (Linux only), and ending them.
//!
//! A process belongs to a run when it descends from the runner and did not before the run, when it carries the run's id in its environment, or
//! when it lives in the session of one of the run's terminals. With the runner as subreaper the first rule also finds
//! daemons; once the runner is dead the other two find what it left. A daemon that has thrown away its environment
//! and made a session of its own is found by the first rule only.

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use super::process_table::{Process, ProcessId, all, below};
use crate::engine::Client;
use crate::engine::own_programs::is_own_program;
use crate::engine::patience::Patience;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, getpid, pidfd_open, pidfd_send_signal,
    set_child_subreaper, waitpid,
};

/// The variable that marks a run's processes.
const MARK: &str = "LABRUN_RUN";
/// How long a killed process may take to go.
const AFTER_KILL: Duration = Duration::from_secs(1);
/// How often is looked again for processes that were forked meanwhile.
const ROUNDS: usize = 5;
/// How often a wait looks for a signal to labrun itself.
const GLANCE: Duration = Duration::from_millis(20);
/// Programs that ask the engine for what a page types.
pub(super) const CLIENTS: [&str; 5] = [
    "docker",
    "docker-compose",
    "podman",
    "podman-compose",
    "nerdctl",
];

/// How to know the processes of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Family {
    /// The run's id, as in their environment.
    pub(crate) run_id: String,
    /// The runner; what descends from it belongs to the run.
    pub(crate) root: Option<ProcessId>,
    /// The first processes of the run's terminals.
    pub(crate) sessions: Vec<ProcessId>,
    /// Processes that were there before the run; they and their children are the run's only by its mark.
    pub(crate) bystanders: Vec<ProcessId>,
    /// Processes that are spared, besides the caller and the root.
    pub(crate) except: Vec<u32>,
}

/// What ending a family did, a line for each process.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) gone: Vec<String>,
    pub(crate) left: Vec<String>,
}

/// Makes this process the parent of its descendants' orphans, so that no daemon escapes.
///
/// # Errors
/// When the system refuses.
pub fn become_subreaper() -> std::io::Result<()> {
    Ok(set_child_subreaper(Some(getpid()))?)
}

/// What a runner has below it before its run begins: whoever started it may have left it children by `exec`, and the
/// first process of a container is given every orphan, so that there all processes may become its children.
pub(super) fn bystanders(runner: ProcessId) -> Vec<ProcessId> {
    let everyone = all();
    let below = below(runner.pid, &everyone, |_| false);
    let there = everyone.iter().filter(|process| {
        let may_come = runner.pid == 1 && process.id != runner;
        process.lives() && (may_come || below.contains(&process.id.pid))
    });
    there.map(|process| process.id).collect()
}

/// Takes note of the end of orphans that have come to this process, so that they do not stay as zombies. Children that
/// somebody else waits for are named and spared.
pub fn reap_orphans(except: &[u32]) {
    let own = std::process::id();
    let zombies = all().into_iter().filter(|process| {
        let spared = except.contains(&process.id.pid) || is_own_program(process.id.pid);
        process.parent == own && process.state == 'Z' && !spared
    });
    for zombie in zombies {
        if let Some(pid) = raw(zombie.id.pid) {
            // It may have been waited for meanwhile, which is as good.
            let _ = waitpid(Some(pid), WaitOptions::NOHANG);
        }
    }
}

impl Family {
    /// Ends the family: a hang-up and a polite request, then force, until none is left.
    pub(crate) fn end(&self, grace: Duration, grace_patience: Patience<'_>) -> Ended {
        let mut seen = BTreeSet::new();
        let mut left = Vec::new();
        for round in 0..ROUNDS {
            left = self.members();
            if left.is_empty() {
                break;
            }
            seen.extend(left.iter().map(Process::describe));
            let handles: Vec<_> = left.iter().filter_map(Handle::new).collect();
            if round == 0 {
                // A shell ends at a hang-up, a stopped process must be woken to end at all.
                send(&handles, &[Signal::HUP, Signal::TERM, Signal::CONT]);
                wait(&handles, grace, grace_patience);
            }
            send(&handles, &[Signal::KILL]);
            wait(&handles, AFTER_KILL, Patience::Endless);
        }
        if !left.is_empty() {
            left = self.members();
        }
        let left: Vec<_> = left.iter().map(Process::describe).collect();
        Ended {
            gone: seen
                .into_iter()
                .filter(|line| !left.contains(line))
                .collect(),
            left,
        }
    }

    /// The family's members that ask the engine.
    pub(crate) fn clients(&self) -> Vec<Client> {
        let members = self.members().into_iter();
        let clients = members.filter(|process| CLIENTS.contains(&process.name.as_str()));
        let named = clients.filter_map(|process| {
            let line = fs::read(format!("/proc/{}/cmdline", process.id.pid)).ok()?;
            let words = line.split(|byte| *byte == 0).map(String::from_utf8_lossy);
            Some(Client {
                pid: process.id.pid,
                start: process.id.start,
                words: words.map(std::borrow::Cow::into_owned).collect(),
            })
        });
        named.collect()
    }

    pub(super) fn members(&self) -> Vec<Process> {
        let everyone = all();
        let descendants = self.descendants(&everyone);
        let own = std::process::id();
        let spared = |pid: u32| {
            pid == own
                || is_own_program(pid)
                || self.except.contains(&pid)
                || self.root.is_some_and(|root| root.pid == pid)
        };
        everyone
            .into_iter()
            .filter(|process| process.lives() && !spared(process.id.pid))
            .filter(|process| {
                descendants.contains(&process.id.pid)
                    || self.is_in_session(process)
                    || is_marked(process.id.pid, &self.run_id)
            })
            .collect()
    }

    fn descendants(&self, everyone: &[Process]) -> BTreeSet<u32> {
        let Some(root) = self.root.filter(|root| root.is_alive()) else {
            return BTreeSet::new();
        };
        below(root.pid, everyone, |process| {
            self.except.contains(&process.id.pid)
                || is_own_program(process.id.pid)
                || self.bystanders.contains(&process.id)
        })
    }

    /// A session has the number of its first process, and that number is not given away while the session lives.
    fn is_in_session(&self, process: &Process) -> bool {
        self.sessions.iter().any(|first| {
            process.session == first.pid
                && process.id.start >= first.start
                && Process::read(first.pid).is_none_or(|leader| leader.id == *first)
        })
    }
}

/// A process held fast, so that a signal cannot reach another one that got its number.
pub(super) struct Handle {
    descriptor: OwnedFd,
    pid: u32,
}

impl Handle {
    pub(super) fn new(process: &Process) -> Option<Self> {
        let descriptor = pidfd_open(raw(process.id.pid)?, PidfdFlags::empty()).ok()?;
        let handle = Self {
            descriptor,
            pid: process.id.pid,
        };
        process.id.is_alive().then_some(handle)
    }
}

fn send(handles: &[Handle], signals: &[Signal]) {
    for handle in handles {
        for signal in signals {
            let sent = pidfd_send_signal(&handle.descriptor, *signal);
            if *signal == Signal::KILL && sent == Err(rustix::io::Errno::PERM) {
                kill_as_root(handle.pid);
            }
        }
    }
}

/// What a page started with sudo belongs to root; where sudo asks no password it can also end it.
fn kill_as_root(pid: u32) {
    let mut sudo = std::process::Command::new("sudo");
    sudo.args(["-n", "kill", "-KILL", &pid.to_string()]);
    drop(crate::engine::program::run(
        &mut sudo,
        AFTER_KILL,
        Patience::Endless,
    ));
}

/// Waits until all have ended.
pub(super) fn wait(handles: &[Handle], longest: Duration, patience: Patience<'_>) {
    let end = Instant::now() + longest;
    let mut running: Vec<&Handle> = handles.iter().collect();
    while !running.is_empty() && Instant::now() < end && patience.ended_by().is_none() {
        let mut ended: Vec<_> = running
            .iter()
            .map(|handle| PollFd::new(&handle.descriptor, PollFlags::IN))
            .collect();
        let glance = Timespec::try_from(GLANCE).unwrap_or_default();
        if poll(&mut ended, Some(&glance)).is_err() {
            continue;
        }
        let ended: Vec<_> = ended.iter().map(|fd| !fd.revents().is_empty()).collect();
        let mut ended = ended.into_iter();
        running.retain(|_| !ended.next().unwrap_or(false));
    }
}

/// Whether a process has the run's id in its environment.
pub(super) fn is_marked(pid: u32, run_id: &str) -> bool {
    // The environment of another user's process cannot be read; it is not ours either.
    let Ok(environment) = fs::read(format!("/proc/{pid}/environ")) else {
        return false;
    };
    let mark = format!("{MARK}={run_id}");
    !run_id.is_empty()
        && environment
            .split(|byte| *byte == 0)
            .any(|pair| pair == mark.as_bytes())
}

fn raw(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

#[cfg(test)]
mod tests;
