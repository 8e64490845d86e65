//! A flood, binary output and long lines cost the runner no memory, and the terminal goes on.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use crate::harness::Book;

/// The most memory that the runner of a lab has had, in kB, read while it can still be asked.
fn peak(chapter: &str) -> u64 {
    let book = Book::with("flood", chapter);
    let mut child = book
        .command(&["flood"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        most = kilobytes.unwrap_or(0).max(most);
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
    book.nothing_is_left("the end");
    most
}

/// The program itself weighs more in a debug build than in a release; what a flood may add is the same in both.
#[test]
fn a_hundred_megabytes_cost_eight() {
    let end = "\n```sh\nsleep 0.2; echo after\n```\n\n```text\nafter\n```\n";
    let quiet = peak(&format!("# Q\n{end}"));
    let flood = "# F\n\n```sh\nyes | head -c 100000000\n```\n\n```sh\nhead -c 300000 /dev/urandom; echo\n```\n\n\
         ```sh\nhead -c 1000000 /dev/zero | tr '\\0' x; echo\n```\n";
    let flooded = peak(&format!("{flood}{end}"));
    println!("peak memory: {quiet} kB without, {flooded} kB with a flood of 100 MB");
    assert!(
        quiet > 1000 && flooded < quiet + 8_000,
        "{quiet} kB, {flooded} kB"
    );
}
