//! Going on in a kept lab whose session is in a container.

use std::fs;

use crate::harness::{Book, Ended};

/// Two sessions, one in the other, and a folder in the container.
const CHAPTER: &str = "# Demo\n\n```sh timeout=120s\ndocker run -d --name pgtest_from --entrypoint sleep postgres:17 600\n```\n\n\
                       ```sh\ndocker exec -it pgtest_from bash\n```\n\n```sh\ncd /tmp\n```\n\n```sh\necho one > file\n```\n\n\
                       ```sh\nsh\n```\n\n```sh\ncat file\n```\n\n```text\ntwo\n```\n\n```sh\nexit\n```\n\n```sh\nexit\n```\n\n\
                       ```toml check\ntitle = \"It runs\"\ncontainer = \"pgtest_from\"\nstate = \"running\"\n```\n";

#[test]
fn a_kept_run_goes_on_in_its_container_and_leaves_nothing() {
    let book = Book::with("demo", CHAPTER);
    let run = |arguments: &[&str]| Ended::of(&book.command(arguments).output().unwrap());
    let ended = run(&["demo", "--keep"]);
    assert_eq!(ended.code, Some(1), "{}", ended.words);
    assert!(!book.left_behind().is_empty(), "it is kept");
    println!("ran against the engine: kept {:?}", book.left_behind());
    fs::write(
        book.root().join("src/demo.md"),
        CHAPTER.replace("two", "one"),
    )
    .unwrap();
    let ended = run(&["demo", "--from", "6"]);
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    let brought_back = "`docker exec -it pgtest_from bash`, `cd /tmp`, `sh`";
    assert!(ended.words.contains(brought_back), "{}", ended.words);
    assert!(
        ended
            .words
            .contains("passed: 3 steps, 1 expectation, 1 check passed"),
        "{}",
        ended.words
    );
    book.nothing_is_left("a run that went on");
}

#[test]
fn a_container_that_is_gone_or_stopped_is_not_gone_on_with() {
    let book = Book::with("demo", CHAPTER);
    let run = |arguments: &[&str]| Ended::of(&book.command(arguments).output().unwrap());
    run(&["demo", "--keep"]);
    let docker = |arguments: &[&str]| {
        let output = std::process::Command::new("docker")
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    docker(&["kill", "pgtest_from"]);
    let ended = run(&["demo", "--from", "6"]);
    assert_eq!(ended.code, Some(2), "{}", ended.words);
    let reason = "the container pgtest_from was running when the run was kept, and is exited now";
    assert!(ended.words.contains(reason), "{}", ended.words);
    docker(&["rm", "-f", "pgtest_from"]);
    let ended = run(&["demo", "--from", "6"]);
    assert!(ended.words.contains("and is gone now"), "{}", ended.words);
    assert_eq!(run(&["clean"]).code, Some(0));
    book.nothing_is_left("clean");
    println!("ran against the engine: refused after a kill and a removal");
}
