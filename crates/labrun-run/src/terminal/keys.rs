//! Who makes a line of keys for the host shell: the kernel, or readline where a step needs it.
//!
//! readline asks the kernel three times for each key, which was most of what a short command cost. The kernel's own
//! line editing hands the shell a line in one piece. A chapter could see that in the shell's options and in `bind`, so
//! before a step that may look, the shell gets its readline back. A shell inside a container always keeps it.

use std::collections::VecDeque;
use std::io;
use std::time::Instant;

use super::stack::Terminal;
use super::wait::{Reached, Wait};

/// What puts the keys of a session together to lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Editor {
    /// The kernel.
    Kernel,
    /// The program itself, key by key.
    Program,
}

/// The kernel takes lines of up to 4,095 bytes and drops the rest of a longer one.
const LONGEST: usize = 4000;

/// At this moment there is nothing in the history but this line.
const LET_KERNEL: &[u8] = b" set +o emacs; history -c\r";

/// The shell's own function, so that neither the status, nor the last argument, nor the history is another one.
const LET_READLINE: &[u8] = b" __labrun_edit \"$_\"\r";

/// The function that [`LET_READLINE`] calls.
pub(super) const EDIT_FUNCTION: &str =
    "__labrun_edit(){ local s=$?; set -o emacs; history -d -1; return $s; }";

/// Words with which a command asks for readline, changes it, or runs what may do so in this shell.
const OF_READLINE: [&str; 9] = [
    "bind",
    "emacs",
    "eval",
    "exec",
    "SHELLOPTS",
    "set",
    "shopt",
    "source",
    ".",
];

impl Terminal {
    /// Leaves the lines of the host shell to the kernel, once its first prompt is there.
    ///
    /// # Errors
    /// When the system refuses to read the terminal.
    pub(super) fn leave_lines_to_kernel(&mut self, deadline: Instant) -> io::Result<Reached> {
        let reached = self.switch(LET_KERNEL, deadline)?;
        self.edited_by(Editor::Kernel);
        Ok(reached)
    }

    /// Gives the host shell its readline back where a line of a step is too long for the kernel, or could tell the
    /// difference. It keeps it then.
    ///
    /// # Errors
    /// When the system refuses to read the terminal.
    pub(super) fn prepare_for(&mut self, lines: &[&str], deadline: Instant) -> io::Result<()> {
        if self.is_edited_by_kernel() && lines.iter().any(|line| needs_readline(line)) {
            self.switch(LET_READLINE, deadline)?;
            self.edited_by(Editor::Program);
        }
        Ok(())
    }

    /// A program may have left the terminal in a state in which the kernel makes no lines, or shows them; readline would
    /// not mind.
    pub(super) fn ready_for_a_line(&self) {
        if self.is_edited_by_kernel() && !self.pty.makes_lines() {
            self.pty.restore_modes();
        }
    }

    fn is_edited_by_kernel(&self) -> bool {
        self.stack
            .last()
            .is_some_and(|session| session.editor == Editor::Kernel)
    }

    fn edited_by(&mut self, editor: Editor) {
        if let Some(session) = self.stack.last_mut() {
            session.editor = editor;
        }
    }

    /// Types what is no part of the chapter and has no output.
    fn switch(&mut self, keys: &[u8], deadline: Instant) -> io::Result<Reached> {
        self.recording.pause(true);
        self.ready_for_a_line();
        self.pty.send(keys);
        let mut wait = Wait::new(None, VecDeque::new());
        let reached = self.wait_for_prompt(&mut wait, deadline);
        self.recording.pause(false);
        reached
    }
}

fn needs_readline(line: &str) -> bool {
    let is_part =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '/' | '-');
    line.len() > LONGEST
        || line
            .split(|letter| !is_part(letter))
            .any(|word| OF_READLINE.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: bool) {
        assert_eq!(needs_readline(line), expected, "{line}");
    }

    #[test]
    fn readline_is_there_for_what_is_long_or_could_tell() {
        check("echo hello", false);
        check("docker compose up -d", false);
        check("./run.sh . ..", true);
        check("./run.sh settings", false);
        check(". venv/bin/activate", true);
        check("(set -o vi)", true);
        check("echo $SHELLOPTS", true);
        check("x=1;bind -p", true);
        check(&"y".repeat(LONGEST), false);
        check(&"y".repeat(LONGEST + 1), true);
    }
}
