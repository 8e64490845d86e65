//! Scripts as the real bash runs them: green where the chapter is right, red at the right line where it is not.

#![cfg(test)]

mod page;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use labrun_model::{FilePromise, PortState};
use page::{Page, run, run_with, script};

const TABLE: &str = " id |  name   \n----+---------\n  1 | Swastik\n  2 | Budi\n(2 rows)";

/// Prints a psql table; the columns are wider than on the page.
fn table_step(page: Page) -> Page {
    page.sh("cat <<'EOF'\n  id  |   name    \n------+-----------\n    2 | Budi\n    1 | Swastik\n(2 rows)\n\nEOF")
}

#[test]
fn a_chapter_that_is_right_is_green() {
    let page = Page::new()
        .sh("mkdir -p a/b\ncd a\nNAME=world")
        .sh("pwd | sed 's/.*lab/lab/'; echo \"hello $NAME $UNSET\"")
        .text("lab/a\nhello world")
        .file("a/greeting.txt", "halo\ndunia")
        .file("new/folder/file", "x")
        .sh("cat greeting.txt")
        .text("halo\ndunia")
        .sh("ls nothing-here")
        .exit(2)
        .text("ls: cannot access 'nothing-here': No such file or directory")
        .sh("yes | head -n 1")
        .text("y")
        .sh("printf '\\n\\nA  \\n\\n'")
        .text("A")
        .sh("echo at 10.0.0.1:5432, 0/3000148 and 0/3000148 'a|b*' end")
        .text(
            "at <ip>:<int>, <a_lsn> and <a_lsn> 'a|b*' end"
                .replace('\'', "")
                .as_str(),
        );
    let page = table_step(page).text(TABLE);
    let run = run(&script(page));
    run.is_green();
    assert!(
        run.words()
            .ends_with("lab.sh: 10 steps, 7 outputs and 0 checks passed\n"),
        "{}",
        run.words()
    );
}

#[track_caller]
fn check_red(page: Page, line: usize) {
    run(&script(page)).is_red_at(line);
}

#[test]
fn a_wrong_output_is_red_at_its_line() {
    check_red(Page::new().sh("echo b").text("a"), 8);
    check_red(Page::new().sh("printf 'a\\nb\\nx\\n'").text("a\nb\nc"), 10);
    check_red(Page::new().sh("printf 'a\\nb\\n'").text("a"), 8);
    check_red(Page::new().sh("true").text("a"), 8);
    check_red(Page::new().sh("echo a").text(""), 8);
    check_red(Page::new().sh("echo 1 2").text("<n_int> <n_int>"), 8);
    check_red(Page::new().sh("printf 'a\\nc\\n'").text("a\n...\nb"), 10);
    check_red(
        table_step(Page::new()).text(&TABLE.replace("Budi", "Cici")),
        18,
    );
    check_red(table_step(Page::new()).ordered_text(TABLE), 17);
    check_red(table_step(Page::new()).text(&TABLE.replace("id", "no")), 15);
}

#[test]
fn a_wrong_ending_is_red_at_its_step() {
    check_red(Page::new().sh("echo a\nfalse\necho b"), 4);
    check_red(Page::new().sh("true").exit(1), 4);
    check_red(Page::new().sh("sh -c 'exit 3'").exit(2), 4);
    check_red(Page::new().sh("if true; then"), 4);
    check_red(Page::new().sh("echo 'open"), 4);
    check_red(Page::new().sh("command-that-does-not-exist"), 4);
    check_red(Page::new().file("folder/file", "x").file("folder", "x"), 7);
}

/// A status of 0 is worth nothing when the rest of the chapter was never done.
#[test]
fn a_step_that_ends_the_script_is_red() {
    check_red(Page::new().sh("true && exit 0"), 4);
    check_red(Page::new().sh("exec true"), 4);
    check_red(Page::new().sh("lab_steps=7"), 4);
}

#[test]
fn a_session_keeps_its_state_and_gives_each_step_its_output() {
    let page = Page::new()
        .sh("bash")
        .sh("cd /tmp\nNAME=world")
        .sh("printf \"hello $NAME\"")
        .text("hello world")
        .sh("pwd")
        .text("/tmp")
        .sh("false\n(exit 4)")
        .exit(4)
        .sh("sh")
        .sh("echo inner; echo error >&2")
        .text("inner\nerror")
        .sh("exit")
        .sh("echo $NAME")
        .text("world")
        .sh("exit")
        .sh("pwd | grep -c /lab$")
        .text("1");
    run(&script(page)).is_green();
}

