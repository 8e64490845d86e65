//! The terminal inside containers and at psql, against the real engine and a real server. Without an engine and the
//! image `postgres:17` these tests fail; they are never skipped.

use std::process::Command;
use std::time::{Duration, Instant};

use labrun_model::{Language, SessionKind};

use super::super::status::Status;
use super::super::{Typed, TypedEnd};
use super::bench::Bench;

/// A container that is removed when the test ends, however it ends.
struct Container(String);

impl Container {
    fn start(test: &str, command: &[&str]) -> Self {
        let name = format!("labrun-terminal-{test}-{}", std::process::id());
        let container = Self(name);
        let mut run = docker();
        run.args(["run", "-d", "--name", &container.0, "-p", "127.0.0.1::5432"]);
        run.args(["-e", "POSTGRES_PASSWORD=secret word", "postgres:17"])
            .args(command);
        assert!(run.output().unwrap().status.success(), "docker run");
        println!("ran against the engine: container {}", container.0);
        container
    }

    /// The server is ready when it listens on TCP, which the first start's temporary server does not.
    fn with_server(test: &str) -> Self {
        let container = Self::start(test, &[]);
        let deadline = Instant::now() + Duration::from_secs(60);
        let ready = ["exec", &container.0, "pg_isready", "-q", "-h", "127.0.0.1"];
        while !docker().args(ready).status().unwrap().success() {
            assert!(Instant::now() < deadline, "the server does not start");
        }
        container
    }

    fn port(&self) -> String {
        let output = docker()
            .args(["port", &self.0, "5432"])
            .output()
            .unwrap()
            .stdout;
        let text = String::from_utf8(output).unwrap();
        text.trim().rsplit(':').next().unwrap().to_owned()
    }

    fn kill(&self) {
        assert!(
            docker()
                .args(["kill", &self.0])
                .output()
                .unwrap()
                .status
                .success()
        );
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = docker().args(["rm", "-f", "-v", &self.0]).output();
    }
}

fn docker() -> Command {
    Command::new("docker")
}

impl Bench {
    fn sql(&mut self, text: &str) -> Typed {
        self.sql_for(text, Duration::from_secs(20))
    }

    fn sql_for(&mut self, text: &str, timeout: Duration) -> Typed {
        let lines: Vec<&str> = text.lines().collect();
        self.terminal
            .type_lines(Language::Sql, &lines, &[], timeout)
            .unwrap()
    }

    #[track_caller]
    fn sql_output(&mut self, text: &str) -> String {
        let typed = self.sql(text);
        assert_eq!(
            typed.end,
            TypedEnd::Done(Status::SqlSuccess),
            "{text}: {typed:?}"
        );
        typed.output.text
    }

    #[track_caller]
    fn open(&mut self, command: &str, kind: SessionKind) {
        let typed = self.run(command);
        assert_eq!(self.terminal.top(), Some(kind), "{command}: {typed:?}");
        assert_eq!(self.terminal.stack.len(), 2, "{command}");
    }
}

fn failed(state: &str) -> TypedEnd {
    TypedEnd::Done(Status::SqlError(state.to_owned()))
}

fn exited(status: i32) -> TypedEnd {
    TypedEnd::Done(Status::Exit(status))
}

#[test]
fn a_shell_in_a_container_is_a_session() {
    let container = Container::start("shell", &["sleep", "infinity"]);
    let mut bench = Bench::new();
    bench.open(
        &format!("docker exec -it {} bash", container.0),
        SessionKind::Bash,
    );
    assert_eq!(bench.output("cat /proc/1/comm"), "sleep\n");
    assert_eq!(bench.output("cd /tmp\npwd"), "/tmp\n");
    assert_eq!(bench.output("for n in 1 2; do\n  echo $n\ndone"), "1\n2\n");
    assert_eq!(bench.output("cat <<'EOF'\na\tb $x\nEOF"), "a\tb $x\n");
    assert_eq!(bench.run("(exit 3)").end, exited(3));
    assert_eq!(
        bench.run_for("sleep 60", Duration::from_millis(500)).end,
        TypedEnd::TimedOut("ended by ^C".to_owned())
    );
    assert_eq!(bench.output("echo still here"), "still here\n");
    assert_eq!(bench.run("exit 5").end, exited(5));
    assert_eq!(bench.terminal.describe_stack(), "bash");
    bench.open(
        &format!("docker exec -it {} sh", container.0),
        SessionKind::Sh,
    );
    assert_eq!(bench.output("echo one\necho two"), "one\ntwo\n");
    assert_eq!(bench.run("exit 0").end, exited(0));
    let login = format!("docker exec -it {} su -s /bin/dash postgres", container.0);
    bench.open(&login, SessionKind::Sh);
    assert_eq!(bench.output("id -un"), "postgres\n");
    assert_eq!(bench.run("exit 4").end, exited(4));
    bench.open(
        &format!("docker exec -it {} su postgres", container.0),
        SessionKind::Bash,
    );
    assert_eq!(bench.output("id -un"), "postgres\n");
    bench.run("exit");
    bench.still_works();
}

