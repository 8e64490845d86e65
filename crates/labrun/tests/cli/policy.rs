//! `labrun policy`, and runs under a policy: what is said is in `tests/messages/policy.txt`, and nothing is run that is
//! refused. No engine can be reached; compose only resolves.

use std::fs;
use std::path::Path;

use snapbox::{Data, assert_data_eq};

use crate::ran::Ran;

/// A lab whose first step leaves a trace in the book's folder.
fn chapter(command: &str) -> String {
    format!(
        "# Demo\n\n```sh\ntouch \"$TRACE\"/trace\n```\n\n```sh\n{command}\n```\n\n```toml check\ntitle = \"It runs\"\ncontainer = \"db\"\nstate = \"running\"\n```\n"
    )
}

const PRIVILEGED: &str = "docker run --name db --privileged -d postgres:17";
const COMPOSE: &str = "# Demo\n\n```yaml file=compose.yaml\nservices:\n  db:\n    image: postgres:17\n    ports:\n      - '5432:5432'\n```\n\n```sh\ndocker compose up -d\n```\n";

fn with_policy(chapter: &str, policy: &str, arguments: &[&str]) -> Ran {
    Ran::with_files(
        chapter,
        &[
            ("labrun.policy.toml", policy),
            ("other.toml", "allow = [\"privileged\"]"),
        ],
        arguments,
    )
}

#[test]
fn what_is_refused_and_what_is_wrong_is_told_with_place_and_help() {
    let privileged = chapter(PRIVILEGED);
    let harmless = chapter("docker run --name db -d postgres:17");
    let cases: [(&str, &str, &str, &[&str], i32); 9] = [
        ("everything is allowed", &harmless, "", &["policy"], 0),
        ("something is refused", &privileged, "", &["policy"], 2),
        (
            "another policy",
            &privileged,
            "",
            &["policy", "demo", "--policy", "other.toml"],
            0,
        ),
        (
            "a compose file",
            COMPOSE,
            "images = [\"redis\"]",
            &["policy"],
            2,
        ),
        (
            "an unknown key",
            &harmless,
            "capabilites = [\"NET_ADMIN\"]",
            &["policy"],
            2,
        ),
        (
            "a bad value",
            &harmless,
            "namespaces = [\"netwrok\"]",
            &["demo"],
            2,
        ),
        (
            "a policy that is not there",
            &harmless,
            "",
            &["demo", "--policy", "nowhere.toml"],
            2,
        ),
        ("a run that is refused", &privileged, "", &["demo"], 2),
        (
            "a lab that is mistyped",
            &harmless,
            "",
            &["policy", "dem"],
            2,
        ),
    ];
    let mut text = String::new();
    for (what, chapter, policy, arguments, code) in cases {
        let ran = with_policy(chapter, policy, arguments);
        let said = ran.said();
        assert_eq!(ran.output.status.code(), Some(code), "{what}: {said}");
        text.push_str(&format!(
            "== {what}: labrun {}\n{}\n(exit code {code})\n\n",
            arguments.join(" "),
            said.trim_end()
        ));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages/policy.txt");
    assert_data_eq!(text, Data::read_from(&path, None).raw());
}

#[test]
fn every_way_to_run_a_lab_is_held_against_the_policy() {
    let folder = tempfile::tempdir().unwrap();
    // The lab's environment has no TRACE; the folder is written out.
    let traced = chapter(PRIVILEGED).replace("\"$TRACE\"", &folder.path().display().to_string());
    for arguments in [
        &["demo"][..],
        &["run", "demo", "--keep-going", "--until", "1"],
        &["demo", "--report", "run.jsonl", "--bundle", "run.tar.gz"],
        &["record"],
        &["accept", "demo", "--dry-run"],
    ] {
        let ran = with_policy(&traced, "", arguments);
        let words = ran.words();
        assert_eq!(ran.output.status.code(), Some(2), "{arguments:?}: {words}");
        assert!(
            words.contains("error[privileged]: `docker run` is privileged"),
            "{words}"
        );
        assert!(
            words.contains("labrun.policy.toml does not allow, so nothing of it is run"),
            "{words}"
        );
        assert!(
            !ran.folder().join("state").exists()
                || fs::read_dir(ran.folder().join("state"))
                    .unwrap()
                    .next()
                    .is_none()
        );
        assert!(
            !folder.path().join("trace").exists(),
            "{arguments:?} ran a step"
        );
    }
    // Named policies hold in a book without one; and without any, nothing is held against a lab.
    let named = Ran::with_files(
        &traced,
        &[("strict.toml", "images = []")],
        &["demo", "--policy", "strict.toml"],
    );
    assert_eq!(named.output.status.code(), Some(2), "{}", named.words());
    assert!(
        named.words().contains("strict.toml would allow it"),
        "{}",
        named.words()
    );
    let none = Ran::of(&traced, &["demo"], &[]);
    assert!(
        !none.words().contains("error[privileged]"),
        "{}",
        none.words()
    );
}

#[test]
fn programs_get_an_object_a_line_and_a_job_annotations() {
    let ran = Ran::of(COMPOSE, &["policy", "--json"], &[]);
    assert_eq!(ran.output.status.code(), Some(2), "{}", ran.words());
    let object: serde_json::Value = serde_json::from_str(&ran.data()).unwrap();
    assert_eq!(object["code"], "open-port");
    assert_eq!(object["line"], 8);
    assert_eq!(object["text"], "      - '5432:5432'");
    let ran = Ran::of(COMPOSE, &["policy", "--github"], &[]);
    let annotation = "::error file=src/demo.md,line=8,col=7,title=demo%3A open-port::the service `db` publishes port";
    assert!(ran.words().contains(annotation), "{}", ran.words());
}

#[test]
fn without_docker_a_compose_file_cannot_be_judged() {
    let ran = Ran::of(COMPOSE, &["policy"], &[("PATH", "/nowhere")]);
    assert_eq!(ran.output.status.code(), Some(3), "{}", ran.words());
    assert!(
        ran.words().contains("this machine has no `docker`"),
        "{}",
        ran.words()
    );
}
