//! The terminal against real programs: the failure modes that a chapter can meet on the host.
//!
//! Those inside containers are in `tests/`, with the engine.

use std::time::{Duration, Instant};

use labrun_model::{Language, SessionKind, TerminalName};

use super::status::Status;
use super::{Setup, Terminal, Typed, TypedEnd, bash_start_file};
use crate::Interrupts;

pub(super) struct Bench {
    pub(super) terminal: Terminal,
    pub(super) folder: tempfile::TempDir,
}

impl Bench {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let start_file = folder.path().join("bashrc");
        std::fs::write(&start_file, bash_start_file("nonce")).unwrap();
        let home = folder.path().join("home");
        std::fs::create_dir(&home).unwrap();
        let environment: Vec<(String, String)> = [
            ("PATH", std::env::var("PATH").unwrap().as_str()),
            ("HOME", home.to_str().unwrap()),
            ("TERM", "xterm-256color"),
            ("LC_ALL", "C.UTF-8"),
            ("LESS", "-FRX"),
            ("HISTFILE", "/dev/null"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        let setup = Setup {
            name: &TerminalName::main(),
            nonce: "nonce",
            start_file: &start_file,
            environment: &environment,
            folder: &home,
            recording: &folder.path().join("main.cast"),
            facts: &["image: a stand-in".to_owned()],
        };
        let terminal = Terminal::open(&setup, &Interrupts::install().unwrap()).unwrap();
        Self { terminal, folder }
    }

    pub(super) fn run(&mut self, step: &str) -> Typed {
        self.run_for(step, Duration::from_secs(20))
    }

    pub(super) fn run_for(&mut self, step: &str, timeout: Duration) -> Typed {
        let lines: Vec<&str> = step.lines().collect();
        self.terminal
            .type_lines(Language::Shell, &lines, &[], timeout)
            .unwrap()
    }

    /// Runs a step that must succeed, and gives its output.
    #[track_caller]
    pub(super) fn output(&mut self, step: &str) -> String {
        let typed = self.run(step);
        assert_eq!(
            typed.end,
            TypedEnd::Done(Status::Exit(0)),
            "{step}: {typed:?}"
        );
        typed.output.text
    }

    /// The terminal must be usable after whatever happened.
    #[track_caller]
    pub(super) fn still_works(&mut self) {
        assert_eq!(self.output("echo still works"), "still works\n");
    }
}

#[track_caller]
fn output(step: &str, expected: &str) {
    let mut bench = Bench::new();
    assert_eq!(bench.output(step), expected, "{step}");
    bench.still_works();
}

#[track_caller]
fn end(step: &str, expected: &TypedEnd) {
    let mut bench = Bench::new();
    let typed = bench.run_for(step, Duration::from_secs(3));
    assert_eq!(&typed.end, expected, "{step}: {typed:?}");
    bench.still_works();
}

fn done(status: i32) -> TypedEnd {
    TypedEnd::Done(Status::Exit(status))
}

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
fn a_program_that_reads_keys_is_noticed_at_once() {
    for step in [
        "cat",
        "head -1",
        "read line",
        "read -s secret",
        "cat > file",
    ] {
        let begun = Instant::now();
        end(step, &TypedEnd::WaitingForInput(String::new()));
        assert!(begun.elapsed() < Duration::from_secs(3), "{step}");
    }
    end(
        "read -p 'Your name: ' name",
        &TypedEnd::WaitingForInput("Your name:".to_owned()),
    );
    end(
        "python3 -c 'input(\"really? \")'",
        &TypedEnd::WaitingForInput("really?".to_owned()),
    );
}

#[test]
fn a_declared_answer_is_typed_at_a_password_prompt_only() {
    let mut bench = Bench::new();
    let ask = "read -s -p 'Password: ' p </dev/tty; echo; echo \"got $p\"";
    let typed = bench
        .terminal
        .type_lines(
            Language::Shell,
            &[ask],
            &["secret 1"],
            Duration::from_secs(5),
        )
        .unwrap();
    assert_eq!(typed.end, done(0), "{typed:?}");
    assert!(typed.output.text.ends_with("got secret 1\n"), "{typed:?}");
    let typed = bench
        .terminal
        .type_lines(
            Language::Shell,
            &["read line"],
            &["secret 2"],
            Duration::from_secs(5),
        )
        .unwrap();
    assert_eq!(typed.end, TypedEnd::WaitingForInput(String::new()));
    bench.still_works();
}

#[test]
fn background_jobs_do_not_hold_a_step() {
    let mut bench = Bench::new();
    let begun = Instant::now();
    let typed = bench.run("sleep 30 &");
    assert_eq!(typed.end, done(0));
    assert!(begun.elapsed() < Duration::from_secs(10));
    bench.output("kill %1; wait %1 2>/dev/null; true");
    bench.still_works();
}

#[test]
fn unfinished_lines_are_reported_at_once() {
    let open = |typed: &TypedEnd| matches!(typed, TypedEnd::Unfinished(_));
    for step in [
        "echo 'open",
        "cat <<EOF\nno end",
        "if true; then",
        "echo \\",
    ] {
        let mut bench = Bench::new();
        let typed = bench.run(step);
        assert!(open(&typed.end), "{step}: {typed:?}");
        bench.still_works();
    }
}

#[test]
fn what_does_not_end_is_ended() {
    let short = Duration::from_millis(700);
    for (step, by) in [
        ("sleep 60", "ended by ^C"),
        ("while :; do :; done", "ended by ^C"),
        ("trap '' INT; sleep 60", "ended by ^\\"),
        (
            "sh -c \"trap '' INT QUIT; while :; do sleep 1; done\"",
            "ended by ^Z",
        ),
        (
            "sh -c \"trap '' INT QUIT TSTP; while :; do sleep 1; done\"",
            "ended by SIGKILL",
        ),
    ] {
        let mut bench = Bench::new();
        let typed = bench.run_for(step, short);
        assert_eq!(typed.end, TypedEnd::TimedOut(by.to_owned()), "{step}");
        bench.run("trap - INT");
        bench.still_works();
        assert_eq!(bench.output("jobs"), "", "{step}");
    }
}

#[test]
fn pagers_and_editors_are_noticed() {
    let mut bench = Bench::new();
    std::fs::write(bench.folder.path().join("long"), "line\n".repeat(9000)).unwrap();
    let typed = bench.run("unset LESS; less ../long");
    assert!(
        matches!(
            typed.end,
            TypedEnd::FullScreen | TypedEnd::WaitingForInput(_)
        ),
        "{typed:?}"
    );
    bench.still_works();
    let typed = bench.run("vi ../long");
    if typed.end != done(127) {
        assert_eq!(typed.end, TypedEnd::FullScreen);
    }
    bench.still_works();
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
    ] {
        let mut bench = Bench::new();
        bench.run(step);
        bench.still_works();
        bench.still_works();
    }
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
fn the_end_of_the_host_shell_is_told() {
    for (step, word) in [
        ("exit 3", "exit status 3"),
        ("kill -9 $$", "killed by SIGKILL"),
        ("set -e\nfalse", "exit status 1"),
    ] {
        let mut bench = Bench::new();
        let typed = bench.run(step);
        assert!(
            matches!(&typed.end, TypedEnd::Lost(reason) if reason.contains(word)),
            "{step}: {typed:?}"
        );
        assert_eq!(bench.terminal.top(), None);
        assert!(matches!(
            bench.run("echo x").end,
            TypedEnd::WrongSession { .. }
        ));
    }
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

#[test]
fn a_look_alike_prompt_is_not_typed_into() {
    output(
        "printf 'Progress > '; sleep 1; echo done",
        "Progress > done\n",
    );
    output(
        "printf 'root@x:/# '; sleep 1; echo done",
        "root@x:/# done\n",
    );
}

#[test]
fn a_flood_is_bounded() {
    let mut bench = Bench::new();
    let typed = bench.run("yes | head -c 20000000");
    assert_eq!(typed.end, done(0));
    assert!(typed.output.text.len() < 5 << 20);
    assert!(typed.output.left_out > 10 << 20);
    bench.still_works();
}
