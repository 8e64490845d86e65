//! `labrun check`: everything that is wrong or weak in the labs, all at once, without an engine.

use std::path::{Path, PathBuf};

use labrun_check::{STALE_SCRIPT, WARNINGS, clashes, inspect, verifies_nothing};
use labrun_model::{Allowed, Diagnostic, Lab, Severity, Span};
use labrun_parse::{LabEntry, suggest};

use super::extract::differences;
use crate::args::Check;
use crate::book::{NO_LABS, OpenBook};
use crate::exit::Exit;
use crate::report::{self, Checked, Finding, Form};

/// An `allow` of what is no warning's code.
const UNKNOWN_WARNING: &str = "unknown-warning";
/// An `allow` that no warning needs.
const NEEDLESS_ALLOW: &str = "needless-allow";

/// Looks at every lab that is asked for, and tells what was found.
pub(crate) fn check(book: Option<&Path>, arguments: &Check) -> anyhow::Result<Exit> {
    let book = OpenBook::open(book)?;
    let chosen = book.entries(&arguments.labs)?;
    if chosen.is_empty() {
        report::note(NO_LABS);
        return Ok(Exit::Nothing);
    }
    let looked = look(&book, &chosen)?;
    let tables: Vec<Checked<'_>> = looked
        .iter()
        .filter(|looked| chosen.contains(&looked.entry))
        .map(|looked| looked.told(&book))
        .collect();
    let count =
        |severity: Severity| -> usize { tables.iter().map(|table| table.count(severity)).sum() };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let in_github = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let form = if arguments.json {
        Form::Json
    } else {
        Form::Drawn
    };
    report::checked(&tables, form, arguments.github || in_github);
    let denied = arguments.deny_warnings && warnings > 0;
    Ok(if errors > 0 || denied {
        Exit::Wrong
    } else {
        Exit::Passed
    })
}

/// What is wrong with an `allow` that does nothing. Of a lab with errors not everything is looked at.
fn idle(allowed: &Allowed, what: &str, does_something: bool, is_whole: bool) -> Option<Diagnostic> {
    let code = allowed.code.as_str();
    if !WARNINGS.contains(&code) {
        let message = format!("`{}` is no warning", code.escape_debug());
        let help = suggest(code, &WARNINGS, "the warnings are");
        return Some(Diagnostic::error(UNKNOWN_WARNING, allowed.span, message).with_help(help));
    }
    let message = format!("{what} has no `{code}` to allow");
    let fault = Diagnostic::warning(NEEDLESS_ALLOW, allowed.span, message);
    (!does_something && is_whole).then(|| fault.with_help("remove it"))
}

/// A lab with what was found in it.
struct Looked<'a> {
    entry: &'a LabEntry,
    lab: Lab,
    /// In the chapter.
    found: Vec<Diagnostic>,
    /// In book.toml.
    in_book: Vec<Diagnostic>,
}

/// Looks at the chosen labs; at the others as well, as far as the chosen ones can clash with them.
fn look<'a>(book: &'a OpenBook, chosen: &[&'a LabEntry]) -> anyhow::Result<Vec<Looked<'a>>> {
    let mut looked = Vec::new();
    for entry in &book.book.labs {
        let is_chosen = chosen.contains(&entry);
        let parsed = book.parse(entry);
        let (lab, mut found) = match parsed {
            Ok(parsed) => parsed,
            // A chapter that cannot be read is the fault of its own lab only.
            Err(error) if is_chosen => return Err(error.into()),
            Err(_) => continue,
        };
        let mut in_book = Vec::new();
        // Of a lab that is understood in part, the rest would be misunderstood.
        let is_whole = found
            .iter()
            .all(|fault| fault.severity == Severity::Warning);
        if is_chosen && is_whole {
            found.extend(inspect(&lab));
            found.extend(verifies_nothing(&lab));
            stale(book, entry, &lab, &mut found, &mut in_book);
        }
        looked.push(Looked {
            entry,
            lab,
            found,
            in_book,
        });
    }
    let labs: Vec<Lab> = looked.iter().map(|looked| looked.lab.clone()).collect();
    for clash in clashes(&labs) {
        if let Some(looked) = looked.get_mut(clash.lab) {
            looked.found.push(clash.diagnostic);
        }
    }
    for looked in &mut looked {
        looked.allow();
        looked.found.sort_by_key(|found| found.span);
    }
    Ok(looked)
}

/// Whether what lies below `labs/` is still what the chapter says. A lab without such a folder has no script.
fn stale(
    book: &OpenBook,
    entry: &LabEntry,
    lab: &Lab,
    found: &mut Vec<Diagnostic>,
    in_book: &mut Vec<Diagnostic>,
) {
    let shown = PathBuf::from("labs").join(&entry.name);
    if !book.root.join(&shown).join("lab.sh").is_file() {
        return;
    }
    match labrun_extract::extract(lab) {
        Ok(extraction) => {
            let problems = differences(&book.root, &shown, &extraction.files);
            in_book.extend(problems.into_iter().map(|problem| {
                let fault = Diagnostic::warning(STALE_SCRIPT, entry.span, problem);
                fault.with_help("run `labrun extract` and commit what it writes")
            }));
        }
        Err(refused) => {
            let known: Vec<_> = found.iter().map(|fault| fault.span).collect();
            let new = refused
                .into_iter()
                .filter(|fault| !known.contains(&fault.span));
            found.extend(new.map(|fault| Diagnostic {
                code: STALE_SCRIPT,
                severity: Severity::Warning,
                help: Some(format!(
                    "`labrun extract` cannot write {} any more: change the step, or remove the script",
                    shown.display()
                )),
                ..fault
            }));
        }
    }
}

impl Looked<'_> {
    /// Drops the warnings that the author accepts, and says of each `allow` that does nothing.
    fn allow(&mut self) {
        let is_whole = self
            .found
            .iter()
            .all(|fault| fault.severity == Severity::Warning);
        for allowed in &self.entry.allow {
            let count = self.found.len() + self.in_book.len();
            self.found.retain(|found| found.code != allowed.code);
            self.in_book.retain(|found| found.code != allowed.code);
            let does_something = count > self.found.len() + self.in_book.len();
            let what = format!("the lab `{}`", self.entry.name);
            self.in_book
                .extend(idle(allowed, &what, does_something, is_whole));
        }
        for step in self.lab.steps() {
            for allowed in &step.allow {
                let count = self.found.len();
                let end = step
                    .expectation
                    .as_ref()
                    .map_or(step.span.end, |expectation| expectation.span.end);
                let is_here = |span: Span| step.span.start <= span.start && span.start < end;
                self.found
                    .retain(|found| found.code != allowed.code || !is_here(found.span));
                let does_something = count > self.found.len();
                self.found
                    .extend(idle(allowed, "this step", does_something, is_whole));
            }
        }
    }

    fn told<'a>(&'a self, book: &'a OpenBook) -> Checked<'a> {
        let of = |diagnostics: &'a [Diagnostic], source| {
            diagnostics
                .iter()
                .map(move |diagnostic| Finding { diagnostic, source })
        };
        Checked {
            lab: &self.lab,
            findings: of(&self.found, &self.lab.source)
                .chain(of(&self.in_book, &book.source))
                .collect(),
        }
    }
}
