//! Questions to a real PostgreSQL server.

use std::time::{Duration, Instant};

use labrun_run::query;

use crate::scene::{IMAGE, Scene, free_port, interrupts, until};

const TIMEOUT: Duration = Duration::from_secs(5);

fn ask(connection: &str, sql: &str) -> Result<Vec<Vec<Option<String>>>, String> {
    query(connection, sql, TIMEOUT, interrupts())
}

#[test]
fn a_server_answers_in_rows_of_text() {
    let scene = Scene::new("pg");
    let port = free_port();
    let published = format!("127.0.0.1:{port}:5432");
    scene.run(&[
        "--name",
        &scene.name,
        "-p",
        &published,
        "-e",
        "POSTGRES_PASSWORD=s3cret@1",
        IMAGE,
    ]);
    let connection = format!("host=127.0.0.1 port={port} user=postgres password=s3cret@1");
    until("server", || ask(&connection, "SELECT 1").ok());

    let begin = Instant::now();
    let rows = ask(&connection, "SELECT 1 AS a, NULL, true, 'x y'::text, '0/3000148'::pg_lsn UNION ALL SELECT 2, '', false, '', NULL ORDER BY a").unwrap();
    println!("one question: {} ms", begin.elapsed().as_millis());
    let text = |value: &str| Some(value.to_owned());
    assert_eq!(
        rows,
        [
            vec![text("1"), None, text("t"), text("x y"), text("0/3000148")],
            vec![text("2"), text(""), text("f"), text(""), None],
        ]
    );
    assert_eq!(
        ask(&connection, "CREATE TABLE t (a int)").unwrap(),
        Vec::<Vec<_>>::new()
    );

    let missing = ask(&connection, "SELECT * FROM nowhere").unwrap_err();
    assert_eq!(
        missing,
        "ERROR: relation \"nowhere\" does not exist [SQLSTATE 42P01]"
    );
    let wrong = ask(&connection.replace("s3cret@1", "s3cret@2"), "SELECT 1").unwrap_err();
    assert!(
        wrong.contains("28P01") && !wrong.contains("s3cret"),
        "{wrong}"
    );

    let begin = Instant::now();
    let slow = query(
        &connection,
        "SELECT pg_sleep(60)",
        Duration::from_millis(200),
        interrupts(),
    )
    .unwrap_err();
    assert!(
        slow.contains("in time") && begin.elapsed() < Duration::from_secs(3),
        "{slow}"
    );
    let running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'  AND state = 'active'";
    until("the slow query is cancelled", || {
        (ask(&connection, running).unwrap() == [vec![text("0")]]).then_some(())
    });
}

#[test]
fn a_server_that_is_not_there_is_said_at_once() {
    let begin = Instant::now();
    let error = ask(
        &format!("host=127.0.0.1 port={} user=a password=s3cret", free_port()),
        "SELECT 1",
    )
    .unwrap_err();
    println!("{error}");
    assert!(
        error.contains("refused") && !error.contains("s3cret"),
        "{error}"
    );
    assert!(begin.elapsed() < Duration::from_secs(2));
}
