//! A book in a browser while it is written: built into a temporary folder, served on this machine only, built anew when
//! something changes, and shown as it last was good while something is wrong.

mod files;
mod host;
mod http;
mod saves;
mod watch;

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use tokio::sync::oneshot;

use self::http::{LIVE, Shown, Site};
pub use self::saves::Saves;
use self::watch::{Inputs, Watcher};
use crate::build::{Attempt, Purpose, attempt};
use crate::scratch::{Scratch, sweep};
use crate::{BookError, Fault};

/// How the folders of served books begin, in the system's temporary folder.
const PREFIX: &str = "labrun-serve-";

/// How many ports are tried after the first one.
const MORE_PORTS: u16 = 100;

/// Which port to serve on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// This one, or none; 0 is any free one.
    Only(u16),
    /// This one, or the next one that is free.
    FirstFreeFrom(u16),
}

/// What has happened to a served book.
#[derive(Debug, Clone)]
pub enum Happened {
    /// Files have changed, which are named from the book's root.
    Changed(Vec<String>),
    /// The book was built and is shown.
    Built {
        /// How many pages it has.
        pages: usize,
        /// How long it took.
        time: Duration,
    },
    /// The book is wrong; what was shown before is shown still.
    Wrong(Vec<Fault>),
    /// Something else went wrong, in words.
    Trouble(String),
}

/// Hears what happens.
pub type Listener = Box<dyn Fn(Happened) + Send>;

/// A book that is served, until the value is stopped or dropped.
pub struct Server {
    port: u16,
    /// Ends the thread that builds.
    messages: mpsc::Sender<Message>,
    /// Ends the thread that answers, when it is dropped.
    end: Option<oneshot::Sender<()>>,
    threads: Vec<JoinHandle<()>>,
    _scratch: Scratch,
}

enum Message {
    Changed(Vec<PathBuf>),
    Stop,
}

