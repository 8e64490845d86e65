//! Whose is it: the rules one by one, without an engine.

use super::*;
use crate::engine::doings::Client;

fn nothing() -> Doings<'static> {
    Doings {
        clients: &[],
        steps: &[],
    }
}

fn clients(line: &str) -> [Client; 1] {
    [Client {
        pid: 1,
        start: 1,
        words: line.split(' ').map(str::to_owned).collect(),
    }]
}

fn object(kind: Kind, name: &str, project: Option<&str>, folder: Option<&str>) -> Object {
    let labels = [(PROJECT, project), (WORKING_DIR, folder)];
    Object {
        kind,
        id: format!("id-{name}"),
        name: name.to_owned(),
        image: (kind == Kind::Container).then(|| "postgres:17".to_owned()),
        labels: labels
            .into_iter()
            .filter_map(|(label, value)| Some((label.to_owned(), value?.to_owned())))
            .collect(),
    }
}

fn ledger() -> Ledger {
    Ledger::new(Path::new("/labs/run1"))
}

fn names(ledger: &Ledger) -> Vec<String> {
    let own = ledger.own();
    let networks = own.networks.into_values();
    own.containers
        .into_values()
        .chain(networks)
        .chain(own.volumes)
        .collect()
}

#[test]
fn compose_things_are_own_by_the_folder_of_their_project() {
    let mut ledger = ledger();
    ledger.created(
        object(Kind::Network, "p_default", Some("p"), None),
        &nothing(),
    );
    ledger.created(
        object(Kind::Network, "q_default", Some("q"), None),
        &nothing(),
    );
    assert!(names(&ledger).is_empty(), "nothing speaks for the run yet");
    ledger.created(
        object(Kind::Container, "p1", Some("p"), Some("/labs/run1/x")),
        &nothing(),
    );
    ledger.created(
        object(Kind::Container, "q1", Some("q"), Some("/labs/run10")),
        &nothing(),
    );
    ledger.created(object(Kind::Volume, "p_data", Some("p"), None), &nothing());
    assert_eq!(names(&ledger), ["p1", "p_default", "p_data"]);
    ledger.destroyed(Kind::Network, "id-p_default");
    assert_eq!(names(&ledger), ["p1", "p_data"]);
    assert!(ledger.own().projects.contains("p"));
}

#[test]
fn a_network_without_container_is_presumed_while_own_compose_runs() {
    let compose = clients("docker compose up -d");
    let up = Doings {
        clients: &compose,
        steps: &[],
    };
    let mut ledger = ledger();
    ledger.created(object(Kind::Network, "p_default", Some("p"), None), &up);
    assert_eq!(names(&ledger), ["p_default"]);
    ledger.created(
        object(Kind::Container, "p1", Some("p"), Some("/elsewhere")),
        &up,
    );
    assert!(names(&ledger).is_empty(), "the project is somebody else's");
}

#[test]
fn a_plain_container_needs_a_client_of_the_run() {
    let mut ledger = ledger();
    let mut create = |name: &str, line: &'static str| {
        let clients = clients(line);
        let doings = Doings {
            clients: &clients,
            steps: &[],
        };
        ledger.created(object(Kind::Container, name, None, None), &doings);
        names(&ledger)
    };
    assert!(create("a", "docker ps").is_empty());
    assert!(create("b", "docker run redis:8").is_empty());
    assert_eq!(create("c", "docker run postgres:17"), ["c"]);
    assert_eq!(
        create("d", "docker run postgres:17"),
        ["c"],
        "the same client makes no second one"
    );
}

#[test]
fn what_a_neighbour_makes_is_the_neighbours_whatever_the_run_does_meanwhile() {
    let mut ledger = ledger();
    ledger.leave_to(["q", "data"].map(str::to_owned).into());
    let compose = clients("docker compose up -d");
    let doings = Doings {
        clients: &compose,
        steps: &["mkdir data other"],
    };
    let mut make = |kind, name, project| {
        ledger.created(object(kind, name, project, None), &doings);
    };
    make(Kind::Network, "q_default", Some("q"));
    make(Kind::Volume, "data", None);
    make(Kind::Network, "p_default", Some("p"));
    make(Kind::Volume, "other", None);
    assert_eq!(names(&ledger), ["p_default", "other"]);
    let own = object(Kind::Container, "data", Some("q"), Some("/labs/run1"));
    ledger.created(own, &doings);
    assert_eq!(names(&ledger), ["data", "p_default", "other"]);
}

#[test]
fn volumes_follow_the_containers_that_use_them() {
    let mut ledger = ledger();
    ledger.created(object(Kind::Volume, "anon", None, None), &nothing());
    ledger.created(object(Kind::Volume, "other", None, None), &nothing());
    ledger.created(
        object(Kind::Container, "p1", Some("p"), Some("/labs/run1")),
        &nothing(),
    );
    ledger.used(Kind::Volume, "id-other", "id-of-a-stranger");
    ledger.used(Kind::Volume, "id-anon", "id-p1");
    assert_eq!(names(&ledger), ["p1", "anon"]);
    let step = Doings {
        clients: &[],
        steps: &["docker volume create named"],
    };
    ledger.created(object(Kind::Volume, "named", None, None), &step);
    assert_eq!(names(&ledger), ["p1", "anon", "named"]);
}
