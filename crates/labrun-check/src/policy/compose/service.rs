//! A service of a resolved model, key by key.

use std::net::IpAddr;

use labrun_model::Namespace;
use serde_json::Value;

use super::super::codes;
use super::super::own::Own;
use super::super::want::Want;
use super::{About, Asked, build, spoken, volume};

/// Keys that change only what happens inside of the container, how much of the machine it may use, or when it runs.
pub(super) const HARMLESS: [&str; 60] = [
    "attach",
    "blkio_config",
    "cap_drop",
    "command",
    "configs",
    "container_name",
    "cpu_count",
    "cpu_percent",
    "cpu_period",
    "cpu_quota",
    "cpu_rt_period",
    "cpu_rt_runtime",
    "cpu_shares",
    "cpus",
    "cpuset",
    "depends_on",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "entrypoint",
    "environment",
    "expose",
    "extra_hosts",
    "group_add",
    "healthcheck",
    "hostname",
    "init",
    "isolation",
    "labels",
    "links",
    "mac_address",
    "mem_limit",
    "mem_reservation",
    "mem_swappiness",
    "memswap_limit",
    "oom_kill_disable",
    "oom_score_adj",
    "pids_limit",
    "platform",
    "profiles",
    "pull_policy",
    "pull_refresh_after",
    "read_only",
    "restart",
    "scale",
    "secrets",
    "shm_size",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "storage_opt",
    "sysctls",
    "tmpfs",
    "tty",
    "ulimits",
    "user",
    "working_dir",
    // What these name was read when compose resolved the file, and was judged before.
    "env_file",
    "label_file",
];

/// Everything that a service asks for.
pub(super) fn asked(about: &About, service: &Value, own: &Own) -> Vec<Asked> {
    let Some(object) = service.as_object() else {
        return vec![about.unknown("a service of another form")];
    };
    let mut found = Vec::new();
    for (key, value) in spoken(object) {
        let here = about.at(key);
        found.extend(by_key(&here, key, value, own));
    }
    found
}

fn by_key(here: &About, key: &str, value: &Value, own: &Own) -> Vec<Asked> {
    match key {
        "image" => one(here, key, value, |image| {
            vec![Want::Image(image.to_owned())]
        }),
        "build" => build::asked(here, value),
        "privileged" => vec![here.asks(Want::Privileged)],
        "cap_add" => texts(here, key, value, |name| {
            vec![Want::Capability(name.to_owned())]
        }),
        "devices" => here.items(value, |item| vec![device(item)]),
        "device_cgroup_rules" => texts(here, key, value, |rule| vec![device_rule(rule)]),
        "gpus" => vec![here.asks(Want::Gpus)],
        "security_opt" => texts(here, key, value, |option| {
            security(option).into_iter().collect()
        }),
        "pid" | "ipc" | "network_mode" | "userns_mode" | "uts" | "cgroup" => {
            one(here, key, value, |mode| {
                namespace(key, mode, own).into_iter().collect()
            })
        }
        "ports" => here.items(value, |item| port(item).into_iter().collect()),
        "volumes" => here.items(value, volume::asked),
        "volumes_from" => texts(here, key, value, |from| {
            volumes_from(from, own).into_iter().collect()
        }),
        "external_links" => texts(here, key, value, |link| {
            external_link(link, own).into_iter().collect()
        }),
        "networks" => networks(here, value),
        "deploy" => deploy(here, value),
        "logging" => logging(here, value),
        "post_start" | "pre_stop" => hooks(here, value),
        "develop" => develop(here, value),
        "use_api_socket" => vec![here.asks(Want::Socket("use_api_socket"))],
        _ if HARMLESS.contains(&key) => Vec::new(),
        // Also cgroup_parent, credential_spec, provider and runtime: they hand the container to others.
        other => vec![here.unknown(other)],
    }
}

fn one(here: &About, key: &str, value: &Value, read: impl Fn(&str) -> Vec<Want>) -> Vec<Asked> {
    match value.as_str() {
        Some(text) => read(text).into_iter().map(|want| here.asks(want)).collect(),
        None => vec![here.unknown(key)],
    }
}

