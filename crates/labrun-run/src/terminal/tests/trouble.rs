//! Steps that ask, hang, flood, or end the shell: what is noticed, and that the terminal goes on where it can.

use std::time::Duration;

use labrun_model::Language;

use super::super::TypedEnd;
use super::bench::{Bench, done, end, output};

#[test]
fn a_program_that_reads_keys_is_noticed_at_once() {
    for step in [
        "cat",
        "head -1",
        "read line",
        "read -s secret",
        "cat > file",
    ] {
        end(step, &TypedEnd::WaitingForInput(String::new()));
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
    let typed = bench.run("sleep 30 &");
    assert_eq!(typed.end, done(0));
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
