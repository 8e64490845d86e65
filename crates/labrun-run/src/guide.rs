//! Somebody who goes through a lab with the runner, step by step: asked before each step, and lent the terminal.

use std::io::{self, Write};
use std::os::fd::BorrowedFd;

/// What the guide wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The step.
    Step,
    /// This step and all others, without being asked again.
    GoOn,
    /// The live session, to type into it; then it is asked again.
    Shell,
    /// No further step.
    Quit,
}

/// Is asked before each step.
pub trait Guide {
    /// Shows the step, an index into [`labrun_model::Lab::blocks`], and waits for a choice. `session` is what the
    /// step's terminal is at, from the bottom of its stack.
    ///
    /// # Errors
    /// When nobody can be asked any more; the run then ends as by [`Choice::Quit`].
    fn choose(&mut self, block: usize, session: &str) -> io::Result<Choice>;

    /// Makes ready to hand the user's keys on one by one, and lends them with the user's screen. Asked before
    /// [`Guide::take_back`].
    ///
    /// # Errors
    /// When the user's terminal cannot be set so.
    fn lend(&mut self) -> io::Result<Lent<'_>>;

    /// Sets the user's terminal as it was.
    fn take_back(&mut self);
}

/// The user's own terminal.
pub struct Lent<'a> {
    /// Where keys come from.
    pub keys: BorrowedFd<'a>,
    /// Where output goes.
    pub screen: &'a mut dyn Write,
    /// Rows and columns.
    pub size: (u16, u16),
}
