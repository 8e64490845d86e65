//! A rootful Podman of the test's own, behind its socket: own images, containers, networks and settings. With it comes
//! the image of chapter 3, from the machine's engine.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::{Resource, getrlimit};
use tempfile::TempDir;

use crate::harness::until;
use crate::own_engine::end_what_names;

/// The image of chapter 3, by the name that a registry would give it.
const IMAGE: &str = "docker.io/library/postgres:17";
/// Of files and processes, for two databases.
const ENOUGH: u64 = 20_000;

/// The service, and everything of it in one folder.
pub(crate) struct OwnPodman {
    folder: TempDir,
    service: Child,
    timer: Option<Timer>,
}

/// What systemd's timers would do: it asks each container for its health, once a second at least. A machine without
/// systemd has nobody else who does.
struct Timer {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl OwnPodman {
    /// A service that answers and has the image.
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("own-podman-")
            .tempdir()
            .unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        fs::write(at("containers.conf"), settings()).unwrap();
        let program = format!(
            "#!/bin/sh\nexport CONTAINERS_CONF={}\nexec podman --root {} --runroot {} --tmpdir {} --network-config-dir {} \
             --storage-driver overlay --runtime runc --cgroup-manager cgroupfs \"$@\"\n",
            at("containers.conf"),
            at("root"),
            at("run"),
            at("tmp"),
            at("net"),
        );
        fs::write(at("podman"), program).unwrap();
        fs::set_permissions(at("podman"), fs::Permissions::from_mode(0o755)).unwrap();
        let load = format!(
            "set -e -o pipefail; unset DOCKER_HOST; docker save postgres:17 | {podman} load; \
             {podman} tag localhost/postgres:17 {IMAGE}; {podman} untag localhost/postgres:17 localhost/postgres:17",
            podman = at("podman")
        );
        let loaded = Command::new("bash").args(["-c", &load]).output().unwrap();
        let words = String::from_utf8_lossy(&loaded.stderr);
        assert!(loaded.status.success(), "{words}");
        let service = Command::new(at("podman"))
            .args(["system", "service", "--time", "0"])
            .arg(format!("unix://{}", at("podman.sock")))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(at("log")).unwrap())
            .spawn()
            .unwrap();
        let podman = Self {
            folder,
            service,
            timer: None,
        };
        until("Podman's socket", || {
            let mut version = Command::new("docker");
            version.args(["-H", &podman.url(), "version"]);
            version.output().unwrap().status.success().then_some(())
        });
        podman
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> String {
        format!(
            "unix://{}",
            self.folder.path().join("podman.sock").display()
        )
    }

    /// Runs the podman command on it.
    pub(crate) fn podman(&self, arguments: &[&str]) -> Output {
        Command::new(self.program())
            .args(arguments)
            .output()
            .unwrap()
    }

    /// Has its containers asked for their health, as systemd would.
    pub(crate) fn ask_for_health(&mut self) {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, program) = (Arc::clone(&stop), self.program());
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::SeqCst) {
                let running = Command::new(&program).args(["ps", "-q"]).output().unwrap();
                for id in String::from_utf8_lossy(&running.stdout).lines() {
                    let mut ask = Command::new(&program);
                    drop(ask.args(["healthcheck", "run", id]).output());
                }
                // A timer's period, not a wait for anything.
                std::thread::sleep(Duration::from_millis(500));
            }
        });
        self.timer = Some(Timer { stop, thread });
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("podman")
    }
}

impl Drop for OwnPodman {
    fn drop(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.stop.store(true, Ordering::SeqCst);
            let _ = timer.thread.join();
        }
        self.podman(&["rm", "--all", "--force", "--time", "0"]);
        self.podman(&["network", "prune", "--force"]);
        let _ = self.service.kill();
        let _ = self.service.wait();
        // The keepers of ended sessions wait five minutes, and would then make these folders anew.
        end_what_names(self.folder.path());
        let overlay = self.folder.path().join("root/overlay");
        let _ = Command::new("umount").arg("--lazy").arg(overlay).output();
    }
}

/// Limits that this machine grants: Podman's own are higher than some let anybody raise them.
fn settings() -> String {
    let limit = |resource| getrlimit(resource).maximum.unwrap_or(ENOUGH).min(ENOUGH);
    let (files, processes) = (limit(Resource::Nofile), limit(Resource::Nproc));
    format!(
        "[containers]\ndefault_ulimits = [\"nofile={files}:{files}\", \"nproc={processes}:{processes}\"]\n"
    )
}
