//! What `labrun new` says: what is written, which fences wait for a language, and what comes next.

use std::path::Path;

use super::{CAUTION, FAINT, STRONG, count, note, words};
use crate::new::{Plan, PlannedLab, Unlisted};

/// Says what was made, or would be.
pub(crate) fn made(plan: &Plan, path: &Path, is_dry: bool) {
    if plan.labs.is_empty() && plan.files.is_empty() {
        unlisted(plan);
        note("nothing to do: every chapter with commands is a lab already");
        return;
    }
    let would = if is_dry { "would write" } else { "wrote" };
    for (file, _) in &plan.files {
        note(&format!("{would} {}", plan.root.join(file).display()));
    }
    for (file, text) in &plan.changed {
        note(&format!("{would} {}", plan.root.join(file).display()));
        if is_dry && file.as_os_str() == "book.toml" {
            let there = std::fs::read_to_string(plan.root.join(file)).unwrap_or_default();
            words(text.strip_prefix(&there).unwrap_or(text));
        }
    }
    for lab in &plan.labs {
        proposals(lab);
    }
    unlisted(plan);
    if !is_dry {
        next(plan, path);
    }
}

/// Chapters of which SUMMARY.md makes no page.
fn unlisted(plan: &Plan) {
    for one in &plan.unlisted {
        let Unlisted { shown, line, .. } = one;
        if one.is_lab {
            words(&format!(
                "\n{CAUTION}SUMMARY.md has no line for {shown}{CAUTION:#}, and no page comes of it until you write one:\n  {line}\n"
            ));
        } else {
            note(&format!(
                "{shown} is left out, because SUMMARY.md has no line for it: `labrun new {shown}` takes it in"
            ));
        }
    }
}

/// The fences of a lab that nobody but the author can name.
fn proposals(lab: &PlannedLab) {
    if lab.proposal.bare.is_empty() {
        return;
    }
    let number = count(lab.proposal.bare.len(), "fence");
    words(&format!(
        "\n{STRONG}{}{STRONG:#}: {number} without a language; labrun proposes\n",
        lab.shown
    ));
    let place = |line: usize| format!("{}:{line}", lab.shown);
    let width = lab
        .proposal
        .bare
        .last()
        .map_or(0, |last| place(last.line).len());
    for bare in &lab.proposal.bare {
        let place = place(bare.line);
        words(&format!(
            "  {place:width$}  ```{:<10} {FAINT}{}{FAINT:#}\n",
            bare.language, bare.reason
        ));
    }
    words("  `labrun new --languages` writes these behind the markers; or write them yourself\n");
}

fn next(plan: &Plan, path: &Path) {
    let Some(lab) = plan.labs.first() else {
        note("no chapter has commands yet; `labrun help annotations` says how they are written");
        return;
    };
    words("\nNext:\n");
    let here = Path::new(".").canonicalize().ok();
    if plan.root.canonicalize().ok() != here {
        let folder = if path.is_file() {
            plan.root.as_path()
        } else {
            path
        };
        words(&format!("  cd {}\n", folder.display()));
    }
    let commands = [
        (
            format!("labrun check {}", lab.name),
            "what is wrong or weak, without running anything",
        ),
        (
            format!("labrun {}", lab.name),
            "types the chapter and compares what comes",
        ),
        ("labrun serve --open".to_owned(), "the book in a browser"),
    ];
    let width = commands.iter().map(|(command, _)| command.len()).max();
    let width = width.unwrap_or(0);
    for (command, what) in commands {
        words(&format!("  {command:width$}  # {what}\n"));
    }
}
