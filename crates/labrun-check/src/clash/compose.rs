//! What a compose file fixes on the machine, as far as the file itself says it. Nothing is resolved: how a lab runs is
//! compose's own matter, and this is only for comparing labs.

use crate::yaml::{Node, documents};

/// Something that a compose file says of the machine or of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Used {
    Container(String),
    Network(String),
    Volume(String),
    Project(String),
    Port(u16),
    Image(String),
    /// A folder of the host that a container gets to see.
    Mount(String),
    /// What cannot be known, as the rest of a sentence about the file.
    Unknown(String),
}

/// How many ports a range may have that is taken apart.
const RANGE: u16 = 1000;

/// Everything that a file says, each with its line, from 1. `None` of a file that is no compose file.
pub(super) fn read(text: &str) -> Option<Vec<(usize, Used)>> {
    let documents = documents(text)?;
    let mut found = Vec::new();
    let mut is_compose = false;
    for document in &documents {
        let Some(services) = document.get("services") else {
            continue;
        };
        is_compose = true;
        if let Some(name) = text_of(document, "name") {
            found.push(named(name, Used::Project));
        }
        if let Some(include) = document.get("include") {
            found.push(unknown(include, "includes another file"));
        }
        for (key, make) in [
            ("networks", Used::Network as fn(String) -> Used),
            ("volumes", Used::Volume),
        ] {
            let objects = document.get(key).map_or(&[][..], Node::pairs).iter();
            found.extend(
                objects.filter_map(|(_, object)| Some(named(text_of(object, "name")?, make))),
            );
        }
        for (_, service) in services.pairs() {
            of_service(service, &mut found);
        }
    }
    is_compose.then_some(found)
}

fn of_service(service: &Node, found: &mut Vec<(usize, Used)>) {
    if let Some(name) = text_of(service, "container_name") {
        found.push(named(name, Used::Container));
    }
    if let Some(image) = text_of(service, "image") {
        let text = image.text().unwrap_or_default();
        if !text.contains('$') {
            found.push((image.line, Used::Image(text.to_owned())));
        }
    }
    if let Some(extends) = service.get("extends") {
        found.push(unknown(extends, "extends what stands elsewhere"));
    }
    if let Some(mode) = text_of(service, "network_mode")
        && mode.text() == Some("host")
    {
        found.push(unknown(mode, "gives a container the machine's own network"));
    }
    for port in list(service, "ports") {
        of_port(port, found);
    }
    for volume in list(service, "volumes") {
        let source = match volume.text() {
            Some(short) => short.split_once(':').map(|(source, _)| source),
            None => text_of(volume, "source").and_then(|source| source.text()),
        };
        if let Some(source) = source.filter(|source| source.starts_with(['.', '/', '~', '$'])) {
            found.push((volume.line, Used::Mount(source.to_owned())));
        }
    }
}

fn of_port(port: &Node, found: &mut Vec<(usize, Used)>) {
    let published = match port.text() {
        Some(short) if short.ends_with("/udp") => None,
        Some(short) => short.rsplit_once(':').map(|(host, _)| host.to_owned()),
        None => {
            let published = port.get("published").and_then(Node::text);
            published.map(str::to_owned)
        }
    };
    let Some(published) = published else { return };
    let line = port.line;
    match ports(&published) {
        Some(ports) => found.extend(ports.map(|port| (line, Used::Port(port)))),
        None => found.push(unknown(port, "publishes ports that it does not say")),
    }
}

/// `8080`, `127.0.0.1:8080`, `8080-8090`.
fn ports(published: &str) -> Option<std::ops::RangeInclusive<u16>> {
    let numbers = published.rsplit(':').next()?;
    let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
    let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last && last - first < RANGE).then_some(first..=last)
}

/// A name with its line, or that it cannot be known.
fn named(name: &Node, make: impl FnOnce(String) -> Used) -> (usize, Used) {
    let text = name.text().unwrap_or_default();
    if text.contains('$') {
        return unknown(name, "has a name with a variable in it");
    }
    (name.line, make(text.to_owned()))
}

fn unknown(node: &Node, what: &str) -> (usize, Used) {
    (node.line, Used::Unknown(what.to_owned()))
}

fn text_of<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    node.get(key).filter(|value| value.text().is_some())
}

fn list<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    node.get(key).map_or(&[], Node::items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ports_of_services_have_their_lines() {
        let text = "services:\n  db:\n    container_name: pg\n    ports:\n      - '5454:5432'\n      - 127.0.0.1:81:80\n      - \"53:53/udp\"\n      - 90\n      - target: 80\n        published: 8080\n      - 7000-7001:1-2\n    image: pg:17\n    volumes: ['./data:/d', 'named:/n']\n";
        let found = read(text).unwrap();
        assert_eq!(
            found,
            [
                (3, Used::Container("pg".to_owned())),
                (12, Used::Image("pg:17".to_owned())),
                (5, Used::Port(5454)),
                (6, Used::Port(81)),
                (9, Used::Port(8080)),
                (11, Used::Port(7000)),
                (11, Used::Port(7001)),
                (13, Used::Mount("./data".to_owned())),
            ]
        );
    }

    #[test]
    fn what_is_named_beside_the_services_counts() {
        let text = "name: shop\nservices:\n  a: {}\nnetworks:\n  n: {name: front}\n  other:\nvolumes:\n  v: {name: goods}\n";
        let found: Vec<Used> = read(text)
            .unwrap()
            .into_iter()
            .map(|(_, one)| one)
            .collect();
        let text = str::to_owned;
        assert_eq!(
            found,
            [
                Used::Project(text("shop")),
                Used::Network(text("front")),
                Used::Volume(text("goods")),
            ]
        );
    }

    #[test]
    fn what_cannot_be_known_is_said() {
        for text in [
            "services: {a: {container_name: \"x$N\"}}",
            "services: {a: {ports: [\"${PORT}:80\"]}}",
            "services: {a: {ports: [\"1-60000:1-60000\"]}}",
            "services: {a: {network_mode: host}}",
            "services: {a: {extends: {file: b.yml, service: b}}}",
            "include: [b.yml]\nservices: {}",
        ] {
            let found = read(text).unwrap();
            assert!(
                matches!(&found[..], [(_, Used::Unknown(_))]),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn what_is_no_compose_file_fixes_nothing() {
        for text in ["", "a: [", "- a", "ports: ['1:1']"] {
            assert_eq!(read(text), None, "{text}");
        }
        for text in ["services: none", "services:\n  db:\n"] {
            assert_eq!(read(text), Some(Vec::new()), "{text}");
        }
    }
}
