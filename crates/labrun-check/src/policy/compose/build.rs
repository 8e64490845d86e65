//! How a service's image is built.

use std::path::PathBuf;

use labrun_model::Namespace;
use serde_json::Value;

use super::super::codes;
use super::super::want::Want;
use super::{About, Asked, spoken};

/// Keys that change only what gets into the image, from where it is built.
const HARMLESS: [&str; 15] = [
    "args",
    "dockerfile_inline",
    "extra_hosts",
    "isolation",
    "labels",
    "no_cache",
    "no_cache_filter",
    "platforms",
    "provenance",
    "pull",
    "sbom",
    "shm_size",
    "tags",
    "target",
    "ulimits",
];

pub(super) fn asked(here: &About, value: &Value) -> Vec<Asked> {
    let Some(object) = value.as_object() else {
        return vec![here.unknown("build")];
    };
    let mut found = vec![here.asks(Want::Build("build"))];
    for (key, value) in spoken(object) {
        let at = here.at(key);
        match (key, value) {
            _ if HARMLESS.contains(&key) => {}
            ("context", Value::String(place)) => found.push(at.asks(context(place))),
            ("dockerfile", Value::String(path)) => {
                let folder = object.get("context").and_then(Value::as_str).unwrap_or("");
                // What is fetched from elsewhere brings its own.
                if folder.starts_with('/') {
                    found.push(at.asks(Want::File(PathBuf::from(folder).join(path))));
                }
            }
            ("additional_contexts", Value::Object(contexts)) => {
                for (name, place) in contexts {
                    let want = place.as_str().map_or_else(|| Want::unknown(name), context);
                    found.push(at.at(name).asks(want));
                }
            }
            ("network", Value::String(mode)) if mode == "host" => {
                found.push(at.asks(Want::Namespace(Namespace::Network)));
            }
            ("network", Value::String(mode)) if mode == "none" || mode == "default" => {}
            ("privileged", _) => found.push(at.asks(Want::Privileged)),
            // Also entitlements, ssh, secrets, and caches, which lie anywhere.
            (other, _) => found.push(at.unknown(other)),
        }
    }
    found
}

/// A folder; or an image, or a place from which the engine would fetch it.
fn context(place: &str) -> Want {
    if let Some(image) = place.strip_prefix("docker-image://") {
        return Want::Image(image.to_owned());
    }
    if place.starts_with("service:") || place.starts_with("target:") {
        return Want::Build("build");
    }
    if place.starts_with('/') {
        return Want::File(PathBuf::from(place));
    }
    let does = format!(
        "builds from `{}`, which lies outside of the lab folder",
        place.escape_debug()
    );
    Want::of_others(
        codes::REMOTE,
        does,
        "what is built is then not what the chapter shows; no line of a policy allows it: write the files in the chapter",
    )
}
