//! Asks a lab's checks of what a reader built by hand: nothing is typed, nothing is started, nothing is cleaned up.

use std::collections::BTreeSet;
use std::path::Path;

use labrun_model::{Block, Check, CheckOutcome, Lab, Pattern, Probe, Relation};

use crate::check::{Outside, ask};
use crate::engine::{Engine, discover};
use crate::expectation::Captures;
use crate::secrets::Secrets;
use crate::{Interrupts, RunError};

/// Asks every check of a lab once, in the order of the chapter, and tells each outcome with the check's index into
/// [`Lab::blocks`]. A check that may take a while is not waited for: what is not so now, is not so yet. Values that steps
/// print are known only in a run, so relations between them are not asked, nor a check that is nothing else.
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
    let secrets = Secrets::of_those_set(lab, &|name: &str| std::env::var_os(name));
    let mut captures = Captures::default();
    let mut answered = BTreeSet::new();
    let outside = Outside {
        engine: engine.as_ref(),
        folder,
        interrupts,
    };
    for (index, block) in lab.blocks.iter().enumerate() {
        let Block::Check(check) = block else { continue };
        answered.extend(answered_names(check));
        let at_once = Check {
            eventually: None,
            holds: check
                .holds
                .iter()
                .filter(|relation| is_known(relation, &answered))
                .cloned()
                .collect(),
            ..check.clone()
        };
        if at_once.probe == Probe::Captures && at_once.holds.is_empty() {
            continue;
        }
        let outcome = secrets.check(ask(&at_once, lab, outside, &mut captures));
        if let Some(signal) = interrupts.signal() {
            return Err(RunError::Interrupted(signal));
        }
        tell(index, outcome);
    }
    Ok(())
}

/// The names that a check's answer captures.
fn answered_names(check: &Check) -> Vec<&str> {
    let Probe::Postgres { rows, .. } = &check.probe else {
        return Vec::new();
    };
    let placeholders = rows.iter().flatten().flat_map(Pattern::placeholders);
    placeholders.map(|value| value.name.as_str()).collect()
}

/// Whether a relation speaks only of values that checks have asked for.
fn is_known(relation: &Relation, answered: &BTreeSet<&str>) -> bool {
    relation
        .captured()
        .all(|(_, value)| answered.contains(value.name.as_str()))
}
