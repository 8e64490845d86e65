//! mdBook's protocol: `supports RENDERER`, or a book on standard input and the changed book on standard output.

use std::process::ExitCode;

use labrun_preprocessor::Program;
use mdbook_diagram::Diagram;

const USAGE: &str = "mdbook-diagram: checks the diagrams of a book; mdBook runs it when book.toml has [preprocessor.diagram]

Usage: mdbook-diagram                     reads a book from mdBook and writes it back
       mdbook-diagram supports RENDERER   ends with status 0 for html, with 1 for every other
       mdbook-diagram --version | --help
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let program = Program {
        name: "mdbook-diagram",
        version: env!("CARGO_PKG_VERSION"),
        usage: USAGE,
    };
    program.run(&Diagram::new(), &arguments)
}
