//! What programs print: floods, long lines, bytes that are no text, and lines that are drawn over; in every report.

use std::fs;

use crate::harness::{Book, Ended};

/// Steps whose output is no ordinary text, and one behind them that shows that the terminal still works.
const CHAPTER: &str = "# O\n\n```sh\nprintf 'nul \\0 bell \\a end\\n'\n```\n\n```sh\nprintf 'bad \\xff\\xfe\\x80 \\xc3( end\\n'\n```\n\n\
     ```sh\nfor n in 1 2 3; do printf '\\rprogress %d0%%' $n; done; echo\n```\n\n```text\nprogress 30%\n```\n\n\
     ```sh\nhead -c 1000000 /dev/zero | tr '\\0' x; echo\n```\n\n```sh\nprintf '\\033]0;title\\a\\033[2J\\033[31mred\\033[0m\\n'\n```\n\n\
     ```text\nred\n```\n\n```sh\nprintf '\\033]7717;0;0;D;0\\a'; echo not fooled\n```\n\n```text\nnot fooled\n```\n\n\
     ```sh\nhead -c 200000 /dev/urandom; echo; stty sane\n```\n\n```sh\necho after\n```\n\n```text\nafter\n```\n";

#[test]
fn no_output_breaks_a_terminal_a_report_or_a_recording() {
    let book = Book::without_engine(CHAPTER);
    let at = |name: &str| book.root().join(name);
    let [json, junit, html] = ["json", "junit", "html"].map(|kind| match kind {
        "json" => at("run.jsonl"),
        "junit" => at("run.xml"),
        _ => at("run.html"),
    });
    let mut command = book.command(&["demo"]);
    for path in [&json, &junit, &html] {
        command.arg("--report").arg(path);
    }
    let ended = Ended::of(&command.output().unwrap());
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    assert!(
        ended.words.contains("8 steps, 4 expectations"),
        "{}",
        ended.words
    );
    for line in fs::read_to_string(&json).unwrap().lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    let junit = fs::read_to_string(&junit).unwrap();
    let allowed = |c: char| c >= ' ' || matches!(c, '\n' | '\t' | '\r');
    assert!(
        junit.chars().all(allowed),
        "a character that no XML may hold"
    );
    assert!(fs::read_to_string(&html).unwrap().ends_with("</html>\n"));
    let casts = book
        .run_folders()
        .into_iter()
        .map(|folder| folder.join("main.cast"));
    for cast in casts {
        let text = fs::read_to_string(&cast).unwrap();
        assert!(text.len() < 5 << 20, "{} bytes", text.len());
        for line in text.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
    }
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn a_difference_in_what_is_no_text_is_shown_and_moves_no_cursor() {
    let book = Book::without_engine(
        "# O\n\n```sh\nprintf 'bad \\xff \\033[2J\\0 end\\n'\n```\n\n```text\ngood\n```\n",
    );
    let ended = book.run();
    assert_eq!(ended.code, Some(1), "{}", ended.words);
    assert!(ended.words.contains("- good"), "{}", ended.words);
    assert!(
        !ended.words.contains('\0') && !ended.words.contains("\u{1b}[2J"),
        "{:?}",
        ended.words
    );
}
