//! The steps of a lab as simple commands, each with its line: as a whole and line by line, with the scripts in scripts.

use labrun_model::{Action, Lab, Language, Line, Span, Step};

use super::super::shell::{Script, Word, split};
use super::super::variables::{Assigned, assigned as assigned_by};
use super::{COMPOSE_PROGRAMS, PROGRAMS};

/// How deep scripts in scripts are read.
const DEEPEST: usize = 6;

/// The variables that typed commands set.
pub(in super::super) fn assigned(lab: &Lab) -> Vec<Assigned> {
    let commands = lab.steps().flat_map(of_step);
    commands
        .flat_map(|(span, words)| assigned_by(&words, span))
        .collect()
}

/// The simple commands of a step, each with its line. The step is read as a whole, for quotes over several lines, and
/// line by line, so that a quote in a text for another program hides nothing.
pub(super) fn of_step(step: &Step) -> Vec<(Span, Vec<Word>)> {
    let Action::Type {
        language: Language::Shell,
        lines,
    } = &step.action
    else {
        return Vec::new();
    };
    let mut texts = vec![(0, joined(lines))];
    let mut first = 0;
    for (index, line) in lines.iter().enumerate() {
        if !line.text.ends_with('\\') {
            texts.push((first, joined(&lines[first..=index])));
            first = index + 1;
        }
    }
    let mut found = Vec::new();
    for (first, text) in texts {
        for (at, words) in deep(&split(&text), 0, 0) {
            let line = first + text.chars().take(at).filter(|c| *c == '\n').count();
            let span = lines.get(line).map_or(step.span, |line| line.span);
            found.push((span, words));
        }
    }
    found
}

/// Whether no shell of the lab ever leaves the lab folder, as far as its `cd`s tell.
pub(in super::super) fn stays(lab: &Lab) -> bool {
    let mut depths: Vec<(&str, usize)> = Vec::new();
    for step in lab.steps() {
        let terminal = step.terminal.as_str();
        let at = depths
            .iter()
            .position(|(name, _)| *name == terminal)
            .unwrap_or_else(|| {
                depths.push((terminal, 0));
                depths.len() - 1
            });
        // The whole and the lines give each command twice: the whole is enough here.
        let Action::Type {
            language: Language::Shell,
            lines,
        } = &step.action
        else {
            continue;
        };
        for (_, words) in deep(&split(&joined(lines)), 0, 0) {
            if !matches!(
                words.first().map(|word| word.text.as_str()),
                Some("cd" | "pushd")
            ) {
                continue;
            }
            let Some(depth) = words.get(1).and_then(|word| moved(depths[at].1, word)) else {
                return false;
            };
            depths[at].1 = depth;
        }
    }
    true
}

fn joined(lines: &[Line]) -> String {
    let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    lines.join("\n")
}

/// The commands of a script and of the scripts in it, with their offsets in characters.
fn deep(script: &Script, offset: usize, depth: usize) -> Vec<(usize, Vec<Word>)> {
    let mut found = Vec::new();
    for words in &script.commands {
        let at = offset + words.first().map_or(0, |word| word.at);
        found.push((at, words.clone()));
        if depth < DEEPEST {
            // The script of `sh -c`, of `eval` and the like.
            let scripts = words.iter().filter(|word| {
                word.text.contains(char::is_whitespace) && names_a_program(&word.text)
            });
            for word in scripts {
                let inner = deep(&split(&word.text), 0, depth + 1);
                found.extend(
                    inner
                        .into_iter()
                        .map(|(_, words)| (offset + word.at, words)),
                );
            }
        }
    }
    if depth < DEEPEST {
        for (at, text) in &script.inner {
            let inner = deep(&split(text), 0, depth + 1);
            found.extend(inner.into_iter().map(|(_, words)| (offset + at, words)));
        }
    }
    found
}

fn names_a_program(text: &str) -> bool {
    let mut names = PROGRAMS.iter().chain(&COMPOSE_PROGRAMS);
    names.any(|name| text.contains(name))
}

/// How deep the shell is after a `cd`; `None` above the lab folder, or where nobody knows.
fn moved(depth: usize, word: &Word) -> Option<usize> {
    let text = word.text.as_str();
    if !word.is_plain || text.starts_with(['/', '-']) {
        return None;
    }
    text.split('/').try_fold(depth, |depth, part| match part {
        "" | "." => Some(depth),
        ".." => depth.checked_sub(1),
        _ => Some(depth + 1),
    })
}
