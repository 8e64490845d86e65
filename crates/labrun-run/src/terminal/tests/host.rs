//! Ordinary steps on the host: what a command prints, how it ends, and a shell that lives on.

use std::time::Duration;

use labrun_model::{Language, SessionKind};

use super::super::TypedEnd;
use super::super::status::Status;
use super::bench::{Bench, done, end, output};

#[test]
fn output_and_status_are_those_of_the_command() {
    output("echo one", "one\n");
    output("echo one\necho two", "one\ntwo\n");
    output("printf 'no line end'", "no line end");
    output("for i in 1 2 3; do\n  echo $i\ndone", "1\n2\n3\n");
    output("echo a \\\n  b", "a b\n");
    output("# only a comment", "");
    output("true # and a comment", "");
    end("exit_status() { return 3; }; exit_status", &done(3));
    end("(exit 3)", &done(3));
    end("false\necho not typed", &TypedEnd::Stopped(Status::Exit(1)));
    end("if; then", &done(2));
}

#[test]
fn the_shell_lives_on_between_steps() {
    let mut bench = Bench::new();
    bench.output("cd / && name=value");
    assert_eq!(bench.output("echo $PWD $name"), "/ value\n");
    bench.run("(exit 7)");
    assert_eq!(bench.output("echo $?"), "7\n");
    bench.output("echo last");
    assert_eq!(bench.output("echo $_"), "last\n");
}

#[test]
fn here_documents_keep_their_bytes() {
    output("cat <<'EOF'\n$x `y` \\z\nEOF", "$x `y` \\z\n");
    output(
        "cat <<-EOF\n\tindented\n\t\ttwice\n\tEOF",
        "indented\ntwice\n",
    );
    output("cat <<'EOF'\na\tb\nEOF", "a\tb\n");
    let body: String = (0..300).map(|n| format!("line {n}\n")).collect();
    output(&format!("cat <<'EOF'\n{body}EOF"), &body);
}

#[test]
fn long_lines_arrive_whole() {
    let text = "x".repeat(6000);
    output(&format!("echo {text} | wc -c"), "6001\n");
    output("printf '%0500d\\n' 7", &format!("{:0500}\n", 7));
}

#[test]
fn printed_marks_are_not_believed() {
    output("printf '\\033]7717;guess;0;D;0\\007x\\n'", "x\n");
    output("printf '\\033]133;D;0\\007x\\n'; echo y", "x\ny\n");
}

#[test]
fn bytes_colours_and_screens_do_no_harm() {
    output("printf '\\033[31mred\\033[0m\\n'", "red\n");
    output("clear; echo after", "after\n");
    output("printf 'a\\000b\\n'", "ab\n");
    let mut bench = Bench::new();
    let typed = bench.run("head -c 200000 /dev/urandom; echo");
    assert_eq!(typed.end, done(0));
    bench.still_works();
}

#[test]
fn a_shell_that_is_changed_keeps_its_marks() {
    for step in [
        "PS1='$ '",
        "unset PROMPT_COMMAND",
        "stty sane",
        "stty echo",
        "shopt -u promptvars; true",
        "set -u",
        "exec 2>&1",
        "bind 'set enable-bracketed-paste on'",
        "stty raw",
        "stty -icanon",
        "stty -icrnl",
        "stty -iexten",
        "set -o vi",
        "set -o emacs",
        "set +o emacs",
    ] {
        let mut bench = Bench::new();
        bench.run(step);
        bench.still_works();
        assert_eq!(bench.output("cat <<'EOF'\na\tb\nEOF"), "a\tb\n", "{step}");
        bench.still_works();
    }
}

#[test]
fn a_line_too_long_for_the_kernel_finds_the_shell_as_it_was() {
    let mut bench = Bench::new();
    let text = "x".repeat(6000);
    assert_eq!(
        bench.output("echo first; history"),
        "first\n    1  echo first; history\n"
    );
    bench.run("echo last; (exit 7) # last");
    assert_eq!(
        bench.output(&format!("echo $? $_ {text} | cut -c 1-8")),
        "7 last x\n"
    );
    let history = bench.output("history");
    assert_eq!(history.lines().count(), 4, "{history}");
    let long = format!("cat <<'EOF'\n{text}\nEOF");
    assert_eq!(bench.output(&long), format!("{text}\n"));
    bench.still_works();
}

