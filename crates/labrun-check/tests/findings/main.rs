//! Each finding on a chapter that has it, and on one that is mended.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it holds by unwrapping"
)]

mod clash;

use std::collections::BTreeSet;

use labrun_check::{WARNINGS, inspect, verifies_nothing};
use labrun_model::{Lab, SourceFile};
use labrun_parse::{REFERENCE, Roles, parse_chapter};

fn lab(name: &str, chapter: &str) -> Lab {
    let source = SourceFile::new(format!("src/{name}.md"), chapter);
    let (lab, diagnostics) = parse_chapter(name, source, &Roles::default());
    assert_eq!(diagnostics, [], "{chapter}");
    lab
}

/// Expects the findings of a chapter, each as `LINE CODE: MESSAGE`.
#[track_caller]
fn check(chapter: &str, expected: &[&str]) {
    let lab = lab("demo", chapter);
    let found: Vec<String> = inspect(&lab)
        .into_iter()
        .map(|found| {
            format!(
                "{} {}: {}",
                lab.place(found.span).line,
                found.code,
                found.message
            )
        })
        .collect();
    assert_eq!(found, expected, "{chapter}");
}

/// A fence: the language first.
fn fence(info: &str, lines: &str) -> String {
    format!("```{info}\n{lines}\n```\n")
}

fn shown(typed: &str, output: &str) -> String {
    fence("sh", typed) + &fence("text", output)
}

/// A statement at a psql that is open, with its output.
fn asked(statement: &str, output: &str) -> String {
    fence("sh", "psql shop")
        + &fence("sql", statement)
        + &fence("text", output)
        + &fence("sql", "\\q")
}

#[test]
fn a_block_is_typed_where_the_terminal_is() {
    let open = fence("sh", "psql shop");
    let leave = fence("sql", "\\q");
    let at_shell = shown("pwd", "/root");
    check(
        &format!("{open}{at_shell}"),
        &["4 wrong-session: a `sh` block is typed at a shell, but the terminal is at psql here"],
    );
    check(&format!("{open}{leave}{at_shell}"), &[]);
    let select = fence("sql", "SELECT 1 AS a") + &fence("text", " a\n---\n 1\n(1 row)");
    check(
        &select,
        &[
            "1 wrong-session: a `sql` block is typed at psql or sqlite3, but the terminal is at bash here",
        ],
    );
    check(&format!("{open}{select}{leave}"), &[]);
    // One fault, not one for each block behind it.
    check(
        &format!("{open}{at_shell}{at_shell}"),
        &["4 wrong-session: a `sh` block is typed at a shell, but the terminal is at psql here"],
    );
}

#[test]
fn a_lab_that_a_run_refuses_is_told() {
    let said = |chapter: &str| verifies_nothing(&lab("demo", chapter)).map(|found| found.code);
    assert_eq!(said(&fence("sh", "true")), Some("unverified-lab"));
    assert_eq!(said("# Words\n"), Some("unverified-lab"));
    assert_eq!(said(&shown("true", "")), None);
    let check = "```toml check\ntitle = \"t\"\nfile = \"a\"\nstate = \"present\"\n```\n";
    assert_eq!(said(&(fence("sh", "true") + check)), None);
}

#[test]
fn what_only_prints_must_be_shown() {
    check(
        &fence("sh", "docker version"),
        &["2 unverified-step: nothing verifies more than the exit status of `docker version`"],
    );
    check(&shown("docker version", "Client: 29"), &[]);
    check(
        &(fence("sh", "psql shop") + &fence("sql", "-- all\nSELECT * FROM goods;")),
        &[
            "6 unverified-step: nothing verifies more than the exit status of `SELECT * FROM goods;`",
        ],
    );
    check(&fence("sh exit=1", "cat nothing"), &[]);
    check(&fence("sh eventually=5s", "curl -s example.org"), &[]);
    check(
        &fence("sh", "mkdir -p a && cd a\nexport A=1\nps | grep -q bash"),
        &[],
    );
}

#[test]
fn a_server_in_the_background_is_noticed_by_who_asks_it() {
    let server = fence("sh", "python3 -m http.server 8765 >server.log 2>&1 &");
    let fault = "2 unverified-step: nothing verifies more than the exit status of `python3 -m http.server 8765 >server.log 2>&1 &`";
    check(&server, &[fault]);
    let asked = |port: u16| shown(&format!("curl -s 127.0.0.1:{port}/a"), "fresh basil");
    check(&format!("{server}{}", asked(8765)), &[]);
    check(&format!("{server}{}", asked(87)), &[fault]);
    let check_of =
        "```toml check\ntitle = \"t\"\ntcp = \"127.0.0.1:8765\"\nstate = \"open\"\n```\n";
    check(&format!("{server}{check_of}"), &[]);
}