fn texts(here: &About, key: &str, value: &Value, read: impl Fn(&str) -> Vec<Want>) -> Vec<Asked> {
    here.items(value, |item| match item.as_str() {
        Some(text) => read(text),
        None => vec![Want::unknown(key)],
    })
}

/// `/dev/fuse:/dev/fuse:rwm`, or the same as an object.
fn device(item: &Value) -> Want {
    let source = match item {
        Value::String(text) => text.split(':').next(),
        other => other.get("source").and_then(Value::as_str),
    };
    source.map_or_else(
        || Want::unknown("devices"),
        |name| Want::Device(name.to_owned()),
    )
}

/// A rule by which a container makes device files of its own.
pub(in super::super) fn device_rule(rule: &str) -> Want {
    let does = format!("may make devices of its own: `{}`", rule.escape_debug());
    Want::of_others(
        codes::DEVICE,
        does,
        "with the right numbers it is a disk of this machine; no line of a policy allows it, only `devices` one by one",
    )
}

/// Everything but `no-new-privileges`, which only takes away.
pub(in super::super) fn security(option: &str) -> Option<Want> {
    let takes_away = [
        "no-new-privileges",
        "no-new-privileges:true",
        "no-new-privileges=true",
    ];
    (!takes_away.contains(&option)).then(|| Want::Unconfined(option.to_owned()))
}

/// Whose namespace a container takes. `key` is compose's; `mode` is `host`, `container:NAME` and the like.
pub(in super::super) fn namespace(key: &str, mode: &str, own: &Own) -> Option<Want> {
    let (namespace, fine): (_, &[&str]) = match key {
        "network_mode" => (Namespace::Network, &["", "none", "bridge", "default"]),
        "pid" => (Namespace::Pid, &["", "private"]),
        "ipc" => (Namespace::Ipc, &["", "none", "private", "shareable"]),
        "userns_mode" => (Namespace::User, &[""]),
        "uts" => (Namespace::Uts, &["", "private"]),
        _ => (Namespace::Cgroup, &["", "private"]),
    };
    if mode == "host" {
        return Some(Want::Namespace(namespace));
    }
    if fine.contains(&mode) || mode.starts_with("service:") {
        return None;
    }
    if let Some(name) = mode.strip_prefix("container:") {
        return (!own.containers.contains(name)).then(|| others_container(key, name));
    }
    Some(Want::unknown(&format!("{key}: {mode}")))
}

fn others_container(key: &str, name: &str) -> Want {
    let does = format!(
        "joins the container `{}` (`{key}`), which the lab does not start under this name",
        name.escape_debug()
    );
    Want::of_others(
        codes::FOREIGN_CONTAINER,
        does,
        "it is then inside of somebody else's container; no line of a policy allows it: start the container in the chapter",
    )
}

/// A published port; `host_ip` is left out where it is published on all addresses.
fn port(item: &Value) -> Option<Want> {
    const KNOWN: [&str; 7] = [
        "app_protocol",
        "host_ip",
        "mode",
        "name",
        "protocol",
        "published",
        "target",
    ];
    let Some(object) = item.as_object() else {
        return Some(Want::unknown("ports"));
    };
    if let Some((key, _)) = spoken(object).find(|(key, _)| !KNOWN.contains(key)) {
        return Some(Want::unknown(&format!("ports: {key}")));
    }
    let text = |key: &str| match object.get(key) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let target = text("target").unwrap_or_default();
    let port = match text("published") {
        Some(published) => format!("{published}:{target}"),
        None => format!(":{target}"),
    };
    Some(published(
        &port,
        object.get("host_ip").and_then(Value::as_str),
    ))
}

/// A port at an address as it is written; without one, all of them.
pub(in super::super) fn published(port: &str, address: Option<&str>) -> Want {
    let port = port.to_owned();
    match address.filter(|text| !text.is_empty()) {
        None => Want::Port {
            port,
            address: None,
        },
        Some("localhost") => Want::Port {
            port,
            address: Some(IpAddr::from([127, 0, 0, 1])),
        },
        Some(text) => match text.trim_start_matches('[').trim_end_matches(']').parse() {
            Ok(address) => Want::Port {
                port,
                address: Some(address),
            },
            Err(_) => Want::unreadable("the address of a port", text),
        },
    }
}

