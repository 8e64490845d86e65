//! A runner that is killed: its watchdog, and the next start, leave nothing of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use labrun_model::Notice;
use labrun_run::{Beginning, ProcessId, RunJournal, Stale, StateFolder, clean_stale};

use crate::scene::{IMAGE, Scene, interrupts, lines, until};

/// The example that stands in for labrun; cargo builds examples together with tests.
pub(crate) fn reap() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let program = tests.ancestors().nth(2).unwrap().join("examples/reap");
    assert!(
        program.exists(),
        "{} is missing: `cargo build -p labrun-run --examples`",
        program.display()
    );
    program
}

/// A runner, and where it left its traces.
struct Runner {
    child: Child,
    output: BufReader<ChildStdout>,
    run_id: String,
    lab_folder: PathBuf,
    state: StateFolder,
}

fn start(scene: &Scene, script: &str) -> Runner {
    let run_id = scene.name.clone();
    let lab_folder = std::env::temp_dir()
        .canonicalize()
        .unwrap()
        .join(format!("labrun-{run_id}"));
    let state = scene.folder().join("state");
    let mut child = Command::new(reap())
        .arg("run")
        .args([&state, &lab_folder])
        .args([&run_id, &scene.engine.endpoint().url, script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let spawned = line
        .strip_prefix("ready ")
        .unwrap_or_else(|| panic!("the runner said {line:?}"));
    println!("spawning the watchdog: {} µs", spawned.trim());
    Runner {
        child,
        output,
        run_id,
        lab_folder,
        state: StateFolder::at(&state).unwrap(),
    }
}

impl Runner {
    fn kill(&mut self) {
        self.child.kill().unwrap();
        assert_eq!(self.child.wait().unwrap().signal(), Some(9));
    }

    fn journal(&self) -> RunJournal {
        self.state.journals().runs.remove(0)
    }

    /// The watchdog among the runner's children.
    fn watchdog(&self) -> ProcessId {
        let children = Command::new("pgrep")
            .args(["-P", &self.child.id().to_string(), "-f", "__reap"])
            .output()
            .unwrap();
        let pid = String::from_utf8_lossy(&children.stdout)
            .trim()
            .parse()
            .unwrap();
        ProcessId::of(pid).unwrap()
    }

    /// What is still there of the run.
    fn traces(&self) -> Vec<String> {
        let name = format!("name={}", self.run_id);
        let mut traces = lines(&["ps", "-a", "--filter", &name, "--format", "{{.Names}}"]);
        traces.extend(lines(&[
            "network",
            "ls",
            "--filter",
            &name,
            "--format",
            "{{.Name}}",
        ]));
        traces.extend(lines(&[
            "volume",
            "ls",
            "--filter",
            &name,
            "--format",
            "{{.Name}}",
        ]));
        traces.extend(processes(&self.run_id));
        traces.extend(
            self.lab_folder
                .exists()
                .then(|| self.lab_folder.display().to_string()),
        );
        traces
    }
}

/// Processes that carry the run's mark.
fn processes(run_id: &str) -> Vec<String> {
    let mark = format!("LABRUN_RUN={run_id}");
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let marked = entries.filter(|entry| {
        let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|pair| pair == mark.as_bytes())
    });
    marked
        .map(|entry| entry.path().display().to_string())
        .collect()
}

/// Starts daemons of every kind, a compose project with two containers, a network and a volume, and a plain container.
fn script(scene: &Scene) -> String {
    let name = &scene.name;
    format!(
        "setsid sleep 7001 & nohup sleep 7002 >/dev/null 2>&1 & (trap '' TERM HUP INT; exec setsid sleep 7003) &
         mkdir data && touch data/file && chown 999 data && chmod 700 data
         cat > compose.yml <<EOF
name: {name}
services:
  a: {{image: '{IMAGE}', entrypoint: sleep, command: '600', volumes: ['data:/data']}}
  b: {{image: '{IMAGE}', entrypoint: sleep, command: '600'}}
volumes: {{data: {{}}}}
EOF
         docker compose up -d && docker network create {name}-net && docker volume create {name}-vol &&
         docker run -d --name {name}-plain --entrypoint sleep {IMAGE} 600"
    )
}

#[test]
fn a_killed_runner_leaves_nothing() {
    let scene = Scene::new("killed");
    let mut runner = start(&scene, &script(&scene));
    println!("{:#?}", runner.traces());
    assert!(runner.traces().len() >= 11, "{:#?}", runner.traces());
    let watchdog = runner.watchdog();
    // Ctrl-C and a closed terminal reach the watchdog as well.
    for word in ["-INT", "-TERM", "-HUP"] {
        signal(watchdog.pid, word);
    }
    let begin = Instant::now();
    runner.kill();
    until("the watchdog has gone", || {
        (!watchdog.is_alive()).then_some(())
    });
    println!(
        "from kill -9 to nothing: {} ms",
        begin.elapsed().as_millis()
    );
    let log = std::fs::read_to_string(runner.journal().folder().join("watchdog.log")).unwrap();
    assert_eq!(runner.traces(), Vec::<String>::new(), "{log}");
    assert!(!log.contains("left "), "{log}");
    assert!(runner.journal().snapshot().is_cleaned());
}

#[test]
fn what_a_dead_watchdog_could_not_clean_the_next_start_does() {
    let scene = Scene::new("twice");
    let mut runner = start(&scene, &script(&scene));
    let watchdog = runner.watchdog();
    signal(watchdog.pid, "-KILL");
    runner.kill();
    assert!(runner.journal().snapshot().is_stale());
    let mut removed = Vec::new();
    let left = clean_stale(
        &runner.state,
        Stale::CutShort,
        interrupts(),
        &mut |notice| match notice {
            Notice::Reclaimed { removed: lines } => removed.extend(lines),
            other => panic!("{other:?}"),
        },
    );
    println!("{removed:#?}");
    let mut foreign = removed
        .iter()
        .filter(|line| !line.starts_with("process") && !line.contains(&scene.name));
    assert_eq!(
        foreign.next(),
        None,
        "another lab of this engine was touched"
    );
    assert_eq!(left, Vec::<String>::new());
    assert_eq!(runner.traces(), Vec::<String>::new());
    for thing in ["container", "network", "volume", "process", "folder"] {
        assert!(
            removed.iter().any(|line| line.starts_with(thing)),
            "{thing}"
        );
    }
    assert_eq!(
        clean_stale(
            &runner.state,
            Stale::AndKept,
            interrupts(),
            &mut |notice| panic!("{notice:?}")
        ),
        Vec::<String>::new()
    );
}

#[test]
fn a_run_that_ends_cleans_up_and_dismisses_its_watchdog() {
    let scene = Scene::new("ended");
    let mut runner = start(&scene, &script(&scene));
    let watchdog = runner.watchdog();
    let environment = std::fs::read(format!("/proc/{}/environ", watchdog.pid)).unwrap();
    assert!(!String::from_utf8_lossy(&environment).contains("LABRUN_RUN"));
    runner
        .child
        .stdin
        .take()
        .unwrap()
        .write_all(b"end\n")
        .unwrap();
    let mut said = String::new();
    runner.output.read_to_string(&mut said).unwrap();
    println!("{said}");
    assert!(runner.child.wait().unwrap().success());
    assert!(
        said.starts_with("cleaned ") && !said.contains("left "),
        "{said}"
    );
    assert!(!watchdog.is_alive());
    assert_eq!(runner.traces(), Vec::<String>::new());
    assert!(runner.journal().snapshot().is_cleaned());
}

#[test]
fn the_next_start_and_the_watchdog_take_turns() {
    let scene = Scene::new("turns");
    let mut runner = start(&scene, &script(&scene));
    runner.kill();
    let mut notices = Vec::new();
    let left = clean_stale(
        &runner.state,
        Stale::CutShort,
        interrupts(),
        &mut |notice| {
            notices.push(notice);
        },
    );
    println!("{notices:?}");
    assert_eq!(left, Vec::<String>::new());
    assert_eq!(runner.traces(), Vec::<String>::new());
    assert!(runner.journal().snapshot().is_cleaned());
}

#[test]
fn a_second_signal_ends_the_grace() {
    let scene = Scene::new("haste");
    let stubborn = "(trap '' TERM HUP INT; exec setsid sleep 7004) & until pgrep -fx 'sleep 7004'; do sleep 0.01; done";
    let mut runner = start(&scene, stubborn);
    for _ in 0..2 {
        signal(runner.child.id(), "-INT");
        // Two signals of a kind that wait together count as one.
        until("taken", || (!pending(runner.child.id())).then_some(()));
    }
    let begin = Instant::now();
    runner
        .child
        .stdin
        .take()
        .unwrap()
        .write_all(b"end\n")
        .unwrap();
    let mut said = String::new();
    runner.output.read_to_string(&mut said).unwrap();
    println!("{said}");
    assert!(
        begin.elapsed() < Duration::from_millis(1500),
        "{:?}",
        begin.elapsed()
    );
    assert!(!said.contains("left "), "{said}");
    runner.child.wait().unwrap();
    assert_eq!(runner.traces(), Vec::<String>::new());
}

fn signal(pid: u32, signal: &str) {
    let status = Command::new("kill")
        .args([signal, &pid.to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

/// Whether a signal waits for a process.
fn pending(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let mut lines = status
        .lines()
        .filter(|line| line.starts_with("ShdPnd:") || line.starts_with("SigPnd:"));
    lines.any(|line| !line.ends_with("0000000000000000"))
}

#[test]
fn a_kept_run_is_left_until_it_is_asked_for() {
    let scene = Scene::new("kept");
    let mut runner = start(&scene, "touch file");
    let watchdog = runner.watchdog();
    runner.journal().keep().unwrap();
    runner.kill();
    until("the watchdog has gone", || {
        (!watchdog.is_alive()).then_some(())
    });
    assert_eq!(runner.traces(), [runner.lab_folder.display().to_string()]);
    let mut notices = Vec::new();
    let mut clean = |which| {
        clean_stale(&runner.state, which, interrupts(), &mut |notice| {
            notices.push(notice)
        })
    };
    assert_eq!(clean(Stale::CutShort), Vec::<String>::new());
    assert!(runner.lab_folder.exists());
    assert_eq!(clean(Stale::AndKept), Vec::<String>::new());
    assert_eq!(runner.traces(), Vec::<String>::new());
    let removed = vec![format!("folder {}", runner.lab_folder.display())];
    assert_eq!(notices, [Notice::Reclaimed { removed }]);
}

#[test]
fn a_folder_that_is_not_the_runs_is_never_removed() {
    let scene = Scene::new("foreign");
    let state = StateFolder::at(&scene.folder().join("state")).unwrap();
    let precious = scene.folder().join("precious");
    std::fs::create_dir(&precious).unwrap();
    let beginning = Beginning {
        run_id: &scene.name,
        lab: "foreign",
        book_root: Path::new("/book"),
        endpoint: None,
        lab_folder: &precious,
    };
    let run = RunJournal::begin(&state, &beginning).unwrap();
    // As another process would find it after this one: no child of this process is the run's.
    let journal = std::fs::read_to_string(run.path()).unwrap();
    let start = format!("\"start\": {}", run.snapshot().runner.start);
    std::fs::write(run.path(), journal.replace(&start, "\"start\": 1")).unwrap();
    drop(run);
    let left = clean_stale(&state, Stale::CutShort, interrupts(), &mut |notice| {
        panic!("{notice:?}")
    });
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(precious.exists());
}
