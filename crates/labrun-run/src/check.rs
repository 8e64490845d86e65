//! Asking a check from outside the terminals, and judging the answer.

mod file;

use std::path::Path;
use std::time::{Duration, Instant};

use labrun_model::{
    Address, Answered, Check, CheckOutcome, ContainerState, Expectation, Failure, FailureKind,
    FilePromise, Health, HttpQuestion, Lab, Pattern, PortState, Probe, RowOrder, Samples, Span,
    Verdict,
};

use self::file::Found;
use crate::Interrupts;
use crate::attempt::{Attempt, attempt};
use crate::engine::{ContainerStatus, Engine, knock, query, request};
use crate::expectation::{Captures, compare, compare_rows, judge_relations};

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a port may take to answer; a machine that lives does so at once.
const KNOCK: Duration = Duration::from_secs(3);

/// Whom checks are asked of.
#[derive(Clone, Copy)]
pub(crate) struct Outside<'a> {
    /// The container engine, where the lab has one.
    pub(crate) engine: Option<&'a Engine>,
    /// The folder that paths of files begin at.
    pub(crate) folder: &'a Path,
    pub(crate) interrupts: &'a Interrupts,
}

/// Asks a check, with `eventually` again and again. When it passes, what its answer captures is added.
pub(crate) fn ask(
    check: &Check,
    lab: &Lab,
    outside: Outside<'_>,
    captures: &mut Captures,
) -> CheckOutcome {
    let interrupts = outside.interrupts;
    let begun = Instant::now();
    let mut samples = Samples::default();
    let attempts = attempt(check.eventually, interrupts, || {
        let mut known = Known {
            lab,
            span: check.span,
            captures: captures.clone(),
        };
        let (answered, judged) = once(&check.probe, outside, &mut known);
        samples.push(begun.elapsed(), answered);
        let holds = |()| {
            judge_relations(&check.holds, &known.captures).map_err(|kind| Wrong {
                kind,
                span: check.holds.first().map(|held| held.span),
            })
        };
        match judged.and_then(holds) {
            Ok(()) => {
                *captures = known.captures;
                Attempt::Passed
            }
            Err(wrong) => Attempt::NotYet(wrong),
        }
    });
    let interrupted = interrupts.signal().is_some() && attempts.failure.is_some();
    CheckOutcome {
        verdict: match &attempts.failure {
            None => Verdict::Passed,
            Some(_) if interrupted => Verdict::NotRun,
            Some(_) => Verdict::Failed,
        },
        elapsed: attempts.elapsed,
        attempts: attempts.count,
        samples,
        failure: attempts
            .failure
            .filter(|_| !interrupted)
            .map(|wrong| Failure {
                place: lab.place(wrong.span.unwrap_or(check.span)),
                kind: wrong.kind,
                output: None,
                hint: check.hint.clone(),
                dead_containers: Vec::new(),
            }),
    }
}

/// What one question was answered, and whether that is as the page says.
type Judged = (Answered, Result<(), Wrong>);

/// What is wrong with an answer.
#[derive(Debug, PartialEq)]
struct Wrong {
    kind: FailureKind,
    /// The line of the check that it differs from, where there is one.
    span: Option<Span>,
}

/// What an attempt knows of the names of the page, and what it adds to that.
struct Known<'a> {
    lab: &'a Lab,
    span: Span,
    captures: Captures,
}

fn once(probe: &Probe, outside: Outside<'_>, known: &mut Known<'_>) -> Judged {
    let asked = match probe {
        Probe::Captures => Ok((Answered::Rows(Vec::new()), Ok(()))),
        Probe::Postgres {
            connection,
            query: sql,
            rows,
            row_order,
        } => query(connection, sql, PATIENCE, outside.interrupts)
            .map(|answer| judge_rows(rows, answer, *row_order, known)),
        Probe::Container {
            name,
            state,
            health,
        } => outside
            .engine
            .ok_or_else(|| "the run has no engine".to_owned())
            .and_then(|engine| engine.container_state(name, outside.interrupts))
            .map(|status| judge_container(*state, *health, status)),
        Probe::Tcp { address, state } => knock(address, KNOCK, outside.interrupts)
            .map(|(actual, reason)| judge_port(address, *state, actual, reason)),
        Probe::Http(question) => ask_http(question, outside.interrupts, known),
        Probe::File { path, promise } => look_at_file(outside.folder, path, promise, known),
    };
    asked.unwrap_or_else(|reason| {
        let answered = Answered::Nothing(reason.clone());
        (answered, wrong(FailureKind::Unreachable { reason }))
    })
}

fn wrong(kind: FailureKind) -> Result<(), Wrong> {
    Err(Wrong { kind, span: None })
}

