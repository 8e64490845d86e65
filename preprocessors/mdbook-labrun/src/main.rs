//! The mdBook protocol: `supports RENDERER`, or a book on standard input and the changed book on standard output. Beside
//! it `install`, which no build runs.

use std::process::ExitCode;

use labrun_preprocessor::Program;
use mdbook_labrun::{LOOKS, Labrun};

const USAGE: &str = "mdbook-labrun: shows the labs of a book; mdBook runs it when book.toml has [preprocessor.labrun]

Usage: mdbook-labrun                     reads a book from mdBook and writes it back
       mdbook-labrun install [DIR]       puts the looks of the steps into a book; --help says more
       mdbook-labrun supports RENDERER   ends with status 0: every renderer is supported
       mdbook-labrun --version | --help
";

const INSTALL_USAGE: &str = "mdbook-labrun install: puts the looks of the steps into a book

Usage: mdbook-labrun install [DIR] [--force | --check]

  DIR       the book's folder; without it, the book around the current folder

Writes theme/labrun.css and theme/labrun.js and says which two lines book.toml needs to name them. Without
these files the steps read as well, only plainer, and without buttons that copy. Run it again after an update: a
file that an earlier version wrote is replaced, and a file that you have edited is kept.

  --force   replaces files that you have edited, too
  --check   writes nothing; ends with status 1 when a file is missing, old or edited

Example, in a book's folder:

  mdbook-labrun install && mdbook build
";

const PROGRAM: Program = Program {
    name: "mdbook-labrun",
    version: env!("CARGO_PKG_VERSION"),
    usage: USAGE,
};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["install", arguments @ ..] => PROGRAM.install(LOOKS, INSTALL_USAGE, arguments, |_| Ok(())),
        arguments => PROGRAM.run(&Labrun::new(), arguments),
    }
}
