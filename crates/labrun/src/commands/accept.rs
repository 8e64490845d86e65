//! `labrun accept`: writes the outputs that have changed into the chapter, after a run that printed them.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::Context as _;
use labrun_accept::{Accepted, Printed, accept as write_anew};
use labrun_model::{Event, Lab, Part, Severity, Verdict};
use labrun_run::{AfterFailure, Interrupts, Options, RunError};

use crate::args::Accept;
use crate::book::OpenBook;
use crate::exit::Exit;
use crate::policy;
use crate::report::{self, Human, Report as _};

/// Runs a lab, shows what its outputs have become, and writes them when the author agrees.
pub(crate) fn accept(book: Option<&Path>, arguments: &Accept) -> anyhow::Result<Exit> {
    let book = OpenBook::open(book)?;
    let entry = book.named("accept", arguments.lab.as_deref())?;
    let asks = !arguments.yes && !arguments.dry_run;
    if asks && !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        report::error(
            "nobody can be asked, because this is no terminal",
            Some("`--yes` writes without asking, and `--dry-run` only shows the change"),
        );
        return Ok(Exit::Wrong);
    }
    let path = book.chapter(entry);
    let shown = book.shown(entry);
    let text = fs::read_to_string(&path).with_context(|| format!("reading {shown}"))?;
    let lab = book.lab(entry)?;
    let interrupts =
        Interrupts::install().map_err(RunError::system("installing the signal handlers"))?;
    let engine = arguments.engine.as_deref();
    policy::enforce(&book, &lab, &arguments.by, engine, &interrupts)?;
    let options = Options {
        book_root: book.root.clone(),
        engine: arguments.engine.clone(),
        reach: arguments.reach.get(),
        keep: false,
        after_failure: AfterFailure::GoOnAfterOutput,
        evidence: false,
        part: Part::whole(),
        neighbours: BTreeSet::new(),
        watchdog: super::reap::command()?,
    };
    let printed = match outputs(&lab, &options, &interrupts)? {
        Ok(printed) => printed,
        Err(exit) => return Ok(exit),
    };
    if printed.is_empty() {
        report::note("every output is as the page shows it; there is nothing to accept");
        return Ok(Exit::Passed);
    }
    let parse = |text: &str| {
        let (lab, diagnostics) = book.parse_text(entry, text.to_owned()).ok()?;
        let is_right = diagnostics
            .iter()
            .all(|found| found.severity == Severity::Warning);
        is_right.then_some(lab)
    };
    let accepted = write_anew(&lab, &text, &printed, &parse);
    report::refused(&accepted.refused);
    if accepted.count == 0 {
        return Ok(Exit::Failed);
    }
    report::change(&shown, &text, &accepted.text);
    if arguments.dry_run {
        let count = report::count(accepted.count, "output");
        report::note(&format!(
            "{count} of {shown} would change; nothing is written"
        ));
        return Ok(Exit::Failed);
    }
    let question = format!("Write this into {shown}?");
    if asks && !report::confirmed(&question) {
        report::note("nothing is written");
        return Ok(Exit::Failed);
    }
    replace(&path, &text, &accepted.text).with_context(|| format!("writing {shown}"))?;
    say_what_is_next(&lab, &book, &shown, &accepted);
    Ok(if accepted.refused.is_empty() {
        Exit::Passed
    } else {
        Exit::Failed
    })
}

/// What the steps printed whose outputs differ; or how the command ends, because the lab failed otherwise.
fn outputs(
    lab: &Lab,
    options: &Options,
    interrupts: &Interrupts,
) -> Result<Result<Vec<Printed>, Exit>, RunError> {
    let mut human = Human::new();
    let mut printed = Vec::new();
    let mut otherwise = 0;
    let mut last = None;
    let result = labrun_run::run(lab, options, None, interrupts, &mut |event| {
        match &event {
            Event::StepFinished(block, outcome) => match &outcome.failure {
                Some(failure) if failure.kind.is_output() => {
                    printed.push(Printed {
                        block: *block,
                        output: outcome.output.clone(),
                    });
                }
                Some(_) => otherwise += 1,
                None => otherwise += usize::from(outcome.verdict != Verdict::Passed),
            },
            Event::CheckFinished(_, outcome) => {
                otherwise += usize::from(outcome.verdict != Verdict::Passed);
            }
            _ => {}
        }
        // What a run that only printed something else ends with is the change, not its failures.
        if matches!(event, Event::Finished(_)) {
            last = Some(event);
        } else {
            human.event(lab, &event);
        }
    });
    let has_failed = otherwise > 0
        || result
            .as_ref()
            .is_ok_and(|summary| !summary.left_behind.is_empty());
    if let Some(event) = last.filter(|_| has_failed) {
        human.event(lab, &event);
    }
    // It only takes the live line away.
    let _ = human.close(lab, result.as_ref().err());
    let summary = result?;
    if let Some(signal) = summary.interrupted_by {
        return Ok(Err(Exit::Interrupted(signal)));
    }
    if has_failed {
        report::error(
            "the lab failed in another way than by its outputs, so nothing is accepted",
            Some("mend the failure above first; only what a step prints can be accepted"),
        );
        return Ok(Err(Exit::Failed));
    }
    Ok(Ok(printed))
}

/// Puts a new text in the place of an old one, all at once: whoever reads the file sees the one or the other.
fn replace(path: &Path, old: &str, new: &str) -> io::Result<()> {
    // Where the chapter is a link, the file that it leads to is written.
    let path = path.canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(new.as_bytes())?;
    let there = fs::metadata(&path)?;
    file.as_file().set_permissions(there.permissions())?;
    // Only root may give a file away; for everybody else it is theirs already.
    let _ = std::os::unix::fs::chown(file.path(), Some(there.uid()), Some(there.gid()));
    file.as_file().sync_all()?;
    if fs::read_to_string(&path)? != old {
        let changed = "it has been changed while the lab was running; nothing is written";
        return Err(io::Error::other(changed));
    }
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

fn say_what_is_next(lab: &Lab, book: &OpenBook, shown: &str, accepted: &Accepted) {
    let count = report::count(accepted.count, "output");
    report::note(&format!("wrote {count} into {shown}"));
    let folder = Path::new("labs").join(&lab.name);
    let has = |file: &str| book.root.join(&folder).join(file).exists();
    for (file, command) in [("lab.sh", "extract"), ("recording.json", "record")] {
        if has(file) {
            report::note(&format!(
                "{} is of the chapter as it was: `labrun {command} {}` makes it anew",
                folder.join(file).display(),
                lab.name
            ));
        }
    }
}
