//! The manual's chapter "What a run survives": every promise names tests that exist, and every test of a fault is named.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The rows of the chapter's tables: what happens, and the tests that hold what is promised.
fn rows(page: &str) -> Vec<(&str, Vec<&str>)> {
    let lines = page.lines().filter(|line| line.starts_with("| "));
    let cells = lines.map(|line| line.trim_matches('|').split(" | ").collect::<Vec<_>>());
    let rows = cells
        .filter(|cells| !cells[0].starts_with(" what happens") && !cells[0].starts_with(" ---"));
    rows.map(|cells| {
        let [what, _, tests] = cells.as_slice() else {
            panic!("a row has three cells: {cells:?}")
        };
        (what.trim(), tests.split('`').skip(1).step_by(2).collect())
    })
    .collect()
}

/// The names of the tests in a source file.
fn tests_in(source: &str) -> Vec<String> {
    let behind = source.split("#[test]").skip(1);
    let names = behind.filter_map(|text| text.split_once("fn ")?.1.split_once('('));
    names.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn every_promise_is_held_by_tests_and_every_test_of_a_fault_holds_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("../../manual/src/survival.md")).unwrap();
    let rows = rows(&page);
    assert!(rows.len() >= 40, "only {} faults", rows.len());
    let mut named = BTreeSet::new();
    for (what, tests) in rows {
        assert!(
            !tests.is_empty(),
            "nothing holds what is promised for: {what}"
        );
        for test in tests {
            let (file, name) = test.split_once("::").expect(test);
            let source = fs::read_to_string(root.join("tests").join(file)).expect(test);
            assert!(
                tests_in(&source).iter().any(|found| found == name),
                "there is no {test}"
            );
            named.insert(test.to_owned());
        }
    }
    for entry in fs::read_dir(root.join("tests/faults")).unwrap().flatten() {
        let file = entry.file_name().into_string().unwrap();
        if file == "promises.rs" {
            continue;
        }
        for name in tests_in(&fs::read_to_string(entry.path()).unwrap()) {
            let test = format!("faults/{file}::{name}");
            assert!(named.contains(&test), "the manual does not name {test}");
        }
    }
}
