//! What a compose file fixes on the machine, as far as the file itself says it. Nothing is resolved: how a lab runs is
//! compose's own matter, and this is only for comparing labs.

use saphyr::{LoadableYamlNode as _, MarkedYaml};

/// Something that only one lab at a time can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Used {
    Container(String),
    Port(u16),
}

/// The names and ports of a file's services, each with its line, from 1. Of a file that is no compose file, none.
pub(super) fn uses(text: &str) -> Vec<(usize, Used)> {
    let documents = MarkedYaml::load_from_str(text).unwrap_or_default();
    let services = documents.iter().filter_map(|document| {
        let services = document.data.as_mapping_get("services")?;
        services.data.as_mapping()
    });
    services
        .flat_map(|services| services.values())
        .flat_map(of_service)
        .collect()
}

fn of_service(service: &MarkedYaml<'_>) -> Vec<(usize, Used)> {
    let mut found = Vec::new();
    if let Some(name) = service.data.as_mapping_get("container_name")
        && let Some(text) = name.data.as_str()
    {
        found.push((name.span.start.line(), Used::Container(text.to_owned())));
    }
    let ports = service.data.as_mapping_get("ports");
    for port in ports
        .and_then(|ports| ports.data.as_sequence())
        .into_iter()
        .flatten()
    {
        let number = match port.data.as_str() {
            Some(short) => published(short),
            None => long(port),
        };
        found.extend(number.map(|number| (port.span.start.line(), Used::Port(number))));
    }
    found
}

/// `8080:80`, `127.0.0.1:8080:80/tcp`; a single number is a port of the container's.
fn published(short: &str) -> Option<u16> {
    let (host, _) = short.rsplit_once(':')?;
    let is_udp = short.ends_with("/udp");
    let port = host.rsplit(':').next()?.parse().ok()?;
    (!is_udp).then_some(port)
}

fn long(port: &MarkedYaml<'_>) -> Option<u16> {
    let value = port.data.as_mapping_get("published")?;
    match value.data.as_str() {
        Some(text) => text.parse().ok(),
        None => u16::try_from(value.data.as_integer()?).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ports_of_services_have_their_lines() {
        let text = "services:\n  db:\n    container_name: pg\n    ports:\n      - '5454:5432'\n      - 127.0.0.1:81:80\n      - \"53:53/udp\"\n      - 90\n      - target: 80\n        published: 8080\n";
        let found = uses(text);
        assert_eq!(
            found,
            [
                (3, Used::Container("pg".to_owned())),
                (5, Used::Port(5454)),
                (6, Used::Port(81)),
                (9, Used::Port(8080)),
            ]
        );
    }

    #[test]
    fn what_is_no_compose_file_fixes_nothing() {
        for text in [
            "",
            "a: [",
            "- a",
            "services: none",
            "services:\n  db:\n",
            "ports: ['1:1']",
        ] {
            assert_eq!(uses(text), [], "{text}");
        }
    }
}
