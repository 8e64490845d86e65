//! Steps that turn on what runs them: they leave the shell, replace it, or destroy the lab's own files.

use std::fs;

use crate::harness::{Book, Ended};

fn keep_going(chapter: &str) -> (Book, Ended) {
    let book = Book::without_engine(chapter);
    let ended = Ended::of(&book.command(&["demo", "--keep-going"]).output().unwrap());
    (book, ended)
}

#[test]
fn a_step_that_ends_the_shell_is_red_there_and_so_is_every_step_behind() {
    for (step, word) in [
        ("exit 3", "the host shell has ended (exit status 3)"),
        ("set -e\nfalse", "the host shell has ended (exit status 1)"),
        ("exec false", "the host shell has ended (exit status 1)"),
        ("exec true", "the host shell has ended (exit status 0)"),
        ("kill -9 $$", "the host shell has ended (killed by SIGKILL)"),
    ] {
        let (book, ended) = keep_going(&format!(
            "# E\n\n```sh\n{step}\n```\n\n```text\n```\n\n```sh\necho after\n```\n"
        ));
        assert_eq!(ended.code, Some(1), "{step}: {}", ended.words);
        assert!(ended.words.contains(word), "{step}: {}", ended.words);
        assert!(
            ended.words.contains("the terminal was lost"),
            "{step}: {}",
            ended.words
        );
        assert!(!ended.words.contains("✓   2"), "{step}: {}", ended.words);
        assert_eq!(book.left_behind(), Vec::<String>::new(), "{step}");
    }
}

#[test]
fn another_shell_in_the_place_of_the_first_is_not_taken_for_it() {
    let (book, ended) = keep_going(
        "# E\n\n```sh timeout=20s\nexec bash --norc\n```\n\n```sh\necho after\n```\n\n```text\nafter\n```\n",
    );
    println!("{}", ended.words);
    // It is a shell, proves that, and goes on: or it is told; it is never typed into unproved.
    assert!(matches!(ended.code, Some(0 | 1)), "{}", ended.words);
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn a_step_may_destroy_the_labs_own_files() {
    let precious = tempfile::tempdir().unwrap();
    fs::write(precious.path().join("file"), "precious").unwrap();
    let at = precious.path().display();
    for step in [
        "rm -rf ../bin ../home ../bashrc ../inputrc",
        "cd / && rm -rf \"${OLDPWD%/lab}\"",
        "chmod 000 ../bin ../home . ..",
        "mkdir -p a && ln -s / a/root && ln -s .. a/up",
        &format!("cd .. && mv \"$PWD\" \"$PWD.moved\" && ln -s {at} \"${{PWD%.moved}}\""),
    ] {
        let (book, ended) = keep_going(&format!(
            "# D\n\n```sh\n{step}\n```\n\n```sh\necho after\n```\n\n```text\nafter\n```\n"
        ));
        assert_eq!(ended.code, Some(0), "{step}: {}", ended.words);
        assert_eq!(book.left_behind(), Vec::<String>::new(), "{step}");
        assert!(precious.path().join("file").exists(), "{step}");
    }
    for entry in fs::read_dir(std::env::temp_dir()).unwrap().flatten() {
        if entry.file_name().to_string_lossy().ends_with(".moved") {
            fs::remove_dir_all(entry.path()).unwrap();
        }
    }
}

#[test]
fn a_file_that_cannot_be_written_is_a_failure_with_its_place() {
    let (book, ended) = keep_going(
        "# W\n\n```sh\nmkdir folder\n```\n\n```yaml file=folder\nkey: 1\n```\n\n```sh\necho after\n```\n\n```text\nafter\n```\n",
    );
    assert_eq!(ended.code, Some(1), "{}", ended.words);
    assert!(
        ended.words.contains("--> src/demo.md:7:1"),
        "{}",
        ended.words
    );
    assert!(
        ended.words.contains("the file was not written"),
        "{}",
        ended.words
    );
    assert!(ended.words.contains("✓   3  echo after"), "{}", ended.words);
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn a_step_that_changes_its_chapter_changes_nothing_of_the_run() {
    let book = Book::without_engine("");
    let path = book.root().join("src/demo.md");
    let chapter = format!(
        "# C\n\n```sh\necho '```sh' > {}\n```\n\n```sh\necho after\n```\n\n```text\nafter\n```\n",
        path.display()
    );
    fs::write(&path, chapter).unwrap();
    let ended = book.run();
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    assert!(
        ended.words.contains("2 steps, 1 expectation"),
        "{}",
        ended.words
    );
}
