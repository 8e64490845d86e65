//! A copy of the book with a chapter that may be changed, the command run on it, and a look at what it left behind.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Chapter 3 names its containers and ports, so that one run is all that a machine can hold.
static ENGINE: Mutex<()> = Mutex::new(());

/// A book with one lab, and the engine to itself.
pub(crate) struct Book {
    folder: TempDir,
    lab: &'static str,
    /// The volumes that were there before, which are somebody else's.
    volumes: Vec<String>,
    _engine: MutexGuard<'static, ()>,
}

/// How a run of the command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) words: String,
}

impl Book {
    /// Chapter 3 as it is in the book.
    pub(crate) fn chapter3() -> Self {
        Self::changed(str::to_owned)
    }

    /// Chapter 3 after a change, which must change something.
    #[track_caller]
    pub(crate) fn changed(change: impl FnOnce(&str) -> String) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/chapter3.md");
        let chapter = fs::read_to_string(path).unwrap();
        Self::with("chapter3", &change(&chapter))
    }

    /// A lab of one's own.
    pub(crate) fn with(lab: &'static str, chapter: &str) -> Self {
        let engine = ENGINE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        let book = format!("[book]\ntitle = \"T\"\n\n[preprocessor.labrun.labs.{lab}]\n");
        fs::write(folder.path().join("book.toml"), book).unwrap();
        fs::write(folder.path().join(format!("src/{lab}.md")), chapter).unwrap();
        Self {
            folder,
            lab,
            volumes: docker_list(&["volume", "ls", "--format", "volume {{.Name}}"]),
            _engine: engine,
        }
    }

    /// The line, from 1, of the nth place (from 1) at which a text stands in the chapter.
    #[track_caller]
    pub(crate) fn line_of(&self, text: &str, nth: usize) -> usize {
        let chapter =
            fs::read_to_string(self.folder.path().join(format!("src/{}.md", self.lab))).unwrap();
        let mut lines = chapter
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains(text));
        lines.nth(nth - 1).expect(text).0 + 1
    }

    /// The command on this book, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_labrun"));
        command
            .arg("--book")
            .arg(self.folder.path())
            .args(arguments)
            .env("LABRUN_STATE_DIR", self.state())
            .env_remove("LABRUN_BOOK")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the lab to its end.
    pub(crate) fn run(&self) -> Ended {
        let ended = Ended::of(&self.command(&[self.lab]).output().unwrap());
        println!(
            "ran {} against the engine: exit code {:?}",
            self.lab, ended.code
        );
        ended
    }

    /// Starts the lab and lets it go on.
    pub(crate) fn start(&self) -> Child {
        self.command(&[self.lab]).spawn().unwrap()
    }

    /// Starts the lab and reads its words up to a line that contains a text.
    pub(crate) fn start_until(&self, text: &str) -> (Child, String) {
        let mut child = self.start();
        let mut words = String::new();
        let mut reader = BufReader::new(child.stderr.take().unwrap());
        while !words.contains(text) {
            assert!(
                reader.read_line(&mut words).unwrap() > 0,
                "{text:?} never came:\n{words}"
            );
        }
        child.stderr = Some(reader.into_inner());
        (child, words)
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// What a run of this book has left in the engine, among the processes and in the folder for temporary files.
    pub(crate) fn left_behind(&self) -> Vec<String> {
        let mut left = engine_objects();
        let volumes = docker_list(&["volume", "ls", "--format", "volume {{.Name}}"]);
        left.extend(
            volumes
                .into_iter()
                .filter(|volume| !self.volumes.contains(volume)),
        );
        let runs = self.run_ids();
        for id in &runs {
            let folder = std::env::temp_dir().join(format!("labrun-{id}"));
            left.extend(folder.exists().then(|| folder.display().to_string()));
        }
        left.extend(processes(&runs));
        left
    }

    /// Waits until nothing is left, for five seconds at most.
    #[track_caller]
    pub(crate) fn nothing_is_left(&self, after: &str) {
        let deadline = Instant::now() + Duration::from_secs(5);
        loop {
            let left = self.left_behind();
            if left.is_empty() {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "{after}: left behind after 5 s: {left:?}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The ids of the runs whose journals are there.
    fn run_ids(&self) -> Vec<String> {
        let entries = fs::read_dir(self.state().join("runs"))
            .into_iter()
            .flatten()
            .flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names
            .filter_map(|name| name.rsplit('-').next().map(str::to_owned))
            .collect()
    }
}

impl Ended {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            words: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Red, with the failure at this line of the chapter.
    #[track_caller]
    pub(crate) fn is_red_at(&self, path: &str, line: usize, words: &str) {
        assert_eq!(self.code, Some(1), "{}", self.words);
        let place = format!("--> {path}:{line}:");
        assert!(self.words.contains(&place), "no {place} in\n{}", self.words);
        assert!(
            self.words.contains(words),
            "no {words:?} in\n{}",
            self.words
        );
    }
}

/// Containers and networks of chapter 3.
fn engine_objects() -> Vec<String> {
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
