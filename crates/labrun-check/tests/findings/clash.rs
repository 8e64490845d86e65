//! Labs that use the same names and ports.

use labrun_check::{Claims, Shared, clashes};
use labrun_model::Lab;

use crate::{fence, lab};

#[test]
fn two_labs_do_not_share_a_name_or_a_port() {
    let compose = |name: &str, port: u16| {
        fence(
            "yaml file=compose.yaml",
            &format!("services:\n  db:\n    container_name: {name}\n    ports: ['{port}:5432']"),
        )
    };
    let drawn = |labs: &[Lab]| -> Vec<String> {
        clashes(labs)
            .into_iter()
            .map(|clash| {
                let lab = &labs[clash.lab];
                format!(
                    "{} {}",
                    lab.place(clash.diagnostic.span),
                    clash.diagnostic.message
                )
            })
            .collect()
    };
    let one = lab("one", &compose("pg", 5454));
    let other = lab("other", &compose("db", 5456));
    assert!(drawn(&[one.clone(), other]).is_empty());
    let same = lab("same", &compose("pg", 5454));
    assert_eq!(
        drawn(&[one.clone(), same]),
        [
            "src/same.md:4:5 the container `pg` is used by the lab `one` as well",
            "src/same.md:5:5 port 5454 is used by the lab `one` as well",
        ]
    );
    let run = lab(
        "run",
        &fence("sh", "docker run -d --name pg -p 127.0.0.1:5454:80 nginx"),
    );
    assert_eq!(drawn(&[one.clone(), run]).len(), 2);
    let asks = |port: u16| {
        let text = format!(
            "```toml check\ntitle = \"t\"\npostgres = \"host=127.0.0.1 port={port}\"\nquery = \"SELECT 1\"\nrows = [[\"1\"]]\n```\n"
        );
        lab("asks", &text)
    };
    assert_eq!(
        drawn(&[one, asks(5454)]),
        ["src/asks.md:1:1 port 5454 is used by the lab `one` as well"]
    );
    // Two that only ask the same server are not in each other's way.
    assert!(drawn(&[asks(5454), asks(5454)]).is_empty());
}

/// What keeps two labs from running at the same time, in words.
fn between(one: &str, other: &str, shared: Shared) -> Option<String> {
    let of = |text: &str| Claims::of(&lab("x", text));
    of(one).clash(&of(other), shared)
}

fn sh(line: &str) -> String {
    fence("sh", line)
}

fn compose(path: &str, content: &str) -> String {
    fence(&format!("yaml file={path}"), content)
}

#[test]
fn names_belong_to_an_engine_and_ports_to_a_machine() {
    let run = sh("docker run -d --name a -p 81:80 -v data:/d nginx");
    let name = sh("docker run -d --name a -v other:/d nginx");
    let port = sh("docker run -d --name b -p 127.0.0.1:81:80 nginx");
    let volume = sh("docker volume create data");
    let network = sh("docker network create --driver bridge net");
    for (other, what) in [(&name, "the container `a`"), (&volume, "the volume `data`")] {
        assert_eq!(between(&run, other, Shared::Engine).as_deref(), Some(what));
        assert_eq!(between(&run, other, Shared::Machine), None);
    }
    assert_eq!(
        between(&network, &network, Shared::Engine).as_deref(),
        Some("the network `net`")
    );
    for (shared, clash) in [
        (Shared::Engine, Some("port 81")),
        (Shared::Machine, Some("port 81")),
        (Shared::Terminals, None),
    ] {
        assert_eq!(between(&run, &port, shared).as_deref(), clash);
    }
}

#[test]
fn what_terminals_ask_and_write_belongs_to_their_machine() {
    let ask = sh("curl -s http://127.0.0.1:8080/x");
    let psql = sh("psql -h localhost -p 8080 postgres");
    let write = sh("echo x >> /tmp/shared/file");
    let remove = sh("rm -rf /tmp/shared");
    for shared in [Shared::Engine, Shared::Machine, Shared::Terminals] {
        assert_eq!(between(&ask, &psql, shared).as_deref(), Some("port 8080"));
        assert!(between(&write, &remove, shared).is_some());
    }
    let own = sh("echo x > file 2>/dev/null; touch ./a; curl http://example.org:8080");
    assert_eq!(between(&own, &write, Shared::Engine), None);
    assert_eq!(between(&own, &psql, Shared::Engine), None);
}

