//! Starting runners as the schedule allows, passing on what they tell and what the user signals, until the last has gone.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use labrun_model::Lab;
use labrun_run::{Interrupts, RunError};

use super::engines::Engines;
use crate::args::Run;
use crate::book::{BookError, OpenBook};
use crate::commands::run::{after_failure, cannot, wanted};
use crate::exit::Exit;
use crate::report::{Bundle, Gathering, Report, Together};
use crate::runner::{Errand, Heard, Runner, fingerprint};
use crate::schedule::{Candidate, Schedule, Start};

/// Labs that are run together.
pub(super) struct Conductor<'a> {
    labs: &'a [Lab],
    errands: Vec<Errand>,
    engines: &'a Engines,
    schedule: Schedule,
    runners: BTreeMap<usize, Runner>,
    bundles: Vec<Bundle>,
    human: Together,
    reports: Vec<Box<dyn Report>>,
    /// The first report that could not be written.
    unwritten: io::Result<()>,
    /// How many signals have come.
    signals: usize,
    send: Sender<Heard>,
    hear: Receiver<Heard>,
}

impl<'a> Conductor<'a> {
    /// Nothing runs yet; every report is begun.
    ///
    /// # Errors
    /// When a report or a bundle cannot be made.
    pub(super) fn new(
        book: &OpenBook,
        arguments: &Run,
        labs: &'a [Lab],
        candidates: Vec<Candidate>,
        engines: &'a Engines,
    ) -> Result<Self, BookError> {
        let all = Gathering {
            labs: labs.iter().map(|lab| lab.name.clone()).collect(),
            jobs: arguments.many.jobs.0,
            shard: arguments.many.shard.map(|shard| shard.to_string()),
            engines: engines.shown(),
        };
        let alone = alone(labs, &candidates, all.jobs);
        let schedule = Schedule::new(candidates, engines.places(), all.jobs);
        let errands = (0..labs.len()).map(|lab| errand(book, arguments, labs, &schedule, lab));
        let errands = errands.collect();
        let every: Vec<&Lab> = labs.iter().collect();
        let bundles = bundles(book, arguments.bundle.as_deref(), labs)?;
        let reports = wanted(&arguments.report, &every, Some(&all))?;
        let human = Together::new(&every);
        human.begin(&all, &alone);
        let (send, hear) = channel();
        Ok(Self {
            labs,
            errands,
            engines,
            schedule,
            runners: BTreeMap::new(),
            bundles,
            human,
            reports,
            unwritten: Ok(()),
            signals: 0,
            send,
            hear,
        })
    }

    /// Runs all of them, and says how they ended. A lab that fails does not end the others; a signal ends all.
    ///
    /// # Errors
    /// When a report cannot be written, or the system refuses a thread.
    pub(super) fn run(mut self, interrupts: &Interrupts) -> anyhow::Result<Exit> {
        pass_on(interrupts, self.send.clone()).map_err(RunError::system("starting a thread"))?;
        loop {
            while self.signals == 0
                && let Some(start) = self.schedule.next()
            {
                self.start(start);
            }
            if self.schedule.is_idle() {
                break;
            }
            // The conductor itself holds a sender, so that there is always somebody to hear.
            let Ok(heard) = self.hear.recv() else { break };
            self.hear(heard);
        }
        for lab in self.schedule.waiting().to_vec() {
            let signal = interrupts.signal().unwrap_or_default();
            self.close(lab, Some(&RunError::Interrupted(signal)));
        }
        for report in &mut self.reports {
            self.unwritten = std::mem::replace(&mut self.unwritten, Ok(())).and(report.finish());
        }
        // Behind everything else, because it is what a person reads last.
        let finished = self.human.finish();
        self.unwritten
            .and(finished)
            .map_err(RunError::system("writing a report"))?;
        // Signals that came before anything was started are told by no lab.
        let interrupted = interrupts.signal().map(Exit::Interrupted);
        Ok(Exit::worst(
            interrupted.into_iter().chain([self.human.exit()]),
        ))
    }

