//! Waiting for an answer no longer than a deadline and not past a signal. Says nothing about what is asked.

use std::future::Future;
use std::time::Duration;

use crate::interrupt::Interrupts;

/// How often a wait looks for a signal. The answer itself ends a wait at once.
const GLANCE: Duration = Duration::from_millis(20);

/// Why a wait ended without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// The deadline passed.
    #[error("no answer within {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// A signal came.
    #[error("interrupted by signal {0}")]
    Interrupted(i32),
}

/// When a wait gives up before its deadline.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Patience<'a> {
    /// As soon as any signal has come, also before the wait began: for what a run asks.
    UntilSignal(&'a Interrupts),
    /// When this many signals have come: for clean-up, which one signal starts and must not end.
    UntilSignals(&'a Interrupts, usize),
    /// Never: for the watchdog.
    Endless,
}

impl Patience<'_> {
    /// The signal that ends the wait, if one does.
    pub(crate) fn ended_by(self) -> Option<i32> {
        match self {
            Self::UntilSignal(interrupts) => interrupts.signal(),
            Self::UntilSignals(interrupts, enough) => (interrupts.count() >= enough)
                .then(|| interrupts.signal())
                .flatten(),
            Self::Endless => None,
        }
    }
}

/// Waits for a future.
pub(crate) async fn within<F: Future>(
    answer: F,
    deadline: Duration,
    patience: Patience<'_>,
) -> Result<F::Output, NoAnswer> {
    tokio::select! {
        biased;
        output = answer => Ok(output),
        signal = signalled(patience) => Err(NoAnswer::Interrupted(signal)),
        () = tokio::time::sleep(deadline) => Err(NoAnswer::TimedOut(deadline)),
    }
}

async fn signalled(patience: Patience<'_>) -> i32 {
    loop {
        if let Some(signal) = patience.ended_by() {
            return signal;
        }
        tokio::time::sleep(GLANCE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
            .block_on(future)
    }

    #[test]
    fn an_answer_ends_a_wait_and_so_does_the_deadline() {
        let soon = within(async { 7 }, Duration::from_secs(9), Patience::Endless);
        assert_eq!(block_on(soon), Ok(7));
        let deadline = Duration::from_millis(5);
        let never = within(std::future::pending::<()>(), deadline, Patience::Endless);
        assert_eq!(block_on(never), Err(NoAnswer::TimedOut(deadline)));
    }
}