fn volumes_from(from: &str, own: &Own) -> Option<Want> {
    let name = from.strip_prefix("container:")?;
    let name = name.split(':').next().unwrap_or(name);
    (!own.containers.contains(name)).then(|| volumes_of(name))
}

/// The volumes of a container that is none of the lab's.
pub(in super::super) fn volumes_of(name: &str) -> Want {
    let does = format!(
        "takes the volumes of the container `{}`, which the lab does not start under this name",
        name.escape_debug()
    );
    Want::of_others(
        codes::FOREIGN_CONTAINER,
        does,
        "it then reads and writes what belongs to somebody else; no line of a policy allows it: start the container in the chapter",
    )
}

fn external_link(link: &str, own: &Own) -> Option<Want> {
    let name = link.split(':').next().unwrap_or(link);
    (!own.containers.contains(name)).then(|| others_container("external_links", name))
}

fn networks(here: &About, value: &Value) -> Vec<Asked> {
    const KNOWN: [&str; 8] = [
        "aliases",
        "gw_priority",
        "interface_name",
        "ipv4_address",
        "ipv6_address",
        "link_local_ips",
        "mac_address",
        "priority",
    ];
    let Some(object) = value.as_object() else {
        return vec![here.unknown("networks")];
    };
    spoken(object)
        .flat_map(|(name, value)| here.at(name).only(value, &KNOWN))
        .collect()
}

fn deploy(here: &About, value: &Value) -> Vec<Asked> {
    const KNOWN: [&str; 9] = [
        "endpoint_mode",
        "labels",
        "mode",
        "placement",
        "replicas",
        "resources",
        "restart_policy",
        "rollback_config",
        "update_config",
    ];
    let mut found = here.only(value, &KNOWN);
    if let Some(resources) = value.get("resources") {
        let about = here.at("resources");
        found.extend(about.only(resources, &["limits", "reservations"]));
        for part in ["limits", "reservations"] {
            let Some(part_value) = resources.get(part) else {
                continue;
            };
            let about = about.at(part);
            let amounts = ["cpus", "memory", "pids", "devices", "generic_resources"];
            found.extend(about.only(part_value, &amounts));
            for key in ["devices", "generic_resources"] {
                let asks = part_value
                    .get(key)
                    .is_some_and(|value| !super::is_empty(value));
                found.extend(asks.then(|| about.at(key).asks(Want::Gpus)));
            }
        }
    }
    found
}

/// The engine itself writes logs, with its own rights, to where the driver says.
fn logging(here: &About, value: &Value) -> Vec<Asked> {
    let mut found = here.only(value, &["driver", "options"]);
    let driver = value
        .get("driver")
        .and_then(Value::as_str)
        .unwrap_or("json-file");
    found.extend(log_driver(driver).map(|want| here.at("driver").asks(want)));
    found
}

/// A log driver that hands what a container prints to others.
pub(in super::super) fn log_driver(driver: &str) -> Option<Want> {
    let stays = [
        "json-file",
        "local",
        "none",
        "journald",
        "k8s-file",
        "passthrough",
    ];
    (!stays.contains(&driver)).then(|| Want::unknown(&format!("logging: {driver}")))
}

fn hooks(here: &About, value: &Value) -> Vec<Asked> {
    const KNOWN: [&str; 4] = ["command", "environment", "user", "working_dir"];
    here.items(value, |item| {
        let Some(object) = item.as_object() else {
            return vec![Want::unknown("hooks")];
        };
        spoken(object)
            .filter(|(key, _)| !KNOWN.contains(key))
            .map(|(key, _)| match key {
                "privileged" => Want::Privileged,
                other => Want::unknown(other),
            })
            .collect()
    })
}

/// What `docker compose watch` would copy into the container.
fn develop(here: &About, value: &Value) -> Vec<Asked> {
    let mut found = here.only(value, &["watch"]);
    let watched = value.get("watch").and_then(Value::as_array);
    for item in watched.into_iter().flatten() {
        let path = item.get("path").and_then(Value::as_str);
        let want = path.map_or_else(|| Want::unknown("develop"), |path| Want::File(path.into()));
        found.push(here.at("watch").asks(want));
    }
    found
}
