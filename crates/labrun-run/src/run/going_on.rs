//! Going on in a kept lab: looking whether its containers stand, and bringing its terminals back to where they were.

use std::collections::BTreeMap;

use labrun_model::{Event, Lab, Notice, TerminalName};

use super::kept::{first_block, may_go_on, run_all};
use crate::cleanup::{Journal, Progress};
use crate::engine::Engine;
use crate::lab_folder::LabFolder;
use crate::reopening::{Reopening, Retyped, reopening};
use crate::secrets::Secrets;
use crate::terminal::{Terminal, TypedEnd};
use crate::terminals::Terminals;
use crate::{Interrupts, RunError};

/// How long an opener may take.
const TIMEOUT: std::time::Duration = labrun_model::Step::DEFAULT_TIMEOUT;

/// The block from which one goes on, and what the user must know.
///
/// # Errors
/// When one cannot go on, or a container is not as the run has left it.
pub(super) fn decide(
    lab: &Lab,
    journal: &Journal,
    wanted: usize,
    engine: Option<&Engine>,
    interrupts: &Interrupts,
) -> Result<(usize, Vec<Notice>), RunError> {
    let first = first_block(lab, &journal.progress, wanted);
    let repeated = may_go_on(lab, journal, first)?;
    if let Some(engine) = engine {
        let now = standing(engine, journal, interrupts)?;
        for (name, state) in &journal.progress.containers {
            let found = now.get(name).map_or("gone", String::as_str);
            if found != state {
                return Err(RunError::CannotGoOn {
                    what: format!(
                        "the container {name} was {state} when the run was kept, and is {found} now"
                    ),
                    help: run_all(&lab.name),
                });
            }
        }
    }
    let going_on = format!("going on in the lab that run {} has left", journal.run_id);
    let mut notices = vec![Notice::Remark(going_on)];
    notices.extend(repeated.map(Notice::Warning));
    Ok((first, notices))
}

/// The containers of a run and their states, by name.
///
/// # Errors
/// When the engine does not answer.
pub(super) fn standing(
    engine: &Engine,
    journal: &Journal,
    interrupts: &Interrupts,
) -> Result<BTreeMap<String, String>, RunError> {
    let containers = engine.containers(interrupts)?.into_iter();
    let own = containers.filter(|container| journal.made(container));
    Ok(own
        .map(|container| (container.name, container.state))
        .collect())
}

/// Types into every terminal what brings it to where it was before `first`.
///
/// # Errors
/// When a session cannot be opened again.
pub(super) fn reopen(
    lab: &Lab,
    progress: &Progress,
    first: usize,
    folder: &LabFolder,
    terminals: &mut Terminals,
    emit: &mut dyn FnMut(Event),
) -> Result<(), RunError> {
    let cannot = |what| RunError::CannotGoOn {
        what,
        help: run_all(&lab.name),
    };
    for again in needed(lab, progress, first).map_err(cannot)? {
        if !again.is_as_new(&folder.start()) {
            let trouble =
                |error| RunError::system(format!("opening terminal `{}`", again.terminal))(error);
            let secrets = terminals.secrets().clone();
            let terminal = terminals.get(&again.terminal).map_err(trouble)?;
            bring_back(terminal, &again, &secrets).map_err(cannot)?;
            emit(Event::Notice(Notice::Remark(in_words(&again))));
        }
        if !again.lost.is_empty() {
            emit(Event::Notice(Notice::Warning(format!(
                "variables, functions and settings are not brought back: {}",
                again.lost.join(", ")
            ))));
        }
    }
    Ok(())
}

/// What must be typed so that every terminal is where it was before `first`.
///
/// # Errors
/// The reason for which one of them cannot be brought back.
pub(super) fn needed(
    lab: &Lab,
    progress: &Progress,
    first: usize,
) -> Result<Vec<Reopening>, String> {
    let stood = |name: &TerminalName| {
        let done = lab.blocks.iter().zip(&progress.blocks).take(first);
        let mut of_terminal = done.rev().filter_map(|(block, done)| match block {
            labrun_model::Block::Step(step) if step.terminal == *name => done.folder.clone(),
            _ => None,
        });
        of_terminal.next()
    };
    reopening(lab, first, &stood)
}

fn bring_back(terminal: &mut Terminal, again: &Reopening, secrets: &Secrets) -> Result<(), String> {
    let to_folder = Retyped {
        language: labrun_model::Language::Shell,
        text: again.move_to_folder(),
        answers: Vec::new(),
        opens: None,
        place: format!("terminal `{}`", again.terminal),
    };
    for line in std::iter::once(&to_folder).chain(&again.lines) {
        let answers = line.answers.iter();
        let answers: Vec<&str> = answers.map(|answer| secrets.typed(answer)).collect();
        let typed = terminal
            .type_lines(line.language, &[line.text.as_str()], &answers, TIMEOUT)
            .map_err(|error| format!("terminal `{}`: {error}", again.terminal))?;
        let opened = line.opens.is_none_or(|kind| {
            // What is taken for bash may be another shell.
            terminal.top().map(|top| top.language()) == Some(kind.language())
        });
        let reason = match &typed.end {
            TypedEnd::Done(status) if status.is_success() && opened => continue,
            TypedEnd::Done(status) if status.is_success() => "it opens no session".to_owned(),
            TypedEnd::Done(status) | TypedEnd::Stopped(status) => {
                let output = typed.output.text.trim();
                let said = output.lines().next_back().unwrap_or("");
                format!("{status} {said}").trim_end().to_owned()
            }
            TypedEnd::WaitingForInput(prompt) => format!("it waits for input: {prompt}"),
            TypedEnd::TimedOut(_) => "it takes too long".to_owned(),
            _ => "the terminal is lost".to_owned(),
        };
        return Err(format!(
            "`{}` ({}) cannot be typed once more: {reason}",
            line.text, line.place
        ));
    }
    Ok(())
}

fn in_words(again: &Reopening) -> String {
    let mut text = format!(
        "terminal {} is back in {}",
        again.terminal,
        again.folder.display()
    );
    for line in &again.lines {
        text.push_str(&format!(", `{}`", line.text));
    }
    text
}
