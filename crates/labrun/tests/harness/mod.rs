//! A copy of the book with a chapter that may be changed, the command run on it, and a look at what it left behind.
//! The tests of chapter 3 and those of the faults both use it; what is left behind is found in [`left`].

mod left;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use tempfile::TempDir;

/// Chapter 3 names its containers and ports, so that one run is all that a machine can hold.
static ENGINE: Mutex<()> = Mutex::new(());

/// A book with one lab.
pub(crate) struct Book {
    folder: TempDir,
    lab: &'static str,
    engine: Engine,
}

/// The engine that a lab is run with.
enum Engine {
    /// None can be reached.
    Nowhere,
    /// This machine's, for one book at a time.
    Machine {
        /// The volumes that were there before, which are somebody else's.
        volumes: Vec<String>,
        _turn: MutexGuard<'static, ()>,
    },
    /// One that answers elsewhere, with nothing in it that is not the lab's.
    At(String),
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
        let turn = ENGINE.lock().unwrap_or_else(PoisonError::into_inner);
        let engine = Engine::Machine {
            volumes: left::volumes(),
            _turn: turn,
        };
        Self::new(lab, chapter, engine)
    }

    /// Chapter 3 for an engine that has nothing else to do.
    pub(crate) fn chapter3_at(url: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/chapter3.md");
        let chapter = fs::read_to_string(path).unwrap();
        Self::new("chapter3", &chapter, Engine::At(url.to_owned()))
    }

    /// A lab that needs no engine, and could reach none.
    pub(crate) fn without_engine(chapter: &str) -> Self {
        Self::new("demo", chapter, Engine::Nowhere)
    }

    /// A lab for an engine that has nothing else to do.
    pub(crate) fn at(url: &str, chapter: &str) -> Self {
        Self::new("demo", chapter, Engine::At(url.to_owned()))
    }

    fn new(lab: &'static str, chapter: &str, engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        let book = format!("[book]\ntitle = \"T\"\n\n[preprocessor.labrun.labs.{lab}]\n");
        fs::write(folder.path().join("book.toml"), book).unwrap();
        fs::write(folder.path().join(format!("src/{lab}.md")), chapter).unwrap();
        Self {
            folder,
            lab,
            engine,
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
            .env_remove("GITHUB_ACTIONS")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        match &self.engine {
            Engine::Nowhere => drop(command.env("DOCKER_HOST", "unix:///nowhere/docker.sock")),
            Engine::Machine { .. } => {}
            Engine::At(url) => drop(command.env("DOCKER_HOST", url)),
        }
        command
    }

    /// Runs the lab to its end.
    pub(crate) fn run(&self) -> Ended {
        let ended = Ended::of(&self.command(&[self.lab]).output().unwrap());
        println!("ran {}: exit code {:?}", self.lab, ended.code);
        ended
    }

    /// Starts the lab and lets it go on.
    pub(crate) fn start(&self) -> Child {
        self.command(&[self.lab]).spawn().unwrap()
    }

    /// Starts the lab and reads its words up to a line that contains a text.
    pub(crate) fn start_until(&self, text: &str) -> (Child, String) {
        Self::until(self.start(), text)
    }

    /// Reads a command's words up to a line that contains a text.
    pub(crate) fn until(mut child: Child, text: &str) -> (Child, String) {
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
        let mut left = match &self.engine {
            Engine::Nowhere => Vec::new(),
            Engine::Machine { volumes, .. } => {
                let mut found = left::of_chapter3();
                let all = left::volumes().into_iter();
                found.extend(all.filter(|volume| !volumes.contains(volume)));
                found
            }
            Engine::At(url) => left::everything_at(url),
        };
        left.extend(left_of_runs(&self.state()));
        left
    }

    /// Waits until nothing is left. What is still there after a minute stays: how long clean-up takes on a busy machine is no
    /// matter of a test.
    #[track_caller]
    pub(crate) fn nothing_is_left(&self, after: &str) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let left = self.left_behind();
            if left.is_empty() {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "{after}: left behind after a minute: {left:?}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The ids of the runs that are remembered.
    pub(crate) fn run_ids(&self) -> Vec<String> {
        let names = self.run_folders().into_iter();
        let names = names.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
        names
            .filter_map(|name| name.rsplit('-').next().map(str::to_owned))
            .collect()
    }

    /// Where the runs are remembered.
    pub(crate) fn run_folders(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.state().join("runs"));
        let entries = entries.into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
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

/// What the runs that a state folder remembers have left among the processes and the temporary files, and journals of runs
/// that were neither cleaned up nor kept.
pub(crate) fn left_of_runs(state: &Path) -> Vec<String> {
    let entries = fs::read_dir(state.join("runs"));
    let folders = entries.into_iter().flatten().flatten();
    let folders: Vec<PathBuf> = folders.map(|entry| entry.path()).collect();
    let ids: Vec<String> = folders
        .iter()
        .filter_map(|path| path.file_name()?.to_str()?.rsplit('-').next())
        .map(str::to_owned)
        .collect();
    let mut left = left::of_runs(&ids);
    let journals = folders.iter().map(|folder| folder.join("journal.json"));
    let open = journals.filter(|path| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.contains("\"phase\": \"running\"")
    });
    left.extend(open.map(|path| format!("journal {}", path.display())));
    left
}

/// The rest of a command's words, and its exit code.
#[track_caller]
pub(crate) fn rest(mut child: Child) -> Ended {
    let mut words = String::new();
    let mut error = child.stderr.take().unwrap();
    std::io::Read::read_to_string(&mut error, &mut words).unwrap();
    Ended {
        code: child.wait().unwrap().code(),
        words,
    }
}

/// Sends a signal to a command.
pub(crate) fn send(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

/// Waits until a condition gives a value.
#[track_caller]
pub(crate) fn until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(Instant::now() < deadline, "never came: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