#[test]
fn what_changes_something_must_be_noticed_later() {
    let insert = fence("sh", "psql shop") + &fence("sql", "INSERT INTO goods VALUES (1, 'tea');");
    let fault = "5 unverified-step: nothing verifies more than the exit status of `INSERT INTO goods VALUES (1, 'tea');`";
    check(&insert, &[fault]);
    let other = fence("sql", "SELECT 1 AS a;") + &fence("text", " a\n---\n 1\n(1 row)");
    check(&format!("{insert}{other}"), &[fault]);
    let look =
        fence("sql", "SELECT name FROM goods;") + &fence("text", " name\n------\n tea\n(1 row)");
    check(&format!("{insert}{look}"), &[]);
    let ask = "```toml check\ntitle = \"t\"\npostgres = \"port=1\"\nquery = \"SELECT name FROM goods\"\nrows = [[\"tea\"]]\n```\n";
    check(&format!("{insert}{ask}"), &[]);
    // What the author says of a check is not what it asks.
    let about = ask
        .replace("FROM goods", "FROM others")
        .replace("\"t\"", "\"goods\"")
        .replace("tea", "x");
    check(&format!("{insert}{about}"), &[fault]);
    // A look before the change does not see it.
    check(
        &(fence("sh", "cat conf/app.ini")
            + &fence("text", "a")
            + &fence("sh", "echo b >> conf/app.ini")),
        &[
            "8 unverified-step: nothing verifies more than the exit status of `echo b >> conf/app.ini`",
        ],
    );
    check(
        &(fence("sh", "echo b >> conf/app.ini") + &shown("cat conf/app.ini", "b")),
        &[],
    );
}

#[test]
fn containers_that_end_must_be_gone() {
    let up = fence("sh", "docker compose up -d");
    let down = fence("sh", "docker compose down");
    let is = |state: &str| {
        format!("```toml check\ntitle = \"t\"\ncontainer = \"db\"\nstate = \"{state}\"\n```\n")
    };
    let (running, absent) = (is("running"), is("absent"));
    check(
        &format!("{up}{running}{down}"),
        &[
            "10 unverified-step: nothing verifies more than the exit status of `docker compose down`",
        ],
    );
    check(&format!("{up}{running}{down}{absent}"), &[]);
    // What is started again proves nothing.
    check(
        &format!("{down}{up}{running}{down}{absent}"),
        &["2 unverified-step: nothing verifies more than the exit status of `docker compose down`"],
    );
    check(
        &up,
        &[
            "2 unverified-step: nothing verifies more than the exit status of `docker compose up -d`",
        ],
    );
    check(
        &format!(
            "{}{running}",
            fence("sh", "docker compose down && docker compose up -d")
        ),
        &[],
    );
}

#[test]
fn a_file_must_be_used() {
    let file = fence("ini file=conf/app.ini", "a = 1");
    check(
        &file,
        &["1 unverified-step: no later step uses `conf/app.ini`"],
    );
    check(&(file.clone() + &shown("cat conf/app.ini", "a = 1")), &[]);
    check(
        &(fence("python file=app.py", "print(1)") + &shown("python3 -m app", "1")),
        &[],
    );
    let compose = fence("yaml file=x/compose.yaml", "services: {}");
    check(&(compose + &shown("docker compose config", "name: x")), &[]);
}

#[test]
fn any_text_is_a_wrong_output_too() {
    check(
        &asked(
            "SELECT pg_is_in_recovery() AS standby",
            " standby\n---------\n <any>\n(1 row)",
        ),
        &["10 weak-expectation: `f` would pass as well, because `<any>` is any text"],
    );
    check(
        &asked(
            "SELECT pg_is_in_recovery() AS standby",
            " standby\n---------\n t\n(1 row)",
        ),
        &[],
    );
    check(
        &shown("ls -l", "total 0\n-rw <any> a\n-rw <any> b\n-rw <any> c"),
        &[
            "6 weak-expectation: `-rw f a` would pass as well (and so would 2 other lines), because `<any>` is any text",
        ],
    );
    // That a value of a type varies is what the author says.
    check(&shown("date -I", "<ts>"), &[]);
}

#[test]
fn rows_must_be_promised() {
    let query = "SELECT state, lsn FROM replication";
    check(
        &asked(query, " state | lsn\n-------+-----\n...\n(<int> rows)"),
        &["8 weak-expectation: a table without any rows would pass as well"],
    );
    check(
        &asked(
            query,
            " state | lsn\n-------+-----\n streaming | <lsn>\n...\n(<int> rows)",
        ),
        &[],
    );
    check(
        &shown("docker ps", "..."),
        &[
            "5 weak-expectation: the expectation is only `...`: any output would pass, and none as well",
        ],
    );
    check(&shown("docker ps", "...\ndb\n..."), &[]);
}

