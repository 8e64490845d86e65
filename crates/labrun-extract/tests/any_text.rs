//! Whatever text stands in a chapter: bash can read the script, and nothing of the text becomes a part of it.

#![cfg(test)]

mod page;

use std::io::Write;
use std::process::{Command, Stdio};

use labrun_extract::extract;
use page::{Page, run, script};
use proptest::prelude::*;

/// Text with a taste for what means something to bash or to the script itself.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("LABRUN".to_owned()),
        Just("LABRUN_2".to_owned()),
        Just("<<'LABRUN'".to_owned()),
        Just("<<EOF".to_owned()),
        Just("@@ 4".to_owned()),
        Just("exit".to_owned()),
        Just("bash".to_owned()),
        Just("psql".to_owned()),
        Just("docker exec -it x psql".to_owned()),
        Just("sudo docker compose run --rm -it x bash".to_owned()),
        Just("}".to_owned()),
        Just("if".to_owned()),
        Just("'".to_owned()),
        Just("\"".to_owned()),
        Just("`$(".to_owned()),
        Just("\\".to_owned()),
        Just("<ip>".to_owned()),
        Just(" ".to_owned()),
        Just("\n".to_owned()),
        "[^\\x00]{0,12}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

#[track_caller]
fn bash_can_read(script: &str) {
    let mut bash = Command::new("bash")
        .arg("-n")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bash runs");
    let mut input = bash.stdin.take().expect("a pipe");
    input.write_all(script.as_bytes()).expect("bash reads");
    drop(input);
    let output = bash.wait_with_output().expect("bash ends");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && words.is_empty(),
        "{words}\n{script}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn bash_reads_every_script(typed in text(), shown in text(), other in text(), sql in text()) {
        let page = Page::new()
            .heading(2, &other)
            .sh(&typed)
            .text(&shown)
            .file(&format!("a{}", other.replace('\n', " ")), &other)
            .sh("bash")
            .sh(&other)
            .eventually(1)
            .text(&typed)
            .answer(&shown)
            .sh(&shown)
            .sh("psql")
            .answer(&shown)
            .sql(&sql)
            .text(&other)
            .rows(&shown.replace('\n', " "), &sql, &[&[&typed, &other]], 1);
        // What a script cannot do is a diagnostic; everything else must be bash.
        if let Ok(extraction) = extract(&page.lab()) {
            bash_can_read(&extraction.files[0].1);
        }
    }

    #[test]
    fn a_printed_text_comes_back(text in "[^\\x00\r]{1,60}") {
        // Only the end of the here-document is no text, and neither is what stands for other text.
        prop_assume!(!text.contains("...") && !text.contains('<') && !text.lines().any(|line| line == "END"));
        let page = Page::new().sh(&format!("cat <<'END'\n{text}\nEND")).text(&text);
        run(&script(page)).is_green();
    }
}
