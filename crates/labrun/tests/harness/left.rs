//! What runs have left: in an engine, among the processes, among the temporary files and the mounts.

use std::fs;
use std::process::Command;

/// Containers and networks of chapter 3.
pub(super) fn of_chapter3() -> Vec<String> {
    let mut found = docker_list(&[
        "ps",
        "-a",
        "--filter",
        "name=pgtest_",
        "--format",
        "container {{.Names}}",
    ]);
    found.extend(docker_list(&[
        "network",
        "ls",
        "--filter",
        "name=postgres_replication",
        "--format",
        "network {{.Name}}",
    ]));
    found
}

/// The volumes of this machine's engine.
pub(super) fn volumes() -> Vec<String> {
    docker_list(&["volume", "ls", "--format", "volume {{.Name}}"])
}

/// Everything in an engine but the networks that each has.
pub(super) fn everything_at(url: &str) -> Vec<String> {
    let mut all = docker_list(&["-H", url, "ps", "-a", "--format", "container {{.Names}}"]);
    let networks = docker_list(&["-H", url, "network", "ls", "--format", "network {{.Name}}"]);
    let own = [
        "network bridge",
        "network host",
        "network none",
        "network podman",
    ];
    all.extend(
        networks
            .into_iter()
            .filter(|name| !own.contains(&name.as_str())),
    );
    all.extend(docker_list(&[
        "-H",
        url,
        "volume",
        "ls",
        "--format",
        "volume {{.Name}}",
    ]));
    all
}

/// Folders, mounts and processes of runs, by the runs' ids.
pub(super) fn of_runs(ids: &[String]) -> Vec<String> {
    let folder = |id: &String| std::env::temp_dir().join(format!("labrun-{id}"));
    let folders = ids.iter().map(folder);
    let there = folders.filter(|folder| fs::symlink_metadata(folder).is_ok());
    let mut left: Vec<String> = there.map(|folder| folder.display().to_string()).collect();
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap();
    let of_run = |line: &&str| ids.iter().any(|id| line.contains(&format!("labrun-{id}/")));
    left.extend(
        mounts
            .lines()
            .filter(of_run)
            .map(|line| format!("mount {line}")),
    );
    left.extend(processes(ids));
    left
}

/// The lines that a docker command lists.
fn docker_list(arguments: &[&str]) -> Vec<String> {
    let output = Command::new("docker").args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// Processes that carry a run's id, and watchdogs of these runs.
fn processes(runs: &[String]) -> Vec<String> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let of_run = |pid: &u32| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let text = format!(
            "{} {}",
            String::from_utf8_lossy(&environment),
            String::from_utf8_lossy(&command)
        );
        runs.iter().any(|id| {
            text.contains(&format!("LABRUN_RUN={id}")) || text.contains(&format!("-{id}/journal"))
        })
    };
    let command = |pid: u32| fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    pids.filter(of_run)
        .map(|pid| format!("process {pid} {}", command(pid).trim()))
        .collect()
}
