//! What a container is to get beyond its own four walls, and whether a policy allows it. Compose files and typed commands
//! both end here, so that one rule holds for both.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use labrun_model::{Allowances, Capability, Freedom, Namespace};

use super::codes;
use super::sockets::is_socket_name;

/// Something that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Want {
    Privileged,
    /// A capability, as written.
    Capability(String),
    /// A device of the host, by its path or its name.
    Device(String),
    Gpus,
    /// A security option other than `no-new-privileges`.
    Unconfined(String),
    Namespace(Namespace),
    /// A path of the host that is mounted.
    Mount(PathBuf),
    /// A file of the host that is read.
    File(PathBuf),
    /// The engine's socket, by another word than its path.
    Socket(&'static str),
    /// A published port; no address stands for all of them.
    Port {
        port: String,
        address: Option<IpAddr>,
    },
    Image(String),
    /// An image that is made here, by this.
    Build(&'static str),
    /// What no policy allows.
    Never(Refusal),
}

/// Why something is refused: `{subject} message`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    /// What the subject does, in the third person.
    pub(super) does: String,
    pub(super) help: String,
}

/// What wants are measured with.
#[derive(Clone, Copy)]
pub(super) struct Measure<'a> {
    pub(super) allowances: &'a Allowances,
    /// The name of the policy's file, for help.
    pub(super) file: &'a str,
    /// The sockets of engines, without symbolic links.
    pub(super) sockets: &'a [PathBuf],
    /// Where a path leads, without symbolic links; `None` where that cannot be known.
    pub(super) real: &'a dyn Fn(&Path) -> Option<PathBuf>,
    /// The lab folder, without symbolic links.
    pub(super) lab_folder: &'a Path,
}

impl Want {
    /// A key, a flag or a value that labrun cannot judge.
    pub(super) fn unknown(name: &str) -> Self {
        Self::Never(Refusal {
            code: codes::UNKNOWN_TO_POLICY,
            does: format!(
                "has `{}`, and labrun does not know what that lets the container do",
                name.escape_debug()
            ),
            help: "a policy allows only what it knows, and no line of a policy allows it: leave it out"
                .to_owned(),
        })
    }

    /// A value that nobody knows before the lab runs.
    pub(super) fn unreadable(name: &str, value: &str) -> Self {
        let name = if name.contains(' ') {
            name.to_owned()
        } else {
            format!("`{name}`")
        };
        Self::Never(Refusal {
            code: codes::UNKNOWN_TO_POLICY,
            does: format!(
                "has `{}` for {name}, and labrun does not know what that will be",
                value.escape_debug()
            ),
            help: "write the value itself: what a shell puts there cannot be judged before the lab runs"
                .to_owned(),
        })
    }

    /// Something of others that no policy allows.
    pub(super) fn of_others(code: &'static str, does: String, help: &str) -> Self {
        Self::Never(Refusal {
            code,
            does,
            help: help.to_owned(),
        })
    }

