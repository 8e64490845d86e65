//! Kills: labrun alone, labrun with its watchdog, and a quit that dumps core; at any moment.

use std::fs;
use std::time::{Duration, SystemTime};

use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{Book, Ended, send, until};

/// A lab with everything that the host can hold: two terminals, daemons, files of others, a mount.
const CHAPTER: &str = "# K\n\n```sh\nsetsid sleep 611 & nohup sleep 612 >/dev/null 2>&1 &\n\
     (trap '' TERM HUP INT; exec setsid sleep 613) &\n```\n\n```sh terminal=other\nmkdir data; chown 999 data; chmod 700 data; sleep 0.1\n```\n\n\
     ```sh\nmkdir disk; mount -t tmpfs none disk; touch disk/file\n```\n\n```sh\nsleep 0.2; echo end\n```\n\n```text\nend\n```\n\n\
     ```sh\numount disk\n```\n";

#[test]
fn a_kill_at_any_moment_leaves_nothing() {
    let seed = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .subsec_nanos();
    println!("seed {seed}");
    let book = Book::without_engine(CHAPTER);
    for round in 0..12_u32 {
        // A step of a linear congruential generator (Knuth's MMIX) is random enough to choose a moment.
        let random =
            u64::from(seed.wrapping_add(round)).wrapping_mul(6_364_136_223_846_793_005) >> 33;
        let moment = Duration::from_millis(u64::from(round) * 60 + random % 60);
        let mut child = book.start();
        std::thread::sleep(moment);
        send(&child, Signal::KILL);
        child.wait().unwrap();
        book.nothing_is_left(&format!("kill -9 after {moment:?}"));
    }
    let ended = book.run();
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn a_quit_leaves_nothing() {
    let book = Book::without_engine(
        "# Q\n\n```sh\nsetsid sleep 614 &\n```\n\n```sh\nsleep 615\n```\n\n```text\n```\n",
    );
    let (mut child, _) = book.start_until("✓   1");
    send(&child, Signal::QUIT);
    assert_eq!(child.wait().unwrap().code(), None);
    book.nothing_is_left("SIGQUIT");
}

#[test]
fn what_the_watchdog_could_not_clean_the_next_start_and_clean_do() {
    for way in ["clean", "demo"] {
        let signs = tempfile::tempdir().unwrap();
        let at = signs.path().display();
        let wait = format!("touch {at}/waits; until test -e {at}/sign; do sleep 0.02; done");
        let chapter = format!(
            "# W\n\n```sh\n(setsid sleep 616 &)\n```\n\n```sh timeout=120s\n{wait}\n```\n\n```text\n```\n"
        );
        let book = Book::without_engine(&chapter);
        let mut child = book.start();
        until("the last step", || {
            signs.path().join("waits").exists().then_some(())
        });
        kill_process(watchdog(&book), Signal::KILL).unwrap();
        send(&child, Signal::KILL);
        child.wait().unwrap();
        let left = book.left_behind();
        let sleeps = left.iter().any(|line| line.contains("sleep"));
        assert!(sleeps, "the run must have left something: {left:?}");
        std::fs::write(signs.path().join("sign"), "").unwrap();
        let ended = Ended::of(&book.command(&[way]).output().unwrap());
        assert_eq!(ended.code, Some(0), "{}", ended.words);
        assert!(ended.words.contains("sleep"), "{}", ended.words);
        assert_eq!(book.left_behind(), Vec::<String>::new(), "{way}");
    }
}

/// The process that watches over the run of this book.
fn watchdog(book: &Book) -> Pid {
    let state = book.state().display().to_string();
    let pids = fs::read_dir("/proc").unwrap().flatten();
    let mut pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let found = pids.find(|pid| {
        let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let text = String::from_utf8_lossy(&command).into_owned();
        text.contains("__reap") && text.contains(&state)
    });
    Pid::from_raw(found.unwrap()).unwrap()
}
