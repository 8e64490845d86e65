//! A port at which the lab itself serves, and that somebody has before the run.

use std::net::TcpListener;

use crate::book::Book;

/// A chapter with a server in the background. The port is asked of the system.
fn chapter(port: u16) -> String {
    format!(
        "# Demo\n\n```sh\npython3 -m http.server {port} --bind 127.0.0.1 >server.log 2>&1 &\n```\n\n\
         ```toml check\ntitle = \"It listens\"\ntcp = \"127.0.0.1:{port}\"\nstate = \"open\"\neventually = \"20s\"\n```\n"
    )
}

#[test]
fn a_taken_port_ends_the_run_before_the_first_step() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let book = Book::with(&chapter(port));
    let taken = format!("the port {port}/tcp of this machine is taken by process ");
    let ended = book.labrun(&["demo"]);
    ended.is(3, &[&taken, &format!("process {} (", std::process::id())]);
    assert!(!ended.words.contains("labrun clean"), "{}", ended.words);
    drop(listener);
    book.labrun(&["demo"]).is(0, &["1 check passed"]);
}

#[test]
fn a_server_that_is_asked_at_once_is_given_a_moment() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let ask = format!(
        "# Demo\n\n```sh\ntrue\n```\n\n```toml check\ntitle = \"It answers\"\nhttp = \"http://127.0.0.1:{port}/\"\nstatus = 200\n```\n"
    );
    let moment = "may not answer yet: `eventually = \"10s\"` asks again";
    Book::with(&ask).labrun(&["demo"]).is(1, &[moment]);
    let own = ask.replace("status", "hint = \"Look there.\"\nstatus");
    let ended = Book::with(&own).labrun(&["demo"]);
    ended.is(1, &["help: Look there."]);
    assert!(!ended.words.contains(moment), "{}", ended.words);
}

#[test]
fn a_kept_run_that_has_the_port_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let book = Book::with(&chapter(port));
    drop(listener);
    book.labrun(&["demo", "--keep"]).is(0, &["kept as asked"]);
    book.labrun(&["clean", "--dry-run"])
        .is(0, &["would end process ", "(python3)"]);
    let left = "which a run of the lab demo has left: `labrun clean` removes it";
    book.labrun(&["demo"])
        .is(3, &["is taken by process ", left]);
    book.labrun(&["clean"]).is(0, &["removed process "]);
    book.labrun(&["demo"]).is(0, &["1 check passed"]);
}