impl Server {
    /// Builds the book in `root`, and serves it. Comes back when it can be read.
    ///
    /// # Errors
    /// When the book is wrong from the start, the port is taken, or the machine fails.
    pub fn start(root: &Path, port: Port, tell: Listener) -> Result<Self, BookError> {
        let root = root
            .canonicalize()
            .map_err(BookError::system(format!("opening {}", root.display())))?;
        let listener = bind(port)?;
        let address = listener.local_addr().and_then(|address| {
            listener.set_nonblocking(true)?;
            Ok(address)
        });
        let port = address.map_err(BookError::system("opening a port"))?.port();
        let temporary = env::temp_dir();
        sweep(&temporary, PREFIX, &mut |_| true);
        let scratch = Scratch::new(&temporary, PREFIX)
            .map_err(BookError::system("making a temporary folder"))?;
        // From before the first build, so that no change is missed.
        let (messages, inbox) = mpsc::channel();
        let changes = messages.clone();
        let send = move |paths| drop(changes.send(Message::Changed(paths)));
        let mut watcher = Watcher::new(&root, send).map_err(trouble("watching the book"))?;
        let mut builder = Builder {
            inputs: Inputs::new(&root, &[]),
            root,
            folder: scratch.folder().to_owned(),
            number: 0,
            tell,
        };
        watcher
            .watch(&builder.inputs)
            .map_err(trouble("watching the book"))?;
        let (shown, built) = builder.build(&mut watcher).map_err(BookError::Wrong)?;
        let site = Site::new(shown);
        (builder.tell)(built);
        let (end, ended) = oneshot::channel();
        let served = site.clone();
        let answers = thread::spawn(move || {
            // It ends with the program; before that, only a broken socket could end it, and then nobody can ask.
            let _ = http::run(listener, served, ended);
        });
        let builds = thread::spawn(move || builder.run(&inbox, &site, watcher));
        Ok(Self {
            port,
            messages,
            end: Some(end),
            threads: vec![answers, builds],
            _scratch: scratch,
        })
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of the book.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Whether a part of it has broken down, so that saves or readers are not heard any more.
    pub fn is_broken(&self) -> bool {
        self.threads.iter().any(JoinHandle::is_finished)
    }

    /// Ends the server, waits for a build that is under way, and removes the temporary folder.
    pub fn stop(self) {}
}

impl Drop for Server {
    fn drop(&mut self) {
        // Whoever is not there any more to hear it has ended already.
        let _ = self.messages.send(Message::Stop);
        drop(self.end.take());
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Builds one book after the other, each in a folder of its own.
struct Builder {
    root: PathBuf,
    folder: PathBuf,
    inputs: Inputs,
    number: usize,
    tell: Listener,
}

impl Builder {
    fn run(mut self, inbox: &mpsc::Receiver<Message>, site: &Site, mut watcher: Watcher) {
        let mut last_good = self.number;
        while let Some(changed) = self.changed(inbox) {
            (self.tell)(Happened::Changed(changed));
            match self.build(&mut watcher) {
                Ok((shown, built)) => {
                    site.show(shown);
                    (self.tell)(built);
                    // A page that is being loaded may still ask for files of the book before this one.
                    self.remove_before(last_good);
                    last_good = self.number;
                }
                Err(faults) => (self.tell)(Happened::Wrong(faults)),
            }
        }
    }

    /// Waits until files of the book change, and takes everything that has changed by then; nothing when it is over.
    fn changed(&self, inbox: &mpsc::Receiver<Message>) -> Option<Vec<String>> {
        let mut changed: Vec<String> = Vec::new();
        while changed.is_empty() {
            let first = inbox.recv().ok()?;
            for message in std::iter::once(first).chain(inbox.try_iter()) {
                let Message::Changed(paths) = message else {
                    return None;
                };
                for path in paths.iter().filter(|path| self.inputs.has(path)) {
                    let shown = path.strip_prefix(&self.root).unwrap_or(path);
                    let shown = match shown.display().to_string() {
                        root if root.is_empty() => "something".to_owned(),
                        shown => shown,
                    };
                    if !changed.contains(&shown) {
                        changed.push(shown);
                    }
                }
            }
        }
        Some(changed)
    }

    fn build(&mut self, watcher: &mut Watcher) -> Result<(Shown, Happened), Vec<Fault>> {
        let started = Instant::now();
        self.number += 1;
        // Before and after: what is changed while the book is built leads to another build.
        let _ = watcher.watch(&self.inputs);
        let into = self.folder.join(self.number.to_string());
        let live_reload = format!("{LIVE}/{}", self.number);
        let purpose = Purpose::Serve {
            live_reload: &live_reload,
        };
        let Attempt {
            mut faults,
            html,
            pages,
            inputs,
            not_found,
            ..
        } = attempt(&self.root, &into, purpose, &[&self.folder]);
        self.inputs = Inputs::new(&self.root, &inputs);
        if let Err(error) = watcher.watch(&self.inputs) {
            (self.tell)(Happened::Trouble(format!(
                "not every file can be watched: {error}"
            )));
        }
        if faults.is_empty() && html.is_none() {
            let help = "a book without [output.html] has nothing for a browser";
            let message = "the book is not made into HTML";
            faults.push(Fault::of("book.toml", "no-html", message, help));
        }
        match html {
            Some(folder) if faults.is_empty() => {
                let built = Happened::Built {
                    pages: pages.len(),
                    time: started.elapsed(),
                };
                let shown = Shown {
                    folder,
                    not_found,
                    number: self.number,
                };
                Ok((shown, built))
            }
            _ => {
                // What is left of it goes with everything else.
                let _ = fs::remove_dir_all(into);
                Err(faults)
            }
        }
    }

    fn remove_before(&self, kept: usize) {
        for number in (1..kept).rev() {
            // A build that was wrong has left no folder, and those before it may still have one.
            let _ = fs::remove_dir_all(self.folder.join(number.to_string()));
        }
    }
}

/// Opens an address in the reader's browser.
///
/// # Errors
/// When there is none, or it cannot be started.
pub fn open_in_browser(address: &str) -> io::Result<()> {
    opener::open_browser(address).map_err(io::Error::other)
}

fn bind(port: Port) -> Result<TcpListener, BookError> {
    let (first, last) = match port {
        Port::Only(port) => (port, port),
        Port::FirstFreeFrom(port) => (port, port.saturating_add(MORE_PORTS)),
    };
    for candidate in first..=last {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, candidate)) {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => {
                let doing = format!("opening port {candidate}");
                return Err(BookError::system(doing)(error));
            }
        }
    }
    Err(BookError::PortTaken { port: first })
}

fn trouble(doing: &str) -> impl FnOnce(notify::Error) -> BookError {
    let doing = doing.to_owned();
    move |error| BookError::system(doing)(io::Error::other(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_breaks_down_is_noticed() {
        let book = tempfile::tempdir().unwrap();
        fs::create_dir(book.path().join("src")).unwrap();
        fs::write(book.path().join("book.toml"), "").unwrap();
        fs::write(book.path().join("src/SUMMARY.md"), "- [A](a.md)\n").unwrap();
        let write = |text: &str| fs::write(book.path().join("src/a.md"), text).unwrap();
        write("# A\n");
        let listener = Box::new(|what| assert!(!matches!(what, Happened::Changed(_))));
        let server = Server::start(book.path(), Port::Only(0), listener).unwrap();
        assert!(!server.is_broken());
        write("# B\n");
        while !server.is_broken() {
            thread::yield_now();
        }
    }
}