#[test]
fn sqlite3_and_python_are_sessions() {
    let page = Page::new()
        .sh("sqlite3 a.db")
        .sql("CREATE TABLE t (a INT);\nINSERT INTO t\nVALUES (1), (2);")
        .sql(".mode box\nSELECT * FROM t;")
        .text("┌───┐\n│ a │\n├───┤\n│ 1 │\n│ 2 │\n└───┘")
        .sql(".quit")
        .sh("python3")
        .python("def twice(n):\n    return n * 2\n\ntwice(4)")
        .text("8")
        .python("for i in range(2):\n    print(i)")
        .text("0\n1")
        .python("exit()")
        .sh("ls nothing")
        .fails()
        .sh("bash")
        .sh("(exit 7)")
        .fails()
        .sh("exit");
    run(&script(page)).is_green();
    let at_sqlite = || Page::new().sh("sqlite3");
    check_red(at_sqlite().sql("SELEC 1;").sql(".quit"), 8);
    check_red(at_sqlite().sql("SELECT 1;").text("2").sql(".quit"), 12);
    let at_python = || Page::new().sh("python3");
    check_red(at_python().python("1/0").python("exit()"), 8);
    check_red(at_python().python("x = = 1").python("exit()"), 8);
    check_red(at_python().python("1 + 1").text("3").python("exit()"), 12);
    check_red(Page::new().sh("true").fails(), 4);
    check_red(Page::new().sh("bash").sh("true").fails().sh("exit"), 8);
}

#[test]
fn a_session_that_fails_is_red_at_its_step() {
    let opened = || Page::new().sh("bash").sh("echo one").text("one");
    check_red(opened().sh("false").sh("exit"), 16);
    check_red(opened().sh("exit 3"), 16);
    check_red(opened().sh("echo 'open").sh("echo two").sh("exit"), 16);
    check_red(opened().sh("cat >/dev/null").sh("echo two").sh("exit"), 16);
    check_red(opened().sh("true").exit(1).sh("exit"), 16);
    check_red(opened().sh("echo two").text("three").sh("exit"), 20);
    check_red(
        Page::new().sh("cd /nowhere && bash").sh("true").sh("exit"),
        4,
    );
}

#[test]
fn what_takes_time_is_tried_until_it_is_so() {
    let page = Page::new()
        .sh("(sleep 0.7; echo ready >state) &")
        .sh("cat state")
        .eventually(20)
        .text("ready")
        .sh("bash")
        .sh("(sleep 0.7; echo done >state) </dev/null >/dev/null 2>&1 &")
        .sh("cat state")
        .eventually(20)
        .text("done")
        .sh("exit");
    run(&script(page)).is_green();
}

#[test]
fn what_never_becomes_so_is_red_when_the_time_is_up() {
    let started = Instant::now();
    check_red(Page::new().sh("echo no").eventually(1).text("yes"), 8);
    check_red(
        Page::new()
            .sh("bash")
            .sh("echo no")
            .eventually(1)
            .text("yes")
            .sh("exit"),
        12,
    );
    let elapsed = started.elapsed();
    assert!(elapsed > Duration::from_secs(2), "{elapsed:?}");
}

/// Every kind of quote, and what a script could take for its own.
#[test]
fn text_stands_as_it_is() {
    const TORTURE: &str = "a$HOME `id` 'single' \"double\" \\ \\\\ $(id) ${x} !x\tTab é → 日本 # x; & | < > * ~ {a,b}";
    let print = |text: &str| format!("cat <<'LABRUN'\n{text}\nLABRUN");
    let page = Page::new()
        .sh(&print(TORTURE))
        .text(TORTURE)
        .sh(&format!("cat <<'X'\n{}\nX", "LABRUN\nLABRUN_2\n'LABRUN'"))
        .text("LABRUN\nLABRUN_2\n'LABRUN'")
        .file("it's a $file", &format!("{TORTURE}\nLABRUN\n"))
        .sh("cat \"it's a \\$file\"")
        .text(&format!("{TORTURE}\nLABRUN"))
        .sh("bash")
        .sh(&print(TORTURE))
        .text(TORTURE)
        .sh("sh")
        .sh(&print(TORTURE))
        .text(TORTURE)
        .sh("exit")
        .sh("exit");
    run(&script(page)).is_green();
}

