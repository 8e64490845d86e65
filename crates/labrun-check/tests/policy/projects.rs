//! Which files of a lab are resolved, and how.

use crate::check;

const UP: &str = "```sh\ndocker compose up -d\n```\n";

fn file(path: &str, text: &str) -> String {
    format!("```yaml file={path}\n{text}\n```\n")
}

fn service(keys: &str) -> String {
    format!("services:\n  db:\n    image: postgres:17\n{keys}")
        .trim_end()
        .to_owned()
}

#[test]
fn an_override_is_judged_with_its_base() {
    let base = file("compose.yaml", &service(""));
    let over = file(
        "compose.override.yaml",
        "services:\n  db:\n    privileged: true",
    );
    check(
        &format!("{base}{over}{UP}"),
        "",
        &["9 privileged: the service `db` is privileged"],
    );
    // Also one that somebody has to name.
    let other = file("prod.yaml", "services:\n  db:\n    pid: host");
    check(
        &format!("{base}{other}{UP}"),
        "",
        &["9 host-namespace: the service `db` shares the processes of this machine"],
    );
}

#[test]
fn every_state_of_a_file_is_judged() {
    let first = file("compose.yaml", &service("    privileged: true"));
    let second = file("compose.yaml", &service(""));
    let found = ["5 privileged: the service `db` is privileged"];
    check(&format!("{first}{UP}{second}{UP}"), "", &found);
    // Nobody can start what is written over before anything is typed.
    check(&format!("{first}{second}{UP}"), "", &[]);
    // What is written later changes what was written before.
    let base = file(
        "compose.yaml",
        &service("    volumes: ['${WHAT:-./data}:/d']"),
    );
    check(&format!("{base}{UP}"), "", &[]);
    check(
        &format!("{base}{UP}{}{UP}", file(".env", "WHAT=/etc")),
        "",
        &["5 host-folder: the service `db` mounts `/etc`, which lies outside of the lab folder"],
    );
}

#[test]
fn the_variables_that_are_typed_are_tried() {
    let base = file(
        "compose.yaml",
        &service("    volumes: ['${WHAT:-./data}:/d']"),
    );
    let typed = |line: &str| format!("{base}```sh\n{line}\ndocker compose up -d\n```\n");
    check(&typed("export WHAT=./other OTHER=$(date)"), "", &[]);
    check(
        &typed("export WHAT=/etc"),
        "",
        &["5 host-folder: the service `db` mounts `/etc`, which lies outside of the lab folder"],
    );
    let unknown = "this sets `WHAT`, by which compose resolves the chapter's files, and labrun does not know to what";
    check(
        &typed("WHAT=$(pwd)"),
        "",
        &[&format!("8 unknown-to-policy: {unknown}")],
    );
    check(
        &typed("read WHAT"),
        "",
        &[&format!("8 unknown-to-policy: {unknown}")],
    );
    check(
        &typed(". ./settings"),
        "",
        &[
            "8 unknown-to-policy: this may set variables by which compose resolves the chapter's files, and labrun does not know to what",
        ],
    );
}

#[test]
fn what_compose_does_not_accept_is_refused() {
    let check_refused = |chapter: &str, line: usize| {
        let (lab, found) = crate::judge(chapter, "");
        let lines = crate::lines(&lab, &found);
        assert_eq!(lines.len(), 1, "{lines:?}");
        let beginning = format!(
            "{line} not-resolved: compose does not accept `compose.yaml` as the chapter writes it: "
        );
        assert!(lines[0].starts_with(&beginning), "{lines:?}");
        assert!(
            !lines[0].contains("labrun-policy") && !lines[0].contains("/tmp"),
            "{lines:?}"
        );
    };
    check_refused(
        &format!(
            "{}{UP}",
            file("compose.yaml", "services:\n  db:\n    imag: x")
        ),
        1,
    );
    check_refused(
        &format!(
            "{}{UP}",
            file("compose.yaml", &service("    env_file: made-later.env"))
        ),
        1,
    );
}

#[test]
fn what_no_step_writes_is_refused() {
    let nothing = "so labrun does not know what they ask for";
    check(
        UP,
        "",
        &[&format!(
            "2 not-resolved: `docker compose up` reads files that no step of the chapter writes, {nothing}"
        )],
    );
    check("```sh\ndocker compose version\ndocker ps\n```\n", "", &[]);
    let base = file("a/compose.yaml", &service(""));
    let typed = |line: &str| format!("{base}```sh\n{line}\n```\n");
    for fine in [
        "docker compose -f a/compose.yaml up",
        "cd a && docker compose -f ./compose.yaml ps",
        "docker-compose up",
    ] {
        check(&typed(fine), "", &[]);
    }
    check(
        &typed("docker compose -f b/compose.yaml up"),
        "",
        &[&format!(
            "7 not-resolved: `docker compose up` reads files that no step of the chapter writes, {nothing}"
        )],
    );
    check(
        &typed("docker compose -f /srv/compose.yaml up"),
        "",
        &[
            "7 unknown-to-policy: `docker compose` has `/srv/compose.yaml` for `--file`, and labrun does not know what that will be",
        ],
    );
}

#[test]
fn files_that_are_named_together_are_resolved_together() {
    let one = file("one.yaml", &service("    volumes: ['${WHAT:-.}:/d']"));
    let two = file(
        "sub/two.yaml",
        "services:\n  db:\n    ports: ['${PORT:-127.0.0.1:1}:1']",
    );
    let env = file("prod.env", "PORT=1");
    let typed = |line: &str| format!("{one}{two}{env}```sh\n{line}\n```\n");
    check(
        &typed("docker compose -f one.yaml -f sub/two.yaml up"),
        "",
        &[],
    );
    check(
        &typed("docker compose --env-file prod.env -f one.yaml -f sub/two.yaml up"),
        "",
        &["10 open-port: the service `db` publishes port 1:1 on all addresses of this machine"],
    );
}

#[test]
fn a_file_that_another_one_brings_in_is_judged_there() {
    let part = file("part.yaml", "services:\n  base:\n    cap_add: [SYS_ADMIN]");
    let whole = file(
        "sub/compose.yaml",
        "services:\n  db:\n    image: postgres:17\n    extends:\n      file: ../part.yaml\n      service: base",
    );
    check(
        &format!("{part}{whole}{UP}"),
        "",
        &["8 added-capability: the service `db` gets the capability SYS_ADMIN"],
    );
}

#[test]
fn services_of_a_profile_are_judged() {
    let base = file(
        "compose.yaml",
        &service("    profiles: [rare]\n    privileged: true"),
    );
    check(
        &format!("{base}{UP}"),
        "",
        &["6 privileged: the service `db` is privileged"],
    );
}
