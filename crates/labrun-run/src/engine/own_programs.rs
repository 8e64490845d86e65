//! The programs that labrun itself has running to reach an engine: none of a page's, so that nobody reports, ends or
//! waits for them but labrun's own connection. Process numbers are the machine's, and so is this list the process's.

use std::collections::BTreeSet;
use std::io;
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};

static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// A program of labrun's own. It ends with this value.
#[derive(Debug)]
pub(crate) struct OwnProgram(Child);

impl OwnProgram {
    /// Starts a program.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn start(command: &mut Command) -> io::Result<Self> {
        // The list is held from before the program exists, so that nobody sees it and not its place in the list.
        let mut running = running();
        let child = command.spawn()?;
        running.insert(child.id());
        Ok(Self(child))
    }
}

impl Drop for OwnProgram {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        drop(self.0.kill());
        drop(self.0.wait());
        running().remove(&self.0.id());
    }
}

/// Whether a child of this process is such a program.
pub(crate) fn is_own_program(pid: u32) -> bool {
    running().contains(&pid)
}

fn running() -> MutexGuard<'static, BTreeSet<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_own_program_is_known_as_long_as_it_is_held() {
        let program = OwnProgram::start(Command::new("sleep").arg("60")).unwrap();
        let pid = program.0.id();
        assert!(is_own_program(pid));
        drop(program);
        assert!(!is_own_program(pid));
        assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
    }
}
