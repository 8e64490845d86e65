//! What `labrun build` and `labrun serve` say: a line for each book, and every fault of one that is wrong.

use std::time::Duration;

use labrun_book::{BookError, Built, Fault, Happened};
use labrun_model::Severity;

use super::{coloured, drawn, error, note, words};
use crate::exit::Exit;

/// Says that a book is built, and where.
pub(crate) fn built(built: &Built, time: Duration) {
    let map = if built.has_sitemap {
        ", with a sitemap"
    } else {
        ""
    };
    let place = built.html.as_ref().map_or_else(
        || built.folder.display().to_string(),
        |html| html.join("index.html").display().to_string(),
    );
    note(&format!("{}{map}: {place}", pages_in(built.pages, time)));
}

/// Says why there is no book, and gives the exit code for it.
pub(crate) fn no_book(why: &BookError) -> Exit {
    words(&reason(why));
    match why {
        BookError::Wrong(_) | BookError::Refused { .. } => Exit::Wrong,
        BookError::PortTaken { .. } | BookError::System { .. } => Exit::Broken,
    }
}

/// Why there is no book, in lines.
pub(super) fn reason(why: &BookError) -> String {
    match why {
        BookError::Wrong(faults) => format!("{}labrun: {why}\n", drawn_faults(faults)),
        _ => drawn(&why.to_string(), why.help()),
    }
}

/// Says what has happened to a book that is served.
pub(crate) fn happened(happened: &Happened) {
    match happened {
        Happened::Changed(files) => {
            let more = match files.len() {
                0 | 1 => String::new(),
                several => format!(" and {} more", several - 1),
            };
            let first = files.first().map_or("", String::as_str);
            note(&format!("{first}{more} changed"));
        }
        Happened::Built { pages, time } => note(&pages_in(*pages, *time)),
        Happened::Wrong(faults) => {
            words(&drawn_faults(faults));
            let what = BookError::Wrong(faults.clone());
            note(&format!("{what}; the browser keeps the last good one"));
        }
        Happened::Trouble(trouble) => error(trouble, None),
    }
}

fn drawn_faults(faults: &[Fault]) -> String {
    let draw = |fault: &Fault| {
        let severity = if fault.is_warning() {
            Severity::Warning
        } else {
            Severity::Error
        };
        format!("{}\n", coloured(fault.drawn(), severity))
    };
    faults.iter().map(draw).collect()
}

fn pages_in(pages: usize, time: Duration) -> String {
    let plural = if pages == 1 { "" } else { "s" };
    format!("built {pages} page{plural} in {:.1} s", time.as_secs_f64())
}
