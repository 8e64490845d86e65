//! The mdBook protocol: `supports RENDERER`, or a book on standard input and the changed book on standard output. Beside
//! it `install`, which no build runs.

mod install;

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use mdbook_labrun::{Labrun, Version, read_input};

use crate::install::{Mode, install};

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

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        [] => preprocess(),
        ["supports", _] => Ok(()),
        ["install", arguments @ ..] => return installed(arguments),
        ["--version" | "-V"] => print(&format!("mdbook-labrun {}\n", env!("CARGO_PKG_VERSION"))),
        ["--help" | "-h"] => print(USAGE),
        _ => {
            complain(USAGE);
            return ExitCode::from(2);
        }
    };
    ended(result.map(|()| true))
}

fn installed(arguments: &[&str]) -> ExitCode {
    let mut book = None;
    let mut mode = Mode::Write;
    for argument in arguments {
        match *argument {
            "--help" | "-h" => return ended(print(INSTALL_USAGE).map(|()| true)),
            "--force" if mode == Mode::Write => mode = Mode::Force,
            "--check" if mode == Mode::Write => mode = Mode::Check,
            folder if book.is_none() && !folder.starts_with('-') => book = Some(Path::new(folder)),
            _ => {
                complain(INSTALL_USAGE);
                return ExitCode::from(2);
            }
        }
    }
    let installed = install(book, mode);
    ended(installed.and_then(|installed| {
        print(&installed.report)?;
        Ok(installed.is_current)
    }))
}

/// The status to end with: whether all is well, or why it could not be done.
fn ended(result: Result<bool>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            complain(&format!("mdbook-labrun: {error:#}\n"));
            ExitCode::FAILURE
        }
    }
}

fn preprocess() -> Result<()> {
    let mut stdin = std::io::stdin();
    if stdin.is_terminal() {
        bail!("a book is expected on standard input; `mdbook build` gives it\n\n{USAGE}");
    }
    let mut input = Vec::new();
    stdin
        .read_to_end(&mut input)
        .context("reading standard input")?;
    let (context, book) = read_input(&input)?;
    let version = context.mdbook_version.as_str();
    if !Version::parse(version).is_some_and(Version::is_compatible) {
        complain(&format!(
            "mdbook-labrun: warning: it is made for mdBook ^0.5, and this is mdBook {version}\n"
        ));
    }
    let processed = Labrun::new().process(&context, book);
    let processed = match processed {
        Ok(processed) => processed,
        Err(rejected) => bail!("the labs are wrong\n\n{rejected}"),
    };
    for warning in &processed.warnings {
        complain(warning);
    }
    let output = serde_json::to_vec(&processed.book).context("writing the book")?;
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(&output)
        .and_then(|()| stdout.flush())
        .context("writing standard output")
}

fn print(text: &str) -> Result<()> {
    std::io::stdout()
        .write_all(text.as_bytes())
        .context("writing standard output")
}

/// Words go to standard error, where mdBook shows them; when even that is closed there is nobody to tell.
fn complain(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
