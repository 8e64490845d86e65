//! Asks a lab's checks of what a reader built by hand: nothing is typed, nothing is started, nothing is cleaned up.

use std::path::Path;

use labrun_model::{Block, Check, CheckOutcome, Lab, Probe};

use crate::check::{Outside, ask};
use crate::engine::{Engine, discover};
use crate::{Interrupts, RunError};

/// Asks every check of a lab once, in the order of the chapter, and tells each outcome with the check's index into
/// [`Lab::blocks`]. A check that may take a while is not waited for: what is not so now, is not so yet.
/// Files are looked for below `folder`, where the reader works.
///
/// # Errors
/// When there is no check, when no engine answers and a check needs one, or when a signal came.
pub fn verify(
    lab: &Lab,
    folder: &Path,
    engine: Option<&str>,
    interrupts: &Interrupts,
    tell: &mut dyn FnMut(usize, CheckOutcome),
) -> Result<(), RunError> {
    if lab.checks().next().is_none() {
        return Err(RunError::Nothing(format!(
            "lab `{}` ({}) has no check to ask",
            lab.name,
            lab.source.path()
        )));
    }
    let asks_engine = |check: &Check| matches!(check.probe, Probe::Container { .. });
    let engine = lab
        .checks()
        .any(asks_engine)
        .then(|| {
            let endpoint = discover(engine, &|name: &str| std::env::var_os(name))?;
            Engine::connect(&endpoint, interrupts)
        })
        .transpose()?;
    let outside = Outside {
        engine: engine.as_ref(),
        folder,
        interrupts,
    };
    for (index, block) in lab.blocks.iter().enumerate() {
        let Block::Check(check) = block else { continue };
        let at_once = Check {
            eventually: None,
            ..check.clone()
        };
        let outcome = ask(&at_once, lab, outside);
        if let Some(signal) = interrupts.signal() {
            return Err(RunError::Interrupted(signal));
        }
        tell(index, outcome);
    }
    Ok(())
}
