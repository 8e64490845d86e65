//! A Docker Engine of the test's own, that can be stopped, killed and started again: own socket, own folders, and a
//! network namespace of its own, because an engine without a bridge removes `docker0` wherever it finds it. So the
//! machine's engine knows nothing of it. With it comes an image made of the host's own shell.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::harness::{send, until};

/// The image that the engine has: bash, sh, sleep and cat.
pub(crate) const IMAGE: &str = "tiny:1";

/// An engine, and everything of it in one folder.
pub(crate) struct OwnEngine {
    folder: TempDir,
    daemon: Option<Child>,
    /// What it is told beyond what every engine of a test is.
    more: Vec<String>,
}

impl OwnEngine {
    /// A new engine, which answers.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with more arguments.
    pub(crate) fn start_with(more: &[&str]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("own-engine-")
            .tempdir()
            .unwrap();
        fs::write(folder.path().join("daemon.json"), "{}").unwrap();
        let mut engine = Self {
            folder,
            daemon: None,
            more: more.iter().map(|word| (*word).to_owned()).collect(),
        };
        engine.start_again();
        engine.import();
        engine
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }

    /// Starts it after a stop or a kill, and waits until it answers.
    pub(crate) fn start_again(&mut self) {
        let root = self.folder.path();
        let at = |name: &str| root.join(name).display().to_string();
        // A killed engine leaves these behind, and another would take the numbers in them for living ones'.
        for stale in ["pid", "exec/containerd/containerd.pid"] {
            let _ = fs::remove_file(root.join(stale));
        }
        let log = File::options()
            .create(true)
            .append(true)
            .open(root.join("log"))
            .unwrap();
        let child = Command::new("unshare")
            .args([
                "--net",
                "sh",
                "-c",
                "ip link set lo up && exec dockerd \"$@\"",
                "dockerd",
            ])
            .args([
                "--config-file",
                &at("daemon.json"),
                "--data-root",
                &at("data"),
                "--exec-root",
                &at("exec"),
            ])
            .args(["--pidfile", &at("pid"), "--host", &self.url()])
            .args([
                "--bridge",
                "none",
                "--iptables=false",
                "--ip-forward=false",
                "--storage-driver",
                "vfs",
            ])
            // A layer that was cut off is not asked for again after 5, 10, 15 and 20 seconds.
            .args(["--max-download-attempts", "1"])
            .args(&self.more)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("dockerd, of the package docker.io");
        self.daemon = Some(child);
        until("the engine", || {
            self.docker(&["version"]).status.success().then_some(())
        });
    }

    /// Asks it to end, which ends its containers too, and waits until it has.
    pub(crate) fn stop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            send(&daemon, Signal::TERM);
            daemon.wait().unwrap();
        }
    }

    /// Ends it at once; its containers go on.
    pub(crate) fn kill(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.kill().unwrap();
            daemon.wait().unwrap();
        }
    }

    /// The network namespace in which it looks for registries.
    pub(crate) fn network(&self) -> File {
        File::open(self.network_path()).unwrap()
    }

    /// Where that namespace is found.
    pub(crate) fn network_path(&self) -> String {
        let pid = self.daemon.as_ref().unwrap().id();
        format!("/proc/{pid}/ns/net")
    }

    /// Runs the docker command on it.
    pub(crate) fn docker(&self, arguments: &[&str]) -> std::process::Output {
        Command::new("docker")
            .args(["--host", &self.url()])
            .args(arguments)
            .output()
            .unwrap()
    }

    /// Makes the image of programs that every host has, and of the libraries that they are linked with.
    fn import(&self) {
        let root = self.folder.path().join("root");
        let script = format!(
            "set -e; mkdir -p '{root}/tmp'; for program in /bin/bash /bin/sh /bin/sleep /bin/cat; do
               cp -L --parents \"$program\" '{root}'
               for library in $(ldd \"$program\" | grep -o '/[^ )]*'); do cp -L --parents \"$library\" '{root}'; done
             done; tar -C '{root}' -c . | docker --host {url} import - {IMAGE}",
            root = root.display(),
            url = self.url()
        );
        let made = Command::new("bash").args(["-c", &script]).output().unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
    }
}

impl Drop for OwnEngine {
    fn drop(&mut self) {
        self.stop();
        end_what_names(self.folder.path());
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let own = self.folder.path().display().to_string();
        let mut points: Vec<&str> = mounts
            .lines()
            .filter_map(|line| line.split(' ').nth(1))
            .collect();
        points.retain(|point| point.starts_with(&own));
        for point in points.iter().rev() {
            let _ = Command::new("umount").args(["--lazy", point]).status();
        }
    }
}

/// A killed engine leaves the keepers of its containers, which name its folder.
pub(crate) fn end_what_names(folder: &Path) {
    let folder = folder.display().to_string();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let pid = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<i32>().ok());
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let is_own = String::from_utf8_lossy(&line).contains(&folder);
        if let Some(pid) = pid
            .filter(|_| is_own)
            .and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process(pid, Signal::KILL);
        }
    }
}
