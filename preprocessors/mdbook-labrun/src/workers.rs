//! Many pieces of work at once, with their results in the order of the pieces. Knows nothing of what the work is.

use std::sync::{Mutex, PoisonError};
use std::thread;

/// Below so many pieces for a thread it is quicker to have fewer threads.
const PIECES_A_THREAD: usize = 8;

/// Does every piece of work, on as many threads as are of use, and gives the results in the order of the pieces.
pub(crate) fn in_order<P: Send, R: Send>(pieces: Vec<P>, work: impl Fn(P) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    with_threads(threads.min(pieces.len() / PIECES_A_THREAD), pieces, work)
}

fn with_threads<P: Send, R: Send>(
    threads: usize,
    pieces: Vec<P>,
    work: impl Fn(P) -> R + Sync,
) -> Vec<R> {
    let results = Mutex::new(Vec::with_capacity(pieces.len()));
    let pieces = Mutex::new(pieces.into_iter().enumerate());
    let take = || lock(&pieces).next();
    let worker = || {
        let mut own = Vec::new();
        while let Some((number, piece)) = take() {
            own.push((number, work(piece)));
        }
        lock(&results).append(&mut own);
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // Where the system gives no thread, those that are there do the work.
            let _ = thread::Builder::new().spawn_scoped(scope, worker);
        }
        worker();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

/// A lock is poisoned when a worker has panicked, and then the scope panics as well.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_pieces() {
        for threads in [0, 1, 2, 7] {
            for count in [0, 1, 100] {
                let pieces: Vec<usize> = (0..count).collect();
                let expected: Vec<usize> = pieces.iter().map(|piece| piece * 2).collect();
                assert_eq!(with_threads(threads, pieces, |piece| piece * 2), expected);
            }
        }
    }
}
