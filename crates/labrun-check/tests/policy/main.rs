//! Labs held against policies. Each chapter in `data/` is a case, with its policy (`.toml`, where it has one) and what is
//! refused (`.expected`) beside it; its compose files are resolved by the real `docker compose config`.
//! `SNAPSHOTS=overwrite` writes the expected files; what they say is then to be reviewed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it holds by unwrapping"
)]

mod commands;
mod escapes;
mod projects;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use labrun_check::{POLICY_FINDINGS, Rules, inquire};
use labrun_model::{Diagnostic, Lab, Policy, SourceFile};
use labrun_parse::{REFERENCE, Roles, parse_chapter, parse_policy};
use labrun_run::{Interrupts, real_path, resolve_projects};

/// Everything that a policy refuses in a chapter.
pub(crate) fn judge(chapter: &str, policy: &str) -> (Lab, Vec<Diagnostic>) {
    let source = SourceFile::new("src/demo.md", chapter);
    let (lab, diagnostics) = parse_chapter("demo", source, &Roles::default());
    assert_eq!(diagnostics, [], "{chapter}");
    let (policy, diagnostics) = parse_policy(&SourceFile::new("labrun.policy.toml", policy));
    assert_eq!(diagnostics, []);
    let found = judge_by(&lab, &policy);
    (lab, found)
}

fn judge_by(lab: &Lab, policy: &Policy) -> Vec<Diagnostic> {
    let allowances = policy.of_lab(&lab.name);
    let rules = Rules {
        allowances: &allowances,
        file: "labrun.policy.toml",
        sockets: &[PathBuf::from("/srv/engine/socket")],
        real: &real_path,
    };
    let inquiry = inquire(lab, &rules);
    let folder = tempfile::tempdir().unwrap();
    let scratch = folder.path().canonicalize().unwrap();
    let interrupts = Interrupts::install().unwrap();
    let answers = resolve_projects(lab, inquiry.questions(), &scratch, &interrupts).unwrap();
    inquiry.judge(&rules, &answers, &scratch.join("typed/lab"))
}

/// The findings as `LINE CODE: MESSAGE`.
pub(crate) fn lines(lab: &Lab, found: &[Diagnostic]) -> Vec<String> {
    let found = found.iter();
    found
        .map(|found| {
            let line = lab.place(found.span).line;
            format!("{line} {}: {}", found.code, found.message)
        })
        .collect()
}

#[track_caller]
pub(crate) fn check(chapter: &str, policy: &str, expected: &[&str]) {
    let (lab, found) = judge(chapter, policy);
    assert_eq!(lines(&lab, &found), expected, "{chapter}");
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy/data");
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "md"));
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

#[test]
fn every_rule_has_its_diagnostic() {
    let mut wrong = Vec::new();
    for path in cases() {
        let chapter = fs::read_to_string(&path).unwrap();
        let policy = fs::read_to_string(path.with_extension("toml")).unwrap_or_default();
        let (lab, found) = judge(&chapter, &policy);
        let drawn: Vec<String> = found.iter().map(|found| found.draw(&lab.source)).collect();
        let drawn = drawn.join("\n");
        let expected = path.with_extension("expected");
        if env::var_os("SNAPSHOTS").is_some_and(|word| word == "overwrite") {
            fs::write(&expected, &drawn).unwrap();
        }
        if fs::read_to_string(&expected).unwrap_or_default() != drawn {
            wrong.push(format!("{} differs from:\n{drawn}", expected.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_case_and_is_in_the_reference() {
    let drawn: String = cases()
        .iter()
        .map(|path| fs::read_to_string(path.with_extension("expected")).unwrap())
        .collect();
    let part = REFERENCE
        .split("\n## ")
        .find(|part| part.starts_with("labrun.policy.toml"));
    let (_, table) = part.unwrap().split_once("What is refused").unwrap();
    let named: BTreeSet<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    assert_eq!(named, POLICY_FINDINGS.iter().copied().collect());
    for code in POLICY_FINDINGS {
        assert!(
            drawn.contains(&format!("error[{code}]")),
            "no case for {code}"
        );
    }
}