#[test]
fn a_shell_that_talks_before_its_prompt_is_a_session_all_the_same() {
    let container = Container::start("talks", &["sleep", "infinity"]);
    let mut bench = Bench::new();
    let settings = "echo welcome; sleep 0.2; printf 'loading> '; sleep 0.2; echo done\nPS1='[\\u]\\n\\$ '; PROMPT_COMMAND='echo tick'";
    let write = format!(
        "docker exec -i {} bash -c 'cat > /root/.bashrc' <<'EOF'\n{settings}\nEOF",
        container.0
    );
    bench.output(&write);
    bench.open(
        &format!("docker exec -it {} bash", container.0),
        SessionKind::Bash,
    );
    assert_eq!(bench.output("echo quiet"), "quiet\n");
    assert_eq!(bench.run("exit 6").end, exited(6));
    bench.still_works();
}

#[test]
fn a_container_that_does_not_exist_is_an_exit_status() {
    let mut bench = Bench::new();
    let typed = bench.run("docker exec -it labrun-no-such-container bash");
    assert_eq!(typed.end, exited(1), "{typed:?}");
    bench.still_works();
}

#[test]
fn a_container_that_is_killed_ends_its_sessions() {
    let container = Container::start("killed", &["sleep", "infinity"]);
    let mut bench = Bench::new();
    bench.open(
        &format!("docker exec -it {} bash", container.0),
        SessionKind::Bash,
    );
    let name = container.0.clone();
    let killer = std::thread::spawn(move || {
        // The step below is what the kill has to meet; it says so by its file.
        let deadline = Instant::now() + Duration::from_secs(20);
        let begun = ["exec", &name, "test", "-e", "/tmp/begun"];
        while !docker().args(begun).status().unwrap().success() {
            assert!(Instant::now() < deadline);
        }
        container.kill();
        container
    });
    let typed = bench.run("touch /tmp/begun; sleep 60");
    assert_eq!(typed.end, exited(137), "{typed:?}");
    assert_eq!(bench.terminal.describe_stack(), "bash");
    bench.still_works();
    drop(killer.join().unwrap());
}

#[test]
fn a_flood_in_a_container_is_bounded() {
    let container = Container::start("flood", &["sleep", "infinity"]);
    let mut bench = Bench::new();
    bench.open(
        &format!("docker exec -it {} bash", container.0),
        SessionKind::Bash,
    );
    let typed = bench.run("yes | head -c 20000000");
    assert_eq!(typed.end, exited(0));
    assert!(typed.output.text.len() < 5 << 20 && typed.output.left_out > 10 << 20);
    assert_eq!(bench.output("echo after"), "after\n");
}