    fn start(&mut self, start: Start) {
        let Some(errand) = self.errands.get_mut(start.lab) else {
            return;
        };
        errand.engine = self.engines.url(start.engine);
        match Runner::start(errand, start.lab, self.send.clone()) {
            Ok(runner) => {
                self.runners.insert(start.lab, runner);
                if let Some(lab) = self.labs.get(start.lab) {
                    self.human.begun(lab);
                }
            }
            Err(error) => {
                let trouble = RunError::system("starting a process for the lab")(error);
                self.schedule.ended(start.lab);
                self.close(start.lab, Some(&trouble));
            }
        }
    }

    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Event(lab, event) => {
                let Some(of) = self.labs.get(lab) else { return };
                if let Some(bundle) = self.bundles.get_mut(lab) {
                    bundle.event(of, &event);
                }
                self.human.event(of, &event);
                for report in &mut self.reports {
                    report.event(of, &event);
                }
            }
            Heard::Ended(lab, trouble) => {
                if let Some(runner) = self.runners.get_mut(&lab) {
                    runner.has_ended(trouble);
                }
            }
            Heard::Gone(lab) => {
                let trouble = self.runners.remove(&lab).and_then(Runner::finish);
                self.schedule.ended(lab);
                self.close(lab, trouble.as_ref());
            }
            Heard::Signal(signal) => {
                self.signals += 1;
                self.human.interrupted(self.signals);
                self.runners
                    .values()
                    .for_each(|runner| runner.signal(signal));
            }
        }
    }

    fn close(&mut self, lab: usize, trouble: Option<&RunError>) {
        let Some(of) = self.labs.get(lab) else { return };
        let mut closed = Ok(());
        if let Some(bundle) = self.bundles.get_mut(lab) {
            match bundle.pack(of, trouble) {
                Ok(path) => self.human.bundled(of, path),
                Err(error) => closed = Err(error),
            }
        }
        closed = closed.and(self.human.close(of, trouble));
        for report in &mut self.reports {
            closed = closed.and(report.close(of, trouble));
        }
        self.unwritten = std::mem::replace(&mut self.unwritten, Ok(())).and(closed);
    }
}

/// Which labs run alone, and why, where labs could run at once.
fn alone(labs: &[Lab], candidates: &[Candidate], jobs: usize) -> Vec<(String, String)> {
    if jobs == 1 || labs.len() == 1 {
        return Vec::new();
    }
    let said = labs.iter().zip(candidates).filter_map(|(lab, candidate)| {
        let why = candidate.why_alone(lab)?;
        Some((lab.name.clone(), why))
    });
    said.collect()
}

/// What the runner of a lab is to do; the engine is chosen when it starts.
fn errand(
    book: &OpenBook,
    arguments: &Run,
    labs: &[Lab],
    schedule: &Schedule,
    lab: usize,
) -> Errand {
    let neighbours: BTreeSet<String> = match arguments.many.jobs.0 {
        1 => BTreeSet::new(),
        _ => schedule.names_beside(lab),
    };
    let of = labs.get(lab);
    Errand {
        book: book.root.clone(),
        lab: of.map(|lab| lab.name.clone()).unwrap_or_default(),
        fingerprint: of.map(fingerprint).unwrap_or_default(),
        engine: None,
        reach: arguments.reach.get(),
        keep: arguments.keep,
        after_failure: after_failure(arguments),
        evidence: arguments.bundle.is_some(),
        neighbours,
    }
}

/// A bundle for each lab: `run.tar.gz` is `run-LAB.tar.gz`.
fn bundles(book: &OpenBook, wanted: Option<&Path>, labs: &[Lab]) -> Result<Vec<Bundle>, BookError> {
    let bundle = |lab: &Lab| {
        let path = wanted.map(|path| of_lab(path, &lab.name));
        let made = Bundle::create(path.as_deref(), lab, &book.root);
        made.map_err(cannot(path.as_deref().unwrap_or(Path::new("the bundle"))))
    };
    labs.iter().map(bundle).collect()
}

fn of_lab(path: &Path, lab: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ends = [".tar.gz", ".tgz"];
    let end = ends
        .into_iter()
        .find(|end| name.ends_with(end))
        .unwrap_or_default();
    let stem = name.strip_suffix(end).unwrap_or(&name);
    path.with_file_name(format!("{stem}-{lab}{end}"))
}

/// Has every signal told to the conductor, as long as labrun runs.
fn pass_on(interrupts: &Interrupts, send: Sender<Heard>) -> io::Result<()> {
    let interrupts = interrupts.clone();
    let wait = move || {
        let mut told = 0;
        loop {
            let count = interrupts.more_than(told);
            let signal = interrupts.signal().unwrap_or_default();
            while told < count {
                told += 1;
                if send.send(Heard::Signal(signal)).is_err() {
                    return;
                }
            }
        }
    };
    let thread = std::thread::Builder::new().name("signals".to_owned());
    thread.spawn(wait).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lab_has_a_bundle_of_its_own() {
        for (path, expected) in [
            ("out/run.tar.gz", "out/run-chapter3.tar.gz"),
            ("run.tgz", "run-chapter3.tgz"),
            ("a.b.tar.gz", "a.b-chapter3.tar.gz"),
        ] {
            assert_eq!(of_lab(Path::new(path), "chapter3"), Path::new(expected));
        }
    }
}
