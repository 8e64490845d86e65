//! Asking a check from outside the terminals, and judging the answer.

use std::time::Duration;

use labrun_model::{
    Check, CheckOutcome, ContainerState, Failure, FailureKind, Health, Lab, Pattern, Probe,
    RowOrder, Verdict,
};

use crate::Interrupts;
use crate::attempt::{Attempt, attempt};
use crate::engine::{ContainerStatus, Engine, query};
use crate::expectation::compare_rows;

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks a check, with `eventually` again and again.
pub(crate) fn ask(
    check: &Check,
    lab: &Lab,
    engine: Option<&Engine>,
    interrupts: &Interrupts,
) -> CheckOutcome {
    let attempts = attempt(check.eventually, interrupts, || {
        match once(&check.probe, engine, interrupts) {
            Ok(()) => Attempt::Passed,
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

fn once(
    probe: &Probe,
    engine: Option<&Engine>,
    interrupts: &Interrupts,
) -> Result<(), FailureKind> {
    match probe {
        Probe::Postgres {
            connection,
            query: sql,
            rows,
            row_order,
        } => {
            let answer = query(connection, sql, PATIENCE, interrupts)
                .map_err(|reason| FailureKind::Unreachable { reason })?;
            judge_rows(rows, answer, *row_order)
        }
        Probe::Container {
            name,
            state,
            health,
        } => {
            let engine = engine.ok_or_else(|| FailureKind::Unreachable {
                reason: "the run has no engine".to_owned(),
            })?;
            let status = engine
                .container_state(name, interrupts)
                .map_err(|reason| FailureKind::Unreachable { reason })?;
            judge_container(*state, *health, status)
        }
    }
}

fn judge_rows(
    expected: &[Vec<Pattern>],
    answer: Vec<Vec<Option<String>>>,
    order: RowOrder,
) -> Result<(), FailureKind> {
    let actual: Vec<Vec<String>> = answer
        .into_iter()
        .map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
        .collect();
    if compare_rows(expected, &actual, order) {
        return Ok(());
    }
    let patterns: Vec<Vec<String>> = expected
        .iter()
        .map(|row| row.iter().map(Pattern::to_string).collect())
        .collect();
    Err(FailureKind::Answer {
        expected: shown(&patterns),
        actual: shown(&actual),
    })
}

fn shown(rows: &[Vec<String>]) -> Vec<String> {
    rows.iter().map(|row| row.join(" | ")).collect()
}

fn judge_container(
    state: Option<ContainerState>,
    health: Option<Health>,
    status: Option<ContainerStatus>,
) -> Result<(), FailureKind> {
    let actual_state = status
        .as_ref()
        .map_or(ContainerState::Absent, |status| status.state);
    let actual_health = status.as_ref().and_then(|status| status.health);
    let right = state.is_none_or(|state| state == actual_state)
        && health.is_none_or(|health| Some(health) == actual_health);
    if right {
        return Ok(());
    }
    Err(FailureKind::Answer {
        expected: vec![words(state, health)],
        actual: vec![words(Some(actual_state), actual_health)],
    })
}

fn words(state: Option<ContainerState>, health: Option<Health>) -> String {
    let state = state.map(ContainerState::name);
    let health = health.map(Health::name);
    let words: Vec<&str> = state.into_iter().chain(health).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_judged_by_what_the_check_names() {
        let running = || {
            Some(ContainerStatus {
                state: ContainerState::Running,
                health: Some(Health::Starting),
            })
        };
        assert!(judge_container(Some(ContainerState::Running), None, running()).is_ok());
        assert!(judge_container(None, Some(Health::Healthy), running()).is_err());
        assert!(judge_container(Some(ContainerState::Absent), None, None).is_ok());
        let failure = judge_container(Some(ContainerState::Running), Some(Health::Healthy), None);
        assert_eq!(
            failure,
            Err(FailureKind::Answer {
                expected: vec!["running, healthy".to_owned()],
                actual: vec!["absent".to_owned()],
            })
        );
    }

    #[test]
    fn null_is_the_empty_text() {
        let expected = vec![vec![Pattern::parse("x"), Pattern::default()]];
        assert!(
            judge_rows(
                &expected,
                vec![vec![Some("x".to_owned()), None]],
                RowOrder::Any
            )
            .is_ok()
        );
        assert!(
            judge_rows(
                &expected,
                vec![vec![Some("x".to_owned()), Some("y".to_owned())]],
                RowOrder::Any
            )
            .is_err()
        );
    }
}
