//! What the server of `labrun serve` answers, and to whom. Requests are sent byte by byte, since no client of good manners
//! would send most of them.

use std::os::unix::fs::symlink;

use crate::running::{Answer, Running};
use crate::shelf::Book;

struct Served {
    _book: Book,
    server: Running,
}

fn served() -> Served {
    let book = Book::new();
    book.write("src/sub/index.html", "<p>sub</p>");
    book.write("secret.txt", "secret");
    let server = Running::start(book.command(&["serve", "--port", "0"]));
    // Into the folder that is served, where the sources cannot bring them.
    let folder = std::fs::read_dir(book.temporary()).unwrap().next().unwrap();
    let pages = folder.unwrap().path().join("1");
    symlink(book.root().join("secret.txt"), pages.join("link.txt")).unwrap();
    symlink(book.root(), pages.join("up")).unwrap();
    Served {
        _book: book,
        server,
    }
}

#[track_caller]
fn has_headers(answer: &Answer) {
    for header in [
        "x-content-type-options: nosniff",
        "cross-origin-resource-policy: same-origin",
        "referrer-policy: no-referrer",
        "cache-control: no-cache",
    ] {
        assert!(answer.head.contains(header), "{answer:?}");
    }
    assert!(!answer.head.contains("access-control-"), "{answer:?}");
}

#[test]
fn only_its_own_names_are_answered() {
    let Served { server, .. } = &served();
    let port = server.port;
    let ask = |target: &str, headers: &str| {
        let answer = server.send(&format!(
            "GET {target} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"
        ));
        if answer.status != 400 {
            has_headers(&answer);
        }
        answer
    };
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        assert_eq!(
            ask("/", &format!("Host: {host}:{port}\r\n")).status,
            200,
            "{host}"
        );
    }
    let refused = [
        String::new(),
        "Host: evil.com\r\n".to_owned(),
        format!("Host: evil.com:{port}\r\n"),
        format!("Host: localhost.evil.com:{port}\r\n"),
        format!("Host: 127.0.0.1.nip.io:{port}\r\n"),
        format!("Host: LOCALHOST:{port}\r\n"),
        format!("Host: localhost.:{port}\r\n"),
        format!("Host: localhost:{}\r\n", port.wrapping_add(1)),
        "Host: localhost\r\n".to_owned(),
        "Host:\r\n".to_owned(),
        format!("Host: localhost:{port}\r\nHost: localhost:{port}\r\n"),
        format!("Host: localhost:{port}\r\nHost: evil.com\r\n"),
    ];
    for headers in &refused {
        for target in ["/", "/two.html", "/book.js", "/gone", "/labrun-live/1"] {
            let answer = ask(target, headers);
            // hyper itself refuses some of them before they come to us.
            assert!(
                matches!(answer.status, 400 | 403),
                "{headers:?} {target}: {answer:?}"
            );
            assert!(!answer.body.contains("<html"), "{answer:?}");
        }
    }
    let own = format!("Host: localhost:{port}\r\n");
    for target in ["http://evil.com/", &format!("http://localhost:{port}/")] {
        assert_eq!(ask(target, &own).status, 403, "{target}");
    }
}

#[test]
fn only_its_own_pages_can_listen() {
    let Served { server, .. } = &served();
    let port = server.port;
    let open = |headers: &str| server.websocket("/labrun-live/1", headers).map(drop);
    let host = format!("Host: localhost:{port}\r\n");
    assert_eq!(
        open(&format!("{host}Origin: http://localhost:{port}\r\n")),
        Ok(())
    );
    for origin in [
        "null".to_owned(),
        "http://evil.com".to_owned(),
        format!("http://localhost:{port}.evil.com"),
        format!("https://localhost:{port}"),
        format!("http://127.0.0.1:{port}"),
        format!("http://localhost:{}", port.wrapping_add(1)),
    ] {
        assert_eq!(
            open(&format!("{host}Origin: {origin}\r\n")),
            Err(403),
            "{origin}"
        );
    }
    assert_eq!(open(&host), Err(403));
    assert_eq!(
        open(&format!(
            "Host: evil.com\r\nOrigin: http://localhost:{port}\r\n"
        )),
        Err(403)
    );
}

#[test]
fn only_files_of_the_book_are_shown() {
    let Served { server, .. } = &served();
    let front = server.get("/");
    assert_eq!(front.status, 200);
    has_headers(&front);
    assert!(front.head.contains("content-type: text/html"), "{front:?}");
    assert!(server.get("/theme/own-nothing.css").status == 404);
    assert_eq!(server.get("/pictures/it.svg").status, 200);
    assert_eq!(server.get("/sub/").body, "<p>sub</p>");
    let moved = server.get("/sub");
    assert_eq!(moved.status, 307);
    assert!(moved.head.contains("location: /sub/"), "{moved:?}");
    for path in [
        "/gone.html",
        "/pictures/",
        "/pictures",
        "/.nojekyll",
        "/link.txt",
        "/up/secret.txt",
        "/%2e%2e/alive.lock",
        "/../alive.lock",
        "/..%5calive.lock",
        "/sub/..%2f..%2f..%2fsecret.txt",
        "//etc/passwd",
        "/%00",
        "/sub/%2e%2e/%2e%2e/alive.lock",
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, 404, "{path}");
        has_headers(&answer);
        assert!(
            answer.body.contains("Document not found"),
            "{path}: {}",
            answer.body
        );
        assert!(!answer.body.contains("secret"), "{path}");
    }
}

#[test]
fn the_book_can_only_be_read() {
    let Served { server, .. } = &served();
    let port = server.port;
    let ask = |method: &str| {
        server.send(&format!(
            "{method} /two.html HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ))
    };
    for method in [
        "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "NONSENSE",
    ] {
        let answer = ask(method);
        assert_eq!(answer.status, 405, "{method}");
        assert!(answer.head.contains("allow: get, head"), "{answer:?}");
        has_headers(&answer);
    }
    let head = ask("HEAD");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[test]
fn a_page_is_never_taken_for_unchanged() {
    let Served { server, .. } = &served();
    let port = server.port;
    let page = server.get("/two.html");
    assert!(
        !page.head.contains("etag") && !page.head.contains("last-modified"),
        "{page:?}"
    );
    let again = server.send(&format!(
        "GET /two.html HTTP/1.1\r\nHost: localhost:{port}\r\nIf-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\nIf-None-Match: *\r\nConnection: close\r\n\r\n"
    ));
    assert_eq!(again.status, 200);
}
