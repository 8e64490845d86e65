//! What a project asks for by compose's own account: the model that `docker compose config` gives. Whatever is neither
//! known to be harmless nor judged by a rule is asked for as something that nobody knows.

mod build;
mod service;
mod shared;
mod volume;

use serde_json::{Map, Value};

// Typed commands ask for the same in other words.
pub(super) use self::service::{
    device_rule, log_driver, namespace, published, security, volumes_of,
};
pub(super) use self::shared::{foreign_network, network_driver, options_of_volume};

use super::own::Own;
use super::want::Want;

/// Something that is asked for, and the keys that lead to it in the files.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    /// Who asks, such as ``the service `db` ``.
    pub(super) subject: String,
    pub(super) want: Want,
    /// The keys from the root of the file.
    pub(super) keys: Vec<String>,
    /// The index in a list behind these keys.
    pub(super) item: Option<usize>,
}

/// Keys of the root that say nothing of containers.
const HARMLESS: [&str; 2] = ["name", "version"];

/// Everything that a resolved model asks for.
pub(super) fn asked(model: &Value, own: &Own) -> Vec<Asked> {
    let mut found = Vec::new();
    let Some(root) = model.as_object() else {
        let about = About::root("the compose file");
        return vec![about.asks(Want::unknown("a model of another form"))];
    };
    for (key, value) in spoken(root) {
        match key {
            _ if HARMLESS.contains(&key) => {}
            "services" => each(value, key, "service", &mut found, |about, value| {
                service::asked(about, value, own)
            }),
            "volumes" => each(value, key, "volume", &mut found, |about, value| {
                shared::volume(about, value, own)
            }),
            "networks" => each(value, key, "network", &mut found, |about, value| {
                shared::network(about, value, own)
            }),
            "secrets" => each(value, key, "secret", &mut found, shared::file),
            "configs" => each(value, key, "config", &mut found, shared::file),
            other => found.push(About::root("the compose file").at(other).unknown(other)),
        }
    }
    found
}

/// The names of the services of a model.
pub(super) fn services(model: &Value) -> impl Iterator<Item = &str> {
    let services = model.get("services").and_then(Value::as_object);
    services.into_iter().flat_map(Map::keys).map(String::as_str)
}

fn each(
    value: &Value,
    key: &str,
    noun: &str,
    found: &mut Vec<Asked>,
    mut read: impl FnMut(&About, &Value) -> Vec<Asked>,
) {
    let Some(entries) = value.as_object() else {
        found.push(About::root("the compose file").at(key).unknown(key));
        return;
    };
    for (name, value) in entries {
        let about = About {
            subject: format!("the {noun} `{}`", name.escape_debug()),
            keys: vec![key.to_owned(), name.clone()],
        };
        found.extend(read(&about, value));
    }
}

/// The keys of an object that say something: not those that begin with `x-`, nor those with an empty value.
fn spoken(object: &Map<String, Value>) -> impl Iterator<Item = (&str, &Value)> {
    let pairs = object.iter().map(|(key, value)| (key.as_str(), value));
    pairs.filter(|(key, value)| !key.starts_with("x-") && !is_empty(value))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(pairs) => pairs.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(value) => !value,
        Value::Number(_) => false,
    }
}

/// Who asks, and where.
#[derive(Debug, Clone)]
struct About {
    subject: String,
    keys: Vec<String>,
}

impl About {
    fn root(subject: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            keys: Vec::new(),
        }
    }

    /// The same at a key below.
    fn at(&self, key: &str) -> Self {
        let mut inner = self.clone();
        inner.keys.push(key.to_owned());
        inner
    }

    fn asks(&self, want: Want) -> Asked {
        self.asks_by(want, None)
    }

    fn asks_by(&self, want: Want, item: Option<usize>) -> Asked {
        Asked {
            subject: self.subject.clone(),
            want,
            keys: self.keys.clone(),
            item,
        }
    }

    fn unknown(&self, key: &str) -> Asked {
        self.asks(Want::unknown(key))
    }

    /// Reads each item of a list; what is no list is unknown.
    fn items(&self, value: &Value, mut read: impl FnMut(&Value) -> Vec<Want>) -> Vec<Asked> {
        let Some(items) = value.as_array() else {
            let key = self.keys.last().map_or("", String::as_str);
            return vec![self.unknown(key)];
        };
        items
            .iter()
            .enumerate()
            .flat_map(|(index, item)| {
                let wants = read(item).into_iter();
                wants.map(move |want| (index, want))
            })
            .map(|(index, want)| self.asks_by(want, Some(index)))
            .collect()
    }

    /// The keys of an object that are none of the harmless ones, as unknown; what is no object is unknown, too.
    fn only(&self, value: &Value, harmless: &[&str]) -> Vec<Asked> {
        let Some(object) = value.as_object() else {
            let key = self.keys.last().map_or("", String::as_str);
            return vec![self.unknown(key)];
        };
        spoken(object)
            .filter(|(key, _)| !harmless.contains(key))
            .map(|(key, _)| self.at(key).unknown(key))
            .collect()
    }
}

#[cfg(test)]
mod tests;
