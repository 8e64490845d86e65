//! Chapter 3 on rootful Podman, through its socket, with the docker command and compose.

use std::process::Stdio;

use crate::harness::{Book, Ended};
use crate::own_podman::OwnPodman;

#[test]
fn chapter_3_is_green_on_podman_and_nothing_is_left() {
    let mut podman = OwnPodman::start();
    let book = Book::chapter3_at(&podman.url());
    let examine = || {
        let mut doctor = book.command(&["doctor", "chapter3"]);
        let output = doctor.stdout(Stdio::piped()).output().unwrap();
        let table = String::from_utf8(output.stdout).unwrap();
        println!("{table}");
        (output.status.code(), table)
    };
    // Without systemd nobody asks a container for its health, and that is said before a run waits for it in vain.
    let has_systemd = std::path::Path::new("/run/systemd/system").exists();
    if !has_systemd {
        let (code, table) = examine();
        assert_eq!(code, Some(3));
        assert!(table.contains("not right  health"), "{table}");
        assert!(
            table.contains("help: Podman has systemd's timers"),
            "{table}"
        );
        podman.ask_for_health();
    }
    let (code, table) = examine();
    assert_eq!(code, Some(0));
    for line in [
        "ok         engine    Podman Engine",
        "ok         names ",
        "ok         health",
    ] {
        assert!(table.contains(line), "{table}");
    }
    book.nothing_is_left("an examination");

    let ended: Ended = book.run();
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    assert!(
        ended.words.contains("engine      Podman Engine"),
        "{}",
        ended.words
    );
    book.nothing_is_left("chapter 3");
    let images = podman.podman(&["images", "--format", "{{.Repository}}:{{.Tag}}"]);
    println!("{}", String::from_utf8_lossy(&images.stdout));
}