#[test]
fn psql_says_how_each_statement_ended() {
    let container = Container::with_server("psql");
    for open in [
        format!("docker exec -it {} psql -U postgres", container.0),
        format!(
            "PGPASSWORD='secret word' psql -h 127.0.0.1 -p {} -U postgres",
            container.port()
        ),
    ] {
        let mut bench = Bench::new();
        bench.open(&open, SessionKind::Psql);
        assert_eq!(
            bench.sql_output("SELECT 1 AS one;"),
            " one \n-----\n   1\n(1 row)\n\n"
        );
        assert_eq!(
            bench.sql_output("SELECT 1\n  AS one;"),
            " one \n-----\n   1\n(1 row)\n\n"
        );
        assert_eq!(
            bench.sql_output("CREATE TEMP TABLE t (a int);\nINSERT INTO t VALUES (1), (2);"),
            "CREATE TABLE\nINSERT 0 2\n"
        );
        assert_eq!(bench.sql("SELECT nothing;").end, failed("42703"));
        assert_eq!(bench.sql("SELECT nothing; SELECT 1;").end, failed(""));
        assert_eq!(
            bench.sql_output("\\echo after an error"),
            "after an error\n"
        );
        assert_eq!(bench.sql("\\nonsense").end, failed(""));
        assert_eq!(bench.sql("\\d missing").end, failed(""));
        assert_eq!(bench.sql_output("\\dv"), "Did not find any relations.\n");
        assert_eq!(bench.sql("\\i /nowhere.sql").end, failed(""));
        assert_eq!(bench.sql("\\copy pg_class from '/nowhere'").end, failed(""));
        assert_eq!(
            bench
                .sql("\\! echo 'SELECT nope;' > /tmp/bad.sql\n\\i /tmp/bad.sql")
                .end,
            failed("42703")
        );
        assert_eq!(bench.sql("SELECT nope; SELECT\n1 AS one;").end, failed(""));
        assert_eq!(
            bench.sql_output("SELECT 1 AS one;"),
            " one \n-----\n   1\n(1 row)\n\n"
        );
        assert_eq!(
            bench.sql("BEGIN;\nSELECT 1/0;\nSELECT 1;").end,
            TypedEnd::Stopped(Status::SqlError("22012".to_owned()))
        );
        assert_eq!(bench.sql("SELECT 1;").end, failed("25P02"));
        assert_eq!(bench.sql_output("ROLLBACK;"), "ROLLBACK\n");
        let unfinished = bench.sql("SELECT 'open");
        assert_eq!(
            unfinished.end,
            TypedEnd::Unfinished("a closing single quote '".to_owned())
        );
        let unfinished = bench.sql("SELECT 1");
        assert_eq!(
            unfinished.end,
            TypedEnd::Unfinished("a semicolon ;".to_owned())
        );
        let rows = bench.sql_output("SELECT generate_series(1, 6000);");
        assert!(rows.ends_with("(6000 rows)\n\n") && rows.lines().count() > 6000);
        let slept = bench.sql_for("SELECT pg_sleep(60);", Duration::from_millis(500));
        assert_eq!(slept.end, TypedEnd::TimedOut("ended by ^C".to_owned()));
        assert!(matches!(
            bench.run("echo at a shell").end,
            TypedEnd::WrongSession { .. }
        ));
        assert_eq!(bench.sql("\\q").end, exited(0));
        bench.still_works();
    }
}

#[test]
fn a_psql_that_no_word_announced_is_noticed() {
    let container = Container::with_server("unannounced");
    let mut bench = Bench::new();
    bench.output(&format!(
        "connect() {{ PGPASSWORD='secret word' psql -h 127.0.0.1 -p {} -U postgres; }}",
        container.port()
    ));
    let typed = bench.run("connect");
    assert_eq!(
        typed.end,
        TypedEnd::WaitingForInput("postgres=#".to_owned()),
        "{typed:?}"
    );
    bench.still_works();
}

#[test]
fn a_password_is_typed_where_psql_asks_for_it() {
    let container = Container::with_server("password");
    let line = format!(
        "psql -h 127.0.0.1 -p {} -U postgres postgres",
        container.port()
    );
    let mut bench = Bench::new();
    let asked = bench.run(&line);
    assert_eq!(
        asked.end,
        TypedEnd::WaitingForInput("Password for user postgres:".to_owned())
    );
    let patience = Duration::from_secs(20);
    let wrong = bench
        .terminal
        .type_lines(Language::Shell, &[&line], &["wrong"], patience)
        .unwrap();
    assert_eq!(wrong.end, exited(2), "{wrong:?}");
    let right = bench
        .terminal
        .type_lines(Language::Shell, &[&line], &["secret word"], patience)
        .unwrap();
    assert_eq!(right.end, TypedEnd::Done(Status::SqlSuccess), "{right:?}");
    assert!(
        !right.output.text.contains("secret word") && !right.output.text.contains("=#"),
        "{right:?}"
    );
    assert_eq!(bench.terminal.describe_stack(), "bash › psql");
    let recording = bench.folder.path().join("main.cast");
    bench.terminal.close().unwrap();
    let recorded = std::fs::read_to_string(recording).unwrap();
    assert!(recorded.contains("Password for user postgres") && !recorded.contains("secret word"));
    assert!(!recorded.contains("7717"), "marks are no output");
}

#[test]
fn a_server_that_restarts_during_a_session_is_an_error_and_not_a_hang() {
    let container = Container::with_server("restart");
    let mut bench = Bench::new();
    bench.open(
        &format!("docker exec -it {} bash", container.0),
        SessionKind::Bash,
    );
    bench.run("psql -U postgres");
    assert_eq!(bench.terminal.describe_stack(), "bash › bash › psql");
    assert!(
        docker()
            .args(["restart", "-t", "5", &container.0])
            .output()
            .unwrap()
            .status
            .success()
    );
    let typed = bench.sql("SELECT 1;");
    assert!(
        !matches!(typed.end, TypedEnd::Done(Status::SqlSuccess)),
        "{typed:?}"
    );
    assert_eq!(bench.terminal.describe_stack(), "bash");
    bench.still_works();
}
