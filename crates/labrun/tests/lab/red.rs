//! A chapter that is broken is red, at the line that a maintainer would look at.

use std::io::Read as _;

use crate::harness::Book;

/// Cuts out a fence by its first line of content, with the output fence that follows it directly.
#[track_caller]
fn without_step(chapter: &str, first: &str) -> String {
    let at = chapter.find(&format!("\n{first}")).expect(first);
    let begin = chapter[..at].rfind("\n```").unwrap();
    let mut end = at + chapter[at..].find("\n```\n").unwrap() + 5;
    if chapter[end..].trim_start().starts_with("```text") {
        let body = end + chapter[end..].find("```text").unwrap() + 7;
        end = body + chapter[body..].find("\n```\n").unwrap() + 5;
    }
    format!("{}\n{}", &chapter[..begin], &chapter[end..])
}

const PATH: &str = "src/chapter3.md";

#[test]
fn the_chapter_as_it_is_is_green() {
    let book = Book::chapter3();
    let ended = book.run();
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    let facts = [
        "Docker Engine",
        "compose ",
        "postgres:17 sha256:",
        "52 steps, 24 expectations, 13 checks passed",
    ];
    for fact in facts {
        assert!(ended.words.contains(fact), "{fact}: {}", ended.words);
    }
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn without_create_user_the_first_login_is_red() {
    let book = Book::changed(|chapter| without_step(chapter, "CREATE USER replicator"));
    let line = book.line_of("user=replicator replication=true", 1);
    book.run()
        .is_red_at(PATH, line, "password authentication failed");
    assert_eq!(book.left_behind(), Vec::<String>::new());
}

#[test]
fn another_slot_name_is_red_where_the_page_shows_it() {
    let book = Book::changed(|chapter| {
        chapter.replace(
            "pg_create_physical_replication_slot('replication_slot_standby1')",
            "pg_create_physical_replication_slot('slot_2')",
        )
    });
    let line = book.line_of(" replication_slot_standby1 |", 1);
    book.run().is_red_at(PATH, line, "+ slot_2");
}

#[test]
fn async_where_the_standby_is_sync_is_red() {
    let book = Book::changed(|chapter| chapter.replace("\n sync\n", "\n async\n"));
    // The one before it belongs to the part of the chapter in which replication is asynchronous.
    let sql = book.line_of("SELECT sync_state FROM", 1);
    book.run().is_red_at(PATH, sql + 6, "+ sync");
}

#[test]
fn another_port_for_the_standby_is_red_where_it_is_connected_to() {
    let book =
        Book::changed(|chapter| chapter.replace("'127.0.0.1:5455:5432'", "'127.0.0.1:5456:5432'"));
    let line = book.line_of("psql -h 127.0.0.1 -U postgres -p 5455 postgres", 1);
    book.run().is_red_at(PATH, line, "Connection refused");
}

#[test]
fn a_missing_backslash_q_is_red_at_the_next_shell_step() {
    let book = Book::changed(|chapter| without_step(chapter, "\\q"));
    let line = book.line_of("user=replicator replication=true", 1);
    book.run().is_red_at(
        PATH,
        line,
        "a `sh` block is typed at a shell, but the terminal is at bash › psql",
    );
}

#[test]
fn without_r_and_the_edited_settings_the_backup_is_no_standby() {
    let book = Book::changed(|chapter| {
        without_step(
            &chapter.replace(" -Fp -R\n", " -Fp\n"),
            "sudo tee data-standby",
        )
    });
    let line = book.line_of("-rw-------<any> standby.signal", 1);
    book.run()
        .is_red_at(PATH, line, "- -rw-------<any> standby.signal");
}

#[test]
fn a_container_that_dies_tells_its_last_words() {
    let book = Book::changed(|chapter| {
        chapter.replace("'POSTGRES_PASSWORD=pass@123'", "'POSTGRES_PASSWORD='")
    });
    let line = book.line_of("sudo docker compose up -d --wait", 1);
    let ended = book.run();
    ended.is_red_at(
        PATH,
        line,
        "container `pgtest_master` died with exit status 1",
    );
    assert_eq!(book.left_behind(), Vec::<String>::new());
    holds_logs_and_compose(&ended.words);
}

/// The bundle that the words name holds what clean-up has removed.
#[track_caller]
fn holds_logs_and_compose(words: &str) {
    let path = words
        .lines()
        .find_map(|line| line.trim().strip_prefix("bundle: "));
    let file = std::fs::File::open(path.expect(words)).unwrap();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let entries = archive.entries().unwrap().map(Result::unwrap);
    let texts: Vec<(String, String)> = entries
        .map(|mut entry| {
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            (entry.path().unwrap().display().to_string(), text)
        })
        .collect();
    for (name, content) in [
        ("containers/pgtest_master.log", "POSTGRES_PASSWORD"),
        ("compose/", "container_name: pgtest_master"),
        ("recordings/main.cast", "docker compose up"),
    ] {
        let holds =
            |(found, text): &(String, String)| found.contains(name) && text.contains(content);
        assert!(
            texts.iter().any(holds),
            "{name} without {content}: {texts:#?}"
        );
    }
}
