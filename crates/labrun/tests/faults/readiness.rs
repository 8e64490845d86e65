//! A container that says it is healthy before its server answers, as PostgreSQL's image does on its first start.

use std::net::TcpListener;

use crate::harness::Book;

/// A server that begins late in a container that is healthy at once; how long the check may take.
fn late(port: u16, eventually: &str) -> String {
    format!(
        "# R\n\n```sh timeout=60s\ndocker run -d --name pgtest_late -p 127.0.0.1:{port}:5432 -e POSTGRES_PASSWORD=x --health-cmd true \
         --health-interval 100ms --entrypoint bash postgres:17 -c 'sleep 4; exec docker-entrypoint.sh postgres' > id\n```\n\n\
         ```text\n```\n\n```toml check\ntitle = \"It says it is healthy\"\ncontainer = \"pgtest_late\"\nhealth = \"healthy\"\neventually = \"30s\"\n```\n\n\
         ```toml check\ntitle = \"It answers\"\npostgres = \"host=127.0.0.1 port={port} user=postgres password=x\"\nquery = \"SELECT 1\"\nrows = [[\"1\"]]\n{eventually}```\n"
    )
}

#[test]
fn healthy_is_not_ready_and_a_check_waits_for_what_it_asks() {
    for (eventually, code) in [("", 1), ("eventually = \"60s\"\n", 0)] {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let book = Book::with("demo", &late(port, eventually));
        let ended = book.run();
        assert_eq!(ended.code, Some(code), "{}", ended.words);
        assert!(
            ended.words.contains("✓      check: It says it is healthy"),
            "{}",
            ended.words
        );
        if code == 1 {
            assert!(
                ended.words.contains("the question could not be asked"),
                "{}",
                ended.words
            );
        }
        book.nothing_is_left("a late server");
    }
}
