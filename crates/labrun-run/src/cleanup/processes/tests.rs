//! Families of processes, made of shells and sleeps, and ended.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::*;

/// A shell that starts what the script says and then says its own word.
fn shell(run_id: &str, script: &str) -> Child {
    let mut child = Command::new("bash")
        .args(["-c", &format!("{script}\necho ready\nsleep 600")])
        .env(MARK, run_id)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "ready\n");
    child
}

fn family(run_id: &str) -> Family {
    Family {
        run_id: run_id.to_owned(),
        ..Family::default()
    }
}

#[test]
fn daemons_and_those_that_ignore_signals_are_ended() {
    let run_id = format!("unit-stubborn-{}", std::process::id());
    let mut child = shell(
        &run_id,
        "setsid sleep 601 & nohup sleep 602 >/dev/null 2>&1 &
         (trap '' TERM HUP; exec setsid sleep 603) &
         for n in 601 602 603; do until pgrep -fx \"sleep $n\" >/dev/null; do sleep 0.01; done; done",
    );
    let family = family(&run_id);
    let members = family.members();
    assert!(members.len() >= 4, "{members:?}");
    let begin = Instant::now();
    let ended = family.end(Duration::from_millis(300), Patience::Endless);
    assert_eq!(ended.left, Vec::<String>::new());
    assert!(ended.gone.len() >= 4, "{ended:?}");
    assert_eq!(family.members(), []);
    assert!(begin.elapsed() < Duration::from_secs(3));
    child.wait().unwrap();
}

#[test]
fn polite_processes_are_not_waited_for_longer_than_needed() {
    let run_id = format!("unit-polite-{}", std::process::id());
    let mut child = shell(&run_id, "sleep 604 &");
    let begin = Instant::now();
    let ended = family(&run_id).end(Duration::from_secs(30), Patience::Endless);
    assert_eq!(ended.left, Vec::<String>::new());
    assert!(
        begin.elapsed() < Duration::from_secs(5),
        "the grace was waited out"
    );
    child.wait().unwrap();
}

#[test]
fn descendants_without_the_mark_belong_to_the_family_and_others_do_not() {
    let run_id = format!("unit-root-{}", std::process::id());
    let mut root = shell(
        "",
        "env -i setsid sleep 605 &\nuntil pgrep -fx 'sleep 605' >/dev/null; do sleep 0.01; done",
    );
    let mut neighbour = shell(&format!("{run_id}0"), "true");
    let family = Family {
        root: ProcessId::of(root.id()),
        ..family(&run_id)
    };
    let names: BTreeSet<_> = family.members().into_iter().map(|p| p.name).collect();
    assert_eq!(names, BTreeSet::from(["sleep".to_owned()]));
    let ended = family.end(Duration::from_millis(300), Patience::Endless);
    assert_eq!(ended.left, Vec::<String>::new());
    assert!(ProcessId::of(root.id()).is_some() || root.try_wait().unwrap().is_some());
    assert!(
        neighbour.try_wait().unwrap().is_none(),
        "a neighbour was ended"
    );
    for child in [&mut root, &mut neighbour] {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    self::family(&format!("{run_id}0")).end(Duration::ZERO, Patience::Endless);
}

#[test]
fn what_was_there_before_the_run_is_spared_unless_it_is_marked() {
    let run_id = format!("unit-bystander-{}", std::process::id());
    let mut root = shell(
        "",
        &format!(
            "(sleep 606 & wait) & sleep 607 &
             {MARK}={run_id} sleep 608 &
             for n in 606 607 608; do until pgrep -fx \"sleep $n\" >/dev/null; do sleep 0.01; done; done"
        ),
    );
    let runner = ProcessId::of(root.id()).unwrap();
    let before = bystanders(runner);
    assert!(before.len() >= 4, "{before:?}");
    let started_after = |process: &Process| process.parent == runner.pid;
    let everyone = all();
    // The marked one and the shell's own last sleep are the run's; what the parents of 606 made later is not.
    let first_level: Vec<_> = everyone.iter().filter(|p| started_after(p)).collect();
    let family = Family {
        root: Some(runner),
        bystanders: before
            .into_iter()
            .filter(|id| first_level.iter().any(|process| process.id == *id))
            .collect(),
        ..family(&run_id)
    };
    let lines: Vec<_> = family.members().iter().map(command_line).collect();
    let whole = Family {
        bystanders: Vec::new(),
        ..family.clone()
    };
    assert!(whole.members().len() >= 4);
    whole.end(Duration::ZERO, Patience::Endless);
    root.kill().unwrap();
    root.wait().unwrap();
    assert!(lines.contains(&"sleep 608 ".to_owned()), "{lines:?}");
    for spared in ["sleep 606 ", "sleep 607 "] {
        assert!(!lines.contains(&spared.to_owned()), "{lines:?}");
    }
}

fn command_line(process: &Process) -> String {
    let line = fs::read(format!("/proc/{}/cmdline", process.id.pid)).unwrap_or_default();
    String::from_utf8_lossy(&line).replace('\0', " ")
}
