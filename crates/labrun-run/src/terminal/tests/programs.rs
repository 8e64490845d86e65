//! Programs that are neither a shell nor psql: sqlite3 and Python, which the tests expect to be installed.

use std::time::Duration;

use labrun_model::{Language, SessionKind};

use super::super::TypedEnd;
use super::super::status::Status;
use super::bench::{Bench, done};

/// Opens a program that shows its prompt.
fn at(opener: &str, kind: SessionKind) -> Bench {
    let mut bench = Bench::new();
    let typed = bench.run(opener);
    assert!(
        matches!(&typed.end, TypedEnd::Done(status) if status.is_success()),
        "{typed:?}"
    );
    assert_eq!(bench.terminal.top(), Some(kind), "{opener}");
    bench
}

impl Bench {
    #[track_caller]
    fn sqlite(&mut self, text: &str, output: &str) {
        let typed = self.typed(Language::Sql, text);
        assert_eq!(
            typed.end,
            TypedEnd::Done(Status::SqlSuccess),
            "{text}: {typed:?}"
        );
        assert_eq!(typed.output.text, output, "{text}");
    }

    #[track_caller]
    fn python(&mut self, text: &str, output: &str) {
        let typed = self.typed(Language::Python, text);
        assert_eq!(typed.end, done(0), "{text}: {typed:?}");
        assert_eq!(typed.output.text, output, "{text}");
    }

    #[track_caller]
    fn raises(&mut self, text: &str, class: &str, output: &str) {
        let typed = self.typed(Language::Python, text);
        assert_eq!(
            typed.end,
            TypedEnd::Done(Status::Raised(class.to_owned())),
            "{text}: {typed:?}"
        );
        assert!(typed.output.text.contains(output), "{text}: {typed:?}");
    }
}

#[test]
fn sqlite3_says_when_it_is_ready() {
    let mut bench = at("sqlite3 ../a.db", SessionKind::Sqlite);
    bench.sqlite("CREATE TABLE t (a INT PRIMARY KEY, b TEXT);", "");
    bench.sqlite(
        "INSERT INTO t VALUES\n  (1, 'one'),\n  (2, 'two; or\nmore');",
        "",
    );
    bench.sqlite(
        "SELECT * FROM t WHERE a = 1; SELECT count(*)\nFROM t;",
        "1|one\n2\n",
    );
    bench.sqlite(
        ".mode column\n.headers on\nSELECT a\nFROM t\nLIMIT 1;",
        "a\n-\n1\n",
    );
    bench.sqlite("-- a comment", "");
    bench.sqlite(".tables", "t\n");
    bench.sqlite(".shell echo one", "one\n");
    let typed = bench.typed(Language::Sql, ".quit");
    assert_eq!(typed.end, done(0));
    bench.still_works();
}

#[test]
fn sqlite3_says_what_fails() {
    let mut bench = at("sqlite3", SessionKind::Sqlite);
    bench.sqlite(
        "CREATE TABLE t (a INT PRIMARY KEY);\nINSERT INTO t VALUES (1);",
        "",
    );
    for (text, output) in [
        ("SELEC 1;", "syntax error"),
        ("SELECT\n*\nFROM nowhere;", "no such table: nowhere"),
        ("INSERT INTO t VALUES (1);", "UNIQUE constraint failed: t.a"),
        (".nonsense", "unknown command"),
        (".open", ""),
    ] {
        let typed = bench.typed(Language::Sql, text);
        if output.is_empty() {
            assert_eq!(
                typed.end,
                TypedEnd::Done(Status::SqlSuccess),
                "{text}: {typed:?}"
            );
        } else {
            let failed = TypedEnd::Done(Status::SqlError(String::new()));
            assert_eq!(typed.end, failed, "{text}: {typed:?}");
            assert!(typed.output.text.contains(output), "{typed:?}");
        }
    }
    let typed = bench.typed(Language::Sql, "SELECT x;\nSELECT 2;");
    assert!(matches!(typed.end, TypedEnd::Stopped(_)), "{typed:?}");
    bench.sqlite("SELECT 3;", "3\n");
}

#[test]
fn what_sqlite3_waits_for_is_told() {
    let mut bench = at("sqlite3", SessionKind::Sqlite);
    let typed = bench.typed(Language::Sql, "SELECT 'open;");
    assert!(matches!(typed.end, TypedEnd::Unfinished(_)), "{typed:?}");
    bench.run_for("true", Duration::from_secs(1));
}

#[test]
fn python_says_when_it_is_ready() {
    let mut bench = at("python3 -q", SessionKind::Python);
    bench.python("1 + 1", "2\n");
    bench.python("_ * 2", "4\n");
    bench.python(
        "def f(n):\n    if n:\n        return n\n\n    return 'none'\nf(0)\nf(3)",
        "'none'\n3\n",
    );
    bench.python("for i in range(2):\n    print(i)", "0\n1\n");
    bench.python("x = '''\n\n'''\nx", "'\\n\\n'\n");
    bench.python("f(\n7\n)  # seven", "7\n");
    bench.python("if True:\n\tprint('a\tb')", "a\tb\n");
    bench.python("print('é' * 3, end='')", "ééé");
    // Nothing of ours is there that the page has not made.
    bench.python(
        "[name for name in dir() if not name.startswith('__')]",
        "['f', 'i', 'x']\n",
    );
    let typed = bench.typed(Language::Python, "exit(3)");
    assert_eq!(typed.end, done(3));
    bench.still_works();
}

#[test]
fn python_says_what_is_raised() {
    let mut bench = at("python3", SessionKind::Python);
    bench.raises(
        "1/0",
        "ZeroDivisionError",
        "Traceback (most recent call last):",
    );
    bench.python("1", "1\n");
    bench.raises("while True print('x')", "SyntaxError", "invalid syntax");
    bench.python("e = KeyError(1)", "");
    bench.raises("raise e", "KeyError", "KeyError: 1");
    bench.raises("raise e", "KeyError", "KeyError: 1");
    bench.python(
        "print('Traceback (most recent call last):')",
        "Traceback (most recent call last):\n",
    );
    let typed = bench.typed(Language::Python, "x\ny = 1");
    assert!(matches!(typed.end, TypedEnd::Stopped(_)), "{typed:?}");
    let typed = bench.typed(Language::Python, "x = '''");
    assert!(matches!(typed.end, TypedEnd::Unfinished(_)), "{typed:?}");
    bench.python("2", "2\n");
    let typed = bench.typed(Language::Python, "input('name? ')");
    assert_eq!(typed.end, TypedEnd::WaitingForInput("name?".to_owned()));
    bench.python("3", "3\n");
}

#[test]
fn each_language_is_typed_at_its_own_program() {
    let refused = |bench: &mut Bench, language| {
        let typed = bench.typed(language, "exit()");
        assert!(
            matches!(typed.end, TypedEnd::WrongSession { .. }),
            "{typed:?}"
        );
    };
    let mut bench = at("sqlite3", SessionKind::Sqlite);
    refused(&mut bench, Language::Python);
    refused(&mut bench, Language::Shell);
    assert_eq!(bench.typed(Language::Sql, ".exit").end, done(0));
    refused(&mut bench, Language::Python);
    bench.run("python3");
    refused(&mut bench, Language::Sql);
    refused(&mut bench, Language::Shell);
    assert_eq!(bench.terminal.describe_stack(), "bash › python");
    bench.terminal.close().unwrap();
}
