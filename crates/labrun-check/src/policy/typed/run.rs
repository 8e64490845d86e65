//! `docker run`, `docker create` and `docker compose run`, flag by flag.

use std::path::{Path, PathBuf};

use super::super::compose::{
    device_rule, foreign_network, log_driver, namespace, published, security, volumes_of,
};
use super::super::own::Own;
use super::super::shell::Word;
use super::super::want::Want;
use super::flags::{Flag, Table, Value};

/// The flags of `run` and `create` that labrun knows. Those that are judged are in [`by_flag`]; the others are harmless.
pub(super) const RUN: Table = Table {
    switches: &[
        "--build",
        "--detach",
        "--disable-content-trust",
        "--help",
        "--init",
        "--interactive",
        "--no-deps",
        "--no-healthcheck",
        "--no-TTY",
        "--no-tty",
        "--oom-kill-disable",
        "--privileged",
        "--publish-all",
        "--quiet",
        "--quiet-build",
        "--quiet-pull",
        "--read-only",
        "--remove-orphans",
        "--replace",
        "--rm",
        "--service-ports",
        "--sig-proxy",
        "--tty",
        "--use-aliases",
        "--use-api-socket",
    ],
    values: &[
        "--add-host",
        "--attach",
        "--blkio-weight",
        "--blkio-weight-device",
        "--cap-add",
        "--cap-drop",
        "--cgroupns",
        "--cidfile",
        "--cpu-count",
        "--cpu-percent",
        "--cpu-period",
        "--cpu-quota",
        "--cpu-rt-period",
        "--cpu-rt-runtime",
        "--cpu-shares",
        "--cpus",
        "--cpuset-cpus",
        "--cpuset-mems",
        "--detach-keys",
        "--device",
        "--device-cgroup-rule",
        "--device-read-bps",
        "--device-read-iops",
        "--device-write-bps",
        "--device-write-iops",
        "--dns",
        "--dns-opt",
        "--dns-option",
        "--dns-search",
        "--domainname",
        "--entrypoint",
        "--env",
        "--env-file",
        "--env-from-file",
        "--expose",
        "--gpus",
        "--group-add",
        "--health-cmd",
        "--health-interval",
        "--health-retries",
        "--health-start-interval",
        "--health-start-period",
        "--health-timeout",
        "--hostname",
        "--ip",
        "--ip6",
        "--ipc",
        "--isolation",
        "--kernel-memory",
        "--label",
        "--label-file",
        "--link",
        "--link-local-ip",
        "--log-driver",
        "--log-opt",
        "--mac-address",
        "--memory",
        "--memory-reservation",
        "--memory-swap",
        "--memory-swappiness",
        "--mount",
        "--name",
        "--net",
        "--net-alias",
        "--network",
        "--network-alias",
        "--oom-score-adj",
        "--pid",
        "--pids-limit",
        "--platform",
        "--publish",
        "--pull",
        "--restart",
        "--security-opt",
        "--shm-size",
        "--stop-signal",
        "--stop-timeout",
        "--storage-opt",
        "--sysctl",
        "--tmpfs",
        "--ulimit",
        "--user",
        "--userns",
        "--uts",
        "--volume",
        "--volumes-from",
        "--workdir",
    ],
    short: &[
        ('a', "--attach"),
        ('c', "--cpu-shares"),
        ('d', "--detach"),
        ('e', "--env"),
        ('h', "--hostname"),
        ('i', "--interactive"),
        ('l', "--label"),
        ('m', "--memory"),
        ('p', "--publish"),
        ('P', "--publish-all"),
        ('q', "--quiet"),
        ('t', "--tty"),
        ('T', "--no-TTY"),
        ('u', "--user"),
        ('v', "--volume"),
        ('w', "--workdir"),
    ],
};

/// Where a command is typed.
pub(super) struct Here<'a> {
    /// The lab folder.
    pub(super) lab_folder: &'a Path,
    /// Whether the shell is certainly in the lab folder or below.
    pub(super) stays: bool,
    pub(super) own: &'a Own,
}

