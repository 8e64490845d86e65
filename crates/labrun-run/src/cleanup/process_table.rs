//! The machine's processes as /proc shows them (Linux only). Whose they are is decided elsewhere.

use std::collections::BTreeSet;
use std::fs;

use serde::{Deserialize, Serialize};

/// A process that cannot be taken for another one: numbers are used again, start times are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ProcessId {
    /// Its number.
    pub pid: u32,
    /// When it started, in clock ticks since the machine did.
    pub start: u64,
}

/// A line of /proc/PID/stat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) id: ProcessId,
    pub(super) parent: u32,
    pub(super) session: u32,
    pub(super) state: char,
    pub(super) name: String,
}

/// Every process of the machine, zombies too.
pub(super) fn all() -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(Process::read).collect()
}

/// Every process that descends from one, except those that are spared, with all that descends from them.
pub(super) fn below(
    root: u32,
    everyone: &[Process],
    spared: impl Fn(&Process) -> bool,
) -> BTreeSet<u32> {
    let mut family = BTreeSet::from([root]);
    // Parents may have higher numbers than their children, so look until nothing is new.
    loop {
        let before = family.len();
        for process in everyone {
            if family.contains(&process.parent) && !spared(process) {
                family.insert(process.id.pid);
            }
        }
        if family.len() == before {
            family.remove(&root);
            return family;
        }
    }
}

/// Process numbers and start times mean something only since the machine was started.
pub(super) fn boot_id() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id");
    id.map_or_else(|_| String::new(), |id| id.trim().to_owned())
}

/// The process namespace of this process, `pid:[4026531836]`.
pub(super) fn pid_namespace() -> String {
    let link = fs::read_link("/proc/self/ns/pid");
    link.map_or_else(|_| String::new(), |link| link.display().to_string())
}

impl ProcessId {
    /// The living process of this number.
    pub fn of(pid: u32) -> Option<Self> {
        Process::read(pid)
            .filter(Process::lives)
            .map(|process| process.id)
    }

    /// This process.
    pub fn own() -> Option<Self> {
        Self::of(std::process::id())
    }

    /// Whether exactly this process is alive.
    pub fn is_alive(self) -> bool {
        Self::of(self.pid) == Some(self)
    }
}

impl Process {
    pub(super) fn read(pid: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// The name stands in brackets and may itself contain any of them.
    fn parse(line: &str) -> Option<Self> {
        let (pid, rest) = line.split_once(" (")?;
        let (name, rest) = rest.rsplit_once(") ")?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        Some(Self {
            id: ProcessId {
                pid: pid.parse().ok()?,
                start: fields.get(19)?.parse().ok()?,
            },
            state: fields.first()?.chars().next()?,
            parent: fields.get(1)?.parse().ok()?,
            session: fields.get(3)?.parse().ok()?,
            name: name.to_owned(),
        })
    }

    pub(super) fn lives(&self) -> bool {
        !matches!(self.state, 'Z' | 'X')
    }

    pub(super) fn describe(&self) -> String {
        format!("process {} ({})", self.id.pid, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line_is_read_behind_the_name() {
        let line = "7 (a) b (c) S 1 7 5 0 -1 4 0 0 0 0 0 0 0 0 20 0 1 0 99 1 1";
        let process = Process::parse(line).unwrap();
        assert_eq!(process.id, ProcessId { pid: 7, start: 99 });
        assert_eq!(
            (process.parent, process.session, process.state),
            (1, 5, 'S')
        );
        assert_eq!(process.name, "a) b (c");
        assert_eq!(Process::parse("7 (x"), None);
    }

    #[test]
    fn a_process_is_known_by_its_start_too() {
        let own = ProcessId::own().unwrap();
        assert!(own.is_alive());
        assert!(
            !ProcessId {
                start: own.start + 1,
                ..own
            }
            .is_alive()
        );
        assert_eq!(ProcessId::of(u32::MAX), None);
    }
}