#[test]
fn the_shell_says_that_it_edits_lines() {
    output(
        "[[ -o emacs && $SHELLOPTS == *emacs* ]] && echo yes",
        "yes\n",
    );
    output("bind 'set bell-style none'", "");
}

#[test]
fn output_that_is_sent_away_comes_back() {
    let mut bench = Bench::new();
    assert_eq!(bench.output("exec 3>&1 >file"), "");
    assert_eq!(bench.output("echo hidden"), "");
    assert_eq!(bench.output("exec >&3; cat file"), "hidden\n");
}

#[test]
fn a_terminal_of_another_size_is_the_same_terminal() {
    let mut bench = Bench::new();
    bench.output("stty cols 20 rows 5");
    let text = "y".repeat(100);
    assert_eq!(bench.output(&format!("echo {text}")), format!("{text}\n"));
    bench.still_works();
}

#[test]
fn a_recording_shows_what_was_typed_and_printed_and_with_what() {
    let mut bench = Bench::new();
    bench.output("echo one");
    bench.output("printf '\\303\\244'");
    let path = bench.folder.path().join("main.cast");
    bench.terminal.close().unwrap();
    let recording = std::fs::read_to_string(path).unwrap();
    let mut lines = recording
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let header = lines.next().unwrap();
    assert_eq!(
        (header["version"].as_u64(), header["tags"][0].as_str()),
        (Some(3), Some("image: a stand-in"))
    );
    let shown: String = lines
        .map(|event| event[2].as_str().unwrap().to_owned())
        .collect();
    assert!(
        shown.starts_with("$ echo one\r\none\r\n$ printf"),
        "{shown:?}"
    );
    assert!(shown.contains('ä') && !shown.contains("7717"), "{shown:?}");
}

#[test]
fn history_expansion_is_the_readers() {
    let mut bench = Bench::new();
    let typed = bench.run("echo \"a!b\"");
    assert!(typed.output.text.contains("event not found"), "{typed:?}");
    bench.still_works();
}

#[test]
fn sessions_nest_and_end_with_their_status() {
    let mut bench = Bench::new();
    bench.output("bash --norc");
    assert_eq!(bench.terminal.describe_stack(), "bash › bash");
    assert_eq!(bench.output("echo $SHLVL"), "2\n");
    bench.output("sh");
    assert_eq!(bench.terminal.top(), Some(SessionKind::Sh));
    assert_eq!(bench.output("echo one\necho two"), "one\ntwo\n");
    let typed = bench.run("exit 5");
    assert_eq!(
        (typed.end, bench.terminal.describe_stack().as_str()),
        (done(5), "bash › bash")
    );
    bench.output("exit 0");
    assert_eq!(bench.terminal.describe_stack(), "bash");
    bench.still_works();
    bench.output("exec bash --norc");
    bench.still_works();
}

#[test]
fn leaving_a_shell_does_not_repeat_a_failure_that_the_page_has_shown() {
    let mut bench = Bench::new();
    bench.output("bash --norc");
    assert_eq!(bench.run("(exit 4)").end, done(4));
    assert_eq!(bench.run("exit").end, done(0));
    bench.output("bash --norc");
    assert_eq!(bench.run("(exit 4)").end, done(4));
    assert_eq!(bench.run("exit 4").end, done(4));
    bench.still_works();
}

#[test]
fn a_session_that_ends_behind_its_own_prompt_is_not_typed_into() {
    let mut bench = Bench::new();
    bench.output("bash --norc");
    // The inner shell ends a moment after its prompt, so that both marks may come in one piece.
    bench.run("inner=$$; (sleep 0.05; kill -9 $inner) & disown");
    let patience = Duration::from_secs(5);
    let begun = std::time::Instant::now();
    while bench.terminal.describe_stack() != "bash" {
        assert!(begun.elapsed() < patience);
        bench.terminal.catch_up().unwrap();
    }
    bench.still_works();
}

#[test]
fn sql_is_not_typed_at_a_shell() {
    let mut bench = Bench::new();
    let typed = bench
        .terminal
        .type_lines(
            Language::Sql,
            &["DROP TABLE x;"],
            &[],
            Duration::from_secs(1),
        )
        .unwrap();
    assert!(
        matches!(typed.end, TypedEnd::WrongSession { .. }),
        "{typed:?}"
    );
    assert_eq!(typed.output.text, "");
}
