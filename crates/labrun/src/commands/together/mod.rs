//! `labrun run` with several labs: which they are, what each takes, and which engines they are shared out among.

mod conduct;
mod engines;

use labrun_check::Claims;
use labrun_model::{Lab, Part};
use labrun_parse::LabEntry;
use labrun_run::{Interrupts, RunError, needs_engine};

use self::conduct::Conductor;
use self::engines::Engines;
use crate::args::Run;
use crate::book::{BookError, OpenBook};
use crate::dry_run::preview;
use crate::exit::Exit;
use crate::policy::Guard;
use crate::report;
use crate::schedule::Candidate;
use crate::shard::Shard;

/// Runs labs, as many at once as was asked for and as their chapters allow.
pub(crate) fn together(book: &OpenBook, arguments: &Run) -> anyhow::Result<Exit> {
    refuse_what_is_for_one(arguments)?;
    let entries = chosen(book, arguments)?;
    if entries.is_empty() {
        report::error("there is no lab to run", Some(&book.what_there_is()));
        return Ok(Exit::Nothing);
    }
    let of_book = entries.len();
    let entries: Vec<&LabEntry> = match arguments.many.shard {
        Some(shard) => entries
            .into_iter()
            .filter(|lab| shard.holds(&lab.name))
            .collect(),
        None => entries,
    };
    if let Some(shard) = arguments.many.shard.filter(|_| entries.is_empty()) {
        nothing_in(shard, of_book);
        return Ok(Exit::Passed);
    }
    let Some(labs) = read(book, &entries) else {
        return Ok(Exit::Wrong);
    };
    if arguments.dry_run {
        let previews = labs.iter().map(|lab| preview(lab, &Part::whole()));
        report::data(&previews.collect::<Vec<_>>().join("\n"));
        return Ok(Exit::Passed);
    }
    let candidates: Vec<Candidate> = entries
        .iter()
        .zip(&labs)
        .map(|(entry, lab)| candidate(entry, lab))
        .collect();
    let interrupts =
        Interrupts::install().map_err(RunError::system("installing the signal handlers"))?;
    let ask = candidates.iter().any(|candidate| candidate.needs_engine);
    let engines = match Engines::find(&arguments.engine, arguments.reach.get(), ask, &interrupts)? {
        Ok(engines) => engines,
        Err(exit) => return Ok(exit),
    };
    if is_refused(book, arguments, &labs, &interrupts)? {
        return Ok(Exit::Wrong);
    }
    Conductor::new(book, arguments, &labs, candidates, &engines)?.run(&interrupts)
}

/// What is known of a lab before it runs; what book.toml says of it goes before what its text tells.
pub(crate) fn candidate(entry: &LabEntry, lab: &Lab) -> Candidate {
    let claims = Claims::of(lab);
    Candidate {
        alone: entry.alone.unwrap_or(claims.alone().is_some()),
        claims,
        needs_engine: needs_engine(lab),
    }
}

/// Reads every lab, and complains of all that is wrong in any: `None` where something is.
pub(crate) fn read(book: &OpenBook, entries: &[&LabEntry]) -> Option<Vec<Lab>> {
    let mut labs = Some(Vec::new());
    for entry in entries {
        match book.lab(entry) {
            Ok(lab) => labs.iter_mut().for_each(|labs| labs.push(lab.clone())),
            Err(error) => {
                labs = None;
                report::complain(&error.into());
            }
        }
    }
    labs
}

/// Whether the book's policy refuses any of the labs, on any of the engines; everything that it refuses is told.
fn is_refused(
    book: &OpenBook,
    arguments: &Run,
    labs: &[Lab],
    interrupts: &Interrupts,
) -> anyhow::Result<bool> {
    let Some(guard) = Guard::find(book, &arguments.by)? else {
        return Ok(false);
    };
    let mut is_refused = false;
    let named = arguments.engine.iter().map(|url| Some(url.as_str()));
    let engines: Vec<Option<&str>> = match arguments.engine.len() {
        0 => vec![None],
        _ => named.collect(),
    };
    for lab in labs {
        // A lab that one engine's rules refuse need not be told again by the next one's.
        let enforce = |engine: &Option<&str>| guard.enforce(lab, *engine, interrupts).err();
        match engines.iter().find_map(enforce) {
            Some(error) if error.is::<BookError>() => {
                is_refused = true;
                report::complain(&error);
            }
            Some(error) => return Err(error),
            None => {}
        }
    }
    Ok(is_refused)
}

/// The labs that were named, each once, or all of the book.
fn chosen<'a>(book: &'a OpenBook, arguments: &Run) -> Result<Vec<&'a LabEntry>, BookError> {
    if arguments.labs.is_empty() && !arguments.many.all {
        book.named("run", None)?;
    }
    let mut chosen: Vec<&LabEntry> = Vec::new();
    for entry in book.entries(&arguments.labs)? {
        if chosen.iter().all(|known| known.name != entry.name) {
            chosen.push(entry);
        }
    }
    Ok(chosen)
}

fn refuse_what_is_for_one(arguments: &Run) -> Result<(), BookError> {
    let selection = &arguments.selection;
    let given = [
        (arguments.pace.step, "--step"),
        (arguments.pace.watch, "--watch"),
        (selection.until.is_some(), "--until"),
        (selection.only.is_some(), "--only"),
        (selection.from.is_some(), "--from"),
    ];
    match given.iter().find(|(is_given, _)| *is_given) {
        Some((_, flag)) => Err(BookError::File {
            what: format!("`{flag}` is about one lab, and several are to be run"),
            help: format!("name one lab, and one engine, or leave `{flag}` out"),
        }),
        None => Ok(()),
    }
}

/// A part without a lab is no mistake: whoever asks for it has made the parts for more labs than there are.
fn nothing_in(shard: Shard, labs: usize) {
    let labs = report::count(labs, "lab");
    report::note(&format!(
        "shard {shard} has none of the {labs}; there is nothing to do"
    ));
}
