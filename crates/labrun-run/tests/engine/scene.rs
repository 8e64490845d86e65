//! A folder, a connection and names of its own for each test, and the removal of what the test has made.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use labrun_run::{Created, Engine, Interrupts, Selection, Watch, discover};

/// The image that the tests run: it has a shell, sleep, and PostgreSQL.
pub(crate) const IMAGE: &str = "postgres:17";

/// What a test works in.
pub(crate) struct Scene {
    pub(crate) name: String,
    pub(crate) engine: Engine,
    folder: tempfile::TempDir,
}

impl Scene {
    /// A new scene; the word makes its names readable.
    pub(crate) fn new(word: &str) -> Self {
        let name = format!("lrt-{word}-{}", std::process::id());
        let endpoint = discover(None, &|name| std::env::var_os(name)).expect("an engine");
        let engine = Engine::connect(&endpoint, interrupts()).expect("an engine that answers");
        let folder = tempfile::Builder::new().prefix(&name).tempdir().unwrap();
        Self {
            name,
            engine,
            folder,
        }
    }

    /// The folder that stands for the lab's.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    /// Follows the engine as a run would, but knows no clients of its own.
    pub(crate) fn watch(&self) {
        self.engine.watch(Watch {
            inherited: labrun_run::Created::default(),
            neighbours: std::collections::BTreeSet::new(),
            lab_folder: self.folder(),
            clients: Box::new(Vec::new),
            on_created: Box::new(|_| {}),
        });
    }

    /// Runs a container of this scene, labelled as compose would label it.
    pub(crate) fn run(&self, arguments: &[&str]) {
        let working_dir = format!(
            "com.docker.compose.project.working_dir={}",
            self.folder().display()
        );
        let project = format!("com.docker.compose.project={}", self.name);
        let mut all = vec!["run", "-d", "--label", &working_dir, "--label", &project];
        all.extend(arguments);
        docker(&all);
    }

    /// Writes a compose file into a folder of the scene.
    pub(crate) fn compose_file(&self, folder: &str, content: &str) -> PathBuf {
        let folder = self.folder().join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("compose.yml"), content).unwrap();
        folder
    }

    pub(crate) fn selection(&self) -> Selection {
        Selection {
            lab_folder: self.folder(),
            created: Created::default(),
            since: 0,
        }
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // Also when the test fails: what it has made must not stay.
        let left = self.engine.remove_lab(&self.selection()).left;
        if !std::thread::panicking() {
            assert_eq!(left, Vec::<String>::new());
        }
    }
}

/// Signals to the test process; nobody sends any.
pub(crate) fn interrupts() -> &'static Interrupts {
    static INTERRUPTS: OnceLock<Interrupts> = OnceLock::new();
    INTERRUPTS.get_or_init(|| Interrupts::install().unwrap())
}

/// Runs the docker command, which must succeed, and gives its trimmed output.
pub(crate) fn docker(arguments: &[&str]) -> String {
    docker_in(Path::new("/"), arguments)
}

/// The same in a folder.
#[track_caller]
pub(crate) fn docker_in(folder: &Path, arguments: &[&str]) -> String {
    println!("docker {}", arguments.join(" "));
    let output = Command::new("docker")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let Output {
        status,
        stdout,
        stderr,
    } = output;
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8_lossy(&stdout).trim().to_owned()
}

/// The lines of a docker command's output.
pub(crate) fn lines(arguments: &[&str]) -> Vec<String> {
    docker(arguments).lines().map(str::to_owned).collect()
}

/// Waits until a condition gives a value; fails with the last word when it does not in time.
#[track_caller]
pub(crate) fn until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(value) = condition() {
            println!("{what}: after {} ms", begin.elapsed().as_millis());
            return value;
        }
        assert!(
            begin.elapsed() < Duration::from_secs(30),
            "not in time: {what}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}
