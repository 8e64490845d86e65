//! What the services of a project share: volumes, networks, secrets and configs.

use std::path::PathBuf;

use serde_json::Value;

use super::super::codes;
use super::super::own::Own;
use super::super::want::Want;
use super::{About, Asked, is_empty, spoken};

/// Options of a network that change how it carries packets, and none with whom.
const NETWORK_OPTIONS: [&str; 3] = [
    "com.docker.network.bridge.enable_icc",
    "com.docker.network.bridge.enable_ip_masquerade",
    "com.docker.network.driver.mtu",
];

pub(super) fn volume(about: &About, value: &Value, own: &Own) -> Vec<Asked> {
    let mut found = match value {
        Value::Null => Vec::new(),
        value => about.only(
            value,
            &["name", "driver", "driver_opts", "external", "labels"],
        ),
    };
    if is_external(value) && !own.volumes.contains(name(value)) {
        found.push(about.at("external").asks(foreign_volume(name(value))));
    }
    let driver = value
        .get("driver")
        .and_then(Value::as_str)
        .unwrap_or("local");
    if driver != "local" {
        let want = Want::unknown(&format!("driver: {driver}"));
        found.push(about.at("driver").asks(want));
    }
    if let Some(options) = value
        .get("driver_opts")
        .filter(|options| !is_empty(options))
    {
        let text = |key: &str| options.get(key).and_then(Value::as_str).unwrap_or_default();
        let want = options_of_volume(text("type"), text("device"), text("o"));
        found.extend(want.map(|want| about.at("driver_opts").asks(want)));
    }
    found
}

/// What a volume with options of its own is: a folder of the host by another name, memory, or a file system that the
/// engine mounts for it.
pub(in super::super) fn options_of_volume(kind: &str, device: &str, options: &str) -> Option<Want> {
    let binds = options
        .split(',')
        .any(|word| matches!(word, "bind" | "rbind"));
    if kind == "tmpfs" && !binds {
        return None;
    }
    if binds && device.starts_with('/') {
        return Some(Want::Mount(PathBuf::from(device)));
    }
    let does = format!(
        "mounts `{}` as a file system of the type `{}`",
        device.escape_debug(),
        kind.escape_debug()
    );
    Some(Want::of_others(
        codes::FOREIGN_VOLUME,
        does,
        "the engine mounts it as root; no line of a policy allows it, only folders that lie in the lab folder or in `folders`",
    ))
}

fn foreign_volume(name: &str) -> Want {
    Want::of_others(
        codes::FOREIGN_VOLUME,
        format!(
            "is external: `{}` is there before the lab",
            name.escape_debug()
        ),
        "the containers then read and write what belongs to somebody else; no line of a policy allows it: leave `external` out, or make the volume in the chapter",
    )
}

pub(super) fn network(about: &About, value: &Value, own: &Own) -> Vec<Asked> {
    const KNOWN: [&str; 10] = [
        "name",
        "driver",
        "driver_opts",
        "external",
        "labels",
        "internal",
        "attachable",
        "enable_ipv4",
        "enable_ipv6",
        "ipam",
    ];
    let mut found = match value {
        Value::Null => Vec::new(),
        value => about.only(value, &KNOWN),
    };
    if is_external(value) && !own.networks.contains(name(value)) {
        found.push(
            about
                .at("external")
                .asks(foreign_network("is the network", name(value))),
        );
    }
    let driver = value
        .get("driver")
        .and_then(Value::as_str)
        .unwrap_or("bridge");
    found.extend(network_driver(driver).map(|want| about.at("driver").asks(want)));
    if let Some(options) = value
        .get("driver_opts")
        .filter(|options| !is_empty(options))
    {
        found.extend(about.at("driver_opts").only(options, &NETWORK_OPTIONS));
    }
    if let Some(ipam) = value.get("ipam").and_then(Value::as_object) {
        let about = about.at("ipam");
        for (key, value) in spoken(ipam) {
            let is_fine = key == "config" || (key == "driver" && value == "default");
            found.extend((!is_fine).then(|| about.at(key).unknown(key)));
        }
    }
    found
}

/// A network that is not made for the lab.
pub(in super::super) fn foreign_network(does: &str, name: &str) -> Want {
    Want::of_others(
        codes::FOREIGN_NETWORK,
        format!(
            "{does} `{}`, which is there before the lab",
            name.escape_debug()
        ),
        "the containers then reach what others have in it; no line of a policy allows it: make the network in the chapter",
    )
}

/// A driver that puts containers into a network of the machine's own.
pub(in super::super) fn network_driver(driver: &str) -> Option<Want> {
    let separates = ["bridge", "overlay", "none"];
    (!separates.contains(&driver)).then(|| Want::unknown(&format!("driver: {driver}")))
}

/// A secret or a config: a file of the host, a variable, or text.
pub(super) fn file(about: &About, value: &Value) -> Vec<Asked> {
    let mut found = about.only(value, &["name", "file", "environment", "content", "labels"]);
    if let Some(path) = value.get("file").and_then(Value::as_str) {
        found.push(about.at("file").asks(Want::File(PathBuf::from(path))));
    }
    found
}

fn is_external(value: &Value) -> bool {
    value
        .get("external")
        .is_some_and(|external| !is_empty(external))
}

fn name(value: &Value) -> &str {
    value
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default()
}
