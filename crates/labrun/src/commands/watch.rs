//! `labrun LAB --watch`: runs a lab, leaves it standing, and runs again on each save, until a signal ends it.

use std::io;
use std::time::Duration;

use labrun_book::Saves;
use labrun_model::{Event, Lab, Part};
use labrun_parse::step_observes;
use labrun_run::{Choice, Guide, Interrupts, Lent, Next, Options, RunError, WatchedLab};

use super::run::{cannot, close, options, reports};
use crate::args::Run;
use crate::book::{BookError, OpenBook};
use crate::exit::Exit;
use crate::policy;
use crate::report::{self, Bundle};
use crate::selection;

/// How long to wait for a signal before looking whether something was saved; saves that follow each other as quickly
/// belong together.
const A_WHILE: Duration = Duration::from_millis(100);

/// Runs a lab on each save.
pub(crate) fn watch(book: OpenBook, name: &str, arguments: &Run) -> anyhow::Result<Exit> {
    let interrupts =
        Interrupts::install().map_err(RunError::system("installing the signal handlers"))?;
    let mut watching = Watching {
        shown: book.shown(book.entry(name)?),
        saves: Saves::new(&book.root)?,
        book,
        name,
        arguments,
        interrupts,
        lab: WatchedLab::default(),
        rounds: 0,
    };
    let ended = watching.rounds();
    let stood = watching.lab.folder().is_some();
    let left = watching.lab.clean_up(&watching.interrupts, &mut |_| {
        report::note("cleaning up");
    });
    if stood {
        report::ended(&left);
    }
    ended?;
    let signal = watching.interrupts.signal();
    Ok(signal.map_or(Exit::Passed, Exit::Interrupted))
}

/// A lab that is watched.
struct Watching<'a> {
    book: OpenBook,
    name: &'a str,
    arguments: &'a Run,
    interrupts: Interrupts,
    saves: Saves,
    /// The chapter, as messages name it.
    shown: String,
    lab: WatchedLab,
    rounds: usize,
}

impl Watching<'_> {
    /// Round after round, until a signal comes.
    fn rounds(&mut self) -> anyhow::Result<()> {
        while self.interrupts.signal().is_none() {
            let saved = self.saves.take();
            match self.read() {
                Ok(lab) => match selection::part(&lab, &self.arguments.selection) {
                    Ok(part) => self.round(&lab, &part, &saved)?,
                    // What was asked for at the start is not mended by a save.
                    Err(error) if self.rounds == 0 => return Err(error.into()),
                    Err(error) => drop(report::complain(&error.into())),
                },
                Err(error) => drop(report::complain(&error)),
            }
            self.wait();
        }
        Ok(())
    }

    /// Reads the book as it is now. What it is made from is watched before it is read, so that no save is missed.
    fn read(&mut self) -> anyhow::Result<Lab> {
        let follow = |saves: &mut Saves, book: &OpenBook| {
            let chapter = book.chapter(book.entry(self.name)?);
            saves.follow(&chapter).map_err(|error| BookError::File {
                what: error.to_string(),
                help: "the folders of the chapter and of what it includes must be readable"
                    .to_owned(),
            })
        };
        self.book = OpenBook::open(Some(&self.book.root))?;
        follow(&mut self.saves, &self.book)?;
        let entry = self.book.entry(self.name)?;
        self.shown = self.book.shown(entry);
        let lab = self.book.lab(entry)?;
        let engine = self.arguments.engine.first().map(String::as_str);
        policy::enforce(
            &self.book,
            &lab,
            &self.arguments.by,
            engine,
            &self.interrupts,
        )?;
        Ok(lab)
    }

    fn round(&mut self, lab: &Lab, part: &Part, saved: &[String]) -> anyhow::Result<()> {
        let next = match self.rounds {
            0 => Next::All(String::new()),
            _ => self.lab.next(lab, part, &step_observes),
        };
        if next == Next::Nothing {
            report::unchanged(saved);
            return Ok(());
        }
        self.rounds += 1;
        report::round(self.rounds, lab, &next);
        let mut ended = self.play(lab, part, &next)?;
        if let (Err(RunError::CannotGoOn { what, .. }), Next::GoOn { .. }) = (&ended, &next) {
            report::all_anew(what);
            ended = self.play(lab, part, &Next::All(String::new()))?;
        }
        match ended {
            Err(error) if self.can_be_waited_out(&error) => {
                report::complain(&error.into());
            }
            other => other?,
        }
        Ok(())
    }

    /// Whether a save may mend what kept a run from happening. Whether an engine is there is known from the start.
    fn can_be_waited_out(&self, error: &RunError) -> bool {
        match error {
            RunError::Nothing(_) | RunError::Conflict { .. } | RunError::CannotGoOn { .. } => true,
            RunError::Missing { .. } => self.rounds > 1,
            RunError::AlreadyRunning { .. }
            | RunError::Interrupted(_)
            | RunError::System { .. } => false,
        }
    }

    fn play(
        &mut self,
        lab: &Lab,
        part: &Part,
        next: &Next,
    ) -> anyhow::Result<Result<(), RunError>> {
        let options: Options = options(&self.book, self.arguments, part.clone())?;
        let wanted = self.arguments.bundle.as_deref();
        let bundle =
            wanted.map(|path| Bundle::create(wanted, lab, &self.book.root).map_err(cannot(path)));
        let mut reports = reports(lab, self.arguments, bundle.transpose()?)?;
        let mut guide = UntilSaved {
            saves: &mut self.saves,
            has_ended: false,
        };
        let mut hear = |event: Event| {
            for report in &mut reports {
                report.event(lab, &event);
            }
        };
        let played = self
            .lab
            .play(lab, options, next, &mut guide, &self.interrupts, &mut hear);
        if guide.has_ended {
            report::ended_by_save();
        }
        let closed = close(&mut reports, lab, played.as_ref().err());
        closed.map_err(RunError::system("writing a report"))?;
        Ok(played.map(drop))
    }

    /// Waits for a save, or for a signal.
    fn wait(&mut self) {
        if self.saves.have_come() || self.interrupts.signal().is_some() {
            return;
        }
        report::waiting(&self.shown, self.lab.folder().as_deref());
        while !self.interrupts.wait(A_WHILE) {
            if self.saves.have_come() {
                self.interrupts.wait(A_WHILE);
                return;
            }
        }
    }
}

/// Goes on until something is saved: then no further step is done, because the next round does it as it is now.
struct UntilSaved<'a> {
    saves: &'a mut Saves,
    has_ended: bool,
}

impl Guide for UntilSaved<'_> {
    fn choose(&mut self, _block: usize, _session: &str) -> io::Result<Choice> {
        self.has_ended = self.saves.have_come();
        Ok(if self.has_ended {
            Choice::Quit
        } else {
            Choice::Step
        })
    }

    fn lend(&mut self) -> io::Result<Lent<'_>> {
        Err(io::Error::other("nobody asked for the live session"))
    }

    fn take_back(&mut self) {}
}