    /// Why it is refused; `None` where it is allowed.
    pub(super) fn refusal(&self, measure: &Measure<'_>) -> Option<Refusal> {
        let allowances = measure.allowances;
        match self {
            Self::Privileged => measure.freedom(
                Freedom::Privileged,
                codes::PRIVILEGED,
                "is privileged".to_owned(),
                "a privileged container is root on this machine, with all its disks and devices",
            ),
            Self::Capability(name) => {
                let known = Capability::new(name);
                let is_allowed = known
                    .as_ref()
                    .is_some_and(|it| allowances.capabilities.contains(it));
                let name = known.map_or(name.clone(), |it| it.as_str().to_owned());
                let does = format!("gets the capability {}", name.escape_debug());
                (!is_allowed).then(|| measure.listed(codes::CAPABILITY, does,
                    "with it, root in the container may do what the engine keeps from others, to the machine as well",
                    "capabilities", &name))
            }
            Self::Device(name) => {
                let real = (measure.real)(Path::new(name));
                let is_allowed = allowances.devices.iter().any(|listed| {
                    listed.as_os_str() == name.as_str()
                        || (real.is_some() && (measure.real)(listed) == real)
                });
                let does = format!("gets the device `{}`", name.escape_debug());
                (!is_allowed).then(|| measure.listed(codes::DEVICE, does,
                    "the container reads and writes it as the machine's own programs do", "devices", name))
            }
            Self::Gpus => {
                let is_allowed = allowances.devices.contains(Path::new("gpus"));
                let does = "gets GPUs or other devices of the machine".to_owned();
                (!is_allowed).then(|| measure.listed(codes::DEVICE, does,
                    "the container runs programs on them, beside those of the machine", "devices", "gpus"))
            }
            Self::Unconfined(option) => measure.freedom(
                Freedom::Unconfined,
                codes::UNCONFINED,
                format!("changes what filters it: `{}`", option.escape_debug()),
                "the filters on system calls and files keep a container from attacking the machine's kernel",
            ),
            Self::Namespace(namespace) => {
                let (what, why) = shared(*namespace);
                let is_allowed = allowances.namespaces.contains(namespace);
                (!is_allowed).then(|| measure.listed(codes::NAMESPACE, format!("shares {what} of this machine"),
                    why, "namespaces", namespace.name()))
            }
            Self::Mount(path) => measure.mount(path),
            Self::File(path) => measure.file(path),
            Self::Socket(by) => measure.socket(by),
            Self::Port { port, address } => measure.port(port, *address),
            Self::Image(image) => {
                let does = format!("uses the image `{}`, which is not in the list", image.escape_debug());
                (!allowances.allows_image(image)).then(|| measure.listed(codes::IMAGE, does,
                    "an image is somebody's program: the list says whose are run", "images", image))
            }
            Self::Build(by) => {
                let is_free = allowances.images.is_none();
                let refusal = measure.freedom(Freedom::Build, codes::BUILD, format!("makes an image ({by})"),
                    "what it is made of can come from anywhere, although the policy lists images");
                refusal.filter(|_| !is_free)
            }
            Self::Never(refusal) => Some(refusal.clone()),
        }
    }
}

fn shared(namespace: Namespace) -> (&'static str, &'static str) {
    match namespace {
        Namespace::Network => (
            "the network",
            "the container then reaches every port of this machine, also those that listen on loopback only",
        ),
        Namespace::Pid => (
            "the processes",
            "the container then sees the machine's processes with their environments, and root in it can end them",
        ),
        Namespace::Ipc => (
            "the shared memory",
            "the container then reads and writes memory that programs of this machine share",
        ),
        Namespace::User => (
            "the users",
            "root in the container is then this machine's root",
        ),
        Namespace::Uts => (
            "the host name",
            "the container can then change this machine's name",
        ),
        Namespace::Cgroup => (
            "the control groups",
            "the container then sees what the machine's programs may use, and with more rights changes it",
        ),
    }
}

