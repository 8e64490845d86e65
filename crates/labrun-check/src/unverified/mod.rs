//! Steps whose effect nothing would notice: they end with status 0, and that is all that a run can say of them.
//!
//! A step is verified by its own output on the page, by the failure that it must end in, or by `eventually`. Without
//! these it counts as verified when its status is all that it promises (`cd`, `mkdir`, opening a session), or when a
//! later output or check looks at what it changed, which is known by names that both mention. So the list is short,
//! and what is on it could be left out of the page without any run turning red.

mod command;
mod engine;
mod observation;
mod python;
mod sql;

use std::collections::BTreeSet;

use labrun_model::{Action, Block, Diagnostic, ExpectedExit, Lab, LabFile, Language, Line, Step};

use self::observation::Observation;
use crate::codes;

/// What a command does to the world, as far as its words tell.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Effect {
    /// Its exit status is all that it promises.
    Status,
    /// It prints something, and changes nothing.
    Prints,
    /// It changes what these names stand for.
    Changes(BTreeSet<String>),
    /// It starts containers.
    Starts,
    /// It ends containers.
    Stops,
}

/// The steps that nothing verifies beyond their exit status.
pub(crate) fn unverified(lab: &Lab) -> Vec<Diagnostic> {
    let observations = observation::observations(lab);
    let blocks = lab.blocks.iter().enumerate();
    blocks
        .filter_map(|(index, block)| {
            let Block::Step(step) = block else {
                return None;
            };
            let later = observations.get(index + 1..).unwrap_or_default();
            match &step.action {
                Action::Type { language, lines } => typed(step, *language, lines, later),
                Action::Write(file) => written(lab, index, step, file),
            }
        })
        .collect()
}

fn typed(
    step: &Step,
    language: Language,
    lines: &[Line],
    later: &[Observation],
) -> Option<Diagnostic> {
    let is_judged = step.expectation.is_some()
        || step.exit != ExpectedExit::Success
        || step.eventually.is_some();
    if is_judged {
        return None;
    }
    let effects = match language {
        Language::Shell => command::effects(lines),
        Language::Sql => sql::effects(lines),
        Language::Python => python::effects(lines),
    };
    // A command that starts again what another of the step ended is a restart.
    let starts = effects
        .iter()
        .rposition(|(_, effect)| *effect == Effect::Starts);
    let (line, effect) = effects
        .iter()
        .enumerate()
        .find_map(|(at, (line, effect))| {
            let is_restarted = *effect == Effect::Stops && starts.is_some_and(|start| start > at);
            (!is_restarted && !is_noticed(effect, later)).then_some((*line, effect))
        })?;
    let line = lines.get(line)?;
    let message = format!(
        "nothing verifies more than the exit status of `{}`",
        line.text.trim()
    );
    let fault = Diagnostic::warning(codes::UNVERIFIED_STEP, line.span, message);
    Some(fault.with_help(help(effect)))
}

fn is_noticed(effect: &Effect, later: &[Observation]) -> bool {
    match effect {
        Effect::Status => true,
        Effect::Prints => false,
        Effect::Changes(names) => later.iter().any(|seen| !seen.names.is_disjoint(names)),
        Effect::Starts => later.iter().any(|seen| seen.needs_container),
        // Only before containers are started again.
        Effect::Stops => later
            .iter()
            .take_while(|seen| !seen.starts)
            .any(|seen| seen.sees_absence),
    }
}

fn help(effect: &Effect) -> String {
    match effect {
        Effect::Status | Effect::Prints => {
            "show what it prints in a `text` fence below it, so that it is compared".to_owned()
        }
        Effect::Changes(names) => {
            let first: Vec<String> = names
                .iter()
                .take(3)
                .map(|name| format!("`{name}`"))
                .collect();
            let mentions = match first.as_slice() {
                [] => "looks at what it did".to_owned(),
                names => format!("mentions {}", names.join(" or ")),
            };
            format!(
                "no later output or check {mentions}: add a step that shows the effect, or a check"
            )
        }
        Effect::Starts => {
            "add a check of the container behind it: `state = \"running\"`".to_owned()
        }
        Effect::Stops => {
            "show behind it that they are gone: `docker ps --all` with its output, or a check with `state = \"absent\"`".to_owned()
        }
    }
}

/// A file is verified by those who use it; one that nobody uses could say anything.
fn written(lab: &Lab, index: usize, step: &Step, file: &LabFile) -> Option<Diagnostic> {
    let rest = lab.blocks.iter().enumerate();
    let is_used = rest
        .filter(|(at, _)| *at != index)
        .any(|(at, block)| match block {
            Block::Step(other) => match &other.action {
                Action::Type { lines, .. } => {
                    at > index && lines.iter().any(|line| uses(&line.text, file))
                }
                Action::Write(other) => other.path != file.path && uses(&other.content, file),
            },
            Block::Check(check) => at > index && uses(lab.source.slice(check.span), file),
        });
    if is_used {
        return None;
    }
    let opening = lab.source.line_span(lab.source.line(step.span.start));
    let message = format!("no later step uses `{}`", file.path.display());
    let fault = Diagnostic::warning(codes::UNVERIFIED_STEP, opening, message);
    Some(fault.with_help("whatever the file says, a run stays green: show that it works"))
}

/// Programs that read a file of a certain name without being told.
const IMPLIED: [(&str, &[&str]); 9] = [
    ("docker-compose.yml", &["compose"]),
    ("docker-compose.yaml", &["compose"]),
    ("compose.yml", &["compose"]),
    ("compose.yaml", &["compose"]),
    (".env", &["compose", "dotenv"]),
    ("Dockerfile", &["build", "compose"]),
    ("Makefile", &["make"]),
    ("package.json", &["npm", "node", "yarn", "pnpm"]),
    ("Cargo.toml", &["cargo"]),
];

fn uses(text: &str, file: &LabFile) -> bool {
    let name = file.path.file_name().and_then(|name| name.to_str());
    let Some(name) = name else { return true };
    let implied = IMPLIED.iter().find(|(known, _)| *known == name);
    let mut words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
    let is_implied = |word: &str| implied.is_some_and(|(_, by)| by.contains(&word));
    let stem = file.path.file_stem().and_then(|stem| stem.to_str());
    words.any(|word| {
        let folders = file
            .path
            .parent()
            .into_iter()
            .flat_map(|folder| folder.iter());
        is_implied(word)
            || word.trim_matches('.') == name.trim_matches('.')
            // `import app` and `python -m app` leave the ending out.
            || stem.is_some_and(|stem| stem.len() > 2 && word == stem)
            // The folder may be mounted or copied as a whole; that the shell goes into it is no use of the file.
            || folders.skip(1).any(|folder| folder.to_str() == Some(word))
    })
}