#[test]
fn compose_projects_of_folders_of_one_name_are_one_project() {
    let here = compose("compose.yaml", "services: {a: {image: x}}");
    let there = compose("sub/compose.yaml", "services: {a: {image: x}}");
    let named = compose("sub/compose.yaml", "name: lab\nservices: {a: {image: x}}");
    let project = Some("the compose project `lab`");
    assert_eq!(between(&here, &here, Shared::Engine).as_deref(), project);
    assert_eq!(between(&here, &there, Shared::Engine), None);
    assert_eq!(between(&here, &named, Shared::Engine).as_deref(), project);
    let flag = format!("{there}{}", sh("docker compose -p lab up -d"));
    assert_eq!(between(&here, &flag, Shared::Engine).as_deref(), project);
    let variable = format!(
        "{there}{}",
        sh("COMPOSE_PROJECT_NAME=lab docker compose up -d")
    );
    assert_eq!(
        between(&here, &variable, Shared::Engine).as_deref(),
        project
    );
}

#[test]
fn containers_without_a_name_are_told_apart_by_their_image() {
    let nginx = sh("docker run -d nginx:1");
    let redis = sh("docker run -d redis:8");
    assert!(between(&nginx, &nginx, Shared::Engine).is_some());
    assert_eq!(between(&nginx, &redis, Shared::Engine), None);
}

#[test]
fn a_lab_of_which_nobody_can_know_what_it_takes_runs_alone() {
    let alone = |text: &str| {
        Claims::of(&lab("x", text))
            .alone()
            .map(|alone| alone.why.clone())
    };
    for text in [
        sh("docker run -d --name $NAME nginx"),
        sh("docker run -d -p $PORT:80 nginx"),
        sh("docker run -d --name a $IMAGE"),
        sh("docker run -d --network host --name a nginx"),
        sh("docker network create net-$USER"),
        sh("docker system prune -f"),
        sh("docker rm -f $(docker ps -aq)"),
        format!("{}{}", sh("docker ps"), fence("text", "CONTAINER ID")),
        sh("docker compose up -d"),
        sh("docker compose -f elsewhere.yaml up -d"),
        format!(
            "{}{}",
            compose("compose.yaml", "services: {a: {image: x}}"),
            sh("docker compose -p $NAME up -d")
        ),
        compose("compose.yaml", "services: {a: {container_name: \"a-$X\"}}"),
        fence("sh file=up.sh", "docker run -d --name a nginx"),
        sh("sudo apt-get install -y jq"),
        sh("sudo pkill postgres"),
    ] {
        assert!(alone(&text).is_some(), "{text}");
    }
    for text in [
        sh("docker run -d --name a -p 81:80 -v \"$PWD/data:/d\" nginx"),
        sh("docker ps"),
        format!("{}{}", sh("docker ps --filter name=a"), fence("text", "x")),
        format!(
            "{}{}",
            sh("docker compose ps"),
            compose("compose.yaml", "services: {}")
        ),
        sh("X=1; echo $X > file; for i in 1 2; do echo $i; done"),
        fence("md file=notes.md", "see the dockers"),
    ] {
        assert_eq!(alone(&text), None, "{text}");
    }
}

#[test]
fn a_lab_says_what_ties_it_to_this_machine() {
    let here = |text: &str| Claims::of(&lab("x", text)).here().map(str::to_owned);
    assert_eq!(
        here(&sh("psql -h 127.0.0.1 -p 5454 postgres")).as_deref(),
        Some("it asks port 5454 of this machine")
    );
    assert_eq!(
        here(&compose("c.yml", "services: {a: {volumes: ['./d:/d']}}")).as_deref(),
        Some("it mounts `./d` into a container")
    );
    assert_eq!(here(&sh("docker run --rm nginx:1 nginx -v")), None);
    assert_eq!(here(&sh("docker exec a psql -h 127.0.0.1 -p 5432")), None);
}

#[test]
fn chapter_3_can_run_beside_others() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src/chapter3.md");
    let text = std::fs::read_to_string(path).unwrap();
    let claims = Claims::of(&lab("chapter3", &text));
    assert_eq!(claims.alone(), None);
    let names: Vec<String> = claims.names().into_iter().collect();
    assert_eq!(
        names,
        ["pgtest_master", "pgtest_standby", "postgres_replication"]
    );
    assert_eq!(claims.images().iter().collect::<Vec<_>>(), ["postgres:17"]);
    assert!(claims.here().is_some());
}
