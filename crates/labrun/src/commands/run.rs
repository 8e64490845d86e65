//! `labrun run`, and its short form `labrun LAB`.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use labrun_model::{Lab, Part};
use labrun_run::{AfterFailure, Guide, Interrupts, Options, RunError};

use crate::args::{ReportTo, Run};
use crate::book::{BookError, OpenBook};
use crate::dry_run::preview;
use crate::exit::Exit;
use crate::keyboard::Keyboard;
use crate::policy;
use crate::report::{self, Bundle, Gathering, GitHub, Html, Human, JUnit, JsonLines, Report};
use crate::selection;

/// Runs a lab, or several, and reports.
pub(crate) fn run(book: Option<&Path>, arguments: &Run) -> anyhow::Result<Exit> {
    let wanted = arguments.labs.first().map(String::as_str);
    let book = OpenBook::open(book).map_err(|error| error.or_command(wanted))?;
    let many = &arguments.many;
    if many.all || many.shard.is_some() || arguments.labs.len() > 1 || arguments.engine.len() > 1 {
        return super::together::together(&book, arguments);
    }
    let entry = book.named("run", wanted);
    let entry = entry.map_err(|error| error.or_command(wanted))?;
    if arguments.pace.watch {
        let name = entry.name.clone();
        return super::watch::watch(book, &name, arguments);
    }
    let lab = book.lab(entry)?;
    let part = selection::part(&lab, &arguments.selection)?;
    if arguments.dry_run {
        report::data(&preview(&lab, &part));
        return Ok(Exit::Passed);
    }
    one(&book, &lab, part, arguments)
}

/// Runs one lab in this process.
fn one(book: &OpenBook, lab: &Lab, part: Part, arguments: &Run) -> anyhow::Result<Exit> {
    let interrupts =
        Interrupts::install().map_err(RunError::system("installing the signal handlers"))?;
    let engine = arguments.engine.first().map(String::as_str);
    policy::enforce(book, lab, &arguments.by, engine, &interrupts)?;
    let options = options(book, arguments, part)?;
    let mut keyboard = None;
    if arguments.pace.step {
        keyboard = Keyboard::find(lab, &interrupts);
        if keyboard.is_none() {
            return Ok(no_terminal());
        }
    }
    let bundle = arguments.bundle.as_deref();
    let bundle = Bundle::create(bundle, lab, &book.root)
        .map_err(cannot(bundle.unwrap_or(Path::new("the bundle"))))?;
    let mut reports = reports(lab, arguments, Some(bundle))?;
    let guide = keyboard.as_mut().map(|keyboard| keyboard as &mut dyn Guide);
    let result = labrun_run::run(lab, &options, guide, &interrupts, &mut |event| {
        for report in &mut reports {
            report.event(lab, &event);
        }
    });
    drop(keyboard);
    let closed = close(&mut reports, lab, result.as_ref().err());
    let summary = result?;
    closed.map_err(RunError::system("writing a report"))?;
    Ok(Exit::from(&summary))
}

/// Closes the reports of a run of one lab: all of them, also where one cannot be written.
pub(super) fn close(
    reports: &mut [Box<dyn Report>],
    lab: &Lab,
    trouble: Option<&RunError>,
) -> io::Result<()> {
    let mut closed = Ok(());
    for report in &mut *reports {
        closed = closed.and(report.close(lab, trouble));
    }
    for report in reports {
        closed = closed.and(report.finish());
    }
    closed
}

/// How the lab is run.
pub(super) fn options(book: &OpenBook, arguments: &Run, part: Part) -> anyhow::Result<Options> {
    Ok(Options {
        book_root: book.root.clone(),
        engine: arguments.engine.first().cloned(),
        reach: arguments.reach.get(),
        keep: arguments.keep,
        after_failure: after_failure(arguments),
        evidence: arguments.bundle.is_some(),
        part,
        neighbours: BTreeSet::new(),
        watchdog: super::reap::command()?,
    })
}

/// What a failure in a lab means for its other steps.
pub(super) fn after_failure(arguments: &Run) -> AfterFailure {
    if arguments.keep_going {
        AfterFailure::GoOn
    } else {
        AfterFailure::Stop
    }
}

fn no_terminal() -> Exit {
    report::error(
        "`--step` waits for keys, and standard input or standard error is no terminal",
        Some("run it in a terminal, or leave `--step` out"),
    );
    Exit::Wrong
}

/// The reports of a run: the one for people, the bundle of one that fails, and those that were asked for.
pub(super) fn reports(
    lab: &Lab,
    arguments: &Run,
    bundle: Option<Bundle>,
) -> Result<Vec<Box<dyn Report>>, BookError> {
    let human = if arguments.pace.step {
        Human::step_by_step()
    } else {
        Human::new()
    };
    let mut reports: Vec<Box<dyn Report>> = vec![Box::new(human)];
    reports.extend(bundle.map(|bundle| Box::new(bundle) as Box<dyn Report>));
    reports.extend(wanted(&arguments.report, &[lab], None)?);
    Ok(reports)
}

/// The reports that were asked for, about one lab or about all that are run together. In a job of GitHub Actions its
/// annotations are always among them, because only they keep a step's output from being a command to the job.
pub(super) fn wanted(
    wanted: &[ReportTo],
    labs: &[&Lab],
    together: Option<&Gathering>,
) -> Result<Vec<Box<dyn Report>>, BookError> {
    let in_github = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let mut reports = Vec::new();
    for one in wanted {
        reports.extend(file_report(one, labs, together)?);
    }
    // The last, because it switches the job's commands off at once: a file that cannot be made must not leave them so.
    if in_github || wanted.contains(&ReportTo::GitHub) {
        reports.push(Box::new(GitHub::new()) as Box<dyn Report>);
    }
    Ok(reports)
}

/// A report into a file, where it is one.
fn file_report(
    wanted: &ReportTo,
    labs: &[&Lab],
    together: Option<&Gathering>,
) -> Result<Option<Box<dyn Report>>, BookError> {
    let report: Box<dyn Report> = match wanted {
        ReportTo::Html(path) => Box::new(Html::create(path, labs).map_err(cannot(path))?),
        ReportTo::JUnit(path) => Box::new(JUnit::create(path, labs).map_err(cannot(path))?),
        ReportTo::JsonLines(path) => {
            Box::new(JsonLines::create(path, together).map_err(cannot(path))?)
        }
        ReportTo::GitHub => return Ok(None),
    };
    Ok(Some(report))
}

/// A file that was asked for cannot be made: better to know it before the first step than after the last.
pub(super) fn cannot(path: &Path) -> impl FnOnce(io::Error) -> BookError {
    let what = format!("{} cannot be written", path.display());
    move |error| BookError::File {
        what: format!("{what}: {error}"),
        help: "name a file in a folder that is there and that you may write to".to_owned(),
    }
}
