//! Running a program of the host for its output, no longer than a deadline and not past a signal.
//!
//! For questions such as `docker compose config`; what the reader types goes into a terminal instead.

use std::ffi::OsString;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::patience::{NoAnswer, Patience};

/// How often the wait looks for a signal; the program's end ends it at once.
const GLANCE: Duration = Duration::from_millis(20);

/// What a program printed and how it ended.
#[derive(Debug)]
pub(crate) struct Printed {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

/// Why a program gave nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Mute {
    #[error(transparent)]
    System(#[from] io::Error),
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
}

/// Runs a program without input to its end.
pub(crate) fn run(
    command: &mut Command,
    deadline: Duration,
    patience: Patience<'_>,
) -> Result<Printed, Mute> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().map(read_all);
    let stderr = child.stderr.take().map(read_all);
    if let Err(mute) = wait(&child, deadline, patience) {
        // It is killed so that it cannot outlive the question; its own children end with their pipes.
        drop(child.kill());
        drop(child.wait());
        return Err(mute);
    }
    Ok(Printed {
        status: child.wait()?,
        stdout: stdout.map(joined).unwrap_or_default(),
        stderr: stderr.map(joined).unwrap_or_default(),
    })
}

/// The program of that name in the folders of a PATH.
pub(crate) fn find(name: &str, path: Option<&OsString>) -> Option<PathBuf> {
    let folders = path.map(std::env::split_paths)?;
    folders
        .map(|folder| folder.join(name))
        .find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

fn wait(child: &Child, deadline: Duration, patience: Patience<'_>) -> Result<(), Mute> {
    let end = Instant::now() + deadline;
    let process = pidfd(child)?;
    loop {
        let mut ready = [PollFd::new(&process, PollFlags::IN)];
        let glance = Timespec::try_from(GLANCE).unwrap_or_default();
        match poll(&mut ready, Some(&glance)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => return Ok(()),
            Err(error) => return Err(Mute::System(error.into())),
        }
        if let Some(signal) = patience.ended_by() {
            return Err(NoAnswer::Interrupted(signal).into());
        }
        if Instant::now() >= end {
            return Err(NoAnswer::TimedOut(deadline).into());
        }
    }
}

fn pidfd(child: &Child) -> io::Result<OwnedFd> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    Ok(pidfd_open(pid, PidfdFlags::empty())?)
}

fn read_all(mut pipe: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before an error is still worth showing.
        drop(pipe.read_to_end(&mut bytes));
        bytes
    })
}

fn joined(reader: JoinHandle<Vec<u8>>) -> Vec<u8> {
    reader.join().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_gives_its_output_and_its_status() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo err >&2; exit 3"]);
        let printed = run(&mut command, Duration::from_secs(5), Patience::Endless).unwrap();
        assert_eq!(printed.stdout, b"out\n");
        assert_eq!(printed.stderr, b"err\n");
        assert_eq!(printed.status.code(), Some(3));
    }

    #[test]
    fn a_program_that_takes_too_long_is_killed() {
        let deadline = Duration::from_millis(50);
        let begin = Instant::now();
        let mut command = Command::new("sleep");
        let mute = run(command.arg("60"), deadline, Patience::Endless).unwrap_err();
        assert!(
            matches!(mute, Mute::NoAnswer(NoAnswer::TimedOut(_))),
            "{mute}"
        );
        assert!(begin.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn programs_are_found_in_the_given_path_only() {
        let path = OsString::from("/nonexistent:/bin:/usr/bin");
        assert!(find("sh", Some(&path)).is_some());
        assert_eq!(find("no-such-program", Some(&path)), None);
        assert_eq!(find("sh", None), None);
    }
}
