//! What the lab makes itself: joining it is joining nobody else.

use std::collections::BTreeSet;

use serde_json::Value;

/// The names of what the lab makes.
#[derive(Debug, Default)]
pub(super) struct Own {
    pub(super) containers: BTreeSet<String>,
    pub(super) networks: BTreeSet<String>,
    pub(super) volumes: BTreeSet<String>,
}

impl Own {
    /// Adds what a resolved model makes.
    pub(super) fn add_model(&mut self, model: &Value) {
        let project = model.get("name").and_then(Value::as_str);
        for (name, service) in entries(model, "services") {
            let given = service.get("container_name").and_then(Value::as_str);
            self.containers.extend(given.map(str::to_owned));
            let project = project.unwrap_or_default();
            self.containers.insert(format!("{project}-{name}-1"));
        }
        self.networks.extend(made(model, "networks"));
        self.volumes.extend(made(model, "volumes"));
    }
}

/// The names of what a model makes of a kind, without what is there before.
fn made<'a>(model: &'a Value, kind: &str) -> impl Iterator<Item = String> + use<'a> {
    entries(model, kind)
        .filter(|(_, value)| value.get("external").is_none())
        .filter_map(|(_, value)| value.get("name")?.as_str().map(str::to_owned))
}

fn entries<'a>(
    model: &'a Value,
    kind: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    let entries = model.get(kind).and_then(Value::as_object);
    entries.into_iter().flatten()
}
