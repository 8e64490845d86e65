//! The mdBook protocol: `supports RENDERER`, or a book on standard input and the changed book on standard output.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use mdbook_diagram::{Diagram, Version, read_input};

const USAGE: &str = "mdbook-diagram: checks the diagrams of a book; mdBook runs it when book.toml has [preprocessor.diagram]

Usage: mdbook-diagram                     reads a book from mdBook and writes it back
       mdbook-diagram supports RENDERER   ends with status 0 for html, with 1 for every other
       mdbook-diagram --version | --help
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        [] => preprocess(),
        ["supports", "html"] => Ok(()),
        ["supports", _] => return ExitCode::FAILURE,
        ["--version" | "-V"] => print(&format!("mdbook-diagram {}\n", env!("CARGO_PKG_VERSION"))),
        ["--help" | "-h"] => print(USAGE),
        _ => {
            complain(USAGE);
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("mdbook-diagram: {error:#}\n"));
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
            "mdbook-diagram: warning: it is made for mdBook ^0.5, and this is mdBook {version}\n"
        ));
    }
    let processed = Diagram::new().process(&context, book);
    let processed = match processed {
        Ok(processed) => processed,
        Err(rejected) => bail!("the diagrams are wrong\n\n{rejected}"),
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
