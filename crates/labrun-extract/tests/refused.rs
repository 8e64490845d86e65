//! What a script cannot do is said with its place, and nothing is left out in silence.

#![cfg(test)]

mod page;

use page::Page;

/// Expects one diagnostic for the page, as `code line`.
#[track_caller]
fn check(page: Page, expected: &[&str]) {
    let lab = page.lab();
    let faults = labrun_extract::extract(&lab).expect_err("diagnostics");
    let drawn: Vec<String> = faults
        .iter()
        .map(|fault| format!("{} {}", fault.code, lab.source.line(fault.span.start)))
        .collect();
    assert_eq!(drawn, expected);
}

#[test]
fn a_block_in_the_wrong_place() {
    check(Page::new().sql("SELECT 1;"), &["wrong-session 3"]);
    check(Page::new().sh("psql").sh("ls"), &["wrong-session 7"]);
    check(
        Page::new().sh("psql").sql("\\q").sql("SELECT 1;"),
        &["wrong-session 11"],
    );
    check(
        Page::new()
            .sh("bash")
            .sql("SELECT 1;")
            .sh("exit")
            .sh("exit"),
        &["wrong-session 7", "not-extractable 15"],
    );
}

#[test]
fn more_than_one_terminal() {
    check(
        Page::new().sh("ls").sh("ls").terminal("second"),
        &["several-terminals 7"],
    );
}

#[test]
fn what_is_held_over_a_check() {
    let page = || {
        Page::new()
            .sh("psql")
            .sql("BEGIN;")
            .rows("x", "SELECT 1", &[&["1"]], 0)
    };
    check(page().sql("COMMIT;"), &["session-split 15"]);
    let page = Page::new()
        .sh("psql")
        .sql("BEGIN;")
        .sql("COMMIT;")
        .rows("x", "SELECT 1", &[&["1"]], 0)
        .sql("SELECT 1;");
    assert!(labrun_extract::extract(&page.lab()).is_ok());
}

#[test]
fn other_things() {
    check(
        Page::new().sh("psql").text("Type \"help\" for help."),
        &["not-extractable 3"],
    );
    check(Page::new().sh("psql\nSELECT 1;"), &["not-extractable 3"]);
    check(
        Page::new().sh("bash").sh("exit\nls"),
        &["not-extractable 7"],
    );
    check(Page::new().sh("psql").eventually(5), &["not-extractable 3"]);
    check(
        Page::new().sh("bash").sh("exit").exit(1),
        &["not-extractable 7"],
    );
    check(
        Page::new().sh("passwd").answer("secret"),
        &["not-extractable 3"],
    );
    check(
        Page::new().sh("psql").sql("\\password").answer("secret"),
        &["not-extractable 7"],
    );
    check(
        Page::new().sh("sqlite3").sql("x;").fails().sql(".quit"),
        &["not-extractable 7"],
    );
    check(
        Page::new().sh("python3 -i app.py").python("exit()"),
        &["not-extractable 3"],
    );
    check(
        Page::new().sh("false").sqlstate("42P01"),
        &["not-extractable 3"],
    );
}