/// What the words behind `run` ask for. Of compose, the first word behind the flags is a service, not an image.
pub(super) fn asked(words: &[Word], here: &Here<'_>, is_compose: bool) -> Vec<Want> {
    let read = RUN.read(words);
    let mut wants: Vec<Want> = read
        .flags
        .iter()
        // There, -P gives a service the ports of its file, which are judged there.
        .filter(|flag| !(is_compose && flag.name == "--publish-all"))
        .flat_map(|flag| by_flag(flag, here))
        .collect();
    if let Some(word) = read.unreadable {
        wants.push(Want::unreadable("a flag or the image", &word.text));
    } else if let Some(image) = read.rest.first().filter(|_| !is_compose) {
        wants.push(Want::Image(image.text.clone()));
    }
    wants
}

/// What a flag asks for.
pub(super) fn by_flag(flag: &Flag, here: &Here<'_>) -> Vec<Want> {
    let name = flag.name.as_str();
    if !flag.is_known {
        return vec![Want::unknown(name)];
    }
    match name {
        "--privileged" if flag.is_on() => return vec![Want::Privileged],
        "--use-api-socket" if flag.is_on() => return vec![Want::Socket("--use-api-socket")],
        "--publish-all" if flag.is_on() => return vec![published("", None)],
        "--gpus" => return vec![Want::Gpus],
        _ => {}
    }
    let Some(value) = &flag.value else {
        return Vec::new();
    };
    if let "--volume" | "--mount" = name {
        return mount(name, value, here);
    }
    if !is_judged(name) {
        return Vec::new();
    }
    if !value.is_plain {
        return vec![Want::unreadable(name, &value.text)];
    }
    with_value(name, &value.text, here).into_iter().collect()
}

fn is_judged(name: &str) -> bool {
    matches!(
        name,
        "--cap-add"
            | "--cgroupns"
            | "--device"
            | "--device-cgroup-rule"
            | "--env-file"
            | "--ipc"
            | "--label-file"
            | "--log-driver"
            | "--net"
            | "--network"
            | "--pid"
            | "--publish"
            | "--security-opt"
            | "--userns"
            | "--uts"
            | "--volumes-from"
    )
}

fn with_value(name: &str, value: &str, here: &Here<'_>) -> Option<Want> {
    match name {
        "--cap-add" => Some(Want::Capability(value.to_owned())),
        "--device" => {
            let source = value.split(':').next().unwrap_or(value);
            Some(Want::Device(source.to_owned()))
        }
        "--device-cgroup-rule" => Some(device_rule(value)),
        "--security-opt" => security(value),
        "--log-driver" => log_driver(value),
        "--pid" => namespace("pid", value, here.own),
        "--ipc" => namespace("ipc", value, here.own),
        "--uts" => namespace("uts", value, here.own),
        "--userns" => namespace("userns_mode", value, here.own),
        "--cgroupns" => namespace("cgroup", value, here.own),
        "--net" | "--network" => network(value, here.own),
        "--publish" => Some(port(value)),
        "--volumes-from" => {
            let name = value.split(':').next().unwrap_or(value);
            (!here.own.containers.contains(name)).then(|| volumes_of(name))
        }
        "--env-file" | "--label-file" => here.path(value).map_or_else(
            || Some(Want::unreadable(name, value)),
            |path| Some(Want::File(path)),
        ),
        _ => None,
    }
}

fn network(value: &str, own: &Own) -> Option<Want> {
    let named = value.split(',').find_map(|part| part.strip_prefix("name="));
    let name = named.unwrap_or(value);
    if own.networks.contains(name) {
        return None;
    }
    let is_mode = matches!(name, "host" | "none" | "bridge" | "default" | "") || name.contains(':');
    if is_mode {
        return namespace("network_mode", name, own);
    }
    Some(foreign_network("joins the network", name))
}

