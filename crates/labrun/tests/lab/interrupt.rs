//! Nothing is left behind, whatever ends a run: a kill at any moment, Ctrl-C, SIGTERM, a hang-up.

use std::time::{Duration, SystemTime};

use rustix::process::Signal;

use crate::harness::{Book, rest, send};

/// Ten moments over a run's length, different in every run of the tests, and printed so that one can be had again.
#[test]
fn a_kill_at_any_moment_leaves_nothing() {
    let seed = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .subsec_nanos();
    println!("seed {seed}");
    let book = Book::chapter3();
    for round in 0..10_u32 {
        // A step of a linear congruential generator (Knuth's MMIX) is random enough to choose a moment.
        let random =
            u64::from(seed.wrapping_add(round)).wrapping_mul(6_364_136_223_846_793_005) >> 33;
        let moment = Duration::from_millis(u64::from(round) * 1200 + random % 1200);
        let mut child = book.start();
        std::thread::sleep(moment);
        send(&child, Signal::KILL);
        child.wait().unwrap();
        book.nothing_is_left(&format!("kill -9 after {moment:?}"));
        println!("ran against the engine: killed after {moment:?}, nothing left");
    }
    assert_eq!(book.run().code, Some(0), "the next run is not disturbed");
}

#[test]
fn a_signal_in_a_step_cleans_up_before_the_end() {
    let book = Book::chapter3();
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        for begun in ["lab folder", "✓   4", "✓  22", "✓  35"] {
            let (child, words) = book.start_until(begun);
            send(&child, signal);
            let ended = rest(child);
            let words = words + &ended.words;
            assert_eq!(ended.code, Some(code), "{words}");
            assert!(words.contains("interrupted"), "{words}");
            assert_eq!(
                book.left_behind(),
                Vec::<String>::new(),
                "{signal:?} at {begun}"
            );
            println!(
                "ran against the engine: {signal:?} at {begun:?}, exit code {code}, nothing left"
            );
        }
    }
}