#[test]
fn an_expression_fits_what_it_is_for() {
    check(
        &shown("redis-cli ping", "</.*/>"),
        &["5 weak-expectation: `0` would pass as well: the regular expression fits it"],
    );
    check(&shown("redis-cli ping", "</(PONG|pong)/>"), &[]);
    check(&shown("wc -w a", "</[0-9]+/> a"), &[]);
}

#[test]
fn a_value_of_json_may_be_no_value() {
    let json = |value: &str| fence("sh", "curl -s example.org") + &fence("json", value);
    check(
        &json("{\"ok\": \"<any>\"}"),
        &["5 weak-expectation: `false` would pass as well, because `<any>` is any value"],
    );
    check(&json("{\"ok\": true, \"id\": \"<int>\"}"), &[]);
}

#[test]
fn a_count_may_not_be_nothing() {
    let ask = |rows: &str, query: &str| {
        format!(
            "```toml check\ntitle = \"t\"\npostgres = \"port=1\"\nquery = \"{query}\"\nrows = [[\"{rows}\"]]\n```\n"
        )
    };
    check(
        &asked("SELECT count(*) FROM t", " count\n-------\n <int>\n(1 row)"),
        &["10 weak-expectation: `0` would pass as well: a count of 0 is a whole number, too"],
    );
    check(
        &asked("SELECT count(*) FROM t", " count\n-------\n 1000\n(1 row)"),
        &[],
    );
    check(
        &asked("SELECT id FROM t", " id\n----\n <int>\n(1 row)"),
        &[],
    );
    check(
        &ask("<int>", "SELECT count(*) FROM t"),
        &["5 weak-expectation: `0` would pass as well: a count of 0 is a whole number, too"],
    );
    check(&ask("t", "SELECT count(*) > 0 FROM t"), &[]);
    check(
        &ask("<any>", "SELECT a FROM t"),
        &["5 weak-expectation: `f` would pass as well"],
    );
}

#[test]
fn a_placeholder_is_spelt_as_its_type() {
    check(
        &shown("lsn", "at <sent_lns>"),
        &["5 misspelt-placeholder: `<sent_lns>` is no placeholder, so it stands for itself"],
    );
    check(&shown("lsn", "at <sent_lsn>"), &[]);
    check(&shown("page", "<p><td><x_it> \\<sent_lns> <table>"), &[]);
    let rows = |value: &str| {
        format!(
            "```toml check\ntitle = \"<lns>\"\npostgres = \"port=1\"\nquery = \"SELECT 1\"\nrows = [\n  [\"{value}\"],\n]\nhint = \"<lns>\"\n```\n"
        )
    };
    check(
        &rows("<lns>"),
        &["6 misspelt-placeholder: `<lns>` is no placeholder, so it stands for itself"],
    );
    check(&rows("<lsn>"), &[]);
}

#[test]
fn a_placeholder_is_for_what_varies() {
    check(
        &asked("SELECT a, b FROM t", " a | b\n---+---\n 1 | 2\n(<int> row)"),
        &["11 needless-placeholder: `<int>` is not needed: all rows are shown: it is `(1 row)`"],
    );
    check(
        &asked("SELECT a FROM t", " <id> | b\n------+---\n 1 | 2\n(1 row)"),
        &["8 needless-placeholder: `<id>` is not needed: the names of columns do not vary"],
    );
    let show = |set: &str| {
        fence("sh", "psql shop")
            + &fence("sql", set)
            + &fence("text", "SET")
            + &fence("sql", "SHOW work_mem;")
            + &fence("text", " work_mem\n----------\n <id>\n(1 row)")
    };
    check(
        &show("SET work_mem = '8MB';"),
        &["16 needless-placeholder: `<id>` is not needed: line 4 sets `work_mem` to `8MB`"],
    );
    check(&show("SET other = '8MB';"), &[]);
}

#[test]
fn the_reference_names_every_warning() {
    let part = REFERENCE
        .split("\n## ")
        .find(|part| part.starts_with("Warnings"))
        .expect("the reference has the heading");
    let codes = part
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let named: BTreeSet<&str> = codes.collect();
    let mut known: BTreeSet<&str> = WARNINGS.into();
    known.extend(["wrong-session", "unknown-warning", "needless-allow"]);
    assert_eq!(named, known);
}

#[test]
fn a_finding_is_drawn_with_place_cause_and_help() {
    let chapter = format!(
        "{}{}{}",
        fence("sh", "docker compose down"),
        shown("cat a", "<any>\n..."),
        shown("cat b", "at <lns>")
    );
    let lab = lab("demo", &chapter);
    let drawn: String = inspect(&lab)
        .iter()
        .map(|found| found.draw(&lab.source) + "\n")
        .collect();
    snapbox::assert_data_eq!(drawn, snapbox::file!["data/findings.txt"].raw());
}
