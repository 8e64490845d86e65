//! The runner itself: reads its errand, runs the lab, and tells what happens on standard output.

use std::io::{self, BufRead as _, Read as _, Write as _};
use std::path::Path;

use labrun_model::{Event, Lab, Part};
use labrun_run::{Interrupts, Options, RunError};
use rustix::process::{Signal, getpid, kill_process};

use super::{COMMAND, Errand, Word, fingerprint};
use crate::book::OpenBook;
use crate::commands::reap;
use crate::exit::Exit;

/// Becomes a runner when the first argument says so.
pub(crate) fn if_called() -> Option<Exit> {
    if std::env::args_os().nth(1)? != COMMAND {
        return None;
    }
    let ended = run();
    // Whoever listened may be gone, and then nobody is left to tell.
    let trouble = ended.err().map(Into::into);
    tell(&Word::Ended(trouble));
    Some(Exit::Passed)
}

fn run() -> Result<(), RunError> {
    let interrupts =
        Interrupts::install().map_err(RunError::system("installing the signal handlers"))?;
    let doing = || RunError::system("reading what to run");
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(doing())?;
    let errand: Errand = serde_json::from_str(&line)
        .map_err(io::Error::from)
        .map_err(doing())?;
    end_with_the_listener().map_err(RunError::system("starting a thread"))?;
    let (lab, root) = read(&errand)?;
    let watchdog = reap::command().map_err(|error| {
        RunError::system("finding labrun's own program")(io::Error::other(format!("{error:#}")))
    })?;
    let options = Options {
        book_root: root,
        engine: errand.engine,
        reach: errand.reach,
        keep: errand.keep,
        after_failure: errand.after_failure,
        evidence: errand.evidence,
        part: Part::whole(),
        neighbours: errand.neighbours,
        watchdog,
    };
    let mut emit = |event: Event| tell(&Word::Event(event));
    labrun_run::run(&lab, &options, None, &interrupts, &mut emit).map(drop)
}

/// Whoever listens holds the other end of standard input and never closes it while a lab runs: its end means that the
/// listener was killed, and the lab ends as if it had been asked to.
fn end_with_the_listener() -> io::Result<()> {
    let wait = || {
        // An error means the same as the end.
        let _ = io::stdin().lock().read_to_end(&mut Vec::new());
        let _ = kill_process(getpid(), Signal::TERM);
    };
    let thread = std::thread::Builder::new().name("listener".to_owned());
    thread.spawn(wait).map(drop)
}

/// The lab, as the listener has read it.
fn read(errand: &Errand) -> Result<(Lab, std::path::PathBuf), RunError> {
    let found = open(&errand.book, &errand.lab);
    found
        .filter(|(lab, _)| fingerprint(lab) == errand.fingerprint)
        .ok_or_else(|| RunError::CannotGoOn {
            what: format!(
                "the chapter of `{}` was changed after this run had begun",
                errand.lab
            ),
            help: format!("`labrun {}` runs it as it is now", errand.lab),
        })
}

fn open(book: &Path, lab: &str) -> Option<(Lab, std::path::PathBuf)> {
    let book = OpenBook::open(Some(book)).ok()?;
    let lab = book.lab(book.entry(lab).ok()?).ok()?;
    Some((lab, book.root))
}

/// Writes a line. Where nobody reads it any more the run goes on to its clean end.
fn tell(word: &Word) {
    let Ok(mut line) = serde_json::to_string(word) else {
        return;
    };
    line.push('\n');
    let mut out = io::stdout().lock();
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}
