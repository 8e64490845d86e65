//! `labrun serve`: the book in a browser while it is written, until a signal ends it.

use std::path::Path;
use std::time::Duration;

use labrun_book::{BookError, Port, Server, open_in_browser};
use labrun_run::{Interrupts, RunError};

use crate::args::Serve;
use crate::book::OpenBook;
use crate::exit::Exit;
use crate::report;

/// How long to wait for a signal before looking whether the server still works.
const A_WHILE: Duration = Duration::from_millis(500);

/// Serves the book.
pub(crate) fn serve(book: Option<&Path>, arguments: &Serve) -> anyhow::Result<Exit> {
    let book = OpenBook::open(book)?;
    let interrupts =
        Interrupts::install().map_err(RunError::system("installing the signal handlers"))?;
    let port = arguments.port.map_or(Port::FirstFreeFrom(3000), Port::Only);
    let server = match Server::start(&book.root, port, Box::new(|what| report::happened(&what))) {
        Ok(server) => server,
        Err(BookError::PortTaken { port }) => return Ok(taken(port)),
        Err(error) => return Err(error.into()),
    };
    let address = server.address();
    if let Port::FirstFreeFrom(wanted) = port
        && server.port() != wanted
    {
        report::note(&format!("port {wanted} is taken by {}", owner(wanted)));
    }
    report::note(&format!("the book is at {address} (Ctrl-C ends it)"));
    if arguments.open
        && let Err(error) = open_in_browser(&address)
    {
        report::note(&format!("the browser cannot be opened: {error}"));
    }
    while !interrupts.wait(A_WHILE) {
        if server.is_broken() {
            report::error(
                "the server has broken down; what it said last is above",
                Some(
                    "start `labrun serve` again; `labrun build` says whether the book is at fault",
                ),
            );
            return Ok(Exit::Broken);
        }
    }
    server.stop();
    Ok(interrupts.signal().map_or(Exit::Passed, Exit::Interrupted))
}

fn taken(port: u16) -> Exit {
    report::error(
        &format!("port {port} is taken by {}", owner(port)),
        Some("end that, name another port, or leave `--port` out to take the next free one"),
    );
    Exit::Broken
}

fn owner(port: u16) -> String {
    labrun_run::listener_on(port).unwrap_or_else(|| "another process".to_owned())
}
