//! Whether the program in front of a terminal sits and waits for keys, as Linux tells it under `/proc`.
//!
//! This is how an undeclared question is noticed long before a deadline: not by guessing at what was printed, but by
//! the kernel's word that the program is blocked in reading its terminal. A program behind `docker exec` cannot be seen
//! this way.

use std::fs;

use rustix::process::Pid;

/// What is known about the program in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Foreground {
    /// One of its processes is blocked in reading the terminal.
    ReadsKeys,
    /// It hands the terminal on to a program in a container, which cannot be seen from here.
    Opaque,
    /// It works, sleeps or is gone.
    Busy,
}

/// Looks at every process of the group.
pub(crate) fn look(group: Pid) -> Foreground {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Foreground::Busy;
    };
    let mut seen = Foreground::Busy;
    for entry in entries.flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<i32>().ok())
        else {
            continue;
        };
        if process_group(pid) != Some(group.as_raw_nonzero().get()) {
            continue;
        }
        // A container client reads the terminal all the time, to hand the keys on: that says nothing.
        if is_container_client(pid) {
            seen = Foreground::Opaque;
        } else if reads_terminal(pid) {
            return Foreground::ReadsKeys;
        }
    }
    seen
}

/// Field 5 of `stat`, behind the command's name, which may hold anything up to its last `)`.
fn process_group(pid: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(2)?.parse().ok()
}

/// The kernel function `wait_woken` (older: `n_tty_read`) under system call 0 (read) on a descriptor that is a
/// terminal. Programs that poll first (readline, curses, python) wait elsewhere in select on descriptor 0.
fn reads_terminal(pid: i32) -> bool {
    let wait = fs::read_to_string(format!("/proc/{pid}/wchan")).unwrap_or_default();
    let Ok(call) = fs::read_to_string(format!("/proc/{pid}/syscall")) else {
        return false;
    };
    let mut fields = call.split_whitespace();
    let number = fields.next().unwrap_or("");
    // The compiler may have given the function a suffix, as in `poll_schedule_timeout.constprop.0`.
    match wait.trim().split('.').next() {
        Some("wait_woken" | "n_tty_read") => {
            let descriptor = fields.next().and_then(|field| field.strip_prefix("0x"));
            number == READ && descriptor.is_some_and(|number| is_terminal(pid, number))
        }
        Some("poll_schedule_timeout" | "do_select") => {
            is_terminal(pid, "0") && waits_without_end(&call)
        }
        _ => false,
    }
}

#[cfg(target_arch = "x86_64")]
const READ: &str = "0";
#[cfg(not(target_arch = "x86_64"))]
const READ: &str = "63";

/// `select` and `pselect6` on the first few descriptors only, with a null time-out: nothing but input can wake them.
fn waits_without_end(call: &str) -> bool {
    let fields: Vec<&str> = call.split_whitespace().collect();
    let is_select = matches!(fields.first(), Some(&("23" | "270" | "72")));
    is_select && fields.get(1) == Some(&"0x1") && fields.get(5) == Some(&"0x0")
}

fn is_terminal(pid: i32, descriptor: &str) -> bool {
    let Ok(number) = u32::from_str_radix(descriptor, 16) else {
        return false;
    };
    fs::read_link(format!("/proc/{pid}/fd/{number}"))
        .is_ok_and(|target| target.starts_with("/dev/pts") || target.as_os_str() == "/dev/tty")
}

fn is_container_client(pid: i32) -> bool {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    matches!(
        name.trim(),
        "docker" | "podman" | "docker-compose" | "nerdctl" | "ssh" | "kubectl"
    )
}
