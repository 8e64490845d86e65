//! The reports that programs read: JUnit, JSON lines and GitHub's annotations, each of a real run without an engine.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::Value;

use crate::ran::Ran;

/// One step that passes, one that fails and prints what would be a command to a GitHub job, and one that is not run.
const RED: &str = "# Demo\n\n## First\n\n```sh\necho one\n```\n\n```text\none\n```\n\n```sh name=second\n\
                   echo ::add-mask::x\n```\n\n```text\ntwo & <b>\n```\n\n```sh\ntrue\n```\n";

#[test]
fn json_lines_say_the_run_from_its_header_to_its_summary() {
    let ran = Ran::of(RED, &["demo", "--report", "run.jsonl"], &[]);
    assert_eq!(ran.output.status.code(), Some(1));
    let lines = ran.lines("run.jsonl");
    let events: Vec<&str> = lines
        .iter()
        .map(|line| line["event"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["started", "step", "step", "step", "finished"]);
    assert_eq!(lines[0]["lab"], "demo");
    assert_eq!(lines[0]["steps"], 3);
    assert_eq!(lines[1]["verdict"], "passed");
    assert_eq!(lines[1]["failure"], Value::Null);
    let failed = &lines[2];
    assert_eq!(
        (&failed["number"], &failed["name"], &failed["verdict"]),
        (&2.into(), &"second".into(), &"failed".into())
    );
    assert_eq!(failed["section"], "First");
    assert_eq!(failed["failure"]["path"], "src/demo.md");
    assert_eq!(failed["failure"]["line"], 18);
    assert_eq!(
        failed["failure"]["diff"][0],
        serde_json::json!({"side": "missing", "text": "two & <b>", "path": "src/demo.md", "line": 18})
    );
    assert_eq!(lines[3]["verdict"], "not_run");
    assert_eq!(lines[4]["green"], false);
    assert_eq!(
        lines[4]["steps"],
        serde_json::json!({"passed": 1, "failed": 1, "not_run": 1})
    );
}

#[test]
fn junit_has_a_case_for_each_step_and_replaces_an_older_report() {
    let ran = Ran::of(RED, &["demo", "--report", "old.xml"], &[]);
    let xml = ran.file("old.xml");
    assert!(xml.starts_with("<?xml"), "{xml}");
    assert!(
        xml.contains(r#"tests="3" skipped="1" errors="0" failures="1""#)
            || xml.contains(r#"failures="1""#),
        "{xml}"
    );
    assert!(xml.contains(r#"name="01 echo one""#), "{xml}");
    assert!(xml.contains(r#"file="src/demo.md" line="18""#), "{xml}");
    assert!(xml.contains("- two &amp; &lt;b&gt;"), "{xml}");
    assert!(xml.contains("<skipped message=\"not run\""), "{xml}");
    assert!(xml.contains(r#"classname="demo.First""#), "{xml}");
    assert!(xml.contains(r#"type="output""#), "{xml}");
    assert!(
        xml.contains(r#"<property name="chapter" value="src/demo.md"/>"#),
        "{xml}"
    );
    assert!(xml.contains("timestamp="), "{xml}");
}

/// A section whose name has dots, and a step that prints what neither XML nor a terminal may get.
const HOSTILE: &str = "# Demo\n\n## 3.1 A.\n\n```sh\nprintf '\\001\\033[31mred\\033]0;title\\007 \\357\\277\\276 ]]>\\n'\n\
                       (exit 3)\n```\n\n```text\n...\n```\n";

#[test]
fn what_a_program_prints_breaks_no_report() {
    let ran = Ran::of(HOSTILE, &["demo", "--report", "old.xml"], &[]);
    assert_eq!(ran.output.status.code(), Some(1), "{}", ran.words());
    let xml = ran.file("old.xml");
    let is_xml = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(is_xml), "{xml:?}");
    assert!(!xml.contains("]]>"), "{xml}");
    assert!(xml.contains(r#"classname="demo.3_1 A""#), "{xml}");
    assert!(xml.contains("<system-out>"), "{xml}");
    let words = ran.words();
    assert!(
        words.chars().all(|c| !c.is_control() || c == '\n'),
        "{words:?}"
    );
}

#[test]
fn a_run_that_breaks_leaves_no_green_report() {
    let chapter = "# D\n\n```sh\ndocker ps\n```\n\n```text\n...\nx\n```\n";
    let ran = Ran::of(
        chapter,
        &["demo", "--report", "old.xml", "--report", "run.jsonl"],
        &[],
    );
    assert_eq!(ran.output.status.code(), Some(3), "{}", ran.words());
    let xml = ran.file("old.xml");
    assert!(xml.contains(r#"errors="1""#), "{xml}");
    assert!(xml.contains(r#"name="the run" classname="demo""#), "{xml}");
    assert_eq!(ran.lines("run.jsonl").last().unwrap()["event"], "broke");
}

/// A step that says to the job whatever a job listens to, at the beginning of a line and behind a carriage return.
const SPEAKS: &str = "# Demo\n\n```sh\n\
    printf '::add-mask::x\\n::error::y\\n::stop-commands::z\\n  \\r::warning::w\\r\\n##[error]v\\n::set-env name=PATH::u\\n'\n\
    ```\n\n```text\none\n```\n";

#[test]
fn in_a_github_job_a_step_cannot_speak_to_the_job() {
    let ran = Ran::of(SPEAKS, &["demo"], &[("GITHUB_ACTIONS", "true")]);
    let words = ran.words();
    // The runner takes a command at the beginning of a line, blanks before it or not; it may break lines at a `\r`.
    let lines: Vec<&str> = words.split(['\n', '\r']).collect();
    let token = lines[0].strip_prefix("::stop-commands::").unwrap();
    assert!(
        token.len() > 30 && !words.contains("::stop-commands::z\n::"),
        "{token}"
    );
    let on_again = lines
        .iter()
        .position(|line| *line == format!("::{token}::"))
        .unwrap();
    for spoken in [
        "::add-mask::x",
        "::error::y",
        "::warning::w",
        "##[error]v",
        "::set-env",
    ] {
        let at = lines
            .iter()
            .rposition(|line| line.contains(spoken))
            .unwrap();
        assert!(at < on_again, "{spoken} in {words}");
    }
    let commands: Vec<&&str> = lines[on_again + 1..]
        .iter()
        .filter(|line| line.contains("::") || line.contains("##["))
        .collect();
    assert_eq!(commands.len(), 1, "{words}");
    assert!(
        commands[0]
            .starts_with("::error file=src/demo.md,line=8,col=1,title=demo failed::the output"),
        "{words}"
    );
}

#[test]
fn a_word_switches_commands_off_in_each_run_that_no_other_run_had() {
    let token = || {
        let words = Ran::of(RED, &["demo", "--report", "github"], &[]).words();
        words.lines().next().map(str::to_owned)
    };
    assert_ne!(token(), token());
}

#[test]
fn the_reports_and_their_schema_are_explained() {
    let page = Ran::of(RED, &["help", "reports"], &[]);
    assert!(
        page.data().contains("labrun help schema"),
        "{}",
        page.data()
    );
    let schema: Value =
        serde_json::from_str(&Ran::of(RED, &["help", "schema"], &[]).data()).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
}

#[test]
fn a_report_of_an_unknown_kind_is_refused() {
    let ran = Ran::of(RED, &["demo", "--report", "run.txt"], &[]);
    assert_eq!(ran.output.status.code(), Some(2));
    assert!(ran.words().contains("FILE.xml"), "{}", ran.words());
}

#[test]
fn a_page_is_one_file_that_says_what_failed() {
    let ran = Ran::of(RED, &["demo", "--report", "run.html"], &[]);
    let page = ran.file("run.html");
    assert!(page.starts_with("<!doctype html>"), "{page}");
    for part in [
        "<title>demo: failed</title>",
        "<del>− two &amp; &lt;b&gt;</del>",
        "<ins>+ ::add-mask::x</ins>",
        "Time line",
        "src/demo.md:18:1",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
}

/// A server that is ready from the third question on, at a port of its own.
fn late_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for (asked, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let status = if asked < 2 { "503 Wait" } else { "200 OK" };
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        }
    });
    port
}

#[test]
fn the_time_until_a_check_holds_is_reported() {
    let port = late_server();
    let chapter = format!(
        "# D\n\n```sh\ntrue\n```\n\n```toml check\ntitle = \"Ready\"\nhttp = \"http://127.0.0.1:{port}/\"\n\
         status = 200\neventually = \"60s\"\n```\n"
    );
    let ran = Ran::of(
        &chapter,
        &["demo", "--report", "run.jsonl", "--report", "old.xml"],
        &[],
    );
    let words = ran.words();
    assert_eq!(ran.output.status.code(), Some(0), "{words}");
    let check = &ran.lines("run.jsonl")[2];
    assert_eq!(check["event"], "check");
    assert_eq!(check["attempts"], 3);
    assert!(check["seconds"].as_f64().unwrap() > 0.0);
    let waited = words.lines().find(|line| line.contains("check: Ready"));
    assert!(
        waited.is_some_and(|line| line.contains(" after ") && line.ends_with(", 3 attempts")),
        "{words}"
    );
    let xml = ran.file("old.xml");
    assert!(
        xml.contains(r#"<property name="attempts" value="3"/>"#),
        "{xml}"
    );
}
