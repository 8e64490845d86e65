//! The count of what became of each block, and what is said of one that was not reached.

use std::time::Duration;

use labrun_model::{CheckOutcome, Samples, Step, StepOutcome, Summary, Verdict};

/// A step that was not reached.
pub(super) fn step_not_run() -> StepOutcome {
    StepOutcome {
        verdict: Verdict::NotRun,
        elapsed: Duration::ZERO,
        attempts: 0,
        output: String::new(),
        failure: None,
    }
}

/// A check that was not reached.
pub(super) fn check_not_run() -> CheckOutcome {
    CheckOutcome {
        verdict: Verdict::NotRun,
        elapsed: Duration::ZERO,
        attempts: 0,
        samples: Samples::default(),
        failure: None,
    }
}

/// Counts a step.
pub(super) fn count_step(summary: &mut Summary, step: &Step, verdict: Verdict) {
    match verdict {
        Verdict::Passed => {
            summary.steps_passed += 1;
            summary.expectations_passed += usize::from(step.expectation.is_some());
        }
        Verdict::Failed => summary.steps_failed += 1,
        Verdict::NotRun => summary.steps_not_run += 1,
    }
}

/// Counts a check.
pub(super) fn count_check(summary: &mut Summary, verdict: Verdict) {
    match verdict {
        Verdict::Passed => summary.checks_passed += 1,
        Verdict::Failed => summary.checks_failed += 1,
        Verdict::NotRun => summary.checks_not_run += 1,
    }
}
