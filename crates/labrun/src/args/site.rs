//! The arguments of the commands that show the book: `labrun build` and `labrun serve`.

use std::path::PathBuf;

use clap::Args;

/// `labrun build`.
#[derive(Debug, Args)]
#[command(after_long_help = BUILD)]
pub(crate) struct Build {
    /// Build into this folder: a new or empty one, or one that holds a book [default: as book.toml says, else book]
    #[arg(long, short, value_name = "DIR")]
    pub(crate) dest_dir: Option<PathBuf>,

    /// The address at which the book will be read [default: as book.toml says]
    #[arg(long, value_name = "URL", value_parser = site_url)]
    pub(crate) site_url: Option<String>,
}

const BUILD: &str = "\
What is checked, all at once:
  - chapters, includes, styles, scripts and images that are missing
  - labs and diagrams with an error
  - links to files and to headings that are not there (other sites are not asked)
  - whatever mdBook, or the check of a diagram, warns of

The book is built beside its folder, and takes its place only when nothing is wrong: until then, \
the last good book stays as it was. A folder that holds anything else than a book is never replaced.

With a whole address (--site-url, or site-url below [output.html] in book.toml) the book gets a \
sitemap.xml, and without one it gets none. Each page links to its source when edit-url-template is \
set below [output.html], or in the environment:
  MDBOOK_OUTPUT__HTML__EDIT_URL_TEMPLATE='https://example.org/edit/main/{path}' labrun build

Exit codes:
  0    the book is built
  2    something is wrong with it, or with the arguments
  3    the machine failed";

/// `labrun serve`.
#[derive(Debug, Args)]
#[command(after_long_help = SERVE)]
pub(crate) struct Serve {
    /// Serve on this port, or fail; 0 takes any free one [default: 3000, or the next free one]
    #[arg(long, short, value_name = "PORT")]
    pub(crate) port: Option<u16>,

    /// Open the book in the browser
    #[arg(long, short)]
    pub(crate) open: bool,
}

const SERVE: &str = "\
The book is built and checked as by `labrun build`, but into a temporary folder: book/ is not \
touched, and nothing is left behind. It is built anew when a chapter, what chapters include, the \
theme or book.toml is saved, and open pages reload. While something is wrong, the last good book \
stays in the browser, and the terminal says what it is.

Only programs on this machine can read it: labrun listens on 127.0.0.1, and answers to no other \
name than 127.0.0.1, localhost and [::1] with its port.

Exit codes:
  2    the book was wrong from the start, or the arguments are
  3    the port is taken, or the machine failed
  130  ended by Ctrl-C (143 by SIGTERM, 129 by SIGHUP)";

/// Takes an address that pages can be found at: a whole one, or the path on a site.
fn site_url(text: &str) -> Result<String, String> {
    if text.starts_with('/') || labrun_book::is_absolute(text) {
        Ok(text.to_owned())
    } else {
        Err("it must begin with https://, http:// or / (the path on a site)".to_owned())
    }
}
