//! `labrun record`: a green run is kept, nothing of the machine gets in, and a changed chapter has no recording that fits.

use std::fs;
use std::process::Command;

use crate::book::{Book, Ended, GREEN};

/// Prints what a recording must not hold: the machine's name, the folder, and the runner's own environment.
const NOSY: &str = "# Nosy\n\n```sh\ncat /proc/sys/kernel/hostname; pwd\n```\n\n```text\n<any>\n<any>\n```\n\n\
                    ```sh\ntr '\\0' '\\n' < /proc/$PPID/environ | grep -E '^(CANARY_TOKEN|HOME|USER)='\n```\n\n\
                    ```text\n<any>\n<any>\n<any>\n```\n";

/// The command with a user, a home and a secret that are easy to find again.
fn record(book: &Book, arguments: &[&str]) -> Ended {
    let output = Command::new(env!("CARGO_BIN_EXE_labrun"))
        .arg("record")
        .args(arguments)
        .current_dir(book.path())
        .env("LABRUN_STATE_DIR", book.path().join("state"))
        .env_remove("LABRUN_BOOK")
        .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
        .env("USER", "canaryuser")
        .env("HOME", "/nowhere/canaryhome")
        .env("CANARY_TOKEN", "canary5ecret")
        .output()
        .unwrap();
    Ended::of(&output)
}

#[test]
fn nothing_of_the_machine_is_recorded() {
    let book = Book::with(NOSY);
    record(&book, &[]).is(0, &["recorded in labs/demo/"]);
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    for file in ["recording.json", "main.cast"] {
        let text = fs::read_to_string(book.path().join("labs/demo").join(file)).unwrap();
        assert!(
            text.contains("HOME=~") && text.contains("USER=user"),
            "{text}"
        );
        assert!(text.contains("CANARY_TOKEN=•••"), "{text}");
        assert!(text.contains("/labrun/lab"), "{text}");
        for trace in ["canary5ecret", "canaryuser", "canaryhome", "labrun-"] {
            assert!(!text.contains(trace), "{trace} in {file}:\n{text}");
        }
        let host = host.trim();
        let words = |line: &str| {
            line.split(|c: char| !c.is_alphanumeric())
                .any(|word| word == host)
        };
        assert!(
            host.len() < 2 || !text.lines().any(words),
            "{host} in {file}:\n{text}"
        );
    }
}

#[test]
fn a_changed_chapter_has_no_recording_that_fits() {
    let book = Book::with(GREEN);
    record(&book, &["--check"]).is(1, &["demo has no recording", "run `labrun record`"]);
    record(&book, &["demo"]).is(0, &["recorded in labs/demo/"]);
    record(&book, &["--check"]).is(0, &["demo is verified, 20"]);
    let chapter = book.path().join("src/demo.md");
    fs::write(&chapter, GREEN.replace("# Demo", "# A better title")).unwrap();
    record(&book, &["--check"]).is(0, &["demo is verified"]);
    fs::write(&chapter, GREEN.replace("echo one", "echo  one")).unwrap();
    record(&book, &["--check"]).is(1, &["demo has changed since its recording of 20"]);
    fs::write(book.path().join("labs/demo/recording.json"), "{").unwrap();
    record(&book, &["--check"]).is(1, &["cannot be read: EOF"]);
}

#[test]
fn a_red_run_leaves_the_last_recording() {
    let book = Book::with(GREEN);
    record(&book, &[]).is(0, &[]);
    let file = book.path().join("labs/demo/recording.json");
    let before = fs::read_to_string(&file).unwrap();
    let chapter = book.path().join("src/demo.md");
    fs::write(chapter, GREEN.replace("```text\none", "```text\ntwo")).unwrap();
    record(&book, &[]).is(1, &["the run was not green, so it is not recorded"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
}
