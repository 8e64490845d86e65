//! Asking a check from outside the terminals, and judging the answer.

use std::time::{Duration, Instant};

use labrun_model::{
    Answered, Check, CheckOutcome, ContainerState, Failure, FailureKind, Health, Lab, Pattern,
    Probe, RowOrder, Samples, Span, Verdict,
};

use crate::Interrupts;
use crate::attempt::{Attempt, attempt};
use crate::engine::{ContainerStatus, Engine, query};
use crate::expectation::{Captures, compare_rows, judge_relations};

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks a check, with `eventually` again and again. When it passes, what its answer captures is added.
pub(crate) fn ask(
    check: &Check,
    lab: &Lab,
    engine: Option<&Engine>,
    captures: &mut Captures,
    interrupts: &Interrupts,
) -> CheckOutcome {
    let begun = Instant::now();
    let mut samples = Samples::default();
    let attempts = attempt(check.eventually, interrupts, || {
        let mut known = Known {
            lab,
            span: check.span,
            captures: captures.clone(),
        };
        let (answered, judged) = once(&check.probe, engine, &mut known, interrupts);
        samples.push(begun.elapsed(), answered);
        match judged.and_then(|()| judge_relations(&check.holds, &known.captures)) {
            Ok(()) => {
                *captures = known.captures;
                Attempt::Passed
            }
            Err(kind) => Attempt::NotYet(kind),
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
            .map(|kind| Failure {
                place: lab.place(check.span),
                kind,
                output: None,
                hint: check.hint.clone(),
                dead_containers: Vec::new(),
            }),
    }
}

/// What one question was answered, and whether that is as the page says.
type Judged = (Answered, Result<(), FailureKind>);

/// What an attempt knows of the names of the page, and what it adds to that.
struct Known<'a> {
    lab: &'a Lab,
    span: Span,
    captures: Captures,
}

fn once(
    probe: &Probe,
    engine: Option<&Engine>,
    known: &mut Known<'_>,
    interrupts: &Interrupts,
) -> Judged {
    let asked = match probe {
        Probe::Captures => Ok((Answered::Rows(Vec::new()), Ok(()))),
        Probe::Postgres {
            connection,
            query: sql,
            rows,
            row_order,
        } => query(connection, sql, PATIENCE, interrupts)
            .map(|answer| judge_rows(rows, answer, *row_order, known)),
        Probe::Container {
            name,
            state,
            health,
        } => engine
            .ok_or_else(|| "the run has no engine".to_owned())
            .and_then(|engine| engine.container_state(name, interrupts))
            .map(|status| judge_container(*state, *health, status)),
    };
    asked.unwrap_or_else(|reason| {
        (
            Answered::Nothing(reason.clone()),
            Err(FailureKind::Unreachable { reason }),
        )
    })
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
    let judged = compared.map(|new| known.captures.add(new));
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
        Err(FailureKind::Answer {
            expected: vec![words(state, health)],
            actual: vec![words(Some(actual_state), actual_health)],
        })
    };
    let health = actual_health.map_or("", Health::name);
    let row = vec![actual_state.name().to_owned(), health.to_owned()];
    (Answered::Rows(vec![row]), judged)
}

fn words(state: Option<ContainerState>, health: Option<Health>) -> String {
    let state = state.map(ContainerState::name);
    let health = health.map(Health::name);
    let words: Vec<&str> = state.into_iter().chain(health).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use labrun_model::SourceFile;

    use super::*;

    fn empty() -> Lab {
        Lab {
            name: "a".to_owned(),
            title: "A".to_owned(),
            source: SourceFile::new("a.md", ""),
            sections: Vec::new(),
            blocks: Vec::new(),
        }
    }

    fn known(lab: &Lab) -> Known<'_> {
        Known {
            lab,
            span: Span::default(),
            captures: Captures::default(),
        }
    }

    #[test]
    fn a_container_is_judged_by_what_the_check_names() {
        let running = || {
            Some(ContainerStatus {
                state: ContainerState::Running,
                health: Some(Health::Starting),
            })
        };
        let is_right = |state, health, status| judge_container(state, health, status).1.is_ok();
        assert!(is_right(Some(ContainerState::Running), None, running()));
        assert!(!is_right(None, Some(Health::Healthy), running()));
        assert!(is_right(Some(ContainerState::Absent), None, None));
        let judged = judge_container(Some(ContainerState::Running), Some(Health::Healthy), None);
        assert_eq!(
            judged,
            (
                Answered::Rows(vec![vec!["absent".to_owned(), String::new()]]),
                Err(FailureKind::Answer {
                    expected: vec!["running, healthy".to_owned()],
                    actual: vec!["absent".to_owned()],
                })
            )
        );
    }

    #[test]
    fn null_is_the_empty_text() {
        let expected = vec![vec![Pattern::parse("x"), Pattern::default()]];
        let judged = |second: Option<&str>| {
            let row = vec![Some("x".to_owned()), second.map(str::to_owned)];
            let lab = empty();
            let mut known = known(&lab);
            judge_rows(&expected, vec![row], RowOrder::Any, &mut known)
        };
        let (answered, verdict) = judged(None);
        assert_eq!(verdict, Ok(()));
        assert_eq!(
            answered,
            Answered::Rows(vec![vec!["x".to_owned(), String::new()]])
        );
        assert!(judged(Some("y")).1.is_err());
    }

    #[test]
    fn a_question_without_an_answer_says_why() {
        let interrupts = Interrupts::install().unwrap();
        let probe = Probe::Container {
            name: "x".to_owned(),
            state: None,
            health: None,
        };
        let reason = "the run has no engine".to_owned();
        assert_eq!(
            once(&probe, None, &mut known(&empty()), &interrupts),
            (
                Answered::Nothing(reason.clone()),
                Err(FailureKind::Unreachable { reason })
            )
        );
    }
}