/// An answer of one line that is not the one that was expected.
fn other_answer(expected: String, actual: String) -> Result<(), Wrong> {
    wrong(FailureKind::Answer {
        expected: vec![expected],
        actual: vec![actual],
    })
}

fn one_row(words: &[&str]) -> Answered {
    Answered::Rows(vec![words.iter().map(|word| (*word).to_owned()).collect()])
}

fn judge_port(
    address: &Address,
    expected: PortState,
    actual: PortState,
    reason: Option<String>,
) -> Judged {
    let judged = if expected == actual {
        Ok(())
    } else {
        let reason = reason.map(|reason| format!(" ({reason})"));
        other_answer(
            format!("{address} is {}", expected.name()),
            format!(
                "{address} is {}{}",
                actual.name(),
                reason.unwrap_or_default()
            ),
        )
    };
    (one_row(&[actual.name()]), judged)
}

fn ask_http(
    question: &HttpQuestion,
    interrupts: &Interrupts,
    known: &mut Known<'_>,
) -> Result<Judged, String> {
    let answer = request(question, PATIENCE, interrupts)?;
    let judged = if answer.status == question.status {
        question
            .body
            .as_ref()
            .map_or(Ok(()), |body| judge_content(body, &answer.body, known))
    } else {
        other_answer(
            format!("status {}", question.status),
            format!("status {}", answer.status),
        )
    };
    Ok((one_row(&[&answer.status.to_string()]), judged))
}

fn look_at_file(
    folder: &Path,
    path: &Path,
    promise: &FilePromise,
    known: &mut Known<'_>,
) -> Result<Judged, String> {
    let found = file::look(folder, path)?;
    let is_present = matches!(found, Found::Present(_));
    let state = if is_present { "present" } else { "absent" };
    let is = |state: &str| format!("{} is {state}", path.display());
    let judged = match (promise, found) {
        (FilePromise::Absent, Found::Absent) | (FilePromise::Present, Found::Present(_)) => Ok(()),
        (FilePromise::Absent, Found::Present(_)) => other_answer(is("absent"), is("present")),
        (_, Found::Absent) => other_answer(is("present"), is("absent")),
        (FilePromise::Contains(texts), Found::Present(real)) => {
            judge_texts(path, texts, &file::read(&real, path)?)
        }
        (FilePromise::Text(expected), Found::Present(real)) => {
            judge_content(expected, &file::read(&real, path)?, known)
        }
    };
    Ok((one_row(&[state]), judged))
}

fn judge_texts(path: &Path, texts: &[String], content: &str) -> Result<(), Wrong> {
    let missing: Vec<&String> = texts
        .iter()
        .filter(|text| !content.contains(text.as_str()))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let path = path.display();
    wrong(FailureKind::Answer {
        expected: missing
            .iter()
            .map(|text| format!("{path} contains: {text}"))
            .collect(),
        actual: vec![format!("no line of {path} does")],
    })
}

fn judge_content(
    expected: &Expectation,
    content: &str,
    known: &mut Known<'_>,
) -> Result<(), Wrong> {
    let new = compare(expected, content, &known.captures, known.lab).map_err(|mismatch| Wrong {
        span: Some(mismatch.span),
        kind: match mismatch.kind {
            FailureKind::Output(lines) => FailureKind::Content(lines),
            other => other,
        },
    })?;
    known.captures.add(new);
    Ok(())
}

fn judge_rows(
    expected: &[Vec<Pattern>],
    answer: Vec<Vec<Option<String>>>,
    order: RowOrder,
    known: &mut Known<'_>,
) -> Judged {
    let actual: Vec<Vec<String>> = answer
        .into_iter()
        .map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
        .collect();
    let compared = compare_rows(
        known.span,
        expected,
        &actual,
        order,
        &known.captures,
        known.lab,
    );
    let judged = compared
        .map(|new| known.captures.add(new))
        .map_err(|kind| Wrong { kind, span: None });
    (Answered::Rows(actual), judged)
}

fn judge_container(
    state: Option<ContainerState>,
    health: Option<Health>,
    status: Option<ContainerStatus>,
) -> Judged {
    let actual_state = status
        .as_ref()
        .map_or(ContainerState::Absent, |status| status.state);
    let actual_health = status.as_ref().and_then(|status| status.health);
    let right = state.is_none_or(|state| state == actual_state)
        && health.is_none_or(|health| Some(health) == actual_health);
    let judged = if right {
        Ok(())
    } else {
        other_answer(
            words(state, health),
            words(Some(actual_state), actual_health),
        )
    };
    let health = actual_health.map_or("", Health::name);
    (one_row(&[actual_state.name(), health]), judged)
}

fn words(state: Option<ContainerState>, health: Option<Health>) -> String {
    let state = state.map(ContainerState::name);
    let health = health.map(Health::name);
    let words: Vec<&str> = state.into_iter().chain(health).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests;
