//! Shards, and the plans for CI.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::book::{Books, step};

/// A book with labs of these names, each of which notes that it was run.
fn labs(names: &[&str]) -> Books {
    let texts: Vec<String> = names
        .iter()
        .map(|name| step(&format!("echo {name} >> SIGNS/ran"), ""))
        .collect();
    let labs: Vec<(&str, &str)> = names
        .iter()
        .copied()
        .zip(texts.iter().map(String::as_str))
        .collect();
    Books::of(&labs)
}

fn data(book: &Books, arguments: &[&str]) -> String {
    let output = book
        .command(arguments)
        .stdout(std::process::Stdio::piped())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The shard of each lab, as the plan says.
fn shards(names: &[&str]) -> BTreeMap<String, String> {
    let plan: Value =
        serde_json::from_str(&data(&labs(names), &["plan", "--shards", "3"])).unwrap();
    let labs = plan["labs"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    labs.map(|lab| (text(&lab["lab"]), text(&lab["shard"])))
        .collect()
}

#[test]
fn all_shards_together_run_each_lab_once() {
    let names = ["a", "b", "c", "d", "e"];
    let book = labs(&names);
    for shard in ["1/3", "2/3", "3/3"] {
        book.labrun(&["--all", "--shard", shard]).says(0, &[]);
    }
    let ran = std::fs::read_to_string(book.sign("ran")).unwrap();
    let mut ran: Vec<&str> = ran.lines().collect();
    ran.sort_unstable();
    assert_eq!(ran, names);
}

#[test]
fn a_new_lab_moves_no_other() {
    let few = shards(&["a", "c", "e"]);
    let more = shards(&["z", "a", "b", "c", "d", "e"]);
    for (lab, shard) in few {
        assert_eq!(more.get(&lab), Some(&shard), "{lab}");
    }
}

#[test]
fn a_shard_without_a_lab_is_green_and_says_so_and_no_lab_at_all_is_not() {
    let book = labs(&["a"]);
    let empty = ["1/2", "2/2"].map(|shard| book.labrun(&["--all", "--shard", shard]));
    let [with, without] = &empty;
    let (with, without) = if with.words.contains("none") {
        (without, with)
    } else {
        (with, without)
    };
    with.says(0, &["1 lab of shard ", "passed: 1 lab passed"]);
    without.says(0, &["has none of the 1 lab; there is nothing to do"]);
    let book = labs(&[]);
    book.labrun(&["--all"])
        .says(4, &["there is no lab to run", "book.toml has no labs"]);
    book.labrun(&["--all", "--shard", "1/2"])
        .says(4, &["there is no lab to run"]);
    book.labrun(&["plan"]).says(4, &["there is no lab to plan"]);
}

#[test]
fn a_plan_for_github_is_one_line_of_a_matrix() {
    let book = labs(&["a", "b"]);
    let plan = data(&book, &["plan", "--format", "github"]);
    assert_eq!(
        plan,
        "{\"include\":[{\"name\":\"a\",\"labs\":\"a\",\"engine\":false},{\"name\":\"b\",\"labs\":\"b\",\"engine\":false}]}\n"
    );
    let plan = data(&book, &["plan", "--format", "github", "--shards", "1"]);
    assert_eq!(
        plan,
        "{\"include\":[{\"name\":\"1/1\",\"labs\":\"a b\",\"engine\":false,\"shard\":\"1/1\"}]}\n"
    );
    // What it names can be run as it stands.
    let matrix: Value = serde_json::from_str(&plan).unwrap();
    let names: Vec<&str> = matrix["include"][0]["labs"]
        .as_str()
        .unwrap()
        .split(' ')
        .collect();
    book.labrun(&[&["run"], names.as_slice()].concat())
        .says(0, &["2 labs passed"]);
}

#[test]
fn a_plan_for_gitlab_is_a_job_for_each_part() {
    let book = labs(&["image", "b"]);
    let plan = data(&book, &["plan", "--format", "gitlab"]);
    assert_eq!(
        plan,
        "# Written by `labrun plan --format gitlab`: a job for each part of the labs.\n\
         \"labs image\":\n  variables:\n    LABRUN_NEEDS_ENGINE: \"false\"\n  script:\n    - \"labrun run image --report image.xml\"\n\
         \x20 artifacts:\n    when: always\n    reports:\n      junit: \"image.xml\"\n\
         \"labs b\":\n  variables:\n    LABRUN_NEEDS_ENGINE: \"false\"\n  script:\n    - \"labrun run b --report b.xml\"\n\
         \x20 artifacts:\n    when: always\n    reports:\n      junit: \"b.xml\"\n"
    );
}

#[test]
fn a_plan_as_data_says_what_the_labs_take() {
    let run = "```sh\ndocker run -d --name x -p 127.0.0.1:81:80 img:1\n```\n\n";
    let prune = "```sh\ndocker system prune -f\n```\n\n";
    let book = Books::of(&[
        ("one", run),
        ("two", run),
        ("three", prune),
        ("four", &step("echo", "")),
    ]);
    let plan: Value = serde_json::from_str(&data(&book, &["plan", "--format", "json"])).unwrap();
    let lab = |name: &str| {
        let labs = plan["labs"].as_array().unwrap();
        labs.iter().find(|lab| lab["lab"] == name).unwrap().clone()
    };
    assert_eq!(lab("one")["clashes"][0]["lab"], "two");
    assert_eq!(lab("one")["clashes"][0]["over"], "the container `x`");
    assert_eq!(lab("one")["images"][0], "img:1");
    assert_eq!(lab("one")["engine"], true);
    assert_eq!(lab("four")["engine"], false);
    let alone = lab("three")["alone"].as_str().unwrap().to_owned();
    assert!(
        alone.contains("prune") && alone.contains("src/three.md:4:1"),
        "{alone}"
    );
    assert!(lab("four")["alone"].is_null());
}
