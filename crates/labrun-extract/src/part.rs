//! The parts of a script: what [`crate::plan`] cuts a lab into and [`crate::script`] writes down.

use std::time::Duration;

use labrun_model::{Check, LabFile, Step};

use crate::command::Opening;

/// A part of a script.
#[derive(Debug)]
pub(crate) enum Part<'a> {
    /// A file is written.
    Write(&'a Step, &'a LabFile),
    /// A step is typed on this machine.
    Here(Typed<'a>),
    /// A session is opened, and steps are typed into it.
    Session(Session<'a>),
    /// A session is left that has nothing to do any more, and so is not opened anew.
    Left(&'a Step),
    /// Something is asked from outside.
    Check(&'a Check),
}

/// A step with the lines that are typed.
#[derive(Debug)]
pub(crate) struct Typed<'a> {
    /// The step as the chapter has it.
    pub(crate) step: &'a Step,
    /// The lines as a script types them.
    pub(crate) lines: Vec<String>,
    /// The password for its environment.
    pub(crate) password: Option<String>,
}

/// What is typed from the opening of a session on this machine to its end, sessions within included.
#[derive(Debug, Default)]
pub(crate) struct Session<'a> {
    /// Opened, typed and closed, in order; the first opens.
    pub(crate) events: Vec<Event<'a>>,
    /// Until when the whole is tried.
    pub(crate) eventually: Option<Duration>,
}

/// Something in a session, in order.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// A program is started that reads what follows.
    Open(Opened<'a>),
    /// A step is typed into the innermost session.
    Type(Typed<'a>),
    /// The innermost session is left, by the last line of a step; the lines before it come first.
    Close(Typed<'a>),
}

/// How a session begins.
#[derive(Debug, Clone)]
pub(crate) struct Opened<'a> {
    /// The step that opens it; `None` where it is opened anew.
    pub(crate) step: Option<&'a Step>,
    /// What the step types before.
    pub(crate) before: Vec<String>,
    /// The command.
    pub(crate) opening: Opening,
    /// Lines that set again what was set before the session was opened anew.
    pub(crate) settings: Vec<String>,
}

impl<'a> Session<'a> {
    /// The steps that are typed, in order, with those that open and close.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &'a Step> {
        self.events.iter().filter_map(Event::step)
    }
}

impl<'a> Event<'a> {
    /// The step that is done; `None` where a session is opened anew.
    pub(crate) fn step(&self) -> Option<&'a Step> {
        match self {
            Self::Open(opened) => opened.step,
            Self::Type(typed) | Self::Close(typed) => Some(typed.step),
        }
    }
}

impl<'a> Part<'a> {
    /// The part that a session is, once it has all its steps.
    pub(crate) fn of(session: Session<'a>) -> Self {
        let mut events = session.events.iter().filter(|event| match event {
            Event::Open(opened) => opened.step.is_some(),
            Event::Type(_) | Event::Close(_) => true,
        });
        match (events.next(), events.next()) {
            (Some(Event::Close(typed)), None) if typed.lines.len() == 1 => Self::Left(typed.step),
            _ => Self::Session(session),
        }
    }

    /// Index of the section that the part begins in.
    pub(crate) fn section(&self) -> Option<usize> {
        match self {
            Self::Write(step, _) | Self::Left(step) => Some(step.section),
            Self::Here(typed) => Some(typed.step.section),
            Self::Session(session) => session.steps().next().map(|step| step.section),
            Self::Check(check) => Some(check.section),
        }
    }
}
