//! The books that the tests look at: built once, served from a port of their own on 127.0.0.1.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;
use std::thread;

use labrun_book::Settings;

/// A folder of pages behind an address.
pub(crate) struct Site {
    pub(crate) folder: PathBuf,
    /// Ends without a slash.
    pub(crate) address: String,
}

impl Site {
    pub(crate) fn page(&self, name: &str) -> String {
        format!("{}/{name}", self.address)
    }
}

/// The book of this repository.
pub(crate) static BOOK: LazyLock<Site> = LazyLock::new(|| {
    let folder = fresh_folder("book");
    build(&root(), &folder);
    serve(folder)
});

/// The book beside this file, with the looks and settings of the real one: a page for each thing that a test needs.
pub(crate) static SAMPLES: LazyLock<Site> = LazyLock::new(|| {
    let source = fresh_folder("samples-source");
    let settings = fs::read_to_string(root().join("book.toml"))
        .unwrap()
        .replace("labrun.labs.chapter3]", "labrun.labs.lab]");
    assert!(
        settings.contains("labrun.labs.lab]"),
        "book.toml names its lab in another way"
    );
    fs::write(source.join("book.toml"), settings).unwrap();
    copy(&root().join("theme"), &source.join("theme"));
    copy(&root().join("src/mermaid"), &source.join("src/mermaid"));
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/book");
    copy(&pages, &source.join("src"));
    let folder = fresh_folder("samples");
    build(&source, &folder);
    serve(folder)
});

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The names of a site's pages, as mdBook wrote them. Not among them: the page that only prints, the frame of the menu, and
/// the first chapter's second name.
pub(crate) fn pages(site: &Site) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(&site.folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| {
            name.ends_with(".html")
                && !["print.html", "toc.html", "index.html"].contains(&name.as_str())
        })
        .collect();
    names.sort();
    assert!(names.len() > 5, "the book has lost its pages: {names:?}");
    names
}

/// Builds and checks a book as `labrun build` does.
fn build(root: &Path, destination: &Path) {
    let settings = Settings {
        root: root.to_owned(),
        dest: Some(destination.to_owned()),
        site_url: None,
    };
    labrun_book::build(&settings).unwrap_or_else(|error| panic!("{error:#?}"));
}

/// An empty folder that is the target's, so that it can be looked at after a test that failed.
fn fresh_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("browser")
        .join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from)
        .unwrap_or_else(|error| {
            panic!(
                "{}: {error}. `script/bootstrap --for test` brings it.",
                from.display()
            )
        })
        .map(Result::unwrap)
    {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Serves the folder until the tests end. A server of the tests' own, so that a fault in `labrun serve` is not taken for one
/// of the book.
pub(crate) fn serve(folder: PathBuf) -> Site {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let served = folder.clone();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let folder = served.clone();
            // A browser that goes away in the middle of an answer is no fault.
            thread::spawn(move || answer(&stream, &folder).ok());
        }
    });
    Site { folder, address }
}

fn answer(stream: &TcpStream, folder: &Path) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let target = request.split(' ').nth(1).unwrap_or("/");
    let path = target.split(['?', '#']).next().unwrap_or("/");
    let mut file = folder.to_owned();
    file.extend(
        Path::new(path)
            .components()
            .filter(|part| matches!(part, Component::Normal(_))),
    );
    if path.ends_with('/') {
        file.push("index.html");
    }
    let (status, body) = match fs::read(&file) {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    let kind = match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    };
    let mut out = stream;
    write!(
        out,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    out.write_all(&body)
}
