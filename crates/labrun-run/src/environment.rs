//! The environment of the lab's host shell: an allow-list, so that a run does not depend on the machine's locale,
//! pager, colours, settings or secrets.

use std::env;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::engine::Endpoint;
use crate::lab_folder::LabFolder;

/// Variables that are the same in every run. The pagers and `LESS` make programs print instead of stopping; the
/// `COMPOSE_ANSI` and `BUILDKIT_PROGRESS` keep 400 escape sequences out of a recording. `PYTHON_BASIC_REPL` gives Python 3.13
/// and later the prompt of those before, which can be taught to mark itself.
const FIXED: [(&str, &str); 16] = [
    ("TERM", "xterm-256color"),
    ("LANG", "C.UTF-8"),
    ("LC_ALL", "C.UTF-8"),
    ("TZ", "UTC"),
    ("SHELL", "/bin/bash"),
    ("PAGER", "cat"),
    ("GIT_PAGER", "cat"),
    ("PSQL_PAGER", "cat"),
    ("SYSTEMD_PAGER", "cat"),
    ("MANPAGER", "cat"),
    ("LESS", "-FRX"),
    ("COMPOSE_ANSI", "never"),
    ("BUILDKIT_PROGRESS", "plain"),
    ("HISTFILE", "/dev/null"),
    ("PSQL_HISTORY", "/dev/null"),
    ("PYTHON_BASIC_REPL", "1"),
];

/// Variables that are taken over where they are set: who and where we are, and nothing else.
const TAKEN_OVER: [&str; 4] = ["USER", "LOGNAME", "TMPDIR", "XDG_RUNTIME_DIR"];

/// The whole environment of the host shell.
pub(crate) fn lab_environment(
    folder: &LabFolder,
    run_id: &str,
    engine: Option<&Endpoint>,
) -> Vec<(String, String)> {
    let programs = folder.programs();
    let mut variables = base(&folder.home(), Some(&programs));
    let mut set = |name: &str, value: String| variables.push((name.to_owned(), value));
    set("INPUTRC", folder.input_file().display().to_string());
    set("LABRUN_RUN", run_id.to_owned());
    if let Some(engine) = engine {
        variables.extend(engine.variables(&|name: &str| env::var_os(name)));
        // The home is empty, but the CLI's plugins and the registries' credentials are in its own folder.
        variables.extend(docker_config());
    }
    variables
}

/// The environment of questions about a lab that does not run: the same for all that a compose file can name, and
/// nothing is fetched from the network.
pub(crate) fn still_environment(home: &Path) -> Vec<(String, String)> {
    let mut variables = base(home, None);
    variables.extend(docker_config());
    let remotes = [
        "COMPOSE_EXPERIMENTAL_GIT_REMOTE",
        "COMPOSE_EXPERIMENTAL_OCI_REMOTE",
    ];
    variables.extend(remotes.map(|name| (name.to_owned(), "false".to_owned())));
    variables
}

/// What every lab finds, with a home and with programs of its own.
fn base(home: &Path, programs: Option<&Path>) -> Vec<(String, String)> {
    let mut variables: Vec<(String, String)> = FIXED
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    for name in TAKEN_OVER {
        variables.extend(env::var(name).ok().map(|value| (name.to_owned(), value)));
    }
    let path = env::var("PATH").unwrap_or_else(|_| "/usr/local/bin:/usr/bin:/bin".to_owned());
    let path = match programs {
        Some(programs) => format!("{}:{path}", programs.display()),
        None => path,
    };
    variables.push(("PATH".to_owned(), path));
    variables.push(("HOME".to_owned(), home.display().to_string()));
    variables
}

/// Where a program is, as the lab's shell would find it.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| {
            candidate
                .metadata()
                .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
        })
}

fn docker_config() -> Option<(String, String)> {
    let named = env::var_os("DOCKER_CONFIG").map(PathBuf::from);
    let folder = named
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".docker")))
        .filter(|folder| folder.is_dir())?;
    Some(("DOCKER_CONFIG".to_owned(), folder.display().to_string()))
}
