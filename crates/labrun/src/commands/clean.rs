//! `labrun clean`: removes what runs have left that were cut short or kept, on any book.

use labrun_model::Notice;
use labrun_run::{Interrupts, Phase, RunError, Stale, StateFolder, clean_stale};

use crate::args::Clean;
use crate::exit::Exit;
use crate::report;

/// Removes, or only says, what is left.
pub(crate) fn clean(arguments: &Clean) -> anyhow::Result<Exit> {
    let state = StateFolder::find(&|name: &str| std::env::var_os(name))?;
    if arguments.dry_run {
        return Ok(dry_run(&state));
    }
    let interrupts =
        Interrupts::install().map_err(RunError::system("installing the signal handlers"))?;
    let mut count = 0;
    let left = clean_stale(
        &state,
        Stale::AndKept,
        &interrupts,
        &mut |notice| match notice {
            Notice::Reclaimed { removed } => {
                count += removed.len();
                removed
                    .iter()
                    .for_each(|line| report::note(&format!("removed {line}")));
            }
            Notice::Warning(text) => report::note(&text),
            _ => {}
        },
    );
    if !left.is_empty() {
        for line in &left {
            report::error(&format!("still there: {line}"), None);
        }
        return Ok(Exit::Broken);
    }
    if count == 0 {
        report::note("nothing to clean");
    }
    Ok(interrupts.signal().map_or(Exit::Passed, Exit::Interrupted))
}

fn dry_run(state: &StateFolder) -> Exit {
    let mut nothing = true;
    for run in state.journals().runs {
        let journal = run.snapshot();
        let kept = journal.phase == Phase::Kept;
        if !kept && !journal.is_stale() {
            continue;
        }
        nothing = false;
        let word = if kept { "kept" } else { "cut short" };
        report::note(&format!(
            "run {} of lab {} ({word}):",
            journal.run_id, journal.lab
        ));
        report::note(&format!("  would remove {}", journal.lab_folder.display()));
        for process in journal.running() {
            report::note(&format!("  would end {process}"));
        }
        for name in journal.created.containers.values() {
            report::note(&format!("  would remove container {name}"));
        }
        for name in journal.created.networks.values() {
            report::note(&format!("  would remove network {name}"));
        }
        for name in &journal.created.volumes {
            report::note(&format!("  would remove volume {name}"));
        }
    }
    if nothing {
        report::note("nothing to clean");
    }
    Exit::Passed
}
