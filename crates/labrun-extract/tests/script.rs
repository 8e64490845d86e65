//! What a script looks like, and that shellcheck has nothing to say about it.

#![cfg(test)]

mod page;

use std::path::PathBuf;
use std::process::Command;

use labrun_extract::extract;
use labrun_model::{
    Comparison, ContainerState, FilePromise, Health, JsonItem, JsonNode, JsonValue, Operand,
    Pattern, Placeholder, PortState, Quantity, Relation, Side, Sign, Span, Term,
};
use page::{Page, script};
use snapbox::{assert_data_eq, file};

/// A page with everything that a script can hold.
fn everything() -> Page {
    Page::new()
        .heading(2, "On this machine")
        .sh("mkdir replication && cd replication")
        .file(
            "replication/docker-compose.yml",
            "services:\n  db:\n    image: postgres:17\n    container_name: lab_db",
        )
        .sh("sudo docker compose up -d --wait")
        .container("lab_db", ContainerState::Running, Some(Health::Healthy))
        .sh("sudo docker ps --format '{{.Names}}'")
        .text("lab_db")
        .heading(2, "In the container")
        .sh("sudo docker exec -it lab_db bash")
        .sh("cd /tmp\nGREETING=hello")
        .sh("cat nothing")
        .exit(1)
        .text("cat: nothing: No such file or directory")
        .sh("echo $GREETING > greeting")
        .sh("cat greeting")
        .eventually(5)
        .text("hello")
        .sh("psql -U postgres")
        .sql("SELECT 1 AS one;")
        .text(" one \n-----\n   1\n(1 row)")
        .sql("\\q")
        .sh("exit")
        .heading(2, "With psql")
        .sh("psql -h 127.0.0.1 -p 5454 -U postgres")
        .answer("pass@123")
        .sql("SELECT pid, client_addr FROM pg_stat_activity\nORDER BY pid;")
        .ordered_text(" pid | client_addr\n-----+-------------\n <pid> | <ip>\n...\n(<int> rows)")
        .rows(
            "One row is there",
            "SELECT count(*), 'a''b' FROM employee",
            &[&["1", "a'b"]],
            15,
        )
        .sql("SELECT * FROM nothing;")
        .sqlstate("42P01")
        .sql("\\q")
        .port(5454, PortState::Open)
        .http(8080, 200, Some("id <int>\n..."))
        .http(8080, 404, None)
        .looks_at("replication/standby.signal", FilePromise::Absent)
        .looks_at(
            "replication/docker-compose.yml",
            FilePromise::Contains(vec!["postgres:17".to_owned(), "it's".to_owned()]),
        )
        .reads("replication/docker-compose.yml", "services:\n...")
        .file("replication/docker-compose.yml", "services: {}")
        .sh("psql \"host=127.0.0.1 port=5454 user=me\" -c 'SELECT 1'")
        .answer("it's")
        .heading(2, "Forms of output")
        .sh("ls")
        .unordered_text("b\n<before_lsn> <any>\nversion </v\\d+/>")
        .sh("docker inspect lab_db")
        .json("[{", inspected())
        .holds(Relation {
            span: Span::default(),
            text: "<before_lsn> - 16MB <> 0/0".to_owned(),
            left: Side {
                first: term(Operand::Captured(
                    Placeholder::parse("before_lsn").expect("a name"),
                )),
                rest: vec![(Sign::Minus, term(Operand::Literal(Quantity::Int(16 << 20))))],
            },
            comparison: Comparison::Unequal,
            right: Side {
                first: term(Operand::Literal(Quantity::Lsn(0))),
                rest: Vec::new(),
            },
        })
}

fn term(operand: Operand) -> Term {
    Term {
        span: Span::default(),
        operand,
    }
}

/// An array of one open object, and whatever follows it.
fn inspected() -> JsonNode {
    let node = |value| JsonNode {
        span: Span::default(),
        value,
    };
    let object = node(JsonValue::Object {
        members: vec![(
            "Id".to_owned(),
            node(JsonValue::Text(Pattern::parse("<db_id>"))),
        )],
        is_open: true,
    });
    node(JsonValue::Array(vec![
        JsonItem::Value(object),
        JsonItem::Skip,
    ]))
}

#[test]
fn everything_that_a_script_can_hold() {
    assert_data_eq!(script(everything()), file!["data/everything.sh"].raw());
}

#[test]
fn a_small_lab_gets_a_small_script() {
    let page = Page::new().sh("echo hello").text("hello");
    assert_data_eq!(script(page), file!["data/small.sh"].raw());
}

#[test]
fn the_same_lab_gives_the_same_script() {
    assert_eq!(script(everything()), script(everything()));
}

#[test]
fn files_come_in_their_last_version() {
    let extraction = extract(&everything().lab()).expect("a script");
    let names: Vec<&PathBuf> = extraction.files.iter().map(|(path, _)| path).collect();
    assert_eq!(
        names,
        [
            &PathBuf::from("lab.sh"),
            &PathBuf::from("files/replication/docker-compose.yml")
        ]
    );
    assert_eq!(extraction.files[1].1, "services: {}\n");
}

#[test]
fn shellcheck_is_silent() {
    for page in [
        everything(),
        Page::new().sh("true"),
        Page::new()
            .sh("false")
            .fails()
            .sh("python3")
            .python("1")
            .python("exit()"),
        Page::new().sh("bash").sh("false").fails().sh("exit"),
        Page::new().sh("docker ps"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lab.sh");
        std::fs::write(&path, script(page)).expect("the script is written");
        let output = Command::new("shellcheck")
            .arg(&path)
            .output()
            .expect("shellcheck runs; `script/bootstrap --for test` installs it");
        let found = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{found}");
    }
}