#[test]
fn what_the_machine_is_set_to_does_not_matter() {
    let page = Page::new()
        .sh("mkdir x && cd x\necho \"[$PGHOST$COMPOSE_FILE$CDPATH]\"")
        .text("[]");
    let environment = [
        ("PGHOST", "elsewhere"),
        ("COMPOSE_FILE", "x"),
        ("CDPATH", "/"),
        ("LC_ALL", "xx"),
    ];
    run_with(&script(page), &environment).is_green();
}

#[test]
fn a_kept_folder_stays() {
    let run = run_with(&script(Page::new().sh("touch here")), &[("KEEP", "1")]);
    assert_eq!(run.code(), Some(0));
    assert_eq!(run.left.len(), 1);
    assert!(
        run.words().contains("lab.sh: kept everything"),
        "{}",
        run.words()
    );
}

#[test]
fn a_background_program_does_not_outlive_the_script() {
    let page = Page::new().sh("sleep 4711 &\necho $! >&2");
    let run = run(&script(page.text("<pid>")));
    run.is_green();
    let running = Command::new("pgrep").args(["-f", "sleep 4711"]).output();
    assert!(running.is_ok_and(|output| output.stdout.is_empty()));
}

/// Ctrl-C reaches the script and what it runs, as a terminal sends it.
#[test]
fn an_interrupted_script_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lab.sh");
    let started = folder.path().join("started");
    let page = Page::new().sh(&format!("touch {}\nsleep 60", started.display()));
    std::fs::write(&path, script(page)).expect("the script is written");
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary).expect("a folder");
    let mut bash = Command::new("bash")
        .arg(&path)
        .env("TMPDIR", &temporary)
        .process_group(0)
        .stderr(Stdio::null())
        .spawn()
        .expect("bash runs");
    while !started.exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let group = format!("-{}", bash.id());
    let killed = Command::new("kill").args(["-INT", "--", &group]).status();
    assert!(killed.is_ok_and(|status| status.success()));
    let status = bash.wait().expect("bash ends");
    assert_eq!(status.code(), Some(130));
    let left = std::fs::read_dir(&temporary)
        .expect("the folder can be read")
        .count();
    assert_eq!(left, 0);
}

#[test]
fn a_port_is_tried() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let page = |state| Page::new().sh("true").port(port, state);
    run(&script(page(PortState::Open))).is_green();
    check_red(page(PortState::Closed), 7);
    drop(listener);
    run(&script(page(PortState::Closed))).is_green();
    check_red(page(PortState::Open), 7);
}

/// Answers every question alike, as long as the test lives.
fn serve(answer: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    port
}

#[test]
fn an_http_server_is_asked() {
    let port = serve("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nlive\nid 42\n");
    let page = |status, body| Page::new().sh("true").http(port, status, body);
    run(&script(page(200, None))).is_green();
    run(&script(page(200, Some("live\nid <int>")))).is_green();
    check_red(page(204, None), 7);
    check_red(page(200, Some("live\nid 43")), 9);
    let nobody = Page::new().sh("true").http(1, 200, None);
    check_red(nobody, 7);
}

#[test]
fn a_file_is_looked_at() {
    let texts = |texts: &[&str]| {
        FilePromise::Contains(texts.iter().map(|text| (*text).to_owned()).collect())
    };
    let page = || Page::new().file("a/conf", "port = 5432\nuser 'me'");
    let texts_of = |wanted: &[&str]| page().looks_at("a/conf", texts(wanted));
    run(&script(
        page()
            .looks_at("a/conf", FilePromise::Present)
            .looks_at("a", FilePromise::Present)
            .looks_at("b", FilePromise::Absent)
            .looks_at("a/conf", texts(&["5432", "= 5", "'me'"]))
            .reads("a/conf", "port = <int>\n..."),
    ))
    .is_green();
    check_red(page().looks_at("b", FilePromise::Present), 8);
    check_red(page().looks_at("a", FilePromise::Absent), 8);
    check_red(texts_of(&["5432", "-e you"]), 8);
    check_red(page().reads("a/conf", "port = <int>"), 9);
    let leads_out = Page::new()
        .sh("ln -s /etc/passwd link")
        .looks_at("link", FilePromise::Present);
    check_red(leads_out, 7);
}
