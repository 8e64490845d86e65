//! Processes that the runner was given before its run are nobody's to end.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use labrun_run::ProcessId;

use crate::cleanup::reap;
use crate::scene::Scene;

#[test]
fn a_child_that_the_runner_had_before_the_run_stays() {
    let scene = Scene::new("bystander");
    let lab_folder = std::env::temp_dir().join(format!("labrun-{}", scene.name));
    let script = "env -i setsid sleep 7006 & until pgrep -fx 'sleep 7006'; do sleep 0.01; done";
    let mut runner = Command::new("bash")
        .args(["-c", "sleep 7005 >&2 & echo $!; exec \"$@\"", "bash"])
        .arg(reap())
        .arg("run")
        .args([&scene.folder().join("state"), &lab_folder])
        .args([&scene.name, &scene.engine.endpoint().url, script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(runner.stdout.take().unwrap());
    let mut pid = String::new();
    output.read_line(&mut pid).unwrap();
    let bystander = ProcessId::of(pid.trim().parse().unwrap()).unwrap();
    let mut input = runner.stdin.take().unwrap();
    input.write_all(b"end\n").unwrap();
    let mut said = String::new();
    output.read_to_string(&mut said).unwrap();
    assert!(runner.wait().unwrap().success());
    let spared = bystander.is_alive();
    let left = Command::new("pgrep").args(["-fx", "sleep 7006"]).output();
    drop(Command::new("kill").arg(pid.trim()).status());
    assert!(spared && !said.contains("left "), "{said}");
    assert_eq!(left.unwrap().stdout, b"", "what the run started is gone");
}
