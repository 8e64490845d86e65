//! Doing something once, or again and again until it is right or the time is up.

use std::time::{Duration, Instant};

use crate::Interrupts;

/// What came of one attempt.
pub(crate) enum Attempt<F> {
    /// It is right.
    Passed,
    /// It is wrong, and another attempt may be right.
    NotYet(F),
    /// It is wrong for good.
    Failed(F),
}

/// What came of all attempts.
pub(crate) struct Attempts<F> {
    /// The last attempt's failure; `None` when it passed.
    pub(crate) failure: Option<F>,
    /// How many there were.
    pub(crate) count: u32,
    /// From the first to the last.
    pub(crate) elapsed: Duration,
}

/// The pause between two attempts, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Tries once, and then until it is right, wrong for good, the time is up or a signal asks the run to end.
pub(crate) fn attempt<F>(
    eventually: Option<Duration>,
    interrupts: &Interrupts,
    mut once: impl FnMut() -> Attempt<F>,
) -> Attempts<F> {
    let begun = Instant::now();
    let deadline = begun + eventually.unwrap_or(Duration::ZERO);
    let mut pause = FIRST_PAUSE;
    let mut count = 0;
    let failure = loop {
        count += 1;
        let failure = match once() {
            Attempt::Passed => break None,
            Attempt::Failed(failure) => break Some(failure),
            Attempt::NotYet(failure) => failure,
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || interrupts.wait(pause.min(left)) {
            break Some(failure);
        }
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
    };
    Attempts {
        failure,
        count,
        elapsed: begun.elapsed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(eventually: Option<Duration>, right_at: u32, failed_at: u32) -> (bool, u32) {
        let interrupts = Interrupts::install().unwrap();
        let mut count = 0;
        let attempts = attempt(eventually, &interrupts, || {
            count += 1;
            if count == right_at {
                Attempt::Passed
            } else if count == failed_at {
                Attempt::Failed(())
            } else {
                Attempt::NotYet(())
            }
        });
        (attempts.failure.is_none(), attempts.count)
    }

    #[test]
    fn without_eventually_there_is_one_attempt() {
        assert_eq!(run(None, 1, 9), (true, 1));
        assert_eq!(run(None, 2, 9), (false, 1));
    }

    #[test]
    fn eventually_tries_until_it_is_right_or_wrong_for_good() {
        let long = Some(Duration::from_secs(60));
        assert_eq!(run(long, 3, 9), (true, 3));
        assert_eq!(run(long, 9, 2), (false, 2));
        let (passed, count) = run(Some(Duration::from_millis(120)), 99, 99);
        assert!(!passed && count > 1);
    }
}
