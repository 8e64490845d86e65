//! A mount of a service: folders of the host, volumes, images.

use std::path::PathBuf;

use serde_json::Value;

use super::super::want::Want;
use super::spoken;

/// What a mount asks for.
pub(super) fn asked(mount: &Value) -> Vec<Want> {
    let Some(object) = mount.as_object() else {
        return vec![Want::unknown("volumes")];
    };
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    let kind = text("type").unwrap_or_default();
    let mut wants: Vec<Want> = spoken(object)
        .filter(|(key, _)| !is_known(kind, key))
        .map(|(key, _)| Want::unknown(&format!("volumes: {key}")))
        .collect();
    match (kind, text("source")) {
        ("bind", Some(source)) => wants.push(Want::Mount(PathBuf::from(source))),
        ("volume" | "tmpfs", _) => {}
        ("image", Some(image)) => wants.push(Want::Image(image.to_owned())),
        (other, _) => wants.push(Want::unknown(&format!("volumes: type {other}"))),
    }
    let bind = object.get("bind").and_then(Value::as_object);
    for (key, value) in bind.into_iter().flat_map(spoken) {
        let is_fine = match key {
            "create_host_path" | "selinux" | "recursive" => true,
            // Otherwise what the container mounts inside would be mounted on this machine.
            "propagation" => matches!(
                value.as_str(),
                Some("private" | "rprivate" | "slave" | "rslave")
            ),
            _ => false,
        };
        if !is_fine {
            wants.push(Want::unknown(&format!("volumes: bind: {key}")));
        }
    }
    wants
}

fn is_known(kind: &str, key: &str) -> bool {
    matches!(
        key,
        "type" | "source" | "target" | "read_only" | "consistency"
    ) || key == kind
}
