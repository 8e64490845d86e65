//! `--step`: the chapter is read and run step by step, in a real terminal.

use crate::book::Book;
use crate::typist::Typist;

const KEYS: &str = "q quits > ";
const CHAPTER: &str = "# Demo\n\nA **long** story that begins here, and whose words are wrapped where the window ends, as every reader expects it.\n\n\
                       ```sh\nmkdir work\n```\n\n- an item\n\n```text show\nonly shown\n```\n\n```sh\ncd work\nbash\n```\n\n\
                       ```sh\ncat note\n```\n\n```text\nhello\n```\n\n```sh\nexit\n```\n\n```sh\nls\n```\n\n```text\nnote\n```\n";

#[test]
fn the_prose_is_shown_and_each_step_waits_for_enter() {
    let book = Book::with(&CHAPTER.replace("cat note", "echo hello | tee note"));
    let mut typist = Typist::start(&book, &["demo", "--step"]);
    typist.sees("A long story that begins here");
    typist.sees("step 1 of 5 at bash (src/demo.md:5)");
    typist.sees("│ mkdir work");
    typist.sees(KEYS);
    assert!(!typist.seen.contains("✓"), "{}", typist.seen);
    let longest = typist
        .seen
        .lines()
        .map(|line| line.trim_end().chars().count())
        .max();
    assert!(longest.unwrap() <= 100, "{}", typist.seen);
    typist.types("\r");
    typist.sees("✓   1  mkdir work");
    typist.sees("- an item");
    typist.sees("only shown");
    typist.sees(KEYS);
    typist.types("x\r");
    typist.sees("step 3 of 5 at bash › bash");
    typist.sees(KEYS);
    // Without being asked again.
    typist.types("c");
    typist.sees("on without asking");
    let (code, seen) = typist.ends();
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("passed: 5 steps, 2 expectations"), "{seen}");
    // What a step printed stands below it, as in the reader's own terminal.
    assert!(seen.contains("│ hello"), "{seen}");
}

#[test]
fn the_live_session_is_lent_and_proved_again() {
    let book = Book::with(CHAPTER);
    let mut typist = Typist::start(&book, &["demo", "--step"]);
    for number in 1..=2 {
        typist.sees(&format!("step {number} of 5"));
        typist.sees(KEYS);
        typist.types("\r");
    }
    typist.sees("step 3 of 5");
    typist.sees(KEYS);
    typist.types("s");
    typist.sees("Ctrl-] comes back");
    typist.sees("/lab/work");
    typist.types("echo hel''lo > note; echo wro''te\r");
    // The echo of the keys has the quotes still.
    typist.sees("hel''lo");
    typist.sees("wrote");
    typist.sees("/lab/work");
    // Something runs, and a line is begun, when the user comes back.
    typist.types("sleep 600\r");
    typist.types("half a li\u{1d}");
    typist.sees("the terminal is at bash › bash");
    typist.sees(KEYS);
    typist.types("c");
    let (code, seen) = typist.ends();
    assert_eq!(code, Some(0), "{seen}");
}

#[test]
fn who_leaves_a_session_finds_the_terminal_below_it() {
    let book = Book::with(CHAPTER);
    let mut typist = Typist::start(&book, &["demo", "--step"]);
    typist.sees(KEYS);
    typist.types("\r");
    typist.sees("step 2");
    typist.sees(KEYS);
    typist.types("\r");
    typist.sees("step 3");
    typist.sees(KEYS);
    typist.types("s");
    typist.sees("/lab/work");
    typist.types("exit\r");
    // The shell below shows itself, too.
    typist.sees("exit");
    typist.sees("/lab/work");
    typist.types("\u{1d}");
    typist.sees("the terminal is at bash");
    typist.sees("step 3 of 5 at bash (");
    typist.sees(KEYS);
    typist.types("q");
    typist.sees("the end");
    let (code, seen) = typist.ends();
    assert_eq!(code, Some(0), "{seen}");
    assert!(
        seen.contains("steps 3 to 5 left out: the run was ended before"),
        "{seen}"
    );
    book.labrun(&["clean"]).is(0, &["nothing to clean"]);
}

#[test]
fn ctrl_c_ends_the_run_after_cleaning_up() {
    let book = Book::with(CHAPTER);
    let mut typist = Typist::start(&book, &["demo", "--step"]);
    typist.sees(KEYS);
    typist.types("\u{3}");
    let (code, seen) = typist.ends();
    assert_eq!(code, Some(130), "{seen}");
    assert!(seen.contains("interrupted"), "{seen}");
    book.labrun(&["clean"]).is(0, &["nothing to clean"]);
}

#[test]
fn without_a_terminal_nobody_can_be_asked() {
    let book = Book::with(CHAPTER);
    book.labrun(&["demo", "--step"])
        .is(2, &["`--step` waits for keys", "is no terminal"]);
}
