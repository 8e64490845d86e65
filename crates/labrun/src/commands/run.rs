//! `labrun run`, and its short form `labrun LAB`.

use std::path::Path;

use labrun_model::{Action, Block, Lab, Step};
use labrun_run::{Interrupts, Options, RunError};

use crate::args::{ReportTo, Run};
use crate::book::{BookError, OpenBook};
use crate::exit::Exit;
use crate::report::{self, GitHub, Human, JUnit, JsonLines, Report};

/// Runs a lab and reports it.
pub(crate) fn run(book: Option<&Path>, arguments: &Run) -> anyhow::Result<Exit> {
    let wanted = arguments.lab.as_deref();
    let book = OpenBook::open(book).map_err(|error| error.or_command(wanted))?;
    let entry = book.named("run", wanted);
    let lab = book.lab(entry.map_err(|error| error.or_command(wanted))?)?;
    let until = arguments
        .until
        .as_deref()
        .map(|step| last_block(&lab, step))
        .transpose()?;
    if arguments.dry_run {
        report::data(&plan(&lab));
        return Ok(Exit::Passed);
    }
    let interrupts =
        Interrupts::install().map_err(RunError::system("installing the signal handlers"))?;
    let options = Options {
        book_root: book.root.clone(),
        engine: arguments.engine.clone(),
        keep: arguments.keep,
        keep_going: arguments.keep_going,
        until,
        watchdog: super::reap::command()?,
    };
    let mut reports = reports(&lab, &arguments.report)?;
    let result = labrun_run::run(&lab, &options, &interrupts, &mut |event| {
        for report in &mut reports {
            report.event(&lab, &event);
        }
    });
    let mut closed = Ok(());
    for report in &mut reports {
        closed = closed.and(report.close(&lab, result.as_ref().err()));
    }
    let summary = result?;
    closed.map_err(RunError::system("writing a report"))?;
    Ok(match summary.interrupted_by {
        Some(signal) => Exit::Interrupted(signal),
        None if summary.is_green() => Exit::Passed,
        None => Exit::Failed,
    })
}

/// The reports of a run: the one for people, and those that were asked for. In a job of GitHub Actions its annotations
/// are always among them, because only they keep a step's output from being a command to the job.
fn reports(lab: &Lab, wanted: &[ReportTo]) -> Result<Vec<Box<dyn Report>>, RunError> {
    let cannot = |error| RunError::system("making a report's file")(error);
    let in_github = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let mut reports: Vec<Box<dyn Report>> = vec![Box::new(Human::new())];
    for one in wanted {
        match one {
            ReportTo::JUnit(path) => {
                reports.push(Box::new(JUnit::create(path, lab).map_err(cannot)?))
            }
            ReportTo::JsonLines(path) => {
                reports.push(Box::new(JsonLines::create(path).map_err(cannot)?))
            }
            ReportTo::GitHub => {}
        }
    }
    // The last, because it switches the job's commands off at once: a file that cannot be made must not leave them so.
    if in_github || wanted.contains(&ReportTo::GitHub) {
        reports.push(Box::new(GitHub::new()));
    }
    Ok(reports)
}

/// The block of the step that a user names, by its number or its name.
fn last_block(lab: &Lab, wanted: &str) -> Result<usize, BookError> {
    let is_wanted = |block: &Block| match block {
        Block::Step(step) => {
            step.number.to_string() == wanted || step.name.as_deref() == Some(wanted)
        }
        Block::Check(_) => false,
    };
    lab.blocks.iter().position(is_wanted).ok_or_else(|| {
        let count = lab.steps().count();
        let names: Vec<&str> = lab
            .steps()
            .filter_map(|step| step.name.as_deref())
            .collect();
        let named = if names.is_empty() {
            String::new()
        } else {
            format!("; those with a name: {}", names.join(", "))
        };
        BookError::File {
            what: format!("lab `{}` has no step `{wanted}`", lab.name),
            help: format!("its steps are 1 to {count}{named}"),
        }
    })
}

/// What a run would do, a line or more for each block.
fn plan(lab: &Lab) -> String {
    let mut text = format!(
        "{} · {} ({})\n\n line  step\n",
        lab.name,
        lab.title,
        lab.source.path()
    );
    let mut section = usize::MAX;
    for block in &lab.blocks {
        if block.section() != section {
            section = block.section();
            let title = lab
                .sections
                .get(section)
                .map_or("", |section| section.title.as_str());
            text.push_str(&format!("\n{title}\n"));
        }
        let line = lab.place(block.span()).line;
        match block {
            Block::Step(step) => text.push_str(&plan_step(step, line)),
            Block::Check(check) => {
                text.push_str(&format!("{line:>5}        check: {}\n", check.title))
            }
        }
    }
    let (steps, checks) = (lab.steps().count(), lab.checks().count());
    let expectations = lab
        .steps()
        .filter(|step| step.expectation.is_some())
        .count();
    text.push_str(&format!(
        "\n{}, {}, {}; nothing was run\n",
        report::count(steps, "step"),
        report::count(expectations, "expectation"),
        report::count(checks, "check")
    ));
    text
}

fn plan_step(step: &Step, line: usize) -> String {
    let number = step.number;
    match &step.action {
        Action::Write(file) => format!("{line:>5} {number:>5}  write {}\n", file.path.display()),
        Action::Type { lines, .. } => lines
            .iter()
            .enumerate()
            .map(|(index, typed)| {
                let place = if index == 0 {
                    format!("{line:>5} {number:>5}  ")
                } else {
                    " ".repeat(13)
                };
                format!("{place}{}\n", typed.text)
            })
            .collect(),
    }
}