impl Measure<'_> {
    /// `KEY = ["VALUE"]` in the policy's file.
    fn listed(
        &self,
        code: &'static str,
        does: String,
        why: &str,
        key: &str,
        value: &str,
    ) -> Refusal {
        let line = format!("{key} = [\"{}\"]", value.escape_debug());
        Refusal {
            code,
            does,
            help: format!("{why}; `{line}` in {} would allow it", self.file),
        }
    }

    fn freedom(
        &self,
        freedom: Freedom,
        code: &'static str,
        does: String,
        why: &str,
    ) -> Option<Refusal> {
        let is_allowed = self.allowances.freedoms.contains(&freedom);
        (!is_allowed).then(|| self.listed(code, does, why, "allow", freedom.name()))
    }

    fn socket(&self, by: &str) -> Option<Refusal> {
        self.freedom(
            Freedom::EngineSocket,
            codes::ENGINE_SOCKET,
            format!("gets the engine's socket by `{}`", by.escape_debug()),
            "who speaks to the engine can start any container, and so is root on this machine; a mount that is read-only does not keep from that",
        )
    }

    /// A mount that is the socket needs one allowance, and a folder around it two.
    fn mount(&self, path: &Path) -> Option<Refusal> {
        let shown = path.display().to_string();
        let Some(real) = (self.real)(path) else {
            return Want::unreadable("a mount", &shown).refusal(self);
        };
        let is_socket = self.sockets.contains(&real)
            || real
                .file_name()
                .and_then(|name| name.to_str())
                .is_some_and(is_socket_name);
        if is_socket {
            return self.socket(&shown);
        }
        if real.starts_with(self.lab_folder) {
            return None;
        }
        let holds_socket = self.sockets.iter().any(|socket| socket.starts_with(&real));
        self.outside(
            codes::FOLDER,
            "mounts",
            path,
            &real,
            "the container reads it as root, and changes it unless it is mounted read-only",
        )
        .or_else(|| holds_socket.then(|| self.socket(&shown)).flatten())
    }

    fn file(&self, path: &Path) -> Option<Refusal> {
        let Some(real) = (self.real)(path) else {
            return Want::unreadable("a file", &path.display().to_string()).refusal(self);
        };
        if real.starts_with(self.lab_folder) {
            return None;
        }
        self.outside(
            codes::OUTSIDE_FILE,
            "reads",
            path,
            &real,
            "what the file holds gets into the container",
        )
    }

    fn outside(
        &self,
        code: &'static str,
        verb: &str,
        path: &Path,
        real: &Path,
        why: &str,
    ) -> Option<Refusal> {
        let mut folders = self.allowances.folders.iter();
        let is_allowed = folders
            .any(|folder| (self.real)(folder).is_some_and(|folder| real.starts_with(folder)));
        if is_allowed {
            return None;
        }
        if let Some(up) = self.above_the_lab(real) {
            let does = format!(
                "{verb} `{}`, which lies outside of the lab folder",
                up.escape_debug()
            );
            let help = format!(
                "{why}; no line of a policy allows a path that goes up: name it from the root of the file system"
            );
            return Some(Refusal { code, does, help });
        }
        let path = path.display().to_string();
        let shown = real.display().to_string();
        let by = if path == shown || path.contains("..") {
            String::new()
        } else {
            format!(" (`{}`)", path.escape_debug())
        };
        let does = format!(
            "{verb} `{}`{by}, which lies outside of the lab folder",
            shown.escape_debug()
        );
        Some(self.listed(code, does, why, "folders", &shown))
    }

    /// The path of what lies in the folders around the lab folder, as the lab sees it: those folders have other names in
    /// each run.
    fn above_the_lab(&self, real: &Path) -> Option<String> {
        let around = self.lab_folder.ancestors().skip(1).take(2);
        around.enumerate().find_map(|(index, folder)| {
            let rest = real.strip_prefix(folder).ok()?;
            let up = PathBuf::from(["..", "../.."][index]);
            let path = if rest.as_os_str().is_empty() {
                up
            } else {
                up.join(rest)
            };
            Some(path.display().to_string())
        })
    }

    fn port(&self, port: &str, address: Option<IpAddr>) -> Option<Refusal> {
        let asked = address.unwrap_or(IpAddr::from([0, 0, 0, 0]));
        if self.allowances.allows_address(asked) {
            return None;
        }
        let on = match address {
            Some(address) if !address.is_unspecified() => format!("on {address}"),
            _ => "on all addresses of this machine".to_owned(),
        };
        let what = match port.trim_start_matches(':') {
            "" => "every port of its image".to_owned(),
            port => format!("port {}", port.escape_debug()),
        };
        let does = format!("publishes {what} {on}");
        let why = format!(
            "whoever reaches this machine over a network reaches the container; `127.0.0.1:{}` publishes it here only",
            port.escape_debug()
        );
        Some(self.listed(
            codes::OPEN_PORT,
            does,
            &why,
            "addresses",
            &asked.to_string(),
        ))
    }
}