/// `127.0.0.1:8080:80/tcp`, `8080:80`, `80`.
fn port(value: &str) -> Want {
    let (address, rest) = match value
        .strip_prefix('[')
        .and_then(|value| value.split_once("]:"))
    {
        Some((address, rest)) => (Some(address), rest),
        None => match value.split(':').count() {
            0..=2 => (None, value),
            _ => value
                .split_once(':')
                .map_or((None, value), |(address, rest)| (Some(address), rest)),
        },
    };
    published(rest.split('/').next().unwrap_or(rest), address)
}

/// `-v SOURCE:TARGET` and `--mount type=bind,source=…`.
fn mount(name: &str, value: &Value, here: &Here<'_>) -> Vec<Want> {
    let text = at_the_lab_folder(&value.text);
    let is_replaced = text != value.text && !text.contains(['$', '`', '*', '{', '?']);
    let is_readable = (value.is_plain || is_replaced) && !text.contains('[');
    if !is_readable {
        return vec![Want::unreadable(name, &value.text)];
    }
    if name == "--mount" {
        return long_mount(&text, here);
    }
    let parts: Vec<&str> = text.split(':').collect();
    let source = match parts.as_slice() {
        [_] => return Vec::new(),
        [source, _] => source,
        [source, _, options] => {
            let is_fine = options.split(',').all(|word| {
                matches!(
                    word,
                    "ro" | "rw"
                        | "z"
                        | "Z"
                        | "nocopy"
                        | "private"
                        | "rprivate"
                        | "slave"
                        | "rslave"
                        | "cached"
                        | "delegated"
                        | "consistent"
                )
            });
            if !is_fine {
                return vec![Want::unknown(&format!("{name} {text}"))];
            }
            source
        }
        _ => return vec![Want::unknown(&format!("{name} {text}"))],
    };
    // A name is a volume; with a slash or a dot in front it is a path.
    if !source.contains('/') && !source.starts_with('.') {
        return Vec::new();
    }
    vec![mounted(name, source, here)]
}

fn long_mount(text: &str, here: &Here<'_>) -> Vec<Want> {
    let (mut kind, mut source) = ("volume", None);
    let mut wants = Vec::new();
    for part in text.split(',') {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match key {
            "type" => kind = value,
            "source" | "src" => source = Some(value),
            "target" | "destination" | "dst" | "readonly" | "ro" | "consistency"
            | "bind-nonrecursive" | "bind-recursive" | "volume-nocopy" | "volume-subpath"
            | "tmpfs-size" | "tmpfs-mode" => {}
            "bind-propagation" if matches!(value, "private" | "rprivate" | "slave" | "rslave") => {}
            other => wants.push(Want::unknown(&format!("--mount {other}"))),
        }
    }
    match (kind, source) {
        ("bind", Some(source)) => wants.push(mounted("--mount", source, here)),
        ("image", Some(image)) => wants.push(Want::Image(image.to_owned())),
        ("volume" | "tmpfs", _) => {}
        (other, _) => wants.push(Want::unknown(&format!("--mount type={other}"))),
    }
    wants
}

fn mounted(name: &str, source: &str, here: &Here<'_>) -> Want {
    here.path(source)
        .map_or_else(|| Want::unreadable(name, source), Want::Mount)
}

/// The text with `.` in the place of the shell's current folder.
fn at_the_lab_folder(text: &str) -> String {
    let mut text = text.to_owned();
    for folder in ["${PWD}", "$(pwd)", "`pwd`", "$PWD"] {
        let is_whole = text.find(folder).is_some_and(|at| {
            let behind = text[at + folder.len()..].chars().next();
            behind.is_none_or(|c| matches!(c, '/' | ':' | ','))
        });
        if is_whole {
            text = text.replacen(folder, ".", 1);
        }
    }
    text
}

impl Here<'_> {
    /// A path as it is typed; `None` where nobody knows where it leads from.
    fn path(&self, text: &str) -> Option<PathBuf> {
        if text.starts_with('/') {
            return Some(PathBuf::from(text));
        }
        self.stays.then(|| self.lab_folder.join(text))
    }
}
